import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { recipientStore, type TrackingSettings } from '#lib/consent';
import { asksWhere, CannotDecide } from '#lib/decision';
import type { EntryId, EpochMs } from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import {
  CONFIG,
  type Config,
  crashPoint,
  Database,
  type Logger,
  LOGGER,
  newId,
  systemClock,
  type Tx,
} from '#lib/platform';
import { SenderRegistry } from '../senders/sender-registry.js';
import { type CountedDecision, countDecisions, timeBatch } from '../figures/counters.js';
import { Catalog, type ProviderDefinition, type TemplateDefinition } from '../catalog/catalog.js';
import { AccountLoad } from './account-load.js';
import { type LoadKey, loadKeyOf } from './domain/load-key.js';
import type { Candidate, Spending } from './candidate.js';
import { DecidedInVain, DecisionBatch, type Judgement } from './decision-batch.js';
import { toCandidate } from './to-candidate.js';
import { choiceTurns, fallbacksOf, wakeOthers } from './choice-turns.js';
import { chanceBefore } from './domain/chance-before.js';
import { backedOffEntry, decidedEntry, endedEntry, handOverEntry, notTriedEntry } from './domain/entries.js';
import { isKept, keepUntil } from './domain/keep-until.js';
import { mayBeRepeated } from './domain/settle.js';
import { backOff, Circuits, GO, type Turn } from './circuits.js';
import { circuitState } from '../providers/domain/circuit.js';
import type { Message } from './domain/message.js';
import { limitStore, type NewCapUse } from './limit.store.js';
import { messageStore, type StatusChange } from './message.store.js';
import { ended, handedOver, held, type HandOverPlan } from './status-changes.js';
import { countedOf, noting } from '../tracking/counted-of.js';
import type { WarmUpDay } from './warm-up.store.js';

/** A message whose hand-over is committed: it may be given to its provider, once, until `startBy`. */
export interface Started {
  readonly message: Message;
  readonly candidate: Candidate;
  readonly template: TemplateDefinition;
  readonly attempt: number;
  readonly worker: string;
  readonly firstStartedAt: EpochMs;
  readonly provider: Pick<ProviderDefinition, 'id' | 'key'>;
  /** Monotonic milliseconds of this process before which it must not be begun: its turn under the rates. */
  readonly startAt: number;
  /** Monotonic milliseconds of this process after which it must not be begun any more. */
  readonly startBy: number;
  /** Its provider may bring it before this instant; where no protocol of its channel can say so, when it expires. */
  readonly keepUntil: EpochMs;
  /** Monotonic milliseconds after which the reaper settles it. */
  readonly leaseBy: number;
  /** Where it was counted, for when it bounces. */
  readonly warmUps: readonly WarmUpDay[];
  /** It tries a provider whose circuit is half open. */
  readonly isProbe: boolean;
  /** What may be counted of it, by the consent in force when it was decided about; null: nothing. */
  readonly counts: TrackingSettings | null;
}

interface Attempted {
  readonly started: Started[];
  readonly made: readonly CountedDecision[];
}

/** When a batch is decided about; what is monotonic is of this process. */
interface BatchClock {
  readonly now: EpochMs;
  /** Monotonic, before `now`. */
  readonly begun: number;
  /** Monotonic, after `now`. */
  readonly read: number;
}

/** A message that may leave, as far as it is concerned. */
interface ReadyToGo {
  readonly message: Message;
  readonly candidate: Candidate;
  readonly handOver: HandOverPlan;
}

const NOTHING: Attempted = { started: [], made: [] };

/** The provider of messages that never leave the machine. */
export const TEST_PROVIDER: Pick<ProviderDefinition, 'id' | 'key'> = {
  id: '00000000-0000-0000-0000-000000000000',
  key: 'test',
};

/** A message that cannot be judged is looked at again after this long; it never leaves meanwhile. */
const UNDECIDABLE_RETRY_MS = 60_000;
/** How soon a message asks again for which a slow account had no room. */
const SLOW_RETRY_MS = 15_000;
/** How soon a message is looked at again that another process can hand over: perhaps that one looks then. */
const ELSEWHERE_RETRY_MS = 1_000;
/** How soon a message asks again whether its channel has a provider. */
const WITHOUT_PROVIDER_RETRY_MS = 60_000;

/**
 * Decides again, at the last moment and under the contact's lock, and commits what follows before any provider is
 * called: an end, a hold, or a hand-over with its lease, its place under the caps and its ledger entry.
 */
@Injectable()
export class AttemptService {
  /** Names this process in leases; a new one after every start. */
  readonly worker = randomUUID();
  private lastHold: string | null = null;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(SenderRegistry) private readonly senders: SenderRegistry,
    @Inject(AccountLoad) private readonly load: AccountLoad,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Attempts messages in one transaction; answers those that are to be handed over now. Safe to repeat. */
  async attempt(ids: readonly string[]): Promise<Started[]> {
    const { started, made } = await timeBatch('attempt', async () => {
      try {
        return await this.transact(ids, 'when_sure');
      } catch (error) {
        if (!(error instanceof DecidedInVain)) throw error;
        return this.transact(ids, 'under_lock');
      }
    });
    crashPoint('attempt.after_commit');
    countDecisions('attempt', made);
    return started;
  }

  private async transact(ids: readonly string[], spending: Spending): Promise<Attempted> {
    const begun = systemClock.monotonic();
    return this.database.transaction(async (tx) => {
      if (await this.isHeld(tx)) return NOTHING;
      const contacts = await messageStore.contactsOf(tx, ids);
      if (contacts.length === 0) return NOTHING;
      await recipientStore.lock(tx, contacts);
      const { now, messages } = await messageStore.due(tx, ids);
      const read = systemClock.monotonic();
      return messages.length === 0 ? NOTHING : this.decide(tx, messages, { now, begun, read }, spending);
    });
  }

  /** By a database that may have lost opt-outs nothing leaves. Its messages stay as they are; the sweeper repeats their wake-ups. */
  private async isHeld(tx: Tx): Promise<boolean> {
    const hold = (await this.ledger.hold(tx))?.reason ?? null;
    if (hold !== this.lastHold) {
      if (hold === null) this.logger.info('messages may leave again');
      else this.logger.error({ hold }, 'nothing leaves; see "A restore must not bring consents back" in operations');
    }
    this.lastHold = hold;
    return hold !== null;
  }

  private async decide(
    tx: Tx,
    messages: readonly Message[],
    { now, begun, read }: BatchClock,
    spending: Spending,
  ): Promise<Attempted> {
    const catalog = await Catalog.load(tx, {
      brandIds: messages.map((m) => m.brandId),
      campaignIds: messages.flatMap((m) => m.campaignId ?? []),
      templateIds: messages.map((m) => m.templateId),
      policyKeys: messages.map((m) => m.policyKey),
    });
    const recipients = await recipientStore.load(
      tx,
      messages.map((m) => ({ contactId: m.contactId, pointId: m.contactPointId })),
      messages.some(({ brandId, policyKey }) => {
        const inForce = catalog.policy(brandId, policyKey);
        return inForce !== undefined && asksWhere(inForce.policy);
      }),
    );
    const candidates = messages.flatMap((message, i) => {
      const recipient = recipients[i];
      const candidate = recipient ? toCandidate(catalog, message, recipient) : null;
      if (candidate === null)
        this.logger.error({ messageId: message.id }, 'a message names something that is not there; it is held');
      return candidate === null ? [] : [{ message, ...candidate }];
    });
    const batch = await DecisionBatch.load(
      tx,
      candidates.map((c) => c.candidate),
      now,
      // Whoever has waited takes a turn, and turns are given under lock.
      messages.some(({ reason }) => reason !== null) ? 'under_lock' : spending,
      this.config.START_SECONDS * 1000,
    );

    const changes: StatusChange[] = [];
    const entries: NewEntry[] = [];
    const places: NewCapUse[] = [];
    const placesAgain: NewCapUse[] = [];
    const started: Started[] = [];
    const made: CountedDecision[] = [];
    const circuits = new Circuits(tx, now);
    const rooms = new Map<string, number>();
    const turns = await choiceTurns(tx, messages, now);
    const fallbacks = await fallbacksOf(tx, messages);
    for (const { message, candidate, template } of candidates) {
      const choice = turns.get(message.id);
      if (choice?.kind === 'wait') {
        changes.push(held(message, 'other_channel', choice.until, null));
        continue;
      }
      if (choice?.kind === 'end' && message.firstStartedAt === null) {
        const id = newId<EntryId>();
        changes.push(ended(message, 'dropped', choice.reason, now, id));
        entries.push(notTriedEntry(id, now, message, choice.reason));
        continue;
      }
      const judgement = this.judge(batch, candidate);
      const entryId = newId<EntryId>();
      if (judgement !== null) {
        const { outcome, reason } = judgement.decision;
        made.push({ channel: message.channel, outcome, reason });
      }
      if (judgement === null) {
        changes.push(held(message, null, now + UNDECIDABLE_RETRY_MS, null));
      } else if (judgement.decision.outcome === 'defer') {
        const { reason, until, notBefore } = judgement.decision;
        const isTooLate = reason === 'warm_up' && notBefore === null;
        const later = isTooLate ? chanceBefore(until, now) : until;
        const again = reason === 'rate_limit' ? batch.queueBehind(candidate, until) : later;
        // A place in a line is not a new decision: the ledger has the first one.
        const isNews = message.reason !== reason || !(reason === 'rate_limit' || isTooLate);
        changes.push(held(message, reason, again, isNews ? entryId : null));
        if (isNews) entries.push(decidedEntry(entryId, now, message, candidate, judgement));
      } else if (message.firstStartedAt !== null && !(await this.mayRepeat(message, candidate, judgement, now))) {
        // Its provider may have accepted it before, and may not be asked again: nobody knows, and so says the end.
        changes.push(ended(message, 'unknown', null, now, entryId));
        entries.push(
          endedEntry(entryId, now, message, 'unknown', null, {
            attempt: message.attempt,
            worker: this.worker,
            answer: 'lost',
          }),
        );
      } else if (judgement.decision.outcome === 'drop') {
        changes.push(ended(message, 'dropped', judgement.decision.reason, now, entryId));
        entries.push(decidedEntry(entryId, now, message, candidate, judgement));
      } else {
        const { at } = judgement.decision;
        const counts = countedOf(catalog, batch, message, candidate);
        const handOver = await this.handOver(message, candidate, now);
        const turn = message.test ? GO : await this.turnAt(circuits, rooms, { message, candidate, handOver }, now);
        if (turn.kind === 'wait') {
          const { reason, code, retryAt } = turn;
          const isNews = message.reason !== reason;
          changes.push(held(message, reason, retryAt, isNews ? entryId : null));
          const note = { attempt: message.attempt, worker: this.worker, code, retryAt };
          if (isNews) entries.push(backedOffEntry(entryId, now, message, reason, note));
          continue;
        }
        const passesUntil = batch.passesUntil(candidate, judgement, now + this.config.START_SECONDS * 1000);
        (message.attempt === 0 ? places : placesAgain).push(batch.take(candidate, at));
        changes.push(handedOver(message, handOver, now, entryId));
        entries.push(handOverEntry(entryId, at, message, candidate, judgement, noting(handOver.note, counts)));
        started.push({
          message,
          candidate,
          template,
          attempt: handOver.note.attempt,
          worker: this.worker,
          provider: handOver.provider,
          firstStartedAt: message.firstStartedAt ?? now,
          startAt: read + (at - now),
          startBy: begun + (passesUntil - now),
          keepUntil: isKept(message.channel)
            ? keepUntil({
                now: at,
                reachesUntil: batch.reachesUntil(candidate, judgement),
                fallbackMs: fallbacks.get(message.id) ?? null,
              })
            : message.expiresAt,
          leaseBy: begun + handOver.leaseMs,
          warmUps: judgement.facts.warmUps ?? [],
          isProbe: turn.isProbe,
          counts,
        });
      }
    }
    if (places.length > 0) await limitStore.takePlaces(tx, places);
    if (placesAgain.length > 0) await limitStore.retakePlaces(tx, placesAgain);
    const changed = changes.length === 0 ? new Set() : await messageStore.decide(tx, changes);
    if (changed.size !== changes.length) throw new Error('a waiting message changed under the lock of its contact');
    await wakeOthers(tx, messages, changes, now);
    if (entries.length > 0) await this.ledger.append(tx, entries);
    await batch.settleBuckets(tx);
    crashPoint('attempt.before_commit');
    return { started, made };
  }

  /** Whether a message that may have been accepted already goes to the same provider again, under a key that it still knows. */
  private async mayRepeat(
    message: Message,
    candidate: Candidate,
    { decision }: Judgement,
    now: EpochMs,
  ): Promise<boolean> {
    if (decision.outcome !== 'pass' || message.firstStartedAt === null) return false;
    const provider = message.test ? TEST_PROVIDER : candidate.provider;
    if (provider === null || provider.id !== message.providerId) return false;
    const repeatWindowMs = await this.senders.repeatWindowOf(provider.id, message);
    return mayBeRepeated({ repeatWindowMs, firstStartedAt: message.firstStartedAt }, now);
  }

  /**
   * Whether the message's provider may be called now. An operator may enable one again; until then the message waits
   * like for one that is away, and expires like that. One that said when it may be asked again is not asked before, by
   * anybody, one whose circuit is open is left alone, and one that is slow gets no more than it can take at once; unless
   * waiting would end a message in doubt as `unknown`.
   */
  private async turnAt(
    circuits: Circuits,
    rooms: Map<string, number>,
    { message, candidate: { provider, subject }, handOver }: ReadyToGo,
    now: EpochMs,
  ): Promise<Turn> {
    if (provider === null) return backOff('no_enabled_provider', now + WITHOUT_PROVIDER_RETRY_MS);
    const { resumesAt, circuit } = provider;
    let turn: Turn = GO;
    if (await this.senders.isElsewhere(provider, message.channel, message.test))
      return backOff('bound_elsewhere', now + ELSEWHERE_RETRY_MS);
    if (resumesAt !== null && resumesAt > now) turn = backOff('retry_after', resumesAt);
    else if (circuitState(circuit, now) !== 'closed') turn = await circuits.turnAt(provider, handOver.note.leaseUntil);
    if (turn.kind === 'go') {
      const whose = loadKeyOf(provider.id, message.channel, subject.recipient.point?.address ?? null);
      const room = rooms.get(whose.key) ?? (await this.roomAt(provider, whose, message));
      rooms.set(whose.key, room - 1);
      if (room > 0 || turn.isProbe) return turn;
      const code = whose.isHost ? 'host_slow' : 'account_slow';
      turn = { kind: 'wait', reason: 'provider_slow', code, retryAt: now + SLOW_RETRY_MS };
    }
    const { expiresAt, firstStartedAt } = message;
    if (firstStartedAt === null) return { ...turn, retryAt: Math.max(now, Math.min(turn.retryAt, expiresAt)) };
    const repeatWindowMs = await this.senders.repeatWindowOf(provider.id, message);
    const mayWait = turn.retryAt < expiresAt && mayBeRepeated({ repeatWindowMs, firstStartedAt }, turn.retryAt);
    return mayWait ? turn : GO;
  }

  /** How many more messages of it this process may start; an account that makes no sender is found out about later. */
  private async roomAt({ id }: ProviderDefinition, whose: LoadKey, { channel, test }: Message): Promise<number> {
    if (!this.load.isSlow(whose.key)) return Infinity;
    const concurrency = await this.senders.concurrencyOf({ id }, channel, test);
    return this.load.room(whose, concurrency);
  }

  /** Null when the facts cannot be judged: then the message waits, whatever the reason. */
  private judge(batch: DecisionBatch, candidate: Candidate): Judgement | null {
    try {
      return batch.judge(candidate);
    } catch (error) {
      if (!(error instanceof CannotDecide)) throw error;
      this.logger.error({ messageId: candidate.messageId, err: error }, 'a message cannot be judged; it is held');
      return null;
    }
  }

  /** The lease lasts as long as the slowest call that begins in time, and a margin. */
  private async handOver(message: Message, candidate: Candidate, now: EpochMs): Promise<HandOverPlan> {
    const provider = message.test ? TEST_PROVIDER : (candidate.provider ?? TEST_PROVIDER);
    const attempt = message.attempt + 1;
    const callMs = await this.senders.maxCallMs(candidate.provider, message.channel, message.test);
    const leaseMs = callMs + (this.config.START_SECONDS + this.config.LEASE_MARGIN_SECONDS) * 1000;
    const note = { attempt, worker: this.worker, provider: provider.key, leaseUntil: now + leaseMs };
    return { provider, leaseMs, note };
  }
}
