import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrandId } from '#lib/kernel';
import { Database, systemClock } from '#lib/platform';
import { KeptMessagesService } from '#lib/reporting';
import { ago, columnOf, day, eur, MoneyWorld, PERIOD, type ReportedCell, visit } from '../testing/money-world.js';
import { LONG } from '../../../../test/support/form.js';
import { BRAND } from '../testing/running-api.js';
import { ReportCatalog } from './catalog/report-catalog.js';

interface Column {
  readonly key: string;
  readonly kind: string;
}
interface Source {
  readonly kind: string;
  readonly adds: number | null;
  readonly entry: string | null;
  readonly link: string | null;
}
interface Answer {
  readonly items: readonly (Source & Record<string, unknown>)[];
  readonly nextCursor: string | null;
  readonly all?: number;
  readonly credit?: number | null;
  readonly parts?: readonly { readonly column: string }[];
  readonly figure?: { readonly value: number };
}
interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly { readonly cells: readonly ReportedCell[] }[];
  readonly total: { readonly cells: readonly ReportedCell[] } | null;
}
/** One number of a report. */
interface Number {
  readonly report: string;
  readonly column: Column;
  readonly row: string;
  readonly value: number;
  readonly link: string | undefined;
}

/** Reports that also answer something else, asked so that more of their numbers are there. */
const ALSO: readonly (readonly [string, string])[] = [
  ['attribution', 'by=campaign&show=conversions&intervals=true'],
  ['attribution', 'within=region&is=North&models=linear,shapley&weights=agreed@1'],
  ['attribution', 'conversion=custom&by=topic'],
  ['attribution', 'by=content&models=linear'],
  ['funnel', 'of=event'],
  ['segments', 'segment=buyerRole'],
  ['segments', 'segment=industry'],
  ['journeys', 'goal=visit'],
  ['assets', 'per=asset'],
  ['email', 'by=subject'],
  ['consents', 'by=topic&value=5'],
  ['sources', 'conversion=lead&model=markov_1'],
];

describe('every number of every report', () => {
  let world: MoneyWorld;
  let numbers: Number[];
  let reports: (readonly [report: string, more: string])[];
  const asked = new Map<string, Answer>();
  const ask = async (link: string): Promise<Answer> => {
    const known = asked.get(link);
    if (known !== undefined) return known;
    const answer = await world.api.send('GET', link, { key: world.key });
    if (answer.status !== 200) throw new Error(`${answer.status} ${link} ${answer.text}`);
    const found = answer.json<Answer>();
    asked.set(link, found);
    return found;
  };

  beforeAll(async () => {
    world = await MoneyWorld.start();
    const { api, key } = world;
    await api.send('POST', '/v1/messages', {
      ...{ key, headers: { 'idempotency-key': 'x' } },
      body: { to: 'eve', template: 'news', topic: 'newsletter' },
    });
    const by = await api.key({ brand: 'acme', scopes: ['events:write'] });
    const sign = (id: string, role: string) => ({ type: 'sign_off', id, at: ago(1), set: 'agreed@1', role, name: id });
    const results = await world.report([
      { type: 'weight_set', id: 'agreed@1', at: ago(1), name: 'agreed', version: 1, weights: { fair: 3 } },
      sign('Anna', 'marketing'),
      { type: 'asset', id: 'a1', name: 'Guide', sort: 'whitepaper', pages: ['acme.example/guide'] },
      visit('v8', 'ann', 19, { channel: 'blog', page: 'https://acme.example/guide' }),
      visit('v9', 'ann', 18, { channel: 'blog', page: 'https://acme.example/guide' }),
      ...[
        { action: 'submit', about: 'acme.example/guide' },
        { action: 'download', about: 'acme.example/guide' },
        { action: 'registration', about: 'Webinar' },
        { action: 'attendance', about: 'Webinar' },
      ].map((more, i) => ({
        ...{ type: 'custom', id: `e${i}`, at: ago(17), contact: 'ann', name: 'Demo gebucht', value: eur(500 + i) },
        ...more,
      })),
      { type: 'cost', id: 'c9', category: 'campaign', from: day(9), to: day(0), value: eur(77), campaign: 'spring' },
    ]);
    expect(results.filter(({ result }) => result !== 'kept')).toEqual([]);
    await world.report([sign('Ben', 'sales')], by);
    const all = api.app.get(ReportCatalog, { strict: false }).all.map(({ key: report }) => [report, ''] as const);
    reports = [...all.filter(([report]) => report !== 'snapshots'), ...ALSO];
    numbers = [];
    for (const [report, more] of reports) {
      const { columns, rows, total } = (
        await api.send('GET', `/v1/reports/${report}?${PERIOD}&${more}`, { key })
      ).json<Table>();
      for (const { cells } of [...rows, ...(total === null ? [] : [total])])
        columns.forEach((column, i) => {
          const cell = cells[i];
          if (column.kind === 'text' || typeof cell?.value !== 'number' || cell.value === 0) return;
          const row = cells === total?.cells ? 'total' : String(cells[0]?.value);
          numbers.push({ report: `${report}?${more}`, column, row, value: cell.value, link: cell.link });
        });
    }
  }, 120_000);
  afterAll(() => world.stop());

  /** In the short form, of each column of a report the last number that is there, which is mostly the total, and the first. */
  const looked = (): readonly Number[] => {
    if (LONG) return numbers;
    const isEnd = (one: Number, i: number): boolean => {
      const own = ({ report, column }: Number): boolean =>
        report.split('?')[0] === one.report.split('?')[0] && column.key === one.column.key;
      return numbers.findIndex(own) === i || numbers.findLastIndex(own) === i;
    };
    return numbers.filter(isEnd);
  };

  it('leads on', () => {
    expect(numbers.length).toBeGreaterThan(400);
    const without = numbers.filter(({ link }) => link === undefined);
    expect(without.map(({ report, column, row }) => `${report} ${column.key} of ${row}`)).toEqual([]);
  });

  it('leads to something', async () => {
    const empty: string[] = [];
    for (const { report, column, row, link } of looked()) {
      const { items, parts = [] } = await ask(link ?? '');
      if (items.length === 0 && parts.length === 0) empty.push(`${report} ${column.key} of ${row}: ${link}`);
    }
    expect(empty).toEqual([]);
  }, 120_000);

  it('is what it is made of, added up', async () => {
    const wrong: string[] = [];
    for (const { report, column, row, value, link = '' } of looked()) {
      const { items, figure, all, nextCursor, credit } = await ask(link);
      expect(nextCursor).toBeNull();
      const say = (found: unknown) => wrong.push(`${report} ${column.key} of ${row}: ${value}, not ${String(found)}`);
      if (figure !== undefined) {
        if (figure.value !== value) say(figure.value);
        expect(all).toBe(items.length);
      }
      const isSum = figure !== undefined && items.length > 0 && (column.kind === 'count' || column.kind === 'money');
      const sum = items.reduce((whole, { adds }) => whole + (adds ?? 0), 0);
      // A mean, and what each of some costs, is no sum.
      if (isSum && !['path_length', 'acquisition_cost'].includes(column.key) && Math.abs(sum - value) > 1e-6) say(sum);
      if (credit === undefined || credit === null) continue;
      if (Math.abs(credit - value) > 1.000_001e-6) say(credit);
      if (items.every((item) => item['credit'] === null)) continue;
      const credited = items.reduce((whole, item) => whole + Number(item['credit']), 0);
      if (Math.abs(credited - credit) > 1e-6) say(credited);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('ends at entries of the ledger', async () => {
    const without = new Set<string>();
    for (const { report, column, link = '' } of looked()) {
      if (!link.includes('/figure?')) continue;
      for (const { kind, entry, link: on } of (await ask(link)).items)
        if (entry === null && on === null && kind !== 'message') without.add(`${report} ${column.key} ${kind}`);
    }
    expect([...without]).toEqual([]);
    const sources = looked().flatMap(({ link = '' }) => asked.get(link)?.items ?? []);
    const lists = new Set(sources.flatMap(({ link: on }) => on ?? []));
    expect(lists.size).toBeGreaterThan(3);
    for (const list of lists) expect((await ask(list)).items.length).toBeGreaterThan(0);
  }, 120_000);

  it('is of contents too: of the templates of mails, and of the pages that were seen', async () => {
    const byContent = columnOf(await world.asked(`${PERIOD}&by=content&models=linear`), 'linear');
    const byChannel = columnOf(await world.asked(`${PERIOD}&by=channel&models=linear`), 'linear');
    expect(byContent).toMatchObject({ news: byChannel['email'], 'acme.example/guide': byChannel['blog'] });
    expect(byContent.total).toBe(byChannel.total);
  });

  it('is refused where it is none, with what to do', async () => {
    const get = async (link: string) => {
      const { status, text } = await world.api.send('GET', link, { key: world.key });
      return [status, text] as const;
    };
    expect(await get(`/v1/reports/figure?report=acquisition&${PERIOD}`)).toMatchObject([
      400,
      expect.stringContaining('column'),
    ]);
    expect((await get('/v1/reports/figure?report=nothing&column=x'))[0]).toBe(404);
    expect((await get(`/v1/reports/figure?report=acquisition&${PERIOD}&column=nothing`))[0]).toBe(404);
    expect((await get(`/v1/reports/figure?report=acquisition&${PERIOD}&column=cost&row=1999-01`))[0]).toBe(404);
    expect((await get(`/v1/reports/figure?report=acquisition&${PERIOD}&column=cost&cursor=x`))[0]).toBe(400);
    expect((await get(`/v1/reports/figure?report=acquisition&${PERIOD}&column=cost&segment=x`))[0]).toBe(400);
    expect((await get(`/v1/reports/attribution/touches?${PERIOD}&place=0`))[0]).toBe(400);
    expect((await get(`/v1/reports/accounts/touches?${PERIOD}&cursor=eA`))[0]).toBe(400);
  });

  it('credits a click of nobody who does not let themselves be counted, and says how many those are', async () => {
    const { api, key } = world;
    const put = async (path: string, body: object) =>
      expect((await api.send(path.endsWith('consents') ? 'POST' : 'PUT', path, { key, body })).status).toBeLessThan(
        300,
      );
    const labels = { en: 'Counting', de: 'Zählen' };
    await put('/v1/purposes/counting', { enforcement: 'restrictive', legalBasis: 'consent', labels });
    const engaged = () => world.asked(`${PERIOD}&basis=engaged&conversion=order&models=linear`);
    const [ann, bob] = [await world.send('ann'), await world.send('bob')];
    const click = (id: string, message: string) => ({ type: 'clicked', id, message, at: new Date().toISOString() });
    const counted = async () => {
      const { rows } = await world.asked(PERIOD, key, 'quality');
      return rows.find(({ cells }) => cells[0]?.value === 'clicks_without_consent')?.cells[1];
    };
    const said = async (id: string, message: string) => {
      expect(await world.report([click(id, message)])).toMatchObject([{ result: 'recorded' }]);
    };
    // The brand names no purpose: whoever reports clicks answers for them.
    await said('k0', ann);
    expect(await counted()).toEqual({ value: 0 });
    await put('/v1/brands/acme', { ...BRAND, tracking: { purpose: 'counting' } });
    await put('/v1/contacts/ann/consents', {
      ...{ channel: 'email', purpose: 'counting', kind: 'granted', wording: 'Count me.' },
      ...{ legalBasis: 'consent', method: 'web_form' },
    });
    const before = columnOf(await engaged(), 'touches')['email'];
    await said('k1', ann);
    await said('k2', bob);
    expect(columnOf(await engaged(), 'touches')['email']).toBe(Number(before) + 1);
    const cell = await counted();
    expect(cell).toMatchObject({ value: 1 });
    expect((await ask(cell?.link ?? '')).items).toMatchObject([{ kind: 'message', link: `/v1/messages/${bob}` }]);
  });

  it('is the same of the same instant, whoever is erased after it', async () => {
    const { api, key } = world;
    const { tx } = api.app.get(Database, { strict: false });
    // A link that others were sent as well leads on for reports; one that was theirs alone is in another row afterwards.
    for (const name of ['o1', 'o2', 'o3', 'o4', 'o5', 'ann', 'bob']) {
      await world.person(name, 'Acme');
      const id = await world.send(name);
      const addresses = [`https://acme.example/for/${name}`, ...(name === 'bob' ? [] : [`https://acme.example/guide?who=${name}`])]; // prettier-ignore
      await tx.execute`
        INSERT INTO sending.tracked_link (message_id, id, url) SELECT ${id}::uuid, gen_random_uuid(), unnest(${addresses}::text[])`;
    }
    const [sent = ''] = (
      await tx.sql<{ id: string }>`SELECT id FROM sending.message WHERE status = 'sent' ORDER BY id LIMIT 1`
    ).map(({ id }) => id);
    await world.report([
      { type: 'clicked', id: 'er-1', message: sent, at: new Date().toISOString() },
      { type: 'opened', id: 'er-2', message: sent, at: new Date().toISOString() },
    ]);
    const { brandId } = await tx.sql<{
      brandId: BrandId;
    }>`SELECT id AS "brandId" FROM consent.brand WHERE key = 'acme'`.then(([row]) => row ?? { brandId: '' as BrandId });
    await api.app.get(KeptMessagesService, { strict: false }).settle(brandId);
    // Checkpoints are signed by a worker, which there is none of here; instants are of whole milliseconds.
    const asOf = Date.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const catalog = api.app.get(ReportCatalog, { strict: false });
    const made = async (isPast: boolean) => {
      // An instant of the past is two minutes old at least.
      const { now: known } = systemClock;
      Object.assign(systemClock, { now: () => Date.now() + (isPast ? 180_000 : 0) });
      const tables: object[] = [];
      for (const [report, more] of reports) {
        const asked = Object.fromEntries(new URLSearchParams(`${PERIOD}&${more}`));
        const query = catalog.all.find((one) => one.key === report)?.query.parse({ ...asked, ...(isPast ? { asOf: new Date(asOf).toISOString() } : {}) }); // prettier-ignore
        // Made once more, and not as it was kept when it was first asked.
        const one = await catalog.make(report, { brandId, seesMessages: true }, query ?? {}, true);
        const { rows, total } = one.report;
        tables.push({ report, more, rows: report === 'links' ? null : rows, total });
      }
      Object.assign(systemClock, { now: known });
      return tables;
    };
    const [past, now] = [await made(true), await made(false)];
    for (const name of ['ann', 'bob', 'eve'])
      expect((await api.send('POST', `/v1/contacts/${name}/erasure`, { key, body: {} })).status).toBeLessThan(300);
    await api.app.get(KeptMessagesService, { strict: false }).settle(brandId);
    expect(await made(true)).toEqual(past);
    // To leave everything is what an erasure says, which is news of today; and scores of accounts fall as time goes by.
    const isNews = ({ report }: { report?: string }): boolean => report === 'consents' || report === 'accounts';
    expect((await made(false)).filter((one) => !isNews(one))).toEqual(now.filter((one) => !isNews(one)));
  }, 60_000);
});
