import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { Database, systemClock, toIso } from '#lib/platform';
import { type Report, type ReportRow, SnapshotService } from '#lib/reporting';
import { deal, MoneyWorld, type ReportedTable, visit } from '../../testing/money-world.js';
import { ReportCatalog } from '../catalog/report-catalog.js';
import { queryOfMonth } from './snapshots-offered.js';

/** What a report was before it said which of its numbers are of few. */
function withoutMarks(report: Report): Report {
  const bare = ({ ofFew: _ofFew, ...row }: ReportRow): ReportRow => row;
  const { rows, total, notes } = report;
  const marks = ['of_few', 'rows_of_few'];
  return {
    ...{ ...report, rows: rows.map(bare), total: total === null ? null : bare(total) },
    notes: notes.filter(({ key }) => !marks.includes(key)),
  };
}

/** Every number that is told, by its row and column. */
function numbersOf({ columns, rows, total }: ReportedTable): Map<string, number> {
  const told = new Map<string, number>();
  for (const { cells } of [...rows, ...(total === null ? [] : [total])]) {
    const name = cells.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])).join(' · ');
    cells.forEach(({ value }, i) => {
      if (typeof value === 'number') told.set(`${name} ${columns[i]?.key}`, value);
    });
  }
  return told;
}

describe.each([
  { what: 'a month that was closed before anybody marked what is of few', then: withoutMarks },
  { what: 'a month that was closed with the marks of today', then: (report: Report) => report },
])('$what', ({ then }) => {
  let world: MoneyWorld;
  let reader: string;
  let kept: readonly Report[] = [];
  let month = '';
  const { now } = systemClock;
  const of = (report: string, by: string, show: string) =>
    world.asked(`month=${month}&report=${report}&show=${show}`, by, 'snapshots');

  beforeAll(async () => {
    world = await MoneyWorld.start();
    const { app } = world.api;
    reader = await world.api.key({ brand: 'acme', scopes: ['reports:read'] });
    const { tx } = app.get(Database, { strict: false });
    await tx.execute`
      UPDATE consent.brand SET created_at = date_trunc('month', now() - interval '1 day') - interval '1 day' WHERE key = 'acme'`;
    const snapshots = app.get(SnapshotService, { strict: false });
    const [due] = await snapshots.due();
    if (due === undefined) throw new Error('there is a month to close');
    ({ month } = due);
    const on = (at: number): string => `${month}-${at}T12:00:00.000Z`;
    for (let i = 0; i < 7; i++) {
      await world.person(`p${i}`, `House ${i}`);
      const led = {
        ...visit(`v-${i}`, `p${i}`, 0, { channel: 'fair', campaign: 'k', page: 'example.com/guide' }),
        at: on(10),
      };
      const whose = { account: `House ${i}`, region: i === 0 ? 'West' : 'South' };
      const won = { ...deal(`w${i}`, i === 0 ? 77_713 : 10_000), ...whose, at: on(11), closedAt: on(12) };
      const lead = { type: 'stage', id: `l${i}`, at: on(11), lead: `l-${i}`, stage: 'mql', contact: `p${i}` };
      const reported = await world.report([...(i > 1 ? [led] : []), won, lead]);
      expect(reported.filter(({ result }) => result !== 'kept')).toEqual([]);
    }
    const asOf = Date.now();
    // As two minutes and more later, when that instant is one of the past.
    Object.assign(systemClock, { now: () => Date.now() + 180_000 });
    const make = async () => {
      const offered = app.get(ReportCatalog, { strict: false }).all.filter((one) => one.needsAllRoles !== true);
      const reports: Report[] = [];
      for (const one of offered) {
        const made = await one.make(due.brandId, queryOfMonth(one, month, due.zone, toIso(asOf)), true);
        reports.push(then(made.report));
      }
      return (kept = reports);
    };
    expect(await snapshots.close(due, asOf, make, () => Promise.resolve())).toBe(true);
  }, 120_000);
  afterAll(async () => {
    Object.assign(systemClock, { now });
    await world.stop();
  });

  it('tells whoever may not see single people what the report of the same instant tells them, and no more', async () => {
    let [hidden, told] = [0, 0];
    for (const { key, dataThrough, zone } of kept) {
      const days = `from=${month}-01&to=${lastDayOf(month)}&zone=${zone}&asOf=${toIso(dataThrough)}`;
      const whole = numbersOf(await world.asked(days, world.key, key));
      const asked = numbersOf(await world.asked(days, reader, key));
      const seen = numbersOf(await of(key, reader, 'kept'));
      expect([key, seen]).toEqual([key, asked]);
      // Who may see everybody is told what was kept.
      expect([key, numbersOf(await of(key, world.key, 'kept'))]).toEqual([key, whole]);
      const changed = await of(key, reader, 'changes');
      expect([key, changed.rows]).toEqual([key, []]);
      hidden += whole.size - seen.size;
      told += seen.size;
    }
    expect([hidden > 20, told > 20]).toEqual([true, true]);
  }, 120_000);
});

function lastDayOf(month: string): string {
  return DateTime.fromISO(month, { zone: 'utc' }).endOf('month').toISODate() ?? '';
}
