import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../node-flags.js';
import type { ProbeQuestion, Usage } from './probe.js';

const GRACE_MS = 20_000;

/** One of the product's own programs, started as in production, with a probe beside it. */
export class MeasuredProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** @param program path of a main module under dist/, relative to this file */
  static start(program: string, env: Readonly<Record<string, string>>): MeasuredProcess {
    const child = fork(fileURLToPath(new URL(program, import.meta.url)), [], {
      execArgv: [...NODE_FLAGS, '--import', new URL('./probe.js', import.meta.url).href],
      env: { PATH: process.env['PATH'], ...env },
      // Logs go where our progress goes, so that stdout holds figures only.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    return new MeasuredProcess(child);
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async usage(): Promise<Usage> {
    return this.ask({ ask: 'usage' });
  }

  /** Notes from now on what is alive after full collections. */
  async watchMemory(): Promise<void> {
    await this.ask({ ask: 'watchMemory' });
  }

  async profile(): Promise<void> {
    await this.ask({ ask: 'profile' });
  }

  async saveProfile(file: string): Promise<void> {
    await this.ask({ ask: 'saveProfile', file });
  }

  /** Asks it to end as a supervisor would; what does not end within its grace period is killed. */
  async stop(): Promise<void> {
    if (this.hasExited) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await exited;
    clearTimeout(timer);
  }

  private async ask(question: ProbeQuestion): Promise<Usage> {
    if (this.hasExited) throw new Error('a measured process has ended; its log is above');
    const answer = once(this.child, 'message');
    this.child.send(question);
    const [usage] = (await answer) as [Usage];
    return usage;
  }
}
