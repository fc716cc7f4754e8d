import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { DateTime } from 'luxon';
import { Database } from '#lib/platform';
import { FeedExportService } from '#lib/reporting';
import { ConsentGatewayService } from '../../../../test/support/feed-client/ConsentGatewayService.mjs';
import { columnOf, day, deal, eur, MoneyWorld, visit } from '../testing/money-world.js';
import { feedClient, FEEDS_AT } from '../testing/feed-client.js';
import type { Answered, RunningApi } from '../testing/running-api.js';

interface Page {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Record<string, unknown>[];
}

describe('feeds by OData', () => {
  let world: MoneyWorld;
  let api: RunningApi;
  let key: string;
  let feeds: ConsentGatewayService<ReturnType<typeof feedClient>>;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    ({ api, key } = world);
    feeds = new ConsentGatewayService(feedClient(api, key), `${FEEDS_AT}/odata/v4`);
  }, 60_000);
  afterAll(() => world.stop());

  const get = (path: string, headers: Record<string, string> = {}): Promise<Answered> =>
    api.send('GET', path, { key, headers: { host: 'feeds.example', ...headers } });
  const page = async (query: string, headers: Record<string, string> = {}): Promise<Page> => {
    const answer = await get(`/odata/v4/${query}`, headers);
    expect([query, answer.status]).toEqual([query, 200]);
    return answer.json<Page>();
  };
  /** All rows, page by page. */
  const all = async (query: string, rows: number, between: () => Promise<unknown> = async () => undefined) => {
    const found: Record<string, unknown>[] = [];
    for (let url: string | undefined = `/odata/v4/${query}`; url !== undefined;) {
      const one: Page = (await get(url, { prefer: `odata.maxpagesize=${rows}` })).json<Page>();
      expect(one.value.length).toBeLessThanOrEqual(rows);
      found.push(...one.value);
      url = one['@odata.nextLink']?.replace(FEEDS_AT, '');
      await between();
    }
    return found;
  };

  it('say what they hold as it is written down, and as a client was generated from', async () => {
    const metadata = await get('/odata/v4/$metadata');
    expect(metadata.headers['content-type']).toMatch(/^application\/xml/);
    expect(metadata.text).toBe(fs.readFileSync('docs/feeds.xml', 'utf8'));
    const document = await get('/odata/v4');
    expect((await get('/odata/v4/')).text).toBe(document.text);
    expect(document.headers['odata-version']).toBe('4.0');
    const { value } = document.json<{ value: { name: string; url: string }[] }>();
    const client = Object.getOwnPropertyNames(ConsentGatewayService.prototype).filter((name) => name !== 'constructor');
    expect(value.map(({ url }) => url)).toEqual(client);
  });

  it('answer a generated client: chosen properties, conditions, order, count', async () => {
    const touches = await feeds.Touches().query((builder, q) =>
      builder
        .select('MessageId', 'Type', 'At', 'LedgerEntryId')
        .filter(q.Type.eq('sent').and(q.At.ge('2000-01-01T00:00:00Z')).and(q.At.lt('2999-01-01T00:00:00Z')))
        .orderBy(q.At.desc())
        .top(1)
        .count(),
    );
    expect(touches.data['@odata.count']).toBe(2);
    expect(touches.data.value).toHaveLength(1);
    const [touch] = touches.data.value;
    const ends = await feeds
      .MessageEnds()
      .query((builder, q) => builder.filter(q.MessageId.eq(touch?.MessageId ?? '')));
    expect(ends.data.value).toMatchObject([{ End: 'sent', Reason: null, Channel: 'email', Topic: 'newsletter' }]);
    const message = (await get(`/v1/messages/${touch?.MessageId}`)).json<{ entries: { id: string }[] }>();
    expect(message.entries.at(-1)?.id).toBe(touch?.LedgerEntryId);
    expect((await get(`/v1/ledger/entries/${touch?.LedgerEntryId}`)).status).toBe(200);
    const visits = await feeds.Visits().query((builder, q) => builder.filter(q.Campaign.eq('spring')));
    expect(visits.data.value.map(({ Id, Channel }) => [Id, Channel])).toEqual([
      ['v1', 'cpc'],
      ['v2', 'fair'],
    ]);
    const deals = await feeds
      .Conversions()
      .query((builder, q) => builder.filter(q.Kind.eq('opportunity').and(q.Amount.gt(20))).orderBy(q.Amount.asc()));
    expect(deals.data.value.map(({ Id, Amount }) => [Id, Amount])).toEqual([
      ['d2', 50],
      ['d5', 70],
      ['d1', 100.01],
    ]);
    const costs = await feeds.Costs().query((builder, q) => builder.filter(q.FirstDay.eq(day(9))));
    expect(costs.data.value).toMatchObject([{ Id: 'c1', Amount: 10, Currency: 'EUR', LastDay: day(0) }]);
  });

  it('tell the generated client every decision as the ledger has it, and what people said', async () => {
    const ends = await feeds.MessageEnds().query((builder, q) => builder.filter(q.Channel.eq('email')));
    const decisions = await feeds
      .Decisions()
      .query((builder, q) => builder.filter(q.Step.in('accepted', 'ended')).orderBy(q.At.asc()));
    // Each message was accepted once, and its end is the last of its entries.
    expect(decisions.data.value.filter(({ Step }) => Step === 'accepted')).toHaveLength(2);
    const ended = decisions.data.value.filter(({ Step }) => Step === 'ended');
    expect(ended.map(({ MessageId, LedgerEntryId, Outcome }) => [MessageId, LedgerEntryId, Outcome]).sort()).toEqual(
      ends.data.value.map(({ MessageId, LedgerEntryId, End }) => [MessageId, LedgerEntryId, End]).sort(),
    );
    for (const { LedgerEntryId, Outcome, Reason, Policy } of decisions.data.value) {
      const entry = (await get(`/v1/ledger/entries/${LedgerEntryId}`)).json<{ leaf: string }>();
      expect(JSON.parse(entry.leaf)).toMatchObject({
        ...{
          out: Outcome,
          ...(Reason === null ? {} : { reason: Reason }),
          ...(Policy === null ? {} : { pol: Policy }),
        },
      });
    }
    const said = await feeds
      .ConsentEvents()
      .query((builder, q) => builder.filter(q.Topic.eq('newsletter').and(q.RecordedAt.ge('2000-01-01T00:00:00Z'))));
    expect(said.data.value).toMatchObject(
      ['granted', 'granted', 'granted'].map((Kind) => ({
        Kind,
        Channel: 'email',
        LegalBasis: 'consent',
        Effective: true,
      })),
    );
    const [event] = said.data.value;
    expect((await get(`/v1/ledger/entries/${event?.LedgerEntryId}`)).status).toBe(200);
  });

  it('tell the generated client what came of each day of a campaign, and of days themselves', async () => {
    const days = await feeds.CampaignDaily().query((builder, q) => builder.filter(q.Sent.gt(0)));
    const [sent] = days.data.value;
    expect(sent).toMatchObject({ Channel: 'email', Campaign: '', Accepted: 2, Sent: 2, Dropped: 0, Clicked: 0 });
    expect(days.data.value).toHaveLength(1);
    const channels = await world.asked(`from=${day(2)}&to=${day(0)}&zone=Etc/UTC`, key, 'channels');
    expect([columnOf(channels, 'accepted').total, columnOf(channels, 'sent').total]).toEqual([2, 2]);
    // The day of the brand's clock begins where the feed of days says.
    const [date] = (await feeds.Dates().query((builder, q) => builder.filter(q.Date.eq(sent?.Date ?? '')))).data.value;
    const start = DateTime.fromISO(sent?.Date ?? '', { zone: 'Europe/Berlin' });
    expect(date).toMatchObject({
      Year: start.year,
      Month: start.month,
      Weekday: start.weekday,
      IsoWeek: start.weekNumber,
    });
    expect([date?.From, sent?.From].map((at) => Date.parse(at ?? ''))).toEqual([start.toMillis(), start.toMillis()]);
    expect(Date.parse(date?.To ?? '')).toBe(start.plus({ days: 1 }).toMillis());
    const whole = await feeds.Dates().query((builder, q) => builder.filter(q.Year.eq(start.year)).count());
    expect(whole.data['@odata.count']).toBe(start.daysInYear);
    for (const [query, rows] of [
      ['Decisions', 1],
      ['Dates', 300],
    ] as const)
      expect([query, (await all(query, rows)).length]).toEqual([
        query,
        (await page(`${query}?$count=true`))['@odata.count'],
      ]);
  });

  it('tell of each month what the attribution report tells, to the cent', async () => {
    const results = await feeds.AttributionResults().query((builder, q) => builder.filter(q.Model.eq('linear')));
    // Months of the feed are the brand's.
    const today = DateTime.now().setZone('Europe/Berlin').toISODate() ?? '';
    const first = `${today.slice(0, 8)}01`;
    const report = columnOf(await world.asked(`from=${first}&to=${today}`), 'linear');
    const month = results.data.value.filter(({ From, Dimension }) => Dimension === 'channel' && From > day(40));
    const newest = month.filter(
      ({ From }) =>
        From ===
        month
          .map((one) => one.From)
          .sort()
          .at(-1),
    );
    const told = Object.fromEntries(
      newest.map(({ Name, Amount, Attributed }) => [Attributed ? Name : 'unattributed', Amount]),
    );
    const { total, ...rows } = report;
    const cents = (euros: number | null | undefined) => Math.round((euros ?? Number.NaN) * 100);
    for (const [name, value] of Object.entries(told)) expect([name, cents(value)]).toEqual([name, rows[name]]);
    expect(Object.values(told).reduce<number>((sum, value) => sum + cents(value), 0)).toBe(total);
    expect(total).toBe(15_181);
  });

  it.each(['', '&$orderby=Campaign', '&$orderby=Campaign desc,At', '&$orderby=At desc'])(
    'page through every row once, in one order%s',
    async (order) => {
      const whole = await page(`Visits?$count=true${order}`);
      expect(whole['@odata.count']).toBe(whole.value.length);
      for (const rows of [1, 2, 3]) expect(await all(`Visits?$select=*${order}`, rows)).toEqual(whole.value);
      expect(await all(`Visits?$top=3${order}`, 2)).toEqual(whole.value.slice(0, 3));
      expect((await page(`Visits?$skip=1&$top=2${order}`)).value).toEqual(whole.value.slice(1, 3));
    },
  );

  it('stay of one instant while rows come in, are corrected and taken back', async () => {
    const before = (await page('Visits')).value;
    let n = 0;
    const during = await all('Visits', 1, () => {
      n += 1;
      return world.report([
        visit(`a${n}`, 'eve', 3, { channel: 'fair' }),
        visit(`z${n}`, 'eve', 3, { channel: 'fair' }),
        visit('v4', 'eve', 29, { channel: `changed-${n}` }),
        ...(n === 1 ? [{ type: 'retraction', id: 'v3', of: 'visit' }] : []),
      ]);
    });
    expect(during).toEqual(before);
    const after = (await page('Visits')).value;
    expect(after).toHaveLength(before.length - 1 + 2 * n);
    // What came since is found by when it was recorded, as an incremental refresh asks.
    const since = `RecordedAt gt ${String(before.at(-1)?.['RecordedAt'])}`;
    expect((await page(`Visits?$filter=${since}`)).value).toHaveLength(2 * n + 1);
  });

  it('keep every digit of an amount, as numbers and as text', async () => {
    await world.report([
      { ...deal('yen', 123_456, 'JPY'), status: 'open', closedAt: undefined },
      { ...deal('dinar', 1, 'KWD'), status: 'open', closedAt: undefined },
    ]);
    const query = "Conversions?$filter=Id in ('yen','dinar')&$select=Id,Amount";
    expect((await get(`/odata/v4/${query}`)).text).toContain(
      '{"Id":"dinar","Amount":0.001},{"Id":"yen","Amount":123456}',
    );
    const asText = await page(query, { accept: 'application/json;IEEE754Compatible=true' });
    expect(asText.value).toEqual([
      { Id: 'dinar', Amount: '0.001' },
      { Id: 'yen', Amount: '123456' },
    ]);
    await world.report(['yen', 'dinar'].map((id) => ({ type: 'retraction', id, of: 'opportunity' })));
  });

  it('compare with nothing as OData does', async () => {
    const ids = async (filter: string) => (await page(`Costs?$filter=${filter}&$select=Id`)).value.map(({ Id }) => Id);
    expect(await ids("Channel ne 'cpc'")).toEqual(['c2', 'c3']);
    expect(await ids("not (Channel gt 'a')")).toEqual(['c2', 'c3']);
    expect(await ids('Channel eq null and Amount ge 60')).toEqual(['c2']);
    expect(await ids("Channel in ('cpc',null) and not contains(Category,'sal')")).toEqual(['c1']);
    expect(await ids('Campaign gt null')).toEqual([]);
    expect(await ids("endswith(Category,'spend')")).toEqual(['c1']);
    expect((await get("/odata/v4/Costs/$count?$filter=startswith(Category,'sal')")).text).toBe('2');
  });

  it.each([
    ...([
      ['Nothing', 404],
      ['$batch', 404],
      ["Costs('c1')", 501],
      ['Costs?$expand=x', 501],
      ['Costs?$apply=aggregate(Amount with sum as x)', 501],
      ['Costs?$filter=tolower(Id) eq %27x%27', 501],
      ['Costs?$filter=Id', 400],
      ['Costs?$select=Nothing', 400],
      ['Costs?$orderby=Id sideways', 400],
      ['Costs?$top=-1', 400],
      ['Costs?$skiptoken=x', 400],
      ['Costs?$format=xml', 400],
      ['Costs?limit=3', 400],
      ['AttributionResults?$filter=From ge 1900-01-01T00:00:00Z', 400],
    ] as const),
  ])('are told in OData’s words, too: %s is %i', async (query, status) => {
    const answer = await get(`/odata/v4/${query}`);
    const { code, error } = answer.json<{ code: string; error: { code: string; message: string } }>();
    expect([answer.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(/\.$/);
    expect(error.message).not.toContain("''");
  });

  it('show no rows of people to whoever may not see single messages, and nothing of another brand', async () => {
    const reader = await api.key({ brand: 'acme', scopes: ['reports:read'] });
    const names = (await api.send('GET', '/odata/v4', { key: reader })).json<{ value: { name: string }[] }>().value;
    expect(names.map(({ name }) => name)).toEqual(['Costs', 'AttributionResults', 'Dates', 'CostVersions']);
    expect((await api.send('GET', '/odata/v4/Touches', { key: reader })).status).toBe(403);
    expect((await api.send('GET', '/odata/v4/Costs', { key: reader })).status).toBe(200);
    const other = await api.brand('other');
    for (const name of [
      ...['Touches', 'Visits', 'MessageEnds', 'Decisions', 'ConsentEvents', 'CampaignDaily', 'Conversions', 'Costs'],
      ...['VisitVersions', 'ConversionVersions', 'CostVersions'],
      ...['ExitDaily', 'EmailKpi', 'FunnelDaily', 'Snapshots'],
    ])
      expect([name, (await api.send('GET', `/odata/v4/${name}`, { key: other })).json<Page>().value]).toEqual([
        name,
        [],
      ]);
    const results = (await api.send('GET', '/odata/v4/AttributionResults', { key: other })).json<Page>().value;
    expect(results.filter(({ Amount }) => Amount !== 0)).toEqual([]);
    const wrong = await api.send('GET', '/odata/v4', { headers: { authorization: 'Basic YTpi' } });
    expect([wrong.status, wrong.headers['www-authenticate']]).toEqual([401, expect.stringContaining('Basic')]);
    // A key in the place of the name does, and nowhere but here.
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    expect((await api.send('GET', '/odata/v4', { headers: { authorization } })).status).toBe(200);
    expect((await api.send('GET', '/v1/topics', { headers: { authorization } })).status).toBe(401);
  });

  const ordered = async (feed: string, format: string, filter?: string) => {
    const order = { feed, format, ...(filter === undefined ? {} : { filter }) };
    const answer = await api.send('POST', '/v1/reports/exports', { key, body: order });
    expect([answer.status, answer.json()]).toMatchObject([
      202,
      { state: 'queued', bytes: null, asOf: expect.any(String) },
    ]);
    const path = `/v1/reports/exports/${answer.json<{ id: string }>().id}`;
    expect((await get(`${path}/file`)).status).toBe(409);
    return path;
  };
  const fileOf = async (path: string) => {
    const { rawPayload, headers } = await api.app.inject({
      url: `${path}/file`,
      headers: { authorization: `Bearer ${key}` },
    });
    const state = (await get(path)).json<{ state: string; rows: number; sha256: string; bytes: number }>();
    expect([state.state, state.bytes]).toEqual(['ready', rawPayload.length]);
    expect(createHash('sha256').update(rawPayload).digest('hex')).toBe(state.sha256);
    return { bytes: rawPayload, type: String(headers['content-type']), rows: state.rows };
  };

  it('are files, too: the same rows as Parquet with their types, and as lines of JSON', async () => {
    const exports = api.app.get(FeedExportService, { strict: false });
    const filter = "Kind eq 'opportunity'";
    const [parquet, lines] = [
      await ordered('Conversions', 'parquet', filter),
      await ordered('Conversions', 'ndjson', filter),
    ];
    const empty = await ordered('Touches', 'parquet', "Type eq 'nothing'");
    const { value } = await page(`Conversions?$filter=${filter}`);
    // What comes in after the order is in no file.
    await world.report([{ ...deal('later', 5), status: 'open', closedAt: undefined }]);
    while (await exports.buildNext());
    const text = await fileOf(lines);
    expect(
      text.bytes
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual(value);
    expect([text.rows, text.type]).toEqual([value.length, 'application/x-ndjson; charset=utf-8']);
    const { bytes } = await fileOf(parquet);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    // The reader makes doubles of decimals.
    expect(
      rows.map(({ Id, Kind, Amount, Currency }) => ({ Id, Kind, Amount: Number(Number(Amount).toFixed(6)), Currency })),
    ).toEqual(value.map(({ Id, Kind, Amount, Currency }) => ({ Id, Kind, Amount, Currency })));
    expect(rows.map(({ At, AccountId }) => [(At as Date).getTime(), AccountId])).toEqual(
      value.map(({ At, AccountId }) => [Date.parse(String(At)), AccountId]),
    );
    const types = parquetMetadata(file).schema.map(({ name, converted_type: old, logical_type: type }) => [
      name,
      type?.type ?? old,
    ]);
    expect(Object.fromEntries(types)).toMatchObject({
      At: 'TIMESTAMP',
      AccountId: 'UUID',
      Amount: 'DECIMAL',
      Id: 'UTF8',
    });
    const nothing = await fileOf(empty);
    expect([nothing.rows, nothing.bytes.subarray(0, 4).toString()]).toEqual([0, 'PAR1']);
    await world.report([{ type: 'retraction', id: 'later', of: 'opportunity' }]);
  });

  it('are files once: a maker that was passed over keeps nothing, and one of people needs the scope', async () => {
    const path = await ordered('Costs', 'ndjson');
    const database = api.app.get(Database, { strict: false });
    const exports = api.app.get(FeedExportService, { strict: false });
    await database.tx.execute`
      UPDATE reporting.feed_export SET state = 'building', attempt = 1, lease_until = clock_timestamp() + interval '1 hour'
       WHERE id = ${path.split('/').at(-1)}::uuid`;
    expect(await exports.buildNext()).toBe(false);
    await database.tx
      .execute`UPDATE reporting.feed_export SET lease_until = clock_timestamp() WHERE state = 'building'`;
    expect(await exports.buildNext()).toBe(true);
    expect((await fileOf(path)).rows).toBe(3);
    const reader = await api.key({ brand: 'acme', scopes: ['reports:read'] });
    const order = (feed: string) =>
      api.send('POST', '/v1/reports/exports', { key: reader, body: { feed, format: 'ndjson' } });
    expect([(await order('Touches')).status, (await order('Costs')).status]).toEqual([403, 202]);
    const days = ['CampaignDaily', 'ExitDaily', 'EmailKpi', 'FunnelDaily', 'Dates'];
    for (const feed of ['Decisions', 'ConsentEvents', ...days, 'Credits', 'AccountEngagement']) {
      const files = [await ordered(feed, 'parquet'), await ordered(feed, 'ndjson')];
      while (await exports.buildNext());
      const { length } = await all(feed, 500);
      for (const file of files) expect([feed, length > 0, (await fileOf(file)).rows]).toEqual([feed, true, length]);
    }
    const csv = [await ordered('Costs', 'csv'), await ordered('Costs', 'excel-de')];
    while (await exports.buildNext());
    for (const [i, begin] of ['Id,Category,', '\ufeffId;Category;'].entries()) {
      const { bytes, type } = await fileOf(csv[i] ?? '');
      const lines = bytes.toString('utf8').split('\r\n');
      expect([type, lines.length, lines[0]?.slice(0, begin.length)]).toEqual(['text/csv; charset=utf-8', 3 + 2, begin]);
    }
    const touches = await ordered('Touches', 'ndjson');
    while (await exports.buildNext());
    expect((await api.send('GET', `${touches}/file`, { key: reader })).status).toBe(403);
    const wrong = { feed: 'Costs', format: 'ndjson', filter: 'Nothing eq 1' };
    expect((await api.send('POST', '/v1/reports/exports', { key, body: wrong })).status).toBe(400);
  });

  it('know an amount of nothing', async () => {
    expect(
      await world.report([{ type: 'order', id: 'free', at: `${day(3)}T00:00:00Z`, contact: 'eve', value: eur(0) }]),
    ).toMatchObject([{ result: 'kept' }]);
    expect((await page("Conversions?$filter=Id eq 'free'")).value).toMatchObject([{ Amount: 0, ClosedAt: null }]);
  });

  it('are what is known last to whoever loads versions bit by bit, also what is corrected and taken back', async () => {
    const loaded: Record<string, unknown>[] = [];
    let since = '2000-01-01T00:00:00Z';
    const load = async () => {
      const until = new Date(Date.now() + 1).toISOString();
      for (const set of ['VisitVersions', 'ConversionVersions', 'CostVersions'])
        loaded.push(...(await all(`${set}?$filter=RecordedAt ge ${since} and RecordedAt lt ${until}`, 4)));
      since = until;
      await new Promise((soon) => setTimeout(soon, 3));
    };
    await load();
    await world.report([
      { ...deal('d1', 7), status: 'open', closedAt: undefined },
      visit('again', 'eve', 3, { channel: 'fair' }),
      { type: 'retraction', id: 'd5', of: 'opportunity' },
    ]);
    await load();
    await world.report([deal('d1', 10_001), deal('d5', 7000), { type: 'retraction', id: 'again', of: 'visit' }]);
    await load();
    const keyOf = ({ Kind, Id, Category, ContactId }: Record<string, unknown>): string =>
      [Kind ?? (Category === undefined ? `visit ${String(ContactId)}` : 'cost'), Id].join(' ');
    const last = new Map<string, Record<string, unknown>>();
    for (const row of loaded)
      if (Number(row['Version']) > Number(last.get(keyOf(row))?.['Version'] ?? 0)) last.set(keyOf(row), row);
    const stands = [...last.values()].flatMap(({ Retracted, ...row }) => (Retracted === true ? [] : [row]));
    const known = [...(await all('Visits', 9)), ...(await all('Conversions', 9)), ...(await all('Costs', 9))];
    const byKey = (rows: readonly Record<string, unknown>[]) => rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    expect(byKey(stands)).toEqual(byKey(known));
    const versions = await feeds.ConversionVersions().query((builder, q) => builder.filter(q.Id.eq('d5')));
    expect(versions.data.value.map(({ Version, Retracted }) => [Version, Retracted])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });
});
