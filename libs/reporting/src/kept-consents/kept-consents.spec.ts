import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import pg from 'pg';
import { Database, tzdb } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { LONG } from '../../../../test/support/form.js';
import { ConsentTrendService } from '../consents/consent-trend.service.js';
import { instantsOf } from '../domain/days.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { ReportingModule } from '../reporting.module.js';
import { KeptConsentsService } from './kept-consents.service.js';

let gateway: Gateway;
let admin: pg.Client;
let keeper: KeptConsentsService;
let purposes: { id: string; key: string }[];
beforeAll(async () => {
  gateway = await Gateway.start({}, [ReportingModule]);
  keeper = gateway.get(KeptConsentsService);
  admin = new pg.Client({ connectionString: gateway.database.urls.admin });
  await admin.connect();
  await gateway.contact('p');
  await admin.query(
    `INSERT INTO consent.contact_point (id, brand_id, contact_id, channel, address, address_hash)
     SELECT gen_random_uuid(), brand_id, contact_id, 'sms', '+4915112345678', decode(repeat('07', 32), 'hex') FROM consent.contact_point WHERE channel = 'email' LIMIT 1`,
  );
  purposes = (await admin.query<{ id: string; key: string }>(`SELECT id, key FROM consent.purpose ORDER BY key`)).rows;
}, 120_000);
afterAll(async () => {
  await admin.end();
  await gateway.stop();
});

const KINDS = ['requested', 'granted', 'confirmed', 'refused', 'withdrawn', 'revoked', 'expired', 'invalidated', 'imported', 'objected'] as const; // prettier-ignore

/** What people say, several at once, and when it is counted. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), said: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), channel: fc.constantFrom('email', 'sms'), purpose: fc.nat(), about: fc.constantFrom('topic', 'topic', 'purpose', 'everything'), effective: fc.constantFrom(true, true, false), minutes: fc.integer({ min: 0, max: 4 * 24 * 60 }) }), { minLength: 1, maxLength: 6 }) }) }, // prettier-ignore
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constant('rebuild' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(one: Step): Promise<void> {
  if (one.do !== 'say') return keeper[one.do](gateway.brandId);
  const rows = one.said.map(({ purpose, minutes, ...said }) => {
    const at = Date.now() - minutes * 60_000;
    const id = `${at
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7${randomUUID().slice(15)}`;
    return { ...said, id, at: new Date(at).toISOString(), purpose: purposes[purpose % purposes.length]?.id };
  });
  await admin.query(
    `INSERT INTO consent.consent_event (id, brand_id, contact_point_id, purpose_id, topic_id, kind, legal_basis, method, actor, occurred_at,
                                        recorded_at, effective, entry_id)
     SELECT s.id, $2, (SELECT id FROM consent.contact_point q WHERE q.channel = s.channel LIMIT 1),
            CASE s.about WHEN 'everything' THEN $2 ELSE coalesce(t.purpose_id, s.purpose) END, t.id, s.kind, 'consent', 'spec', 'spec', s.at, now(),
            s.effective, gen_random_uuid()
       FROM jsonb_to_recordset($1::jsonb) AS s (id uuid, channel text, about text, purpose uuid, kind text, at timestamptz, effective boolean)
       LEFT JOIN LATERAL (SELECT id, purpose_id FROM consent.topic WHERE s.about = 'topic' LIMIT 1) AS t ON true`,
    [JSON.stringify(rows), gateway.brandId],
  );
}

/** The bytes of the report in all its forms, from what is kept or from the log. */
async function trends(kept: Pick<KeptConsentsService, 'said'>): Promise<string[]> {
  const trend = new ConsentTrendService(gateway.get(Database), gateway.get(KeptMessagesService), kept);
  const made: string[] = [];
  // Days of the second zone begin between two hours.
  for (const [zone, stretch] of [
    ['Europe/Berlin', 'month'],
    ['Asia/Kathmandu', 'day'],
  ] as const) {
    const clock = tzdb.zone(zone);
    const day = (ago: number): string => DateTime.now().setZone(zone).minus({ days: ago }).toISODate() ?? '';
    for (const days of [
      { from: day(5), to: day(0) },
      { from: day(3), to: day(2) },
    ]) {
      // prettier-ignore
      const instants = clock === null ? null : instantsOf(days, clock);
      if (instants === null) throw new Error(`no days of ${zone}`);
      const asked = { brandId: gateway.brandId, ...instants, zone, asOf: null };
      const whole = { channel: undefined, purpose: undefined, topic: undefined, value: undefined, currency: 'EUR' };
      for (const by of ['topic', 'channel', 'all'] as const)
        for (const own of [{}, { channel: 'sms' }, { topic: 'newsletter' }, { purpose: purposes[0]?.key }] as const) {
          const { report, stretches } = await trend.report(asked, days, { ...whole, ...own, by, stretch });
          made.push(JSON.stringify([{ ...report, dataThrough: 0 }, stretches]));
        }
    }
  }
  return made;
}

const log = { said: () => Promise.resolve(null) };

describe('what is kept of what people said', () => {
  it('makes the same bytes as the log of consents, whatever is said and whenever it is counted', async () => {
    let different = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
        for (const one of steps) await take(one);
        const [kept, whole] = [await trends(keeper), await trends(log)];
        expect(kept).toEqual(whole);
        different += new Set(whole).size;
        expect(await keeper.differences(gateway.brandId)).toEqual([]);
        expect(await trends(keeper)).toEqual(whole);
      }),
      { numRuns: LONG ? 6 : 2, seed: 20_261_128, endOnFailure: true },
    );
    // Not of nothing.
    expect(different).toBeGreaterThan(LONG ? 100 : 33);
  }, 240_000);

  it('is read from hours and not from expressions, and the check sees where they differ', async () => {
    await take({ do: 'say', said: [{ kind: 'granted', channel: 'sms', purpose: 0, about: 'topic', effective: true, minutes: 9 }] }); // prettier-ignore
    await keeper.settle(gateway.brandId);
    const before = await trends(keeper);
    await admin.query(
      `UPDATE reporting.consent_cell SET kind = kind || ' meddled' WHERE kind IN ('granted', 'withdrawn')`,
    );
    expect(await trends(keeper)).not.toEqual(before);
    expect(await trends(log)).toEqual(before);
    expect((await keeper.differences(gateway.brandId)).length).toBeGreaterThan(0);
    await admin.query(`DELETE FROM reporting.consent_hour`);
    await keeper.rebuild(gateway.brandId);
    expect(await trends(keeper)).not.toEqual(await trends({ said: () => Promise.resolve([]) }));
    expect(await trends(keeper)).toEqual(before);
  });
});
