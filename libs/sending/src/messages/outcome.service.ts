import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { bounceClassOf, recipientStore } from '#lib/consent';
import type { EntryId, EpochMs } from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import { Batcher, crashPoint, Database, type Logger, LOGGER, newId, type Tx } from '#lib/platform';
import { timeBatch } from '../figures/counters.js';
import { circuitAfter, circuitState, heardOf } from '../providers/domain/circuit.js';
import type { SenderCapabilities } from '../senders/channel-sender.js';
import { BY_POLICY } from '../senders/domain/smtp-outcome.js';
import { backedOffEntry, endedEntry, type HandOverNote, staleEntry } from './domain/entries.js';
import type { Message, MessageStatus } from './domain/message.js';
import { afterLostAnswer, type HandOverResult, pauseUntil, settle, type Settlement } from './domain/settle.js';
import { choiceStore } from './choice.store.js';
import { limitStore } from './limit.store.js';
import { type Claim, messageStore, type StatusChange } from './message.store.js';
import { providerStore } from './provider.store.js';
import { learnAboutAddresses } from './suppress-addresses.js';
import { type NewTouch, touchStore } from './touch.store.js';
import { type WarmUpDay, warmUpStore } from './warm-up.store.js';

/** The end of one hand-over, as its worker or the reaper reports it. */
export interface Outcome {
  readonly message: Message;
  readonly claim: Claim;
  readonly firstStartedAt: EpochMs;
  readonly repeatWindowMs: number | null;
  /** Null when the worker vanished: the reaper knows of no answer. */
  readonly result: HandOverResult | null;
  /** The warm-ups in which it was counted when it left. */
  readonly warmUps: readonly WarmUpDay[];
  /** How it was called; left out where nobody knows, as the reaper does not. */
  readonly call?: OutcomeCall;
}

/** What the circuit of a provider needs to know about a call. */
export interface OutcomeCall {
  readonly answeredBy: SenderCapabilities['answeredBy'];
  /** It tried a circuit that was half open. */
  readonly isProbe: boolean;
  /** Something had failed there shortly before it, so that its answer counts. */
  readonly isWatched: boolean;
}

/**
 * Writes what became of hand-overs, by compare-and-set on (message, attempt, worker): a worker that lost its lease
 * changes nothing, and the ledger says that it came too late.
 */
@Injectable()
export class OutcomeService {
  private readonly batcher: Batcher<Outcome, boolean>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.batcher = new Batcher((outcomes) => this.recordAll(outcomes), { size: 500, lanes: 2 });
  }

  /** Resolves once the outcome is committed; false when somebody else had settled the hand-over before. */
  async record(outcome: Outcome): Promise<boolean> {
    return this.batcher.add(outcome);
  }

  async drained(): Promise<void> {
    await this.batcher.drained();
  }

  private async recordAll(outcomes: readonly Outcome[]): Promise<boolean[]> {
    const settled = await timeBatch('outcome', () => this.database.transaction((tx) => this.write(tx, outcomes)));
    crashPoint('outcome.after_commit');
    return outcomes.map((_, index) => settled.has(index));
  }

  private async write(tx: Tx, outcomes: readonly Outcome[]): Promise<ReadonlySet<number>> {
    const clock = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    const now = clock[0]?.now ?? 0;
    // Rows are locked in one order by everybody who settles.
    const planned = [...outcomes.entries()]
      .sort(([, a], [, b]) => (a.message.id < b.message.id ? -1 : 1))
      .map(([index, outcome]) => ({
        index,
        outcome,
        settlement: settlementOf(outcome, now),
        entryId: newId<EntryId>(),
      }));
    // An address ends for everybody who has it, and no hand-over to any of them may start after that (lock order: people
    // first, then messages).
    const bounced = planned.filter((plan) => bounceOf(plan) !== null);
    if (bounced.length > 0) {
      await recipientStore.lockSharing(
        tx,
        bounced.map(({ outcome }) => outcome.message.contactId),
      );
    }
    // A worker and its own reaper may report one hand-over in the same batch: one of them settles it.
    const contenders = firstWords(planned);
    const settled = await messageStore.settle(
      tx,
      contenders.map(({ outcome, settlement, entryId }) => changeOf(outcome, settlement, now, entryId)),
    );
    const won = contenders.filter(({ outcome }) => settled.has(outcome.message.id));
    const winners = new Set(won);
    const late = await this.late(
      tx,
      planned.filter((plan) => !winners.has(plan)),
    );

    await giveBack(tx, won);
    await pauseProviders(tx, planned, now);
    await this.moveCircuits(tx, planned, now);
    await wakeOtherChannels(tx, won, now);
    await countBounces(tx, won);
    await touch(tx, won, now);
    const suppressed = await suppressBounced(tx, won, now);
    await this.ledger.append(tx, [
      ...won.map((plan) => entryOf(plan, now)),
      ...late.map((plan) => staleEntry(plan.entryId, now, plan.outcome.message, noteOf(plan.outcome))),
      ...suppressed,
    ]);
    crashPoint('outcome.before_commit');
    return new Set(won.map(({ index }) => index));
  }

  /** While nothing fails anywhere there is nothing to count, and no row of a provider is looked at. */
  private async moveCircuits(tx: Tx, plans: readonly Plan[], now: EpochMs): Promise<void> {
    const moved = new Set<string>();
    const calls = plans.flatMap(({ outcome: { message, result, call } }) => {
      const { providerId } = message;
      if (providerId === null || message.test || call?.answeredBy === 'address') return [];
      const heard = heardOf(result);
      const isProbe = call?.isProbe === true;
      if (heard === 'failed' || isProbe || call?.isWatched === true) moved.add(providerId);
      return [{ providerId, heard, isProbe }];
    });
    if (moved.size === 0) return;
    for (const { id, channel, circuit } of await providerStore.lockCircuits(tx, [...moved])) {
      const ofOne = calls.filter(({ providerId }) => providerId === id);
      const after = circuitAfter(circuit, ofOne, now);
      if (isDeepStrictEqual(after, circuit)) continue;
      await providerStore.saveCircuit(tx, id, after);
      const [from, to] = [circuitState(circuit, now), circuitState(after, now)];
      if (to === 'open')
        this.logger.warn({ provider: id, channel, circuit: after }, 'a provider fails; it is left alone');
      else if (from !== 'closed' && to === 'closed')
        this.logger.info({ provider: id, channel }, 'a provider answers again');
    }
  }

  /**
   * Those who lost and have something to say: a worker whose answer contradicts the end that was written meanwhile.
   * The reaper has no answer of its own, and whoever repeats a commit whose confirmation was lost finds its own words.
   */
  private async late(tx: Tx, lost: readonly Plan[]): Promise<Plan[]> {
    if (lost.length === 0) return [];
    const standing = await messageStore.statuses(
      tx,
      lost.map(({ outcome }) => outcome.message.id),
    );
    const late = lost.filter(
      ({ outcome, settlement }) => outcome.result !== null && standing.get(outcome.message.id) !== statusOf(settlement),
    );
    for (const { outcome } of late) {
      const { message, claim } = outcome;
      this.logger.warn(
        { messageId: message.id, attempt: claim.attempt },
        'an outcome came after its lease; it changes nothing',
      );
    }
    return late;
  }
}

interface Plan {
  /** Of the outcome among those of its batch. */
  readonly index: number;
  readonly outcome: Outcome;
  readonly settlement: Settlement;
  readonly entryId: EntryId;
}

/** One report per message: of several, one that knows an answer before one that does not. */
function firstWords(planned: readonly Plan[]): Plan[] {
  const heard = new Map<string, Plan>();
  for (const plan of planned) {
    const before = heard.get(plan.outcome.message.id);
    if (before === undefined || (before.outcome.result === null && plan.outcome.result !== null)) {
      heard.set(plan.outcome.message.id, plan);
    }
  }
  return [...heard.values()];
}

async function giveBack(tx: Tx, plans: readonly Plan[]): Promise<void> {
  const places = plans
    .filter(({ settlement }) => settlement.freesPlace)
    .map(({ outcome }) => ({ contactId: outcome.message.contactId, messageId: outcome.message.id }));
  if (places.length > 0) await limitStore.givePlacesBack(tx, places);
}

/** What a provider says of itself counts also when the message was settled by somebody else meanwhile. */
async function pauseProviders(tx: Tx, plans: readonly Plan[], now: EpochMs): Promise<void> {
  const pauses = plans.flatMap(({ outcome: { message, result, call } }) => {
    const until = call?.answeredBy === 'address' ? null : pauseUntil(result, now);
    return until === null || message.providerId === null || message.test ? [] : [{ id: message.providerId, until }];
  });
  if (pauses.length > 0) await providerStore.pause(tx, pauses);
}

/** Those that wait whether one of these reaches the contact, which is known now not to. */
async function wakeOtherChannels(tx: Tx, plans: readonly Plan[], now: EpochMs): Promise<void> {
  const failed = plans.flatMap(({ outcome: { message }, settlement }) =>
    message.choice != null && settlement.kind === 'end' && settlement.end === 'failed' ? [message.id] : [],
  );
  if (failed.length > 0) await choiceStore.wake(tx, failed, now);
}

async function touch(tx: Tx, plans: readonly Plan[], now: EpochMs): Promise<void> {
  const touches = plans.flatMap(({ outcome: { message, result }, settlement }): NewTouch[] => {
    if (result?.kind === 'accepted')
      return [
        { message, type: 'sent', at: now, providerRef: result.providerRef, bounce: null, parts: result.parts ?? null },
      ];
    return isBounce(settlement)
      ? [{ message, type: 'bounced', at: now, providerRef: null, bounce: 'hard', parts: null }]
      : [];
  });
  if (touches.length > 0) await touchStore.insert(tx, touches);
}

/** Counts what bounced, unless somebody had reported the bounce of it already. */
async function countBounces(tx: Tx, plans: readonly Plan[]): Promise<void> {
  const bounced = plans.filter(({ settlement }) => isBounce(settlement)).map(({ outcome }) => outcome);
  if (bounced.length === 0) return;
  const ids = bounced.map(({ message }) => message.id);
  const before = await touchStore.hardBounced(tx, ids);
  const reports = bounced
    .filter(({ message }) => !before.has(message.id))
    .flatMap(({ message: { brandId }, warmUps }) =>
      warmUps.map((day) => ({ ...day, brandId, what: 'bounced' as const })),
    );
  if (reports.length > 0) await warmUpStore.received(tx, reports);
}

/** Tells what was learned about addresses; answers the ledger entries that say what follows from it. */
async function suppressBounced(tx: Tx, plans: readonly Plan[], now: EpochMs): Promise<NewEntry[]> {
  const learned = plans.flatMap((plan) => {
    const { message } = plan.outcome;
    const kind = bounceOf(plan);
    const code = noteOf(plan.outcome).code ?? null;
    return kind === null ? [] : [{ message, kind, at: now, eventKey: `hand-over ${message.id}`, code }];
  });
  return learnAboutAddresses(tx, learned, { at: now, via: 'provider', actor: null });
}

/** What a refusal says about the address: only that of the address itself says anything. */
function bounceOf({ outcome: { result }, settlement }: Plan): 'hard_bounce' | 'soft_bounce' | null {
  if (isBounce(settlement)) return 'hard_bounce';
  const refused = result?.kind === 'rejected' && result.code.startsWith('smtp_rcpt_') ? result.code : null;
  return refused !== null && !refused.endsWith(`_${BY_POLICY}`) && bounceClassOf(refused) === 'soft'
    ? 'soft_bounce'
    : null;
}

function statusOf(settlement: Settlement): MessageStatus {
  return settlement.kind === 'end' ? settlement.end : 'queued';
}

function isBounce(settlement: Settlement): boolean {
  return settlement.kind === 'end' && settlement.suppresses;
}

function settlementOf({ message, claim, firstStartedAt, repeatWindowMs, result }: Outcome, now: EpochMs): Settlement {
  const inDoubt = message.firstStartedAt !== null;
  const facts = { attempt: claim.attempt, firstStartedAt, expiresAt: message.expiresAt, inDoubt, repeatWindowMs };
  return result === null ? afterLostAnswer(facts, now) : settle(result, facts, now);
}

function changeOf(outcome: Outcome, settlement: Settlement, now: EpochMs, entryId: EntryId): StatusChange {
  const { message, claim, result } = outcome;
  const hasEnded = settlement.kind === 'end';
  const again = hasEnded ? null : settlement.at;
  return {
    id: message.id,
    status: hasEnded ? settlement.end : 'queued',
    reason: hasEnded ? settlement.reason : 'provider_backoff',
    notBefore: again,
    dueAt: again,
    attempt: claim.attempt,
    worker: claim.worker,
    providerId: message.providerId,
    providerRef: hasEnded && result?.kind === 'accepted' ? result.providerRef : null,
    firstStartedAt: hasEnded || settlement.mayHaveBeenAccepted ? outcome.firstStartedAt : null,
    endedAt: hasEnded ? now : null,
    entryId,
  };
}

function entryOf({ outcome, settlement, entryId }: Plan, now: EpochMs): NewEntry {
  const note = noteOf(outcome);
  if (settlement.kind === 'end')
    return endedEntry(entryId, now, outcome.message, settlement.end, settlement.reason, note);
  const isChosen = settlement.mayHaveBeenAccepted && outcome.repeatWindowMs === Infinity;
  const repeats = isChosen ? ({ repeats: 'at_least_once' } as const) : {};
  return backedOffEntry(entryId, now, outcome.message, 'provider_backoff', {
    ...note,
    retryAt: settlement.at,
    ...repeats,
  });
}

function noteOf({ claim, result }: Outcome): HandOverNote {
  const { attempt, worker } = claim;
  const code = result !== null && 'code' in result ? result.code : null;
  return { attempt, worker, answer: result?.kind ?? 'none', code };
}
