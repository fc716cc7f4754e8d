import { Inject, Injectable } from '@nestjs/common';
import { recipientStore } from '#lib/consent';
import { consentObstacle } from '#lib/decision';
import type { BrandId, ContactId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { type Disclosures, LedgerService, type NewEntry } from '#lib/ledger';
import { Database, newId, toIso, type Tx } from '#lib/platform';
import type { DecisionRecord } from '../messages/domain/decision-record.js';
import { choiceStore } from '../messages/choice.store.js';
import { messageStore } from '../messages/message.store.js';
import { type Learned, learnAboutAddresses } from '../messages/suppress-addresses.js';
import { type WarmUpDay, type WarmUpReport, warmUpStore } from '../messages/warm-up.store.js';
import {
  afterRecording,
  type Feedback,
  hasArrived,
  needsTracking,
  type FeedbackPlan,
  type FeedbackRefusal,
  planFeedback,
  type Standing,
} from './domain/feedback.js';
import { feedbackStore, type RecordedFeedback, type ReportedMessage } from './feedback.store.js';

/** Who reports, and by which way in. */
export interface Reporter {
  readonly brandId: BrandId;
  readonly test: boolean;
  readonly actor: string;
  readonly via: 'api' | 'webhook' | 'link';
}

/** What became of one event. */
export type FeedbackAnswer =
  | {
      readonly kind: 'recorded';
      readonly id: string;
      readonly entryId: EntryId;
      /** Messages to whoever has the address that had started before nothing more is sent there; no other starts after it. */
      readonly inFlight: readonly MessageId[];
    }
  | { readonly kind: 'duplicate'; readonly id: string; readonly entryId: EntryId }
  | { readonly kind: 'refused'; readonly id: string; readonly code: FeedbackRefusal };

interface Planned {
  readonly event: Feedback;
  readonly plan: FeedbackPlan;
  readonly entryId: EntryId;
}
interface Recorded extends Planned {
  readonly plan: Extract<FeedbackPlan, { kind: 'record' }>;
  readonly message: ReportedMessage;
  /** A click of somebody who does not let themselves be counted. */
  readonly isUntracked: boolean;
}

const UNIQUE_VIOLATION = '23505';

/** Takes in what the world reports of messages that have left: a touch and its ledger entry each, and what follows. */
@Injectable()
export class FeedbackService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * Records events in one transaction, under the locks of the contacts and of everybody who shares an address with
   * them: a hand-over that begins afterwards knows of the bounce or complaint. One answer per event, in order.
   */
  async report(events: readonly Feedback[], reporter: Reporter): Promise<FeedbackAnswer[]> {
    const once = () => this.database.transaction((tx) => this.write(tx, events, reporter));
    try {
      return await once();
    } catch (error) {
      // Somebody else used one of the ids at the same time, for another person; now it can be read.
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
      return once();
    }
  }

  private async write(tx: Tx, events: readonly Feedback[], reporter: Reporter): Promise<FeedbackAnswer[]> {
    const { brandId } = reporter;
    const ids = [...new Set(events.map(({ messageId }) => messageId))];
    const sharing = await recipientStore.lockSharing(tx, await feedbackStore.contactsOf(tx, brandId, ids));
    const messages = await feedbackStore.lockMessages(tx, brandId, ids);
    const before = await feedbackStore.recorded(
      tx,
      brandId,
      events.map(({ id }) => id),
    );
    const erased = await erasedPeople(tx, [...messages.values()]);
    const clock = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    const now = clock[0]?.now ?? 0;

    const planned = planAll(events, messages, before, erased, reporter, now);
    const toRecord = planned.flatMap((one) => {
      const message = messages.get(one.event.messageId);
      return one.plan.kind === 'record' && message !== undefined ? [{ ...one, plan: one.plan, message }] : [];
    });
    const recorded = await withTracking(tx, toRecord);
    if (recorded.length > 0) await this.record(tx, recorded, reporter, now);
    const suppresses = recorded.some(({ plan }) => plan.suppresses !== null);
    const inFlight = suppresses ? await messageStore.started(tx, sharing) : [];
    return planned.map((one) => answerOf(one, inFlight));
  }

  private async record(tx: Tx, recorded: readonly Recorded[], reporter: Reporter, now: EpochMs): Promise<void> {
    await feedbackStore.insert(tx, recorded);
    const settled = recorded.flatMap(({ event, message }) =>
      message.isOfChoice && (event.bounce !== null || hasArrived(event)) ? [message.id] : [],
    );
    if (settled.length > 0) await choiceStore.wake(tx, settled, now);
    const reports = await this.reportsOf(tx, recorded);
    if (reports.length > 0) await warmUpStore.received(tx, reports);
    const by = { at: now, via: reporter.via, actor: reporter.actor };
    const suppressed = await learnAboutAddresses(
      tx,
      recorded.flatMap((one) => learnedFrom(one, reporter)),
      by,
    );
    await this.ledger.append(tx, [...recorded.map((one) => entryOf(one, reporter, now)), ...suppressed]);
  }

  /** The day and the warm-ups under which a message left stand in the facts of the decision that let it go. */
  private async reportsOf(tx: Tx, recorded: readonly Recorded[]): Promise<WarmUpReport[]> {
    const counted = recorded.flatMap(({ plan, message }) =>
      plan.counts === null ? [] : [{ message, what: plan.counts }],
    );
    if (counted.length === 0) return [];
    const disclosures = await this.ledger.disclosures(tx, [
      ...new Set(counted.flatMap(({ message }) => message.entryIds)),
    ]);
    return counted.flatMap(({ message, what }) =>
      warmUpsOf(message, disclosures).map(({ rule, key, day }) => ({ brandId: message.brandId, rule, key, day, what })),
    );
  }
}

/**
 * Whether each opening and click is of somebody who lets themselves be counted: an opt-in to the purpose that their brand
 * names, in force at that time. Where a brand names none, whoever reports answers for that.
 */
async function withTracking(tx: Tx, recorded: readonly Omit<Recorded, 'isUntracked'>[]): Promise<Recorded[]> {
  const asked = recorded.filter(({ event, message }) => needsTracking(event) && message.trackingPurposeId !== null);
  const points = new Set(asked.flatMap(({ message }) => message.contactPointId ?? []));
  const states = points.size === 0 ? null : await recipientStore.consents(tx, [...points]);
  return recorded.map((one) => {
    const { contactPointId, trackingPurposeId } = one.message;
    if (!asked.includes(one) || trackingPurposeId === null) return { ...one, isUntracked: false };
    const state = contactPointId === null ? null : (states?.get(contactPointId)?.get(trackingPurposeId) ?? null);
    return { ...one, isUntracked: consentObstacle('restrictive', state, one.event.at) !== null };
  });
}

/** Plans events one after the other, each on what those before it leave. */
function planAll(
  events: readonly Feedback[],
  messages: ReadonlyMap<MessageId, ReportedMessage>,
  before: ReadonlyMap<string, RecordedFeedback>,
  erased: ReadonlySet<ContactId>,
  reporter: Reporter,
  now: EpochMs,
): Planned[] {
  const standing = new Map<MessageId, Standing['message']>(
    [...messages].map(([id, { acceptedAt, firstStartedAt, test, contactId, hasHardBounced, hasComplained }]) => {
      const hasLeft = firstStartedAt !== null;
      return [id, { acceptedAt, hasLeft, test, erased: erased.has(contactId), hasHardBounced, hasComplained }];
    }),
  );
  const known = new Map<string, { readonly event: Standing['recorded']; readonly entryId: EntryId }>(
    [...before].map(([id, event]) => [id, { event, entryId: event.entryId }]),
  );
  return events.map((reported) => {
    const message = standing.get(reported.messageId) ?? null;
    const seen = known.get(reported.id);
    const plan = planFeedback(reported, { message, recorded: seen?.event ?? null }, reporter, now);
    const isMoved = plan.kind === 'record' && plan.at !== reported.at;
    const event = isMoved ? { ...reported, at: plan.at, claimedAt: reported.at } : reported;
    const entryId = plan.kind === 'duplicate' && seen !== undefined ? seen.entryId : newId<EntryId>();
    if (plan.kind === 'record' && message !== null) {
      known.set(event.id, { event, entryId });
      standing.set(event.messageId, afterRecording(event, message));
    }
    return { event, plan, entryId };
  });
}

async function erasedPeople(tx: Tx, messages: readonly ReportedMessage[]): Promise<Set<ContactId>> {
  const people = [...new Set(messages.map(({ contactId }) => contactId))];
  const loaded = await recipientStore.load(
    tx,
    people.map((contactId) => ({ contactId, pointId: null })),
    false,
  );
  return new Set(people.filter((_, i) => loaded[i]?.erased ?? true));
}

/**
 * What an event says about the address. A message of a test key went to none, a machine that opens says nothing, and who
 * follows a link of a mail may be anybody to whom it was passed on.
 */
function learnedFrom(
  { event: { id, type, at, bounce, automated }, message }: Recorded,
  { via }: Pick<Reporter, 'via'>,
): Learned[] {
  if (message.test || via === 'link' || (automated && bounce === null && type !== 'complained')) return [];
  const kind = type === 'complained' ? 'complaint' : bounce === null ? 'reached' : (`${bounce.kind}_bounce` as const);
  return [{ message, kind, at, eventKey: `event ${id}`, code: bounce?.status ?? null }];
}

/** Empty when it left under none, or when what was disclosed of it is gone. */
function warmUpsOf(
  { entryIds }: ReportedMessage,
  disclosures: ReadonlyMap<EntryId, Disclosures>,
): readonly WarmUpDay[] {
  const handOver = entryIds.findLast((id) => {
    const disclosed = disclosures.get(id);
    return disclosed?.['handover'] !== undefined && disclosed['checks'] !== undefined;
  });
  const record = handOver === undefined ? undefined : disclosures.get(handOver)?.['checks'];
  return (record as DecisionRecord | undefined)?.facts.warmUps ?? [];
}

function entryOf({ event, message, entryId, isUntracked }: Recorded, { actor, via }: Reporter, now: EpochMs): NewEntry {
  const { id, type, at, bounce, automated, link, machine, claimedAt } = event;
  return {
    id: entryId,
    type: `touch.${type}`,
    at: now,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: {
      ch: message.channel,
      mc: message.class,
      reason: bounce === null ? null : `${bounce.kind}_bounce`,
      via,
      test: message.test ? 1 : null,
    },
    disclosed: {
      message: { id: message.id },
      event: {
        id,
        at: toIso(at),
        status: bounce?.status ?? null,
        automated,
        link,
        ...(machine === undefined ? {} : { machine }),
        ...(isUntracked ? { untracked: true } : {}),
        ...(claimedAt === undefined ? {} : { claimed: toIso(claimedAt) }),
      },
      actor,
    },
  };
}

function answerOf({ event: { id }, plan, entryId }: Planned, inFlight: readonly MessageId[]): FeedbackAnswer {
  switch (plan.kind) {
    case 'record':
      return { kind: 'recorded', id, entryId, inFlight: plan.suppresses === null ? [] : inFlight };
    case 'duplicate':
      return { kind: 'duplicate', id, entryId };
    case 'refused':
      return { kind: 'refused', id, code: plan.code };
  }
}
