import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerHost } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { KEY_FILE, LedgerService, Publisher, readKeys, Sequencer } from '#lib/ledger';
import { writeVerifierKey } from '#lib/proof';
import { CONFIG, type Config, Database, KEY_RING, type KeyRing, type Logger, LOGGER, systemClock } from '#lib/platform';
import { OutcomeService, SweeperService } from '#lib/sending';
import { Attempts } from './attempt.processor.js';
import { Housekeeping } from './housekeeping.js';

/** Between two rounds of the sweeper: how late a held message may wake. */
const SWEEP_MS = 500;
/** How long the queue may take to confirm that a worker takes no more jobs. */
const CLOSING_MS = 2_000;

/** Injection token of all queue processors of this process. */
export const PROCESSORS = Symbol('processors');

/** What a worker does besides its queues: sweep, reap, give ledger entries their positions, and publish the log. */
@Injectable()
export class Background implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopSweeping: (() => Promise<void>) | undefined;
  private readonly sequencer: Sequencer | undefined;
  private readonly publisher: Publisher | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(KEY_RING) keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(SweeperService) private readonly sweeper: SweeperService,
    @Inject(OutcomeService) private readonly outcomes: OutcomeService,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(Housekeeping) private readonly housekeeping: Housekeeping,
    @Inject(PROCESSORS) private readonly processors: readonly WorkerHost[],
  ) {
    const url = config.SEQUENCER_DATABASE_URL;
    const onError = (error: unknown): void => this.logger.error({ err: error }, 'a round of the sequencer failed');
    this.sequencer =
      url === undefined
        ? undefined
        : new Sequencer({ url, keys: { kek: keys.ledgerKek, macKey: keys.ledgerMac }, onError });
    const folder = config.LEDGER_DIR;
    if (url === undefined || folder === undefined) return;
    this.publisher = new Publisher({
      url,
      folder,
      beforeRecognising: () => this.housekeeping.beforeRecognising(),
      onError: (error) => this.logger.error({ err: error }, 'a round of the publisher failed'),
      onWitness: (witness, trouble) =>
        trouble === null
          ? this.logger.info({ witness }, 'a witness cosigns again')
          : this.logger.warn({ witness, trouble }, 'a witness does not cosign; checkpoints are published without it'),
      onProblem: (problem) =>
        problem === null
          ? this.logger.info('the log is signed')
          : this.logger.error({ problem }, 'the log is not signed any more; see "The log is not signed" in operations'),
    });
  }

  /** @throws Error when the sequencer's connection must not be trusted with positions. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.sequencer === undefined)
      this.logger.warn('SEQUENCER_DATABASE_URL is not set: this worker gives no ledger positions');
    const problems = (await this.sequencer?.problems({ durable: this.config.NODE_ENV !== 'test' })) ?? [];
    if (problems.length > 0) throw new Error(`SEQUENCER_DATABASE_URL cannot be used: ${problems.join('; ')}`);
    this.sequencer?.start();
    if (this.publisher !== undefined) await this.nameLog();
    this.publisher?.start();
    this.stopSweeping = this.sweeper.run(SWEEP_MS);
    this.housekeeping.start();
  }

  /** Whoever reads the log from its start learns there what it is called and by which key it is signed. */
  private async nameLog(): Promise<void> {
    const [{ key }] = readKeys(path.join(this.config.LEDGER_DIR ?? '', KEY_FILE));
    await this.database.transaction((tx) =>
      this.ledger.nameLog(tx, key.name, writeVerifierKey(key), systemClock.now()),
    );
  }

  /**
   * In this order, so that nothing is left open: nothing new is woken; what is under way ends, which includes the
   * provider's answer and the outcome; sequencer and publisher go last. Only after all this do connections close.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.stopSweeping?.(), this.housekeeping.stop()]);
    void this.attempts.stop();
    // From here on they take nothing more. Whether the queue confirms that does not matter: it may be down.
    const closed = Promise.allSettled(this.processors.map((processor) => processor.worker.close()));
    await Promise.race([closed, sleep(CLOSING_MS, undefined, { ref: false })]);
    await this.attempts.stop();
    await this.outcomes.drained();
    await this.sequencer?.stop();
    await this.publisher?.stop();
  }
}
