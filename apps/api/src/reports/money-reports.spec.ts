import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { BrandId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { MoneyService, pathsReport } from '#lib/reporting';
import {
  ago,
  columnOf as table,
  DAY,
  day,
  deal,
  eur,
  MoneyWorld,
  PERIOD as period,
  visit,
} from '../testing/money-world.js';
import type { RunningApi } from '../testing/running-api.js';

describe('reports on money', () => {
  let world: MoneyWorld;
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    ({ api, key } = world);
  }, 60_000);
  afterAll(() => world.stop());

  const asked = (query: string, by = key, path = 'attribution') => world.asked(query, by, path);
  const report = (events: readonly object[]) => world.report(events);
  const person = (name: string, account: string) => world.person(name, account);

  it('credit every cent of won deals to touches, by every model, and say what no touch led to', async () => {
    const answer = await asked(`${period}&by=channel`);
    // Acme: cpc, fair, email to ann, email to bob, for 100.01 and 1.80 EUR; the deal in CHF has no rate; Nobody has no touch.
    expect(table(answer, 'first_touch')).toEqual({ cpc: 10_181, email: 0, fair: 0, unattributed: 5000, total: 15_181 });
    expect(table(answer, 'last_touch')).toEqual({ cpc: 0, email: 10_181, fair: 0, unattributed: 5000, total: 15_181 });
    expect(table(answer, 'linear')).toEqual({ cpc: 2545, email: 5091, fair: 2545, unattributed: 5000, total: 15_181 });
    for (const { key: column } of answer.columns.slice(2, 15)) {
      const { total, ...rows } = table(answer, column);
      expect([column, Object.values(rows).reduce((sum: number, one) => sum + Number(one), 0)]).toEqual([column, total]);
    }
    const counted = table(await asked(`${period}&show=conversions`), 'linear');
    expect(counted).toEqual({ cpc: 0.75, email: 1.5, fair: 0.75, unattributed: 1, total: 4 });
    expect(answer.notes).toContainEqual({ key: 'conversions_without_rate', values: { conversions: 1 } });
    const values = { currency: 'CHF', to: 'EUR', amounts: 1, first: day(0), last: day(0) };
    expect(answer.notes).toContainEqual({ key: 'missing_rate', values });
    expect(answer.notes).toContainEqual({ key: 'null_paths', values: { nulls: 0, open: 1 } });
  });

  it('tell what was spent on each, and what for no one of them', async () => {
    const answer = await asked(`${period}&by=channel`);
    expect(table(answer, 'cost')).toEqual({ cpc: 1000, email: 3, fair: 'no_cost', unattributed: 6000, total: 7003 });
    expect(table(answer, 'roi')).toMatchObject({ cpc: 1.545, fair: 'no_cost' });
    const half = await asked(`from=${day(4)}&to=${day(0)}&zone=Etc/UTC`);
    expect(table(half, 'cost')).toMatchObject({ cpc: 500, unattributed: 500 });
  });

  it('rest on a log of touches that others read, with the cost of each message', async () => {
    const reader = new pg.Client({ connectionString: api.database.urls.reader });
    await reader.connect();
    try {
      const { rows } = await reader.query<Record<string, unknown>>(
        `SELECT channel, campaign, asset, asset_version, type, cost::int, currency, account_id IS NOT NULL AS "hasAccount"
           FROM reporting.touch_log WHERE NOT test ORDER BY at, type`,
      );
      const handedOver = rows.filter(({ type }) => type === 'sent');
      // At 15 EUR a thousand: two mails are 3,000 thousandths of a cent, which reports say as 3 cents.
      expect(handedOver.map(({ cost, currency }) => [cost, currency])).toEqual([
        [1500, 'EUR'],
        [1500, 'EUR'],
      ]);
      for (const touch of handedOver)
        expect(touch).toMatchObject({ channel: 'email', asset: 'news', asset_version: 1, hasAccount: true });
      for (const touch of rows.filter(({ type }) => type !== 'sent'))
        expect(touch).toMatchObject({ cost: null, currency: null });
    } finally {
      await reader.end();
    }
  });

  it('lead from each figure to its touches, and from each of them to its message', async () => {
    const { rows } = await asked(`${period}&by=channel`);
    const email = rows.find(({ cells }) => cells[0]?.value === 'email')?.cells[2]?.link ?? '';
    const page = (await api.send('GET', email, { key })).json<{
      items: { message: string | null; place: number; of: number }[];
    }>();
    expect(page.items.map(({ place, of }) => [place, of])).toEqual([
      [3, 4],
      [4, 4],
      [3, 4],
      [4, 4],
      [3, 4],
      [4, 4],
    ]);
    const message = await api.send('GET', page.items[0]?.message ?? '', { key });
    expect(message.json<{ entries: object[] }>().entries.length).toBeGreaterThan(1);
    const first = (await api.send('GET', `${email}&limit=4`, { key })).json<{ items: object[]; nextCursor: string }>();
    const second = (await api.send('GET', `${email}&limit=4&cursor=${first.nextCursor}`, { key })).json<{
      items: object[];
    }>();
    expect([...first.items, ...second.items]).toEqual(page.items);
    // What two contacts share is shared in whole cents, and what has no rate is no 0.
    const shared = (
      await api.send('GET', `/v1/reports/attribution/touches?${period}&unit=contact&limit=500`, { key })
    ).json<{ items: { conversion: string; contact: string; value: number | null }[] }>().items;
    const parts = new Map(shared.map((one) => [`${one.conversion} ${one.contact}`, one]));
    const of = (id: string) =>
      [...parts.values()].flatMap(({ conversion, value }) => (conversion === id ? [value] : []));
    expect([of('d1').toSorted(), of('d3'), of('d4')]).toEqual([
      [5000, 5001],
      [90, 90],
      [null, null],
    ]);
  });

  it('give the touches of one path their part of what their name earned on all of them', async () => {
    const creditOn = async (path: string | null) => {
      const only = path === null ? '' : `&path=${encodeURIComponent(path)}`;
      const query = `${period}&unit=contact&by=channel&name=email&model=linear${only}`;
      const answer = await api.send('GET', `/v1/reports/attribution/touches?${query}`, { key });
      return answer.json<{ credit: number }>().credit;
    };
    // Two people of Acme share its deals: of 50.91 EUR each path has half, rounded by itself.
    const paths = ['cpc > email', 'fair > email', 'fair'];
    expect(await Promise.all([null, ...paths].map(creditOn))).toEqual([5091, 2546, 2546, 0]);
  });

  it('count by campaign, look back as far as asked, and let a committee alone lead to its deal', async () => {
    expect(table(await asked(`${period}&by=campaign`), 'linear')).toMatchObject({ spring: 5090, '(none)': 5091 });
    expect(table(await asked(`${period}&lookback=30`), 'first_touch')).toMatchObject({ fair: 10_181 });
    expect(table(await asked(`${period}&basis=engaged&unit=contact`), 'linear')).toMatchObject({
      cpc: 5091,
      fair: 5090,
    });
    const roles = [{ contact: 'bob', role: 'buyer' }];
    expect(await report([{ ...deal('d1', 10_001), lead: 'l1', roles }])).toMatchObject([
      { result: 'kept', version: 2 },
    ]);
    expect(table(await asked(period), 'first_touch')).toMatchObject({ cpc: 180, fair: 10_001 });
    expect(await report([{ ...deal('d1', 10_001), lead: 'l1' }])).toMatchObject([{ result: 'kept', version: 3 }]);
  });

  it('say the same sums in every report', async () => {
    const wide = `${period}&unit=account`;
    const revenue = table(await asked(wide, key, 'revenue'), 'revenue');
    const campaigns = await asked(wide, key, 'campaigns');
    const totals = [
      revenue.total,
      table(campaigns, 'revenue').total,
      table(await asked(wide, key, 'paths'), 'revenue').total,
      table(await asked(wide), 'shapley_rate').total,
      table(await asked(wide, key, 'sales'), 'revenue').total,
      table({ ...(await asked(`${wide}&of=event`, key, 'funnel')), total: { cells: [] } }, 'value')['won'],
    ];
    expect(totals).toEqual(totals.map(() => 15_181));
    expect(revenue).toEqual({ North: 15_181, total: 15_181 });
    expect(table(await asked(wide, key, 'revenue'), 'influenced').total).toBe(10_181);
    expect(table(campaigns, 'leads')).toMatchObject({ spring: 1, unattributed: 1, total: 2 });
    const months = table(await asked(wide, key, 'acquisition'), 'cost');
    expect(Object.entries(months).reduce((sum, [name, one]) => sum + (name === 'total' ? 0 : Number(one)), 0)).toBe(
      months.total,
    );
    expect(months.total).toBe(7003);
  });

  it('tell what leads, opportunities, orders and customers cost, and the same return everywhere', async () => {
    const acquisition = await asked(period, key, 'acquisition');
    const totals = Object.fromEntries(acquisition.columns.map((one) => [one.key, table(acquisition, one.key).total]));
    expect(totals).toEqual({
      month: '',
      // 10.00 for clicks, 60.00 of salaries, 0.03 for two mails; l1 and l2; d1 to d6 in one way or another.
      ...{ cost: 7003, leads: 2, cost_per_lead: 3502, opportunities: 6, cost_per_opportunity: 1167 },
      ...{ won: 4, cost_per_order: 1751 },
      // Acme and Nobody, with 30.00 of sales.
      ...{ new_customers: 2, acquisition_cost: 5002 },
      ...{ attributed: 10_181, return: 10_181 - 7003, roi: (10_181 - 7003) / 7003 },
    });
    const campaigns = table(await asked(period, key, 'campaigns'), 'roi');
    expect([campaigns.total, campaigns]).toEqual([
      totals['roi'],
      expect.objectContaining({ unattributed: 'not_defined' }),
    ]);
    const attribution = table(await asked(period), 'roi');
    expect([attribution.total, attribution]).toEqual([
      campaigns.total,
      expect.objectContaining({ unattributed: 'not_defined' }),
    ]);
    const before = await asked(`from=${day(200)}&to=${day(150)}&zone=Etc/UTC`, key, 'acquisition');
    for (const column of ['cost', 'cost_per_lead', 'acquisition_cost', 'return', 'roi'])
      expect([column, table(before, column).total]).toEqual([column, 'no_cost']);
    // Whatever converts, an order is a won deal here; nothing is earned by leads.
    const leads = await asked(`${period}&conversion=lead`, key, 'acquisition');
    expect([table(leads, 'won').total, table(leads, 'attributed').total]).toEqual([4, 0]);
  });

  it('hold pipeline, won and lost deals against the targets of their region and days', async () => {
    const sales = await asked(period, key, 'sales');
    const [none, total] = ['no_target', 7000 / 14_000];
    expect(table(sales, 'pipeline')).toEqual({ East: 7000, North: 0, total: 7000 });
    expect(table(sales, 'pipeline_reached')).toEqual({ East: total, North: none, total });
    expect(table(sales, 'won')).toEqual({ East: 0, North: 4, total: 4 });
    expect(table(sales, 'won_target')).toEqual({ East: none, North: 10_000, total: 10_000 });
    expect(table(sales, 'won_reached')).toEqual({ East: none, North: 1.5181, total: 1.5181 });
    expect(table(sales, 'close_rate')).toEqual({ East: 'no_denominator', North: 0.8, total: 0.8 });
  });

  it('tell which revenue marketing began, and how long sales took', async () => {
    const revenue = await asked(period, key, 'revenue');
    const total = (column: string) => Math.round(Number(table(revenue, column).total) * 1000) / 1000;
    // d1, d3 and d4 had a touch before the lead, d2 a campaign; looking back 30 days, d2 alone is left.
    expect([total('sourced'), total('sourced_share')]).toEqual([15_181, 1]);
    expect(table(await asked(`${period}&lookback=30`, key, 'revenue'), 'sourced').total).toBe(5000);
    // Cycles of 35, 35, 35 and 75 days; nine tenths of the way is 0.7 of the last step.
    expect(['cycle_mean', 'cycle_median', 'cycle_p90'].map(total)).toEqual([45, 35, 63]);
    expect(total('first_touch_to_conversion')).toBe(40);
  });

  it('tell between which models each name lies, and no name for what is unattributed', async () => {
    const models = await asked(`${period}&models=first_touch,linear,last_touch`, key, 'models');
    const rows = Object.fromEntries(
      models.rows.map(({ cells: [name, ...rest] }) => [name?.value, rest.map(({ value }) => value)]),
    );
    expect(rows).toEqual({
      cpc: [0, 'last_touch', 10_181, 'first_touch', 10_181, 1],
      email: [0, 'first_touch', 10_181, 'last_touch', 10_181, 1],
      fair: [0, 'first_touch', 2545, 'linear', 2545, 2545 / 10_181],
    });
    const named = (await asked(period)).rows.flatMap(({ cells: [name] }) =>
      name?.value === 'unattributed' ? [name] : [],
    );
    expect(named).toEqual([{ value: 'unattributed' }, { value: 'unattributed', standsFor: 'unattributed' }]);
  });

  it('tell small rows together to whoever may not see single messages', async () => {
    const finance = await api.key({ brand: 'acme', scopes: ['reports:read'] });
    const revenue = await asked(period, finance, 'revenue');
    expect(table(revenue, 'revenue')).toEqual({ '…': 'too_few', total: 'too_few' });
    expect(table(await asked(period, finance, 'paths'), 'path_length')).toEqual({ '…': 'too_few', total: 'too_few' });
    expect(table(await asked(period, finance, 'sales'), 'revenue').total).toBe(15_181);
  });

  it('tell few people, and the segment of few deals, by no door to whoever may not see single messages', async () => {
    const finance = await api.key({ brand: 'acme', scopes: ['reports:read'] });
    const told = async (path: string, query: string, columns: readonly string[], by = finance) => {
      const report = await asked(`${period}&${query}`, by, path);
      const at = columns.map((column) => report.columns.findIndex(({ key: name }) => name === column));
      const figures = [...report.rows, ...(report.total === null ? [] : [report.total])].flatMap(({ cells }) =>
        at.map((i) => cells[i]?.value ?? cells[i]?.notAvailable),
      );
      const notes = report.notes
        .map(({ key: name }) => name)
        .filter((name) => ['of_few', 'small_cells'].includes(name));
      return { figures: [...new Set(figures)], notes };
    };
    const few = { figures: ['too_few'], notes: ['small_cells'] };
    const spread = ['lowest', 'lowest_model', 'highest', 'spread'];
    for (const [path, query, columns] of [
      ['attribution', 'within=region&is=North', ['first_touch', 'linear', 'shapley', 'roi']],
      [
        'attribution',
        'within=buyerRole&is=&show=conversions&intervals=true',
        ['linear', 'interval_low', 'interval_high'],
      ],
      ['models', 'within=region&is=North', spread],
      ['attribution', 'conversion=lead&show=conversions', ['linear']],
      ['models', 'conversion=lead', spread],
      ['positions', 'conversion=lead', ['place_1', 'conversions']],
      ['quality', 'conversion=lead', ['found', 'of_all']],
      ['campaigns', 'conversion=lead', ['conversions', 'revenue', 'cost_per_conversion', 'roi']],
    ] as const) {
      expect([path, query, await told(path, query, columns)]).toEqual([path, query, few]);
      const { figures, notes } = await told(path, query, columns, key);
      expect([path, query, figures.includes('too_few'), notes]).toEqual([path, query, false, ['of_few']]);
    }
    // Leads and deals of the period, whichever report counts them: 2 leads, 4 deals won of 5 in the north and one elsewhere.
    const nothingOf = async (path: string, query: string, columns: readonly string[]) =>
      (await told(path, query, columns)).figures.filter((figure) => typeof figure === 'number' && figure > 0);
    expect(await nothingOf('campaigns', '', ['leads', 'cost_per_lead'])).toEqual([]);
    expect(await nothingOf('acquisition', '', ['leads', 'cost_per_lead'])).toEqual([]);
    expect(await nothingOf('sources', '', ['leads', 'lead_rate'])).toEqual([]);
    expect(await nothingOf('segments', 'segment=owner', ['leads', 'won', 'revenue', 'attributed', 'return'])).toEqual(
      [],
    );
    expect(await nothingOf('funnel', 'of=cohort', ['reached', 'value', 'from_first'])).toEqual([]);
    // What companies gave is told by day, channel, campaign and region alone.
    for (const path of ['attribution', 'campaigns', 'sales']) {
      const { total } = table(await asked(period, finance, path), path === 'attribution' ? 'linear' : 'revenue');
      expect([path, total]).toEqual([path, 15_181]);
    }
    expect(await nothingOf('funnel', 'of=event', ['value'])).toHaveLength(2);
    const csv = await api.send('GET', `/v1/reports/attribution?${period}&within=region&is=North&models=linear&format=csv`, { key: finance }); // prettier-ignore
    expect(csv.text).not.toMatch(/\b(101|25)[.,]\d\d/);
  });

  it('tell how far leads come, what is missing for a whole picture, and what accounts do', async () => {
    const funnel = { ...(await asked(period, key, 'funnel')), total: { cells: [] } };
    const stages = (column: string) => {
      const { total: _, ...rows } = table(funnel, column);
      return Object.values(rows).map((one) => (typeof one === 'number' ? Math.round(one * 1000) / 1000 : one));
    };
    // Contact, MQL, SAL, SQL, opportunity, won. l1 began as an MQL 35 days ago; l2 50 days ago, was an MQL 10 days later and
    // is not won. Nobody said when either was a SAL or a SQL. l3 came before the period.
    expect(stages('reached')).toEqual([2, 2, 2, 2, 2, 1]);
    expect(stages('from_before')).toEqual(['not_defined', 1, 1, 1, 1, 0.5]);
    expect(stages('from_first')).toEqual([1, 1, 1, 1, 1, 0.5]);
    const unknown = 'not_observed';
    expect(stages('days_median')).toEqual(['not_defined', 10, unknown, unknown, unknown, 15]);
    expect(stages('days_mean')).toEqual(['not_defined', 10, unknown, unknown, unknown, 15]);
    expect(funnel.notes).toContainEqual({ key: 'contacts_per_sale', values: { contacts: 2 } });
    expect(stages('value')).toEqual([...[1, 2, 3, 4].map(() => 'not_defined'), 17_001, 10_001]);
    const quality = table({ ...(await asked(period, key, 'quality')), total: { cells: [] } }, 'found');
    expect(quality).toMatchObject({
      conversions_without_touch: 1,
      conversions_without_rate: 1,
      campaigns_without_cost: 1,
    });
    const accounts = await asked(period, key, 'accounts');
    expect(accounts.rows.map(({ cells }) => cells.slice(0, 4).map(({ value }) => value))).toEqual([
      ['Acme', 'A', 2, 4],
    ]);
  });

  it('say of a past instant what was known then, whenever they are made, and keep what they said', async () => {
    const [clock] = await api.app.get(Database, { strict: false }).tx.sql<{ id: BrandId; now: number }>`
      SELECT id, clock_timestamp() AS now FROM consent.brand WHERE key = 'acme'`;
    const [brandId, asOf] = [clock?.id ?? ('' as BrandId), clock?.now ?? 0];
    const days = { from: day(59), to: day(0) };
    const instants = { from: Date.parse(days.from), to: Date.parse(days.to) + DAY };
    const query = { by: 'channel', basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false } as const;
    const more = { halfLifeDays: 7, currency: 'EUR', model: 'linear', of: 'won', event: null } as const;
    const money = api.app.get(MoneyService, { strict: false });
    const made = (asked: number) =>
      money.report(
        'paths',
        { brandId, days, zone: 'Etc/UTC', ...instants, asOf },
        { ...query, ...more },
        { asked },
        (data) => pathsReport(data, {}),
      );
    const first = await made(1);
    expect(first.notes.map(({ key: name }) => name)).toContainEqual(expect.stringMatching(/checkpoint_then$/));
    await report([
      deal('late', 77),
      visit('v9', 'ann', 1, { channel: 'fair' }),
      { ...deal('d2', 1), account: 'Nobody' },
    ]);
    await person('bob', 'Nobody');
    expect({ ...(await made(2)), parameters: { asked: 1 } }).toEqual(first);
    expect(await made(1)).toEqual(first);
    expect(table(await asked(period, key, 'paths'), 'revenue').total).not.toBe(15_181);
    const undone = [
      { type: 'retraction', id: 'late', of: 'opportunity' },
      { type: 'retraction', id: 'v9', of: 'visit' },
    ];
    await report([...undone, { ...deal('d2', 5000), account: 'Nobody' }]);
    await person('bob', 'Acme');
  });

  it('read of the address of a visit where somebody came from, and keep nothing else of it', async () => {
    const page = 'https://shop.example/a?utm_medium=Social&utm_campaign=May+26&who=eve#utm_source=no';
    const visits = [
      visit('u1', 'eve', 28, { page }),
      visit('u2', 'eve', 27, { page, utm: { medium: 'Print' } }),
      visit('u3', 'eve', 26, { page: `shop.example/c?utm_medium=${'x'.repeat(201)}&utm_source=` }),
    ];
    expect((await report(visits)).map(({ result }) => result)).toEqual(['kept', 'kept', 'kept']);
    const feed = await api.send('GET', "/odata/v4/Visits?$filter=startswith(Id,'u')&$orderby=Id", { key });
    const { value } = feed.json<{ value: { Channel: string; Campaign: string | null }[] }>();
    expect(value.map(({ Channel, Campaign }) => [Channel, Campaign])).toEqual([
      ['social', 'May 26'],
      ['print', 'May 26'],
      ['direct', null],
    ]);
    expect(feed.text).not.toContain('who=eve');
    await report(visits.map(({ id }) => ({ type: 'retraction', id, of: 'visit' })));
  });

  it('know no other brand, and nothing of test keys', async () => {
    const other = await api.brand('other');
    expect((await asked(period, other)).rows.map(({ cells }) => cells[0]?.value)).toEqual(['unattributed']);
    const test = await api.key({ brand: 'acme', test: true });
    const refused = await api.send('POST', '/v1/events', { key: test, body: { events: [deal('d9', 1)] } });
    expect(refused.status).toBe(403);
  });

  it('take facts once, as a stream too, and correct and retract them', async () => {
    const order = { type: 'order', id: 'o1', at: ago(1), contact: 'ann', value: eur(700) };
    const lines = [
      JSON.stringify(order),
      JSON.stringify(order),
      '{"type":"order"}',
      JSON.stringify({ ...order, value: eur(800) }),
      JSON.stringify({ ...order, id: 'o2', contact: 'nobody' }),
      JSON.stringify({ ...deal('d8', 1), closedAt: undefined }),
      JSON.stringify({ ...deal('d8', 1), closedAt: ago(-1) }),
    ];
    const headers = { 'content-type': 'application/x-ndjson' };
    const stream = await api.send('POST', '/v1/events:bulk', { key, headers, raw: lines.join('\n') });
    const answers = stream.text
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { answer?: object; problem?: string });
    expect(answers.map(({ answer, problem }) => answer ?? problem?.slice(0, 4))).toMatchObject([
      { result: 'kept', version: 1 },
      { result: 'unchanged', version: 1 },
      expect.any(String),
      { result: 'kept', version: 2 },
      { result: 'refused', code: 'unknown_contact' },
      { result: 'refused', code: 'contradictory' },
      { result: 'refused', code: 'in_future' },
    ]);
    expect(table(await asked(`${period}&conversion=order`), 'linear').total).toBe(800);
    expect(await report([{ type: 'retraction', id: 'o1', of: 'order' }])).toMatchObject([
      { result: 'kept', version: 3 },
    ]);
    expect(table(await asked(`${period}&conversion=order`), 'linear').total).toBe(0);
  });

  it('are pages on which each amount leads to its touches, and each message to its ledger entries', async () => {
    const html = { accept: 'text/html', host: 'localhost' };
    const form = { ...html, 'content-type': 'application/x-www-form-urlencoded' };
    const raw = new URLSearchParams({ key }).toString();
    const signedIn = await api.send('POST', '/reports/sign-in', { headers: form, raw });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    const page = async (path: string) => {
      const { status, text } = await api.send('GET', path, { headers: { ...html, cookie } });
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/undefined|NaN|\[object/);
      return text;
    };
    const linksOf = (text: string, start: string) =>
      [...text.matchAll(/href="([^"]+)"/g)].flatMap(([, href = '']) =>
        href.startsWith(start) ? [href.replaceAll('&#38;', '&')] : [],
      );
    const report = await page(`/reports/attribution?${period}&language=de`);
    expect(report).toContain('Nicht zugeordnet');
    const [touches = ''] = linksOf(report, '/reports/attribution/touches?').filter((href) =>
      href.includes('name=email'),
    );
    const [message = ''] = linksOf(await page(touches), '/reports/messages/');
    expect(await page(message)).toContain('send.accepted');
    expect(await page(`/reports/models?${period}&language=en`)).toContain('How far do the models lie apart?');
    // Deals and the touches of an account have pages too, and lead on to entries and messages.
    const [deals = ''] = linksOf(await page(`/reports/sales?${period}&language=de`), '/reports/sales/deals?');
    const listed = await page(deals);
    expect(listed).toContain('Protokolleintrag');
    const [entry = ''] = linksOf(listed, '/reports/entries/');
    expect(await page(entry)).toContain('facts.reported');
    const [ofAccount = ''] = linksOf(
      await page(`/reports/accounts?${period}&language=en`),
      '/reports/accounts/touches?',
    );
    const all = await page(ofAccount);
    expect(linksOf(all, '/reports/messages/')).toHaveLength(2);
    expect(linksOf(all, '/reports/entries/')).toHaveLength(2);
  });

  it('go by the price of the provider before that of the channel, and of each part of a text', async () => {
    const { tx } = api.app.get(Database, { strict: false });
    const [provider] = await tx.sql<{ key: string }>`
      SELECT DISTINCT p.key FROM sending.touch t JOIN sending.provider p ON p.id = t.provider_id WHERE NOT t.test`;
    const cost = async () => table(await asked(`${period}&by=channel`), 'cost')['email'];
    const logged = () =>
      tx.sql<{ cost: bigint }>`SELECT cost FROM reporting.touch_log WHERE type = 'sent' AND NOT test ORDER BY cost`;
    const tariff = (id: string, more: object) => ({ type: 'tariff', id, channel: 'email', from: day(90), ...more });
    const retract = (id: string) => ({ type: 'retraction', id, of: 'tariff' });
    try {
      expect(await cost()).toBe(3);
      await report([
        tariff('t2', { provider: provider?.key, perThousand: eur(4000) }),
        tariff('t3', { provider: 'another', perThousand: eur(900_000) }),
        // Later, and still of the channel.
        tariff('t4', { from: day(89), perThousand: eur(7000) }),
      ]);
      expect(await cost()).toBe(8);
      expect((await logged()).map(({ cost: one }) => Number(one))).toEqual([4000, 4000]);
      await tx.execute`
        INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, campaign_id, provider_id, test, parts)
        SELECT gen_random_uuid(), 'sent', at, brand_id, contact_id, 'sms', campaign_id, provider_id, false, 3
          FROM sending.touch WHERE type = 'sent' AND NOT test LIMIT 1`;
      await report([tariff('t5', { channel: 'sms', perThousand: eur(7000) })]);
      expect(table(await asked(`${period}&by=channel`), 'cost')).toMatchObject({ email: 8, sms: 21 });
      expect((await logged()).map(({ cost: one }) => Number(one))).toEqual([4000, 4000, 21_000]);
    } finally {
      await report(['t2', 't3', 't4', 't5'].map(retract));
    }
    expect(await cost()).toBe(3);
  });

  it('give accounts points for what people do, and not for what is sent alone, and lead to what brought them', async () => {
    const score = async (query = '') => {
      const { columns, rows } = await asked(`${period}${query}`, key, 'accounts');
      const of = (name: string) => rows[0]?.cells[columns.findIndex((column) => column.key === name)];
      return {
        score: Number(of('score')?.value),
        touches: Number(of('touches')?.value),
        link: of('score')?.link ?? '',
      };
    };
    const before = await score();
    const plain = await score('&points=delivered:1,visited:1,clicked:1,replied:1');
    const [sent] = await api.app.get(Database, { strict: false }).tx.sql<{ id: string }>`
      SELECT t.message_id AS id FROM sending.reported_touch t JOIN consent.brand b ON b.id = t.brand_id
       WHERE b.key = 'acme' AND t.type = 'sent' AND t.bounced_at IS NULL ORDER BY t.at LIMIT 1`;
    const done = (type: string) => ({ type, id: `points-${type}`, message: sent?.id, at: new Date().toISOString() });
    expect(await world.report([done('clicked'), done('replied')])).toMatchObject([
      { result: 'recorded' },
      { result: 'recorded' },
    ]);
    const after = await score();
    expect(after).toMatchObject({ score: before.score + 3 + 5, touches: before.touches });
    expect((await score('&points=delivered:1,visited:1,clicked:1,replied:1')).score).toBe(plain.score + 2);
    expect((await score('&points=replied:10&basis=engaged')).score).toBe(before.score + 3 + 10);
    // Those of 60 days ago have faded, those of today not.
    const faded = (await score('&fade=1')).score;
    expect([faded > 7.9, faded < after.score]).toEqual([true, true]);
    const figure = await api.send('GET', after.link, { key });
    const { items } = figure.json<{ items: { kind: string; adds: number; link: string }[] }>();
    expect(items.reduce((sum, { adds }) => sum + adds, 0)).toBe(after.score);
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['points_clicked', 'points_replied']));
    for (const { link } of items) expect((await api.send('GET', link, { key })).status).toBe(200);
    const wrong = await api.send('GET', `/v1/reports/accounts?${period}&points=opened:3`, { key });
    expect([wrong.status, wrong.text.includes('clicked:3,replied:5')]).toEqual([400, true]);
  });

  it('move nothing when somebody is erased, also when the CRM goes on naming them in its deals', async () => {
    const roles = [
      { contact: 'ann', role: 'user' },
      { contact: 'bob', role: 'buyer' },
    ];
    const committed = { ...deal('d1', 10_001), lead: 'l1', contact: 'ann', roles };
    await report([committed]);
    const before = await asked(`${period}&unit=contact`);
    const erased = await api.send('POST', '/v1/contacts/ann/erasure', { key, body: {} });
    expect(erased.status).toBeLessThan(300);
    const after = await asked(`${period}&unit=contact`);
    expect([after.rows, after.total]).toEqual([before.rows, before.total]);
    // The next syncs of the deal are taken, and the erased person stays who stood there: nobody.
    const [bob, ann] = [roles[1], roles[0]];
    expect(
      await report([
        committed,
        { ...committed, roles: [bob, { ...ann, role: 'another' }] },
        { ...committed, owner: 'Kim' },
        { ...deal('d1', 10_001), roles: [...roles, { contact: 'never here', role: 'user' }] },
        { ...deal('d9', 1), contact: 'ann' },
      ]),
    ).toMatchObject([
      { result: 'unchanged' },
      { result: 'kept' },
      { result: 'kept' },
      ...[1, 2].map(() => ({ result: 'refused', code: 'unknown_contact' })),
    ]);
    const synced = await asked(`${period}&unit=contact`);
    expect([synced.rows, synced.total]).toEqual([before.rows, before.total]);
    expect((await api.send('GET', '/v1/contacts/ann', { key })).status).toBe(404);
  });
});
