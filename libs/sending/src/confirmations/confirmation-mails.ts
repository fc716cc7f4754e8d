import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DoubleOptInService } from '#lib/consent';
import { DomainError, type ErrorCode, type MessageId } from '#lib/kernel';
import { type Logger, LOGGER } from '#lib/platform';
import { AcceptService } from '../messages/accept.service.js';

/** A request is left to whoever took it for this long; then a crash came between, and its message is sent from here. */
const LEFT_ALONE_MS = 15_000;
const BATCH = 100;
/** Somebody else sends it at this moment, or the next round will. */
const LATER: readonly ErrorCode[] = ['idempotency_in_progress', 'overloaded', 'sending_stopped'];

/**
 * Sends what asks the owner of an address for a confirmation: a transactional message like any other, decided about,
 * written down, rendered and handed over like any other. The link is made at its hand-over and stands in no row.
 */
@Injectable()
export class ConfirmationMails {
  constructor(
    @Inject(DoubleOptInService) private readonly optIns: DoubleOptInService,
    @Inject(AcceptService) private readonly acceptance: AcceptService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Accepts the message of a request. However often and from wherever it is called, it is one message. */
  async send(optInId: string): Promise<void> {
    const optIn = await this.optIns.find(optInId);
    if (optIn === null || optIn.mailedAt !== null) return;
    const { brandId, test, to, template, messagePurpose, language, expiresAt } = optIn;
    const answer = await this.acceptance.accept({
      sender: { brandId, test },
      idempotencyKey: `double opt-in ${optInId}`,
      bodyHash: createHash('sha256').update(optInId).digest(),
      request: {
        to,
        template,
        purpose: messagePurpose,
        variables: { confirmation: optInId },
        expiresAt,
        ...(language === null ? {} : { language }),
      },
      render: ({ id }) => id,
    });
    if (answer.kind === 'accepted') return this.optIns.mailed(optInId, answer.response as MessageId);
    if (LATER.includes(answer.error.code)) return;
    this.logger.error({ optInId, code: answer.error.code }, 'a confirmation cannot be sent as it is set up');
    throw new DomainError('conflict', `The confirmation cannot be sent: ${answer.error.detail}`, {
      cause: answer.error,
    });
  }

  /** Sends what a crash left; answers how many. */
  async sendMissing(): Promise<number> {
    const ids = await this.optIns.unmailed(LEFT_ALONE_MS, BATCH);
    let sent = 0;
    for (const id of ids) {
      try {
        await this.send(id);
        sent += 1;
      } catch (error) {
        this.logger.error({ optInId: id, err: error }, 'a confirmation could not be sent; the next round tries again');
      }
    }
    return sent;
  }
}
