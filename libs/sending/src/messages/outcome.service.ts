import { Inject, Injectable } from '@nestjs/common';
import { suppressionStore } from '#lib/consent';
import type { EntryId, EpochMs } from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import { Batcher, crashPoint, Database, type Logger, LOGGER, newId, type Tx } from '#lib/platform';
import { backedOffEntry, endedEntry, type HandOverNote, staleEntry } from './domain/entries.js';
import type { Message } from './domain/message.js';
import { afterLostAnswer, type HandOverResult, settle, type Settlement } from './domain/settle.js';
import { limitStore } from './limit.store.js';
import { type Claim, messageStore, type StatusChange } from './message.store.js';
import { touchStore } from './touch.store.js';

/** The end of one hand-over, as its worker or the reaper reports it. */
export interface Outcome {
  readonly message: Message;
  readonly claim: Claim;
  readonly firstStartedAt: EpochMs;
  readonly keyWindowMs: number | null;
  /** Null when the worker vanished: the reaper knows of no answer. */
  readonly result: HandOverResult | null;
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
    const settled = await this.database.transaction((tx) => this.write(tx, outcomes));
    crashPoint('outcome.after_commit');
    return outcomes.map(({ message }) => settled.has(message.id));
  }

  private async write(tx: Tx, outcomes: readonly Outcome[]): Promise<ReadonlySet<string>> {
    const clock = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    const now = clock[0]?.now ?? 0;
    const planned = [...outcomes]
      .sort((a, b) => (a.message.id < b.message.id ? -1 : 1))
      .map((outcome) => ({ outcome, settlement: settlementOf(outcome, now), entryId: newId<EntryId>() }));

    const settled = await messageStore.settle(
      tx,
      planned.map(({ outcome, settlement, entryId }) => changeOf(outcome, settlement, now, entryId)),
    );
    const won = planned.filter(({ outcome }) => settled.has(outcome.message.id));

    const free = won
      .filter(({ settlement }) => settlement.freesPlace)
      .map(({ outcome }) => ({ contactId: outcome.message.contactId, messageId: outcome.message.id }));
    if (free.length > 0) await limitStore.givePlacesBack(tx, free);
    const reached = won.flatMap(({ outcome }) =>
      outcome.result?.kind === 'accepted'
        ? [{ message: outcome.message, type: 'sent' as const, providerRef: outcome.result.providerRef }]
        : [],
    );
    const bounced = won.flatMap(({ outcome, settlement }) =>
      suppresses(settlement) ? [{ message: outcome.message, type: 'bounced' as const, providerRef: null }] : [],
    );
    if (reached.length + bounced.length > 0) await touchStore.insert(tx, [...reached, ...bounced], now);

    const suppressions = won.flatMap(({ outcome, settlement }) => {
      const { contactPointId } = outcome.message;
      return suppresses(settlement) && contactPointId !== null
        ? [{ message: outcome.message, pointId: contactPointId, entryId: newId<EntryId>() }]
        : [];
    });
    if (suppressions.length > 0) await suppressionStore.addForPoints(tx, suppressions, 'bounce', now);

    await this.ledger.append(tx, [
      ...planned.map(({ outcome, settlement, entryId }) =>
        entryOf(outcome, settlement, settled.has(outcome.message.id), now, entryId),
      ),
      ...suppressions.map(({ message, pointId, entryId }): NewEntry => ({
        id: entryId,
        type: 'suppression.added',
        subjectId: message.subjectId,
        brandId: message.brandId,
        at: now,
        clear: { ch: message.channel, reason: 'suppressed_bounce' },
        disclosed: { contact: { id: message.contactId, point: pointId }, event: { message: message.id } },
      })),
    ]);
    for (const { outcome } of planned.filter(({ outcome: o }) => !settled.has(o.message.id))) {
      this.logger.warn(
        { messageId: outcome.message.id, attempt: outcome.claim.attempt },
        'an outcome came after its lease; it changes nothing',
      );
    }
    crashPoint('outcome.before_commit');
    return settled;
  }
}

function settlementOf({ message, claim, firstStartedAt, keyWindowMs, result }: Outcome, now: EpochMs): Settlement {
  const facts = { attempt: claim.attempt, firstStartedAt, expiresAt: message.expiresAt, keyWindowMs };
  return result === null ? afterLostAnswer(facts, now) : settle(result, facts, now);
}

function suppresses(settlement: Settlement): boolean {
  return settlement.kind === 'end' && settlement.suppresses;
}

function changeOf(
  outcome: Outcome,
  settlement: Settlement,
  now: EpochMs,
  entryId: EntryId,
): StatusChange & { claim: Claim } {
  const { message, claim, result } = outcome;
  const providerRef = result?.kind === 'accepted' ? result.providerRef : null;
  const same = {
    id: message.id,
    attempt: claim.attempt,
    worker: claim.worker,
    providerId: message.providerId,
    claim,
    entryId,
  };
  if (settlement.kind === 'end') {
    return {
      ...same,
      status: settlement.end,
      reason: settlement.reason,
      notBefore: null,
      dueAt: null,
      endedAt: now,
      providerRef,
      firstStartedAt: outcome.firstStartedAt,
    };
  }
  const firstStartedAt = settlement.mayHaveBeenAccepted ? outcome.firstStartedAt : null;
  return {
    ...same,
    status: 'queued',
    reason: 'provider_backoff',
    notBefore: settlement.at,
    dueAt: settlement.at,
    endedAt: null,
    providerRef: null,
    firstStartedAt,
  };
}

function entryOf(
  { message, claim, result }: Outcome,
  settlement: Settlement,
  isSettled: boolean,
  now: EpochMs,
  entryId: EntryId,
): NewEntry {
  const code = result !== null && 'code' in result ? result.code : null;
  const note: HandOverNote = { ...claim, answer: result?.kind ?? 'none', code };
  if (!isSettled) return staleEntry(entryId, now, message, note);
  if (settlement.kind === 'end') return endedEntry(entryId, now, message, settlement.end, settlement.reason, note);
  return backedOffEntry(entryId, now, message, { ...note, retryAt: settlement.at });
}
