import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itInLongForm } from '../support/form.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Generous: on a busy machine a start takes several times as long as on an idle one. */
const PATIENCE_MS = 100_000;
const TIMEOUT_MS = 300_000;

/** Without the provider, which follows the port of the mailbox. */
const SETUP = /^(brand|key|purpose|topic|notice|policy|template|campaign)\./;

interface Ready {
  readonly api: string;
  readonly center: string;
  readonly worker: string;
  readonly mailbox: string;
  readonly witness: string;
  readonly smtp: { readonly host: string; readonly port: number };
  readonly key: string;
  readonly testKey: string;
  readonly operatorKey: string;
  readonly yearKey?: string;
  readonly pid: number;
  readonly pids: Readonly<Record<'api' | 'center' | 'worker' | 'postgres', number>>;
}

/** `npm start`, as a program runs it. */
class Start {
  readonly process: ChildProcess;
  output = '';

  constructor(
    dataDir: string,
    private readonly readyFile: string,
    args: readonly string[],
  ) {
    const places = ['--ready-file', readyFile, '--data-dir', dataDir];
    this.process = spawn(process.execPath, ['scripts/start.mjs', ...places, ...args], { cwd: ROOT });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
  }

  async ready(): Promise<Ready> {
    await eventually('it is ready', () => {
      if (this.process.exitCode !== null) throw new Error(`it ended instead, and said:\n${this.output}`);
      return fs.existsSync(this.readyFile);
    });
    return JSON.parse(fs.readFileSync(this.readyFile, 'utf8')) as Ready;
  }

  async ended(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }
}

describe('npm start', () => {
  let folder: string;
  const started: Start[] = [];
  const start = (readyFile: string, ...args: readonly string[]): Start => {
    const one = new Start(path.join(folder, 'data'), path.join(folder, readyFile), args);
    started.push(one);
    return one;
  };

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-start-'));
    // PostgreSQL's own account must be able to walk through it.
    fs.chmodSync(folder, 0o755);
  });
  afterAll(async () => {
    for (const one of started) one.process.kill('SIGKILL');
    await Promise.all(started.map((one) => one.ended()));
    await sleep(500);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it(
    'tells its story, refuses a second start beside it, and leaves nothing behind',
    async () => {
      const first = start('ready.json', '--no-year');
      const ready = await first.ready();
      expect(ready.pid).toBe(first.process.pid);
      expect(ready).toMatchObject({
        smtp: { host: '127.0.0.1', port: expect.any(Number) },
        key: expect.stringMatching(/^cg_live_/),
        testKey: expect.stringMatching(/^cg_test_/),
        operatorKey: expect.stringMatching(/^cg_live_/),
        database: { app: expect.stringMatching(/^postgresql:\/\/gateway_app:/) },
      });
      expect(alive(ready).sort()).toEqual(['api', 'center', 'postgres', 'worker']);
      // Each part says when it stood: first the server, then its tables, then whoever needs them, in any order. The brand
      // is last: it is set up through the api, and nobody waits for its keys but those who want to read them.
      await eventually('it has said so', () => first.output.includes('ready after'));
      const parts = /ready after [\d.]+ s: (.+)$/m.exec(first.output)?.[1]?.split(', ') ?? [];
      const names = parts.map((part) => part.split(' ')[0]);
      expect(names.slice(0, 2)).toEqual(['postgres', 'tables']);
      expect(names.slice(2).sort()).toEqual(['api', 'center', 'demo', 'worker']);
      expect(names.indexOf('demo')).toBeGreaterThan(names.indexOf('api'));
      expect(await readiness(ready)).toEqual([200, 200, 200]);
      expect(fs.statSync(path.join(folder, 'ready.json')).mode & 0o777).toBe(0o600);

      await eventually('the story is told', () => first.output.includes('starts over'));
      const decisions = [...first.output.matchAll(/^ {3}decision {2}(.*)$/gm)].map(([, decision]) => decision);
      expect(decisions).toEqual([
        'pass',
        'drop, no_consent',
        'defer, quiet_hours',
        'drop, frequency_cap',
        'drop, consent_withdrawn',
      ]);
      expect(first.output).not.toMatch(/unexpected/i);
      expect((await fetch(/^ {3}mail {6}(\S+),/m.exec(first.output)?.[1] ?? '')).status).toBe(200);
      expect(await pasted(first.output)).toBe(202);
      await eventually('a stranger finds the log signed and witnessed', () => verifies(folder, ready));

      const second = start('second.json');
      expect(await second.ended()).toBe(1);
      expect(second.output).toContain('already runs');

      first.process.kill('SIGTERM');
      expect(await first.ended()).toBe(0);
      expect(alive(ready)).toEqual([]);
      await expect(fetch(`${ready.witness}/livez`)).rejects.toThrow();
      expect(fs.existsSync(path.join(folder, 'ready.json'))).toBe(false);
    },
    TIMEOUT_MS,
  );

  itInLongForm(
    'fills the reports with a made-up year once, in another brand where the first was cut short',
    async () => {
      const first = start('ready.json');
      const ready = await first.ready();
      // The story is told, or was by an earlier start.
      await eventually('a year is begun', async () => (await brands(ready)).includes('hafenwerk'));
      expect(ready.yearKey).toBeUndefined();
      first.process.kill('SIGTERM');
      expect(await first.ended()).toBe(0);
      expect(first.output).not.toContain('the reports of it');

      const second = start('ready.json');
      await second.ready();
      await eventually('the year is written', () => readReady(folder)?.yearKey !== undefined);
      const { api, operatorKey, yearKey = '' } = readReady(folder) ?? ready;
      expect(second.output).toContain(`${api}/reports (sign in with ${yearKey})`);
      const asked = async (report: string) => {
        const answer = await fetch(`${api}/v1/reports/${report}`, { headers: { authorization: `Bearer ${yearKey}` } });
        return [report, answer.status, ((await answer.json()) as { rows: unknown[] }).rows.length > 0];
      };
      for (const report of ['attribution', 'exits', 'email', 'consents', 'funnel', 'lift', 'links'])
        expect(await asked(report)).toEqual([report, 200, true]);
      expect(await brands({ api, operatorKey })).toEqual(expect.arrayContaining(['hafenwerk', 'hafenwerk-2']));
      second.process.kill('SIGTERM');
      expect(await second.ended()).toBe(0);

      const third = start('ready.json');
      expect((await third.ready()).yearKey).toBe(yearKey);
      await eventually('it is told where to look', () => third.output.includes('starts over'));
      expect(third.output).toContain(`year key  ${yearKey}`);
      expect(await brands({ api: (await third.ready()).api, operatorKey })).not.toContain('hafenwerk-3');
      third.process.kill('SIGTERM');
      expect(await third.ended()).toBe(0);
    },
    TIMEOUT_MS,
  );

  itInLongForm(
    'takes everything along when it is killed, and heals at the next start',
    async () => {
      const killed = start('ready.json', '--no-demo');
      const before = await killed.ready();
      const entries = await setUpEntries(before);
      expect(entries).toBeGreaterThan(10);
      await eventually('the log is published', async () => (await fetch(`${before.api}/ledger/checkpoint`)).ok);
      const older = path.join(folder, 'older');
      fs.writeFileSync(older, await (await fetch(`${before.api}/ledger/checkpoint`)).text());
      killed.process.kill('SIGKILL');
      await killed.ended();
      await eventually('everything has ended', () => alive(before).length === 0, 10_000);

      // Makes the next start set the brand up once more.
      const state = path.join(folder, 'data', 'demo.json');
      const known = JSON.parse(fs.readFileSync(state, 'utf8')) as Record<string, unknown>;
      fs.writeFileSync(state, JSON.stringify({ ...known, setup: 'another' }));

      const healed = start('ready.json', '--no-demo');
      await eventually('the old ready file is gone', () => readReady(folder)?.pid !== before.pid);
      const after = await healed.ready();
      expect(after.key).toBe(before.key);
      expect(await setUpEntries(after)).toBe(entries);
      expect(await readiness(after)).toEqual([200, 200, 200]);
      await deliverOne(after);

      process.kill(after.pids.worker, 'SIGKILL');
      await eventually('another worker runs', () => readReady(folder)?.pids.worker !== after.pids.worker);
      await eventually('it is ready', async () => (await readiness(after)).every((status) => status === 200));
      await deliverOne(after);
      await eventually('the log goes on from where it was', () => verifies(folder, after, '--older', older));
      healed.process.kill('SIGINT'); // As Ctrl-C does.
      expect(await healed.ended()).toBe(0);
    },
    TIMEOUT_MS,
  );
});

async function readiness({ api, center, worker }: Ready): Promise<number[]> {
  return Promise.all(
    [api, center, worker].map((url) =>
      fetch(`${url}/readyz`).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  );
}

/** Keys of all brands. */
async function brands({ api, operatorKey }: Pick<Ready, 'api' | 'operatorKey'>): Promise<string[]> {
  const answer = await fetch(`${api}/v1/brands`, { headers: { authorization: `Bearer ${operatorKey}` } });
  return ((await answer.json()) as { items: { key: string }[] }).items.map(({ key }) => key);
}

/** Whether `consentctl ledger verify` finds nothing wrong, from outside. */
async function verifies(folder: string, { api }: Ready, ...more: readonly string[]): Promise<boolean> {
  const policy = path.join(folder, 'data', 'ledger', 'policy.txt');
  const argv = ['dist/apps/cli/src/main.js', 'ledger', 'verify', `${api}/ledger`, '--policy', policy, ...more];
  const [code] = (await once(spawn(process.execPath, argv, { cwd: ROOT, stdio: 'ignore' }), 'exit')) as [number];
  return code === 0;
}

/** What the printed curl is answered, read as a shell would. */
async function pasted(output: string): Promise<number> {
  const url = /^curl (\S+) /m.exec(output)?.[1] ?? '';
  const headers = [...output.matchAll(/^ {2}-H '([^:']+): ([^']+)'/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const body = /^ {2}-d '([^']+)'$/m.exec(output)?.[1] ?? '';
  const answer = await fetch(url, {
    method: 'POST',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body,
  });
  return answer.status;
}

/** How many changes of the brand's set-up the ledger holds. */
async function setUpEntries({ api, key }: Ready): Promise<number> {
  const answer = await fetch(`${api}/v1/ledger/entries?limit=1000`, { headers: { authorization: `Bearer ${key}` } });
  const { entries } = (await answer.json()) as { entries: { leaf: string }[] };
  const types = entries.map(({ leaf }) => (JSON.parse(leaf) as { t: string }).t);
  return types.filter((type) => SETUP.test(type)).length;
}

/** An order confirmation to somebody new: neither the hour nor what was sent before holds it back. */
async function deliverOne({ api, key, mailbox }: Ready): Promise<void> {
  const call = async (method: string, url: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${api}${url}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const to = randomUUID();
  const contactPoints = [{ channel: 'email', address: `${to}@example.org` }];
  expect(await call('PUT', `/v1/contacts/${to}`, { language: 'en', contactPoints })).toMatchObject({ status: 201 });

  const variables = { firstName: 'Frida', order: '4711' };
  const message = { to, template: 'order-confirmation', purpose: 'transactional', variables };
  const accepted = await call('POST', '/v1/messages', message, { 'idempotency-key': randomUUID() });
  expect(accepted).toMatchObject({ status: 202, body: { decision: { outcome: 'pass' } } });

  await eventually('the mail has arrived', async () => {
    const mails = (await (await fetch(`${mailbox}/messages.json`)).json()) as { to: string[]; subject: string }[];
    return mails.some((mail) => mail.to[0] === `${to}@example.org` && mail.subject === 'Your order 4711');
  });
}

function readReady(folder: string): Ready | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'ready.json'), 'utf8')) as Ready;
  } catch {
    return undefined;
  }
}

/** Which of them still run. */
function alive({ pids }: Ready): string[] {
  return Object.entries(pids).flatMap(([name, pid]) => {
    try {
      process.kill(pid, 0);
      // Where nobody reaps it, a dead process keeps its number.
      const stat = process.platform === 'linux' ? fs.readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
      return stat.includes(') Z ') ? [] : [name];
    } catch {
      return [];
    }
  });
}

async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patience = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`after ${patience} ms it is still not so that ${what}`);
    await sleep(50);
  }
}
