import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import pg from 'pg';
import type { MessageId } from '#lib/kernel';
import { Database, tzdb } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { LONG } from '../../../../test/support/form.js';
import { ConsentTrendService } from '../consents/consent-trend.service.js';
import { DeliveryService } from '../deliveries/delivery.service.js';
import { instantsOf } from '../domain/days.js';
import type { Report } from '../domain/report.js';
import { ExitService } from '../exits/exit.service.js';
import { LinkService } from '../links/link.service.js';
import { ReportingModule } from '../reporting.module.js';
import { KeptMessagesService } from './kept-message.service.js';
import { HOUR, QUARTER } from './domain/message-hours.js';

const CAMPAIGNS = [null, randomUUID(), randomUUID()];
const DAYS = { from: '2026-01-01', to: '2026-12-31' };

let gateway: Gateway;
let admin: pg.Client;
let keeper: KeptMessagesService;
beforeAll(async () => {
  gateway = await Gateway.start({}, [ReportingModule]);
  keeper = gateway.get(KeptMessagesService);
  admin = new pg.Client({ connectionString: gateway.database.urls.admin });
  await admin.connect();
  await gateway.contact('p');
  for (const [i, id] of CAMPAIGNS.entries())
    if (id !== null)
      await admin.query(
        `INSERT INTO sending.campaign (id, brand_id, key, name, status, policy_key) VALUES ($1, $2, $3, 'C', 'active', 'default')`,
        [id, gateway.brandId, `campaign-${i}`],
      );
}, 120_000);
afterAll(async () => {
  await admin.end();
  await gateway.stop();
});

/** Messages that the steps below wrote. */
const written: MessageId[] = [];
const anyOf = (n: number): MessageId => written[n % written.length] ?? ('' as MessageId);

/** What happens to messages, as the pipeline and whoever reports on them write it. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('accept' as const), many: fc.integer({ min: 1, max: 4 }), campaign: fc.constantFrom(...CAMPAIGNS), variant: fc.constantFrom(null, 'a'), channel: fc.constantFrom('email', 'sms'), test: fc.constantFrom(false, false, false, true), minutes: fc.oneof(fc.integer({ min: 0, max: 3 * 24 * 60 }), fc.integer({ min: 1081, max: 1096 })), end: fc.constantFrom(null, 'dropped', 'sent', 'sent'), links: fc.integer({ min: 0, max: 3 }), ways: fc.boolean() }) }, // prettier-ignore
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), of: fc.nat(), status: fc.constantFrom('sent', 'sent', 'failed', 'unknown', 'dropped') }) }, // prettier-ignore
  { weight: 4, arbitrary: fc.record({ do: fc.constant('touch' as const), of: fc.nat(), type: fc.constantFrom('delivered', 'bounced', 'complained', 'opened', 'clicked', 'replied'), automated: fc.boolean(), untracked: fc.boolean(), link: fc.nat({ max: 3 }) }) }, // prettier-ignore
  fc.record({
    do: fc.constant('say' as const),
    of: fc.nat(),
    kind: fc.constantFrom('withdrawn', 'granted'),
    effective: fc.boolean(),
  }),
  fc.record({ do: fc.constant('forget' as const), of: fc.nat(), keepsAddress: fc.boolean() }),
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constant('rebuild' as const) }),
);

type Drawn = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** `ways`: those that are accepted together are ways to say the same. */
type Step = Drawn extends infer S
  ? S extends { ways: boolean }
    ? Omit<S, 'ways' | 'variant'> & { ways?: boolean; variant: string | null }
    : S
  : never;

async function take(one: Step): Promise<void> {
  const { brandId } = gateway;
  if (one.do === 'settle' || one.do === 'rebuild') return keeper[one.do](brandId);
  if (one.do === 'accept') {
    const ids = Array.from({ length: one.many }, () => randomUUID());
    const at = Math.floor(Date.now() / HOUR) * HOUR - one.minutes * 60_000;
    const own = ids.map((id) => `${at.toString(16).padStart(12, '0').replace(/^(.{8})/, '$1-')}-7${id.slice(15)}`); // prettier-ignore
    written.push(...(own as MessageId[]));
    for (let i = 0; i < one.links; i++)
      await admin.query(
        `INSERT INTO sending.tracked_link (message_id, id, url) SELECT id, md5(id || '${i}')::uuid, $2 FROM unnest($1::uuid[]) AS id`,
        [own, `https://example.com/${i % 2}?for=${i}`],
      );
    await admin.query(
      `INSERT INTO sending.message (id, brand_id, contact_id, subject_id, channel, class, purpose_id, topic_id, campaign_id, step, variant,
         template_id, language, variables, policy_key, test, accepted_at, expires_at, status, reason, due_at, ended_at, attempt, entry_ids,
         choice_id, choice_rank)
       SELECT m, $2, md5('p')::uuid, md5('p')::uuid, $3, 'commercial', t.purpose_id, t.id, $4, 's', $5, c.id, 'en', '{}', 'default', $6, $7::timestamptz,
              now(), coalesce($8, 'queued'), CASE $8 WHEN 'dropped' THEN 'no_consent' WHEN 'sent' THEN NULL ELSE 'quiet_hours' END,
              CASE WHEN $8 IS NULL THEN now() END, CASE WHEN $8 IS NOT NULL THEN now() END, 0, ARRAY[m],
              CASE WHEN $9 THEN md5($1::text)::uuid END, CASE WHEN $9 THEN n END
         FROM unnest($1::uuid[]) WITH ORDINALITY AS own(m, n) CROSS JOIN (SELECT * FROM consent.topic LIMIT 1) t CROSS JOIN (SELECT * FROM sending.template LIMIT 1) c`,
      [
        own,
        brandId,
        one.channel,
        one.campaign,
        one.variant,
        one.test,
        new Date(at).toISOString(),
        one.end,
        one.ways === true,
      ],
    );
    return;
  }
  if (written.length === 0) return;
  const id = anyOf(one.of);
  switch (one.do) {
    case 'end':
      await admin.query(
        `UPDATE sending.message SET status = $2, reason = CASE $2 WHEN 'sent' THEN NULL ELSE 'cancelled' END, due_at = NULL, ended_at = now()
          WHERE id = $1 AND ended_at IS NULL`,
        [id, one.status],
      );
      return;
    case 'touch':
      await admin.query(
        `INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event, automated, untracked, bounce)
         SELECT id, $2, now(), brand_id, contact_id, channel, test, $4, $3, $5 AND $2 IN ('opened', 'clicked'), CASE $2 WHEN 'bounced' THEN CASE WHEN $3 THEN 'hard' ELSE 'soft' END END
           FROM sending.message WHERE id = $1`,
        [
          id,
          one.type,
          one.automated,
          one.type === 'clicked' && one.link < 3
            ? `link ${(await admin.query<{ id: string }>(`SELECT md5($1 || '${one.link}')::uuid AS id`, [id])).rows[0]?.id} ${randomUUID()}`
            : randomUUID(),
          one.untracked,
        ],
      );
      return;
    case 'say':
      await admin.query(
        `INSERT INTO consent.consent_event (id, brand_id, contact_point_id, purpose_id, kind, legal_basis, method, actor, occurred_at,
                                            recorded_at, effective, entry_id, message_id)
         SELECT gen_random_uuid(), q.brand_id, q.id, p.id, $2, 'consent', 'spec', 'spec', now(), now(), $3, gen_random_uuid(), $1
           FROM consent.contact_point q CROSS JOIN consent.purpose p LIMIT 1`,
        [id, one.kind, one.effective],
      );
      return;
    default:
      // As an erasure does it: the digest of a link that was followed stays, of any other it goes.
      await admin.query(
        `WITH gone AS (DELETE FROM sending.tracked_link WHERE message_id = $1 RETURNING message_id, id, url)
         INSERT INTO sending.tracked_link (message_id, id, url, address)
         SELECT message_id, CASE WHEN $2 THEN id ELSE gen_random_uuid() END, NULL, CASE WHEN $2 THEN split_part(url, '?', 1) END FROM gone`,
        [id, one.keepsAddress],
      );
  }
}

/** One link was followed by a person, the other by a machine. */
const TWO_LINKS: Step[] = [
  {
    do: 'accept',
    many: 1,
    campaign: null,
    variant: null,
    channel: 'email',
    test: false,
    minutes: 9,
    end: 'sent',
    links: 2,
  },
  { do: 'touch', of: 0, type: 'clicked', automated: false, untracked: false, link: 0 },
  { do: 'touch', of: 0, type: 'clicked', automated: true, untracked: false, link: 1 },
];

/** In the first hour of a day of Kathmandu, which begins at 18:15 UTC: one for a reader and one for a test, neither sent. */
function unsentAfterMidnight(): Step[] {
  const minutes = (Math.floor(Date.now() / HOUR) * 60 - (18 * 60 + 20)) % (24 * 60);
  const dropped = { do: 'accept', many: 1, campaign: null, variant: null, channel: 'email', minutes, end: 'dropped', links: 0 } as const; // prettier-ignore
  return [{ ...dropped, test: false }, { ...dropped, test: true, many: 2 }, { do: 'settle' }];
}

/** The bytes of every report on messages, from what is kept or from the log. */
async function reports(
  kept: Pick<KeptMessagesService, 'read' | 'ended'>,
  campaign: string | undefined,
): Promise<string[]> {
  const database = gateway.get(Database);
  const to = Math.floor(Date.now() / HOUR) * HOUR + HOUR;
  const periods = [{ from: to - 96 * HOUR, to }, { from: to - 50 * HOUR + QUARTER, to: to - 20 * HOUR + 3 * QUARTER }]; // prettier-ignore
  const made: Report[] = [];
  for (const period of periods) {
    const asked = { brandId: gateway.brandId, ...period, zone: 'Europe/Berlin', asOf: null };
    for (const test of [false, true]) {
      const filters = { campaign, path: undefined, step: undefined, channel: undefined, messages: test ? 'test' : 'live' } as const; // prettier-ignore
      const place = campaign === undefined ? {} : { campaign: campaign === '' ? null : campaign };
      const { report } = await new ExitService(database, kept).report(asked, { test, ...place }, { ...filters, days: DAYS }); // prettier-ignore
      made.push(report);
      for (const key of ['email', 'channels', 'content'] as const)
        for (const by of ['topic', 'subject'] as const)
          made.push(await new DeliveryService(database, kept).report(key, asked, { by, campaign, messages: filters.messages, days: DAYS })); // prettier-ignore
    }
    made.push(await new LinkService(database, kept).report(asked, { campaign, days: DAYS }));
  }
  const trend = new ConsentTrendService(database, kept, { said: () => Promise.resolve(null) });
  const whole = { channel: undefined, purpose: undefined, topic: undefined, value: undefined, currency: 'EUR' };
  // Days of the second zone begin between two hours.
  for (const [zone, stretch] of [
    ['Europe/Berlin', 'month'],
    ['Asia/Kathmandu', 'day'],
  ] as const) {
    // prettier-ignore
    const clock = tzdb.zone(zone);
    const day = (ago: number): string => DateTime.fromMillis(to, { zone }).minus({ days: ago }).toISODate() ?? '';
    const days = { from: day(4), to: day(0) };
    const instants = clock === null ? null : instantsOf(days, clock);
    if (instants === null) throw new Error(`no days of ${zone}`);
    const asked = { brandId: gateway.brandId, ...instants, zone, asOf: null };
    for (const own of [{ by: 'topic' }, { by: 'channel', topic: 'newsletter' }, { by: 'all', channel: 'sms' }] as const)
      made.push((await trend.report(asked, days, { ...whole, ...own, stretch })).report);
  }
  return made.map((report) => JSON.stringify({ ...report, dataThrough: 0 }));
}

const log = { read: () => Promise.resolve(null), ended: () => Promise.resolve(null) };

describe('what is kept of messages', () => {
  it('makes the same bytes as the log of messages, whatever happens to them and whenever it is counted', async () => {
    await keeper.settle(gateway.brandId);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
        for (const one of steps) await take(one);
        for (const campaign of [undefined, compared % 2 === 0 ? '' : 'campaign-1']) {
          const [kept, whole] = [await reports(keeper, campaign), await reports(log, campaign)];
          expect(kept).toEqual(whole);
          compared += kept.filter((report) => !report.includes('"rows":[]')).length;
        }
        expect(await keeper.differences(gateway.brandId)).toEqual([]);
      }),
      { numRuns: LONG ? 4 : 3, seed: 20_261_127, endOnFailure: true, examples: [[TWO_LINKS], [unsentAfterMidnight()]] },
    );
    // Not of nothing.
    expect(compared).toBeGreaterThan(LONG ? 60 : 45);
  }, 120_000);

  it('says who was reached by another message of the same request, from what is kept and from the log', async () => {
    const rest = { do: 'accept', campaign: CAMPAIGNS[2] ?? null, variant: 'reached', channel: 'sms', test: false, minutes: 5, links: 0, ways: true } as const; // prettier-ignore
    const kinds = [['kept', keeper], ['log', log]] as const; // prettier-ignore
    const to = Math.floor(Date.now() / HOUR) * HOUR + HOUR;
    const figures = async (asOf: number | null = null) =>
      Promise.all(
        kinds.map(async ([, kept]) => {
          const asked = { brandId: gateway.brandId, from: to - 4 * HOUR, to, zone: 'Etc/UTC', asOf };
          const filters = {
            campaign: undefined,
            path: 'reached',
            step: undefined,
            channel: undefined,
            messages: undefined,
          };
          const service = new ExitService(gateway.get(Database), kept);
          const { report } = await service.report(asked, { test: false, path: 'reached' }, { ...filters, days: DAYS });
          const at = (key: string) => report.columns.findIndex((column) => column.key === key);
          return ['exit', 'reached_otherwise', 'lost'].map((key) => {
            const cell = report.total?.cells[at(key)];
            return cell !== undefined && 'value' in cell ? cell.value : null;
          });
        }),
      );
    const twice = (...one: (number | null)[]) => [one, one];
    // One way is refused, the other waits.
    await take({ ...rest, many: 2, end: null });
    const [first, second] = [written.length - 2, written.length - 1];
    await take({ do: 'end', of: first, status: 'dropped' });
    await take({ do: 'settle' });
    expect(await figures()).toEqual(twice(1, null, 1));
    // It is sent: counted before it is settled, and after.
    await take({ do: 'end', of: second, status: 'sent' });
    expect(await figures()).toEqual(twice(1, 1, 0));
    await take({ do: 'settle' });
    expect(await figures()).toEqual(twice(1, 1, 0));
    // A request of which every way was refused, and one message alone, are lost.
    await take({ ...rest, many: 2, end: 'dropped' });
    await take({ ...rest, many: 1, end: 'dropped', ways: false });
    expect(await figures()).toEqual(twice(4, 1, 3));
    const before = Date.now();
    // It comes back: nobody was reached.
    await take({ do: 'touch', of: second, type: 'bounced', automated: false, untracked: false, link: 0 });
    expect(await figures()).toEqual(twice(4, null, 4));
    expect(await figures(before)).toEqual(twice(4, 1, 3));
    await take({ do: 'settle' });
    expect(await figures()).toEqual(twice(4, null, 4));
    expect(await keeper.differences(gateway.brandId)).toEqual([]);
  });

  it('counts nobody who refused to be counted, in any report', async () => {
    const before = await Promise.all([reports(keeper, undefined), reports(log, undefined)]);
    await take({ do: 'accept', many: 1, campaign: null, variant: null, channel: 'email', test: false, minutes: 5, end: 'sent', links: 1 }); // prettier-ignore
    const of = written.length - 1;
    const sent = await Promise.all([reports(keeper, undefined), reports(log, undefined)]);
    expect(sent).not.toEqual(before);
    for (const type of ['opened', 'clicked'] as const) {
      await take({ do: 'touch', of, type, automated: false, untracked: true, link: 0 });
      await take({ do: 'touch', of, type, automated: true, untracked: true, link: 0 });
    }
    await keeper.settle(gateway.brandId);
    expect(await Promise.all([reports(keeper, undefined), reports(log, undefined)])).toEqual(sent);
    await take({ do: 'touch', of, type: 'clicked', automated: false, untracked: false, link: 0 });
    expect(await Promise.all([reports(keeper, undefined), reports(log, undefined)])).not.toEqual(sent);
  });

  it('forgets an address that no link leads to any more', async () => {
    await take({ do: 'accept', many: 1, campaign: null, variant: null, channel: 'email', test: false, minutes: 5, end: 'sent', links: 0 }); // prettier-ignore
    const id = anyOf(written.length - 1);
    const own = 'https://shop.example/for/somebody';
    await admin.query(`INSERT INTO sending.tracked_link (message_id, id, url) VALUES ($1, gen_random_uuid(), $2)`, [id, own]); // prettier-ignore
    await keeper.settle(gateway.brandId);
    const cells = async () =>
      (await admin.query(`SELECT FROM reporting.message_cell WHERE led = hashtextextended($1, 0)`, [own])).rowCount;
    expect(await cells()).toBe(1);
    await admin.query(`DELETE FROM sending.tracked_link WHERE message_id = $1`, [id]);
    await keeper.settle(gateway.brandId);
    expect(await cells()).toBe(0);
  });

  it('is read from the log where too much waits, and differs from it when somebody meddles', async () => {
    const { brandId } = gateway;
    const period = { brandId, from: 0, to: Math.floor(Date.now() / HOUR) * HOUR + HOUR };
    const read = () => gateway.get(Database).snapshot((tx) => keeper.read(tx, period));
    expect(await read()).not.toBeNull();
    expect(await gateway.get(Database).snapshot((tx) => keeper.read(tx, { ...period, from: 1 }))).toBeNull();
    await admin.query(`INSERT INTO reporting.message_told (brand_id, messages) SELECT $1, array_agg(gen_random_uuid()) FROM generate_series(1, 20001)`, [brandId]); // prettier-ignore
    expect(await read()).toBeNull();
    await keeper.settle(brandId);
    expect(await read()).not.toBeNull();
    await admin.query(`ALTER TABLE sending.message DISABLE TRIGGER USER`);
    await admin.query(`ALTER TABLE sending.touch DISABLE TRIGGER USER`);
    await take({ do: 'accept', many: 1, campaign: null, variant: null, channel: 'email', test: false, minutes: 5, end: 'sent', links: 0 }); // prettier-ignore
    await take({ do: 'touch', of: 0, type: 'replied', automated: false, untracked: false, link: 0 });
    await admin.query(`ALTER TABLE sending.message ENABLE TRIGGER USER`);
    await admin.query(`ALTER TABLE sending.touch ENABLE TRIGGER USER`);
    const found = (await keeper.differences(brandId)).map(({ what }) => what);
    expect(found).toContain('messages that are kept as sent');
    await keeper.rebuild(brandId);
    expect(await keeper.differences(brandId)).toEqual([]);
  });
});
