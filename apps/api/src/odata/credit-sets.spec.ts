import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { ConsentGatewayService } from '../../../../test/support/feed-client/ConsentGatewayService.mjs';
import { feedClient, FEEDS_AT } from '../testing/feed-client.js';
import { ago, deal, MoneyWorld, type ReportedTable, visit } from '../testing/money-world.js';

type Row = Readonly<Record<string, string | number | boolean | null>>;
interface Page {
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Row[];
}
interface Listed {
  readonly items: readonly { readonly conversion: string; readonly place: number; readonly touch: string; readonly credit: number }[]; // prettier-ignore
  readonly credit: number;
}

const ZONE = 'Europe/Berlin';

describe('tables of what each touch and each account brought', () => {
  let world: MoneyWorld;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    // Thirds of a cent are somebody's: three ways to the same deal, and a name that is on more than one path.
    await world.report([
      ...[visit('w1', 'eve', 12, { channel: 'cpc' }), visit('w2', 'eve', 11, { channel: 'direct' })],
      visit('w3', 'eve', 10, { channel: 'cpc', campaign: 'spring' }),
      { ...deal('e1', 10_000), account: 'Other', region: 'East', lead: 'l2' },
      { ...deal('e2', 3_333), account: 'Other', region: 'East' },
      { ...deal('e3', 777), account: 'Acme', at: ago(80), closedAt: ago(39) },
    ]);
  }, 120_000);
  afterAll(() => world.stop());

  const rowsOf = async (query: string, pageSize = 7, between?: () => Promise<unknown>): Promise<Row[]> => {
    const found: Row[] = [];
    const headers = { host: 'feeds.example', prefer: `odata.maxpagesize=${pageSize}` };
    for (let url: string | undefined = `/odata/v4/${query}`; url !== undefined;) {
      const answer = await world.api.send('GET', url, { key: world.key, headers });
      expect([url, answer.status]).toEqual([url, 200]);
      const page = answer.json<Page>();
      found.push(...page.value);
      url = page['@odata.nextLink']?.replace(FEEDS_AT, '');
      if (url !== undefined) await between?.();
    }
    return found;
  };
  /** What a report is asked by for the month of a row. */
  const monthOf = (from: unknown): string => {
    const first = DateTime.fromISO(String(from), { zone: ZONE });
    return `from=${first.toISODate()}&to=${first.endOf('month').toISODate()}&zone=${ZONE}`;
  };
  const cents = (value: unknown) => Math.round(Number(value) * 100);
  const millionths = (value: unknown) => Math.round(Number(value) * 1_000_000);

  it('add up to what the attribution report says of each name, model and month, to the cent', async () => {
    const [credits, results] = [await rowsOf('Credits', 500), await rowsOf('AttributionResults', 500)];
    const keyOf = (row: Row) => ['From', 'Dimension', 'Model', 'Attributed', 'Name'].map((name) => row[name]).join(' ');
    const sums = new Map<string, [number, number]>();
    for (const row of credits) {
      const [conversions, amount] = sums.get(keyOf(row)) ?? [0, 0];
      sums.set(keyOf(row), [conversions + millionths(row['Conversions']), amount + cents(row['Amount'])]);
    }
    const models = new Set(credits.map(({ Model }) => Model));
    expect(models.size).toBe(9);
    const told = results
      .filter((row) => models.has(row['Model'] ?? null) && (sums.has(keyOf(row)) || row['Conversions'] !== 0))
      .map((row): [string, [number, number]] => [keyOf(row), [millionths(row['Conversions']), cents(row['Amount'])]]);
    expect(new Map(told)).toEqual(sums);
    // Seven deals, of which one is without a rate and one of nobody that was touched.
    const linear = credits.filter((row) => row['Model'] === 'linear' && row['Dimension'] === 'channel');
    expect(linear.reduce((all, row) => all + millionths(row['Conversions']), 0)).toBe(7_000_000);
    expect(linear.reduce((all, row) => all + cents(row['Amount']), 0)).toBe(
      10_001 + 5_000 + 180 + 10_000 + 3_333 + 777,
    );
    expect(new Set(linear.filter((row) => row['Attributed'] === false).map((row) => row['Conversion']))).toEqual(new Set(['d2'])); // prettier-ignore
  });

  it.each(['first_touch', 'linear', 'time_decay', 'w_shaped'])(
    'give each touch what the list behind the figure says, by %s',
    async (model) => {
      const credits = await rowsOf(`Credits?$filter=Model eq '${model}' and Dimension eq 'channel'`);
      const from = credits.map(({ From }) => String(From)).sort().at(-1); // prettier-ignore
      const report = await world.asked(monthOf(from), world.key, 'attribution');
      let listed = 0;
      for (const { name, link } of cellsOf(report, model)) {
        if (link === undefined) continue;
        const answer = await world.api.send('GET', `${link}&limit=100`, { key: world.key });
        const { items, credit } = answer.json<Listed>();
        const mine = credits.filter((row) => row['From'] === from && row['Name'] === name);
        const told = mine.map((row) => [row['Conversion'], row['Place'], row['Touch'], cents(row['Amount'] ?? 0)]);
        const said = items.map((one) => [one.conversion, one.place, one.touch, one.credit]);
        expect([name, told.sort()]).toEqual([name, said.sort()]);
        expect(mine.reduce((all, row) => all + cents(row['Amount']), 0)).toBe(credit);
        listed += items.length;
      }
      expect(listed).toBeGreaterThan(3);
    },
  );

  it('work out what conditions ask for, and page through each row once', async () => {
    const all = await rowsOf('Credits', 500);
    const some = all.filter((row) => row['Model'] === 'linear' && row['Dimension'] === 'campaign');
    expect(await rowsOf("Credits?$filter=Model eq 'linear' and Dimension in ('campaign')", 3)).toEqual(some);
    const two = all.filter((row) => row['Model'] === 'linear' || row['Model'] === 'first_touch');
    expect(await rowsOf("Credits?$filter=Model eq 'linear' or Model eq 'first_touch'", 40)).toEqual(two);
    expect(await rowsOf("Credits?$filter=Model eq 'markov_1'")).toEqual([]);
    const months = [...new Set(all.map(({ From }) => String(From)))].sort();
    expect(months.length).toBeGreaterThan(1);
    for (const from of months)
      expect(await rowsOf(`Credits?$filter=From ge ${from} and From lt ${after(from)}`, 500)).toEqual(
        all.filter((row) => row['From'] === from),
      );
  });

  it('say of accounts in each month what the report on them says', async () => {
    const rows = await rowsOf('AccountEngagement', 2);
    const now = DateTime.now().setZone(ZONE).startOf('month');
    const months = Array.from({ length: 12 }, (_, i) => `${now.minus({ months: i }).toUTC().toISO()}`);
    expect(months).toEqual(expect.arrayContaining(rows.map(({ From }) => String(From).replace('000000Z', '000Z'))));
    for (const from of months) {
      const { columns, rows: told } = await world.asked(monthOf(from), world.key, 'accounts');
      const names = columns.map(({ key }) => key);
      const said = told.map(({ cells }) => Object.fromEntries(cells.map((cell, i) => [names[i], cell.value ?? null])));
      const mine = rows.filter((row) => Date.parse(String(row['From'])) === Date.parse(from));
      const shown = mine.map((row) => ({
        ...{ account: row['Name'], tier: row['Tier'], contacts: row['Contacts'], touches: row['Touches'] },
        ...{ score: row['Score'], pipeline: cents(row['Pipeline']), revenue: cents(row['Revenue']) },
      }));
      const byName = <T extends { account?: unknown }>(some: readonly T[]) =>
        some.toSorted((a, b) => (String(a.account) < String(b.account) ? -1 : 1));
      expect([from, byName(shown)]).toEqual([from, byName(said)]);
    }
    const total = (name: string) => rows.reduce((all, row) => all + Number(row[name]), 0);
    // Acme is the one account that somebody named: two mails and the visits of two people.
    expect(total('Touches')).toBe(4);
    expect(total('Score')).toBe(2 * 1 + 2 * 3);
    expect(cents(total('Revenue'))).toBe(10_001 + 180 + 777);
  });

  it('answer a generated client', async () => {
    const feeds = new ConsentGatewayService(feedClient(world.api, world.key), `${FEEDS_AT}/odata/v4`);
    const credits = await feeds
      .Credits()
      .query((builder, q) =>
        builder
          .filter(q.Model.eq('last_touch').and(q.Dimension.eq('channel')).and(q.Conversion.eq('e3')))
          .select('Conversion', 'Name', 'Place', 'Of', 'Amount', 'Conversions', 'MessageId'),
      );
    expect(credits.data.value).toEqual([
      { Conversion: 'e3', Name: 'cpc', Place: 1, Of: 1, Amount: 7.77, Conversions: 1, MessageId: null },
    ]);
    const accounts = await feeds.AccountEngagement().query((builder, q) => builder.filter(q.Tier.eq('A')));
    expect(new Set(accounts.data.value.map(({ Name }) => Name))).toEqual(new Set(['Acme']));
  });

  it('are of people: whoever may not see single messages is not told', async () => {
    const reader = await world.api.key({ brand: 'acme', scopes: ['reports:read'] });
    for (const set of ['Credits', 'AccountEngagement', 'ExitDaily', 'EmailKpi', 'FunnelDaily', 'Snapshots']) {
      expect([set, (await world.api.send('GET', `/odata/v4/${set}`, { key: reader })).status]).toEqual([set, 403]);
      expect([set, (await world.api.send('GET', `/odata/v4/${set}/$count`, { key: reader })).status]).toEqual([set, 403]); // prettier-ignore
    }
    const other = await world.api.brand('elsewhere');
    for (const set of ['Credits', 'AccountEngagement'])
      expect((await world.api.send('GET', `/odata/v4/${set}`, { key: other })).json<Page>().value).toEqual([]);
  });

  it('are of one instant on all pages, whatever is reported and corrected between them', async () => {
    for (const set of ['Credits', 'AttributionResults', 'AccountEngagement', 'FunnelDaily']) {
      const whole = await rowsOf(set, 500);
      let asked = 0;
      const pageSize = Math.max(1, Math.floor(whole.length / 5));
      const paged = await rowsOf(set, pageSize, async () => {
        asked += 1;
        const changed = await world.report([
          visit(`${set} ${asked}`, 'eve', 13 + asked, { channel: 'cpc', campaign: 'spring' }),
          { ...deal('e1', 10_000 + asked), account: 'Other', region: 'East', lead: 'l2' },
          { ...deal(`${set} ${asked}`, 4_000), account: 'Acme' },
          { type: 'stage', id: `${set} ${asked}`, at: ago(20), lead: `${set} ${asked}`, stage: 'mql', contact: 'ann' },
        ]);
        expect(changed.filter(({ result }) => !['kept', 'corrected', 'changed'].includes(result))).toEqual([]);
      });
      expect(asked).toBeGreaterThan(1);
      expect([set, paged]).toEqual([set, whole]);
      // What was reported meanwhile is there for who begins anew.
      expect(await rowsOf(set, 500)).not.toEqual(whole);
    }
  }, 120_000);
});

function after(from: string): string {
  return DateTime.fromISO(from, { zone: ZONE }).plus({ months: 1 }).toUTC().toISO() ?? '';
}

function cellsOf({ columns, rows }: ReportedTable, key: string) {
  const at = columns.findIndex((column) => column.key === key);
  return rows.flatMap(({ cells }) =>
    cells[0]?.standsFor === undefined ? [{ name: cells[0]?.value, link: cells[at]?.link }] : [],
  );
}
