import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DoubleOptInService, RetentionService } from '#lib/consent';
import { type Logger, LOGGER } from '#lib/platform';
import { ConfirmationMails } from '#lib/sending';

/** Confirmations that a crash left unsent are looked for this often. */
const MAILS_MS = 10_000;
/** What is over is cleared away this often; nobody waits for it. */
const CLEARING_MS = 10 * 60_000;
/** All evidence is looked through this often. */
const EVIDENCE_MS = 24 * 3_600_000;

/** Keeps its house in order, in the background: sends what was left, clears away what is over, lets old evidence go. */
@Injectable()
export class Housekeeping {
  private readonly stopped = new AbortController();
  private rounds: Promise<void>[] = [];

  constructor(
    @Inject(ConfirmationMails) private readonly mails: ConfirmationMails,
    @Inject(DoubleOptInService) private readonly optIns: DoubleOptInService,
    @Inject(RetentionService) private readonly retention: RetentionService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.rounds = [
      this.every(MAILS_MS, MAILS_MS, () => this.mails.sendMissing()),
      this.every(CLEARING_MS, CLEARING_MS, (signal) => this.optIns.purge(signal)),
      this.every(CLEARING_MS, CLEARING_MS, (signal) => this.retention.finishErasures(signal)),
      this.every(CLEARING_MS, EVIDENCE_MS, (signal) => this.retention.forgetOldEvidence(signal)),
    ];
  }

  /** Resolves when the rounds that run are over. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.rounds);
  }

  private async every(
    firstMs: number,
    pauseMs: number,
    round: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const { signal } = this.stopped;
    for (let wait = firstMs; !signal.aborted; wait = pauseMs) {
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await round(signal);
      } catch (error) {
        this.logger.error({ err: error }, 'a round of the housekeeping failed; the next follows');
      }
    }
  }
}
