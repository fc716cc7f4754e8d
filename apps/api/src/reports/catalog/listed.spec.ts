import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ago, columnOf, eur, MoneyWorld, PERIOD, visit } from '../../testing/money-world.js';
import { ReportCatalog } from './report-catalog.js';

/** A column or a sentence of a report, as docs/reports.md writes it. */
interface Place {
  readonly report: string;
  readonly column: string | null;
  readonly note: string | null;
  readonly query: string;
}

const text = fs.readFileSync('docs/reports.md', 'utf8');
const rows = [...text.matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \|$/gm)].map(([, number = '', where = '']) => ({
  number: Number(number),
  places: [...where.matchAll(/`([a-z]+)([.#])([^`?]+)(?:\?([^`]+))?`/g)].map(
    ([, report = '', sort = '', name = '', query = '']): Place => ({
      ...{ report, query, column: sort === '.' ? name : null, note: sort === '#' ? name : null },
    }),
  ),
}));

describe('what docs/reports.md lists', () => {
  let world: MoneyWorld;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    const { api, key } = world;
    // Eve never agreed: what the report on exits is about.
    await api.send('POST', '/v1/messages', {
      ...{ key, headers: { 'idempotency-key': 'x' } },
      body: { to: 'eve', template: 'news', topic: 'newsletter' },
    });
    const by = await api.key({ brand: 'acme', scopes: ['events:write'] });
    const agreed = { type: 'weight_set', id: 'agreed@1', at: ago(1), name: 'agreed', version: 1, weights: { fair: 1 } };
    const signed = (id: string, role: string) => ({
      type: 'sign_off',
      id,
      at: ago(1),
      set: 'agreed@1',
      role,
      name: id,
    });
    await world.report([agreed, signed('Anna', 'marketing')]);
    await world.report([signed('Ben', 'sales')], by);
  }, 60_000);
  afterAll(() => world.stop());

  it('is every figure and every report, each with a place', () => {
    expect(rows.map(({ number }) => number)).toEqual([
      ...Array.from({ length: 36 }, (_, i) => i + 1),
      ...Array.from({ length: 16 }, (_, i) => i + 1),
    ]);
    expect(rows.filter(({ places }) => places.length === 0)).toEqual([]);
    const named = new Set(rows.flatMap(({ places }) => places.map(({ report }) => report)));
    const offered = world.api.app.get(ReportCatalog, { strict: false }).all.map(({ key }) => key);
    expect([...named].sort()).toEqual([...offered].sort());
  });

  it('is in the answer of the report that is named', async () => {
    const missing: string[] = [];
    for (const { number, places } of rows)
      for (const { report, column, note, query } of places) {
        const period = report === 'snapshots' ? '' : `${PERIOD}&`;
        const { columns, notes } = await world.asked(`${period}${query}`, world.key, report);
        const found = note === null ? columns.map(({ key }) => key) : notes.map(({ key }) => key);
        if (!found.includes(column ?? note ?? '')) missing.push(`${number}: ${report} ${column ?? note} ${query}`);
      }
    expect(missing).toEqual([]);
  });

  it('credits places of paths what Shapley does, place by place', async () => {
    const positions = await world.asked(`${PERIOD}&by=channel`, world.key, 'positions');
    const shapley = await world.asked(`${PERIOD}&show=conversions&models=shapley`);
    expect(columnOf(positions, 'conversions')).toEqual(columnOf(shapley, 'shapley'));
    const { cells: email = [] } = positions.rows.find(({ cells }) => cells[0]?.value === 'email') ?? {};
    const { items } = (await world.api.send('GET', email.at(-1)?.link ?? '', { key: world.key })).json<{
      items: object[];
    }>();
    // Two mails of each of three conversions.
    expect(items).toHaveLength(6);
    const width = positions.columns.length;
    for (const { cells } of [...positions.rows, positions.total]) {
      const credit = (cell: (typeof cells)[number] | undefined): number => Math.round(Number(cell?.value) * 1_000_000);
      if (cells[0]?.standsFor === undefined && cells !== positions.total.cells)
        expect(cells.slice(1, width - 1).reduce((sum, cell) => sum + credit(cell), 0)).toBe(credit(cells[width - 1]));
    }
    // The advertisement came first, the fair second, and both mails after them.
    expect(columnOf(positions, 'place_1')).toMatchObject({ cpc: 1, fair: 0, email: 0 });
    expect(columnOf(positions, 'place_2')).toMatchObject({ cpc: 0, fair: 1, email: 0 });
    expect(columnOf(positions, 'place_3')).toMatchObject({ email: 0.5 });
  });

  it('lead from each place, and from the sum of all on it, to touches that have together what it says', async () => {
    await world.person('tri', 'House of three');
    // Thirds of one, and twelve places of two names, of which the last four are one column.
    const visits = [
      ...[1, 2, 3].map((i) => visit(`t${i}`, 'tri', 30 - i, { channel: 'tri' })),
      ...Array.from({ length: 12 }, (_, i) => visit(`u${i}`, 'eve', 25 - i, { channel: i % 5 === 0 ? 'tri' : 'far' })),
    ];
    const orders = ['tri', 'eve'].map((contact) => ({ type: 'order', id: `o ${contact}`, at: ago(3), contact, value: eur(1001) })); // prettier-ignore
    const reported = await world.report([...visits, ...orders]);
    expect(reported.filter(({ result }) => result !== 'kept')).toEqual([]);
    const { rows: names, total, columns } = await world.asked(`${PERIOD}&conversion=order`, world.key, 'positions');
    expect(columns.map(({ key }) => key)).toContain('place_later');
    let asked = 0;
    for (const { cells } of [...names, total])
      for (const [i, cell] of cells.entries()) {
        if (!cell.link?.startsWith('/v1/reports/attribution/touches')) continue;
        const told = (await world.api.send('GET', cell.link, { key: world.key })).json<{
          credit: number;
          items: { credit: number }[];
        }>();
        const ofTouches = told.items.reduce((sum, { credit }) => sum + Math.round(credit * 1_000_000), 0);
        expect([cells[0]?.value, columns[i]?.key, told.credit, ofTouches]).toEqual([
          ...[cells[0]?.value, columns[i]?.key, cell.value, Math.round(Number(cell.value) * 1_000_000)],
        ]);
        asked++;
      }
    expect(asked).toBeGreaterThan(20);
  }, 60_000);
});
