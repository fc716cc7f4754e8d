import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FEEDS_AT } from '../testing/feed-client.js';
import { deal, MoneyWorld, visit } from '../testing/money-world.js';

type Row = Readonly<Record<string, string | number | null>>;
interface Page {
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Row[];
}

describe('pages of rows in the order of whole numbers', () => {
  let world: MoneyWorld;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    // A path of more than nine touches: as texts, 10 is before 2.
    const visits = Array.from({ length: 12 }, (_, i) => visit(`n${i}`, 'eve', 30 - i, { channel: 'cpc' }));
    await world.report([...visits, { ...deal('long', 10_000), account: 'Other' }]);
  }, 120_000);
  afterAll(() => world.stop());

  const rowsOf = async (query: string, pageSize: number): Promise<Row[]> => {
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

  it.each(['Place', 'Place desc', 'Of desc,Place desc'])(
    'leave none out and bring none twice, by %s',
    async (order) => {
      const query =
        "Credits?$filter=Model eq 'linear' and Dimension eq 'channel' and Conversion eq 'long'&$select=Place";
      const places = (await rowsOf(`${query}&$orderby=${order}`, 3)).map(({ Place }) => Number(Place));
      expect(places.length).toBeGreaterThan(10);
      const wanted = Array.from({ length: places.length }, (_, i) => i + 1);
      expect(places).toEqual(order.includes('desc') ? wanted.reverse() : wanted);
    },
  );
});
