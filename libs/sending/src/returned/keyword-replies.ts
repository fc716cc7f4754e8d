import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { databaseNow, InboundService, type KeywordAnswer, type KeywordReading, type TextContext } from '#lib/consent';
import type { BrandId, Channel } from '#lib/kernel';
import { Database, type Logger, LOGGER } from '#lib/platform';
import { AcceptService } from '../messages/accept.service.js';
import { SmppSettings } from '../senders/smpp/smpp-settings.js';
import { MadeByGateway } from '../setup/made-by-gateway.js';
import { type KeywordReply, replyTemplate } from './domain/reply-template.js';

/** A text that somebody wrote, as it was read. */
export interface ReadText {
  readonly from: string;
  readonly reading: KeywordReading;
  readonly reply: KeywordAnswer['reply'];
}

/** The account on whose connection it came. */
export interface ReplyingAccount {
  readonly id: string;
  readonly brandId: BrandId;
  readonly channel: Channel;
  readonly kind: string;
  readonly settings: unknown;
  /** What is known of where it came to. */
  readonly cameTo: TextContext;
}

/** 47 CFR 64.1200 (a) (12): within five minutes; who asked then has stopped waiting. */
const LATEST_MS = 5 * 60_000;
/** Each number gets one answer of a kind in such a stretch of time, so that two machines do not talk to each other. */
const ONCE_MS = 60 * 60_000;

/** Why nobody has to agree: they asked. Nobody can leave it, because it says nothing unasked. */
const PURPOSE = {
  key: 'answers',
  legalBasis: 'legal_obligation',
  labels: { en: 'Answers to HELP and STOP', de: 'Antworten auf HILFE und STOP' },
};

/**
 * Answers keywords that came on the connection of a center: transactional messages like any other, decided about, written
 * down, rendered and handed over like any other. Other providers answer themselves, or their callers do.
 */
@Injectable()
export class KeywordReplies {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(InboundService) private readonly inbound: InboundService,
    @Inject(MadeByGateway) private readonly made: MadeByGateway,
    @Inject(AcceptService) private readonly acceptance: AcceptService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never throws: what somebody wrote was carried out already, and must not be brought again for want of an answer. */
  async send(account: ReplyingAccount, text: ReadText): Promise<void> {
    const reply = account.kind === 'smpp' ? replyTo(text, SmppSettings.parse(account.settings).answers) : null;
    if (reply === null) return;
    try {
      await this.accept(account, reply, text);
    } catch (error) {
      this.logger.error({ provider: account.id, reply, err: error }, 'a keyword could not be answered');
    }
  }

  private async accept(
    { brandId, channel, cameTo }: ReplyingAccount,
    reply: KeywordReply,
    text: ReadText,
  ): Promise<void> {
    const writer = await this.inbound.writer(brandId, channel, text.from, cameTo);
    if (writer === null) return;
    const { template, purpose } = await this.made.prepare(brandId, {
      purpose: PURPOSE,
      template: `keyword-${reply}`,
      contents: (defaultLanguage) => replyTemplate(reply, defaultLanguage),
    });
    const now = await databaseNow(this.database.tx);
    const key = `keyword ${reply} ${writer.id} ${Math.floor(now / ONCE_MS)}`;
    const language = 'language' in text.reading ? text.reading.language : null;
    const answer = await this.acceptance.accept({
      sender: { brandId, test: false },
      idempotencyKey: key,
      bodyHash: createHash('sha256').update(key).digest(),
      request: {
        to: writer.externalId,
        template,
        purpose,
        step: `keyword-${reply}`,
        expiresAt: now + LATEST_MS,
        ...(writer.isNew && language !== null ? { language } : {}),
      },
      render: ({ id }) => id,
    });
    if (answer.kind === 'refused') throw answer.error;
  }
}

/** Which answer a text gets by the settings of its account; null: none. */
function replyTo({ reply }: ReadText, answers: readonly ('help' | 'opt_out')[]): KeywordReply | null {
  switch (reply) {
    case 'help':
      return answers.includes('help') ? 'help' : null;
    case 'opt_out_confirmed':
    case 'opt_out_clarification':
      return answers.includes('opt_out') ? 'left' : null;
    case 'opt_out_question':
      return answers.includes('opt_out') ? 'question' : null;
    default:
      return null;
  }
}
