import http from 'node:http';
import { type Latency, latencyOf, perSecond, round } from './figures.js';
import { type Backend, GatewayUnderTest } from './gateway-under-test.js';
import { messageBody } from './messages.js';
import { seed } from './seed.js';

export interface AcceptOptions {
  readonly seconds: number;
  readonly connections: number;
  readonly backend: Backend;
}

interface Requests {
  readonly requestsPerSecond: number;
  readonly latencyMs: Latency;
  /** Answers with another status than the one wanted. */
  readonly failed: number;
}

export interface AcceptReport {
  readonly bench: 'accept';
  readonly backend: Backend;
  readonly connections: number;
  readonly seconds: number;
  readonly accept: Requests;
  /** GET /livez of the same process: what HTTP alone costs. */
  readonly baseline: Requests;
  readonly ratio: number;
}

const CONTACTS = 10_000;
const WARM_UP_SECONDS = 2;

/** Single requests, each a message of its own with a key of its own, against the same process doing nothing. */
export async function measureAccept(options: AcceptOptions, log: (line: string) => void): Promise<AcceptReport> {
  return GatewayUnderTest.measured(options.backend, log, async (gateway) => {
    log(`writing ${CONTACTS} contacts with their consents`);
    const { apiKey } = await seed(gateway.settings, CONTACTS);
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    let sent = 0;
    const accept = (): Request => {
      const i = sent++;
      return {
        method: 'POST',
        path: '/v1/messages',
        headers: { ...headers, 'idempotency-key': `single-${i}` },
        body: JSON.stringify(messageBody(i, CONTACTS)),
        wanted: 202,
      };
    };
    const live = (): Request => ({ method: 'GET', path: '/livez', headers: {}, body: '', wanted: 200 });
    const load = (request: () => Request, seconds: number): Promise<Samples> =>
      run(gateway.apiUrl, request, options.connections, seconds);

    log('warming up');
    await load(accept, WARM_UP_SECONDS);
    await load(live, WARM_UP_SECONDS);
    // Halves in turn, so that a machine that is busy for a while is busy for both.
    const half = options.seconds / 2;
    const [first, second] = [await load(live, half), await load(accept, half)];
    const [third, fourth] = [await load(live, half), await load(accept, half)];
    const [baseline, accepted] = [together(first, third), together(second, fourth)];
    return {
      bench: 'accept',
      backend: options.backend,
      connections: options.connections,
      seconds: options.seconds,
      accept: accepted,
      baseline,
      ratio: round(accepted.requestsPerSecond / baseline.requestsPerSecond, 3),
    };
  });
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The status that counts as an answer. */
  readonly wanted: number;
}

interface Samples {
  readonly ms: number[];
  readonly elapsedMs: number;
  readonly failed: number;
}

/** Each connection sends its next request when the one before was answered. */
async function run(url: string, next: () => Request, connections: number, seconds: number): Promise<Samples> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const ms: number[] = [];
  let failed = 0;
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const connection = async (): Promise<void> => {
    while (performance.now() < end) {
      const request = next();
      const at = performance.now();
      const status = await send(agent, url, request);
      ms.push(performance.now() - at);
      if (status !== request.wanted) failed++;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return { ms, elapsedMs: performance.now() - begun, failed };
}

function send(agent: http.Agent, url: string, { method, path, headers, body }: Request): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}${path}`, { agent, method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function together(a: Samples, b: Samples): Requests {
  return {
    requestsPerSecond: perSecond(a.ms.length + b.ms.length, a.elapsedMs + b.elapsedMs),
    latencyMs: latencyOf([...a.ms, ...b.ms]),
    failed: a.failed + b.failed,
  };
}
