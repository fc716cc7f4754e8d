import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BrandService, KeyService } from '#lib/consent';
import { type Config, readConfig, type Scope, SCOPES } from '#lib/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { withSession } from '../../../../test/support/database-clock.js';
import { createApp } from '../create-app.js';
import { NO_LAW } from '../../../../test/support/no-law.js';

/** What one request was answered. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  /** The parsed body; specs know its shape. */
  json<T = Record<string, unknown>>(): T;
}

export interface Sent {
  readonly key?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The machines' door on a database of its own, with one brand and keys for it. */
export class RunningApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: TestDatabase,
    readonly config: Config,
  ) {}

  /**
   * @param settings of the environment.
   * @param session settings of PostgreSQL in place of the application's own, for each of its connections.
   */
  static async start(settings: Record<string, string> = {}, session: Record<string, string> = {}): Promise<RunningApi> {
    const database = await createTestDatabase();
    const config = readConfig({
      NODE_ENV: 'test',
      DATABASE_URL: withSession(database.urls.app, session),
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'silent',
      PROVIDER_HOSTS: '127.0.0.1:*',
      ...settings,
    });
    const app = await createApp(config);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new RunningApi(app, database, config);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  /** Makes a brand and answers the text of a key for it with every scope, or with those named. */
  async brand(key: string, scopes?: readonly Scope[]): Promise<string> {
    await this.app.get(BrandService, { strict: false }).put(key, BRAND, NOW(), null);
    return this.key({ brand: key, ...(scopes === undefined ? {} : { scopes }) });
  }

  /** The text of a new key; of the operator when no brand is named. */
  async key(options: {
    brand?: string;
    scopes?: readonly Scope[];
    test?: boolean;
    expiresAt?: number;
  }): Promise<string> {
    const brand = options.brand ?? null;
    const scopes = options.scopes ?? SCOPES.filter((scope) => brand === null || scope !== 'metrics:read');
    const { test = false, expiresAt = null } = options;
    const request = { brand, name: 'spec', scopes, test, expiresAt };
    return (await this.app.get(KeyService, { strict: false }).issue(request, NOW(), null)).text;
  }

  async send(method: string, url: string, { key, body, raw, headers }: Sent = {}): Promise<Answered> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await this.app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.payload,
      json: <T>() => JSON.parse(response.payload) as T,
    };
  }
}

const NOW = () => ({ by: 'operator', at: Date.now() });

export const BRAND = {
  name: 'Example',
  legalName: 'Example GmbH',
  postalAddress: 'Beispielweg 1, 10115 Berlin',
  defaultLanguage: 'de',
  defaultZone: 'Europe/Berlin',
  country: 'DE',
  senderName: 'Example',
  senderEmail: 'news@example.org',
};

const LABELS = { de: 'Werbung', en: 'Marketing' };
const CAP = {
  id: 'weekly',
  scope: 'any',
  limit: 3,
  window: 'P7D',
  action: 'defer',
  classes: { bound: ['commercial'], counted: ['commercial'] },
};
const NIGHT = { days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '07:00' };
const QUIET = { id: 'night', channels: ['email'], classes: ['commercial'], windows: [NIGHT], action: 'defer' };
const RATE = { id: 'flow', scope: 'brand', permits: 100, interval: 'PT1S', burst: 10 };
const CONTENT = {
  subject: 'Hallo {{name}}',
  html: '<p>{{name}} <a href="{{unsubscribeUrl}}">Abbestellen</a></p>',
  text: 'Hallo {{name}}. Abbestellen: {{unsubscribeUrl}}',
};

const FOOTER = { html: '<p>{{brand.legalName}}</p>', text: '{{brand.legalName}}' };

/** One good request for each resource of the set-up, in an order in which each finds what it needs. */
export const SET_UP_BODIES: readonly {
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  readonly body: object;
}[] = [
  { method: 'PUT', path: '/v1/brands/acme', body: BRAND },
  {
    method: 'PUT',
    path: '/v1/purposes/marketing',
    body: { enforcement: 'restrictive', legalBasis: 'consent', labels: LABELS },
  },
  { method: 'PUT', path: '/v1/topics/news', body: { purpose: 'marketing', labels: LABELS } },
  { method: 'POST', path: '/v1/notices', body: { key: 'terms', wordings: { de: 'Ja, gern.', en: 'Yes, please.' } } },
  {
    method: 'POST',
    path: '/v1/policies',
    body: { key: 'standard', caps: [CAP], quietHours: [QUIET], rates: [RATE], jurisdiction: NO_LAW },
  },
  { method: 'POST', path: '/v1/blocks', body: { key: 'footer', defaultLanguage: 'de', contents: { de: FOOTER } } },
  {
    method: 'POST',
    path: '/v1/templates',
    body: { key: 'Welcome', channel: 'email', class: 'commercial', defaultLanguage: 'de', contents: { de: CONTENT } },
  },
  { method: 'PUT', path: '/v1/campaigns/Spring-2027', body: { name: 'Spring', policy: 'standard' } },
  {
    method: 'PUT',
    path: '/v1/providers/smtp',
    body: {
      kind: 'smtp',
      channel: 'email',
      settings: { host: '127.0.0.1', port: 2525, secure: 'none' },
      secret: { password: 'x' },
    },
  },
  { method: 'PUT', path: '/v1/event-endpoints/hook', body: { url: 'https://hooks.example.org/gateway' } },
  { method: 'POST', path: '/v1/keys', body: { name: 'spec', scopes: ['setup:read'], test: true } },
];
