import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrandId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { RunningApi } from '../testing/running-api.js';

const DAY = 86_400_000;
/** At noon, so that no zone and no minute moves a touch to another day. */
const ago = (days: number): string => new Date(Math.floor(Date.now() / DAY - days) * DAY + DAY / 2).toISOString();
const day = (days: number): string => ago(days).slice(0, 10);

/**
 * Of accounts that nobody named a report says how many there are. What is kept in memory is to count the same as all
 * touches do, which are read for whoever asks for the report as of an instant.
 */
describe('accounts that nobody named, of a period that is over', () => {
  let api: RunningApi;
  let database: Database;
  let brandId: BrandId;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    database = api.app.get(Database, { strict: false });
    const [brand] = await database.tx.sql<{ id: BrandId }>`SELECT id FROM consent.brand WHERE key = 'acme'`;
    if (brand === undefined) throw new Error('there is a brand');
    brandId = brand.id;
    await account('named', async (contact, accountId) => {
      await fact('account', accountId, { accountId, region: 'north' });
      await touch(contact, 'sent', 40);
      await touch(contact, 'clicked', 40);
    });
    await account('sent in it', (contact) => touch(contact, 'sent', 40));
    await account('clicked in it what was sent before', async (contact) => {
      await touch(contact, 'sent', 70);
      await touch(contact, 'clicked', 40);
    });
    await account('visited in it', (contact) =>
      fact('visit', randomUUID(), { contactId: contact, channel: 'fair' }, ago(40)),
    );
    await account('replied in it', (contact) => touch(contact, 'replied', 40));
    await account('touched before it and after it', async (contact) => {
      for (const days of [70, 3]) for (const type of ['sent', 'clicked']) await touch(contact, type, days);
    });
  }, 60_000);
  afterAll(() => api.stop());

  async function account(_why: string, live: (contact: string, account: string) => Promise<void>): Promise<void> {
    const [contact, accountId] = [randomUUID(), randomUUID()];
    await database.tx.execute`
      INSERT INTO consent.contact_account (brand_id, contact_id, account_id, recorded_at) VALUES (${brandId}, ${contact}, ${accountId}, ${ago(80)})`;
    await live(contact, accountId);
  }

  async function fact(kind: string, id: string, body: object, at = ago(100)): Promise<void> {
    await database.tx.execute`
      INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by, recorded_at)
      VALUES (${brandId}, ${kind}, ${id}, 1, ${at}, false, ${JSON.stringify({ kind, ...body })}::jsonb, 'spec', ${at})`;
  }

  async function touch(contact: string, type: string, days: number): Promise<void> {
    await database.tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event, recorded_at)
      VALUES (${randomUUID()}, ${type}, ${ago(days)}, ${brandId}, ${contact}, 'email', false, ${type === 'sent' ? '' : `${type} ${randomUUID()}`}, ${ago(days)})`;
  }

  async function report(name: string, basis: string, asOf?: string) {
    const query = new URLSearchParams({ from: day(60), to: day(30), zone: 'Etc/UTC', basis });
    if (asOf !== undefined) query.set('asOf', asOf);
    const answer = await api.send('GET', `/v1/reports/${name}?${query.toString()}`, { key });
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    return answer.json<{ rows: { cells: { value?: unknown; of?: unknown }[] }[]; total: unknown }>();
  }

  it.each([
    ['delivered', 2, 3],
    ['engaged', 3, 4],
  ])('counts whom it reached as %s as often in memory as in all touches', async (basis, unnamed, all) => {
    for (const name of ['quality', 'accounts']) {
      const kept = await report(name, basis);
      const whole = await report(name, basis, ago(1));
      const told = ({ rows, total }: typeof kept) => JSON.stringify([rows, total]).replaceAll(/asOf=[^&"]+&?/g, '');
      expect(told(kept)).toBe(told(whole));
      if (name === 'accounts') continue;
      const [finding] = kept.rows.filter(({ cells }) => cells[0]?.value === 'accounts_without_data');
      expect(finding?.cells.slice(1, 3).map(({ value }) => value)).toEqual([unnamed, all]);
    }
  });
});
