import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { KeyService } from '#lib/consent';
import { LedgerService } from '#lib/ledger';
import { Database, deriveKeys, SCOPES } from '#lib/platform';
import type { DatabaseUrls } from './durable-postgres.js';
import { type AppName, type RunningProcess, startProcess } from './processes.js';
import { until } from './until.js';
import { NO_LAW } from './no-law.js';

/** What one request was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Request {
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request to send, as its caller remembers it. */
export interface Asked {
  readonly to: string;
  readonly idempotencyKey: string;
  /** The id answered with 202; null while nobody has answered. */
  id: string | null;
}

const SETTINGS = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'info',
  WAKE_UP_SECONDS: '1',
  DATABASE_CONNECTIONS: '6',
  PROVIDER_HOSTS: '127.0.0.1:*',
};

/**
 * So long a message may wait where calls of its provider failed: half a minute, a minute when the first try fails as well,
 * and a message that failed twice a minute more. Who waits less takes a pause for a loss.
 */
const PATIENCE_MS = 240_000;
/**
 * For a worker that will die or sleep, so that whoever finds what it left need not wait long: its leases
 * last as long as a provider has to answer and six seconds more, of which a cold process on a slow machine has four to
 * begin. All other workers keep the long leases of production; a slow machine alone then makes nothing uncertain.
 */
export const SHORT_LEASE = { START_SECONDS: '4', LEASE_MARGIN_SECONDS: '1' };

/**
 * The product on one database, as real processes that are started and killed one by one, and a client that talks to it
 * over HTTP alone and remembers what it was told.
 */
export class Installation {
  readonly masterKey = randomBytes(32).toString('base64');
  /** Key of the brand, with every scope a brand's key can have. */
  key = '';
  operatorKey = '';
  /** Every request to send, in the order in which they were made. */
  readonly asked: Asked[] = [];
  readonly processes: RunningProcess[] = [];
  /** The superuser, for what no role of the product may see or do. */
  readonly admin: pg.Pool;
  private readonly latest = new Map<AppName, RunningProcess>();

  constructor(
    readonly urls: DatabaseUrls,
    /** `postgres`, or a redis:// URL. */
    readonly queueUrl: string,
    readonly settings: Readonly<Record<string, string>> = {},
  ) {
    this.admin = new pg.Pool({ connectionString: urls.admin, max: 2, application_name: 'spec' });
    this.admin.on('error', () => undefined);
  }

  /** Starts a process; the newest of each app is the one that requests go to. */
  async start(app: AppName, settings: Readonly<Record<string, string>> = {}): Promise<RunningProcess> {
    const started = await startProcess(app, {
      ...SETTINGS,
      DATABASE_URL: this.urls.app,
      ...(app === 'worker' ? { SEQUENCER_DATABASE_URL: this.urls.sequencer } : {}),
      QUEUE_URL: this.queueUrl,
      MASTER_KEY: this.masterKey,
      ...this.settings,
      ...settings,
    });
    this.processes.push(started);
    this.latest.set(app, started);
    return started;
  }

  async startReady(app: AppName, settings: Readonly<Record<string, string>> = {}): Promise<RunningProcess> {
    const started = await this.start(app, settings);
    await started.ready();
    return started;
  }

  process(app: AppName): RunningProcess {
    const process = this.latest.get(app);
    if (process === undefined) throw new Error(`no ${app} was started`);
    return process;
  }

  /** Requests go to this process from now on. */
  use(process: RunningProcess): void {
    this.latest.set(process.app, process);
  }

  /** Ends whatever still runs. The database stays. */
  async end(): Promise<void> {
    const alive = this.processes.filter((process) => process.exit() === null);
    for (const process of alive) process.resume();
    await Promise.all(alive.map((process) => process.kill()));
    await this.admin.end();
  }

  async request(method: string, path: string, { key = this.key, body, headers }: Request = {}): Promise<Answer> {
    const response = await fetch(`${this.process('api').url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** A request that must succeed; answers the parsed body. */
  async ok<T = Record<string, unknown>>(method: string, path: string, request: Request = {}): Promise<T> {
    const answer = await this.request(method, path, request);
    if (answer.status >= 300)
      throw new Error(
        `${method} ${path}: ${answer.status} ${answer.text}\n${this.process('api').output().slice(-3000)}`,
      );
    return JSON.parse(answer.text) as T;
  }

  /** The first key of an installation, which nobody can ask for over HTTP. */
  private async issueOperatorKey(): Promise<void> {
    const ring = deriveKeys(Buffer.from(this.masterKey, 'base64'));
    const database = new Database({ url: this.urls.app, max: 1 });
    try {
      const ledger = new LedgerService({ kek: ring.ledgerKek, macKey: ring.ledgerMac });
      const request = { brand: null, name: 'spec', scopes: SCOPES, test: false, expiresAt: null };
      const change = { by: 'spec', at: Date.now() };
      this.operatorKey = (await new KeyService(database, ledger, ring).issue(request, change, null)).text;
    } finally {
      await database.close();
    }
  }

  /**
   * Sets up one brand over HTTP: a newsletter that needs consent, receipts that do not, no limits, and mail by SMTP.
   * @param smtpPort port of a mail server on loopback
   */
  async setUp(smtpPort: number, brand = 'north'): Promise<void> {
    if (this.key === '') await this.issueOperatorKey();
    this.key = await this.brand(brand);
    await this.ok('PUT', '/v1/purposes/commercial', {
      body: { enforcement: 'restrictive', legalBasis: 'consent', labels: { en: 'Marketing', de: 'Werbung' } },
    });
    await this.ok('PUT', '/v1/purposes/transactional', {
      body: { enforcement: 'disabled', legalBasis: 'contract', labels: { en: 'Orders', de: 'Bestellungen' } },
    });
    for (const topic of ['newsletter', 'events'])
      await this.ok('PUT', `/v1/topics/${topic}`, {
        body: { purpose: 'commercial', labels: { en: topic, de: topic } },
      });
    await this.ok('POST', '/v1/policies', {
      body: { key: 'default', caps: [], quietHours: [], rates: [], jurisdiction: NO_LAW },
    });
    const html = '<p>News of {{brand.name}}{{#if unsubscribeUrl}} <a href="{{unsubscribeUrl}}">Leave</a>{{/if}}</p>';
    const text = 'News of {{brand.name}}{{#if unsubscribeUrl}} Leave: {{unsubscribeUrl}}{{/if}}';
    const contents = { en: { subject: 'News', html, text } };
    for (const [key, messageClass] of Object.entries({ news: 'commercial', receipt: 'transactional' })) {
      await this.ok('POST', '/v1/templates', {
        body: { key, channel: 'email', class: messageClass, defaultLanguage: 'en', contents },
      });
    }
    await this.provider(smtpPort);
  }

  /** The mail server of the brand, and how long it may take over an answer. */
  async provider(port: number, timeoutSeconds = 60, maxConnections = 5): Promise<void> {
    const settings = { host: '127.0.0.1', port, secure: 'none', maxConnections, timeoutSeconds };
    await this.ok('PUT', '/v1/providers/mail', { body: { channel: 'email', kind: 'smtp', settings, enabled: true } });
  }

  /** A new brand; answers a key for it with every scope. */
  async brand(brand: string): Promise<string> {
    await this.ok('PUT', `/v1/brands/${brand}`, {
      key: this.operatorKey,
      body: {
        name: brand,
        legalName: `${brand} GmbH`,
        postalAddress: 'Weg 1, 10115 Berlin',
        defaultLanguage: 'en',
        defaultZone: 'Europe/Berlin',
        country: 'DE',
        senderName: brand,
        senderEmail: `news@${brand}.example`,
      },
    });
    const scopes = SCOPES.filter((scope) => scope !== 'metrics:read');
    const { key } = await this.ok<{ key: string }>('POST', '/v1/keys', {
      key: this.operatorKey,
      body: { name: 'spec', brand, scopes },
    });
    return key;
  }

  /** A contact with an e-mail address who wants the newsletter. */
  async contact(externalId: string, address = `${externalId}@people.example`): Promise<void> {
    await this.ok('PUT', `/v1/contacts/${externalId}`, { body: { contactPoints: [{ channel: 'email', address }] } });
    await this.ok('POST', `/v1/contacts/${externalId}/consents`, { body: consent('granted') });
  }

  async contacts(count: number, prefix = 'c'): Promise<string[]> {
    const names = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
    await Promise.all(names.map((name) => this.contact(name)));
    return names;
  }

  /** Asks for one message once; what was answered is remembered, a connection that breaks is not an answer. */
  async send(to: string, more: Readonly<Record<string, unknown>> = {}): Promise<Asked> {
    const asked: Asked = { to, idempotencyKey: randomUUID(), id: null };
    this.asked.push(asked);
    await this.repeat(asked, more);
    return asked;
  }

  /** Asks for many at once, as one stream of lines. */
  async sendBulk(to: readonly string[]): Promise<Asked[]> {
    const asked = to.map((contact): Asked => ({ to: contact, idempotencyKey: randomUUID(), id: null }));
    this.asked.push(...asked);
    const lines = asked.map(({ to: contact, idempotencyKey }) =>
      JSON.stringify({ idempotencyKey, to: contact, template: 'news', topic: 'newsletter' }),
    );
    const answer = await this.request('POST', '/v1/messages:bulk', {
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    for (const line of answer.text.trim().split('\n')) {
      const { line: n, message } = JSON.parse(line) as { line: number; message?: { id: string } };
      const one = asked[n - 1];
      if (one !== undefined) one.id = message?.id ?? null;
    }
    return asked;
  }

  /** The same request again, with the same key. Answers null when the connection broke. */
  async repeat(asked: Asked, more: Readonly<Record<string, unknown>> = {}): Promise<Answer | null> {
    const answer = await this.request('POST', '/v1/messages', {
      body: { to: asked.to, template: 'news', topic: 'newsletter', ...more },
      headers: { 'idempotency-key': asked.idempotencyKey },
    }).catch(() => null);
    if (answer?.status === 202) {
      const { id } = JSON.parse(answer.text) as { id: string };
      if (asked.id !== null && asked.id !== id) throw new Error(`${asked.idempotencyKey} was answered two ids`);
      asked.id = id;
    }
    return answer;
  }

  /** Ids that were answered with 202. */
  get acked(): string[] {
    return this.asked.flatMap(({ id }) => id ?? []);
  }

  /** Waits until none of these messages waits or is under way; answers how each ended. */
  async ended(ids: readonly string[], timeoutMs = PATIENCE_MS): Promise<Map<string, string>> {
    let seen = new Map<string, string>();
    let open: readonly object[] = [];
    await until(
      () =>
        `${ids.length} messages to end; of ${open.length} first ${JSON.stringify(open.slice(0, 5))}\n${this.processes.at(-1)?.output().slice(-3000)}`,
      async () => {
        seen = await this.statuses(ids);
        const { rows } = await this.admin.query<object>(
          `SELECT status, reason, attempt, extract(epoch FROM due_at - now())::int AS "dueInSeconds" FROM sending.message
            WHERE id = ANY ($1::uuid[]) AND status IN ('queued', 'started')`,
          [ids],
        );
        open = rows;
        return (
          seen.size === ids.length && [...seen.values()].every((status) => status !== 'queued' && status !== 'started')
        );
      },
      timeoutMs,
    );
    return seen;
  }

  /** Messages that are stored. */
  async count(): Promise<number> {
    const { rows } = await this.admin.query<{ n: string }>('SELECT count(*) AS n FROM sending.message');
    return Number(rows[0]?.n);
  }

  async statuses(ids: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.admin.query<{ id: string; status: string }>(
      'SELECT id, status FROM sending.message WHERE id = ANY ($1::uuid[])',
      [ids],
    );
    return new Map(rows.map(({ id, status }) => [id, status]));
  }
}

export function consent(kind: string, topics: readonly string[] = ['newsletter']): object {
  const wish = { channel: 'email', purpose: 'commercial', topics, kind };
  return { ...wish, legalBasis: 'consent', method: 'web_form', wording: 'Yes, please.' };
}
