import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BrandId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { KeptTouchesService, MoneyService, type Report } from '#lib/reporting';
import { runs } from '../../../../test/support/runs.js';
import { everythingKept } from '../testing/everything-kept.js';
import { RunningApi } from '../testing/running-api.js';
import {
  ACCOUNTS,
  CAMPAIGNS,
  COMPANIES,
  CONTACTS,
  DAY,
  FIGURED,
  OF_CONTACTS,
  query,
  SAID_OF,
  START,
  step,
  type Step,
  STRANGERS,
  TEMPLATES,
  YEAR,
} from '../testing/touch-histories.js';
import { AttributionQuery, toMoneyQuery } from './catalog/money-query.js';
import { MONEY_REPORTS } from './catalog/money-reports.js';

describe('what is kept of touches', () => {
  let api: RunningApi;
  let database: Database;
  let brandId: BrandId;
  let key: string;
  let number = 0;
  /** What the people that the gateway knows are called by others. */
  const names: string[] = [];
  const messages: { id: string; contact: string; at: number; campaign: string | null; link: string }[] = [];
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
    for (const [i, sort] of ['whitepaper', 'video'].entries())
      await fact(
        'asset',
        sort,
        START,
        { name: sort, sort, pages: [`acme.example/${i + 1}`, `Acme.example/${i + 3}/`] },
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
    // Most people are of an account, and hear the same as others in it.
    for (const [i, contactId] of CONTACTS.slice(0, 8).entries())
      await database.tx.execute`
        INSERT INTO consent.contact_account (brand_id, contact_id, account_id) VALUES (${brandId}, ${contactId}, ${ACCOUNTS[i % 2]})`;
    // One account that nobody said anything of.
    for (const [i, accountId] of ACCOUNTS.slice(1).entries())
      await fact('account', accountId, START, { accountId, ...(i === 0 ? {} : { region: `region ${i % 2}` }) }, 1);
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
    more: {
      readonly channel: string;
      readonly campaign: string | null;
      readonly step?: string | null;
      readonly variant?: string | null;
      readonly link?: string | undefined;
    },
  ) {
    const event = more.link === undefined ? type : `link ${more.link}`;
    await database.tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, campaign_id, step, variant, template_id, test, event, bounce)
      VALUES (${message.id}, ${type}, ${new Date(message.at).toISOString()}, ${brandId}, ${message.contact}, ${more.channel},
              ${more.campaign}, ${more.step ?? null}, ${more.variant ?? null}, (SELECT template_id FROM sending.message WHERE id = ${message.id}), false, ${type === 'sent' ? '' : `${event} ${++number}`}, ${type === 'bounced' ? 'hard' : null})`;
  }

  /** Where a counted link of a message leads. */
  async function leads(message: string, link: string, url: string): Promise<void> {
    await database.tx
      .execute`INSERT INTO sending.tracked_link (message_id, id, url) VALUES (${message}, ${link}, ${url})`;
  }

  /** What a touch is of: most messages are there, and some are of a template that nobody knows. */
  async function said(
    message: { id: string; contact: string; at: number },
    channel: string,
    template: string,
  ): Promise<void> {
    const at = new Date(message.at).toISOString();
    await database.tx.execute`
      INSERT INTO sending.message (id, brand_id, contact_id, subject_id, channel, class, purpose_id, template_id, language, variables,
                                   policy_key, test, accepted_at, expires_at, status, ended_at, entry_ids)
      VALUES (${message.id}, ${brandId}, ${message.contact}, ${randomUUID()}, ${channel}, 'commercial', ${randomUUID()},
              ${template}, 'en', '{}', 'none', false, ${at}, ${at}, 'sent', ${at}, ARRAY[${randomUUID()}]::uuid[])`;
  }

  async function take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'sent': {
        // The same for all copies.
        const template = [...TEMPLATES, randomUUID()][++number % 3] ?? '';
        for (let i = 0; i < one.copies; i++) {
          const message = {
            id: randomUUID(),
            contact: CONTACTS[(one.contact + i) % CONTACTS.length] ?? '',
            ...{ at: one.at, campaign: one.campaign, link: randomUUID() },
          };
          messages.push(message);
          await leads(message.id, message.link, `https://www.Acme.example/${number % 5}/?to=${number}`);
          if (++number % 5 > 0) await said(message, one.channel, template);
          await touch(message, 'sent', one);
        }
        return;
      }
      case 'bounced':
      case 'clicked':
      case 'replied': {
        const message = messages[one.of % Math.max(1, messages.length)];
        if (message === undefined) return;
        const at = Math.min(message.at + one.after * 5 * DAY, Date.now());
        const link = one.kind === 'clicked' && one.of % 3 > 0 ? message.link : undefined;
        await touch({ ...message, at }, one.kind, { channel: 'email', campaign: message.campaign, link });
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
      case 'acts':
        await fact(
          'custom',
          `e${one.id}`,
          one.at,
          {
            ...(one.isOfAccount ? { accountId: ACCOUNTS[one.whose % 4] } : { contactId: CONTACTS[one.whose] }),
            name: 'An event',
            ...(one.action === null ? {} : { action: one.action }),
            ...(one.id % 3 === 0 ? {} : { about: `https://ACME.example/${one.id % 4}/?for=${one.id}` }),
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
          { lead: `l${one.lead}`, stage: 'mql', contactId: CONTACTS[one.contact], persona: `persona ${one.lead % 2}` },
          number,
        );
        return;
      case 'registration':
      case 'demo': {
        const action = one.kind === 'registration' ? { action: one.kind } : {};
        await fact(
          'custom',
          `c${++number}`,
          one.at,
          { name: one.kind, contactId: CONTACTS[one.contact], ...action },
          1,
        );
        return;
      }
      case 'won': {
        // Some are of a lead, and some of a person whose account counts.
        const whose = one.id === 4 ? { contactId: CONTACTS[0] } : { accountId: ACCOUNTS[one.account] };
        const of = one.id % 2 === 0 ? { ...whose, lead: `l${one.id}` } : whose;
        const roles = one.roles.map((contact) => ({
          contactId: CONTACTS[contact],
          role: contact % 3 === 0 ? 'user' : 'buyer',
        }));
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
    const { report, firstDay, days, zone, goal, segment, ...given } = asked;
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
      segment,
      window: '30' as const,
      campaign: undefined,
      of: 'event' as const,
      ...{ per: 'sort' as const, goal, silent: 1 + (days % 40) },
      asOf: undefined,
    };
    const wanted = {
      ...toMoneyQuery(parsed, report.by),
      ...(report.reads === undefined ? {} : { reads: report.reads(filters) }),
      ...(report.score === undefined
        ? {}
        : { score: report.score({ ...filters, fade: days % 2 === 0 ? 7 : undefined }) }),
      activity: report.activity ?? [],
      ...(report.kept === undefined ? {} : { figures: report.kept }),
    };
    const made = (asOf: number | null) =>
      service.report(
        report.key,
        { brandId, asOf, ...period },
        wanted,
        { asked: JSON.stringify({ ...asked, report: report.key }) },
        (data) => report.make(data, { ...filters, zone }),
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
    const [kept, whole] = await both({ report: attribution, lookback: '90', reset: 'false', ...YEAR });
    expect([kept, whole.includes('"email"')]).toEqual([whole, true]);
    // One account alone, again and again: what it does is seen at once.
    const [journeys] = OF_CONTACTS.filter(({ key: name }) => name === 'journeys');
    if (journeys === undefined) throw new Error('there are journeys');
    const message = { id: randomUUID(), contact: randomUUID(), at: Date.now() - 3 * DAY };
    const seen = new Set<string>();
    for (const type of ['sent', 'clicked', 'replied', 'bounced']) {
      await touch(message, type, { channel: 'sms', campaign: CAMPAIGNS[1]?.id ?? null });
      const asked = { report: journeys, lookback: '90', reset: 'false', ...YEAR, firstDay: -4, days: 6 } as const;
      const [told, ofAll] = await both({ ...asked, goal: 'click' });
      expect(told).toBe(ofAll);
      seen.add(told);
    }
    // A reply is no click, and what came back is no message that was sent.
    expect(seen.size).toBe(3);
    await sameToTwo();
    for (const contact of [0, 3, 6])
      await take({
        kind: 'sent',
        contact,
        at: Date.now() - 9 * DAY,
        channel: 'email',
        campaign: null,
        copies: 3,
        step: null,
        variant: 'a',
      });
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
      ...YEAR,
      by: 'content',
    });
    expect([ofContents, all.includes('letter-1'), all.includes('acme.example/')]).toEqual([all, true, true]);
    await threeMeetHalves();
    // Each figure that is kept of what people did says something here.
    const did: Step[] = [
      { kind: 'visit', id: 3, contact: 2, at: last, channel: 'fair', retracted: false },
      { kind: 'visit', id: 5, contact: 2, at: last + DAY, channel: 'fair', retracted: false },
    ];
    for (const [i, action] of ['submit', 'registration', 'attendance'].entries())
      did.push({ kind: 'acts', id: 4 + i, whose: 2, isOfAccount: false, at: last + 2 * DAY, action, retracted: false });
    for (const one of did) await take(one);
    const linked = { id: randomUUID(), contact: CONTACTS[2] ?? '', at: last + DAY };
    const link = randomUUID();
    await leads(linked.id, link, 'http://acme.example/3#top');
    await touch(linked, 'sent', { channel: 'email', campaign: null });
    await touch({ ...linked, at: last + 2 * DAY }, 'clicked', { channel: 'email', campaign: null, link });
    await take({
      kind: 'acts',
      id: 7,
      whose: 2,
      isOfAccount: false,
      at: last + 2 * DAY,
      action: 'download',
      retracted: false,
    });
    await take({ kind: 'won', id: 3, account: 0, at: last + 4 * DAY, amount: 77, roles: [2] });
    await take({ kind: 'stage', lead: 99, contact: 2, at: last + 3 * DAY });
    for (const figured of FIGURED) {
      const [told, expected] = await both({ report: figured, lookback: '90', reset: 'false', ...YEAR });
      expect(told).toBe(expected);
      const { columns, total } = JSON.parse(told) as Report;
      const isThere = (column: string): boolean => {
        const cell = total?.cells[columns.findIndex(({ key }) => key === column)];
        return cell !== undefined && 'value' in cell && Number(cell.value) > 0;
      };
      expect(SAID_OF[figured.key]?.filter((column) => !isThere(column))).toEqual([]);
    }
    await clickIsForgotten();
    await actsAlone();
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
    const before = await everythingKept(api, brandId);
    await keeper.rebuild(brandId);
    // Those with a touch in the future would be kept anew by the other way.
    await database.tx.execute`DELETE FROM reporting.touched`;
    expect(await everythingKept(api, brandId)).toEqual(before);
    expect(await keeper.differences(brandId)).toEqual([]);
    // Touches of the future wait, and while anybody does, nobody is counted.
    await database.tx.execute`DELETE FROM reporting.touched`;
    await database.tx.execute`
      UPDATE reporting.account_touches SET delivered = delivered || delivered WHERE brand_id = ${brandId} AND delivered <> ''`;
    await database.tx.execute`DELETE FROM reporting.touch_day WHERE brand_id = ${brandId} AND basis = 'engaged'`;
    await database.tx.execute`UPDATE reporting.account_acts SET acts = '[]' WHERE brand_id = ${brandId}`;
    await database.tx.execute`UPDATE reporting.account_path SET apart = '' WHERE brand_id = ${brandId}`;
    await database.tx.execute`DELETE FROM reporting.act_day WHERE brand_id = ${brandId} AND sort = 'open'`;
    const broken = (await keeper.differences(brandId)).map(({ what }) => what.split(' ').slice(0, 3).join(' '));
    expect(broken).toEqual([
      'accounts whose touches',
      'accounts whose last',
      'accounts whose acts',
      'days of acts',
      'engaged touches',
      'messages of journeys',
    ]);
  });

  /** Two people of an account that won something, and somebody else later, meet variants of a campaign that nobody else does. */
  async function threeMeetHalves() {
    const report = MONEY_REPORTS.find(({ key: name }) => name === 'variants');
    if (report === undefined) throw new Error('there are variants');
    const halves = randomUUID();
    await database.tx.execute`
      INSERT INTO sending.campaign (id, brand_id, key, name, policy_key, status) VALUES (${halves}, ${brandId}, 'halves', 'Halves', 'none', 'active')`;
    const people = [randomUUID(), randomUUID(), randomUUID()];
    for (const contactId of people.slice(0, 2))
      await database.tx.execute`
        INSERT INTO consent.contact_account (brand_id, contact_id, account_id) VALUES (${brandId}, ${contactId}, ${ACCOUNTS[2]})`;
    for (const [i, [days, variant]] of (
      [
        [35, 'a'],
        [34, 'b'],
        [9, 'b'],
      ] as const
    ).entries())
      // prettier-ignore
      await touch(
        { id: randomUUID(), contact: people[i] ?? '', at: Date.now() - days * DAY },
        'sent',
        { channel: 'email', campaign: halves, variant }, // prettier-ignore
      );
    const met = async (unit: 'account' | 'contact') => {
      const [told, expected] = await both({ report, lookback: '90', reset: 'false', ...YEAR, unit });
      expect(told).toBe(expected);
      const { columns, rows } = JSON.parse(told) as Report;
      const named = rows.map(({ cells }) =>
        Object.fromEntries(columns.map(({ key: name }, i) => [name, Object.values(cells[i] ?? {})[0]])),
      );
      return named
        .filter(({ campaign: of }) => of === 'halves')
        .map((row) => [...['variant', 'exposed', 'ripe'].map((name) => row[name]), Number(row['won']) > 0]);
    };
    // The account met a before it met b.
    expect(await met('account')).toEqual([['a', 1, 1, true], ['b', 1, 0, false]]); // prettier-ignore
    expect(await met('contact')).toEqual([['a', 1, 1, false], ['b', 2, 1, false]]); // prettier-ignore
  }

  /** Where a link led is forgotten, as it is with the person who was sent it. */
  async function clickIsForgotten() {
    const report = FIGURED.find(({ key: name }) => name === 'assets');
    if (report === undefined) throw new Error('there are contents');
    const message = {
      id: randomUUID(),
      contact: CONTACTS[CONTACTS.length - COMPANIES.length] ?? '',
      at: Date.now() - 3 * DAY,
    };
    const link = randomUUID();
    await fact('asset', 'blog', START, { name: 'blog', sort: 'blog', pages: ['acme.example/for-one'] }, 1);
    await said(message, 'email', TEMPLATES[0] ?? '');
    await leads(message.id, link, 'https://acme.example/for-one');
    await touch(message, 'sent', { channel: 'email', campaign: null });
    await touch({ ...message, at: message.at + 1 }, 'clicked', { channel: 'email', campaign: null, link });
    const clicks = async (): Promise<unknown> => {
      const [told, expected] = await both({ report, lookback: '90', reset: 'false', ...YEAR });
      expect(told).toBe(expected);
      const { rows } = JSON.parse(told) as Report;
      return rows.map(({ cells }) => Object.values(cells[2] ?? {})[0])[0];
    };
    expect(await clicks()).toBe(1);
    await database.tx.execute`DELETE FROM sending.tracked_link WHERE message_id = ${message.id}`;
    expect(await clicks()).toBe(0);
  }

  /** People whom nobody ever touched look at something, one after the other, and what the first did is taken back. */
  async function actsAlone() {
    const report = FIGURED.find(({ key: name }) => name === 'assets');
    if (report === undefined) throw new Error('there are contents');
    await fact('asset', 'guide', START, { name: 'guide', sort: 'guide', pages: ['acme.example/guide'] }, 1);
    const people = async (): Promise<unknown> => {
      const [told, expected] = await both({ report, lookback: '90', reset: 'false', ...YEAR });
      expect(told).toBe(expected);
      const { columns, rows } = JSON.parse(told) as Report;
      const named = rows.find(({ cells }) => Object.values(cells[0] ?? {})[0] === 'guide');
      return Object.values(named?.cells[columns.findIndex(({ key: name }) => name === 'people')] ?? {})[0];
    };
    const looks = (contactId: string, version: number, retracted = false) => {
      const body = { contactId, name: 'Looked', about: 'https://acme.example/guide' };
      return fact('custom', `alone ${contactId}`, Date.now() - DAY, body, version, retracted);
    };
    const [first, second] = [randomUUID(), randomUUID()];
    expect(await people()).toBe(0);
    await looks(first, 1);
    expect(await people()).toBe(1);
    await looks(second, 1);
    expect(await people()).toBe(2);
    await looks(first, 2, true);
    expect(await people()).toBe(1);
  }

  /** Two people of an account that won something hear the same within a day, and one of them something else afterwards. */
  async function sameToTwo() {
    const report = MONEY_REPORTS.find(({ key: name }) => name === 'paths');
    if (report === undefined) throw new Error('there are paths');
    const people = [randomUUID(), randomUUID()];
    for (const contactId of people)
      await database.tx.execute`
        INSERT INTO consent.contact_account (brand_id, contact_id, account_id) VALUES (${brandId}, ${contactId}, ${ACCOUNTS[2]})`;
    const asked = { report, lookback: '90', reset: 'false', ...YEAR, firstDay: -40, days: 45 } as const;
    const at = Date.now() - 25 * DAY;
    // Their ids are in another order than their times.
    const sent = [
      ['9', 0, 0, 'sms', 0],
      ['1', 1, 2, 'fair', 0],
      ['5', 0, 3, 'fair', 1],
    ] as const;
    for (const [letter, whose, hours, channel, template] of sent) {
      const id = `${letter.repeat(8)}${randomUUID().slice(8)}`;
      const message = { id, contact: people[whose] ?? '', at: at + hours * 3_600_000 };
      await said(message, channel, TEMPLATES[template] ?? '');
      for (const type of letter === '5' ? ['sent', 'bounced'] : ['sent']) {
        await touch(message, type, { channel, campaign: null });
        const [kept, whole] = await both({ ...asked, collapse: 'true' });
        expect(kept).toBe(whole);
      }
    }
    const [[together], [apart]] = [
      await both({ ...asked, collapse: 'true' }),
      await both({ ...asked, collapse: 'false' }),
    ];
    expect(together.replace('"collapse":"true"', '"collapse":"false"')).not.toBe(apart);
  }

  it('is read ahead by a process that starts, of brands whose reports are read', async () => {
    const keeper = api.app.get(KeptTouchesService, { strict: false });
    await keeper.rebuild(brandId);
    const [attribution] = MONEY_REPORTS;
    if (attribution === undefined) throw new Error('there are reports');
    const asked = { report: attribution, lookback: '90', reset: 'false', ...YEAR } as const;
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
      return [...new Set(brands)];
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
});
