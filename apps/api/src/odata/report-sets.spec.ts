import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from '#lib/platform';
import { SnapshotService } from '#lib/reporting';
import { ConsentGatewayService } from '../../../../test/support/feed-client/ConsentGatewayService.mjs';
import { feedClient, FEEDS_AT } from '../testing/feed-client.js';
import { columnOf, day, deal, MoneyWorld, type ReportedTable } from '../testing/money-world.js';
import { ReportCatalog } from '../reports/catalog/report-catalog.js';
import { queryOfMonth } from '../reports/snapshots/snapshots-offered.js';

type Row = Readonly<Record<string, string | number | boolean | null>>;
interface Page {
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Row[];
}

/** Days of the brand's clock. */
const LONG = `from=${day(400)}&to=${day(-1)}`;

describe('tables of what reports say', () => {
  let world: MoneyWorld;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    const { api, key } = world;
    for (const name of ['Spring-2027', 'Summer-2027'])
      await api.send('PUT', `/v1/campaigns/${name}`, { key, body: { name, policy: 'default' } });
    await api.send('PUT', '/v1/topics/events', {
      key,
      body: { purpose: 'commercial', labels: { de: 'Termine', en: 'Events' } },
    });
    const seen = await world.send('ann', { campaign: 'Spring-2027', step: 'one', variant: 'a' });
    const lost = await world.send('bob', { campaign: 'Spring-2027', step: 'one', variant: 'b' });
    await world.send('eve', { campaign: 'Summer-2027' });
    // Refused: nobody agreed to events.
    await world.send('eve', { campaign: 'Summer-2027', topic: 'events' });
    await world.send('bob', { topic: 'events' });
    const event = (type: string, message: string, more: object = {}) => ({ id: randomUUID(), type, message, at: new Date().toISOString(), ...more }); // prettier-ignore
    await world.report([
      ...[event('delivered', seen), event('opened', seen), event('opened', seen, { automated: true })],
      ...[
        event('delivered', lost),
        event('clicked', seen),
        event('clicked', lost, { automated: true }),
        event('opened', lost, { automated: true }),
      ],
      event('bounced', lost, { bounce: { kind: 'hard', status: '5.1.1' } }),
    ]);
  }, 120_000);
  afterAll(() => world.stop());

  const rowsOf = async (query: string, pageSize = 3): Promise<Row[]> => {
    const found: Row[] = [];
    const headers = { host: 'feeds.example', prefer: `odata.maxpagesize=${pageSize}` };
    for (let url: string | undefined = `/odata/v4/${query}`; url !== undefined;) {
      const answer = await world.api.send('GET', url, { key: world.key, headers });
      expect([url, answer.status]).toEqual([url, 200]);
      const page = answer.json<Page>();
      found.push(...page.value);
      url = page['@odata.nextLink']?.replace(FEEDS_AT, '');
    }
    return found;
  };
  const sum = (rows: readonly Row[], property: string): number =>
    rows.reduce((all, row) => all + Number(row[property] ?? 0), 0);
  const by = (rows: readonly Row[], name: (row: Row) => string, property: string) => {
    const sums: Record<string, number> = {};
    for (const row of rows) sums[name(row)] = (sums[name(row)] ?? 0) + Number(row[property] ?? 0);
    return sums;
  };
  const told = ({ columns, rows }: ReportedTable, column: string, names: readonly string[]) => {
    const at = (key: string): number => columns.findIndex((one) => one.key === key);
    return Object.fromEntries(
      rows.map(({ cells }) => [names.map((name) => cells[at(name)]?.value).join(' '), cells[at(column)]?.value]),
    );
  };

  it('say why messages were not sent, and add up to the report on exits', async () => {
    const rows = await rowsOf('ExitDaily');
    const report = await world.asked(LONG, world.key, 'exits');
    const place = (row: Row) => ['Campaign', 'Path', 'Step', 'Channel'].map((name) => row[name]).join(' ');
    const names = ['campaign', 'path', 'step', 'channel'];
    expect(by(rows, place, 'Messages')).toEqual(told(report, 'inflow', names));
    expect(sum(rows, 'Messages')).toBe(7);
    const sent = rows.filter(({ Standing }) => Standing === 'sent');
    expect([sum(sent, 'Messages'), columnOf(report, 'sent').total]).toEqual([5, 5]);
    const refused = rows.filter(({ Standing, Reason }) => Standing === 'dropped' && Reason === 'no_consent');
    expect(sum(refused, 'Messages')).toBe(columnOf(report, 'dropped.no_consent').total);
    expect(sum(refused, 'Messages')).toBe(2);
  });

  it('say what came of mails, and add up to the report on them', async () => {
    const rows = await rowsOf('EmailKpi', 1);
    const report = await world.asked(LONG, world.key, 'email');
    for (const [property, column] of Object.entries({
      ...{ Accepted: 'accepted', Sent: 'sent', Delivered: 'delivered', Bounced: 'bounced', HardBounced: 'hard' },
      ...{ Arrived: 'arrived', Opened: 'opened', OpenedByMachine: 'byMachine', Clicked: 'clicked' },
      ...{ ClickedByMachine: 'clickedByMachine', Complained: 'complained', Withdrawn: 'withdrawn' },
    }))
      expect([property, by(rows, ({ Topic }) => String(Topic), property)]).toEqual([
        property,
        told(report, column, ['topic']),
      ]);
    const total = (property: string) => sum(rows, property);
    expect(['Accepted', 'Sent', 'Arrived', 'Opened', 'OpenedByMachine', 'Clicked', 'ClickedByMachine', 'HardBounced'].map(total)).toEqual([7, 5, 4, 1, 1, 1, 1, 1]); // prettier-ignore
    const ofCampaign = await world.asked(`${LONG}&campaign=Spring-2027`, world.key, 'channels');
    const spring = await rowsOf("EmailKpi?$filter=Campaign eq 'Spring-2027'");
    expect([sum(spring, 'Sent'), sum(spring, 'Dropped')]).toEqual([columnOf(ofCampaign, 'sent').total, columnOf(ofCampaign, 'dropped').total]); // prettier-ignore
  });

  it.each(['CampaignDaily', 'ExitDaily', 'EmailKpi', 'FunnelDaily'])(
    'are read stretch by stretch: what %s says of each day is what it says of all',
    async (set) => {
      const all = await rowsOf(set, 500);
      const days = [...new Set(all.map(({ From }) => String(From)))].sort();
      expect(days.length).toBeGreaterThan(0);
      const found: Row[] = [];
      for (const [i, from] of days.entries()) {
        const next = days[i + 1] ?? '2999-01-01T00:00:00Z';
        found.push(...(await rowsOf(`${set}?$filter=From ge ${from} and From lt ${next}`, 500)));
      }
      expect(found).toEqual(all);
      expect(await rowsOf(`${set}?$filter=From lt ${days[0]}`)).toEqual([]);
      expect(await rowsOf(`${set}?$filter=From ge 0001-01-01T00:00:00Z and From lt 9999-12-31T00:00:00Z`, 2)).toEqual(all); // prettier-ignore
    },
  );

  it.each(['cohort', 'event'])('say how far leads came, and add up to the funnel by %s', async (of) => {
    const rows = await rowsOf(`FunnelDaily?$filter=Of eq '${of}'`);
    const report = await world.asked(`${LONG}&of=${of}`, world.key, 'funnel');
    const stage = ({ Stage }: Row) => String(Stage);
    const reached = told(report, 'reached', ['stage']);
    expect(Object.fromEntries(Object.keys(reached).map((name) => [name, by(rows, stage, 'Reached')[name] ?? 0]))).toEqual(reached); // prettier-ignore
    // One lead came as far as won, one as far as a deal, and one is a contact; four stages, six deals and four that are won.
    expect(sum(rows, 'Reached')).toBe(of === 'cohort' ? 6 + 5 + 1 : 4 + 6 + 4);
    for (const name of ['opportunity', 'won']) {
      const amount = by(rows, stage, 'Amount')[name];
      expect([name, Math.round(Number(amount) * 100)]).toEqual([name, told(report, 'value', ['stage'])[name]]);
    }
    for (const [name, mean] of Object.entries(told(report, 'days_mean', ['stage']))) {
      if (typeof mean !== 'number') continue;
      const [days, timed] = [by(rows, stage, 'DaysFromBefore')[name] ?? 0, by(rows, stage, 'Timed')[name] ?? 0];
      expect(days / timed).toBeCloseTo(mean, 6);
    }
  });

  it('answer a generated client', async () => {
    const feeds = new ConsentGatewayService(feedClient(world.api, world.key), `${FEEDS_AT}/odata/v4`);
    const exits = await feeds.ExitDaily().query((builder, q) =>
      builder
        .select('Reason', 'Messages')
        .filter(q.Standing.eq('dropped').and(q.From.ge('2000-01-01T00:00:00Z')).and(q.From.lt('2999-01-01T00:00:00Z')))
        .orderBy(q.Messages.desc())
        .count(),
    );
    expect(exits.data['@odata.count']).toBe(2);
    expect(exits.data.value).toEqual([1, 1].map((Messages) => ({ Reason: 'no_consent', Messages })));
    const mails = await feeds.EmailKpi().query((builder, q) => builder.filter(q.HardBounced.gt(0)));
    expect(mails.data.value).toMatchObject([
      { Campaign: 'Spring-2027', Topic: 'newsletter', Subject: 'News', Sent: 2 },
    ]);
    const won = await feeds
      .FunnelDaily()
      .query((builder, q) => builder.filter(q.Of.eq('event').and(q.Stage.eq('won'))));
    expect(won.data.value).toMatchObject([{ Reached: 4, Amount: 151.81, Currency: 'EUR' }]);
    expect((await feeds.Snapshots().query((builder, q) => builder.filter(q.Report.eq('funnel')))).data.value).toEqual(
      [],
    );
  });

  it('hold every number of closed months as it was kept, whatever is corrected later', async () => {
    const { api, key } = world;
    expect(await rowsOf('Snapshots')).toEqual([]);
    await api.app.get(Database, { strict: false }).tx.execute`
      UPDATE consent.brand SET created_at = date_trunc('month', now() - interval '1 day') - interval '1 day' WHERE key = 'acme'`;
    const snapshots = api.app.get(SnapshotService, { strict: false });
    const [due] = await snapshots.due();
    if (due === undefined) throw new Error('there is a month to close');
    // Closed as of now and with the figures of this month, because as of two minutes ago there were none.
    const make = async () => {
      const offered = api.app.get(ReportCatalog, { strict: false }).all.filter((one) => one.needsAllRoles !== true);
      const query = (one: (typeof offered)[number]) => queryOfMonth(one, day(0).slice(0, 7), due.zone);
      return Promise.all(offered.map(async (one) => (await one.make(due.brandId, query(one), true)).report));
    };
    expect(await snapshots.close(due, Date.now(), make, () => Promise.resolve())).toBe(true);
    const rows = await rowsOf('Snapshots', 100);
    const [{ Month: month } = { Month: '' }] = rows;
    const kept = [...new Set(rows.map(({ Report: name }) => String(name)))];
    expect(kept.length).toBeGreaterThan(20);
    // No two rows are the same one.
    const keys = rows.map((row) => ['Month', 'Report', 'Row', 'Column'].map((name) => row[name]).join(' '));
    expect(new Set(keys).size).toBe(rows.length);
    let [numbers, amounts] = [0, 0];
    for (const name of kept) {
      const report = (await api.send('GET', `/v1/reports/snapshots/kept?month=${month}&report=${name}`, { key })).json<KeptReport>(); // prettier-ignore
      const lines = [report.total, ...report.rows];
      for (const row of rows.filter((one) => one['Report'] === name)) {
        const at = report.columns.findIndex((column) => column.key === row['Column']);
        const column = report.columns[at];
        const cell = lines[Number(row['Row'])]?.cells[at];
        expect([row['Kind'], row['Unit']]).toEqual([column?.kind, column?.unit]);
        expect([name, row['Column'], row['WhyNot']]).toEqual([name, column?.key, cell?.notAvailable ?? null]);
        if (typeof cell?.value === 'number') {
          numbers += 1;
          if (column?.kind === 'money' && cell.value !== 0) amounts += 1;
          expect(Number(row['Value'])).toBeCloseTo(column?.kind === 'money' ? cell.value / 100 : cell.value, 6);
        }
      }
      const cells = report.columns.filter(({ kind }) => kind !== 'text').length * (report.rows.length + (report.total === null ? 0 : 1)); // prettier-ignore
      expect([name, rows.filter((one) => one['Report'] === name).length]).toEqual([name, cells]);
    }
    expect([numbers > 100, amounts > 20]).toEqual([true, true]);
    await world.report([{ ...deal('late', 999), at: `${month}-02T00:00:00Z`, closedAt: `${month}-03T00:00:00Z` }]);
    expect(await rowsOf('Snapshots', 100)).toEqual(rows);
    const since = rows.map(({ RecordedAt }) => String(RecordedAt)).sort();
    expect(await rowsOf(`Snapshots?$filter=RecordedAt gt ${since.at(-1)}`)).toEqual([]);
    expect(await rowsOf(`Snapshots?$filter=RecordedAt ge ${since[0]}`, 100)).toEqual(rows);
  });
});

interface KeptReport {
  readonly columns: readonly { readonly key: string; readonly kind: string; readonly unit: string | null }[];
  readonly rows: readonly { readonly cells: readonly { readonly value?: string | number; readonly notAvailable?: string }[] }[]; // prettier-ignore
  readonly total: KeptReport['rows'][number] | null;
}
