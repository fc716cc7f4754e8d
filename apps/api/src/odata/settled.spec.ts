import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { systemClock } from '#lib/platform';
import { FeedExportService } from '#lib/reporting';
import { MoneyWorld, visit } from '../testing/money-world.js';

interface Page {
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly { readonly Id: string; readonly RecordedAt: string }[];
}

describe('rows by OData, while others are still being recorded', () => {
  let world: MoneyWorld;
  let late: pg.Client;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    late = new pg.Client({ connectionString: world.api.database.urls.app });
    await late.connect();
  }, 180_000);
  afterAll(async () => {
    await late.end();
    await world.stop();
  });

  const get = async (path: string, rows = 100) => {
    const headers = { host: 'feeds.example', prefer: `odata.maxpagesize=${rows}` };
    const answer = await world.api.send('GET', path.replace('http://feeds.example', ''), { key: world.key, headers });
    expect([path, answer.status]).toEqual([path, 200]);
    return { ...answer.json<Page>(), asOf: String(answer.headers['as-of']) };
  };
  /** A visit of somebody else's making, as it is recorded: not committed yet. */
  const record = (id: string) =>
    late.query(
      `INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
       SELECT brand_id, 'visit', $1, 1, now() - interval '1 day', false,
              jsonb_build_object('kind', 'visit', 'channel', 'fair', 'contactId', id), 'crm'
         FROM consent.contact WHERE external_id = 'eve'`,
      [id],
    );
  const idsOf = ({ value }: Page) => value.map(({ Id }) => Id);

  it('have nothing later with an earlier instant, however long it took to record it', async () => {
    await late.query('BEGIN');
    await world.report([visit('between', 'eve', 3, { channel: 'fair' })]);
    const first = await get('/odata/v4/Visits?$count=true', 2);
    const counted = await world.api.send('GET', '/odata/v4/Visits/$count', { key: world.key });
    expect([counted.text, counted.headers['as-of']]).toEqual([String(first['@odata.count']), expect.any(String)]);
    const ordered = await world.api.send('POST', '/v1/reports/exports', { key: world.key, body: { feed: 'Visits', format: 'ndjson' } }); // prettier-ignore
    await record('late-a');
    await record('zz-late');
    await late.query('COMMIT');

    const ids = idsOf(first);
    for (let next = first['@odata.nextLink']; next !== undefined;) {
      const page = await get(next, 2);
      expect(page.asOf).toBe(first.asOf);
      ids.push(...idsOf(page));
      next = page['@odata.nextLink'];
    }
    expect(ids).toHaveLength(first['@odata.count'] ?? 0);
    expect(ids.filter((id) => ['between', 'late-a', 'zz-late'].includes(id))).toEqual([]);
    // Whoever goes on from there misses nobody and reads nobody twice.
    const since = await get(`/odata/v4/Visits?$filter=RecordedAt gt ${first.asOf}`);
    expect(idsOf(since)).toEqual(['between', 'late-a', 'zz-late']);
    expect(since.asOf > first.asOf).toBe(true);
    await world.api.app.get(FeedExportService, { strict: false }).buildNext();
    const { id } = ordered.json<{ id: string }>();
    const file = await world.api.send('GET', `/v1/reports/exports/${id}/file`, { key: world.key });
    expect([file.status, file.text.split('\n').filter((line) => /late|between/.test(line))]).toEqual([200, []]);
  });

  it('are kept of no instant of the past by which something is still being recorded', async () => {
    const { now } = systemClock;
    const asOf = new Date();
    await late.query('BEGIN');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const asked = async (instant: number) => {
      // An instant of the past is two minutes old at least.
      Object.assign(systemClock, { now: () => Date.now() + 180_000 });
      const path = `/v1/reports/attribution?asOf=${new Date(instant).toISOString()}`;
      const answer = await world.api.send('GET', path, { key: world.key });
      Object.assign(systemClock, { now });
      return [answer.status, answer.text];
    };
    expect(await asked(asOf.getTime() - 1_000)).toEqual([200, expect.any(String)]);
    expect(await asked(asOf.getTime() + 15)).toEqual([400, expect.stringContaining('still being recorded')]);
    await late.query('COMMIT');
    expect(await asked(asOf.getTime() + 15)).toEqual([200, expect.any(String)]);
  });
});
