import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../node-flags.js';
import type { Failed, ProbeQuestion, Usage } from './probe.js';

const GRACE_MS = 20_000;

/** One of the product's own programs, started as in production, with a probe beside it. */
export class MeasuredProcess {
  /** Rejects when it ends though nobody has asked it to. */
  readonly lost: Promise<never>;
  private isStopping = false;

  /** @param child with a probe that answers over its channel */
  constructor(private readonly child: ChildProcess) {
    this.lost = once(child, 'exit').then(() => (this.isStopping ? new Promise<never>(() => undefined) : this.end()));
    this.lost.catch(() => undefined); // Whoever waits for it is told.
  }

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
    this.isStopping = true;
    if (this.hasExited) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await exited;
    clearTimeout(timer);
  }

  private async ask(question: ProbeQuestion): Promise<Usage> {
    if (this.hasExited) this.end();
    const waiting = new AbortController();
    const answer = once(this.child, 'message', { signal: waiting.signal }) as Promise<[Usage | Failed]>;
    const ended = once(this.child, 'exit', { signal: waiting.signal }).then(() => this.end());
    this.child.send(question);
    try {
      const [usage] = await Promise.race([answer, ended]);
      if ('failed' in usage) throw new Error(`a measured process could not do what it was asked: ${usage.failed}`);
      return usage;
    } finally {
      waiting.abort();
      await Promise.allSettled([answer, ended]);
    }
  }

  private end(): never {
    throw new Error('a measured process has ended; its log is above');
  }
}
