import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { BrandId } from '#lib/kernel';
import { Database, sqlPart, type Tx } from '#lib/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { keptActStore } from '../kept-activity/kept-act.store.js';
import { planForOwnJoins } from '../plan-for-all.js';
import { keptStore } from './kept.store.js';

/** What PostgreSQL says of a step of a plan that it has carried out. */
interface Step {
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Actual Loops': number;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Step[];
}

const PEOPLE = 1_000;

/** Has PostgreSQL say how it carries statements out. */
function explained(tx: Tx) {
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
  return { plans, explaining };
}

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

      const { plans, explaining } = explained(tx);
      await keptStore.openPacked(explaining, scope);
      const compared = (step: Step): number =>
        (step['Rows Removed by Join Filter'] ?? 0) * step['Actual Loops'] +
        (step.Plans ?? []).reduce((sum, one) => sum + compared(one), 0);
      expect(plans).toHaveLength(1);
      expect(compared(plans[0]!)).toBeLessThan(10 * PEOPLE);
    });
  });

  it('of people of many accounts, named in many ways, are put together without comparing each with each', async () => {
    const team = Array.from({ length: PEOPLE }, () => randomUUID());
    const accounts = Array.from({ length: PEOPLE / 2 }, () => randomUUID());
    await database.tx.execute`
      INSERT INTO consent.contact_account (brand_id, contact_id, account_id)
      SELECT ${brandId}::uuid, contact, account
        FROM unnest(${team}::uuid[], ${[...accounts, ...accounts]}::uuid[]) AS pair (contact, account)`;
    await database.tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, campaign_id, channel, test, event)
      SELECT gen_random_uuid(), 'sent', now(), ${brandId}, contact_id, gen_random_uuid(), 'email', false, ''
        FROM unnest(${team}::uuid[]) AS contact_id`;
    await database.transaction(async (tx) => {
      const scope = { brandId, through: Date.now() + 60_000, accounts: [...accounts, ...team] };
      await planForOwnJoins(tx);
      await keptStore.prepare(tx, scope);
      const { plans, explaining } = explained(tx);
      await keptStore.prepare(explaining, scope);
      await keptStore.openPacked(explaining, scope);
      await keptStore.openPacked(tx, scope);
      const found = await keptStore.nextPacked(tx);
      expect(found).toHaveLength(accounts.length);
      expect(found.every(({ contacts, delivered }) => contacts.length === 2 && delivered.length > 0)).toBe(true);
      await keptStore.closePacked(tx);
      const handled = (step: Step): number =>
        (step['Actual Rows'] + (step['Rows Removed by Join Filter'] ?? 0)) * step['Actual Loops'] +
        (step.Plans ?? []).reduce((sum, one) => sum + handled(one), 0);
      expect(plans).toHaveLength(3);
      for (const plan of plans) expect(handled(plan)).toBeLessThan(100 * PEOPLE);
    });
  });

  it('of one person are found without going through the visits of everybody', async () => {
    await database.tx.execute`
      INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
      SELECT ${brandId}::uuid, 'visit', contact_id::text, 1, now(), false,
             jsonb_build_object('kind', 'visit', 'contactId', contact_id, 'channel', 'cpc', 'page', 'example.com'), 'test'
        FROM unnest(${people}::uuid[]) AS contact_id`;
    const admin = new pg.Client({ connectionString: test.urls.admin });
    await admin.connect();
    await admin.query('ANALYZE');
    await admin.end();
    await database.transaction(async (tx) => {
      const scope = { brandId, through: Date.now() + 60_000, accounts: people.slice(0, 2) };
      expect([...(await keptActStore.facts(tx, scope)).keys()].sort()).toEqual([...scope.accounts].sort());
      const { plans, explaining } = explained(tx);
      await keptStore.prepare(explaining, scope);
      await keptActStore.putAhead(explaining, scope);
      await keptActStore.facts(explaining, scope);
      await keptStore.openPacked(explaining, scope);
      expect(plans).toHaveLength(5);
      const read = (step: Step): number =>
        (step['Relation Name'] === undefined
          ? 0
          : (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops']) +
        (step.Plans ?? []).reduce((sum, one) => sum + read(one), 0);
      for (const plan of plans) expect(read(plan)).toBeLessThan(20);
    });
  });
});
