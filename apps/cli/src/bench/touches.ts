import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { BrandId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { VariantService } from '#lib/sending';
import { startEmbeddedPostgres } from '../database/index.js';
import { divideTouches } from './divided-touches.js';
import { FORGETFUL_SETTINGS, prepareDatabase } from './bench-database.js';
import { perSecond, round } from './figures.js';
import { NAMES, seed } from './seed.js';

export interface TouchesOptions {
  readonly touches: number;
}

interface Answered {
  readonly what: string;
  /** The least of some runs; the first one warms the cache as far as memory reaches. */
  readonly ms: number;
  /** Of 8 kB that it looked at, in memory or not: what no other load of the machine changes. */
  readonly pages: number;
  readonly plan: readonly string[];
}

export interface TouchesReport {
  readonly bench: 'touches';
  readonly touches: number;
  readonly tableMb: number;
  readonly indexesMb: number;
  readonly rowsPerSecond: number;
  /** Ten thousand more, as outcomes add them: with all indexes there. */
  readonly addedPerSecond: number;
  readonly answers: readonly Answered[];
  /** The same rows, partitioned by quarters, beside it: what the product does not do, and why. */
  readonly divided: {
    readonly partitions: number;
    readonly addedPerSecond: number;
    readonly answers: readonly Answered[];
  };
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

const SETTINGS = {
  ...FORGETFUL_SETTINGS,
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '-1',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
};
/** A message has 2.5 touches: all are sent, 9 of 10 delivered, 2 of 5 opened, 1 of 10 clicked, 1 of 10 bounced softly. */
const PER_MESSAGE = 2.5;
const DAYS = 365;
const ADDED = 10_000;
const MORE = Math.round(ADDED / PER_MESSAGE);
/** Of each question: how often it is asked after the first time. */
const AGAIN = 5;
/** A question about touches takes no longer, whatever else there is. */
const MOST_LOOK_UP_MS = 20;
/** So many questions, the first ones, name what they look for; the others name a time. */
const LOOK_UPS = 4;
const MOST_PERIOD_MS = 3_000;
/** So much of the log is read of the campaign that is asked about. */
const ASKED_DAYS = 30;

/**
 * Writes a year of touches of one brand by SQL and asks what the program asks of them: the plans are those of its own
 * statements, as PostgreSQL made them.
 */
export async function measureTouches({ touches }: TouchesOptions, log: (line: string) => void): Promise<TouchesReport> {
  const postgres = await startEmbeddedPostgres({ settings: SETTINGS });
  try {
    const urls = await prepareDatabase(postgres.adminUrl());
    await seed({ NODE_ENV: 'test', DATABASE_URL: urls.app, MASTER_KEY: randomBytes(32).toString('base64') }, 0);
    const admin = new pg.Client({ connectionString: postgres.adminUrl('gateway') });
    await admin.connect();
    try {
      const begun = performance.now();
      const messages = Math.round(touches / PER_MESSAGE);
      await fill(admin, messages, log);
      const seconds = (performance.now() - begun) / 1000;
      const size = await one<{ n: string; table: string; indexes: string }>(
        admin,
        `SELECT count(*) AS n, pg_table_size('sending.touch') AS table, pg_indexes_size('sending.touch') AS indexes FROM sending.touch`,
      );
      const added = await add(admin, messages);
      const answers = await ask(postgres.adminUrl('gateway'), postgres.logFile, log);
      log('the same rows by quarters ...');
      const partitions = await divideTouches(admin);
      const addedToParts = await add(admin, messages + MORE);
      const answersOfParts = await ask(postgres.adminUrl('gateway'), postgres.logFile, log);
      const all = Number(size.n);
      return {
        bench: 'touches',
        touches: all,
        tableMb: Math.round(Number(size.table) / 1e6),
        indexesMb: Math.round(Number(size.indexes) / 1e6),
        rowsPerSecond: Math.round(all / seconds),
        addedPerSecond: added,
        answers,
        divided: { partitions, addedPerSecond: addedToParts, answers: answersOfParts },
        checks: checksOf(answers, all, touches),
      };
    } finally {
      await admin.end();
    }
  } finally {
    await postgres.stop();
  }
}

/** Rows first and indexes afterwards, as one restores a dump; constraints and indexes are those of the migrations. */
async function fill(admin: pg.Client, messages: number, log: (line: string) => void): Promise<void> {
  const { rows: indexes } = await admin.query<{ name: string; definition: string; constraint: string | null }>(`
    SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, pg_get_constraintdef(k.oid) AS constraint
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
     WHERE i.indrelid = 'sending.touch'::regclass`);
  for (const { name, constraint } of indexes)
    await admin.query(
      constraint === null ? `DROP INDEX sending.${name}` : `ALTER TABLE sending.touch DROP CONSTRAINT ${name}`,
    );
  log(`writing the touches of ${messages} messages ...`);
  await admin.query(touchesSql('generate_series(0, $1::int - 1)'), [messages, DAYS]);
  log('indexes ...');
  for (const { name, definition, constraint } of indexes)
    await admin.query(
      constraint === null ? definition : `ALTER TABLE sending.touch ADD CONSTRAINT ${name} ${constraint}`,
    );
  // What is asked of a campaign goes back to a day before it began.
  await admin.query(`UPDATE sending.campaign SET created_at = now() - interval '${ASKED_DAYS - 1} days'`);
  await admin.query('VACUUM (ANALYZE) sending.touch');
}

/** Adds the touches of some more messages, now that all indexes are there; answers how many a second. */
async function add(admin: pg.Client, messages: number): Promise<number> {
  const begun = performance.now();
  const { rowCount } = await admin.query(touchesSql(`generate_series($1::int, $1::int + ${MORE} - 1)`), [
    messages,
    DAYS,
  ]);
  return perSecond(rowCount ?? 0, performance.now() - begun);
}

/** $1: messages in all, $2: days that they are spread over. */
function touchesSql(numbers: string): string {
  return `
    INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, topic_id, campaign_id, step, variant,
                               provider_id, provider_ref, test, event, bounce)
    SELECT m.id, t.type, m.at + t.later, b.id, m.contact, m.channel, topic.id, campaign.id, '${NAMES.step}',
           CASE m.i % 2 WHEN 0 THEN 'a' ELSE 'b' END, provider.id,
           CASE WHEN t.type = 'sent' THEN 'ref-' || m.i END, false,
           CASE WHEN t.type = 'sent' THEN '' ELSE t.type || '-' || m.i END, CASE WHEN t.type = 'bounced' THEN 'soft' END
      FROM (SELECT i, at, md5('contact' || i % 200000)::uuid AS contact, CASE i % 10 WHEN 0 THEN 'sms' ELSE 'email' END AS channel,
                   (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3)
                    || '8' || substr(md5(i::text), 4, 15))::uuid AS id
              FROM (SELECT i, now() - make_interval(secs => ($1::int - i) * ($2::int * 86400.0 / $1::int)) AS at
                      FROM ${numbers} AS i) AS numbered) AS m
     CROSS JOIN LATERAL (VALUES ('sent', interval '0', 1), ('delivered', interval '1 minute', 9), ('opened', interval '3 hours', 4),
                                ('clicked', interval '4 hours', 11), ('bounced', interval '2 minutes', 10)) AS t (type, later, each)
     CROSS JOIN (SELECT id FROM consent.brand LIMIT 1) AS b
     CROSS JOIN (SELECT id FROM consent.topic LIMIT 1) AS topic
     CROSS JOIN (SELECT id FROM sending.campaign LIMIT 1) AS campaign
     CROSS JOIN (SELECT id FROM sending.provider LIMIT 1) AS provider
     WHERE CASE t.type WHEN 'sent' THEN true WHEN 'delivered' THEN m.i % 10 <> 0 WHEN 'opened' THEN m.i % 5 < 2
                       WHEN 'clicked' THEN m.i % 10 = 1 ELSE m.i % 10 = 0 END`;
}

interface Known {
  readonly brandId: BrandId;
  readonly id: string;
  readonly contactId: string;
  readonly event: string;
  readonly ref: string;
  readonly providerId: string;
}

/** Asks a few times, and keeps the fastest for the record. */
async function ask(url: string, logFile: string, log: (line: string) => void): Promise<Answered[]> {
  const explained = new URL(url);
  explained.searchParams.set('options', '-c auto_explain.log_min_duration=0 -c timezone=UTC');
  const database = new Database({ url: explained.href, max: 1, name: 'bench' });
  try {
    const { tx } = database;
    const [known] = await tx.sql<Known>`
      SELECT brand_id AS "brandId", message_id AS id, contact_id AS "contactId", event, provider_id AS "providerId",
             (SELECT provider_ref FROM sending.touch
               WHERE channel = 'sms' AND provider_ref IS NOT NULL LIMIT 1) AS ref
        FROM sending.touch WHERE type = 'clicked' LIMIT 1`;
    if (known === undefined) throw new Error('there are no touches');
    const { brandId } = known;
    const questions: [string, () => Promise<unknown>][] = [
      [
        'what is known of a message',
        () => tx.sql`
        SELECT type, at, bounce FROM sending.touch WHERE message_id = ${known.id} ORDER BY at`,
      ],
      [
        'an event by the id of its reporter',
        () => tx.sql`
        SELECT message_id FROM sending.touch WHERE brand_id = ${brandId} AND event = ${known.event} AND event <> ''`,
      ],
      [
        'a message by the id of its provider',
        () => tx.sql`
        SELECT message_id FROM sending.touch
         WHERE provider_id = ${known.providerId} AND provider_ref = ${known.ref} AND channel IN ('sms', 'whatsapp')`,
      ],
      [
        'all touches of a contact',
        () => tx.sql`
        SELECT message_id, type, at FROM sending.touch WHERE contact_id = ${known.contactId}::uuid`,
      ],
      [
        `variants of a campaign, ${ASKED_DAYS} days`,
        () =>
          new VariantService(database).compare(brandId, NAMES.campaign, {
            step: null,
            experiment: null,
            goal: 'clicked',
          }),
      ],
    ];
    const answers: Answered[] = [];
    for (const [what, question] of questions) {
      log(`${what} ...`);
      await question();
      let before = 0;
      let ms = Infinity;
      for (let again = 0; again < AGAIN; again++) {
        before = fs.statSync(logFile).size;
        const begun = performance.now();
        await question();
        ms = Math.min(ms, round(performance.now() - begun, 2));
        await sleep(200);
      }
      const said = fs.readFileSync(logFile).subarray(before).toString();
      answers.push({ what, ms, pages: pagesIn(said), plan: planIn(said) });
    }
    return answers;
  } finally {
    await database.close();
  }
}

/** Of the statement that looked at the most; the first line on buffers in a plan is that of the whole. */
function pagesIn(text: string): number {
  const plans = text.split(/duration: [\d.]+ ms {2}plan:/).slice(1);
  const pages = plans.map((plan) => {
    const [line = ''] = /Buffers: shared.*/.exec(plan) ?? [];
    return [...line.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  });
  return Math.max(0, ...pages);
}

/** The nodes of the longest plan that was logged: without costs, which say little to people. */
function planIn(text: string): string[] {
  const plans = text.split(/duration: [\d.]+ ms {2}plan:/).slice(1);
  const nodes = plans.map((plan) =>
    plan
      .split('\n')
      .filter(
        (line) =>
          /(Scan|Join|Aggregate|Append|Sort|Loop|Gather|Hash|CTE \S+|Limit|Unique)\b/.test(line) &&
          !line.includes('Query Text'),
      )
      .filter((line) => /\(cost=|CTE /.test(line))
      .map((line) =>
        line
          .replace(/ +\(cost=[^)]*\)/, '')
          .replace(/\t/g, ' ')
          .trimEnd(),
      ),
  );
  return nodes.sort((a, b) => b.length - a.length)[0] ?? [];
}

function checksOf(answers: readonly Answered[], found: number, wanted: number): TouchesReport['checks'] {
  const lookUps = answers.slice(0, LOOK_UPS);
  const slowest = Math.max(...lookUps.map(({ ms }) => ms));
  const whole = answers.filter(({ plan }) => plan.some((node) => /Seq Scan on touch\b/.test(node)));
  const periods = answers.slice(LOOK_UPS);
  return [
    { check: 'as many touches as were asked for, give or take one in a hundred', passed: Math.abs(found / wanted - 1) < 0.01, found: String(found) }, // prettier-ignore
    { check: 'no question goes through all touches', passed: whole.length === 0, found: whole.map(({ what }) => what).join(', ') || 'none' }, // prettier-ignore
    {
      check: `a look-up takes at most ${MOST_LOOK_UP_MS} ms`,
      passed: slowest <= MOST_LOOK_UP_MS,
      found: `${slowest} ms`,
    },
    ...periods.map(({ what, ms }) => ({ check: `${what}: at most ${MOST_PERIOD_MS} ms`, passed: ms <= MOST_PERIOD_MS, found: `${ms} ms` })), // prettier-ignore
  ];
}

async function one<Row extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<Row> {
  const { rows } = await client.query<Row>(sql);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL answered nothing');
  return row;
}

export function touchesText(report: TouchesReport): string {
  return [
    `${report.touches.toLocaleString('en')} touches of a year, ${report.tableMb} MB and ${report.indexesMb} MB of indexes`,
    `  written         ${report.rowsPerSecond.toLocaleString('en')} a second with their indexes; ${report.addedPerSecond.toLocaleString('en')} a second are added to them`,
    ...report.answers.flatMap(answerText),
    `the same in ${report.divided.partitions} partitions, by quarters and one for other times (docs/decisions/0325)`,
    `  written         ${report.divided.addedPerSecond.toLocaleString('en')} a second are added to them`,
    ...report.divided.answers.flatMap(answerText),
    ...report.checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}  ${check}: ${found}`),
  ].join('\n');
}

function answerText({ what, ms, pages, plan }: Answered): string[] {
  return [`  ${what}: ${ms} ms, ${pages.toLocaleString('en')} pages`, ...plan.map((node) => `      ${node}`)];
}
