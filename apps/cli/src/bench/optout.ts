import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, systemClock, toIso } from '#lib/platform';
import { sendBulk } from './bulk-client.js';
import { type Latency, latencyOf, perSecond } from './figures.js';
import { type Backend, GatewayUnderTest } from './gateway-under-test.js';
import { bulkLine } from './messages.js';
import { contactKey, NAMES, seed } from './seed.js';

export interface OptOutOptions {
  readonly seconds: number;
  /** Messages offered a second. */
  readonly rate: number;
  readonly backend: Backend;
}

export interface OptOutReport {
  readonly bench: 'optout';
  readonly backend: Backend;
  readonly seconds: number;
  /** Messages that the api accepted a second while people left, and hand-overs that the workers started meanwhile. */
  readonly acceptedPerSecond: number;
  readonly startedPerSecond: number;
  readonly optOuts: number;
  /** From the request to the last byte of its answer: then the opt-out is acknowledged. */
  readonly acknowledgedMs: Latency;
  /** Messages that the answers named as already on their way. */
  readonly inFlight: number;
  /** Messages to people who had left, accepted before, that were dropped for it: those the opt-out caught up with. */
  readonly caught: number;
  /** Hand-overs with a later position in the ledger than the withdrawal, to the same contact point about the same topic. */
  readonly startedAfter: number;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

const CONTACTS = 20_000;
/** Lines of one request; so many are offered at once that the wanted rate comes out. */
const BATCH_LINES = 100;
const OPT_OUTS_PER_SECOND = 20;
/** Messages to somebody who is about to leave, in the same breath; every other one is to be sent a moment later. */
const CHASERS = 4;
const LATER_MS = 1_000;
const WARM_UP_SECONDS = 2;
const STUCK_MS = 60_000;

/**
 * Lets people leave while messages are sent at a steady rate, some of them to just those people in the same moment, and
 * judges by positions in the ledger whether any hand-over started after an opt-out.
 */
export async function measureOptOut(options: OptOutOptions, log: (line: string) => void): Promise<OptOutReport> {
  const gateway = await GatewayUnderTest.start(options.backend, log);
  const reader = new Database({ url: gateway.databaseUrls.app, max: 2, name: 'consent-gateway bench' });
  try {
    log(`writing ${CONTACTS} contacts with their consents`);
    const { apiKey } = await seed(gateway.settings, CONTACTS);
    const run = new OptOutRun(gateway.apiUrl, apiKey, options.rate);
    log('warming up');
    await run.load('warm-up', WARM_UP_SECONDS);
    const startedBefore = await handOvers(reader);
    log(
      `sending ${options.rate} messages a second for ${options.seconds} s while ${OPT_OUTS_PER_SECOND} people a second leave`,
    );
    const begun = performance.now();
    const loading = run.load('run', options.seconds);
    const leaving = run.leave(options.seconds);
    const [accepted, left] = await Promise.all([loading, leaving]);
    const elapsed = performance.now() - begun;
    const started = (await handOvers(reader)) - startedBefore;
    await untilDone(reader);
    const judged = await judge(reader);
    const check = (name: string, passed: boolean, found: string) => ({ check: name, passed, found });
    return {
      bench: 'optout',
      backend: options.backend,
      seconds: options.seconds,
      acceptedPerSecond: perSecond(accepted, elapsed),
      startedPerSecond: perSecond(started, elapsed),
      optOuts: left.acknowledged,
      acknowledgedMs: latencyOf(left.ms),
      inFlight: left.inFlight,
      ...judged,
      checks: [
        check('every opt-out was acknowledged', left.failed === 0, `${left.failed} were not`),
        check(
          'each has its withdrawal in the ledger',
          judged.withdrawals === left.acknowledged,
          `${judged.withdrawals} of ${left.acknowledged}`,
        ),
        check('no hand-over started after its opt-out', judged.startedAfter === 0, `${judged.startedAfter} did`),
        check('some were caught while they waited, so that it was a race', judged.caught > 0, `${judged.caught} were`),
      ],
    };
  } finally {
    await reader.close();
    await gateway.stop();
  }
}

class OptOutRun {
  private sent = 0;
  private nextToLeave = CONTACTS - 1;
  private readonly agent = new http.Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
    private readonly rate: number,
  ) {}

  /** Offers messages at the rate, whether or not earlier ones were answered; answers how many were accepted. */
  async load(name: string, seconds: number): Promise<number> {
    const batches = Math.round((this.rate * seconds) / BATCH_LINES);
    const everyMs = (BATCH_LINES * 1000) / this.rate;
    const begun = performance.now();
    const answers: Promise<number>[] = [];
    for (let i = 0; i < batches; i++) {
      const early = begun + i * everyMs - performance.now();
      if (early > 0) await sleep(early);
      answers.push(this.batch(name, BATCH_LINES));
    }
    return (await Promise.all(answers)).reduce((sum, n) => sum + n, 0);
  }

  /** Lets one person after another leave, each chased by messages that are accepted just before. */
  async leave(seconds: number): Promise<{ ms: number[]; acknowledged: number; inFlight: number; failed: number }> {
    const result = { ms: [] as number[], acknowledged: 0, inFlight: 0, failed: 0 };
    const begun = performance.now();
    const answers: Promise<void>[] = [];
    for (let i = 0; i < seconds * OPT_OUTS_PER_SECOND; i++) {
      const early = begun + (i * 1000) / OPT_OUTS_PER_SECOND - performance.now();
      if (early > 0) await sleep(early);
      const contact = this.nextToLeave--;
      answers.push(
        this.chase(i, contact).then(async () => {
          const at = performance.now();
          const { status, inFlight } = await this.optOut(contact);
          if (status !== 201) {
            result.failed += 1;
            return;
          }
          result.ms.push(performance.now() - at);
          result.acknowledged += 1;
          result.inFlight += inFlight;
        }),
      );
    }
    await Promise.all(answers);
    this.agent.destroy();
    return result;
  }

  private async chase(i: number, contact: number): Promise<void> {
    const later = toIso(systemClock.now() + LATER_MS);
    const lines = Array.from({ length: CHASERS }, (_, n) => {
      const line = { ...bulkLine(`chase-${i}`, n, CONTACTS), to: contactKey(contact) };
      return `${JSON.stringify(n % 2 === 0 ? line : { ...line, sendAt: later })}\n`;
    });
    const { accepted } = await sendBulk(
      this.url,
      this.apiKey,
      [{ bytes: Buffer.from(lines.join('')), lines: CHASERS }],
      1,
    );
    if (accepted !== CHASERS) throw new Error(`${accepted} of ${CHASERS} messages were accepted`);
  }

  private async batch(name: string, lines: number): Promise<number> {
    const from = this.sent;
    this.sent += lines;
    // The other half of the people: those who leave get their messages from `chase`.
    const text = Array.from({ length: lines }, (_, i) => `${JSON.stringify(bulkLine(name, from + i, CONTACTS / 2))}\n`);
    return (await sendBulk(this.url, this.apiKey, [{ bytes: Buffer.from(text.join('')), lines }], 1)).accepted;
  }

  private optOut(contact: number): Promise<{ status: number; inFlight: number }> {
    const body = JSON.stringify({
      channel: 'email',
      purpose: 'commercial',
      topics: [NAMES.topic],
      kind: 'withdrawn',
      legalBasis: 'withdrawal',
      method: 'api',
    });
    const headers = { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const path = `${this.url}/v1/contacts/${contactKey(contact)}/consents`;
      const request = http.request(path, { agent: this.agent, method: 'POST', headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const answer =
            status === 201 ? (JSON.parse(Buffer.concat(parts).toString()) as { inFlight: unknown[] }) : null;
          resolve({ status, inFlight: answer?.inFlight.length ?? 0 });
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}

async function handOvers(reader: Database): Promise<number> {
  const [row] = await reader.tx.sql<{
    n: number;
  }>`SELECT count(*) AS n FROM sending.message WHERE first_started_at IS NOT NULL`;
  return row?.n ?? 0;
}

/** Until every message has its end and every entry its position. */
async function untilDone(reader: Database): Promise<void> {
  for (let waited = 0; waited < STUCK_MS; waited += 100) {
    const [row] = await reader.tx.sql<{ open: number; pending: number }>`
      SELECT (SELECT count(*) FROM sending.message WHERE due_at IS NOT NULL) AS open,
             (SELECT count(*) FROM ledger.pending) AS pending`;
    if (row?.open === 0 && row.pending === 0) return;
    await sleep(100);
  }
  throw new Error('messages have no end after a minute');
}

/** Compares positions: of each withdrawal, and of each hand-over to the same contact point about the same topic. */
async function judge(reader: Database): Promise<{ withdrawals: number; startedAfter: number; caught: number }> {
  const [row] = await reader.tx.sql<{ withdrawals: number; startedAfter: number; caught: number }>`
    WITH left_at AS MATERIALIZED (
      SELECT e.contact_point_id, e.topic_id, l.idx
        FROM consent.consent_event e
        JOIN ledger.log l ON l.id = e.entry_id
       WHERE e.kind = 'withdrawn' AND e.topic_id IS NOT NULL
    ), messages AS MATERIALIZED (
      SELECT m.id, m.reason, m.entry_ids, w.idx AS left_idx
        FROM left_at w
        JOIN sending.message m ON m.contact_point_id = w.contact_point_id AND m.topic_id = w.topic_id
    )
    SELECT (SELECT count(*) FROM left_at) AS withdrawals,
           (SELECT count(*) FROM messages WHERE reason = 'consent_withdrawn') AS caught,
           (SELECT count(*)
              FROM messages m, unnest(m.entry_ids) AS entry (id)
              JOIN ledger.log l ON l.id = entry.id
             WHERE position('"t":"send.handover_started"' IN convert_from(l.leaf, 'UTF8')) > 0 AND l.idx > m.left_idx)
             AS "startedAfter"`;
  return row ?? { withdrawals: 0, startedAfter: 0, caught: 0 };
}
