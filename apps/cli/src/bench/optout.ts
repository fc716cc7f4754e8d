import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, systemClock, toIso } from '#lib/platform';
import { sendBulk } from './bulk-client.js';
import { type Latency, latencyOf, perSecond } from './figures.js';
import { type Backend, GatewayUnderTest } from './gateway-under-test.js';
import { bulkLine } from './messages.js';
import { judgeOptOuts, type Judged, type OptOut } from './optout-judge.js';
import { contactKey, NAMES, seed } from './seed.js';

export interface OptOutOptions {
  readonly seconds: number;
  /** Messages offered a second; left out: a thousand, or nine tenths of what the machine has just shown that it sends. */
  readonly rate?: number | undefined;
  readonly backend: Backend;
}

export interface OptOutReport extends Judged {
  readonly bench: 'optout';
  readonly backend: Backend;
  readonly seconds: number;
  /** What the gateway sent to the end when it was given as much as it took, without opt-outs. */
  readonly capacityPerSecond: number;
  /** Messages that were offered a second while people left, those that were accepted, and hand-overs that started. */
  readonly offeredPerSecond: number;
  readonly acceptedPerSecond: number;
  readonly startedPerSecond: number;
  readonly optOuts: number;
  /** From the request to the last byte of its answer: then the opt-out is acknowledged. */
  readonly acknowledgedMs: Latency;
  /** Messages that the answers named as already on their way. */
  readonly inFlight: number;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

const CONTACTS = 20_000;
/** Requests a second; each has as many lines as make the wanted rate. */
const REQUESTS_PER_SECOND = 10;
/** People who leave, for the messages offered: each is four more messages and a transaction of their own. */
const MESSAGES_PER_OPT_OUT = 20;
const MOST_OPT_OUTS_PER_SECOND = 20;
/** Messages to somebody who is about to leave, in the same breath; every other one is to be sent a moment later. */
const CHASERS = 4;
const LATER_MS = 1_000;
/** Messages that are sent as fast as they are taken, first to warm up, then to see how many a second that is. */
const WARM_UP = 2_000;
const TRIAL = 10_000;
const TRIAL_LINES = 250;
const TRIAL_WINDOW = 4;
/** What is offered while people leave, and the part of what the machine can do that is offered where that is less. */
const GOAL_PER_SECOND = 1_000;
const SUSTAINABLE = 0.9;
const STUCK_MS = 60_000;

/**
 * Lets people leave while messages are sent at a steady rate, some of them to just those people in the same moment, and
 * judges by positions in the ledger whether any hand-over started after an opt-out.
 */
export async function measureOptOut(options: OptOutOptions, log: (line: string) => void): Promise<OptOutReport> {
  return GatewayUnderTest.measured(options.backend, log, async (gateway) => {
    const reader = new Database({ url: gateway.databaseUrls.app, max: 2, name: 'consent-gateway bench' });
    try {
      log(`writing ${CONTACTS} contacts with their consents`);
      const { apiKey } = await seed(gateway.settings, CONTACTS);
      const run = new OptOutRun(gateway.apiUrl, apiKey);
      log('warming up');
      await run.trial(WARM_UP);
      await untilDone(reader);
      const tried = performance.now();
      await run.trial(TRIAL);
      await untilDone(reader);
      const capacity = perSecond(TRIAL, performance.now() - tried);
      const most = Math.max(REQUESTS_PER_SECOND, Math.round(capacity * SUSTAINABLE));
      const rate = options.rate ?? Math.min(GOAL_PER_SECOND, most);
      const people = Math.max(1, Math.min(MOST_OPT_OUTS_PER_SECOND, Math.round(rate / MESSAGES_PER_OPT_OUT)));
      const startedBefore = await handOvers(reader);
      log(
        `sending ${rate} messages a second of ${capacity} for ${options.seconds} s while ${people} people a second leave`,
      );
      const begun = performance.now();
      const loading = run.load(rate, options.seconds);
      const leaving = run.leave(people, options.seconds);
      const [offered, left] = await Promise.all([loading, leaving]);
      const elapsed = performance.now() - begun;
      const started = (await handOvers(reader)) - startedBefore;
      await untilDone(reader);
      const judged = await judgeOptOuts(reader, left.optOuts);
      const acknowledged = left.optOuts.length;
      const check = (name: string, passed: boolean, found: string) => ({ check: name, passed, found });
      return {
        bench: 'optout',
        backend: options.backend,
        seconds: options.seconds,
        capacityPerSecond: capacity,
        offeredPerSecond: perSecond(offered.lines, offered.offeredMs),
        acceptedPerSecond: perSecond(offered.accepted, elapsed),
        startedPerSecond: perSecond(started, elapsed),
        optOuts: acknowledged,
        acknowledgedMs: latencyOf(left.optOuts.map(({ askedAt, answeredAt }) => answeredAt - askedAt)),
        inFlight: left.inFlight,
        ...judged,
        checks: [
          check('every opt-out was acknowledged', left.failed === 0, `${left.failed} were not`),
          check(
            'each has its withdrawal in the ledger',
            judged.withdrawals === acknowledged,
            `${judged.withdrawals} of ${acknowledged}`,
          ),
          check('no hand-over started at a later position', judged.startedAfter === 0, `${judged.startedAfter} did`),
          check('none started after the answer', judged.startedAfterAnswer === 0, `${judged.startedAfterAnswer} did`),
          check('hand-overs to these people can be seen', judged.startedBefore > 0, `${judged.startedBefore} before`),
          check(
            'some started while the opt-out was on its way, so that it was a race',
            judged.startedMeanwhile > 0,
            `${judged.startedMeanwhile} did`,
          ),
          check('some were caught while they waited', judged.caught > 0, `${judged.caught} were`),
        ],
      };
    } finally {
      await reader.close();
    }
  });
}

class OptOutRun {
  private sent = 0;
  private nextToLeave = CONTACTS - 1;
  private readonly agent = new http.Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  /** Sends that many messages as fast as they are taken. */
  async trial(messages: number): Promise<void> {
    const batches = Array.from({ length: messages / TRIAL_LINES }, () => this.lines(TRIAL_LINES));
    await sendBulk(this.url, this.apiKey, batches, TRIAL_WINDOW);
  }

  /** Offers messages at the rate, whether or not earlier ones were answered. */
  async load(rate: number, seconds: number): Promise<{ lines: number; accepted: number; offeredMs: number }> {
    const perRequest = Math.max(1, Math.round(rate / REQUESTS_PER_SECOND));
    const requests = seconds * REQUESTS_PER_SECOND;
    const begun = performance.now();
    const answers: Promise<number>[] = [];
    for (let i = 0; i < requests; i++) {
      const early = begun + (i * 1000) / REQUESTS_PER_SECOND - performance.now();
      if (early > 0) await sleep(early);
      answers.push(sendBulk(this.url, this.apiKey, [this.lines(perRequest)], 1).then(({ accepted }) => accepted));
    }
    const offeredMs = Math.max(performance.now() - begun, seconds * 1000);
    const accepted = (await Promise.all(answers)).reduce((sum, n) => sum + n, 0);
    return { lines: requests * perRequest, accepted, offeredMs };
  }

  /** Lets one person after another leave, each chased by messages that are accepted just before. */
  async leave(perSecond: number, seconds: number): Promise<{ optOuts: OptOut[]; inFlight: number; failed: number }> {
    const result = { optOuts: [] as OptOut[], inFlight: 0, failed: 0 };
    const begun = performance.now();
    const answers: Promise<void>[] = [];
    for (let i = 0; i < seconds * perSecond; i++) {
      const early = begun + (i * 1000) / perSecond - performance.now();
      if (early > 0) await sleep(early);
      const contact = this.nextToLeave--;
      answers.push(
        this.chase(i, contact).then(async () => {
          const askedAt = systemClock.now();
          const { status, inFlight } = await this.optOut(contact);
          if (status !== 201) {
            result.failed += 1;
            return;
          }
          result.optOuts.push({ externalId: contactKey(contact), askedAt, answeredAt: systemClock.now() });
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

  private lines(count: number): { bytes: Buffer; lines: number } {
    const from = this.sent;
    this.sent += count;
    // The other half of the people: those who leave get their messages from `chase`.
    const text = Array.from(
      { length: count },
      (_, i) => `${JSON.stringify(bulkLine('load', from + i, CONTACTS / 2))}\n`,
    );
    return { bytes: Buffer.from(text.join('')), lines: count };
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
