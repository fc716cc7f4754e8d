import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { systemClock } from '#lib/platform';
import { AttemptService } from '#lib/sending';
import { type ReportedTable } from '../testing/money-world.js';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

/**
 * A brand so small that every figure of its March can be worked out on paper. What is expected stands here as arithmetic, in
 * cents, and comes from nothing that the product does.
 */
const MARCH = 'from=2026-03-01&to=2026-03-31&zone=Etc/UTC';
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const visit = (id: string, contact: string, at: string, channel: string) => ({
  type: 'visit',
  id,
  contact,
  at,
  channel,
});
const deal = (id: string, account: string, value: number, at: string, closedAt: string | null, more: object = {}) => ({
  ...{ type: 'opportunity', id, account, value: eur(value), at, region: account },
  ...(closedAt === null ? { status: 'open' } : { status: 'won', closedAt }),
  ...more,
});
const stage = (id: string, lead: string, at: string, name: string, contact: string) => ({ type: 'stage', id, lead, at, stage: name, contact }); // prettier-ignore
const cost = (id: string, category: string, value: number, from: string, to: string, more: object = {}) => ({ type: 'cost', id, category, value: eur(value), from, to, ...more }); // prettier-ignore

const FACTS = [
  ...['Acme', 'Orbit', 'Kiosk'].map((id) => ({ type: 'account', id })),
  // The way to the deal of Acme, won on 29 March at midnight: its 90 days begin on 29 December.
  visit('v0', 'ann', '2025-12-28T23:59:59Z', 'cpc'),
  visit('v1', 'ann', '2026-02-15T00:00:00Z', 'cpc'),
  visit('v2', 'bob', '2026-03-01T00:00:00Z', 'fair'),
  visit('v3', 'ann', '2026-03-15T00:00:00Z', 'newsletter'),
  visit('v4', 'bob', '2026-03-22T00:00:00Z', 'search'),
  visit('v5', 'ann', '2026-04-02T00:00:00Z', 'search'),
  // Orbit, won on 20 March; what came later did not lead to it.
  visit('v6', 'eve', '2026-03-06T00:00:00Z', 'newsletter'),
  visit('v7', 'eve', '2026-03-13T00:00:00Z', 'newsletter'),
  visit('v8', 'eve', '2026-03-28T00:00:00Z', 'search'),
  // Kiosk, won on 25 March without a touch.
  visit('v9', 'kim', '2026-03-26T00:00:00Z', 'fair'),
  // Somebody of no account of whom nothing came.
  visit('v10', 'zoe', '2026-03-04T00:00:00Z', 'cpc'),
  visit('v11', 'zoe', '2026-03-18T00:00:00Z', 'fair'),
  stage('s1', 'lA', '2026-02-22T00:00:00Z', 'contact', 'ann'),
  stage('s2', 'lA', '2026-03-02T00:00:00Z', 'mql', 'ann'),
  stage('s3', 'lB', '2026-03-03T00:00:00Z', 'mql', 'eve'),
  stage('s4', 'lC', '2026-03-09T00:00:00Z', 'sql', 'kim'),
  stage('s5', 'lD', '2026-03-17T00:00:00Z', 'mql', 'zoe'),
  deal('A', 'Acme', 100_000, '2026-03-02T00:00:00Z', '2026-03-29T00:00:00Z', { lead: 'lA' }),
  deal('B', 'Orbit', 50_000, '2026-03-05T00:00:00Z', '2026-03-20T00:00:00Z'),
  deal('C', 'Kiosk', 25_000, '2026-03-10T00:00:00Z', '2026-03-25T00:00:00Z', { campaign: 'spring' }),
  deal('D', 'Acme', 90_000, '2026-03-08T00:00:00Z', '2026-03-30T00:00:00Z', { status: 'lost' }),
  deal('E', 'Orbit', 70_000, '2026-03-12T00:00:00Z', null),
  // Acme was a customer before.
  deal('F', 'Acme', 10_000, '2026-01-05T00:00:00Z', '2026-01-20T00:00:00Z'),
  { type: 'order', id: 'o1', at: '2026-03-10T00:00:00Z', contact: 'ann', value: eur(12_000) },
  { type: 'order', id: 'o2', at: '2026-03-12T00:00:00Z', contact: 'eve', value: eur(8_000) },
  cost('c1', 'ad_spend', 30_000, '2026-03-01', '2026-03-31', { channel: 'cpc' }),
  // 61 days, of which March has 31.
  cost('c2', 'salaries', 61_000, '2026-03-01', '2026-04-30'),
  cost('c3', 'software', 9_000, '2026-03-15', '2026-03-15'),
  cost('c4', 'sales', 20_000, '2026-03-01', '2026-03-31'),
];
/** Half of the first order was given back. */
const CREDIT_NOTE = { type: 'order', id: 'o1', at: '2026-03-10T00:00:00Z', contact: 'ann', value: eur(7_000) };

/** Of deals that a touch led to; that of Kiosk is nobody's. */
const [A, B, C] = [100_000, 50_000, 25_000];
const MARKETING = 30_000 + (61_000 * 31) / 61 + 9_000;
const SALES = 20_000;

describe('a brand whose figures are worked out by hand', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('paper');
    await setUpSending(api, key);
    for (const [name, account] of Object.entries({
      ann: 'Acme',
      bob: 'Acme',
      eve: 'Orbit',
      kim: 'Kiosk',
      zoe: undefined,
    })) {
      const contactPoints = [{ channel: 'email', address: `${name}@people.example` }];
      await api.send('PUT', `/v1/contacts/${name}`, { key, body: { contactPoints, ...(account === undefined ? {} : { account }) } }); // prettier-ignore
    }
    await report(FACTS);
    // Two mails that nobody agreed to: they are not sent.
    for (const to of ['kim', 'zoe']) {
      const headers = { 'idempotency-key': randomUUID() };
      const sent = await api.send('POST', '/v1/messages', { key, headers, body: { to, template: 'news', topic: 'newsletter' } }); // prettier-ignore
      await api.app.get(AttemptService, { strict: false }).attempt([sent.json<{ id: string }>().id]);
    }
  }, 120_000);
  afterAll(async () => {
    await api.stop();
  });

  const report = async (events: readonly object[]): Promise<void> => {
    const { results } = (await api.send('POST', '/v1/events', { key, body: { events } })).json<{ results: object[] }>();
    expect(results).toEqual(events.map(() => expect.objectContaining({ result: 'kept' })));
  };
  const asked = async (path: string, query = MARCH): Promise<ReportedTable> => {
    const answer = await api.send('GET', `/v1/reports/${path}${path.includes('?') ? '&' : '?'}${query}`, { key });
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.json<ReportedTable>();
  };
  /** Figures of a row, or of the total, by the names of columns. */
  const figures = ({ columns, rows, total }: ReportedTable, name: string | null = null) => {
    const row = name === null ? total : rows.find(({ cells }) => cells[0]?.value === name || cells[0]?.standsFor === name); // prettier-ignore
    return Object.fromEntries(columns.map(({ key: column }, i) => [column, row?.cells[i]?.value ?? row?.cells[i]?.notAvailable])); // prettier-ignore
  };
  const byRow = (table: ReportedTable, column: string) =>
    Object.fromEntries(table.rows.map(({ cells }) => [String(cells[0]?.value), figures(table, String(cells[0]?.value))[column]])); // prettier-ignore
  /** Instants of a moment ago are asked about two minutes later. */
  const laterOn = async <T>(ask: () => Promise<T>): Promise<T> => {
    const clock: { now: () => number } = systemClock;
    const { now } = clock;
    clock.now = () => now() + 180_000;
    return ask().finally(() => {
      clock.now = now;
    });
  };
  const close = (value: number) => expect.closeTo(value, 9);

  it('has costs per lead, opportunity, order and customer, and what came back', async () => {
    const leads = 4; // lA, lB, lC, lD: each became an MQL or more in March.
    const opened = 5; // A, B, C, D, E
    const won = 3; // A, B, C
    const customers = 2; // Orbit and Kiosk; Acme was one since January.
    expect(MARKETING).toBe(70_000);
    expect(figures(await asked('acquisition'))).toMatchObject({
      ...{ cost: MARKETING, leads, cost_per_lead: 70_000 / leads, opportunities: opened },
      ...{ cost_per_opportunity: 70_000 / opened, won, cost_per_order: Math.round(70_000 / won) },
      ...{ new_customers: customers, acquisition_cost: (MARKETING + SALES) / customers },
      ...{ attributed: A + B, return: A + B - MARKETING, roi: close((A + B - MARKETING) / MARKETING) },
    });
  });

  it('has revenue that marketing influenced and that it began, how long sales took, and how many deals are won', async () => {
    // A began with an advertisement a week before its lead was known. B was opened a day before its first touch. C says its campaign.
    expect(figures(await asked('revenue'))).toMatchObject({
      ...{ conversions: 3, revenue: A + B + C, influenced: A + B, influenced_share: close(1_500 / 1_750) },
      ...{ sourced: A + C, sourced_share: close(1_250 / 1_750) },
      // 22 February to 29 March; B and C name no lead, so from the first of their accounts: 3 to 20, and 9 to 25 March.
      ...{ cycle_mean: close((35 + 17 + 16) / 3), cycle_median: close(17), cycle_p90: close(17 + 0.8 * (35 - 17)) },
      // 15 February to 29 March, and 6 to 20 March.
      first_touch_to_conversion: close((42 + 14) / 2),
    });
    expect(figures(await asked('sales'))).toMatchObject({ pipeline: 70_000, close_rate: close(3 / (3 + 1)) });
    expect(figures(await asked('paths'))).toMatchObject({ path_length: close((4 + 2 + 0) / 3), time_lag: close((42 + 14) / 2) }); // prettier-ignore
  });

  it('divides what was won among channels, by every model', async () => {
    const table = await asked('attribution');
    // Ages of the four touches of A are 42, 28, 14 and 7 days: with a half-life of 7 their weights are as 1 : 4 : 16 : 32.
    const faded = (weight: number): number => (A * weight) / (1 + 4 + 16 + 32);
    const wanted = {
      first_touch: { cpc: A, fair: 0, newsletter: B, search: 0 },
      last_touch: { cpc: 0, fair: 0, newsletter: B, search: A },
      last_non_direct: { cpc: 0, fair: 0, newsletter: B, search: A },
      linear: { cpc: A / 4, fair: A / 4, newsletter: A / 4 + B, search: A / 4 },
      position_based: { cpc: 0.4 * A, fair: 0.1 * A, newsletter: 0.1 * A + B, search: 0.4 * A },
      // To whole cents: two are left over, and go to the largest remainders, .79 of cpc and .68 of newsletter.
      time_decay: {
        cpc: Math.floor(faded(1)) + 1,
        fair: Math.floor(faded(4)),
        newsletter: Math.floor(faded(16)) + 1 + B,
        search: Math.floor(faded(32)),
      },
      // Lead on 22 February: after the advertisement. Deal on 2 March: after the fair. B has one name, whatever its places.
      w_shaped: { cpc: 0.6 * A, fair: 0.3 * A, newsletter: 0.05 * A + B, search: 0.05 * A },
      full_path: { cpc: 0.45 * A, fair: 0.225 * A, newsletter: 0.1 * A + B, search: 0.225 * A },
      shapley: { cpc: A / 4, fair: A / 4, newsletter: A / 4 + B, search: A / 4 },
    };
    for (const [model, credits] of Object.entries(wanted)) {
      expect([model, byRow(table, model)]).toEqual([model, { ...credits, unattributed: C }]);
      expect([model, figures(table)[model]]).toEqual([model, A + B + C]);
    }
    // Of cpc it is known what it cost.
    expect(figures(table, 'cpc')).toMatchObject({ cost: 30_000, roi: close((A / 4 - 30_000) / 30_000) });
  });

  it('divides conversions and value by what would be lost without a channel, as a chain of steps says', async () => {
    // cpc > fair > newsletter > search won, newsletter > newsletter won, cpc > fair led to nothing.
    // Begin: cpc 2/3, newsletter 1/3. cpc: fair. fair: newsletter 1/2, else nothing. newsletter: search 1/2, else won. search: won.
    const begin = (cpc: number, newsletter: number): number => (2 / 3) * cpc + (1 / 3) * newsletter;
    const whole = begin(1 / 2, 1);
    const lost = [
      ...[1 - begin(0, 1) / whole, 1 - begin(0, 1) / whole, 1 - begin(0, 0) / whole],
      1 - begin((1 / 2) * (1 / 2), 1 / 2) / whole,
    ];
    expect(lost.map((one) => Math.round(one * 10) / 10)).toEqual([0.5, 0.5, 1, 0.5]);
    const conversions = await asked('attribution?show=conversions&models=markov_1');
    // Two conversions as 0.5 : 0.5 : 1 : 0.5.
    expect(byRow(conversions, 'markov_1')).toEqual({
      cpc: 0.4,
      fair: 0.4,
      newsletter: 0.8,
      search: 0.4,
      unattributed: 1,
    });
    // From the newsletter half go on to what A is worth, and half are worth B: without search the first half is nothing.
    const value = begin((1 / 2) * ((A + B) / 2), (A + B) / 2);
    const without = begin((1 / 2) * (B / 2), B / 2);
    expect([Math.round(value), Math.round(1e6 * (1 - without / value))]).toEqual([50_000, 666_667]);
    // 150,000 as 1/2 : 1/2 : 1 : 2/3.
    const of = (share: number): number => Math.round(((A + B) * share) / (1 / 2 + 1 / 2 + 1 + 2 / 3));
    expect(byRow(await asked('attribution?models=markov_1'), 'markov_1')).toEqual({ cpc: of(1 / 2), fair: of(1 / 2), newsletter: of(1), search: of(2 / 3), unattributed: C }); // prettier-ignore
  });

  it('has a funnel: who came, how far, and how long that took', async () => {
    const table = await asked('funnel?of=event');
    expect(byRow(table, 'reached')).toEqual({ contact: 0, mql: 3, sal: 0, sql: 1, opportunity: 5, won: 3 });
    expect(byRow(table, 'value')).toMatchObject({ opportunity: A + B + C + 90_000 + 70_000, won: A + B + C });
    // lB, lC and lD came in March, as an MQL, an SQL and an MQL. lA came in February.
    const cohort = await asked('funnel?of=cohort');
    expect(byRow(cohort, 'reached')).toEqual({ contact: 3, mql: 3, sal: 1, sql: 1, opportunity: 0, won: 0 });
    expect(figures(cohort, 'sal')).toMatchObject({ from_before: close(1 / 3), from_first: close(1 / 3) });
  });

  it('says what was not sent for want of consent, and what that was worth', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const consents = await asked('consents?by=all&value=500', `from=${today}&to=${today}&zone=Etc/UTC`);
    expect(figures(consents)).toMatchObject({ unsent: 2, lost_value: 2 * 500 });
  });

  it('divides orders, and after a credit note what is left of them; before it nothing has changed', async () => {
    const query = 'attribution?conversion=order&models=linear,first_touch';
    // Of the 90 days before 10 March on, Acme had v0, v1 and v2. Orbit had one touch before 12 March.
    const divided = (first: number) => ({ cpc: (2 * first) / 3, fair: first / 3, newsletter: 8_000, search: 0 });
    const before = await asked(query);
    expect(byRow(before, 'linear')).toEqual({ ...divided(12_000), unattributed: 0 });
    const asOf = new Date(Date.now() + 1).toISOString();
    await report([CREDIT_NOTE]);
    const after = await asked(query);
    // 4,666.67, 2,333.33 and 8,000.00 cents: the one cent that is left goes to cpc.
    expect(byRow(after, 'linear')).toEqual({ cpc: 4_667, fair: 2_333, newsletter: 8_000, search: 0, unattributed: 0 });
    expect(byRow(after, 'first_touch')).toEqual({ cpc: 7_000, fair: 0, newsletter: 8_000, search: 0, unattributed: 0 });
    expect([figures(before)['linear'], figures(after)['linear']]).toEqual([20_000, 15_000]);
    const then = await laterOn(() => asked(query, `${MARCH}&asOf=${asOf}`));
    expect([byRow(then, 'linear'), figures(then)['linear']]).toEqual([byRow(before, 'linear'), 20_000]);
  });

  it('says the same when one of its people is erased, of now and of before', async () => {
    const all = ['acquisition', 'revenue', 'sales', 'paths', 'attribution', 'attribution?conversion=order', 'funnel', 'accounts', 'models', 'quality']; // prettier-ignore
    const told = async (query: string) => {
      const tables = await Promise.all(all.map((path) => asked(path, query)));
      const cells = (some: ReportedTable['rows'][number]['cells'] | undefined) => some?.map(({ value, notAvailable, standsFor }) => value ?? notAvailable ?? standsFor); // prettier-ignore
      return tables.map(({ rows, total }, i) => [all[i], rows.map((row) => cells(row.cells)), cells(total?.cells)]);
    };
    const before = await told(MARCH);
    const asOf = new Date(Date.now() + 1).toISOString();
    const erased = await api.send('POST', '/v1/contacts/bob/erasure', { key, body: {} });
    expect(erased.status).toBeLessThan(300);
    expect((await api.send('GET', '/v1/contacts/bob', { key })).status).toBe(404);
    expect(await told(MARCH)).toEqual(before);
    await laterOn(async () => {
      for (const instant of [asOf, new Date(Date.now() - 1).toISOString()])
        expect(await told(`${MARCH}&asOf=${instant}`)).toEqual(before);
    });
  });
});
