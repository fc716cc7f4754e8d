import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { BrandId } from '#lib/kernel';
import { collectSooner, Database, systemClock } from '#lib/platform';
import { KeptTouchesService, type MoneyQuery, MoneyService, type Report } from '#lib/reporting';
import { startEmbeddedPostgres } from '../database/index.js';
import { FORGETFUL_SETTINGS, prepareDatabase } from './bench-database.js';
import { round } from './figures.js';
import { MONEY_REPORTS } from './money-reports.js';
import { otherReports, writePeople } from './other-reports.js';
import { seed } from './seed.js';

export interface MoneyBenchOptions {
  readonly touches: number;
}

interface ReportTimes {
  readonly report: string;
  /** Of the last 30 days, and of the year that all touches are of; each after one new conversion. Others: twice the same. */
  readonly monthMs: number;
  readonly yearMs: number;
}

/** What was measured with so many touches. */
interface Stage {
  readonly touches: number;
  readonly accounts: number;
  readonly conversions: number;
  readonly rebuildSeconds: number;
  /** Keeping anew what one more touch, and one more visit, touched; medians. */
  readonly touchMs: number;
  readonly visitMs: number;
  /** What a process that starts reads ahead, and its first report after that. */
  readonly warmMs: number;
  readonly firstMs: number;
  readonly reports: readonly ReportTimes[];
}

export interface MoneyBenchReport {
  readonly bench: 'attribution-touches';
  readonly stages: readonly Stage[];
  /** Of this process, which makes the reports. */
  readonly peakRssMb: number;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

/**
 * A contact is sent ten messages in the year; every twelfth has three counted links, of which one is clicked, and every second
 * of those leads to a content; every fiftieth comes back.
 */
const PER_MESSAGE = 1 + 1 / 12 + 1 / 50;
const PER_CONTACT = 10;
const PER_ACCOUNT = 4;
/** One account in so many has a won deal, with a lead before it. */
const PER_DEAL = 10;
const DAY = 86_400_000;
const REPEATS = 9;

const MOST_REBUILD_SECONDS = 30;
const MOST_MB = 1000;
const MOST_REPORT_MS = 1000;
/** One touch costs no more than so many times what it cost among a tenth of the touches, give or take the clock. */
const MOST_GROWTH = 2;

const QUERY: MoneyQuery = {
  ...{ by: 'channel', of: 'won', event: null, basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false },
  ...{ halfLifeDays: 7, currency: 'EUR', model: 'linear' },
};
/** Reports on money from a year of touches that SQL made up: all of them kept, and after each new conversion. */
export async function measureMoney(
  { touches }: MoneyBenchOptions,
  log: (line: string) => void,
): Promise<MoneyBenchReport> {
  // As the processes do that keep touches and make reports.
  collectSooner();
  const postgres = await startEmbeddedPostgres({ settings: FORGETFUL_SETTINGS });
  try {
    const urls = await prepareDatabase(postgres.adminUrl());
    await seed({ NODE_ENV: 'test', DATABASE_URL: urls.app, MASTER_KEY: randomBytes(32).toString('base64') }, 0);
    const admin = new pg.Client({ connectionString: postgres.adminUrl('gateway') });
    await admin.connect();
    const database = new Database({ url: urls.app, max: 2, name: 'bench' });
    try {
      const accounts = Math.round(touches / PER_MESSAGE / PER_CONTACT / PER_ACCOUNT);
      const few = Math.round(accounts / 10);
      await prepare(admin);
      await writePeople(admin);
      const stages: Stage[] = [];
      for (const [from, to] of [
        [0, few],
        [few, accounts],
      ] as const) {
        log(`touches of accounts ${from} to ${to} ...`);
        await fill(admin, from, to);
        stages.push(await measure(admin, database, to, log));
      }
      const peakRssMb = peakMb();
      return { bench: 'attribution-touches', stages, peakRssMb, checks: checksOf(stages, peakRssMb) };
    } finally {
      await database.close();
      await admin.end();
    }
  } finally {
    await postgres.stop();
  }
}

async function prepare(admin: pg.Client): Promise<void> {
  await admin.query(`
    INSERT INTO sending.campaign (id, brand_id, key, name, status, policy_key)
    SELECT md5('campaign' || k)::uuid, b.id, 'campaign-' || k, 'Campaign', 'active', 'none'
      FROM generate_series(0, 23) AS k CROSS JOIN (SELECT id FROM consent.brand LIMIT 1) b`);
  await admin.query(`
    INSERT INTO sending.template (id, brand_id, key, version, channel, class, default_language, contents, hash)
    SELECT md5('template' || k || '-' || i)::uuid, (SELECT id FROM consent.brand LIMIT 1), 'template-' || k || '-' || i, 1, 'email', 'commercial', 'en', '{}', decode(repeat('00', 32), 'hex')
      FROM generate_series(0, 23) AS k CROSS JOIN generate_series(0, 2) AS i`);
}

/** What the product would have written, without its lists: all is kept anew afterwards. */
async function fill(admin: pg.Client, from: number, to: number): Promise<void> {
  const { rows: indexes } = await admin.query<{
    table: string;
    name: string;
    definition: string;
    constraint: string | null;
  }>(`
    SELECT i.indrelid::regclass::text AS table, c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, pg_get_constraintdef(k.oid) AS constraint
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
     WHERE i.indrelid = ANY ('{sending.touch,sending.tracked_link}'::regclass[])`);
  for (const { table, name, constraint } of indexes)
    await admin.query(
      constraint === null ? `DROP INDEX sending.${name}` : `ALTER TABLE ${table} DROP CONSTRAINT ${name}`,
    );
  for (const table of ['sending.touch', 'consent.contact_account', 'reporting.fact'])
    await admin.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  const [contacts, messages] = [PER_ACCOUNT, PER_ACCOUNT * PER_CONTACT];
  const brand = `(SELECT id FROM consent.brand LIMIT 1)`;
  await admin.query(`
    INSERT INTO consent.contact_account (brand_id, contact_id, account_id, recorded_at)
    SELECT ${brand}, md5('contact' || c)::uuid, md5('account' || c / ${contacts})::uuid, now() - interval '400 days'
      FROM generate_series(${from * contacts}, ${to * contacts} - 1) AS c`);
  // A fifth of the people hear nothing in the second half of the year.
  await admin.query(`
    INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, topic_id, campaign_id, template_id, variant, test, event, bounce)
    SELECT m.id, t.type, m.at + t.later, b.id, m.contact, CASE m.k % 6 WHEN 0 THEN 'sms' ELSE 'email' END, topic.id,
           md5('campaign' || m.k)::uuid, md5('template' || m.k || '-' || m.i % 3)::uuid, CASE m.k WHEN 5 THEN 'a' || m.i % 2 WHEN 17 THEN 'a' || m.i % 2 END, false,
           CASE t.type WHEN 'sent' THEN '' WHEN 'clicked' THEN 'link ' || md5('link' || m.i || '-0')::uuid ELSE t.type || '-' || m.i END,
           CASE WHEN t.type = 'bounced' THEN 'hard' END
      FROM (SELECT i, k, md5('contact' || i / ${PER_CONTACT})::uuid AS contact, md5('message' || i)::uuid AS id,
                   date_trunc('milliseconds', now()) - interval '365 days' + make_interval(days => 15 * k, secs => h % 21600) AS at
              FROM (SELECT i, h, h % CASE WHEN i / ${PER_CONTACT} % 5 = 0 THEN 12 ELSE 24 END AS k
                      FROM (SELECT i, abs(hashint4(i)) AS h
                              FROM generate_series(${from * messages}, ${to * messages} - 1) AS i) hashed) named) AS m
     CROSS JOIN LATERAL (VALUES ('sent', interval '0'), ('clicked', interval '1 hour'), ('bounced', interval '1 minute')) AS t (type, later)
     CROSS JOIN (SELECT ${brand} AS id) AS b
     CROSS JOIN (SELECT id FROM consent.topic LIMIT 1) AS topic
     WHERE CASE t.type WHEN 'sent' THEN true WHEN 'clicked' THEN m.i % 12 = 0 ELSE m.i % 50 = 1 END`);
  await admin.query(`
    INSERT INTO sending.tracked_link (message_id, id, url)
    SELECT md5('message' || i)::uuid, md5('link' || i || '-' || l)::uuid,
           'https://example.com/' || CASE l WHEN 0 THEN 'pages/' || i / 12 % 48 ELSE 'other/' || i % 1000 || '-' || l END
      FROM generate_series(${from * messages}, ${to * messages} - 1) AS i CROSS JOIN generate_series(0, 2) AS l WHERE i % 12 = 0`);
  await admin.query(`
    INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
    SELECT ${brand}, f.kind, f.kind || a, 1, f.at, false, f.body, 'bench'
      FROM (SELECT a, md5('account' || a) AS account, date_trunc('milliseconds', now()) - make_interval(secs => abs(hashint4(a)) % 31000000) AS won
              FROM generate_series(${from}, ${to} - 1) AS a WHERE a % ${PER_DEAL} = 0) d
     CROSS JOIN LATERAL (VALUES
       ('account', d.won - interval '40 days', jsonb_build_object('kind', 'account', 'accountId', d.account::uuid, 'industry', 'Steel', 'region', 'North')),
       ('stage', d.won - interval '30 days', jsonb_build_object('kind', 'stage', 'lead', 'l' || a, 'stage', 'mql', 'accountId', d.account::uuid)),
       ('opportunity', d.won - interval '20 days', jsonb_build_object('kind', 'opportunity', 'lead', 'l' || a, 'status', 'won',
          'accountId', d.account::uuid, 'region', 'North', 'roles', '[]'::jsonb, 'closedAt', (extract(epoch FROM d.won) * 1000)::bigint,
          'value', jsonb_build_object('amount', 1000 + a % 9000, 'currency', 'EUR')))) AS f (kind, at, body)`);
  // One person of twenty was seen on a page, every fifth of them sent the form.
  await admin.query(`
    INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
    SELECT ${brand}, f.kind, f.kind || '-page-' || c, 1, date_trunc('milliseconds', now()) - make_interval(secs => abs(hashint4(c)) % 31000000), false,
           f.body || jsonb_build_object('kind', f.kind, 'contactId', md5('contact' || c)::uuid), 'bench'
      FROM generate_series(${from * contacts}, ${to * contacts} - 1, 20) AS c
     CROSS JOIN LATERAL (VALUES
       ('visit', jsonb_build_object('channel', 'cpc', 'page', 'example.com/pages/' || c / 20 % 24)),
       ('custom', jsonb_build_object('name', 'Form', 'action', 'submit', 'about', 'example.com/pages/' || c / 20 % 24))) AS f (kind, body)
     WHERE f.kind = 'visit' OR c % 100 = 0`);
  await admin.query(`
    INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
    SELECT ${brand}, 'asset', 'asset-' || k, 1, now() - interval '1 year', false, jsonb_build_object('kind', 'asset', 'name', 'Asset ' || k,
             'sort', (ARRAY['whitepaper', 'blog', 'video'])[1 + k % 3], 'pages', jsonb_build_array('example.com/pages/' || k)), 'bench'
      FROM generate_series(0, 23) AS k WHERE ${from} = 0`);
  for (const { table, name, definition, constraint } of indexes)
    await admin.query(constraint === null ? definition : `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${constraint}`);
  for (const table of ['sending.touch', 'consent.contact_account', 'reporting.fact'])
    await admin.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  for (const table of ['sending.touch', 'sending.tracked_link', 'consent.contact_account', 'reporting.fact'])
    await admin.query(`VACUUM (ANALYZE) ${table}`);
}

async function measure(
  admin: pg.Client,
  database: Database,
  accounts: number,
  log: (line: string) => void,
): Promise<Stage> {
  const [brand] = await database.tx.sql<{ id: BrandId; touches: number; conversions: number }>`
    SELECT id, (SELECT count(*) FROM sending.touch) AS touches,
           (SELECT count(*) FROM reporting.fact WHERE kind = 'opportunity') AS conversions
      FROM consent.brand LIMIT 1`;
  if (brand === undefined) throw new Error('there is no brand');
  const keeper = new KeptTouchesService(database);
  const money = new MoneyService(database, keeper);
  log(`keeping ${brand.touches} touches ...`);
  const rebuildSeconds = round((await timed(() => keeper.rebuild(brand.id))) / 1000, 1);
  log(`  ${rebuildSeconds} s, ${peakMb()} MB so far`);
  await admin.query(
    'VACUUM (ANALYZE) reporting.account_touches, reporting.account_path, reporting.touch_day, reporting.act_day',
  );
  const touchMs: number[] = [];
  const visitMs: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    await admin.query(addedTouch((accounts * i) / REPEATS));
    touchMs.push(await timed(() => keeper.settle(brand.id)));
    await admin.query(addedVisit((accounts * i) / REPEATS));
    visitMs.push(await timed(() => keeper.settle(brand.id)));
  }
  const now = systemClock.now();
  const reports: ReportTimes[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'reports-'));
  const made = new Map<string, string>();
  let asked = 0;
  const timesOf = ({ report, make: makeOf, ...wanted }: (typeof MONEY_REPORTS)[number]) => {
    return async (days: number): Promise<number> => {
      const from = Math.floor(now / DAY - days + 1) * DAY;
      const to = Math.floor(now / DAY + 1) * DAY;
      const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
      const about = {
        ...{ brandId: brand.id, zone: 'Etc/UTC', from, to, asOf: null },
        days: { from: day(from), to: day(to - 1) },
      };
      await admin.query(addedDeal(accounts, asked++));
      const query = { ...QUERY, ...wanted };
      let said: Report | undefined;
      const ms = await timed(async () => void (said = await money.report(report, about, query, {}, makeOf)));
      // In a file: nobody who makes reports holds those that were made before.
      const file = join(folder, `${report.replaceAll(/[^a-z]/g, '-')}.json`);
      writeFileSync(file, JSON.stringify(said));
      made.set(report, file);
      return round(ms, 0);
    };
  };
  const [first] = MONEY_REPORTS;
  if (first === undefined) throw new Error('there are reports');
  await keeper.noteAsked(brand.id);
  const warmMs = round(await timed(() => money.warm(new AbortController().signal)), 0);
  const firstMs = await timesOf(first)(365);
  log(`  read ahead in ${warmMs} ms, the first report: ${firstMs} ms`);
  for (const one of MONEY_REPORTS) {
    const { report } = one;
    const of = timesOf(one);
    const times = { report, monthMs: await of(30), yearMs: await of(365) };
    log(`  ${report}: ${times.monthMs} ms, ${times.yearMs} ms, ${peakMb()} MB so far`);
    reports.push(times);
  }
  const reread = [...made.values()].map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
  rmSync(folder, { recursive: true });
  for (const { report, make } of await otherReports(database, brand.id, reread)) {
    const of = async (): Promise<number> => {
      await admin.query(addedDeal(accounts, asked++));
      return round(await timed(make), 0);
    };
    const times = { report, monthMs: await of(), yearMs: await of() };
    log(`  ${report}: ${times.monthMs} ms, ${times.yearMs} ms`);
    reports.push(times);
  }
  const { touches, conversions } = brand;
  return {
    touches,
    accounts,
    conversions,
    rebuildSeconds,
    touchMs: median(touchMs),
    visitMs: median(visitMs),
    warmMs,
    firstMs,
    reports,
  };
}

function addedTouch(account: number): string {
  const contact = Math.floor(account) * PER_ACCOUNT;
  return `
    INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, campaign_id, test)
    SELECT gen_random_uuid(), 'sent', now(), (SELECT id FROM consent.brand LIMIT 1), md5('contact${contact}')::uuid, 'email',
           md5('campaign1')::uuid, false`;
}

function addedVisit(account: number): string {
  const contact = Math.floor(account) * PER_ACCOUNT;
  return `
    INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
    SELECT (SELECT id FROM consent.brand LIMIT 1), 'visit', gen_random_uuid(), 1, now() - interval '100 days', false,
           jsonb_build_object('kind', 'visit', 'contactId', md5('contact${contact}')::uuid, 'channel', 'fair'), 'bench'`;
}

function addedDeal(accounts: number, n: number): string {
  return `
    INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by)
    SELECT (SELECT id FROM consent.brand LIMIT 1), 'opportunity', 'new-${accounts}-${n}', 1, now() - interval '1 day', false,
           jsonb_build_object('kind', 'opportunity', 'status', 'won', 'accountId', md5('account${n % accounts}')::uuid, 'roles', '[]'::jsonb,
             'closedAt', (extract(epoch FROM now()) * 1000)::bigint - 1000, 'value', jsonb_build_object('amount', 4200, 'currency', 'EUR')),
           'bench'`;
}

/** The most memory that this process ever had. */
function peakMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN, 1);
}

function checksOf(stages: readonly Stage[], peakRssMb: number): MoneyBenchReport['checks'] {
  const [few, all] = [stages[0], stages.at(-1)];
  if (few === undefined || all === undefined) throw new Error('nothing was measured');
  const slow = all.reports.filter(({ monthMs, yearMs }) => Math.max(monthMs, yearMs) >= MOST_REPORT_MS);
  const growth = round(all.touchMs / few.touchMs, 2);
  const check = (name: string, passed: boolean, found: string) => ({ check: name, passed, found });
  return [
    check(
      `all touches are kept within ${MOST_REBUILD_SECONDS} s`,
      all.rebuildSeconds <= MOST_REBUILD_SECONDS,
      `${all.rebuildSeconds} s`,
    ),
    check(`at most ${MOST_MB} MB`, peakRssMb <= MOST_MB, `${peakRssMb} MB`),
    check(
      `each of these reports after one new conversion within ${MOST_REPORT_MS} ms`,
      slow.length === 0,
      slow.map(({ report, monthMs, yearMs }) => `${report}: ${monthMs} and ${yearMs} ms`).join('; ') || 'all of them',
    ),
    check(`the first report of a process, too`, all.firstMs < MOST_REPORT_MS, `${all.firstMs} ms`),
    check(
      'what one touch costs does not depend on how many there are',
      growth <= MOST_GROWTH,
      `${few.touchMs} ms among ${few.touches}, ${all.touchMs} ms among ${all.touches}`,
    ),
  ];
}

export function moneyText({ stages, peakRssMb, checks }: MoneyBenchReport): string {
  return [
    ...stages.flatMap(
      ({ touches, accounts, conversions, rebuildSeconds, touchMs, visitMs, warmMs, firstMs, reports }) => [
        `${touches.toLocaleString('en')} touches of ${accounts.toLocaleString('en')} accounts, ${conversions.toLocaleString('en')} won deals`,
        `  all kept anew in ${rebuildSeconds} s; one touch more in ${touchMs} ms, one visit in ${visitMs} ms`,
        `  read ahead when a process starts, in ${warmMs} ms; its first report: ${firstMs} ms`,
        ...reports.map(
          ({ report, monthMs, yearMs }) => `  ${report.padEnd(24)}${monthMs} ms of 30 days, ${yearMs} ms of a year`,
        ),
      ],
    ),
    `  ${peakRssMb} MB at most in the process that makes them`,
    ...checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}  ${check}: ${found}`),
  ].join('\n');
}
