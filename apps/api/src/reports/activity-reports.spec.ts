import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from '#lib/platform';
import {
  ago,
  columnOf as table,
  day,
  deal,
  eur,
  MoneyWorld,
  PERIOD as period,
  type ReportedTable,
  visit,
} from '../testing/money-world.js';

const PAPER = 'shop.example/wp/energy';

const custom = (id: string, contact: string, days: number, name: string, more: object = {}) => ({
  ...{ type: 'custom', id, contact, at: ago(days), name },
  ...more,
});

/** Beside what the brand knows anyway: pages, contents, an event, and money that was spent in one region. */
const facts = (): object[] => [
  { type: 'asset', id: 'Energy', sort: 'whitepaper', pages: [`https://www.${PAPER}/?x=1`] },
  { type: 'asset', id: 'Tour', sort: 'video', pages: ['/video'] },
  visit('p1', 'ann', 38, { channel: 'cpc', page: `https://${PAPER}?utm_source=ads` }),
  visit('p2', 'ann', 37, { channel: 'cpc', page: `${PAPER}/` }),
  visit('p3', 'bob', 19, { channel: 'organic', page: '/video#start' }),
  custom('c1', 'ann', 37, 'Whitepaper', { action: 'submit', about: PAPER }),
  custom('c2', 'bob', 20, 'Download', { action: 'download', about: `https://${PAPER}` }),
  custom('c3', 'bob', 12, 'Webinar', { action: 'registration', about: 'Webinar May' }),
  custom('c4', 'eve', 12, 'Webinar', { action: 'registration', about: 'Webinar May' }),
  custom('c5', 'bob', 10, 'Webinar', { action: 'attendance', about: 'Webinar May' }),
  custom('c6', 'eve', 10, 'Demo'),
  { type: 'cost', id: 'east', category: 'other', from: day(59), to: day(0), value: eur(500), of: { region: 'East' } },
];

describe('reports of what people do', () => {
  let world: MoneyWorld;
  let message: string;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    const refused = (await world.report(facts())).filter(({ result }) => result !== 'kept');
    if (refused.length > 0) throw new Error(JSON.stringify(refused));
    await world.api.send('PUT', '/v1/campaigns/spring', {
      key: world.key,
      body: { name: 'Spring', policy: 'default' },
    });
    message = await world.send('ann', { campaign: 'spring' });
    await world.send('bob', { campaign: 'spring' });
    await followed([
      [randomUUID(), `https://www.${PAPER}?who=ann`, false],
      [randomUUID(), 'https://SHOP.example/News/?a=b', true],
      [randomUUID(), 'https://shop.example/never', null],
    ]);
  }, 60_000);
  afterAll(() => world.stop());

  /** Counted links of the message, as their tracking keeps them: followed by a person, by a machine, or by nobody. */
  async function followed(links: readonly (readonly [id: string, url: string, automated: boolean | null])[]) {
    const { tx } = world.api.app.get(Database, { strict: false });
    for (const [id, url, automated] of links) {
      await tx.execute`
        INSERT INTO sending.tracked_link (message_id, id, url) VALUES (${message}::uuid, ${id}::uuid, ${url})`;
      if (automated !== null) await click(id, automated);
    }
  }
  async function click(link: string, automated: boolean) {
    const { tx } = world.api.app.get(Database, { strict: false });
    await tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, campaign_id, test, event, automated)
      SELECT message_id, 'clicked', clock_timestamp(), brand_id, contact_id, channel, campaign_id, false,
             ${`link ${link} person`}, ${automated} FROM sending.touch WHERE message_id = ${message}::uuid AND type = 'sent'`;
  }
  const asked = (path: string, query = '', by = world.key) => world.asked(`${period}&${query}`, by, path);
  const get = (path: string) => world.api.send('GET', path, { key: world.key });
  /** Cells of the first row of a name, by column. */
  const rowOf = ({ columns, rows, total }: ReportedTable, name: string | null, place = 0) => {
    const cells = name === null ? total.cells : rows.find((row) => row.cells[place]?.value === name)?.cells;
    return Object.fromEntries(columns.map(({ key }, i) => [key, cells?.[i]?.value ?? cells?.[i]?.notAvailable]));
  };

  it('tell of pages and events who came, came again, sent the form, had a place and was there', async () => {
    const pages = await asked('pages');
    expect(rowOf(pages, PAPER)).toMatchObject({
      ...{
        visits: 2,
        visitors: 1,
        repeat_visitors: 1,
        submits: 1,
        page_conversion: 1,
        attendance_rate: 'no_denominator',
      },
    });
    expect(rowOf(pages, 'Webinar May')).toMatchObject({
      ...{ visits: 0, page_conversion: 'no_denominator', registrations: 2, attended: 1, attendance_rate: 0.5 },
    });
    // Eve came twice, and nobody said to which page.
    expect(rowOf(pages, '')).toMatchObject({ visits: 4, visitors: 3, repeat_visitors: 1, page_conversion: 0 });
    expect(rowOf(pages, null)).toMatchObject({ visits: 7, visitors: 3, repeat_visitors: 3, submits: 1 });
    expect(Number(rowOf(pages, null)['page_conversion'])).toBeCloseTo(1 / 3);
  });

  it('tell of contents who read them, and which leads and deals came of people who had', async () => {
    const sorts = await asked('assets');
    // Ann had read it before she became a lead; d1, d3 and d4 are of her account, and d4 has no rate.
    expect(rowOf(sorts, 'whitepaper')).toEqual({
      ...{ assetSort: 'whitepaper', assets: 1, clicks: 1, visits: 2, downloads: 1, people: 2, leads: 1, won: 3 },
      revenue: 10_181,
    });
    expect(rowOf(sorts, 'video')).toMatchObject({ visits: 1, people: 1, leads: 0, won: 3, revenue: 10_181 });
    expect(rowOf(sorts, null)).toMatchObject({ assets: 2, people: 2, leads: 1, won: 3, revenue: 10_181 });
    // Nobody had read it on the day before, but the mail of today, and that was later.
    expect(rowOf(await asked('assets', 'per=asset&lookback=1'), 'Energy')).toMatchObject({
      leads: 0,
      won: 0,
      visits: 2,
    });
  });

  it('tell search, advertisements and mails side by side: leads by the last way, all of them and no more', async () => {
    const sources = await asked('sources');
    expect(rowOf(sources, 'cpc', 1)).toMatchObject({
      ...{ medium: 'ppc', traffic: 3, visitors: 1, cost: 1000, cost_per_click: 333, leads: 1, lead_rate: 1 },
    });
    expect(rowOf(sources, 'organic', 1)).toMatchObject({ medium: 'seo', traffic: 1, cost: 'no_cost', roi: 'no_cost' });
    expect(rowOf(sources, 'email', 1)).toMatchObject({ medium: 'email', traffic: 1, cost: 6 });
    // Somebody called a channel so.
    expect(rowOf(sources, 'unattributed', 1)).toMatchObject({ medium: 'other', traffic: 1, leads: 0 });
    const rest = sources.rows.at(-1)?.cells;
    expect([rest?.[1]?.standsFor, rest?.[6]?.value]).toEqual(['unattributed', 1]);
    const attribution = await asked('attribution');
    const [revenue, linear] = [
      Object.fromEntries(
        sources.rows.map(({ cells }) => [`${cells[1]?.standsFor} ${cells[1]?.value}`, cells[9]?.value]),
      ),
      Object.fromEntries(
        attribution.rows.map(({ cells }) => [
          `${cells[0]?.standsFor} ${cells[0]?.value}`,
          table(attribution, 'linear')[String(cells[0]?.value)],
        ]),
      ),
    ];
    expect(revenue['undefined cpc']).toBe(linear['undefined cpc']);
    expect(rowOf(sources, null)).toMatchObject({ traffic: 8, visitors: 3, leads: 2, conversions: 4, revenue: 15_181 });
  });

  it('tell of segments what was done, what came of it, and divide every cent that was spent', async () => {
    const regions = await asked('segments', 'segment=region');
    // 70.00 and two tariffs by the messages that people of each region were sent, and 5.00 of the East alone.
    expect(rowOf(regions, 'North')).toMatchObject({
      ...{ journeys: 1, people: 2, messages: 4, leads: 1, lead_rate: 0.5, opportunities: 5, won: 4, revenue: 15_181 },
      ...{ attributed: 10_181, cost: 7006, return: 10_181 - 7006 },
    });
    expect(rowOf(regions, 'East')).toMatchObject({ messages: 0, opportunities: 1, won: 0, cost: 500, return: -500 });
    expect(rowOf(regions, null)).toMatchObject({ leads: 2, opportunities: 6, won: 4, revenue: 15_181, cost: 7506 });
    const spent = await asked('acquisition');
    expect(table(spent, 'cost').total).toBe(7506);
    for (const segment of ['productLine', 'owner', 'industry', 'revenueClass', 'tier', 'persona', 'buyerRole']) {
      const report = await asked('segments', `segment=${segment}`);
      const sum = report.rows.reduce((all, { cells }) => all + Number(cells[12]?.value ?? 0), 0);
      expect([segment, sum]).toEqual([segment, 7506]);
      expect([segment, rowOf(report, null)]).toEqual([segment, expect.objectContaining({ won: 4, revenue: 15_181 })]);
    }
    // What converts is no matter of choice here.
    const orders = await asked('segments', 'segment=region&conversion=order');
    expect(rowOf(orders, null)).toEqual(rowOf(regions, null));
    expect(rowOf(await asked('segments', 'segment=owner'), '')).toMatchObject({ people: 'not_defined', won: 4 });
  });

  it('tell who came into a journey and reached its goal', async () => {
    const goal = async (query: string) => rowOf(await asked('journeys', query), 'spring');
    expect(await goal('goal=click')).toMatchObject({ entrants: 2, goal_reached: 1, goal_rate: 0.5 });
    // Everything else was before the mail.
    expect(await goal('goal=event&event=Demo')).toMatchObject({ entrants: 2, goal_reached: 0, goal_rate: 0 });
    await world.report([{ type: 'custom', id: 'j1', contact: 'bob', at: new Date().toISOString(), name: 'Demo' }]);
    expect(await goal('goal=event&event=Demo')).toMatchObject({ goal_reached: 1 });
    expect(await goal('goal=event&event=Other')).toMatchObject({ goal_reached: 0 });
    const at = new Date().toISOString();
    // Of everybody in the account where nobody is named, and otherwise of those who are.
    const opened = { type: 'opportunity', account: 'Acme', at, status: 'open', value: eur(1) };
    await world.report([{ ...opened, id: 'j2', roles: [{ contact: 'bob', role: 'buyer' }] }]);
    expect(await goal('goal=opportunity')).toMatchObject({ entrants: 2, goal_reached: 1 });
    await world.report([{ ...opened, id: 'j3' }]);
    expect(await goal('goal=opportunity')).toMatchObject({ entrants: 2, goal_reached: 2 });
    expect(await goal('goal=visit')).toMatchObject({ goal_reached: 0 });
    expect(await goal('goal=registration')).toMatchObject({ goal_reached: 0 });
    await world.report([
      visit('j4', 'bob', 0, { channel: 'organic' }),
      custom('j5', 'bob', 0, 'Fair', { action: 'registration' }),
    ]);
    expect(await goal('goal=visit')).toMatchObject({ goal_reached: 1 });
    expect(await goal('goal=registration')).toMatchObject({ goal_reached: 1 });
    const told = { custom: ['j1', 'j5'], opportunity: ['j2', 'j3'], visit: ['j4'] };
    const taken = Object.entries(told).flatMap(([of, ids]) => ids.map((id) => ({ type: 'retraction', id, of })));
    expect((await world.report(taken)).map(({ result }) => result)).toEqual(taken.map(() => 'kept'));
  });

  it('tell how often each link was followed', async () => {
    const links = await asked('links');
    expect(rowOf(links, PAPER)).toMatchObject({ arrived: 1, clicked: 1, clickedByMachine: 0, click_rate: 1 });
    expect(rowOf(links, 'shop.example/News')).toMatchObject({ clicked: 0, clickedByMachine: 1, click_rate: 0 });
    expect(rowOf(links, 'shop.example/never')).toMatchObject({ arrived: 1, clicked: 0, clickedByMachine: 0 });
    expect(rowOf(links, null)).toMatchObject({ arrived: 1, clicked: 1, click_rate: 1 });
  });

  it('lead from each figure to as many rows as it counts, and from those to the ledger', async () => {
    interface Item {
      readonly value?: number | null;
      readonly entry?: string | null;
      readonly message?: string | null;
      readonly links?: { readonly message: string };
    }
    const seen = new Set<string>();
    for (const [path, query] of [
      ...([
        ['pages', ''],
        ['assets', ''],
        ['assets', 'per=asset'],
        ['sources', ''],
        ['links', ''],
      ] as const),
      ...([
        ['segments', 'segment=region'],
        ['segments', 'segment=persona'],
        ['funnel', 'of=cohort'],
      ] as const),
    ]) {
      const { columns, rows, total } = await asked(path, query);
      for (const { cells } of [...rows, ...(total === null ? [] : [total])])
        for (const [i, { value, link }] of cells.entries()) {
          const column = columns[i]?.key ?? '';
          // Touches of money are followed elsewhere, and what is counted and added up by figures.spec.
          if (link === undefined || /\/attribution\/touches|\/figure\?/.test(link)) continue;
          const answer = await get(`${link}&limit=500`);
          expect([link, answer.status]).toEqual([link, 200]);
          const { items } = answer.json<{ items: Item[] }>();
          const found = column === 'revenue' ? items.reduce((sum, one) => sum + (one.value ?? 0), 0) : items.length;
          expect([path, link, found]).toEqual([path, link, value]);
          const [first] = items;
          const behind = first?.entry ?? first?.message ?? first?.links?.message ?? '/none';
          expect([link, (await get(behind)).status]).toEqual([link, 200]);
          seen.add(`${path} ${column}`);
        }
    }
    expect([...seen].sort()).toEqual(
      [
        'pages visits',
        ...['clicks', 'visits', 'downloads'].map((column) => `assets ${column}`),
        ...['leads', 'opportunities', 'won', 'revenue'].map((column) => `segments ${column}`),
        ...['arrived', 'clicked', 'clickedByMachine'].map((column) => `links ${column}`),
        ...['sources traffic', 'funnel reached'],
      ].sort(),
    );
  });

  it('credit the conversions of one segment alone, to the cent, and lead to their touches', async () => {
    const regions = await asked('segments', 'segment=region');
    const part = await asked('attribution', 'within=region&is=North&models=linear,markov_1');
    expect(table(part, 'linear').total).toBe(rowOf(regions, 'North')['revenue']);
    expect(table(part, 'markov_1').total).toBe(rowOf(regions, 'North')['revenue']);
    expect(table(part, 'cost').total).toBe('no_cost');
    expect(part.notes.map(({ key }) => key)).toContain('attribution_within');
    const none = await asked('attribution', 'within=region&is=East&models=linear');
    expect(table(none, 'linear').total).toBe(0);
    const link = part.rows.find(({ cells }) => cells[0]?.value === 'cpc')?.cells[2]?.link ?? '';
    const { items } = (await get(link)).json<{ items: { conversion: string; value: number }[] }>();
    expect([...new Set(items.map(({ conversion }) => conversion))].sort()).toEqual(['d1', 'd3', 'd4']);
    // A deal of another segment earns nothing in it, though its people were touched and it has converted.
    await world.report([{ ...deal('d9', 900), account: 'Other', region: 'East' }]);
    const again = await asked('attribution', 'within=region&is=North&models=linear,markov_1');
    expect([again.rows, again.total]).toEqual([part.rows, part.total]);
    const east = table(await asked('attribution', 'within=region&is=East&models=linear'), 'linear');
    expect([east.total, east['cpc']]).toEqual([900, 0]);
    await world.report([{ type: 'retraction', id: 'd9', of: 'opportunity' }]);
    const acme = await asked('attribution', 'within=industry&is=Steel&models=linear');
    expect([table(acme, 'linear')['unattributed'], table(acme, 'linear').total]).toEqual([0, 10_181]);
  });

  it('take one mailing to several people of an account for one touch, where that is asked for, and name all of them', async () => {
    const linear = (collapse: string) => asked('attribution', `show=conversions&models=linear&collapse=${collapse}`);
    // Three conversions of five visits and two mails.
    const [each, once] = [await linear('false'), await linear('true')];
    expect([table(each, 'linear')['email'], table(once, 'linear')['email']]).toEqual([0.857143, 0.5]);
    expect([table(each, 'linear').total, table(once, 'linear').total]).toEqual([4, 4]);
    const link = once.rows.find(({ cells }) => cells[0]?.value === 'email')?.cells[2]?.link ?? '';
    const { items } = (await get(link)).json<{
      items: { conversion: string; place: number; of: number; among: number; contact: string }[];
    }>();
    const first = items.filter(({ conversion }) => conversion === 'd1');
    expect(first.map(({ place, of, among }) => [place, of, among])).toEqual([
      [6, 6, 2],
      [6, 6, 2],
    ]);
    expect(new Set(first.map(({ contact }) => contact)).size).toBe(2);
  });

  it('tell no few people by when they came, nor by how long they took', async () => {
    const reader = await world.api.key({ brand: 'acme', scopes: ['reports:read'] });
    await world.person('leaver', 'Others');
    const left = await world.api.send('POST', '/v1/contacts/leaver/consents', {
      key: world.key,
      body: { channel: 'email', purpose: 'commercial', kind: 'withdrawn', legalBasis: 'consent', method: 'letter' },
    });
    expect(left.status).toBeLessThan(300);
    for (const [path, columns] of [
      ['consents', ['optIns', 'optOuts', 'lapsed', 'unsent']],
      ['funnel', ['reached']],
    ] as const) {
      for (const more of ['', 'stretch=day&by=topic'].slice(0, path === 'consents' ? 2 : 1)) {
        const [all, shown] = [await asked(path, more), await asked(path, more, reader)];
        const counts = (report: ReportedTable) =>
          [...report.rows, ...(report.total === null ? [] : [report.total])].flatMap(({ cells }) =>
            columns.map((column) => cells[report.columns.findIndex(({ key }) => key === column)]?.value ?? null),
          );
        const few = (report: ReportedTable) => counts(report).filter((n) => Number(n) > 0 && Number(n) < 5);
        expect([path, more, few(all).length > 0, few(shown)]).toEqual([path, more, true, []]);
        expect(shown.notes.map(({ key }) => key)).toContain('small_cells');
      }
    }
    // How long few took would be how long one did.
    const { columns, rows } = await asked('funnel', '', reader);
    const days = columns.findIndex(({ key }) => key === 'days_median');
    expect(rows.filter(({ cells }) => cells[days]?.value !== undefined)).toEqual([]);
  });

  it('tell small rows together to whoever may not see single people, and of the past what was known then', async () => {
    const reader = await world.api.key({ brand: 'acme', scopes: ['reports:read'] });
    for (const [path, people] of [
      ...([
        ['pages', 'people'],
        ['assets', 'people'],
        ['sources', 'visitors'],
        ['segments', 'people'],
      ] as const),
      ...([
        ['journeys', 'entrants'],
        ['silence', 'silent'],
        ['links', 'arrived'],
      ] as const),
    ]) {
      const [all, shown] = [await asked(path), await asked(path, '', reader)];
      const sizes = ({ columns, rows }: ReportedTable) =>
        rows.map(({ cells }) => cells[columns.findIndex(({ key }) => key === people)]?.value ?? null);
      // Nobody stands behind a row, or what is told of it is not told.
      expect([path, sizes(shown).filter((size) => size !== null && size !== 0)]).toEqual([path, []]);
      expect([path, sizes(all).some((size) => Number(size) > 0)]).toEqual([path, path !== 'silence']);
    }
    for (const list of ['pages/engagements?', 'funnel/leads?', 'variants/outcomes?campaign=spring&variant=a&what=won&'])
      expect((await world.api.send('GET', `/v1/reports/${list}${period}`, { key: reader })).status).toBe(403);
    // Everything was reported today.
    const past = await asked('pages', `asOf=${ago(1)}`);
    expect(past.rows).toEqual([]);
  });

  it('move nothing when somebody is erased, but where links led that nobody else was sent', async () => {
    const { tx } = world.api.app.get(Database, { strict: false });
    // Five others were sent the paper, each by an address of their own as far as the question mark.
    for (const name of ['w1', 'w2', 'w3', 'w4', 'w5']) {
      await world.person(name, 'Others');
      const theirs = await world.send(name, { campaign: 'spring' });
      await tx.execute`
        INSERT INTO sending.tracked_link (message_id, id, url)
        VALUES (${theirs}::uuid, ${randomUUID()}::uuid, ${`https://www.${PAPER}?who=${name}`})`;
    }
    const paths = ['pages', 'sources', 'segments', 'journeys', 'silence', 'positions', 'assets'];
    const all = () => Promise.all(paths.map(async (path) => ({ path, rows: (await asked(path)).rows })));
    const [before, links] = [await all(), await asked('links')];
    const erased = await world.api.send('POST', '/v1/contacts/ann/erasure', { key: world.key, body: {} });
    expect(erased.status).toBeLessThan(300);
    const [after, rest] = [await all(), await asked('links')];
    expect(after).toEqual(before);
    expect(rowOf(rest, null)).toEqual(rowOf(links, null));
    expect(rowOf(rest, PAPER)).toEqual(rowOf(links, PAPER));
    // The other two were hers alone: that a mail held links stays, and that one was followed by a machine.
    expect(
      rest.rows
        .filter(({ cells }) => cells[0]?.value !== PAPER)
        .map(({ cells }) => [cells[0]?.standsFor, ...cells.slice(1).map(({ value }) => value)]),
    ).toEqual([['forgotten_links', 1, 0, 1, 0]]);
    expect(
      await tx.sql`SELECT FROM sending.tracked_link WHERE message_id = ${message}::uuid AND url IS NOT NULL`,
    ).toEqual([]);
    expect(JSON.stringify(await tx.sql`SELECT address FROM sending.tracked_link`)).not.toContain('who=');
  });

  it.each([
    ['visit with a page that says nothing', visit('x', 'ann', 1, { page: '?utm=1' })],
    ['event with an unknown action', custom('x', 'ann', 1, 'x', { action: 'dance' })],
    ['content without a page', { type: 'asset', id: 'x', sort: 'video', pages: [] }],
    [
      'cost of an unknown segment',
      { type: 'cost', id: 'x', category: 'other', from: day(1), to: day(0), value: eur(1), of: { planet: 'Mars' } },
    ],
  ])('are told nothing by a %s', async (_what, event) => {
    const answer = await world.api.send('POST', '/v1/events', { key: world.key, body: { events: [event] } });
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([400, 'invalid_request']);
  });
});
