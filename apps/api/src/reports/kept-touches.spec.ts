import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BrandId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { KeptTouchesService, MoneyService, type Report } from '#lib/reporting';
import { runs } from '../../../../test/support/runs.js';
import { RunningApi } from '../testing/running-api.js';
import { AttributionQuery, toMoneyQuery } from './catalog/money-query.js';
import { MONEY_REPORTS } from './catalog/money-reports.js';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
/** The last three are people that the gateway knows, one of a company each; who is erased or merged makes room for another. */
const CONTACTS: string[] = Array.from({ length: 12 }, () => randomUUID());
const COMPANIES = ['north', 'south', 'north'];
/** The last one is that of a company. */
const ACCOUNTS: string[] = Array.from({ length: 4 }, () => randomUUID());
const CAMPAIGNS = ['spring', 'autumn'].map((key) => ({ id: randomUUID(), key }));

const STRANGERS = Array.from({ length: 6 }, () => randomUUID());
const TEMPLATES = [randomUUID(), randomUUID()];
const contact = fc.nat(CONTACTS.length - 1);
const account = fc.nat(ACCOUNTS.length - 1);
const person = fc.nat(COMPANIES.length - 1);
/** Milliseconds ago; a little of the future. Few instants, so that many touches share one. */
const when = fc.integer({ min: -4, max: 400 }).map((quarters) => Date.now() - quarters * 900_000 * 20);
const channel = fc.constantFrom('email', 'sms', 'fair');
const campaign = fc.constantFrom(null, ...CAMPAIGNS.map(({ id }) => id));

type Step =
  | { kind: 'sent'; contact: number; at: number; channel: string; campaign: string | null; copies: number }
  | { kind: 'bounced' | 'clicked'; of: number }
  | { kind: 'visit'; id: number; contact: number; at: number; channel: string; retracted: boolean }
  | { kind: 'moves'; contact: number; account: number | null }
  | { kind: 'erased'; person: number }
  | { kind: 'merged'; person: number }
  | { kind: 'stage'; lead: number; contact: number; at: number }
  | { kind: 'won'; id: number; account: number; at: number; amount: number; roles: number[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('sent' as const),
      ...{ contact, at: when, channel, campaign, copies: fc.integer({ min: 1, max: 3 }) },
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('bounced', 'clicked'), of: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('visit' as const),
      ...{ id: fc.nat(5), contact, at: when, channel, retracted: fc.boolean() },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('moves' as const), contact, account: fc.option(account) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('erased', 'merged'), person }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('stage' as const), lead: fc.nat(6), contact, at: when }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('won' as const),
      ...{ id: fc.nat(4), account, at: when, amount: fc.nat(10_000), roles: fc.uniqueArray(contact, { maxLength: 2 }) },
    }),
  },
);

const query = fc.record({
  report: fc.constantFrom(...MONEY_REPORTS),
  by: fc.constantFrom('channel', 'campaign', 'topic', 'content'),
  basis: fc.constantFrom('delivered', 'engaged'),
  unit: fc.constantFrom('account', 'account', 'contact'),
  lookback: fc.constantFrom('90', '90', '30'),
  reset: fc.constantFrom('true', 'false'),
  zone: fc.constantFrom('Etc/UTC', 'America/New_York', 'Asia/Kathmandu'),
  firstDay: fc.integer({ min: -90, max: -1 }),
  days: fc.integer({ min: 1, max: 95 }),
});

describe('what is kept of touches', () => {
  let api: RunningApi;
  let database: Database;
  let brandId: BrandId;
  let key: string;
  let number = 0;
  /** What the people that the gateway knows are called by others. */
  const names: string[] = [];
  const messages: { id: string; contact: string; at: number }[] = [];
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    database = api.app.get(Database, { strict: false });
    const [brand] = await database.tx.sql<{ id: BrandId }>`SELECT id FROM consent.brand WHERE key = 'acme'`;
    brandId = brand?.id ?? ('' as BrandId);
    for (const { id, key } of CAMPAIGNS)
      await database.tx.execute`
        INSERT INTO sending.campaign (id, brand_id, key, name, policy_key, status) VALUES (${id}, ${brandId}, ${key}, ${key}, 'none', 'active')`;
    for (const [i, id] of TEMPLATES.entries())
      await database.tx.execute`
        INSERT INTO sending.template (id, brand_id, key, version, channel, class, default_language, contents, hash)
        VALUES (${id}, ${brandId}, ${`letter-${i}`}, 1, 'email', 'commercial', 'en', '{}', ${Buffer.alloc(32, i)})`;
    await fact(
      'tariff',
      't1',
      START,
      { channel: 'email', from: '2020-01-01', perThousand: { amount: 1500, currency: 'EUR' } },
      1,
    );
    for (const place of COMPANIES.keys()) await comes(place);
    const [north] = await database.tx.sql<{ id: string }>`SELECT consent.account_id(${brandId}::uuid, 'north') AS id`;
    ACCOUNTS[3] = north?.id ?? '';
    // Whatever happens to an account is to show, so each has won something.
    for (const account of ACCOUNTS.keys())
      await take({
        kind: 'won',
        id: 10 + account,
        account,
        at: Date.now() - 20 * DAY,
        amount: 700 + account,
        roles: [],
      });
    // One account that nobody said anything of.
    for (const accountId of ACCOUNTS.slice(1)) await fact('account', accountId, START, { accountId }, 1);
  }, 60_000);
  afterAll(() => api.stop());

  async function fact(kind: string, id: string, at: number, body: object, version: number, retracted = false) {
    await database.tx.execute`
      INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
      VALUES (${brandId}, ${kind}, ${id}, ${version}, ${new Date(at).toISOString()}, ${retracted},
              ${JSON.stringify({ kind, ...body })}::jsonb, 'spec')`;
  }

  /** Somebody takes a place among the people that the gateway knows. */
  async function comes(place: number): Promise<void> {
    const name = `p${++number}`;
    const { status } = await api.send('PUT', `/v1/contacts/${name}`, { key, body: { account: COMPANIES[place] } });
    expect(status).toBe(201);
    const [row] = await database.tx.sql<{ id: string }>`SELECT id FROM consent.contact WHERE external_id = ${name}`;
    names[place] = name;
    CONTACTS[CONTACTS.length - COMPANIES.length + place] = row?.id ?? '';
  }

  async function touch(
    message: { id: string; contact: string; at: number },
    type: string,
    more: { channel: string; campaign: string | null },
  ) {
    await database.tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, campaign_id, test, event, bounce)
      VALUES (${message.id}, ${type}, ${new Date(message.at).toISOString()}, ${brandId}, ${message.contact}, ${more.channel},
              ${more.campaign}, false, ${type === 'sent' ? '' : `${type} ${++number}`}, ${type === 'bounced' ? 'hard' : null})`;
  }

  /** What a touch is of: most messages are there, and some are of a template that nobody knows. */
  async function said(message: { id: string; contact: string; at: number }, channel: string): Promise<void> {
    const at = new Date(message.at).toISOString();
    await database.tx.execute`
      INSERT INTO sending.message (id, brand_id, contact_id, subject_id, channel, class, purpose_id, template_id, language, variables,
                                   policy_key, test, accepted_at, expires_at, status, ended_at, entry_ids)
      VALUES (${message.id}, ${brandId}, ${message.contact}, ${randomUUID()}, ${channel}, 'commercial', ${randomUUID()},
              ${[...TEMPLATES, randomUUID()][++number % 3] ?? ''}, 'en', '{}', 'none', false, ${at}, ${at}, 'sent', ${at}, ARRAY[${randomUUID()}]::uuid[])`;
  }

  async function take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'sent':
        for (let i = 0; i < one.copies; i++) {
          const message = {
            id: randomUUID(),
            contact: CONTACTS[(one.contact + i) % CONTACTS.length] ?? '',
            at: one.at,
          };
          messages.push(message);
          if (++number % 5 > 0) await said(message, one.channel);
          await touch(message, 'sent', one);
        }
        return;
      case 'bounced':
      case 'clicked': {
        const message = messages[one.of % Math.max(1, messages.length)];
        if (message !== undefined) await touch(message, one.kind, { channel: 'email', campaign: null });
        return;
      }
      case 'visit':
        await fact(
          'visit',
          `v${one.id}`,
          one.at,
          {
            contactId: CONTACTS[one.contact],
            channel: one.channel,
            ...(one.id % 2 === 0 ? {} : { page: `acme.example/${one.id}` }),
          },
          ++number,
          one.retracted,
        );
        return;
      case 'moves':
        await database.tx.execute`
          INSERT INTO consent.contact_account (brand_id, contact_id, account_id) VALUES (${brandId}, ${CONTACTS[one.contact]}, ${one.account === null ? null : ACCOUNTS[one.account]})`;
        return;
      case 'erased':
      case 'merged': {
        const gone = names[one.person];
        const into = names[(one.person + 1) % COMPANIES.length];
        const done =
          one.kind === 'erased'
            ? await api.send('POST', `/v1/contacts/${gone}/erasure`, { key, body: {} })
            : await api.send('POST', `/v1/contacts/${into}/merge`, { key, body: { from: gone } });
        expect([200, 201]).toContain(done.status);
        await comes(one.person);
        return;
      }
      case 'stage':
        await fact(
          'stage',
          `s${++number % 8}`,
          one.at,
          { lead: `l${one.lead}`, stage: 'mql', contactId: CONTACTS[one.contact] },
          number,
        );
        return;
      case 'won': {
        // Some are of a lead, and some of a person whose account counts.
        const whose = one.id === 4 ? { contactId: CONTACTS[0] } : { accountId: ACCOUNTS[one.account] };
        const of = one.id % 2 === 0 ? { ...whose, lead: `l${one.id}` } : whose;
        const roles = one.roles.map((contact) => ({ contactId: CONTACTS[contact], role: 'buyer' }));
        const value = { amount: one.amount, currency: 'EUR' };
        const body = { status: 'won', closedAt: one.at, ...of, value, roles };
        await fact('opportunity', `d${one.id}`, one.at - 5 * DAY, body, ++number);
      }
    }
  }

  /** The bytes of a report about now, and those of the same about the same instant, made from all touches. */
  async function both(
    asked: typeof query extends fc.Arbitrary<infer Q> ? Q : never,
    service = api.app.get(MoneyService, { strict: false }),
  ): Promise<[string, string]> {
    const { report, firstDay, days, zone, ...given } = asked;
    const from = Math.floor(Date.now() / DAY + firstDay) * DAY;
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    // Days of zones begin at quarters of an hour.
    const shift = { 'Etc/UTC': 0, 'America/New_York': 5 * 3_600_000, 'Asia/Kathmandu': -20_700_000 }[zone];
    const period = {
      from: from + shift,
      to: from + shift + days * DAY,
      zone,
      days: { from: day(from), to: day(from + (days - 1) * DAY) },
    };
    const parsed = AttributionQuery.parse(given);
    const filters = {
      ...parsed,
      segment: 'region' as const,
      window: '30' as const,
      campaign: undefined,
      of: 'event' as const,
      ...{ per: 'sort' as const, goal: 'won' as const, silent: 90 },
      asOf: undefined,
    };
    const wanted = {
      ...toMoneyQuery(parsed, report.by),
      ...(report.reads === undefined ? {} : { reads: report.reads(filters) }),
    };
    const made = (asOf: number | null) =>
      service.report(
        report.key,
        { brandId, asOf, ...period },
        wanted,
        { asked: JSON.stringify({ ...asked, report: report.key }) },
        (data) => report.make(data, filters),
      );
    const now = await made(null);
    const told = ({ columns, rows, total }: Report): string =>
      // Links of the past say of when they are.
      JSON.stringify({ ...asked, report: report.key, columns, rows, total }).replaceAll(/asOf=[^&"]+&/g, '');
    return [told(now), told(await made(now.dataThrough))];
  }

  it('says the same to the byte as all touches do, whatever comes late, is corrected, bounces or moves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.array(query, { minLength: 3, maxLength: 3 }),
        async (steps, queries) => {
          for (const one of steps) await take(one);
          for (const asked of queries) {
            const [kept, whole] = await both(asked);
            expect(kept).toBe(whole);
          }
        },
      ),
      { numRuns: runs(60), endOnFailure: true },
    );
    const [attribution] = MONEY_REPORTS;
    if (attribution === undefined) throw new Error('there are reports');
    const year = {
      firstDay: -90,
      days: 92,
      zone: 'Etc/UTC',
      by: 'channel',
      basis: 'delivered',
      unit: 'account',
    } as const;
    const [kept, whole] = await both({ report: attribution, lookback: '90', reset: 'false', ...year });
    expect([kept, whole.includes('"email"')]).toEqual([whole, true]);
    for (const contact of [0, 3, 6])
      await take({ kind: 'sent', contact, at: Date.now() - 9 * DAY, channel: 'email', campaign: null, copies: 3 });
    await take({ kind: 'visit', id: 1, contact: 0, at: Date.now() - 9 * DAY, channel: 'fair', retracted: false });
    // Nothing came of them, and their paths end where the look-back of the last touch begins.
    const last = Math.floor(Date.now() / DAY - 80) * DAY;
    for (const [i, ageMs] of [0, 60 * DAY, 90 * DAY, 90 * DAY + 1].entries())
      for (const [one, contactId] of STRANGERS.entries())
        await fact(
          'visit',
          `stranger ${one} ${i}`,
          last - ageMs,
          { contactId, channel: 'fair', page: i === 2 ? 'letter-1' : `acme.example/${i}` },
          1,
        );
    const [ofContents, all] = await both({
      report: attribution,
      lookback: '90',
      reset: 'false',
      ...year,
      by: 'content',
    });
    expect([ofContents, all.includes('letter-1'), all.includes('acme.example/')]).toEqual([all, true, true]);
    // Processes that accept messages in the same millisecond give them ids that begin alike; then the rest is the order.
    for (let i = 0; i < 8; i++) {
      const message = {
        id: `01900000-0000-7000-8000-00000000000${8 - i}`,
        contact: CONTACTS[i < 4 ? 9 : 11] ?? '',
        at: START,
      };
      await touch(message, 'sent', { channel: 'email', campaign: CAMPAIGNS[i % 2]?.id ?? null });
    }
    for (const [id, channel] of Object.entries({ w2: 'fair', w1: 'sms' }))
      await fact('visit', id, START, { contactId: CONTACTS[10], channel }, 1);
    const keeper = api.app.get(KeptTouchesService, { strict: false });
    const before = await everythingKept();
    await keeper.rebuild(brandId);
    // Those with a touch in the future would be kept anew by the other way.
    await database.tx.execute`DELETE FROM reporting.touched`;
    expect(await everythingKept()).toEqual(before);
    expect(await keeper.differences(brandId)).toEqual([]);
    // Touches of the future wait, and while anybody does, nobody is counted.
    await database.tx.execute`DELETE FROM reporting.touched`;
    await database.tx.execute`
      UPDATE reporting.account_touches SET delivered = delivered || delivered WHERE brand_id = ${brandId} AND delivered <> ''`;
    await database.tx.execute`DELETE FROM reporting.touch_day WHERE brand_id = ${brandId} AND basis = 'engaged'`;
    expect((await keeper.differences(brandId)).map(({ what }) => what.split(' ')[0])).toEqual(['accounts', 'engaged']);
  });

  it('is read ahead by a process that starts, of brands whose reports are read', async () => {
    const keeper = api.app.get(KeptTouchesService, { strict: false });
    await keeper.rebuild(brandId);
    const [attribution] = MONEY_REPORTS;
    if (attribution === undefined) throw new Error('there are reports');
    const asked = {
      report: attribution,
      lookback: '90',
      reset: 'false',
      firstDay: -90,
      days: 92,
      zone: 'Etc/UTC',
      by: 'channel',
      basis: 'delivered',
      unit: 'account',
    } as const;
    const { current } = keeper;
    const brands: BrandId[] = [];
    /** Of which brands a process that starts reads what is kept. */
    const readAhead = async () => {
      const service = new MoneyService(database, keeper);
      brands.length = 0;
      keeper.current = (brand, work) => (brands.push(brand), current.call(keeper, brand, work) as never);
      await service.warm(new AbortController().signal).finally(() => Reflect.deleteProperty(keeper, 'current'));
      const [found, expected] = await both(asked, service);
      expect(found).toBe(expected);
      return [...brands];
    };
    const hours = (ago: number) => database.tx.execute`
      UPDATE reporting.kept_touches SET asked_at = now() - ${ago} * interval '1 hour' WHERE brand_id = ${brandId}`;
    await both(asked);
    expect(await readAhead()).toEqual([brandId]);
    await hours(8 * 24);
    expect(await readAhead()).toEqual([]);
    // Whoever reads a report has it read ahead from then on.
    await both(asked, new MoneyService(database, new KeptTouchesService(database)));
    expect(await readAhead()).toEqual([brandId]);
  });

  async function everythingKept(): Promise<object> {
    await api.app.get(KeptTouchesService, { strict: false }).settle(brandId);
    const { tx } = database;
    return {
      accounts: await tx.sql`SELECT account_id, contacts, delivered, engaged FROM reporting.account_touches
                       WHERE delivered <> '' OR engaged <> '' ORDER BY account_id`,
      paths:
        await tx.sql`SELECT account_id, basis, last_at, channel, campaign, topic FROM reporting.account_path ORDER BY account_id, basis`,
      days: await tx.sql`SELECT basis, day, name, quarters FROM reporting.touch_day WHERE quarters <> '' ORDER BY basis, day, name`,
    };
  }
});
