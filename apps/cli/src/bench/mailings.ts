import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { BrandId } from '#lib/kernel';
import { Database, systemClock } from '#lib/platform';
import {
  attributionReport,
  ConsentTrendService,
  DeliveryService,
  ExitService,
  KeptConsentsService,
  KeptMessagesService,
  KeptTouchesService,
  LiftService,
  LinkService,
  type MoneyQuery,
  MoneyService,
} from '#lib/reporting';
import { startEmbeddedPostgres } from '../database/index.js';
import { FORGETFUL_SETTINGS, prepareDatabase } from './bench-database.js';
import { round } from './figures.js';
import { seed } from './seed.js';

export interface MailingsOptions {
  readonly messages: number;
}

interface ReportTimes {
  readonly report: string;
  /** Of the last 30 days, and of the year that all messages are of; each after one message, click and expression more. */
  readonly monthMs: number;
  readonly yearMs: number;
}

export interface MailingsReport {
  readonly bench: 'attribution-messages';
  readonly messages: number;
  readonly touches: number;
  readonly links: number;
  readonly expressions: number;
  readonly reports: readonly ReportTimes[];
  /** Of this process, which makes the reports. */
  readonly peakRssMb: number;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

const DAY = 86_400_000;
const DAYS = 365;
const PER_CONTACT = 10;
const MOST_REPORT_MS = 1000;
const MOST_MB = 1000;

const CONTENT: MoneyQuery = {
  ...{ by: 'content', of: 'won', event: null, basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false },
  ...{ halfLifeDays: 7, currency: 'EUR', model: 'linear' },
};

/** What a report is asked about. */
interface About {
  readonly asked: { brandId: BrandId; zone: string; from: number; to: number; asOf: null };
  readonly days: { readonly from: string; readonly to: string };
}

/** Reports on messages and consents from a year that SQL made up, each after something new. */
export async function measureMailings(
  { messages }: MailingsOptions,
  log: (line: string) => void,
): Promise<MailingsReport> {
  const postgres = await startEmbeddedPostgres({ settings: FORGETFUL_SETTINGS });
  try {
    const urls = await prepareDatabase(postgres.adminUrl());
    await seed({ NODE_ENV: 'test', DATABASE_URL: urls.app, MASTER_KEY: randomBytes(32).toString('base64') }, 1);
    const admin = new pg.Client({ connectionString: postgres.adminUrl('gateway') });
    await admin.connect();
    const database = new Database({ url: urls.app, max: 2, name: 'bench' });
    try {
      log(`writing ${messages} messages of a year ...`);
      await fill(admin, messages);
      const reports = await measure(admin, database, log);
      const { rows } = await admin.query<{ messages: string; touches: string; links: string; expressions: string }>(`
        SELECT (SELECT count(*) FROM sending.message) AS messages, (SELECT count(*) FROM sending.touch) AS touches,
               (SELECT count(*) FROM sending.tracked_link) AS links, (SELECT count(*) FROM consent.consent_event) AS expressions`);
      const [size] = rows;
      if (size === undefined) throw new Error('PostgreSQL answered nothing');
      const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
      return {
        bench: 'attribution-messages',
        ...{ messages: Number(size.messages), touches: Number(size.touches) },
        ...{ links: Number(size.links), expressions: Number(size.expressions) },
        ...{ reports, peakRssMb, checks: checksOf(reports, peakRssMb) },
      };
    } finally {
      await database.close();
      await admin.end();
    }
  } finally {
    await postgres.stop();
  }
}

const TABLES = [
  ...['sending.message', 'sending.touch', 'sending.tracked_link', 'sending.best_time'],
  ...['consent.consent_event', 'consent.contact_account', 'reporting.fact'],
];

/**
 * Of a hundred messages 85 are sent, 10 dropped, 3 fail, 1 has an unknown end and 1 waits, where it is of the last days. Of
 * those sent 9 of 10 are told to have been delivered, 2 of 5 are opened, 1 of 10 clicked, 1 of 50 come back; 1 of 200 makes
 * its reader leave. Half hold three counted links. A tenth chose its time.
 */
async function fill(admin: pg.Client, messages: number): Promise<void> {
  const { rows: indexes } = await admin.query<{ name: string; table: string; definition: string; constraint: string }>(`
    SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS table, pg_get_indexdef(i.indexrelid) AS definition
      FROM pg_index i WHERE i.indrelid = ANY ('{sending.touch,sending.tracked_link}'::regclass[]) AND NOT i.indisprimary`);
  for (const { name } of indexes) await admin.query(`DROP INDEX ${name}`);
  for (const table of TABLES) await admin.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
  const brand = '(SELECT id FROM consent.brand LIMIT 1)';
  const topic = `md5('topic' || m.i % 12)::uuid`;
  await admin.query(`
    INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels)
    SELECT md5('topic' || k)::uuid, brand_id, id, 'topic-' || k, '{}' FROM (SELECT * FROM consent.purpose WHERE key = 'commercial' LIMIT 1) AS p CROSS JOIN generate_series(0, 11) AS k`);
  await admin.query(`
    INSERT INTO sending.campaign (id, brand_id, key, name, status, policy_key)
    SELECT md5('campaign' || k)::uuid, ${brand}, 'campaign-' || k, 'Campaign', 'active', 'none' FROM generate_series(0, 23) AS k`);
  await admin.query(`
    INSERT INTO sending.template
    SELECT t.* FROM sending.template s CROSS JOIN generate_series(0, 59) AS k
     CROSS JOIN LATERAL jsonb_populate_record(NULL::sending.template, to_jsonb(s) || jsonb_build_object('id', md5('template' || k), 'key', 'template-' || k)) AS t`);
  await admin.query(`
    CREATE TEMPORARY TABLE made AS
    SELECT i, at, abs(hashint4(i)) % 100 AS fate, md5('contact' || i / ${PER_CONTACT})::uuid AS contact,
           CASE i % 10 WHEN 0 THEN 'sms' WHEN 1 THEN 'push' ELSE 'email' END AS channel,
           (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3)
            || '8' || substr(md5(i::text), 4, 15))::uuid AS id
      FROM (SELECT i, date_trunc('milliseconds', now()) - make_interval(secs => (${messages} - i) * (${DAYS} * 86400.0 / ${messages})) AS at
              FROM generate_series(0, ${messages} - 1) AS i) AS numbered`);
  await admin.query(`
    INSERT INTO sending.message (id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, topic_id,
      campaign_id, step, variant, template_id, language, variables, policy_key, test, accepted_at, expires_at, status, reason,
      due_at, attempt, ended_at, entry_ids)
    SELECT m.id, ${brand}, m.contact, m.contact, m.contact, m.channel, 'commercial', p.id, ${topic},
           md5('campaign' || m.i % 24)::uuid, 'step-' || m.i % 3, CASE m.i % 4 WHEN 0 THEN 'b' ELSE 'a' END,
           md5('template' || m.i % 60)::uuid, 'en', '{"name": "Reader"}', 'default', false, m.at, m.at + interval '3 days', s.status,
           CASE s.status WHEN 'dropped' THEN (ARRAY['no_consent', 'consent_withdrawn', 'frequency_cap', 'suppressed_bounce'])[1 + m.i % 4]
                         WHEN 'failed' THEN 'provider_rejected' WHEN 'queued' THEN 'quiet_hours' END,
           CASE s.status WHEN 'queued' THEN now() END, CASE s.status WHEN 'dropped' THEN 0 ELSE 1 END,
           CASE s.status WHEN 'queued' THEN NULL ELSE m.at + interval '2 minutes' END, ARRAY[m.id, m.id, m.id]
      FROM made m CROSS JOIN (SELECT id FROM consent.purpose WHERE key = 'commercial' LIMIT 1) AS p
     CROSS JOIN LATERAL (SELECT CASE WHEN m.fate < 85 THEN 'sent' WHEN m.fate < 95 THEN 'dropped' WHEN m.fate < 98 THEN 'failed'
                                     WHEN m.fate < 99 OR m.at < now() - interval '3 days' THEN 'unknown' ELSE 'queued' END AS status) AS s`);
  await admin.query(`
    INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, topic_id, campaign_id, template_id, step, variant, test, event, bounce)
    SELECT m.id, t.type, least(m.at + t.later, now()), ${brand}, m.contact, m.channel, ${topic}, md5('campaign' || m.i % 24)::uuid,
           md5('template' || m.i % 60)::uuid, 'step-' || m.i % 3, CASE m.i % 4 WHEN 0 THEN 'b' ELSE 'a' END, false,
           CASE t.type WHEN 'sent' THEN '' WHEN 'clicked' THEN 'link ' || md5('link' || m.i || '-' || m.i % 3)::uuid || ' ' || m.i
                       ELSE t.type || '-' || m.i END, CASE WHEN t.type = 'bounced' THEN 'hard' END
      FROM made m
     CROSS JOIN LATERAL (VALUES ('sent', interval '2 minutes'), ('delivered', interval '3 minutes'), ('opened', interval '3 hours'),
                                ('clicked', interval '4 hours'), ('bounced', interval '4 minutes')) AS t (type, later)
     WHERE m.fate < 85
       AND CASE t.type WHEN 'sent' THEN true WHEN 'delivered' THEN m.i % 10 <> 5 WHEN 'opened' THEN m.i % 5 < 2
                       WHEN 'clicked' THEN m.i % 10 = 6 ELSE m.i % 50 = 5 END`);
  await admin.query(`
    INSERT INTO sending.tracked_link (message_id, id, url)
    SELECT m.id, md5('link' || m.i || '-' || k)::uuid, 'https://www.example.com/pages/' || m.i % 24 || '/' || k || '?for=' || m.i
      FROM made m CROSS JOIN generate_series(0, 2) AS k WHERE m.fate < 85 AND m.i % 2 = 0`);
  await admin.query(`
    INSERT INTO sending.best_time (message_id, brand_id, channel, goal, segment, part, created_at, control)
    SELECT m.id, ${brand}, m.channel, 'clicked', 'segment-' || m.i % 4, 1, m.at, m.i % 100 < 10 FROM made m WHERE m.i / 10 % 10 = 0`);
  // Everybody agreed twice, and one of two hundred leaves by a mail.
  await admin.query(`
    INSERT INTO consent.consent_event (id, brand_id, contact_point_id, purpose_id, topic_id, kind, legal_basis, method, actor,
                                       occurred_at, recorded_at, effective, entry_id, message_id)
    SELECT e.id, ${brand}, q.id, p.id, ${topic}, e.kind, 'consent', 'api', 'bench', e.at, e.at, true, e.id, e.message
      FROM made m CROSS JOIN (SELECT id FROM consent.purpose WHERE key = 'commercial' LIMIT 1) AS p CROSS JOIN (SELECT id FROM consent.contact_point LIMIT 1) AS q
     CROSS JOIN LATERAL (
       SELECT overlay(m.id::text placing 'a' from 20 for 1)::uuid AS id, 'granted' AS kind, m.at, NULL::uuid AS message WHERE m.i % ${PER_CONTACT / 2} = 0
       UNION ALL
       SELECT overlay(m.id::text placing 'b' from 20 for 1)::uuid, 'withdrawn', m.at + interval '1 hour', m.id WHERE m.i % 200 = 6) AS e`);
  await admin.query(`
    INSERT INTO consent.contact_account (brand_id, contact_id, account_id, recorded_at)
    SELECT ${brand}, md5('contact' || c)::uuid, md5('account' || c / 4)::uuid, now() - interval '400 days'
      FROM generate_series(0, ${Math.ceil(messages / PER_CONTACT)}) AS c`);
  await admin.query(`
    INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
    SELECT ${brand}, 'opportunity', 'deal-' || a, 1, d.won - interval '20 days', false,
           jsonb_build_object('kind', 'opportunity', 'status', 'won', 'accountId', md5('account' || a)::uuid, 'roles', '[]'::jsonb,
             'closedAt', (extract(epoch FROM d.won) * 1000)::bigint, 'value', jsonb_build_object('amount', 1000 + a % 9000, 'currency', 'EUR')), 'bench'
      FROM (SELECT a, now() - make_interval(secs => abs(hashint4(a)) % 31000000) AS won
              FROM generate_series(0, ${Math.ceil(messages / PER_CONTACT / 4)}, 10) AS a) AS d`);
  for (const { definition } of indexes) await admin.query(definition);
  for (const table of TABLES) {
    await admin.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
    await admin.query(`VACUUM (ANALYZE) ${table}`);
  }
}

async function measure(admin: pg.Client, database: Database, log: (line: string) => void): Promise<ReportTimes[]> {
  const [brand] = await database.tx.sql<{ id: BrandId }>`SELECT id FROM consent.brand LIMIT 1`;
  if (brand === undefined) throw new Error('there is no brand');
  const keeper = new KeptTouchesService(database);
  const kept = new KeptMessagesService(database);
  const keepMs = round(await timed(() => kept.settle(brand.id)), 0);
  log(`  all kept in ${keepMs} ms`);
  const deliveries = new DeliveryService(database, kept);
  const money = new MoneyService(database, keeper);
  const keptConsents = new KeptConsentsService(database);
  await keptConsents.rebuild(brand.id);
  const consents = new ConsentTrendService(database, kept, keptConsents);
  const all = { campaign: undefined, messages: 'live' } as const;
  const consentsBy =
    (by: 'topic' | 'channel') =>
    ({ asked, days }: About) =>
      consents.report(asked, days, {
        ...{
          by,
          stretch: 'month',
          channel: undefined,
          purpose: undefined,
          topic: undefined,
          value: undefined,
          currency: 'EUR',
        },
      });
  const made: readonly (readonly [string, (about: About) => Promise<unknown>])[] = [
    [
      'exits',
      ({ asked, days }) => new ExitService(database, kept).report(asked, { test: false }, { ...EXIT_PLACE, days }),
    ],
    ['email by topic', ({ asked, days }) => deliveries.report('email', asked, { by: 'topic', ...all, days })],
    ['email by subject', ({ asked, days }) => deliveries.report('email', asked, { by: 'subject', ...all, days })],
    ['channels', ({ asked, days }) => deliveries.report('channels', asked, { by: 'topic', ...all, days })],
    ['content', ({ asked, days }) => deliveries.report('content', asked, { by: 'topic', ...all, days })],
    ['links', ({ asked, days }) => new LinkService(database, kept).report(asked, { campaign: undefined, days })],
    ['lift', ({ asked }) => new LiftService(database, kept).report(asked, { by: 'segment', withinHours: 24 })],
    ['consents by topic', consentsBy('topic')],
    ['consents by channel', consentsBy('channel')],
    [
      'attribution by content',
      ({ asked, days }) =>
        money.report('attribution', { ...asked, days }, { ...CONTENT, reads: 'all' }, {}, (data) =>
          attributionReport(data, {
            ...{
              by: 'content',
              show: 'value',
              models: ['linear'],
              model: 'linear',
              weights: null,
              intervals: false,
              link: {},
            },
          }),
        ),
    ],
  ];
  const now = systemClock.now();
  let asked = 0;
  const times: ReportTimes[] = [];
  for (const [report, make] of made) {
    const of = async (length: number): Promise<number> => {
      const from = Math.floor(now / DAY - length + 1) * DAY;
      const to = Math.floor(now / DAY + 1) * DAY;
      const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
      const about: About = {
        asked: { brandId: brand.id, zone: 'Etc/UTC', from, to, asOf: null },
        days: { from: day(from), to: day(to - 1) },
      };
      await more(admin, asked++);
      return round(await timed(() => make(about)), 0);
    };
    await of(1);
    const one = { report, monthMs: await of(30), yearMs: await of(DAYS) };
    log(`  ${report}: ${one.monthMs} ms, ${one.yearMs} ms`);
    times.push(one);
  }
  return times;
}

const EXIT_PLACE = { campaign: undefined, path: undefined, step: undefined, channel: undefined, messages: undefined };

/** One message, one click on an older one, one who leaves and one deal more: through the triggers that the product has. */
async function more(admin: pg.Client, n: number): Promise<void> {
  await admin.query(`
    INSERT INTO sending.message
    SELECT r.* FROM (SELECT * FROM sending.message WHERE status = 'sent' ORDER BY id DESC LIMIT 1) AS m
     CROSS JOIN LATERAL jsonb_populate_record(NULL::sending.message, to_jsonb(m) || jsonb_build_object('id', overlay(m.id::text placing lpad(to_hex(${n} + 16), 4, '0') from 33 for 4))) AS r`);
  await admin.query(`
    INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, topic_id, campaign_id, template_id, test, event)
    SELECT id, 'clicked', now(), brand_id, contact_id, channel, topic_id, campaign_id, template_id, false, 'later-${n}' FROM sending.message
     WHERE id > (SELECT id FROM sending.message OFFSET ${n * 1000} LIMIT 1) AND status = 'sent' LIMIT 1`);
  await admin.query(`
    INSERT INTO consent.consent_event
    SELECT r.* FROM (SELECT * FROM consent.consent_event WHERE kind = 'withdrawn' ORDER BY id DESC LIMIT 1) AS e
     CROSS JOIN LATERAL jsonb_populate_record(NULL::consent.consent_event, to_jsonb(e) || jsonb_build_object('id', overlay(e.id::text placing lpad(to_hex(${n} + 16), 4, '0') from 33 for 4))) AS r`);
  await admin.query(`
    INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
    SELECT (SELECT id FROM consent.brand LIMIT 1), 'opportunity', 'new-${n}', 1, now() - interval '1 day', false,
           jsonb_build_object('kind', 'opportunity', 'status', 'won', 'accountId', md5('account${n}')::uuid, 'roles', '[]'::jsonb,
             'closedAt', (extract(epoch FROM now()) * 1000)::bigint - 1000, 'value', jsonb_build_object('amount', 4200, 'currency', 'EUR')),
           'bench'`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function checksOf(reports: readonly ReportTimes[], peakRssMb: number): MailingsReport['checks'] {
  return [
    ...reports.map(({ report, monthMs, yearMs }) => ({
      check: `${report} after something new within ${MOST_REPORT_MS} ms`,
      passed: Math.max(monthMs, yearMs) < MOST_REPORT_MS,
      found: `${monthMs} ms of 30 days, ${yearMs} ms of a year`,
    })),
    { check: `at most ${MOST_MB} MB`, passed: peakRssMb <= MOST_MB, found: `${peakRssMb} MB` },
  ];
}

export function mailingsText({ messages, touches, links, expressions, checks }: MailingsReport): string {
  const n = (value: number): string => value.toLocaleString('en');
  return [
    `${n(messages)} messages of a year with ${n(touches)} touches and ${n(links)} links, ${n(expressions)} expressions of consent`,
    ...checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}  ${check}: ${found}`),
  ].join('\n');
}
