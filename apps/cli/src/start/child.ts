import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { NODE_FLAGS } from '../node-flags.js';

const PRELOAD = new URL('./preload.js', import.meta.url).href;
const GUARD = new URL('./child-guard.js', import.meta.url).href;

export interface ChildPlan {
  readonly name: string;
  /** Path of the script that Node runs. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Whether it is one of the applications, which load much. */
  readonly preload?: boolean;
  /** A line it wrote, to whichever stream. */
  readonly onLine: (line: string) => void;
  readonly onMessage?: (message: unknown) => void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A Node process that cannot outlive this one, and that does nothing of its own before `begin`. It is in a process group of its own, so a Ctrl-C in the terminal
 * reaches the supervisor alone, which then asks each child once.
 */
export class Child {
  readonly ended: Promise<ChildEnd>;
  private readonly process: ChildProcess;
  private gone = false;

  constructor(plan: ChildPlan) {
    this.process = fork(plan.script, [...(plan.args ?? [])], {
      detached: true,
      execArgv: [...NODE_FLAGS, ...(plan.preload === true ? ['--import', PRELOAD] : []), '--import', GUARD],
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
