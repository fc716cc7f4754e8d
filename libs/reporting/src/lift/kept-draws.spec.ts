import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { Database } from '#lib/platform';
import { LONG } from '../../../../test/support/form.js';
import { Gateway } from '../../../../test/support/gateway.js';
import { HOUR, QUARTER } from '../kept-messages/domain/message-hours.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { ReportingModule } from '../reporting.module.js';
import { LiftService } from './lift.service.js';

const SEGMENTS = ['', 'a', 'B', 'ä', 'it’s'];

let gateway: Gateway;
let admin: pg.Client;
let keeper: KeptMessagesService;
beforeAll(async () => {
  gateway = await Gateway.start({}, [ReportingModule]);
  keeper = gateway.get(KeptMessagesService);
  admin = new pg.Client({ connectionString: gateway.database.urls.admin });
  await admin.connect();
  await gateway.contact('p');
}, 120_000);
afterAll(async () => {
  await admin.end();
  await gateway.stop();
});

/** Messages that came of draws. */
const written: string[] = [];

/** What happens to draws: their messages end one after the other, and people answer sooner or later, as the pipeline writes it. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('draw' as const), what: fc.constantFrom('channel', 'time'), many: fc.integer({ min: 1, max: 3 }), goal: fc.constantFrom('clicked', 'opened'), segment: fc.constantFrom(...SEGMENTS), control: fc.constantFrom(null, true, false, false), test: fc.constantFrom(false, false, false, true), minutes: fc.oneof(fc.integer({ min: 0, max: 6 * 24 * 60 }), fc.integer({ min: 72 * 60 - 30, max: 74 * 60 })), ends: fc.array(fc.constantFrom(null, 'sent', 'sent', 'holdout', 'dropped'), { minLength: 3, maxLength: 3 }) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), of: fc.nat(), reason: fc.constantFrom(null, null, 'holdout', 'cancelled') }) }, // prettier-ignore
  { weight: 5, arbitrary: fc.record({ do: fc.constant('touch' as const), of: fc.nat(), type: fc.constantFrom('opened', 'clicked', 'clicked', 'delivered'), automated: fc.constantFrom(false, false, true), untracked: fc.constantFrom(false, false, true), later: fc.constantFrom(-5, 0, 3_599.999, 3_600, 5_000, 86_400, 86_399, 721 * 3_600) }) }, // prettier-ignore
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constant('rebuild' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(one: Step): Promise<void> {
  const { brandId } = gateway;
  if (one.do === 'settle' || one.do === 'rebuild') return keeper[one.do](brandId);
  if (one.do === 'draw') {
    const many = one.what === 'time' ? 1 : one.many;
    const at = Math.floor(Date.now() / HOUR) * HOUR - one.minutes * 60_000;
    const own = Array.from({ length: many }, () => `${at.toString(16).padStart(12, '0').replace(/^(.{8})/, '$1-')}-7${randomUUID().slice(15)}`); // prettier-ignore
    const [draw, accepted] = [randomUUID(), new Date(at).toISOString()];
    written.push(...own);
    await admin.query('BEGIN');
    await admin.query(
      one.what === 'channel'
        ? `INSERT INTO sending.choice (id, brand_id, strategy, goal, segment, chosen_rank, created_at, control) VALUES ($1, $2, 'best', $3, $4, 0, $5, $6)`
        : `INSERT INTO sending.best_time (message_id, brand_id, channel, goal, segment, part, created_at, control) VALUES ($1, $2, 'email', $3, $4, 1, $5, $6)`,
      [one.what === 'channel' ? draw : own[0], brandId, one.goal, one.segment, accepted, one.control],
    );
    await admin.query(
      `INSERT INTO sending.message (id, brand_id, contact_id, subject_id, channel, class, purpose_id, topic_id, template_id, language, variables,
         policy_key, test, accepted_at, expires_at, status, reason, due_at, ended_at, attempt, entry_ids, choice_id, choice_rank)
       SELECT m.id, $2, md5('p')::uuid, md5('p')::uuid, 'email', 'commercial', t.purpose_id, t.id, c.id, 'en', '{}',
              'default', $3, $4::timestamptz, now(), CASE WHEN s.e IS NULL THEN 'queued' WHEN s.e = 'sent' THEN 'sent' ELSE 'dropped' END,
              CASE WHEN s.e = 'sent' THEN NULL WHEN s.e = 'holdout' THEN 'holdout' WHEN s.e IS NULL THEN 'quiet_hours' ELSE 'no_consent' END,
              CASE WHEN s.e IS NULL THEN now() END, CASE WHEN s.e IS NOT NULL THEN $4::timestamptz + interval '5 minutes' END, 0, ARRAY[m.id], $5,
              CASE WHEN $5::uuid IS NOT NULL THEN m.n - 1 END
         FROM unnest($1::uuid[]) WITH ORDINALITY AS m (id, n) CROSS JOIN LATERAL (SELECT ($6::text[])[m.n] AS e) AS s
        CROSS JOIN (SELECT * FROM consent.topic LIMIT 1) t CROSS JOIN (SELECT * FROM sending.template LIMIT 1) c`,
      [own, brandId, one.test, accepted, one.what === 'channel' ? draw : null, one.ends],
    );
    await admin.query('COMMIT');
    return;
  }
  const id = written[one.of % written.length];
  if (id === undefined) return;
  if (one.do === 'end')
    await admin.query(
      `UPDATE sending.message SET status = CASE WHEN $2::text IS NULL THEN 'sent' ELSE 'dropped' END, reason = $2, due_at = NULL,
              ended_at = accepted_at + interval '7 minutes'
        WHERE id = $1 AND ended_at IS NULL`,
      [id, one.reason],
    );
  else
    await admin.query(
      `INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event, automated, untracked)
       SELECT id, $2, coalesce(ended_at, accepted_at) + make_interval(secs => $3), brand_id, contact_id, channel, test, gen_random_uuid(),
              $4, $5 AND $2 IN ('opened', 'clicked')
         FROM sending.message WHERE id = $1`,
      [id, one.type, one.later, one.automated, one.untracked],
    );
}

/** The bytes of the report in all its forms, from what is kept or from the log. */
async function lifts(kept: Pick<KeptMessagesService, 'draws'>): Promise<string[]> {
  const lift = new LiftService(gateway.get(Database), kept);
  const to = Math.floor(Date.now() / HOUR) * HOUR + HOUR;
  const made: string[] = [];
  for (const period of [
    { from: to - 200 * HOUR, to },
    { from: to - 100 * HOUR + QUARTER, to: to - 30 * HOUR },
    { from: to - 60 * HOUR, to },
    { from: to - 200 * HOUR, to: to - 110 * HOUR },
  ])
    // prettier-ignore
    for (const withinHours of [1, 2, 24, 720])
      for (const by of ['all', 'segment'] as const) {
        const asked = { brandId: gateway.brandId, ...period, zone: 'Europe/Berlin', asOf: null };
        const report = await lift.report(asked, { by, withinHours });
        made.push(JSON.stringify({ ...report, dataThrough: 0 }));
      }
  return made;
}

/** Both at one time: again where a draw grew old enough meanwhile. */
async function both(): Promise<{ readonly kept: string[]; readonly whole: string[] }> {
  for (;;) {
    const [before, kept, whole] = [await lifts(log), await lifts(keeper), await lifts(log)];
    if (JSON.stringify(before) === JSON.stringify(whole)) return { kept, whole };
  }
}

/** Draws from some minutes before to some minutes after what is just old enough, with nothing ended and with all. */
function atTheEdge(): Step[] {
  const edge = 73 * 60 - Math.floor((Date.now() % HOUR) / 60_000);
  return [-33, -18, -12, -7, -3, 3, 7, 12, 18, 33].flatMap((minutes) =>
    (['time', 'channel'] as const).flatMap(
      (what) =>
      ([null, 'sent'] as const).map((end): Step => ({ do: 'draw', what, many: 2, goal: 'clicked', segment: 'edge', control: false, test: false, minutes: edge + minutes, ends: [end, null, end] })), // prettier-ignore
    ),
  );
}

const log = { draws: () => Promise.resolve(null) };

describe('what draws brought, by what is kept of them', () => {
  it('makes the same bytes as the log of messages, whatever happens to their messages and whenever it is counted', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        for (const one of steps) await take(one);
        await keeper.settle(gateway.brandId);
        for (const one of steps) await take(one);
        // What is on the list is counted on the way, and nothing is counted twice.
        const { kept, whole } = await both();
        expect(kept).toEqual(whole);
        compared += kept.filter((report) => !report.includes('"rows":[]')).length;
        expect(await keeper.differences(gateway.brandId)).toEqual([]);
        const counted = await both();
        expect(counted.kept).toEqual(counted.whole);
      }),
      { numRuns: LONG ? 8 : 4, seed: 20_261_128, endOnFailure: true, examples: [[atTheEdge()]] },
    );
    // Not of nothing.
    expect(compared).toBeGreaterThan(LONG ? 200 : 75);
  }, 240_000);

  it('is read from what is kept, and nowhere else', async () => {
    await keeper.settle(gateway.brandId);
    const before = await lifts(keeper);
    await admin.query(`UPDATE reporting.message_cell SET control = NOT control WHERE kind IN ('best_channel', 'best_time')`); // prettier-ignore
    expect(await lifts(keeper)).not.toEqual(before);
    expect(await lifts(log)).toEqual(before);
    await admin.query(`UPDATE reporting.message_cell SET control = NOT control WHERE kind IN ('best_channel', 'best_time')`); // prettier-ignore
    expect(await lifts(keeper)).toEqual(before);
  });

  it('is seen by the check when a draw is not counted', async () => {
    await admin.query(`ALTER TABLE sending.message DISABLE TRIGGER USER`);
    await take({ do: 'draw', what: 'time', many: 1, goal: 'clicked', segment: '', control: false, test: false, minutes: 9, ends: ['sent', null, null] }); // prettier-ignore
    await admin.query(`ALTER TABLE sending.message ENABLE TRIGGER USER`);
    const found = (await keeper.differences(gateway.brandId)).map(({ what }) => what);
    expect(found).toContain('draws that are kept');
    await keeper.rebuild(gateway.brandId);
    expect(await keeper.differences(gateway.brandId)).toEqual([]);
  });
});
