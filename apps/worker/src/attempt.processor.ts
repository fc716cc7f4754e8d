import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type Type } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Channel } from '#lib/kernel';
import { Batcher, type Config, type Logger, LOGGER, queueName, type WakeUp } from '#lib/platform';
import { AttemptService, HandOverService, type Started } from '#lib/sending';

/** Ids that share a transaction, and transactions at once. */
const ATTEMPTS = { size: 500, lanes: 2 } as const;

/** Turns wake-ups into attempts; many small ones share a transaction. One for the whole process. */
@Injectable()
export class Attempts {
  private readonly batcher: Batcher<readonly string[], Started[]>;

  constructor(
    @Inject(AttemptService) private readonly attempts: AttemptService,
    @Inject(HandOverService) private readonly handOvers: HandOverService,
  ) {
    // A wake-up carries 250 ids at most, so two of those or many single ones make a batch.
    this.batcher = new Batcher((jobs) => this.attempt(jobs), { size: 50, lanes: ATTEMPTS.lanes });
  }

  async run(ids: readonly string[]): Promise<void> {
    await this.handOvers.handOver(await this.batcher.add(ids));
  }

  private async attempt(jobs: readonly (readonly string[])[]): Promise<Started[][]> {
    const started = new Map(
      (await this.inChunks([...new Set(jobs.flat())])).map((one) => [one.message.id as string, one]),
    );
    return jobs.map((ids) =>
      ids.flatMap((id) => {
        const one = started.get(id);
        started.delete(id);
        return one === undefined ? [] : [one];
      }),
    );
  }

  private async inChunks(ids: readonly string[]): Promise<Started[]> {
    const all: Started[] = [];
    for (let i = 0; i < ids.length; i += ATTEMPTS.size)
      all.push(...(await this.attempts.attempt(ids.slice(i, i + ATTEMPTS.size))));
    return all;
  }
}

/** The processor of one channel's queue: reads the ids, makes one call, and leaves every rule to the libs. */
export function attemptProcessor(channel: Channel, config: Config): Type<WorkerHost> {
  @Processor(queueName(channel), { concurrency: config.WORKER_CONCURRENCY })
  class AttemptProcessor extends WorkerHost {
    constructor(
      @Inject(Attempts) private readonly attempts: Attempts,
      @Inject(LOGGER) private readonly logger: Logger,
    ) {
      super();
    }

    async process(job: Job<WakeUp>): Promise<void> {
      await this.attempts.run(job.data.ids);
    }

    @OnWorkerEvent('failed')
    onFailed(_job: unknown, error: Error): void {
      this.logger.error({ err: error, channel }, 'attempts failed; the sweeper repeats them');
    }

    @OnWorkerEvent('error')
    onError(error: Error): void {
      this.logger.warn({ err: error, channel }, 'the queue is not reachable');
    }
  }
  return AttemptProcessor;
}
