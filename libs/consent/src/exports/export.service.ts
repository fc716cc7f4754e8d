import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, type ContactId, DomainError, type SubjectId } from '#lib/kernel';
import { LedgerService, type PersonEntry } from '#lib/ledger';
import { Database, type Tx } from '#lib/platform';
import { type ContactRow, contactStore } from '../contacts/contact.store.js';
import { whoIs } from '../consents/locked-contact.js';
import { withoutRetracted } from '../consents/domain/consent-fold.js';
import { StandingService, type StandingPoint } from '../consents/standing.service.js';
import { databaseNow } from '../database-now.js';
import { assertOnePerson, NotToldByLog } from '../erasure/told-by-log.js';
import { type BrandDefinition, definitionStore } from '../definitions/definition.store.js';
import { preferenceStore } from '../preferences/preference.store.js';
import { type ReceiptFacts, takesBackOf } from './domain/receipt-facts.js';
import { type ExportedEvent, type ExportedPoint, exportStore } from './export.store.js';

/** What this lib and the ledger keep about a person. */
export interface PersonRecord {
  readonly at: number;
  readonly brand: BrandDefinition;
  readonly contact: ContactRow;
  /** The person, and every contact that turned out to be them. */
  readonly contactIds: readonly ContactId[];
  readonly points: readonly ExportedPoint[];
  /** Where they stand now, as decisions have it, at addresses in use. */
  readonly standings: readonly StandingPoint[];
  readonly events: readonly ExportedEvent[];
  readonly suppressions: readonly {
    readonly pointId: string;
    readonly reason: string;
    readonly since: number;
    /** When it is over, or was; null: no end. */
    readonly until: number | null;
  }[];
  /** Everything the ledger holds about them, oldest first, this export not yet among it. */
  readonly entries: readonly PersonEntry[];
}

/** Answers what is kept about one person (Art. 15 and 20 GDPR). */
@Injectable()
export class ExportService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(StandingService) private readonly standing: StandingService,
  ) {}

  /**
   * Reads everything about a person, and about every contact that turned out to be them, in one transaction, and records that it was read and by whom.
   * @throws DomainError not_found; conflict as `chains`
   */
  async person(brandId: BrandId, externalId: string, actor: string): Promise<PersonRecord> {
    return this.database.transaction(async (tx) => {
      const contact = await contactStore.find(tx, brandId, externalId);
      const [brand] = await definitionStore.brands(tx, [brandId]);
      if (contact === null || brand === undefined) throw unknown();
      const at = await databaseNow(tx);
      const family = await contactStore.family(tx, contact.id);
      // Of whoever was erased there is no chain to ask, and no name to ask for them by.
      if (contact.erasedAt === null) await this.assertOne(tx, contact, family);
      const ids = family.map(({ id }) => id);
      const entries: PersonEntry[] = [];
      for (const { subjectId } of family) {
        for await (const entry of this.ledger.entriesOf(tx, subjectId)) entries.push(entry);
      }
      if (family.length > 1) entries.sort(byTime);
      const record: PersonRecord = {
        at,
        brand,
        contact,
        contactIds: ids,
        points: await exportStore.points(tx, ids),
        standings: await this.standingsOf(
          tx,
          brandId,
          family.map(({ id }) => ({ id, zone: contact.zone })),
        ),
        events: await exportStore.events(tx, ids),
        suppressions: await exportStore.suppressions(tx, ids),
        entries,
      };
      if (contact.erasedAt === null) {
        await this.ledger.append(tx, [
          {
            type: 'export.created',
            subjectId: contact.subjectId,
            brandId,
            at,
            clear: { cnt: entries.length },
            disclosed: { export: { contact: contact.id, kind: 'person' }, actor },
          },
        ]);
      }
      return record;
    });
  }

  /** What is told of both would go to whoever asks for either. Who was merged with nobody is one person by the row alone. */
  private async assertOne(
    tx: Tx,
    person: Pick<ContactRow, 'id' | 'subjectId'>,
    family: readonly Pick<ContactRow, 'id' | 'subjectId'>[],
  ): Promise<void> {
    if (family.length > 1) await assertOnePerson(tx, this.ledger, person, family).catch(notOne);
  }

  private async standingsOf(
    tx: Tx,
    brandId: BrandId,
    people: readonly Pick<ContactRow, 'id' | 'zone'>[],
  ): Promise<StandingPoint[]> {
    const found: StandingPoint[] = [];
    for (const one of people) found.push(...(await this.standing.of(tx, brandId, one)).points);
    return found;
  }

  /**
   * The ledger's chains of a person: of everybody who turned out to be one with them, whichever of them is named.
   * @throws DomainError not_found, also when they were erased; conflict when rows join people of whom the log does not say
   *   that they are one
   */
  async chains(tx: Tx, brandId: BrandId, externalId: string): Promise<SubjectId[]> {
    const contact = await contactStore.find(tx, brandId, externalId);
    if (contact === null || contact.erasedAt !== null) throw unknown();
    const family = await contactStore.sameAs(tx, contact.id);
    const person = family.find(({ id }) => id === (contact.mergedInto ?? contact.id));
    if (person === undefined) throw unknown();
    await this.assertOne(tx, person, family);
    return family.map(({ subjectId }) => subjectId);
  }

  /**
   * What a receipt of one consent event says, by whichever of their names the person is asked about.
   * @throws DomainError not_found; conflict as `chains`
   */
  async receipt(brandId: BrandId, externalId: string, eventId: string): Promise<ReceiptFacts> {
    const { tx } = this.database;
    const contact = await whoIs(tx, await contactStore.find(tx, brandId, externalId));
    const [brand] = await definitionStore.brands(tx, [brandId]);
    const family = contact === null ? [] : await contactStore.family(tx, contact.id);
    if (contact !== null && contact.erasedAt === null) await this.assertOne(tx, contact, family);
    const ids = family.map(({ id }) => id);
    const events = await exportStore.events(tx, ids);
    const event = events.find(({ id }) => id === eventId);
    if (contact === null || brand === undefined || event === undefined) throw unknown();
    const points = await exportStore.points(tx, ids);
    const channel = points.find(({ id }) => id === event.pointId)?.channel;
    if (channel === undefined) throw new Error('a consent event has lost its contact point');
    const { page } = await preferenceStore.brand(tx, brandId);
    const said = withoutRetracted(events);
    const takesBack = takesBackOf(event, events);
    const about = takesBack?.stands ?? event;
    const takenBackBy = events.find(({ retracts }) => retracts === event.id);
    return {
      brand: { ...brand, privacyUrl: page.privacyUrl ?? null, phone: page.phone ?? null },
      externalId,
      event,
      channel,
      renewed: said.some((earlier) => isRenewedBy(earlier, about)),
      ends: isYes(about) ? null : (lastYesBefore(said, about)?.legalBasis ?? null),
      takesBack,
      takenBack: takenBackBy === undefined ? null : { id: takenBackBy.id, at: takenBackBy.recordedAt },
      language: contact.language ?? brand.defaultLanguage,
    };
  }
}

/** Whether a yes says again what an earlier one said. */
function isRenewedBy(earlier: ExportedEvent, event: ExportedEvent): boolean {
  return isYes(event) && isYesBefore(earlier, event);
}

/** The last yes before an event, to the same at the same contact point, or to the purpose of the topic as a whole. */
function lastYesBefore(events: readonly ExportedEvent[], event: ExportedEvent): ExportedEvent | undefined {
  return events
    .filter((earlier) => isYesBefore(earlier, event) || isYesBefore(earlier, { ...event, topic: null }))
    .reduce<ExportedEvent | undefined>((a, b) => (a !== undefined && a.occurredAt > b.occurredAt ? a : b), undefined);
}

function isYesBefore(earlier: ExportedEvent, { pointId, purpose, topic, occurredAt }: ExportedEvent): boolean {
  return (
    (isYes(earlier) || earlier.kind === 'imported') &&
    earlier.pointId === pointId &&
    earlier.purpose === purpose &&
    earlier.topic === topic &&
    earlier.occurredAt < occurredAt
  );
}

function isYes({ kind }: ExportedEvent): boolean {
  return kind === 'granted' || kind === 'confirmed';
}

/** As they were appended; an id begins with its time, and settles what happened in one millisecond. */
function byTime(a: PersonEntry, b: PersonEntry): number {
  const [one, other] = [`${a.clear.at} ${a.id}`, `${b.clear.at} ${b.id}`];
  return one < other ? -1 : one > other ? 1 : 0;
}

function notOne(error: unknown): never {
  if (!(error instanceof NotToldByLog)) throw error;
  throw new DomainError(
    'conflict',
    'The log does not say that the contacts which the tables join here are one person. Have the tables compared with the log (consentctl ledger reconcile), and ask again once they agree.',
  );
}

function unknown(): DomainError {
  return new DomainError(
    'not_found',
    'Check the external id and the event, and that the key is one of the contact’s brand.',
  );
}
