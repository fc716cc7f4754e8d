import { randomUUID } from 'node:crypto';
import { recipientStore } from '#lib/consent';
import { asksWhere } from '#lib/decision';
import {
  type BrandId,
  type ContactPointId,
  DomainError,
  type EntryId,
  type EpochMs,
  type MessageId,
} from '#lib/kernel';
import type { JsonValue, LedgerService, NewEntry } from '#lib/ledger';
import { type Database, newId, randomBytesPooled, type Tx } from '#lib/platform';
import { Catalog } from '../catalog/catalog.js';
import { placeOf } from '../messages/domain/best-time.js';
import { bestTimeStore, type NewBestTime } from '../messages/best-time.store.js';
import { type Prepared, standing, toMessage } from '../messages/accepted-message.js';
import { DecisionBatch } from '../messages/decision-batch.js';
import type { Goal } from '../messages/domain/best-arm.js';
import { standsInLine } from '../messages/domain/in-line.js';
import { acceptedEntry, decidedEntry, endedEntry, handOverEntry } from '../messages/domain/entries.js';
import {
  DEFAULT_LIFETIME_MS,
  DEFAULT_PRIORITY,
  type MessageStatus,
  type SendRequest,
} from '../messages/domain/message.js';
import { resolveRequest } from '../messages/domain/resolve-request.js';
import { type HandOverResult, settle } from '../messages/domain/settle.js';
import { limitStore, type NewCapUse } from '../messages/limit.store.js';
import { messageStore, type NewMessage, type StatusChange } from '../messages/message.store.js';
import { touchStore } from '../messages/touch.store.js';
import { linkId, type LinksOfMessage, trackedLinkStore } from '../tracking/tracked-link.store.js';

/** One template that went to many people at one instant of the past. */
export interface PastMailing {
  readonly at: EpochMs;
  readonly request: Pick<SendRequest, 'template' | 'topic' | 'campaign' | 'step'>;
  readonly to: readonly PastRecipient[];
  /** Where links of the mail lead whose clicks are counted. */
  readonly links?: readonly string[];
  /** What its time was drawn for; every tenth was sent at any allowed time, to compare with. Left out: it was not drawn. */
  readonly goal?: Goal;
}

export interface PastRecipient {
  /** External id. */
  readonly to: string;
  readonly variant?: string;
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** With which code its provider refused the message, not the address; null: it took it. */
  readonly refusal: string | null;
}

/** How a message of the past ended. */
export interface PastMessage {
  readonly id: MessageId;
  readonly to: string;
  readonly status: MessageStatus;
  readonly endedAt: EpochMs;
  /** Where its opt-out link leads; null where there was no address. */
  readonly contactPointId: ContactPointId | null;
  readonly scopeId: string;
  /** Counted links that it left with. A click on one is reported as an event that begins with `link`, a space and its id. */
  readonly links: LinksOfMessage['links'];
}

/** From acceptance to hand-over, from there to the first answer, and from answer to answer. */
const WORKER_MS = 900;
const PROVIDER_MS = 400;
const GAP_MS = 35;
const LEASE_MS = 60_000;

/**
 * Writes messages that somebody sent before there was this gateway, or that never were, as the gateway would have written
 * them then: each is decided by the same rules, on the facts as they stand and for the instant that is told; rows, places
 * under caps, touches and ledger entries are those of the pipeline. The entries say two times, as all do: `at`, when they
 * were appended, is now, and `now`, the instant they judge by, is of the past. So no proof says that it was then.
 *
 * Mailings must be told in order of time, with what people said and reported in between: facts know no later than now.
 */
export class PastMailings {
  private readonly worker = randomUUID();

  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
  ) {}

  /**
   * All in one transaction, so nobody finds one of these messages waiting.
   * @returns each message with its end, in the order of the recipients
   * @throws DomainError where something that is named is not there, or the mailing does not lie in the past
   */
  async record(brandId: BrandId, mailing: PastMailing): Promise<PastMessage[]> {
    return this.database.transaction(async (tx) => {
      const [clock] = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
      const entries: NewEntry[] = [];
      const all = await this.accept(tx, brandId, mailing, entries);
      for (;;) {
        const waiting = all.filter(({ message }) => message.dueAt !== null);
        if (waiting.length === 0) break;
        const now = Math.min(...waiting.map(({ message }) => message.dueAt ?? Infinity));
        if (now + LEASE_MS > (clock?.now ?? 0))
          throw new DomainError('invalid_request', 'A mailing of the past must have come to its end by now.');
        const due = waiting.filter(({ message }) => message.dueAt === now);
        await this.attempt(tx, due, now, entries);
      }
      await this.ledger.append(tx, entries);
      if (mailing.goal !== undefined) await bestTimeStore.insert(tx, drawnTimes(all, mailing.goal));
      const counted = all
        .filter(({ message }) => message.status === 'sent')
        .map(({ message: { id } }) => ({
          messageId: id,
          links: (mailing.links ?? []).map((url) => ({ id: linkId(id, url), url })),
        }));
      await trackedLinkStore.add(tx, counted);
      const linksOf = new Map(counted.map(({ messageId, links }) => [messageId, links]));
      return all.map(({ message, prepared, recipient }) => ({
        id: message.id,
        to: recipient.to,
        status: message.status,
        endedAt: message.endedAt ?? message.acceptedAt,
        contactPointId: message.contactPointId,
        scopeId: prepared.candidate.subject.topic?.id ?? message.purposeId,
        links: linksOf.get(message.id) ?? [],
      }));
    });
  }

  private async accept(
    tx: Tx,
    brandId: BrandId,
    { at, request, to }: PastMailing,
    entries: NewEntry[],
  ): Promise<Underway[]> {
    const prepared = await prepare(tx, brandId, at, request, to);
    const candidates = prepared.map(({ candidate }) => candidate);
    await recipientStore.lock(
      tx,
      candidates.map(({ subject }) => subject.recipient.contactId),
    );
    const batch = await DecisionBatch.load(tx, candidates, at, 'nothing');
    const all = prepared.flatMap((one, i): Underway[] => {
      const recipient = to[i];
      if (recipient === undefined) return [];
      const judgement = batch.judge(one.candidate);
      const entryId = newId<EntryId>();
      const message = toMessage(one, null, standing(judgement.decision, at, WORKER_MS), [entryId]);
      entries.push(acceptedEntry(entryId, at, message, one.candidate, judgement, one.template.hash));
      return [{ message, prepared: one, recipient }];
    });
    await messageStore.insert(
      tx,
      all.map(({ message }) => message),
    );
    return all;
  }

  /** Decides again, hands over what passes, and notes the answers. */
  private async attempt(tx: Tx, due: readonly Underway[], now: EpochMs, entries: NewEntry[]): Promise<void> {
    const candidates = due.map(({ message, prepared: { candidate } }) => ({
      ...candidate,
      hasWaited: message.reason !== null,
      inLine: standsInLine(message.reason),
    }));
    const batch = await DecisionBatch.load(tx, candidates, now, 'nothing');
    const places: NewCapUse[] = [];
    const changes: StatusChange[] = [];
    const started: Underway[] = [];
    for (const [i, candidate] of candidates.entries()) {
      const one = due[i];
      if (one === undefined) continue;
      const { message } = one;
      const judgement = batch.judge(candidate);
      const { outcome, reason, until } = judgement.decision;
      const entryId = newId<EntryId>();
      if (outcome === 'pass') {
        const note = { attempt: 1, worker: this.worker, leaseUntil: now + LEASE_MS };
        const { provider } = candidate;
        if (provider === null)
          throw new DomainError('unknown_provider', 'A message of the past left by some provider.');
        places.push(batch.take(candidate, now));
        started.push(one);
        entries.push(handOverEntry(entryId, now, message, candidate, judgement, { ...note, provider: provider.key }));
        const lease = { attempt: 1, worker: this.worker, providerId: provider.id, firstStartedAt: now };
        changes.push(change(one, { status: 'started', reason: null, dueAt: note.leaseUntil, entryId, ...lease }));
      } else {
        entries.push(decidedEntry(entryId, now, message, candidate, judgement));
        if (outcome === 'defer')
          changes.push(change(one, { status: 'queued', reason, notBefore: until, dueAt: until, entryId }));
        else changes.push(change(one, { status: 'dropped', reason, dueAt: null, endedAt: now, entryId }));
      }
    }
    await limitStore.takePlaces(tx, places);
    await messageStore.decide(tx, changes);
    await this.answer(tx, started, now, entries);
  }

  private async answer(tx: Tx, started: readonly Underway[], now: EpochMs, entries: NewEntry[]): Promise<void> {
    if (started.length === 0) return;
    const answers = started.map((one, i) => {
      const { message, recipient } = one;
      const at = now + PROVIDER_MS + i * GAP_MS;
      const result: HandOverResult =
        recipient.refusal === null
          ? { kind: 'accepted', providerRef: `past-${message.id}` }
          : { kind: 'rejected', code: recipient.refusal, hardBounce: false };
      const facts = {
        attempt: 1,
        firstStartedAt: now,
        expiresAt: message.expiresAt,
        inDoubt: false,
        repeatWindowMs: null,
      };
      const settlement = settle(result, facts, at);
      if (settlement.kind !== 'end') throw new Error('an answer of the past ends its message');
      const entryId = newId<EntryId>();
      const code = result.kind === 'rejected' ? result.code : null;
      const note = { attempt: 1, worker: this.worker, answer: result.kind, code };
      entries.push(endedEntry(entryId, at, message, settlement.end, settlement.reason, note));
      const providerRef = result.kind === 'accepted' ? result.providerRef : null;
      const end = { status: settlement.end, reason: settlement.reason, dueAt: null, endedAt: at, providerRef, entryId };
      return { one, at, providerRef, settlement, change: change(one, end) };
    });
    await messageStore.settle(
      tx,
      answers.map((answer) => answer.change),
    );
    const freed = answers.filter(({ settlement }) => settlement.freesPlace);
    if (freed.length > 0) {
      await limitStore.givePlacesBack(
        tx,
        freed.map(({ one: { message } }) => ({ contactId: message.contactId, messageId: message.id })),
      );
    }
    await touchStore.insert(
      tx,
      answers.flatMap(({ one: { message }, at, providerRef, settlement }) =>
        settlement.end === 'sent'
          ? [{ message, type: 'sent' as const, at, providerRef, bounce: null, parts: null }]
          : [],
      ),
    );
  }
}

/** A message on its way through the past. */
interface Underway {
  message: NewMessage;
  readonly prepared: Prepared;
  readonly recipient: PastRecipient;
}

/** A change of where a message stands, which it takes on at once. */
/** Every tenth of those who were sent something is the control share; parts of the day are two hours of UTC. */
function drawnTimes(all: readonly Underway[], goal: Goal): NewBestTime[] {
  return all
    .filter(({ message }) => message.status === 'sent')
    .map(({ message: { id, brandId, channel, acceptedAt, endedAt } }, i) => ({
      ...{ messageId: id, brandId, channel, goal, segment: '', createdAt: acceptedAt, control: i % 10 === 3 },
      ...placeOf(endedAt ?? acceptedAt),
    }));
}

function change(
  one: Underway,
  patch: Partial<StatusChange> & Pick<StatusChange, 'status' | 'dueAt' | 'entryId'>,
): StatusChange {
  const { id, reason, attempt, worker, providerId, providerRef, firstStartedAt } = one.message;
  const kept = { id, reason, notBefore: null, attempt, worker, providerId, providerRef, firstStartedAt, endedAt: null };
  const changed: StatusChange = { ...kept, ...patch };
  const { entryId, ...standingNow } = changed;
  const entryIds = entryId === null ? one.message.entryIds : [...one.message.entryIds, entryId];
  one.message = { ...one.message, ...standingNow, entryIds };
  return changed;
}

async function prepare(
  tx: Tx,
  brandId: BrandId,
  at: EpochMs,
  request: PastMailing['request'],
  to: readonly PastRecipient[],
): Promise<Prepared[]> {
  const catalog = await Catalog.load(tx, {
    brandIds: [brandId],
    campaignKeys: request.campaign === undefined ? [] : [request.campaign],
    templates: [{ key: request.template }],
    policyKeys: ['default'],
  });
  const resolution = resolveRequest(catalog, brandId, { to: '', ...request }, false);
  if (resolution instanceof DomainError) throw resolution;
  const { template, sender, purpose, topic, campaign, policy, provider } = resolution;
  const recipients = await recipientStore.find(
    tx,
    to.map((one) => ({ brandId, externalId: one.to, channel: template.channel })),
    asksWhere(policy.policy),
  );
  return to.map((one, i): Prepared => {
    const recipient = recipients[i];
    if (recipient == null) throw new DomainError('unknown_contact', 'Bring the contact in before its messages.');
    const subject = {
      class: template.class,
      channel: template.channel,
      sendAt: null,
      expiresAt: at + DEFAULT_LIFETIME_MS,
      acceptedAt: at,
      priority: DEFAULT_PRIORITY,
      override: null,
      brand: catalog.brand(brandId),
      sender,
      purpose,
      topic,
      campaign,
      recipient,
    };
    const { to: name, variant, variables } = one;
    const whole = { ...request, to: name, variables, ...(variant === undefined ? {} : { variant }) };
    return {
      item: {
        sender: { brandId, test: false },
        idempotencyKey: '',
        bodyHash: Buffer.alloc(0),
        request: whole,
        render: () => '',
      },
      candidate: { messageId: idAt(at), subject, policy, provider, test: false, hasWaited: false, inLine: false },
      template,
      acceptedAt: at,
    };
  });
}

/** A UUID version 7 of an instant of the past: messages of a period are found by their ids. */
function idAt(at: EpochMs): MessageId {
  const time = Math.floor(at).toString(16).padStart(12, '0');
  const random = randomBytesPooled(10);
  random[0] = ((random[0] ?? 0) & 0x0f) | 0x70;
  random[2] = ((random[2] ?? 0) & 0x3f) | 0x80;
  const hex = random.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}` as MessageId;
}
