interface Waiting<In, Out> {
  readonly item: In;
  readonly rank: number;
  readonly resolve: (answer: Out) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatcherOptions<In> {
  /** Weight of one batch at most, asked for each anew; an item that alone is heavier goes by itself. */
  readonly size: number | (() => number);
  /** What one item weighs; 1 when left out. */
  readonly weigh?: (item: In) => number;
  /** Batches that may run at the same time. */
  readonly lanes: number;
  /**
   * Whether an error may be the fault of one item, so that the others are worth trying without it; true when left out.
   * An outage is nobody's fault: tried one by one, every item would wait for it as long again.
   */
  readonly blames?: (error: unknown) => boolean;
}

/**
 * Group commit: whatever arrives while the lanes are busy leaves together in the next batch. An idle
 * batcher adds no waiting; a busy one turns many small transactions into few.
 *
 * When a batch of several fails as a whole, and it may be the fault of one of them, its items are tried once more, each
 * by itself, so that one bad item cannot take its neighbours down.
 */
export class Batcher<In, Out> {
  private readonly waiting: Waiting<In, Out>[] = [];
  private running = 0;
  private idle: (() => void)[] = [];
  private isDue = false;

  /** @param work answers one result per item, in order */
  constructor(
    private readonly work: (items: readonly In[]) => Promise<readonly Out[]>,
    private readonly options: BatcherOptions<In>,
  ) {}

  /** Items that wait or run. */
  get depth(): number {
    return this.waiting.length + this.running;
  }

  /** @param rank whatever has a higher one and is in no batch yet waits behind it */
  add(item: In, rank = 0): Promise<Out> {
    return new Promise<Out>((resolve, reject) => {
      const behind = this.waiting.findLastIndex((other) => other.rank <= rank) + 1;
      this.waiting.splice(behind, 0, { item, rank, resolve, reject });
      if (this.isDue) return;
      this.isDue = true;
      // Let everything that is ready in this turn of the event loop join the first batch.
      setImmediate(() => {
        this.isDue = false;
        this.fill();
      });
    });
  }

  /** Resolves when nothing waits or runs any more. */
  async drained(): Promise<void> {
    if (this.depth === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private fill(): void {
    while (this.running < this.options.lanes && this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.nextCount());
      this.running++;
      void this.run(batch).finally(() => {
        this.running--;
        this.fill();
        if (this.depth === 0) for (const resolve of this.idle.splice(0)) resolve();
      });
    }
  }

  private nextCount(): number {
    const { size, weigh = () => 1 } = this.options;
    let weight = 0;
    const most = typeof size === 'number' ? size : size();
    const over = this.waiting.findIndex(({ item }) => (weight += weigh(item)) > most);
    return over === -1 ? this.waiting.length : Math.max(over, 1);
  }

  private async run(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const answers = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, i) => {
        if (i < answers.length) resolve(answers[i] as Out);
        else reject(new Error('the batch answered fewer results than it was given items'));
      });
    } catch (error) {
      if (batch.length === 1 || this.options.blames?.(error) === false) for (const { reject } of batch) reject(error);
      else for (const single of batch) await this.run([single]);
    }
  }
}
