import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EntryId } from '#lib/kernel';
import { Database, type Tx } from '#lib/platform';
import { PublishedLog } from './published-log.js';
import { BRAND, LedgerFixture, OTHER_BRAND, someDecision } from './testing/ledger-fixture.js';

describe('an entry that was acknowledged', () => {
  let fixture: LedgerFixture;
  beforeAll(async () => {
    fixture = await LedgerFixture.create();
  });
  afterAll(() => fixture.close());

  /** The log as somebody sees it between whose questions the sequencer gives positions. */
  const watched = (): PublishedLog => {
    let questions = 0;
    const { tx } = fixture.database;
    const sql: Tx['sql'] = async (...asked) => {
      const rows = await tx.sql<never>(...asked);
      if (++questions === 1) await fixture.sequencer().runOnce();
      return rows;
    };
    return new PublishedLog(Object.create(fixture.database, { tx: { value: { ...tx, sql } } }) as Database);
  };

  it('is found also while it gets its position', async () => {
    const [entry] = await fixture.append(someDecision(await fixture.subject(), 'm1', BRAND));
    expect(await watched().entry(entry!.id, BRAND)).toMatchObject({ id: entry!.id, status: 'integrated' });
  });

  it('is none to another brand, and none where there is none', async () => {
    const [entry] = await fixture.append(someDecision(await fixture.subject(), 'm2', BRAND));
    expect(await watched().entry(entry!.id, OTHER_BRAND)).toBeNull();
    expect(await watched().entry(randomUUID() as EntryId, BRAND)).toBeNull();
  });
});
