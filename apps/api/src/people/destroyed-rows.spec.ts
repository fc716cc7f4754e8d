import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { passTime, TEST_CLOCK } from '../../../../test/support/database-clock.js';
import { RetentionService } from '#lib/consent';
import { Comparison } from '../testing/comparison.js';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

/** Of evidence whose time is over entries disclose their place in the chain alone, and rows nothing that was said. */
describe('the rows of evidence that was destroyed in time', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let admin: pg.Pool;
  let comparison: Comparison;
  beforeAll(async () => {
    brand = await SomeBrand.start(TEST_CLOCK);
    ({ api, admin } = brand);
    comparison = new Comparison(api);
    await brand.person('kept', null);
    const told = { source: 'https://people.example/form', evidence: { flags: ['by_hand'] } };
    for (const [kind, occurredAt] of [
      ['granted', '2020-01-01T00:00:00Z'],
      ['withdrawn', '2020-02-01T00:00:00Z'],
      ['granted', '2021-01-01T00:00:00Z'],
    ] as const)
      expect((await brand.say('kept', kind, { occurredAt, ...told })).status).toBe(201);
    await admin.query('CREATE TABLE public.kept AS SELECT * FROM consent.consent_event');
    await passTime(api.database.urls.admin, '13 months');
    expect(await service(RetentionService).forgetOldEvidence()).toBeGreaterThan(1);
    await admin.query(
      `DELETE FROM public.kept k USING consent.consent_event e
        WHERE e.id = k.id AND (e.source IS NOT NULL OR e.wording IS NOT NULL OR e.evidence <> '{}')`,
    );
  }, 120_000);
  afterAll(async () => {
    await comparison.stop();
    await brand.stop();
  });

  const service = <T>(token: abstract new (...args: never[]) => T): T => api.app.get(token, { strict: false });
  const differences = () => comparison.differences();
  /** As somebody with all rights over the database. */
  const events = async (to: string): Promise<void> => {
    await admin.query('ALTER TABLE consent.consent_event DISABLE TRIGGER ALL');
    await admin.query(`UPDATE consent.consent_event e SET ${to} FROM public.kept k WHERE k.id = e.id`);
    await admin.query('ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only');
  };

  it.each(['source', 'wording', 'evidence'])('are empty, and are found where their %s was put back', async (column) => {
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM public.kept WHERE ${column}::text <> '{}'`,
    );
    expect(rows[0]!.n).toBeGreaterThan(1);
    expect(await differences()).toEqual([]);
    await events(`${column} = k.${column}`);
    expect(await differences()).toEqual(
      Array.from({ length: rows[0]!.n }, () => 'consent.consent_event says what its entry does not disclose any more'),
    );
    await events(`source = NULL, wording = NULL, evidence = '{}'`);
    expect(await differences()).toEqual([]);
  });
});
