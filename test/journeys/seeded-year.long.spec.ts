import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findBrandId } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, deriveKeys } from '#lib/platform';
import { InvariantService, type Report, reportProblems } from '#lib/reporting';
import { Reconciler } from '#lib/sending';
import { ReportCatalog } from '../../apps/api/src/reports/catalog/report-catalog.js';
import { MonthEnd } from '../../apps/api/src/reports/snapshots/month-end.js';
import { RunningApi } from '../../apps/api/src/testing/running-api.js';
import { b2bYear } from '../../apps/cli/src/seed/year/domain/b2b-year.js';
import { writeYear } from '../../apps/cli/src/seed/year/seed-year.js';
import type { Gateway, Written } from '../../apps/cli/src/seed/year/year-writer.js';

/** The same on every day, and small: a third of what people get to see. */
const YEAR = b2bYear(7, '2026-11-01', 14);
const BY = 'seed 7 until 2026-11-01';
const { calendar } = YEAR;
const WHOLE = { from: calendar.day(365), to: calendar.day(1), zone: 'Etc/UTC' };
const LAST_30_DAYS = { ...WHOLE, from: calendar.day(30) };
/** Names in place of ids, as every brand has ids of its own. */
const NAMES = { account: (name: string) => name, contact: (name: string) => name };

describe('a seeded year', () => {
  let api: RunningApi;
  let gateway: Gateway;
  let written: Written | null;
  let brandId: BrandId;
  beforeAll(async () => {
    api = await RunningApi.start();
    const keys = deriveKeys(api.config.MASTER_KEY);
    const database = api.app.get(Database, { strict: false });
    gateway = { database, keys, ledger: api.app.get(LedgerService, { strict: false }) };
    written = await writeYear(gateway, 'demo', BY, YEAR);
    brandId = await findBrandId(database.tx, 'demo', null);
  }, 120_000);
  afterAll(() => api.stop());

  const catalog = () => api.app.get(ReportCatalog, { strict: false });
  const report = async (key: string, asked: object): Promise<Report> => {
    const query =
      catalog()
        .all.find((one) => one.key === key)
        ?.query.parse(asked) ?? {};
    return (await catalog().make(key, { brandId, seesMessages: true }, query)).report;
  };
  const valueIn = (cells: Report['rows'][number]['cells'] | undefined, column: number): number => {
    const cell = cells?.[column];
    return cell !== undefined && 'value' in cell ? Number(cell.value) : 0;
  };

  it('adds up, and is as the log says, to the instant of each touch', async () => {
    const { ledger } = gateway;
    const invariants = api.app.get(InvariantService, { strict: false });
    expect(await invariants.check((tx, ids) => ledger.disclosures(tx, ids))).toEqual([]);
  });

  it('has its months closed, and weights that two roles agreed to', async () => {
    expect(await api.app.get(MonthEnd, { strict: false }).closeDue()).toBe(12);
    expect((await report('snapshots', {})).rows.length).toBeGreaterThan(12 * 20);
    const { columns, rows, total } = await report('attribution', { ...WHOLE, models: 'linear', weights: 'agreed@1' });
    const at = columns.findIndex(({ key }) => key === 'agreed@1');
    expect(rows.reduce((sum, { cells }) => sum + valueIn(cells, at), 0)).toBe(valueIn(total?.cells, at));
    expect(valueIn(total?.cells, at)).toBeGreaterThan(0);
  });

  it('is the same for the same seed and end, and another for another', () => {
    const facts = (seed: number) => {
      const year = b2bYear(seed, '2026-03-01');
      return JSON.stringify([year.mailings, year.facts.map(({ id, at, toFact }) => [id, at, toFact(NAMES)])]);
    };
    const once = facts(3);
    expect(facts(3)).toBe(once);
    expect(facts(4)).not.toBe(once);
    const { companies, mailings } = b2bYear(3, '2026-03-01');
    expect([companies.length, companies.flatMap(({ people }) => people).length]).toEqual([40, 160]);
    const messages = mailings.flatMap(({ to }) => to).length;
    expect([messages > 2_000, messages < 4_000]).toEqual([true, true]);
  });

  it('is written once: the same again changes nothing, another is refused', async () => {
    const entries = async () =>
      (await gateway.database.tx.sql<{ n: number }>`SELECT count(*) AS n FROM ledger.entry`)[0]?.n ?? 0;
    const before = await entries();
    expect(await writeYear(gateway, 'demo', BY, YEAR)).toBeNull();
    await expect(writeYear(gateway, 'demo', 'seed 8 until 2026-11-01', YEAR)).rejects.toThrow('--brand demo-2');
    expect(await entries()).toBe(before);
    await api.brand('acme');
    await expect(writeYear(gateway, 'acme', BY, YEAR)).rejects.toThrow('is there already');
  });

  it('has something to show in every report, over the year and over its last 30 days', async () => {
    expect(catalog().all.length).toBeGreaterThan(12);
    for (const period of [WHOLE, LAST_30_DAYS]) {
      // Months are closed as they pass, and none has passed here.
      for (const { key } of catalog().all.filter(({ needsAllRoles }) => needsAllRoles !== true)) {
        const made = await report(key, period);
        expect([key, reportProblems(made)]).toEqual([key, []]);
        const isNumber = made.columns.map(({ kind }) => kind !== 'text');
        const shown = made.rows.filter(({ cells }) => isNumber.some((is, i) => is && valueIn(cells, i) > 0));
        expect([key, period.from, shown.length > 0]).toEqual([key, period.from, true]);
      }
    }
  }, 60_000);

  it('credits what was won, to the cent, by every model', async () => {
    const rates = YEAR.facts.map(({ toFact }) => toFact(NAMES)).filter((fact) => fact.kind === 'exchange_rate');
    const inEuro = YEAR.won.map(({ amount, currency, closedAt }) => {
      if (currency === 'EUR') return amount;
      const day = new Date(closedAt).toISOString().slice(0, 10);
      const [latest] = rates
        .filter((one) => one.from === currency && one.day <= day)
        .sort((a, b) => (a.day < b.day ? 1 : -1));
      const tenThousandths = BigInt(amount) * BigInt((latest?.rate ?? '').replace('.', ''));
      return Number((tenThousandths + 5_000n) / 10_000n);
    });
    const sum = inEuro.reduce((all, one) => all + one, 0);
    expect(new Set(YEAR.won.map(({ currency }) => currency)).size).toBeGreaterThan(1);
    for (const by of ['channel', 'campaign', 'topic']) {
      const { columns, rows, total } = await report('attribution', { ...WHOLE, by });
      const models = columns.flatMap(({ kind, key }, i) => (kind === 'money' && key !== 'cost' ? [i] : []));
      expect(models).toHaveLength(13);
      for (const i of models) {
        expect(rows.reduce((all, { cells }) => all + valueIn(cells, i), 0)).toBe(sum);
        expect(valueIn(total?.cells, i)).toBe(sum);
      }
    }
  });

  it('tells of channels what they cost, of whom nothing came, and what sales found by itself', async () => {
    const { columns, rows, notes } = await report('attribution', { ...WHOLE, models: 'linear' });
    const of = (name: string, key: string) => {
      const cells = rows.find(({ cells: [first] }) => first !== undefined && 'value' in first && first.value === name);
      return valueIn(
        cells?.cells,
        columns.findIndex((column) => column.key === key),
      );
    };
    for (const channel of ['email', 'cpc', 'linkedin', 'organic', 'referral'])
      expect([channel, of(channel, 'cost') > 10_000]).toEqual([channel, true]);
    // A return that somebody may believe: between a total loss and thirty times what was spent.
    expect([of('email', 'roi') > -1, of('email', 'roi') < 30]).toEqual([true, true]);
    expect(of('unattributed', 'linear')).toBeGreaterThan(0);
    expect(Number(notes.find(({ key }) => key === 'null_paths')?.values['nulls'])).toBeGreaterThan(0);
    const revenue = await report('revenue', WHOLE);
    for (const key of ['influenced_share', 'sourced_share']) {
      const share = valueIn(
        revenue.total?.cells,
        revenue.columns.findIndex((column) => column.key === key),
      );
      expect([key, share > 0.2, share < 1]).toEqual([key, true, true]);
    }
  });

  it('says of each message how it ended, in table and log alike', async () => {
    const { total, columns } = await report('exits', WHOLE);
    const places = new Map(columns.map(({ key }, i) => [key, i]));
    const cell = (name: string): number => valueIn(total?.cells, places.get(name) ?? -1);
    expect([cell('inflow'), cell('sent')]).toEqual([written?.messages, written?.sent]);
    expect(cell('inflow')).toBe(cell('processing') + cell('sent') + cell('exit'));
    for (const reason of ['no_consent', 'consent_withdrawn', 'frequency_cap', 'suppressed_bounce'])
      expect([reason, cell(`dropped.${reason}`) > 0]).toEqual([reason, true]);
    expect((await api.app.get(Reconciler, { strict: false }).run()).differences).toEqual([]);
  }, 60_000);

  it('says the same of the year in every report when a fifth of its people are erased', async () => {
    const { tx } = gateway.database;
    const keys = catalog()
      .all.filter(({ needsAllRoles }) => needsAllRoles !== true)
      .map(({ key }) => key);
    // Rows of links are joined where an address was only theirs; of segments by name there are as many as before.
    const made = async () => {
      const tables = new Map<string, object>();
      for (const key of keys) {
        const { rows, total } = await report(key, WHOLE);
        tables.set(key, { rows: key === 'links' ? null : rows, total });
      }
      return tables;
    };
    const before = await made();
    const people = await tx.sql<{ id: string }>`
      SELECT external_id AS id FROM consent.contact WHERE brand_id = ${brandId} ORDER BY md5(external_id) LIMIT 30`;
    const key = await api.key({ brand: 'demo', scopes: ['contacts:write'] });
    for (const { id } of people)
      expect((await api.send('POST', `/v1/contacts/${id}/erasure`, { key, body: {} })).status).toBeLessThan(300);
    const [erased] = await tx.sql<{ n: number }>`SELECT count(*) AS n FROM consent.contact WHERE erased_at IS NOT NULL`;
    expect(erased?.n).toBe(people.length);
    const after = await made();
    for (const report of keys) expect([report, after.get(report)]).toEqual([report, before.get(report)]);
  }, 120_000);
});
