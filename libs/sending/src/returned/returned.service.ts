import { createHash } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { InboundService, type MailOutcome, type TextContext, type TextOutcome, type Unheard } from '#lib/consent';
import type { BrandId, Channel, ContactPointId, EpochMs, MessageId } from '#lib/kernel';
import { Database, KEY_RING, type KeyRing, type Logger, LOGGER, systemClock } from '#lib/platform';
import type { Feedback } from '../feedback/domain/feedback.js';
import { FeedbackService } from '../feedback/feedback.service.js';
import { feedbackStore, type RecordedFeedback } from '../feedback/feedback.store.js';
import { countMail, countText } from '../figures/counters.js';
import { TwilioSecret, TwilioSettings } from '../senders/http/twilio.js';
import { WhatsAppSecret, WhatsAppSettings } from '../senders/http/whatsapp.js';
import { openProviderSecret } from '../senders/provider-secret.js';
import { SmppSettings } from '../senders/smpp/smpp-settings.js';
import type { ProviderKind } from '../senders/sender-cache.js';
import { answeredStore } from './answered.store.js';
import { MailReader } from './mail-reader.js';
import { isSame } from './same-secret.js';
import type {
  MessageRef,
  Returned,
  ReturnedEvent,
  ReturnedLeave,
  ReturnedText,
  WebhookReading,
  WebhookRequest,
} from './returned.js';
import { readTwilio } from './twilio-webhook.js';
import { readWhatsApp } from './whatsapp-webhook.js';

/** An account with a provider, opened. */
export interface Account {
  readonly id: string;
  readonly brandId: BrandId;
  readonly channel: Channel;
  readonly kind: ProviderKind;
  readonly settings: unknown;
  readonly secret: unknown;
  readonly cameTo: TextContext;
}

/** Who brings something back. */
type Bringing = Pick<Account, 'id' | 'brandId' | 'channel'> & { readonly cameTo?: TextContext | undefined };

/** Who reports, where it is no provider. */
const MAILBOX = 'mailbox';

/** What came of a request. `refused`: it is not known to be from the provider, or there is no such provider. */
export type WebhookOutcome =
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'taken'; readonly events: number; readonly left: number };

/** And who connects a channel to it by the api. */
const CALLER = 'caller';
const ACTORS = new Map([
  [MAILBOX, 'mail server'],
  [CALLER, 'inbound text'],
]);
/** Who writes later than this after a message answers something else. */
const ANSWERED_WITHIN_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;

export interface InboundText {
  readonly id?: string | undefined;
  readonly from: string;
  readonly text: string;
  /** What it was sent to, and by whose plan numbers are written there; see `TextContext`. */
  readonly to?: string | undefined;
  readonly country?: string | undefined;
}

interface HeardText {
  readonly from: string;
  readonly outcome: TextOutcome;
}

/** What came of a mail. */
export type MailTaken =
  | MailOutcome
  | { readonly kind: 'reported' }
  | { readonly kind: 'ignored'; readonly why: 'unreadable'; readonly forReview: true };

/** Why nothing was done about a mail that a person wrote, and no machine. */
const BY_PEOPLE: ReadonlySet<string> = new Set(['unknown_token', 'unknown_sender', 'unclear']);

/** Takes in what providers bring back: what became of messages, and what people answered. */
@Injectable()
export class ReturnedService implements BeforeApplicationShutdown {
  private readonly mails = new MailReader();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FeedbackService) private readonly feedback: FeedbackService,
    @Inject(InboundService) private readonly inbound: InboundService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.mails.close();
  }

  /** Everything in it is recorded before this answers; what was recorded before does nothing again. */
  async webhook(providerId: string, request: WebhookRequest): Promise<WebhookOutcome> {
    const account = await this.account(providerId);
    const reading = account === null ? ({ kind: 'forged' } as const) : readingOf(account, request);
    if (account === null || reading.kind === 'forged') return { kind: 'refused' };
    if (reading.kind === 'unreadable') return reading;
    if (reading.odd > 0)
      this.logger.warn(
        { provider: account.id, odd: reading.odd },
        'a provider brought what is not read, among what is',
      );
    const { events, left } = await this.take(account, reading.returned);
    return { kind: 'taken', events, left };
  }

  /**
   * A mail that came to the mailbox: a report of a mail server, or what somebody wrote. Nothing signs a report, but it
   * names a message of the brand by an id that only its recipient and the servers on its way have seen.
   */
  async mail(brandId: BrandId, raw: Buffer): Promise<MailTaken> {
    const reading = await this.mails.read(raw);
    if (reading.kind === 'unreadable') {
      this.logger.warn({ why: reading.why, bytes: raw.length }, 'a mail was not read');
      countMail('unreadable');
      return { kind: 'ignored', why: 'unreadable', forReview: true };
    }
    const { name, report, mail, answers } = reading.arrival;
    const mailbox = { id: MAILBOX, brandId, channel: 'email' } as const;
    if (report !== null) {
      const { events } = await this.take(mailbox, report);
      countMail(events > 0 ? 'reported' : 'bounce');
      return events > 0 ? { kind: 'reported' } : { kind: 'ignored', why: 'bounce', forReview: false };
    }
    const pointId = answers?.isDirect === true ? await this.pointOfMail(brandId, answers.message) : null;
    const outcome = await this.inbound.mail(brandId, mail, { pointId, name });
    this.tellOfMail(outcome);
    // What may be a no is no success of the message before it.
    if (outcome.kind === 'ignored' && BY_PEOPLE.has(outcome.why) && !outcome.forReview && answers !== null) {
      const { message: id, key } = answers;
      const reply = { kind: 'event', id: `mail ${key} reply`, type: 'replied', message: { id }, at: null, bounce: null } as const; // prettier-ignore
      await this.take(mailbox, [reply]);
    }
    return outcome;
  }

  /**
   * A text message that whoever is connected to a channel brings.
   * @param id its name there; what comes again under it is the same
   */
  async text(brandId: BrandId, channel: Channel, { id, from, text, to, country }: InboundText): Promise<TextOutcome> {
    const one = { kind: 'text', from, text, ...(id !== undefined && { id: `text ${id}` }) } as const;
    const { outcomes } = await this.take({ id: CALLER, brandId, channel, cameTo: { to, country } }, [one]);
    const [heard] = outcomes;
    if (heard === undefined) throw new Error('a text was not heard');
    return heard.outcome;
  }

  /** The words that Meta is to be answered with when it asks whether a URL is ours; null when it is not Meta that asks. */
  async challenge(providerId: string, query: URLSearchParams): Promise<string | null> {
    const account = await this.account(providerId);
    if (account?.kind !== 'whatsapp_cloud' || query.get('hub.mode') !== 'subscribe') return null;
    const { verifyToken } = WhatsAppSecret.parse(account.secret);
    const isMeta = verifyToken !== undefined && isSame(verifyToken, query.get('hub.verify_token') ?? '');
    return isMeta ? query.get('hub.challenge') : null;
  }

  private tellOfText(provider: string, channel: Channel, { reading, answer, unheard }: TextOutcome): void {
    if (unheard !== null) return this.tellOfUnheard(provider, channel, unheard);
    countText(channel, answer.forReview ? 'unclear' : reading.kind);
    // The text is kept nowhere here: the provider has it, and whoever reads this looks there.
    if (answer.forReview) this.logger.warn({ provider, channel }, 'a text that may mean leaving was not understood');
  }

  private tellOfMail(outcome: MailOutcome): void {
    if (outcome.kind === 'left') return countMail('opt_out');
    if (!outcome.forReview) return countMail(outcome.why === 'unclear' ? 'other' : outcome.why);
    countMail('unclear');
    // The mail is kept nowhere here: whoever reads this looks into the mailbox.
    this.logger.warn({ why: outcome.why }, 'a mail that may mean leaving was not understood');
  }

  /** Whom a message of the brand went to: they answer it, from whatever mailbox. */
  private async pointOfMail(brandId: BrandId, message: MessageId): Promise<ContactPointId | null> {
    const [row] = await this.database.tx.sql<{ id: ContactPointId | null }>`
      SELECT contact_point_id AS id FROM sending.message WHERE id = ${message} AND brand_id = ${brandId} AND channel = 'email'`;
    return row?.id ?? null;
  }

  private tellOfUnheard(provider: string, channel: Channel, why: Unheard): void {
    countText(channel, 'unheard');
    this.logger.error(
      { provider, channel, why },
      'somebody wants to leave, and nobody can tell by what they wrote from who it is; nothing was done',
    );
  }

  /**
   * People who leave come first: what is only counted may wait for them.
   * @returns `unknown`: events of messages that nobody knows, or not yet
   */
  async take(
    account: Bringing,
    returned: readonly Returned[],
  ): Promise<{ events: number; left: number; unknown: readonly ReturnedEvent[]; outcomes: readonly HeardText[] }> {
    const { id, brandId, channel } = account;
    const found = await this.messagesOf(account, returned);
    const contextOf = ({ id: name, message }: ReturnedText | ReturnedLeave): TextContext => ({
      ...account.cameTo,
      pointId: (message === undefined ? undefined : namedBy(message, found))?.contactPointId ?? null,
      name: name === undefined ? null : `${id} ${name}`,
    });
    let left = 0;
    const outcomes: HeardText[] = [];
    const replies: ReturnedEvent[] = [];
    for (const one of returned) {
      if (one.kind === 'text') {
        const outcome = await this.inbound.text(brandId, channel, one.from, one.text, contextOf(one));
        if (outcome.left !== null) left++;
        outcomes.push({ from: one.from, outcome });
        this.tellOfText(id, channel, outcome);
        // A no is kept as one, and is no success of the message before it.
        if (outcome.reading.kind !== 'opt_out' && outcome.answer.reply !== 'opt_out_question')
          replies.push(...(await this.replyOf(account, one, found)));
      }
      if (one.kind !== 'left') continue;
      const evidence = { method: 'provider', source: `provider ${id}`, wording: one.wording };
      const leaving = await this.inbound.leaveByAddress(brandId, channel, one.address, evidence, contextOf(one));
      if (typeof leaving === 'string') this.tellOfUnheard(id, channel, leaving);
      else left++;
    }
    const events = [...returned.filter((one): one is ReturnedEvent => one.kind === 'event'), ...replies];
    const before = await this.recordedAs(brandId, events);
    const now = systemClock.now();
    const unknown: ReturnedEvent[] = [];
    const feedback = events.flatMap((event): Feedback[] => {
      const named = namedBy(event.message, found);
      const messageId = 'id' in event.message ? event.message.id : named?.id;
      if (messageId === undefined) {
        unknown.push(event);
        return [];
      }
      const { type, bounce, afterMs } = event;
      const eventId = eventIdOf(event, messageId, before.get(event.id));
      const sentAt = named?.sentAt ?? null;
      const ended = afterMs === undefined || sentAt === null ? now : Math.min(sentAt + afterMs, now);
      return [{ id: eventId, type, messageId, at: event.at ?? ended, bounce, automated: false, link: null }];
    });
    if (feedback.length === 0) return { events: 0, left, unknown, outcomes };
    const reporter = {
      brandId,
      test: false,
      actor: ACTORS.get(id) ?? `provider ${id}`,
      via: 'webhook',
    } as const;
    const answers = await this.feedback.report(feedback, reporter);
    const refused = answers.flatMap((answer) => (answer.kind === 'refused' ? [answer] : []));
    const odd = refused.filter(({ code }) => code !== 'event_id_reused').map(({ code }) => code);
    if (odd.length > 0) this.logger.warn({ provider: id, refused: odd }, 'a provider reported what cannot be');
    // The same event a second time has another time, where the provider says none.
    const timed = new Set(events.flatMap((event) => (event.at === null ? [] : [event.id])));
    const reused = refused.filter((answer) => answer.code === 'event_id_reused' && timed.has(answer.id)).length;
    if (reused > 0) this.logger.warn({ provider: id, reused }, 'a provider reported other events under names of earlier ones, which stand'); // prettier-ignore
    return { events: answers.length - odd.length, left, unknown, outcomes };
  }

  /**
   * What somebody wrote, as an answer to the message that it names, or else to the last that they were sent there; none
   * where that was none.
   */
  private async replyOf(
    { id: accountId, brandId, channel, cameTo }: Bringing,
    said: ReturnedText,
    found: ReadonlyMap<string, Named>,
  ): Promise<ReturnedEvent[]> {
    const named = said.message === undefined ? undefined : namedBy(said.message, found)?.id;
    const by = { brandId, channel, providerId: accountId === CALLER ? null : accountId };
    const now = systemClock.now();
    const last = async (): Promise<MessageId | null> =>
      answeredStore.lastMessage(
        this.database.tx,
        by,
        await this.inbound.pointsOf(brandId, channel, said.from, cameTo),
        now - ANSWERED_WITHIN_MS,
      );
    const message = named ?? (await last());
    if (message === null) return [];
    // Centers give texts no names, and bring one again that was not answered in time: the same words within an hour are one.
    const nameless = `text ${digest(`${message} ${said.text} ${Math.floor(now / HOUR_MS)}`)}`;
    const id = `${said.id ?? nameless} reply`;
    return [{ kind: 'event', id, type: 'replied', message: { id: message }, at: said.at ?? null, bounce: null }];
  }

  /** What is recorded under the names that a provider gave for a while alone: events once stood under them. */
  private async recordedAs(
    brandId: BrandId,
    events: readonly ReturnedEvent[],
  ): Promise<ReadonlyMap<string, RecordedFeedback>> {
    const ids = events.flatMap(({ id, said }) => (said === undefined ? [] : [id]));
    return ids.length === 0 ? new Map() : feedbackStore.recorded(this.database.tx, brandId, ids);
  }

  /**
   * The messages that are named, by the name they have there; those of the brand that went out on the channel. A center
   * that counts begins anew one day: a name means the last that was given it.
   */
  private async messagesOf(
    { id: providerId, brandId, channel }: Pick<Account, 'id' | 'brandId' | 'channel'>,
    returned: readonly Returned[],
  ): Promise<Map<string, Named>> {
    const named = returned.flatMap(({ message }) => (message === undefined ? [] : [message]));
    const refs = named.flatMap((message) => ('ref' in message ? [message.ref, ...(message.others ?? [])] : []));
    // An event needs no more of its message than the id that it has.
    const ids = returned.flatMap((one) =>
      one.kind !== 'event' && one.message !== undefined && 'id' in one.message ? [one.message.id] : [],
    );
    if (refs.length === 0 && ids.length === 0) return new Map();
    const rows = await this.database.tx.sql<Named & { key: string }>`
      SELECT n.key, m.id, m.contact_point_id AS "contactPointId", n.at AS "sentAt"
        FROM (SELECT * FROM (
                SELECT DISTINCT ON (provider_ref) 'ref ' || provider_ref AS key, message_id AS id, at FROM sending.touch
                 WHERE provider_id = ${refs.length === 0 ? null : providerId} AND provider_ref = ANY (${refs}::text[]) AND channel IN ('sms', 'whatsapp')
                 ORDER BY provider_ref, at DESC, message_id DESC) r
              UNION ALL
              SELECT DISTINCT 'id ' || id, id, NULL::timestamptz FROM unnest(${ids}::uuid[]) AS u (id)) n
        JOIN sending.message m ON m.id = n.id
       WHERE m.brand_id = ${brandId} AND m.channel = ${channel}`;
    return new Map(rows.map(({ key, ...message }) => [key, message]));
  }

  async account(id: string): Promise<Account | null> {
    const [row] = await this.database.tx.sql<
      Omit<Account, 'secret' | 'cameTo'> & { secret: Buffer | null; updatedAt: EpochMs }
    >`
      SELECT id, brand_id AS "brandId", channel, kind, settings, secret FROM sending.provider WHERE id = ${id}`;
    if (row === undefined) return null;
    return {
      ...row,
      secret: row.secret === null ? {} : openProviderSecret(this.keys, id, row.secret),
      cameTo: row.kind === 'smpp' ? cameTo(SmppSettings.parse(row.settings)) : {},
    };
  }
}

/** What people answer to, and how the center there writes their numbers. */
function cameTo({ from, numbersOf }: SmppSettings): TextContext {
  return { to: from, country: numbersOf };
}

/** A message that is named by what came back. */
interface Named {
  readonly id: MessageId;
  readonly contactPointId: ContactPointId;
  /** When the provider took it; null where it was not named by the provider's id. */
  readonly sentAt: EpochMs | null;
}

/** Under which name an event is recorded, unless the same is under another already. */
function eventIdOf({ id, said }: ReturnedEvent, messageId: MessageId, before: RecordedFeedback | undefined): string {
  return said === undefined || before?.messageId === messageId ? id : `${said} ${messageId}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The message that is meant: by the first of its names that is one. */
function namedBy(message: MessageRef, found: ReadonlyMap<string, Named>): Named | undefined {
  if ('id' in message) return found.get(`id ${message.id}`);
  const ref = [message.ref, ...(message.others ?? [])].find((one) => found.has(`ref ${one}`));
  return ref === undefined ? undefined : found.get(`ref ${ref}`);
}

function readingOf({ kind, settings, secret }: Account, request: WebhookRequest): WebhookReading {
  switch (kind) {
    case 'twilio': {
      const { webhookUrl } = TwilioSettings.parse(settings);
      return webhookUrl === undefined
        ? { kind: 'forged' }
        : readTwilio(request, { url: webhookUrl, ...TwilioSecret.parse(secret) });
    }
    case 'whatsapp_cloud': {
      const { appSecret } = WhatsAppSecret.parse(secret);
      const { phoneNumberId } = WhatsAppSettings.parse(settings);
      return appSecret === undefined ? { kind: 'forged' } : readWhatsApp(request, { appSecret, phoneNumberId });
    }
    default:
      return { kind: 'forged' };
  }
}
