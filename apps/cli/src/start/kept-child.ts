import { setTimeout as sleep } from 'node:timers/promises';
import { Child, type ChildEnd, type ChildPlan } from './child.js';
import { endsInARow, restartDelayMs } from './domain/restart-delay.js';

/** A child that is started again when it dies, but not for ever, and not when it never worked. */
export class KeptChild {
  private child: Child;
  private settings: NodeJS.ProcessEnv | undefined;
  private ends = 0;
  private startedAt = performance.now();
  private worked = false;
  private stopping = false;
  private giveUp: (why: string) => void = () => undefined;
  /** Resolves with the reason when it is not started again. */
  readonly lost: Promise<string>;

  constructor(
    private readonly plan: ChildPlan,
    private readonly onRestart: () => void,
  ) {
    this.lost = new Promise((resolve) => (this.giveUp = resolve));
    this.child = this.launch();
  }

  get name(): string {
    return this.plan.name;
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Lets it run with these settings, this time and after every accident. */
  begin(settings: NodeJS.ProcessEnv): void {
    this.settings = settings;
    this.child.begin(settings);
  }

  /** From now on an end is an accident, not a child that cannot start. */
  hasWorked(): void {
    this.worked = true;
  }

  async stop(graceMs: number): Promise<boolean> {
    this.stopping = true;
    return this.child.stop(graceMs);
  }

  kill(): void {
    this.stopping = true;
    this.child.kill();
  }

  private launch(): Child {
    this.startedAt = performance.now();
    const child = new Child(this.plan);
    void child.ended.then((end) => this.afterEnd(end));
    return child;
  }

  private async afterEnd(end: ChildEnd): Promise<void> {
    if (this.stopping) return;
    const how = end.signal === null ? `with code ${end.code}` : `by ${end.signal}`;
    if (!this.worked) return this.giveUp(`${this.name} ended ${how} before it was ready`);
    this.ends = endsInARow(this.ends, performance.now() - this.startedAt);
    const delay = restartDelayMs(this.ends);
    if (delay === null) return this.giveUp(`${this.name} ended ${this.ends} times in a row, now ${how}`);
    this.plan.onLine(`ended ${how}; starting it again`);
    await sleep(delay);
    if (this.stopping) return;
    this.child = this.launch();
    if (this.settings !== undefined) this.child.begin(this.settings);
    this.onRestart();
  }
}
