import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError } from '#lib/kernel';
import { LedgerService, type PersonEntry } from '#lib/ledger';
import { Database } from '#lib/platform';
import { type ContactRow, contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { type BrandDefinition, definitionStore } from '../definitions/definition.store.js';
import type { ReceiptFacts } from './domain/receipt-facts.js';
import { type ExportedEvent, type ExportedPoint, type ExportedState, exportStore } from './export.store.js';

/** What this lib and the ledger keep about a person. */
export interface PersonRecord {
  readonly at: number;
  readonly brand: BrandDefinition;
  readonly contact: ContactRow;
  readonly points: readonly ExportedPoint[];
  readonly states: readonly ExportedState[];
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
  ) {}

  /**
   * Reads everything about a person in one transaction, and records that it was read and by whom.
   * @throws DomainError not_found
   */
  async person(brandId: BrandId, externalId: string, actor: string): Promise<PersonRecord> {
    return this.database.transaction(async (tx) => {
      const contact = await contactStore.find(tx, brandId, externalId);
      const [brand] = await definitionStore.brands(tx, [brandId]);
      if (contact === null || brand === undefined) throw unknown();
      const at = await databaseNow(tx);
      const entries: PersonEntry[] = [];
      for await (const entry of this.ledger.entriesOf(tx, contact.subjectId)) entries.push(entry);
      const record: PersonRecord = {
        at,
        brand,
        contact,
        points: await exportStore.points(tx, contact.id),
        states: await exportStore.states(tx, contact.id),
        events: await exportStore.events(tx, contact.id),
        suppressions: await exportStore.suppressions(tx, contact.id),
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

  /**
   * What a receipt of one consent event says.
   * @throws DomainError not_found
   */
  async receipt(brandId: BrandId, externalId: string, eventId: string): Promise<ReceiptFacts> {
    const { tx } = this.database;
    const contact = await contactStore.find(tx, brandId, externalId);
    const [brand] = await definitionStore.brands(tx, [brandId]);
    const events = contact === null ? [] : await exportStore.events(tx, contact.id);
    const event = events.find(({ id }) => id === eventId);
    if (contact === null || brand === undefined || event === undefined) throw unknown();
    const points = await exportStore.points(tx, contact.id);
    const channel = points.find(({ id }) => id === event.pointId)?.channel;
    if (channel === undefined) throw new Error('a consent event has lost its contact point');
    return { brand, externalId, event, channel, language: contact.language ?? brand.defaultLanguage };
  }
}

function unknown(): DomainError {
  return new DomainError(
    'not_found',
    'Check the external id and the event, and that the key is one of the contact’s brand.',
  );
}
