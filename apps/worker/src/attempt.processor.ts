import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type Type } from '@nestjs/common';
import { type Job, WaitingError } from 'bullmq';
import type { Channel } from '#lib/kernel';
import {
  Batcher,
  CONFIG,
  type Config,
  type Logger,
  LOGGER,
  queueName,
  queueOptions,
  systemClock,
  type WakeUp,
} from '#lib/platform';
import { AttemptService, HandOverService, type Lane, laneOfJob, type Started, WakeUps } from '#lib/sending';
import { type Pace, paceAfter, type PartLimits, partSize, UNKNOWN_PACE } from './domain/part-size.js';

/** Ids that share a transaction at most, and transactions at once. */
const MOST = 500;
const LANES = 2;
/**
 * What is started together should be decided in about this time, because whoever leaves waits for it, and then handed
 * over in as much: whatever was started and not yet called when the process dies ends as `unknown`, and whoever leaves
 * meanwhile still gets it. How long a part waits for its turn, holding no lock, and how long storing the outcomes takes is
 * nobody's wait.
 */
const GOAL_MS = 500;
const LIMITS = { goalMs: GOAL_MS, first: 20, least: 5, most: MOST };
/** Where not even a small part meets the goal; and never so long that what was decided could not be begun in time. */
const LONGEST_DECIDING_MS = 5_000;
const LONGEST_CALLING_MS = 2_000;
const SHARE_OF_START = 1 / 4;
/** After this long a wake-up goes on only if nothing more urgent waits in its queue: a slow provider can take minutes over one. */
const PLACE_MS = 1_000;
const OUTAGE_LINE_MS = 30_000;

/**
 * Turns wake-ups into attempts and hand-overs. Many small wake-ups share a transaction; a large one is taken in
 * parts as long as its provider needs, each handed over as soon as it is committed. One for the whole process.
 */
@Injectable()
export class Attempts {
  private readonly batcher: Batcher<readonly string[], Started[]>;
  /** Of calling providers, by channel. */
  private readonly calling = new Map<Channel, Pace>();
  /** Of deciding, under the locks of those who leave. */
  private deciding = UNKNOWN_PACE;
  private readonly limits: Readonly<Record<'deciding' | 'calling', PartLimits>>;
  private readonly running = new Set<Promise<unknown>>();
  private lastOutageLine = -Infinity;
  private stopping = false;

  constructor(
    @Inject(AttemptService) private readonly attempts: AttemptService,
    @Inject(HandOverService) private readonly handOvers: HandOverService,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) { START_SECONDS }: Config,
  ) {
    const mostMs = START_SECONDS * 1000 * SHARE_OF_START;
    this.limits = {
      deciding: { ...LIMITS, longestMs: Math.min(LONGEST_DECIDING_MS, mostMs) },
      calling: { ...LIMITS, longestMs: Math.min(LONGEST_CALLING_MS, mostMs) },
    };
    this.batcher = new Batcher((parts) => this.attempt(parts), {
      size: () => partSize(this.deciding, this.limits.deciding),
      lanes: LANES,
      weigh: (ids) => ids.length,
    });
  }

  /** Answers the ids of which nothing was begun yet when the wake-up had had its place for long enough. */
  async run(channel: Channel, lane: Lane, ids: readonly string[]): Promise<readonly string[]> {
    const ended = this.inParts(channel, lane, ids).finally(() => this.running.delete(ended));
    this.running.add(ended);
    return ended;
  }

  /** Begins no further part of any wake-up; resolves when nothing is under way any more. The sweeper wakes the rest elsewhere. */
  async stop(): Promise<void> {
    this.stopping = true;
    while (this.running.size > 0) await Promise.allSettled(this.running);
    await this.handOvers.drained();
  }

  private async inParts(channel: Channel, lane: Lane, ids: readonly string[]): Promise<readonly string[]> {
    const begun = systemClock.monotonic();
    for (let done = 0; done < ids.length && !this.stopping;) {
      if (done > 0 && systemClock.monotonic() - begun > PLACE_MS) return ids.slice(done);
      const calling = this.calling.get(channel) ?? UNKNOWN_PACE;
      const size = Math.min(partSize(this.deciding, this.limits.deciding), partSize(calling, this.limits.calling));
      const part = ids.slice(done, done + size);
      const started = await this.batcher.add(part, lane);
      done += size;
      if (started.length === 0) continue;
      const calledMs = await this.handOvers.handOver(started);
      this.calling.set(channel, paceAfter(this.calling.get(channel) ?? UNKNOWN_PACE, started.length, calledMs));
    }
    return [];
  }

  /** Every channel reports an outage, again and again: one line in a while says it for all. */
  queueFailed(error: Error): void {
    const now = systemClock.monotonic();
    if (now - this.lastOutageLine < OUTAGE_LINE_MS) return;
    this.lastOutageLine = now;
    this.logger.warn({ err: error }, 'the queue is not reachable; it is tried again');
  }

  private async attempt(parts: readonly (readonly string[])[]): Promise<Started[][]> {
    const wanted = [...new Set(parts.flat())];
    const begun = systemClock.monotonic();
    const all = await this.attempts.attempt(wanted);
    if (all.length > 0) this.deciding = paceAfter(this.deciding, wanted.length, systemClock.monotonic() - begun);
    const started = new Map(all.map((one) => [one.message.id as string, one]));
    // An id that two wake-ups name goes to the first of them.
    return parts.map((ids) =>
      ids.flatMap((id) => {
        const one = started.get(id);
        started.delete(id);
        return one === undefined ? [] : [one];
      }),
    );
  }
}

/** The processor of one channel's queue: reads the ids, makes one call, and leaves every rule to the libs. */
export function attemptProcessor(channel: Channel, config: Config): Type<WorkerHost> {
  // After an outage of the queue BullMQ sleeps that long once; its own fifteen seconds are a long time for a mail.
  @Processor(queueName(channel), {
    concurrency: config.WORKER_CONCURRENCY,
    runRetryDelay: 1_000,
    connection: queueOptions(config).connection,
  })
  class AttemptProcessor extends WorkerHost {
    constructor(
      @Inject(Attempts) private readonly attempts: Attempts,
      @Inject(WakeUps) private readonly wakeUps: WakeUps,
      @Inject(LOGGER) private readonly logger: Logger,
    ) {
      super();
    }

    async process(job: Job<WakeUp>, token?: string): Promise<void> {
      const lane = laneOfJob(job.priority);
      this.wakeUps.tookUp(channel, lane, systemClock.now() - job.timestamp, job.attemptsStarted === 1);
      const rest = await this.attempts.run(channel, lane, job.data.ids);
      if (rest.length === 0) return;
      // To the front of its lane: whoever takes a wake-up next takes this one, unless something more urgent waits.
      await job.updateData({ ids: rest });
      await job.moveToWait(token);
      throw new WaitingError();
    }

    @OnWorkerEvent('failed')
    onFailed(_job: unknown, error: Error): void {
      this.logger.error({ err: error, channel }, 'attempts failed; the sweeper repeats them');
    }

    @OnWorkerEvent('error')
    onError(error: Error): void {
      this.attempts.queueFailed(error);
    }
  }
  return AttemptProcessor;
}
