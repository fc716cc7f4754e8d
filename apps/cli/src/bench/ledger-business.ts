import type pg from 'pg';
import {
  BrandService,
  ConsentService,
  ContactService,
  NoticeService,
  PurposeService,
  TopicService,
} from '#lib/consent';
import type { BrandId, EntryId } from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import { type Database, type KeyRing, systemClock, type Tx } from '#lib/platform';
import { StartedMessages } from '#lib/sending';
import { type Alternatives, bytesOf, insertBare } from './ledger-overhead.js';

/** One after the other within a client, so that no two clients wait for one person. */
const PEOPLE_OF_CLIENT = 20;

/** In the place of a ledger: writes as many rows of as many bytes, and nothing else. */
class BareInserts extends LedgerService {
  body: Buffer = Buffer.alloc(0);

  override async append(tx: Tx, entries: readonly NewEntry[]): Promise<{ id: EntryId }[]> {
    const ids = await insertBare(
      tx,
      entries.map(() => this.body),
    );
    return ids.map((id) => ({ id: id as EntryId }));
  }
}

/**
 * A business transaction of the product itself: a person's yes to two topics, with its evidence, as the api records it. It
 * locks the person, reads what they said before, writes events and states, and appends; or inserts the same bytes.
 */
export async function consents(
  database: Database,
  admin: pg.Client,
  ledger: LedgerService,
  keys: KeyRing,
  clients: number,
): Promise<Alternatives> {
  const brandId = await setUp(database, ledger);
  const contacts = new ContactService(database, ledger, new StartedMessages(ledger), keys);
  const names = Array.from({ length: clients * PEOPLE_OF_CLIENT }, (_, i) => `person-${i}`);
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let i = client; i < names.length; i += clients)
        await contacts.put(
          brandId,
          names[i] ?? '',
          {
            language: 'en',
            country: 'DE',
            contactPoints: [{ channel: 'email', address: `person-${i}@bench.example` }],
          },
          'bench',
        );
    }),
  );
  const bare = new BareInserts({ kek: keys.ledgerKek, macKey: keys.ledgerMac });
  const recorder = (into: LedgerService) => {
    const service = new ConsentService(database, into, new StartedMessages(into));
    let next = 0;
    return () => {
      // Clients take turns, so the next person is free when their turn has come.
      const name = names[next++ % names.length] ?? '';
      return service.record(
        brandId,
        name,
        {
          ...{ channel: 'email', purpose: 'commercial', topics: ['news', 'offers'], kind: 'granted' },
          ...{ legalBasis: 'consent', notice: { key: 'form', version: 1, language: 'en' } },
          ...{ method: 'web_form', source: 'https://bench.example/', evidence: { ip: '192.0.2.1' } },
        },
        'bench',
      );
    };
  };
  const appended = recorder(ledger);
  for (const _ of names) await appended();
  bare.body = await bytesOf(admin, 'consent.granted');
  return { bare: recorder(bare), appended };
}

async function setUp(database: Database, ledger: LedgerService): Promise<BrandId> {
  const change = { by: 'bench', at: systemClock.now() };
  const brand = {
    ...{ name: 'Bench', legalName: 'Bench GmbH', postalAddress: 'Weg 1, 10115 Berlin', country: 'DE' },
    ...{ defaultLanguage: 'en', defaultZone: 'Europe/Berlin', senderName: 'Bench', senderEmail: 'news@bench.example' },
  };
  const { id } = (await new BrandService(database, ledger).put('bench', brand, change, null)).value;
  const labels = { en: 'Marketing' };
  const purpose = { enforcement: 'restrictive', legalBasis: 'consent', labels } as const;
  await new PurposeService(database, ledger).put(id, 'commercial', purpose, change);
  const topics = new TopicService(database, ledger);
  for (const topic of ['news', 'offers']) await topics.put(id, topic, { purpose: 'commercial', labels }, change);
  await new NoticeService(database, ledger).publish(id, 'form', { en: 'Yes, you may write to me about this.' }, change);
  return id;
}
