import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { perSecond, round } from './figures.js';
import { type Backend, GatewayUnderTest } from './gateway-under-test.js';
import { bulkLine } from './messages.js';
import { seed } from './seed.js';

export interface BulkOptions {
  /** Of the longer request; the shorter one has a fifth of them. */
  readonly lines: number;
  /** To so many people in turn. */
  readonly contacts: number;
  readonly backend: Backend;
}

/** One request with that many lines to an api that had answered none before. */
export interface BulkRun {
  readonly lines: number;
  readonly accepted: number;
  readonly seconds: number;
  readonly linesPerSecond: number;
  /** Of the api before the request, and at its peak. */
  readonly idleRssMb: number;
  readonly peakRssMb: number;
  /** The most that was alive right after a full collection; 0 when there was none. */
  readonly peakLiveMb: number;
}

export interface BulkReport {
  readonly bench: 'bulk';
  readonly backend: Backend;
  readonly short: BulkRun;
  readonly long: BulkRun;
  /** Peak memory of the long request against that of the short one. */
  readonly memoryRatio: number;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

const SHORTER = 5;
/** Five times the lines may take so much more: memory is bounded, and the collector is not punctual. */
const MOST_MEMORY = 1.3;

/** Streams two requests of different length, each to a gateway of its own, and compares what the api took in memory. */
export async function measureBulk(options: BulkOptions, log: (line: string) => void): Promise<BulkReport> {
  const short = await stream({ ...options, lines: Math.round(options.lines / SHORTER) }, log);
  const long = await stream(options, log);
  const memoryRatio = round(long.peakRssMb / short.peakRssMb, 2);
  const accepted = (run: BulkRun) => ({
    check: `each of ${run.lines} lines was accepted`,
    passed: run.accepted === run.lines,
    found: `${run.accepted}`,
  });
  return {
    bench: 'bulk',
    backend: options.backend,
    short,
    long,
    memoryRatio,
    checks: [
      accepted(short),
      accepted(long),
      {
        check: `five times the lines take less than ${MOST_MEMORY} times the memory`,
        passed: memoryRatio < MOST_MEMORY,
        found: `${memoryRatio}`,
      },
    ],
  };
}

async function stream({ lines, contacts, backend }: BulkOptions, log: (line: string) => void): Promise<BulkRun> {
  return GatewayUnderTest.measured(backend, log, async (gateway) => {
    const { apiKey } = await seed(gateway.settings, contacts);
    const idle = await gateway.api.usage();
    await gateway.api.watchMemory();
    log(`streaming ${lines} lines in one request`);
    const begun = performance.now();
    const accepted = await oneRequest(gateway.apiUrl, apiKey, lines, contacts);
    const elapsed = performance.now() - begun;
    const { peakRssBytes, peakLiveBytes } = await gateway.api.usage();
    const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
    return {
      lines,
      accepted,
      seconds: round(elapsed / 1000, 1),
      linesPerSecond: perSecond(lines, elapsed),
      idleRssMb: megabytes(idle.peakRssBytes),
      peakRssMb: megabytes(peakRssBytes),
      peakLiveMb: megabytes(peakLiveBytes),
    };
  });
}

/** Writes lines as fast as they are taken and reads answers as they come; answers how many were accepted. */
async function oneRequest(apiUrl: string, apiKey: string, lines: number, contacts: number): Promise<number> {
  const request = http.request(`${apiUrl}/v1/messages:bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/x-ndjson' },
  });
  const answering = once(request, 'response') as Promise<[http.IncomingMessage]>;
  const text = function* (): Generator<string> {
    for (let i = 0; i < lines; i++) yield `${JSON.stringify(bulkLine('stream', i, contacts))}\n`;
  };
  const sending = pipeline(Readable.from(text()), request);
  sending.catch(() => undefined); // met below
  const [response] = await answering;
  if (response.statusCode !== 200) throw new Error(`messages:bulk answered ${response.statusCode}`);
  let accepted = 0;
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (line.includes('"status":202,')) accepted++;
  }
  await sending;
  return accepted;
}
