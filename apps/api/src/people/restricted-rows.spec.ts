import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { passTime, TEST_CLOCK } from '../../../../test/support/database-clock.js';
import { RetentionService } from '#lib/consent';
import { Comparison } from '../testing/comparison.js';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

/** Of whose evidence a statute keeps, entries go on to disclose what rows may not hold. */
describe('rows of whoever is erased but for evidence', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let admin: pg.Pool;
  let comparison: Comparison;
  beforeAll(async () => {
    brand = await SomeBrand.start(TEST_CLOCK);
    ({ api, admin } = brand);
    comparison = new Comparison(api);
    // One who was two until they were merged, and said something as either.
    for (const [id, address] of Object.entries({ before: '+4930987654', now: '+4930987655' })) {
      await brand.send('PUT', `/v1/contacts/${id}`, { country: 'DE', contactPoints: [{ channel: 'phone', address }] });
      const said = { channel: 'phone', evidence: { ip: '198.51.100.7' } };
      expect((await brand.say(id, 'granted', said)).status).toBe(201);
    }
    expect((await brand.send('POST', '/v1/contacts/now/merge', { from: 'before' })).status).toBe(200);
    await admin.query(
      `CREATE TABLE public.kept AS SELECT e.* FROM consent.consent_event e JOIN consent.contact_point p ON p.id = e.contact_point_id WHERE p.channel = 'phone'`,
    );
    expect((await brand.send('POST', '/v1/contacts/now/erasure', {})).json()).toMatchObject({ status: 'restricted' });
  }, 120_000);
  afterAll(async () => {
    await comparison.stop();
    await brand.stop();
  });

  const service = <T>(token: abstract new (...args: never[]) => T): T => api.app.get(token, { strict: false });
  const differences = () => comparison.differences();
  /** What is found while events say this. */
  const whileEventsSay = async (set: string): Promise<string[]> => {
    const events = async (to: string): Promise<void> => {
      await admin.query('ALTER TABLE consent.consent_event DISABLE TRIGGER ALL');
      await admin.query(`UPDATE consent.consent_event e SET ${to} FROM public.kept k WHERE k.id = e.id`);
      await admin.query('ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only');
    };
    await events(set);
    try {
      return await differences();
    } finally {
      await events(`source = NULL, wording = NULL, evidence = '{}'`);
    }
  };
  const foundIn = (count: number) =>
    Array.from({ length: count }, () => 'consent.consent_event says what the erasure of its person took out');

  const asTheLogSays = async (): Promise<void> => {
    expect(await differences()).toEqual([]);
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM public.kept WHERE wording IS NOT NULL OR evidence <> '{}'`,
    );
    expect(rows[0]!.n).toBeGreaterThan(1);
    expect(await whileEventsSay('source = k.source, wording = k.wording, evidence = k.evidence')).toEqual(
      foundIn(rows[0]!.n),
    );
    expect(await whileEventsSay('wording = k.wording')).toContain(foundIn(1)[0]);
    expect(await differences()).toEqual([]);
  };
  it('are as the log says while the evidence is kept, and what was put back into them is found', asTheLogSays);

  describe('once the statute’s time is over', () => {
    beforeAll(async () => {
      await passTime(api.database.urls.admin, '6 years');
      expect(await service(RetentionService).finishErasures()).toBe(2);
    });
    it('are as the log says when all of it is gone, as of whoever became them', asTheLogSays);
  });
});
