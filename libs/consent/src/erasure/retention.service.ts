import { Inject, Injectable } from '@nestjs/common';
import type { ContactId, EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type Tx } from '#lib/platform';
import { lockContact } from '../consents/locked-contact.js';
import { InFlight } from '../consents/in-flight.js';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { forgettable, leastKept, type RetentionRule, retainUntil } from './domain/retain-until.js';
import { oneByOne } from '../one-by-one.js';
import { erasureStore, type KeptEvent, type Person } from './erasure.store.js';
import { assertRestrictionOver, keepsTold, toldChains, toldEvents } from './told-by-log.js';

/** How long one event's evidence is kept, and by which rule. */
export interface Retention {
  readonly eventId: string;
  readonly until: EpochMs;
  readonly rule: string;
}

const BATCH = 100;

/** Lets evidence go when nothing has it kept any longer. Safe to run in several processes. */
@Injectable()
export class RetentionService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(InFlight) private readonly inFlight: InFlight,
  ) {}

  /** Until when the evidence of each consent event of a person is kept: max(given, last use) + rule. */
  async of(tx: Tx, contactId: ContactId): Promise<Retention[]> {
    const uses = await this.inFlight.uses(tx, [contactId]);
    return (await erasureStore.events(tx, [contactId])).flatMap((event) => {
      const kept = retainUntil({ givenAt: event.occurredAt, usedAt: usesOf(event, uses) }, this.rulesOf(event));
      return kept === null ? [] : [{ eventId: event.id, ...kept }];
    });
  }

  /**
   * Destroys what erased people's entries disclose, once no statute has it kept. Answers of how many people.
   * @throws AggregateError of those of whom it failed, after all others
   */
  async finishErasures(signal?: AbortSignal): Promise<number> {
    const now = await databaseNow(this.database.tx);
    return oneByOne<Person>(
      (after) => erasureStore.toShred(this.database.tx, now, after?.id ?? null, BATCH),
      (person) => this.database.transaction((tx) => this.finishErasure(tx, person)),
      signal,
    );
  }

  /**
   * Destroys the evidence of consents that count no longer and whose time is over, of everybody. Answers how many events
   * it was of.
   * @throws AggregateError of those of whom it failed, after all others
   */
  async forgetOldEvidence(signal?: AbortSignal): Promise<number> {
    const keeps = await keepsTold(this.database.tx, this.ledger);
    return oneByOne<Person>(
      (after) => erasureStore.next(this.database.tx, after?.id ?? null, BATCH),
      (person) => this.database.transaction((tx) => this.forgetOldEvidenceOf(tx, person, keeps)),
      signal,
    );
  }

  private async finishErasure(tx: Tx, { id, brandId }: Person): Promise<number> {
    const contact = await lockContact(tx, await contactStore.byId(tx, id));
    if (contact === null) return 0;
    const at = await databaseNow(tx);
    if (!(await erasureStore.isToShred(tx, id))) return 0; // another process was first
    await assertRestrictionOver(tx, this.ledger, contact.subjectId, at);
    await this.ledger.append(tx, [
      {
        type: 'erasure.executed',
        subjectId: contact.subjectId,
        brandId,
        at,
        clear: { basis: 'retention_over' },
        disclosed: {},
      },
    ]);
    await this.inFlight.forget(tx, [contact.subjectId]);
    await this.ledger.forgetSubject(tx, contact.subjectId);
    await erasureStore.shredded(tx, id, at);
    return 1;
  }

  private async forgetOldEvidenceOf(tx: Tx, { id, brandId }: Person, keeps: Keeps): Promise<number> {
    const now = await databaseNow(tx);
    const events = await erasureStore.events(tx, [id]);
    const old = await this.oldOnes(tx, id, events, keeps, now);
    // An address that came with somebody who was merged brought their chain's entries: each chain says what is gone of it.
    const forgotten = await this.ledger.forgetEntries(
      tx,
      brandId,
      old.map(({ entryId }) => entryId),
      now,
    );
    if (old.length > 0)
      await erasureStore.emptyOldEvents(
        tx,
        old.map((event) => event.id),
      );
    return forgotten;
  }

  /**
   * Events whose time is over and that count no longer, by the tables and by what their entries tell, as those of messages
   * that left on their strength: whoever changes or takes away a row for a day has nothing destroyed by it.
   */
  private async oldOnes(tx: Tx, contactId: ContactId, events: readonly KeptEvent[], keeps: Keeps, now: EpochMs) {
    if (events.every(({ counts }) => counts)) return [];
    const uses = await this.inFlight.uses(tx, [contactId]);
    const byRows = this.forgettableOf(events, uses, now);
    if (byRows.size === 0) return [];
    const told = await toldEvents(tx, this.ledger, events);
    const family = await contactStore.family(tx, contactId);
    const chains = new Set(
      [...told.values(), ...family].flatMap(({ subjectId }) => (subjectId === null ? [] : [subjectId])),
    );
    const left = (await toldChains(tx, this.ledger, chains)).uses.map((use) => ({ ...use, purpose: use.purposeId }));
    const byEntries = this.forgettableOf(
      events.flatMap((event) => {
        const said = told.get(event.entryId);
        const keepEvidence = said === undefined ? undefined : keeps.get(said.purposeId);
        return said === undefined
          ? []
          : [{ ...event, ...said, purpose: said.purposeId, ...(keepEvidence !== undefined && { keepEvidence }) }];
      }),
      left,
      now,
    );
    return events.filter(({ id }) => byRows.has(id) && byEntries.has(id));
  }

  private forgettableOf(events: readonly KeptEvent[], uses: Uses, now: EpochMs): Set<string> {
    const byId = new Map(events.map((event) => [event.id, event]));
    return new Set(
      forgettable(
        events.map((event) => ({ ...event, scopeId: event.id, rules: this.rulesOf(event) })),
        (id) => {
          const event = byId.get(id);
          return event === undefined ? [] : usesOf(event, uses);
        },
        now,
      ),
    );
  }

  private rulesOf({ jurisdiction, channel, keepEvidence, recordedAt }: KeptEvent): RetentionRule[] {
    const duties = this.inFlight.dutiesFor(jurisdiction, channel);
    return [...duties, { id: 'purpose', keep: keepEvidence }, leastKept(recordedAt)];
  }
}

/** How long evidence is kept, by purpose. */
type Keeps = ReadonlyMap<string, string>;

type Uses = readonly { readonly channel: string; readonly purpose: string; readonly at: EpochMs }[];

/** When messages left on that channel under the purpose since: a use of whatever had been agreed to by then. */
function usesOf({ channel, purpose, occurredAt }: KeptEvent, uses: Uses): EpochMs[] {
  return uses
    .filter((use) => use.channel === channel && use.purpose === purpose && use.at >= occurredAt)
    .map(({ at }) => at);
}
