import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  databaseNow,
  ErasureNotices,
  ErasureOrders,
  type ErasureOrder,
  type ErasureRequest,
  ErasureService,
  type NoticeReader,
  type OrderedErasure,
  type UntoldErasure,
} from '#lib/consent';
import { type BrandId, type ContactId, DomainError, type EpochMs, type ErrorCode, type MessageId } from '#lib/kernel';
import { Database, type Logger, LOGGER, Times } from '#lib/platform';
import { reference } from '../reference.js';
import { AcceptService } from '../messages/accept.service.js';
import { MadeByGateway } from '../setup/made-by-gateway.js';
import { farewellStore } from './farewell.store.js';
import { type ErasureMail, erasureTemplate, mailLanguage } from './erasure-template.js';

const BATCH = 100;
/** Somebody else sends it at this moment, or the next round will. */
const LATER: readonly ErrorCode[] = ['idempotency_in_progress', 'overloaded', 'sending_stopped'];

/** Whoever is asked must answer (GDPR Art. 6 (1) (c) with Art. 12 (3) and (4)). */
const PURPOSE = {
  key: 'data-rights',
  legalBasis: 'legal_obligation',
  labels: { en: 'Answers about your data', de: 'Antworten zu Ihren Daten' },
};

/** The message in which somebody is told, as it was accepted. */
export interface Told {
  readonly message: MessageId;
  readonly status: 'queued' | 'dropped';
  /** Why it does not leave; null when it does, now or later. */
  readonly reason: string | null;
}

/** A farewell, and what it says is kept. */
export interface Farewell {
  readonly told: Told;
  readonly restricted: { readonly until: EpochMs; readonly rule: string } | null;
}

/**
 * Tells people by mail what becomes of their requests to be erased (GDPR Art. 12(3) and (4)): transactional messages like
 * any other, decided about, written down, rendered and handed over like any other. However often and from wherever it is
 * called, each is one message.
 */
@Injectable()
export class ErasureMails {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ErasureNotices) private readonly notices: ErasureNotices,
    @Inject(ErasureService) private readonly erasures: ErasureService,
    @Inject(ErasureOrders) private readonly orders: ErasureOrders,
    @Inject(MadeByGateway) private readonly made: MadeByGateway,
    @Inject(AcceptService) private readonly acceptance: AcceptService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Tells what is still to be told about one request; null where nothing is, or `sendMissing` will have to. */
  async tell(requestId: string): Promise<Told | null> {
    const untold = await this.notices.untoldOf(requestId);
    if (untold === null) return null;
    try {
      return await this.send(untold);
    } catch (error) {
      this.logger.error({ requestId, err: error }, 'an answer about an erasure could not be sent; it is tried again');
      return null;
    }
  }

  /** Tells whoever is still to be told something; answers how many. */
  async sendMissing(): Promise<number> {
    let sent = 0;
    for (const { requestId } of await this.notices.untold(BATCH)) if ((await this.tell(requestId)) !== null) sent += 1;
    return sent;
  }

  /**
   * Tells somebody that they are erased now, and what a statute has kept: to be sent before, because afterwards there is
   * nobody to write to.
   * @throws DomainError unknown_contact; what the message is refused for
   */
  async farewell(brandId: BrandId, externalId: string): Promise<Farewell> {
    const { contactId, reader, restricted } = await this.erasures.foresee(brandId, externalId);
    const values = {
      until: restricted === null ? null : (await this.daysFor(reader)).day(restricted.until),
      law: restricted === null ? null : lawOf(restricted.rule),
    };
    const about = `${contactId} ${restricted?.until ?? ''}`;
    let told = await this.accept(brandId, reader, 'done', about, values);
    // One that was called off tells nobody; whoever is erased after all is told by another.
    while ((await farewellStore.stateOf(this.database.tx, told.message)) === 'cancelled')
      told = await this.accept(brandId, reader, 'done', `${about} after ${told.message}`, values);
    return { told, restricted };
  }

  /**
   * Tells somebody that they are erased, and has it done as soon as the mail has its end: it was handed over, or cannot be.
   * A mail that neither is by `waitMs` from now is waited for no longer, and ends as `erased`.
   * @throws DomainError unknown_contact; conflict; what the message is refused for
   */
  async eraseWhenTold(
    brandId: BrandId,
    externalId: string,
    request: ErasureRequest,
    waitMs: number,
    actor: string,
  ): Promise<Farewell & { readonly ordered: OrderedErasure }> {
    const farewell = await this.farewell(brandId, externalId);
    const waits = { messageId: farewell.told.message, waitMs };
    return { ...farewell, ordered: await this.orders.order(brandId, externalId, request, waits, actor) };
  }

  /** Erases whoever was told, or could not be, or is waited for long enough; answers how many. */
  async eraseTold(): Promise<number> {
    let erased = 0;
    let after: ErasureOrder | null = null;
    for (;;) {
      const orders: ErasureOrder[] = await this.orders.waiting(after, BATCH);
      const now = await databaseNow(this.database.tx);
      const messages = orders.map(({ messageId }) => messageId);
      const ended = new Set(await farewellStore.ended(this.database.tx, messages));
      for (const { contactId, messageId, latestAt } of orders)
        if ((ended.has(messageId) || latestAt <= now) && (await this.carryOut(contactId))) erased += 1;
      after = orders.at(-1) ?? null;
      if (orders.length < BATCH) return erased;
    }
  }

  private async carryOut(contactId: ContactId): Promise<boolean> {
    try {
      return (await this.orders.carryOut(contactId)) !== null;
    } catch (error) {
      this.logger.error({ contactId, err: error }, 'an erasure that was ordered failed; it is tried again');
      return false;
    }
  }

  private async send(untold: UntoldErasure): Promise<Told | null> {
    const { brandId, kind, requestId, askedAt, dueAt, explanation, explanationLanguage } = untold;
    const days = await this.daysFor(untold);
    const asked = { askedAt: days.day(askedAt) };
    const values =
      kind === 'received' ? { ...asked, dueAt: days.day(dueAt) } : { ...asked, explanation, explanationLanguage };
    try {
      const told = await this.accept(brandId, untold, kind, requestId, values);
      await this.notices.told(untold, told.message);
      return told;
    } catch (error) {
      if (error instanceof DomainError && LATER.includes(error.code)) return null;
      throw error;
    }
  }

  private async accept(
    brandId: BrandId,
    { to, language }: NoticeReader,
    mail: ErasureMail,
    about: string,
    variables: Readonly<Record<string, string | null>>,
  ): Promise<Told> {
    const { template, purpose } = await this.made.prepare(brandId, {
      purpose: PURPOSE,
      template: `erasure-${mail}`,
      contents: (defaultLanguage) => erasureTemplate(mail, defaultLanguage),
    });
    const key = `erasure ${mail} ${about}`;
    const answer = await this.acceptance.accept({
      sender: { brandId, test: false },
      idempotencyKey: key,
      bodyHash: createHash('sha256').update(key).digest(),
      request: { to, template, purpose, language: mailLanguage(language), variables },
      render: ({ id, status, decision }) =>
        JSON.stringify({ message: id, status, reason: decision.outcome === 'drop' ? decision.reason : null }),
    });
    if (answer.kind === 'refused') throw answer.error;
    return JSON.parse(answer.response) as Told;
  }

  private async daysFor({ language, zone }: NoticeReader): Promise<Times> {
    return new Times(mailLanguage(language), zone, await databaseNow(this.database.tx));
  }
}

/** As lawyers cite it; `rule` is pack and rule. */
function lawOf(rule: string): string {
  const cited = reference.packs.flatMap(({ id, rules }) =>
    rules.filter((one) => `${id}:${one.id}` === rule).map(({ source }) => source.cite),
  );
  return cited[0] ?? rule;
}
