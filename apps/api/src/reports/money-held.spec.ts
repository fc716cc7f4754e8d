import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { InvariantService, SnapshotService } from '#lib/reporting';
import { assignVariant } from '#lib/sending';
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
import type { RunningApi } from '../testing/running-api.js';
import { ReportCatalog } from './catalog/report-catalog.js';
import { MonthEnd } from './snapshots/month-end.js';

describe('what reports on money are asked, compared with and held to', () => {
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

  it('show weights that two people in two roles have agreed to, and none that fewer have', async () => {
    const set = {
      type: 'weight_set',
      id: 'agreed@1',
      at: ago(1),
      name: 'agreed',
      version: 1,
      weights: { fair: 3, cpc: 1 },
    };
    const signed = (id: string, role: string, name: string) => ({
      type: 'sign_off',
      id,
      at: ago(1),
      set: 'agreed@1',
      role,
      name,
    });
    const weighed = () => api.send('GET', `/v1/reports/attribution?${period}&weights=agreed@1&models=linear`, { key });
    expect((await weighed()).status).toBe(400);
    await report([set, signed('one', 'marketing', 'Anna')]);
    expect((await weighed()).text).toContain('Two different roles');
    await report([signed('two', 'sales', ' anna')]);
    expect((await weighed()).status).toBe(400);
    await report([signed('three', 'sales', 'Ben')]);
    // One key signs once, whatever roles and names it says.
    expect((await weighed()).text).toContain('each by a key of their own');
    const sales = await api.key({ brand: 'acme', scopes: ['events:write'] });
    await world.report([signed('four', 'sales', 'Ben')], sales);
    // Of cpc, fair and two mails that weigh nothing: a quarter and three.
    const answer = (await weighed()).json<ReportedTable>();
    expect(table(answer, 'agreed@1')).toEqual({ cpc: 2545, email: 0, fair: 7636, unattributed: 5000, total: 15_181 });
    // Whoever signed, signed what it was: the name and version never stand for other weights, under whatever id.
    const others = { ...set, weights: { fair: 1, cpc: 1 } };
    expect(
      await report([
        others,
        { ...others, id: 'again', name: 'Agreed' },
        { ...others, id: 'agreed@2', version: 2 },
        set,
      ]),
    ).toMatchObject([
      ...[1, 2].map(() => ({ result: 'refused', code: 'contradictory' })),
      ...[{ result: 'kept' }, { result: 'unchanged' }],
    ]);
    expect(table((await weighed()).json<ReportedTable>(), 'agreed@1')).toEqual(table(answer, 'agreed@1'));
  });

  it('say between which numbers a model lies, and which version of the models it was', async () => {
    // A second path, without which every draw is the same.
    await report([{ ...deal('d7', 100), account: 'Other' }]);
    const answer = await asked(`${period}&show=conversions&models=linear&intervals=true`);
    expect(answer).toMatchObject({ parameters: { modelVersion: 1, intervals: true } });
    const [low, linear, high] = ['interval_low', 'linear', 'interval_high'].map((one) =>
      Number(table(answer, one)['email']),
    );
    expect([Number(low) < Number(linear), Number(linear) < Number(high)]).toEqual([true, true]);
    expect(table(answer, 'interval_low').total).toBe('not_defined');
    expect(await asked(`${period}&show=conversions&models=linear&intervals=true`)).toMatchObject({ rows: answer.rows });
    const decay = await asked(`${period}&model=time_decay&intervals=true`);
    expect(table(decay, 'interval_low')['email']).toBe('not_defined');
    await report([{ type: 'retraction', id: 'd7', of: 'opportunity' }]);
  });

  it('lead from every amount to the touches that earned it, and from each of them to its ledger entry', async () => {
    interface Touch {
      readonly value: number;
      readonly message: string | null;
      readonly entry: string | null;
      readonly conversionEntry: string | null;
      readonly conversion: string;
    }
    for (const [path, column, amount] of [
      ['attribution', 'linear', 10_181],
      ['models', 'highest', 10_181],
      ['campaigns', 'revenue', 10_181],
      ['acquisition', 'attributed', 10_181],
      ['revenue', 'influenced', 10_181],
      ['paths', 'revenue', 10_181],
    ] as const) {
      const { columns, rows, total } = await asked(period, key, path);
      const place = columns.findIndex((one) => one.key === column);
      // What no touch led to is made of conversions alone; figures.spec walks those.
      const links = [...rows, ...(total === null ? [] : [total])]
        .flatMap(({ cells }) => cells[place]?.link ?? [])
        .filter((link) => link.includes('/touches?'));
      expect([path, links.length > 0]).toEqual([path, true]);
      for (const link of links) {
        const { items } = (await api.send('GET', link, { key })).json<{ items: Touch[] }>();
        const conversions = new Map(items.map(({ conversion, value }) => [conversion, value]));
        expect([path, [...conversions.values()].reduce((sum, value) => sum + value, 0)]).toEqual([path, amount]);
        for (const { message, entry, conversionEntry } of items.slice(0, 4)) {
          for (const ledger of [message ?? entry, conversionEntry])
            expect([path, (await api.send('GET', ledger ?? '/none', { key })).status]).toEqual([path, 200]);
        }
      }
    }
    const { entry } =
      (await api.send('GET', `/v1/reports/attribution/touches?${period}&name=cpc`, { key })).json<{ items: Touch[] }>()
        .items[0] ?? {};
    // The facts of the world came in with one request, and are one entry, which commits to all of them.
    const [batch] = await api.app.get(Database, { strict: false }).tx.sql<{ facts: number; digest: string }>`
      SELECT count(*) AS facts, reporting.digest_of_facts(entry_id) AS digest FROM reporting.fact
       WHERE entry_id = ${entry?.split('/').at(-1)}::uuid GROUP BY entry_id`;
    expect(batch).toMatchObject({ facts: 23, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('lead from each figure of messages and of variants to as many messages as it counts', async () => {
    const [message] = (await api.send('GET', '/v1/reports/exits/messages?standing=sent&limit=1', { key })).json<{
      items: { id: string }[];
    }>().items;
    const at = new Date().toISOString();
    await report([
      { type: 'opened', id: 'seen-1', message: message?.id, at },
      { type: 'opened', id: 'seen-2', message: message?.id, at, automated: true },
      { type: 'clicked', id: 'seen-3', message: message?.id, at },
      { type: 'delivered', id: 'seen-4', message: message?.id, at },
    ]);
    const followed: string[] = [];
    for (const [path, query] of [
      ['email', 'by=topic'],
      ['email', 'by=subject'],
      ['channels', ''],
      ['content', ''],
    ] as const) {
      const { columns, rows, total } = await asked(`${period}&${query}`, key, path);
      for (const { cells } of [...rows, total])
        for (const [i, { value, link }] of cells.entries()) {
          // Rates follow from these; figures.spec walks them.
          if (link === undefined || link.includes('/figure?')) continue;
          const { items } = (await api.send('GET', `${link}&limit=500`, { key })).json<{ items: object[] }>();
          expect([path, columns[i]?.key, items.length]).toEqual([path, columns[i]?.key, value]);
          followed.push(`${path} ${columns[i]?.key}`);
        }
    }
    expect(new Set(followed)).toEqual(
      new Set([
        ...['accepted', 'sent', 'delivered', 'arrived', 'opened', 'clicked'].map((one) => `email ${one}`),
        ...['accepted', 'sent', 'delivered'].map((one) => `channels ${one}`),
        ...['sent', 'arrived', 'opened', 'clicked'].map((one) => `content ${one}`),
      ]),
    );
  });

  it('lead from pipeline, won and lost deals, the funnel and accounts to deals and touches, and from those to the ledger', async () => {
    interface Item {
      readonly value?: number | null;
      readonly entry: string | null;
      readonly message?: string | null;
    }
    const listed = async (link: string | undefined) => {
      const { items } = (await api.send('GET', `${link}&limit=500`, { key })).json<{ items: Item[] }>();
      for (const { entry, message } of items.slice(0, 3))
        expect([link, (await api.send('GET', entry ?? message ?? '/none', { key })).status]).toEqual([link, 200]);
      return items;
    };
    const followed: string[] = [];
    for (const [path, query] of [
      ['sales', ''],
      ['funnel', 'of=event'],
      ['accounts', ''],
    ] as const) {
      const { columns, rows, total } = await asked(`${period}&${query}`, key, path);
      for (const { cells } of [...rows, ...(total === null ? [] : [total])])
        for (const [i, { value, link }] of cells.entries()) {
          if (link === undefined || link.includes('/figure?')) continue;
          // An account has people and a score by its touches.
          if (['contacts', 'score'].includes(columns[i]?.key ?? '')) continue;
          const items = await listed(link);
          const isMoney = ['pipeline', 'revenue', 'value'].includes(columns[i]?.key ?? '');
          const found = isMoney ? items.reduce((sum, one) => sum + (one.value ?? 0), 0) : items.length;
          expect([path, columns[i]?.key, found]).toEqual([path, columns[i]?.key, value]);
          followed.push(`${path} ${columns[i]?.key}`);
        }
    }
    expect(new Set(followed)).toEqual(
      new Set([
        ...['pipeline', 'won', 'revenue', 'lost'].map((one) => `sales ${one}`),
        ...['reached', 'value'].map((one) => `funnel ${one}`),
        'accounts touches',
      ]),
    );
  });

  it('say the same whether everybody’s touches are read or those of who converted alone', async () => {
    const all = await asked(`${period}&by=campaign&models=linear`);
    const some = await asked(`${period}&model=linear`, key, 'campaigns');
    const { total: _a, ...touches } = table(all, 'touches');
    const { total: _b, ...counted } = table(some, 'touches');
    expect(counted).toEqual(touches);
    expect(table(some, 'revenue')).toEqual(table(all, 'linear'));
    // Eve has not converted: her visits count, and lead to nothing.
    expect(Number(table(await asked(period), 'touches')['fair'])).toBe(2);
    const byMarkov = await asked(`${period}&model=markov_1`, key, 'campaigns');
    expect(table(byMarkov, 'revenue')).toEqual(table(await asked(`${period}&by=campaign&models=markov_1`), 'markov_1'));
  });

  it('tell revenue by persona and by who buys', async () => {
    const stage = { type: 'stage', at: ago(35), lead: 'l1', stage: 'mql', contact: 'ann', campaign: 'spring' };
    const roles = [
      { contact: 'bob', role: 'buyer' },
      { contact: 'ann', role: 'user' },
    ];
    await report([
      { ...stage, id: 's1', persona: 'Engineer' },
      { ...deal('d1', 10_001), lead: 'l1', roles },
    ]);
    const by = async (segment: string) => table(await asked(`${period}&segment=${segment}`, key, 'revenue'), 'revenue');
    expect(await by('persona')).toEqual({ '': 5180, Engineer: 10_001, total: 15_181 });
    expect(await by('buyerRole')).toEqual({ '': 5180, 'buyer + user': 10_001, total: 15_181 });
    // What one role is credited is what the report on segments has in its row, to the cent; and so are its touches.
    const segments = table(await asked(`${period}&segment=buyerRole`, key, 'segments'), 'revenue');
    for (const [role, revenue] of [
      ['buyer', 10_001],
      ['user', 10_001],
      ['', 5180],
      ['nobody', 0],
    ] as const) {
      // prettier-ignore
      const part = await asked(`${period}&models=linear&within=buyerRole&is=${role}`);
      expect([role, table(part, 'linear').total]).toEqual([role, revenue]);
      expect([role, segments[role] ?? 0]).toEqual([role, revenue]);
      const credited = part.rows.flatMap(({ cells }) => {
        const cell = cells.find(({ link }) => link?.includes('model=linear'));
        return cell?.link === undefined ? [] : [{ link: cell.link, value: Number(cell.value) }];
      });
      expect([role, credited.length > 0]).toEqual([role, role !== 'nobody']);
      for (const { link, value } of credited) {
        const answer = await api.send('GET', link, { key });
        const { items } = answer.json<{ items: { credit: number }[] }>();
        expect([link, items.reduce((sum, { credit }) => sum + credit, 0)]).toEqual([link, value]);
      }
    }
    await report([
      { ...stage, id: 's1' },
      { ...deal('d1', 10_001), lead: 'l1' },
    ]);
  });

  it('say the same to the byte when the same facts came in another order', async () => {
    const facts = [
      ...[1, 2, 3].map((n) =>
        visit(`x${n}`, n === 3 ? 'kim' : 'lee', 40 - n, { channel: n === 2 ? 'fair' : 'cpc', campaign: 'spring' }),
      ),
      { type: 'stage', id: 'xs', at: ago(35), lead: 'xl', stage: 'mql', contact: 'kim', campaign: 'spring' },
      { ...deal('xa', 1001), account: 'Acme', lead: 'xl' },
      { ...deal('xb', 77), account: 'Solo' },
      { type: 'cost', id: 'xc', category: 'ad_spend', from: day(9), to: day(0), value: eur(1000), channel: 'cpc' },
      { type: 'account', id: 'Acme', industry: 'Steel', region: 'North' },
    ];
    const told: string[][] = [];
    for (const [name, given, people] of [
      ['ordered', facts, ['lee', 'kim']],
      ['shuffled', facts.toReversed(), ['kim', 'lee']],
    ] as const) {
      const other = await api.brand(name);
      for (const one of people) {
        const contactPoints = [{ channel: 'email', address: `${one}@people.example` }];
        await api.send('PUT', `/v1/contacts/${one}`, { key: other, body: { account: 'Acme', contactPoints } });
      }
      // One by one, so that they are recorded in this order.
      for (const fact of given) expect(await world.report([fact], other)).toMatchObject([{ result: 'kept' }]);
      const texts = [];
      for (const path of [
        'attribution',
        'models',
        'campaigns',
        'funnel',
        'acquisition',
        'revenue',
        'sales',
        'paths',
        'accounts',
        'quality',
      ]) {
        const { rows, total, notes } = await asked(period, other, path);
        // Ids of accounts are of their brand.
        texts.push(
          JSON.stringify({ path, rows, total, notes }).replaceAll(/(account=|row=|"id":")[0-9a-f-]{36}/g, '$1'),
        );
      }
      told.push(texts);
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[0]?.[0]).toContain('1001');
  });

  it('are kept when a month is closed, and what is corrected later shows as a difference', async () => {
    const database = api.app.get(Database, { strict: false });
    const monthEnd = api.app.get(MonthEnd, { strict: false });
    // Nobody closes a month in which the brand was not there.
    expect(await monthEnd.closeDue()).toBe(0);
    // In the month before the last that a day ago was over.
    await database.tx.execute`
      UPDATE consent.brand SET created_at = date_trunc('month', now() - interval '1 day') - interval '45 days' WHERE key = 'acme'`;
    const due = (await api.app.get(SnapshotService, { strict: false }).due()).map((one) => one.month);
    expect([due.length, due]).toEqual([2, due.toSorted()]);
    expect([await monthEnd.closeDue(), await monthEnd.closeDue()]).toEqual([2, 0]);
    const list = await asked('', key, 'snapshots');
    const month = String(due[1]);
    expect(new Set(list.rows.map(({ cells }) => cells[0]?.value))).toEqual(new Set(due));
    const reports = list.rows.filter(({ cells }) => cells[0]?.value === month).map(({ cells }) => cells[1]?.value);
    expect(reports).toEqual(
      api.app
        .get(ReportCatalog, { strict: false })
        .all.map((one) => one.key)
        .filter((one) => one !== 'snapshots')
        .sort(),
    );
    // Each month is one entry of the ledger, which commits to all of its reports.
    const links = [...new Set(list.rows.map(({ cells }) => `${cells[0]?.value} ${cells[4]?.link}`))];
    expect(links).toHaveLength(2);
    for (const link of links) {
      const [closed = '', path = ''] = link.split(' ');
      const entry = (await api.send('GET', path, { key })).json<{ leaf: string }>();
      const digests = list.rows
        .filter(({ cells }) => cells[0]?.value === closed)
        .map(({ cells }) => `${cells[1]?.value} ${cells[4]?.value}`);
      const root = createHash('sha256').update(digests.join('\n')).digest('hex');
      expect(JSON.parse(entry.leaf)).toMatchObject({ t: 'reports.closed', cnt: digests.length, root });
      // Whoever holds the bytes needs nothing else to show that they are those that were closed.
      for (const line of digests) {
        const [name = '', digest] = line.split(' ');
        const answer = await api.send('GET', `/v1/reports/snapshots/kept?month=${closed}&report=${name}`, { key });
        expect([name, createHash('sha256').update(answer.text).digest('hex')]).toEqual([name, digest]);
        expect(answer.json<{ key: string }>().key).toBe(name);
      }
    }
    const of = (report: string, more = '') => asked(`month=${month}&report=${report}${more}`, key, 'snapshots');
    expect((await of('revenue')).rows).toEqual([]);
    expect((await api.send('GET', `/v1/reports/sales?asOf=${ago(1)}`, { key })).status).toBe(200);
    const kept = await of('revenue', '&show=kept');
    const won = { ...deal('before', 4200), at: `${month}-02T00:00:00Z`, closedAt: `${month}-03T12:00:00Z` };
    await report([won]);
    const changed = await of('revenue');
    expect(changed.rows.map(({ cells }) => cells.map(({ value }) => value))).toContainEqual([
      'North',
      'revenue',
      '',
      '42.00 EUR',
      '+42.00 EUR',
    ]);
    expect(changed.rows.map(({ cells }) => cells.map(({ value }) => value))).toContainEqual([
      '',
      'revenue',
      '0.00 EUR',
      '42.00 EUR',
      '+42.00 EUR',
    ]);
    expect(await of('revenue', '&show=kept')).toEqual(kept);
    await expect(database.tx.execute`DELETE FROM reporting.snapshot`).rejects.toThrow();
    await report([{ type: 'retraction', id: 'before', of: 'opportunity' }]);
    expect((await of('revenue')).rows).toEqual([]);
    expect((await api.send('GET', `/v1/reports/snapshots?month=1999-01&report=revenue`, { key })).status).toBe(404);
    const bytesOf = (query: string, by = key) => api.send('GET', `/v1/reports/snapshots/kept?${query}`, { key: by });
    expect((await bytesOf('month=1999-01&report=revenue')).status).toBe(404);
    expect((await bytesOf('report=revenue')).status).toBe(400);
    const reader = await api.key({ brand: 'acme', scopes: ['reports:read'] });
    expect((await bytesOf(`month=${month}&report=revenue`, reader)).status).toBe(403);
    expect((await bytesOf(`month=${month}&report=revenue`, await api.brand('kept-of-others'))).status).toBe(404);
    // What is listed of a month is about that month.
    const listed = (await api.send('GET', '/v1/reports/snapshots?month=2024-02&zone=Etc/UTC', { key })).json<object>();
    expect(listed).toMatchObject({ period: { from: '2024-02-01T00:00:00.000Z', to: '2024-03-01T00:00:00.000Z' } });
  });

  it('compare variants by those who first met them, and show none of few people to whoever may not see single ones', async () => {
    await api.send('PUT', '/v1/campaigns/spring', { key, body: { name: 'Spring', policy: 'default' } });
    for (const [name, variant] of [
      ['ann', 'a'],
      ['bob', 'b'],
      ['eve', 'b'],
    ] as const)
      await world.send(name, { campaign: 'spring', variant });
    const of = async (query: string) =>
      (await asked(`${period}&${query}`, key, 'variants')).rows.map(({ cells }) =>
        cells.slice(0, 5).map(({ value }) => value),
      );
    // Bob is of the account that met variant a through Ann.
    expect(await of('unit=account')).toEqual([
      ['a', 'spring', 1, 0, 1],
      ['b', 'spring', 1, 0, 1],
    ]);
    expect(await of('unit=contact&campaign=spring')).toEqual([
      ['a', 'spring', 1, 0, 1],
      ['b', 'spring', 2, 0, 2],
    ]);
    expect(await of('campaign=winter')).toEqual([]);
    const { rows: arms } = await asked(`${period}&unit=contact&campaign=spring`, key, 'variants');
    for (const { cells } of arms) {
      const { items } = (await api.send('GET', cells[2]?.link ?? '', { key })).json<{ items: object[] }>();
      expect(items).toHaveLength(Number(cells[2]?.value));
    }
    const reader = await api.key({ brand: 'acme', scopes: ['reports:read'] });
    const few = await asked(`${period}&unit=contact`, reader, 'variants');
    expect(few.rows.map(({ cells }) => cells[0]?.value)).toEqual(['…']);
  });

  it('compare variants with whom their experiment left alone, by what became of them too', async () => {
    await api.send('PUT', '/v1/campaigns/autumn', { key, body: { name: 'Autumn', policy: 'default' } });
    // Whom a share spares depends on the key of the experiment.
    const say = async (name: string, isAlone: boolean): Promise<void> => {
      const arms = [{ variant: 'a', template: 'news', weight: 1 }];
      const isLeft = (of: string): boolean => assignVariant({ key: of, holdout: 0.5, arms }, name) === 'holdout';
      const found = Array.from({ length: 64 }, (_, n) => `autumn-${n}`).find((one) => isLeft(one) === isAlone);
      const experiment = { key: found, holdoutPercent: 50, arms };
      await world.send(name, { template: undefined, campaign: 'autumn', experiment });
    };
    await say('ann', true);
    await say('bob', false);
    await say('eve', true);
    const of = async (query: string) =>
      (await asked(`${period}&campaign=autumn&${query}`, key, 'variants')).rows.map(({ cells }) =>
        cells.slice(0, 5).map(({ value }) => value),
      );
    expect(await of('unit=contact')).toEqual([
      ['holdout', 'autumn', 2, 0, 2],
      ['a', 'autumn', 1, 0, 1],
    ]);
    // The account of Ann and Bob was left alone before Bob was sent anything.
    expect(await of('unit=account')).toEqual([['holdout', 'autumn', 2, 0, 2]]);
    const { rows: arms } = await asked(`${period}&unit=contact&campaign=autumn`, key, 'variants');
    for (const { cells } of arms) {
      const { items } = (await api.send('GET', cells[2]?.link ?? '', { key })).json<{ items: object[] }>();
      expect(items).toHaveLength(Number(cells[2]?.value));
    }
  });

  it('add up, checked by another way, and say so when something does not', async () => {
    const invariants = api.app.get(InvariantService, { strict: false });
    const database = api.app.get(Database, { strict: false });
    const ledger = api.app.get(LedgerService, { strict: false });
    const check = async () =>
      (await invariants.check((tx, ids) => ledger.disclosures(tx, ids))).map(({ what, expected, found }) => [
        what,
        expected,
        found,
      ]);
    const [message = ''] = (
      await database.tx.sql<{ id: string }>`SELECT id FROM sending.message WHERE status = 'sent' ORDER BY id LIMIT 1`
    ).map(({ id }) => id);
    await report([
      { type: 'clicked', id: 'click-1', message, at: new Date().toISOString() },
      { type: 'replied', id: 'reply-1', message, at: new Date().toISOString() },
    ]);
    expect(await check()).toEqual([]);
    // Behind the product's back: a message is sent that the log knows nothing of, and that touched nobody.
    await database.tx.execute`
      INSERT INTO sending.message (id, brand_id, contact_id, subject_id, channel, class, purpose_id, template_id, language, variables,
             policy_key, test, accepted_at, expires_at, status, ended_at, entry_ids)
      SELECT gen_random_uuid(), brand_id, contact_id, subject_id, channel, class, purpose_id, template_id, language, variables,
             policy_key, test, accepted_at, expires_at, 'sent', ended_at, ARRAY[gen_random_uuid()]
        FROM sending.message WHERE status = 'sent' LIMIT 1`;
    await database.tx.execute`
      INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by, entry_id)
      SELECT brand_id, 'cost', 'forged', 1, at, false, body, recorded_by, entry_id FROM reporting.fact WHERE external_id = 'c1'`;
    expect(await check()).toEqual([
      ['facts that are not as the log says', 0, 1],
      ['messages whose first or last entry the log does not have', 0, 1],
      ['messages sent without exactly one touch', 0, 1],
    ]);
    // Whoever owns the database moves touches and ends, and takes facts from their entry.
    const admin = new pg.Client({ connectionString: api.database.urls.admin });
    await admin.connect();
    try {
      for (const one of ['sending.touch', 'sending.message', 'reporting.fact', 'reporting.snapshot'])
        await admin.query(`ALTER TABLE ${one} DISABLE TRIGGER USER`);
      const tampered = async (sql: string) => {
        await admin.query(sql);
        return (await check()).filter(
          ([what]) => !String(what).includes('entry the log') && !String(what).includes('exactly'),
        );
      };
      const forged = ['facts that are not as the log says', 0, 1];
      const moved = ['accounts whose touches are not kept as the log has them', 0, 1];
      expect(await tampered(`UPDATE sending.touch SET at = at - interval '1 day' WHERE event = 'click-1'`)).toEqual([
        forged,
        ['touches that are not as their entries disclose', 0, 1],
        moved,
      ]);
      expect(await tampered(`UPDATE sending.touch SET type = 'opened' WHERE event = 'reply-1'`)).toEqual([
        forged,
        ['touches that are not as the log says', 0, 1],
        ['touches that are not as their entries disclose', 0, 1],
        moved,
        ['engaged touches', 6, 7],
        ['messages that are counted otherwise than the log has them', 0, 1],
      ]);
      expect(
        await tampered(
          `UPDATE sending.touch SET at = at - interval '1 day' WHERE type = 'sent' AND message_id = '${message}'`,
        ),
      ).toContainEqual(['touches that are not as the log says', 0, 2]);
      expect(
        await tampered(`UPDATE sending.message SET ended_at = ended_at - interval '1 day' WHERE id = '${message}'`),
      ).toContainEqual(['messages that ended otherwise than the log says', 0, 1]);
      expect(await tampered(`UPDATE reporting.fact SET entry_id = NULL WHERE external_id = 'forged'`)).toContainEqual([
        'facts without an entry in the log',
        0,
        1,
      ]);
      expect(
        await tampered(
          `UPDATE reporting.snapshot SET body = body || ' ' WHERE report = 'sales' AND month = (SELECT max(month) FROM reporting.snapshot)`,
        ),
      ).toContainEqual(['closed months that are not as the log says', 0, 1]);
      expect(await tampered(`UPDATE reporting.fact SET entry_id = NULL WHERE kind = 'sign_off'`)).toContainEqual([
        'facts that are not as the log says',
        0,
        expect.any(Number),
      ]);
    } finally {
      await admin.end();
    }
  });
});
