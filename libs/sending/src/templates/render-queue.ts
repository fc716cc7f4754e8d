import { Worker } from 'node:worker_threads';
import { threadFile } from '../thread-file.js';
import type { TemplateContents } from './domain/template-content.js';
import type { RenderReply, RenderRequest } from './render-messages.js';
import type { RenderData, RenderFailure, RenderResult } from './render.js';
import { threadTime } from './thread-time.js';

/** What one rendering may take. */
export interface RenderLimits {
  /** Of a processor; and by the clock, where the system does not tell what a thread has had. */
  readonly ms: number;
  readonly memoryMb: number;
}

/** A message takes well under a millisecond and a few kilobytes. */
const LIMITS: RenderLimits = { ms: 2_000, memoryMb: 128 };
/** How often it is looked at what the thread is at, in parts of the limit: one look alone may come after the whole process slept. */
const LOOKS = 4;
/** By the clock nothing takes longer than so many times the limit, however little of a processor it was given. */
const PATIENCE = 10;
/** Templates that the thread holds. */
const MAX_KNOWN = 500;
/** A thread that dies this often without having begun anything is not the fault of a template. */
const MAX_DEATHS = 3;

/** Nothing is rendered for a reason that is no template's: what was to be rendered can be tried again. */
export class RenderingUnavailable extends Error {
  override readonly name = 'RenderingUnavailable';
}

/** What is rendered for one person. */
export interface RenderJob {
  readonly template: TemplateContents;
  readonly language: string;
  readonly data: RenderData;
}

interface Waiting extends RenderJob {
  readonly resolve: (result: RenderResult | Promise<RenderResult>) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly worker: Worker;
  /** Written by the thread: the job that it is at, or 0, and its own number. */
  readonly progress: Int32Array;
  readonly known: Set<string>;
}

/** What the thread was at when it was looked at. */
interface Seen {
  readonly n: number;
  /** How often it was found at the same. */
  readonly looks: number;
  /** Of a processor, until it was first seen at it. */
  readonly timeBefore: number | null;
}

/**
 * Renders in a thread that is started with the first template. What is ready in one turn of the event loop goes there
 * together, so a thread costs next to nothing. A template that takes too long or too much ends by itself, with a reason;
 * the thread is begun anew, and everything else that waited is rendered there.
 */
export class RenderQueue {
  private running: Running | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private ready: number[] = [];
  /** What the thread has and has not answered. */
  private posted = new Set<number>();
  private n = 0;
  private deaths = 0;
  /** What a thread died at that had done other things before: tried once more, alone, in the next. */
  private readonly suspects = new Set<number>();
  private watch: NodeJS.Timeout | null = null;
  private seen: Seen = { n: 0, looks: 0, timeBefore: null };

  /**
   * @param elsewhere takes over what a thread died of; left out, it is tried once more here, alone
   * @param timeOf for how long a thread has had a processor, in milliseconds
   */
  constructor(
    private readonly limits: RenderLimits = LIMITS,
    private readonly elsewhere: ((cut: RenderJob) => Promise<RenderResult>) | null = null,
    private readonly timeOf: typeof threadTime = threadTime,
  ) {}

  /** @throws RenderingUnavailable */
  render(template: TemplateContents, language: string, data: RenderData): Promise<RenderResult> {
    return new Promise((resolve, reject) => {
      // Wraps long before the shared number does.
      this.n = (this.n % 2_000_000_000) + 1;
      this.waiting.set(this.n, { template, language, data, resolve, reject });
      if (this.ready.push(this.n) === 1) setImmediate(() => this.hand());
    });
  }

  async close(): Promise<void> {
    const running = this.running;
    this.running = null;
    this.fail(new RenderingUnavailable('rendering was ended'));
    await running?.worker.terminate();
  }

  private hand(): void {
    // Behind a death that nothing begun explains, one at a time: so the one that it is about is found.
    const isCareful = this.deaths > 0 || this.suspects.size > 0;
    if (isCareful && this.posted.size > 0) return;
    const numbers = this.ready.splice(0, isCareful ? 1 : this.ready.length);
    if (numbers.length === 0) return;
    try {
      this.running ??= this.begin();
    } catch (cause) {
      return this.fail(new RenderingUnavailable('the thread that renders cannot be begun', { cause }));
    }
    const { worker, known } = this.running;
    const forget = known.size > MAX_KNOWN;
    if (forget) known.clear();
    const jobs = numbers.flatMap((n) => {
      const job = this.waiting.get(n);
      if (job === undefined) return [];
      const { template, language, data } = job;
      const isNew = !known.has(template.id);
      known.add(template.id);
      return [{ n, templateId: template.id, template: isNew ? template : null, language, data }];
    });
    for (const { n } of jobs) this.posted.add(n);
    worker.ref();
    worker.postMessage({ jobs, forget } satisfies RenderRequest);
    this.watch ??= setInterval(() => this.look(), this.limits.ms / LOOKS);
  }

  private begin(): Running {
    const progress = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(threadFile('templates/render-thread.cjs'), {
      workerData: { progress },
      resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMb, maxYoungGenerationSizeMb: 16 },
      // It needs nothing of the environment, and must not have it.
      env: {},
      execArgv: [],
    });
    const running = { worker, progress, known: new Set<string>() };
    worker.on('message', (reply: RenderReply) => this.take(reply));
    worker.on('error', (error: Error & { code?: string }) => {
      this.died(running, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too_large' : 'unfit_data', error);
    });
    worker.on('exit', () => this.died(running, 'unfit_data', new Error('the thread ended')));
    return running;
  }

  private take({ results }: RenderReply): void {
    this.deaths = 0;
    for (const { n, result } of results) {
      this.waiting.get(n)?.resolve(result);
      this.waiting.delete(n);
      this.posted.delete(n);
      this.suspects.delete(n);
    }
    if (this.ready.length > 0) this.hand();
    this.restWhenDone();
  }

  /** With nothing to do neither the thread nor the watch over it keeps a process alive. */
  private restWhenDone(): void {
    if (this.waiting.size > 0) return;
    this.running?.worker.unref();
    if (this.watch !== null) clearInterval(this.watch);
    this.watch = null;
  }

  private look(): void {
    const { running } = this;
    if (running === null) return;
    const n = Atomics.load(running.progress, 0);
    const time = this.timeOf(Atomics.load(running.progress, 1));
    if (n === 0 || n !== this.seen.n) {
      this.seen = { n, looks: 0, timeBefore: time };
      return;
    }
    const looks = this.seen.looks + 1;
    this.seen = { ...this.seen, looks };
    const had = time === null || this.seen.timeBefore === null ? null : time - this.seen.timeBefore;
    if (looks < LOOKS || (had !== null && had < this.limits.ms && looks < LOOKS * PATIENCE)) return;
    void running.worker.terminate();
    this.died(running, 'too_slow', new Error('a template took too long'));
  }

  /**
   * Tries the one that it died of once more, alone or elsewhere, because the memory was full of other templates or the
   * machine busy; ends it when that thread dies as well, and renders all others in another.
   */
  private died(running: Running, code: RenderFailure, cause: Error): void {
    if (this.running !== running) return;
    this.running = null;
    this.seen = { n: 0, looks: 0, timeBefore: null };
    const [alone] = code === 'too_large' && this.posted.size === 1 ? this.posted : [];
    const n = Atomics.load(running.progress, 0) || (alone ?? 0);
    const guilty = this.waiting.get(n);
    this.posted.clear();
    if (guilty === undefined && (this.deaths += 1) >= MAX_DEATHS && code !== 'too_large') {
      this.deaths = 0;
      this.fail(new RenderingUnavailable('the thread that renders does not run', { cause }));
      return;
    }
    if (guilty !== undefined && this.elsewhere !== null) {
      this.waiting.delete(n);
      guilty.resolve(this.elsewhere(guilty));
    } else if (guilty !== undefined && !this.suspects.has(n)) {
      this.suspects.add(n);
    } else {
      this.suspects.delete(n);
      this.waiting.delete(n);
      guilty?.resolve({ ok: false, code });
    }
    this.ready = [...this.suspects, ...[...this.waiting.keys()].filter((one) => !this.suspects.has(one))];
    this.hand();
    this.restWhenDone();
  }

  private fail(error: Error): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    this.posted.clear();
    this.suspects.clear();
    this.ready = [];
    for (const { reject } of all) reject(error);
    this.restWhenDone();
  }
}
