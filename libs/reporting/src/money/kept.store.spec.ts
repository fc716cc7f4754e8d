import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { BrandId } from '#lib/kernel';
import { Database, sqlPart, type Tx } from '#lib/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { keptStore } from './kept.store.js';

/** What PostgreSQL says of a step of a plan that it has carried out. */
interface Step {
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Step[];
}

const PEOPLE = 1_000;

describe('the touches of many people at once', () => {
  let test: TestDatabase;
  let database: Database;
  const brandId = randomUUID() as BrandId;
  const people = Array.from({ length: PEOPLE }, () => randomUUID());
  beforeAll(async () => {
    test = await createTestDatabase();
    database = new Database({ url: test.urls.app, max: 1 });
    await database.tx.execute`
      INSERT INTO consent.brand (id, key, name, legal_name, postal_address, default_language, default_zone, country, sender_name, sender_email)
      VALUES (${brandId}, 'acme', 'Acme', 'Acme AG', 'Road 1', 'en', 'Europe/Berlin', 'DE', 'Acme', 'a@acme.example')`;
    await database.tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event)
      SELECT gen_random_uuid(), 'sent', now(), ${brandId}, contact_id, 'email', false, ''
        FROM unnest(${people}::uuid[]) AS contact_id`;
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('are put together without comparing everybody with everybody', async () => {
    await database.transaction(async (tx) => {
      const scope = { brandId, through: Date.now() + 60_000, accounts: people };
      await keptStore.prepare(tx, scope);
      await keptStore.openPacked(tx, scope);
      const found = await keptStore.nextPacked(tx);
      expect(found).toHaveLength(PEOPLE);
      await keptStore.closePacked(tx);

      const plans: Step[] = [];
      const explaining: Tx = Object.assign(Object.create(tx) as Tx, {
        composed: async (statement: Parameters<Tx['composed']>[0]) => {
          const [row] = await tx.composed<[readonly [{ readonly Plan: Step }]]>(
            sqlPart`EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`,
          );
          plans.push(row![0][0].Plan);
          return [];
        },
      });
      await keptStore.openPacked(explaining, scope);
      const compared = (step: Step): number =>
        (step['Rows Removed by Join Filter'] ?? 0) * step['Actual Loops'] +
        (step.Plans ?? []).reduce((sum, one) => sum + compared(one), 0);
      expect(plans).toHaveLength(1);
      expect(compared(plans[0]!)).toBeLessThan(10 * PEOPLE);
    });
  });
});
