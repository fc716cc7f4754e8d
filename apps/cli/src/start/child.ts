import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../node-flags.js';

const GUARD = new URL('./child-guard.js', import.meta.url).href;

export interface ChildPlan {
  readonly name: string;
  /** The program that Node runs. */
  readonly script: URL;
  readonly args?: readonly string[];
  /** A line it wrote, to whichever stream. */
  readonly onLine: (line: string) => void;
  readonly onMessage?: (message: unknown) => void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A Node process that cannot outlive this one, and that before `begin` reads its code and does nothing of its own. It is
 * in a process group of its own, so a Ctrl-C in the terminal reaches the supervisor alone, which then asks each child
 * once.
 */
export class Child {
  readonly ended: Promise<ChildEnd>;
  private readonly process: ChildProcess;
  private gone = false;

  constructor(plan: ChildPlan) {
    this.process = fork(fileURLToPath(plan.script), [...(plan.args ?? [])], {
      detached: true,
      execArgv: [...NODE_FLAGS, '--import', codeOf(plan.script), '--import', GUARD],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', plan.onLine);
    }
    if (plan.onMessage !== undefined) this.process.on('message', plan.onMessage);
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.gone = true;
        resolve({ code, signal });
      };
      // After the last line was read; a process that could not be started has no `close`.
      this.process.once('close', end);
      this.process.once('error', () => end(null, null));
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Gives it its settings, beside the environment it has from us, and lets it run. */
  begin(settings: NodeJS.ProcessEnv): void {
    // It may have died meanwhile; that is told by `ended`.
    this.process.send(settings, () => undefined);
  }

  /** Asks it to end, and makes it end after `graceMs`. Answers whether it went by itself. */
  async stop(graceMs: number): Promise<boolean> {
    if (this.gone) return true;
    this.process.kill('SIGTERM');
    let forced = false;
    const timer = setTimeout(() => {
      forced = true;
      this.kill();
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
    return !forced;
  }

  kill(): void {
    if (!this.gone) this.process.kill('SIGKILL');
  }
}

/** Beside each program stands a module that reads its code and does not run it. */
function codeOf(program: URL): string {
  return program.href.replace(/\.js$/, '.load.js');
}
