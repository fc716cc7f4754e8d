import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BrandService, KeyService } from '#lib/consent';
import { type Config, readConfig, type Scope, SCOPES } from '#lib/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { createApp } from '../create-app.js';

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
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The machines' door on a database of its own, with one brand and keys for it. */
export class RunningApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: TestDatabase,
    readonly config: Config,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<RunningApi> {
    const database = await createTestDatabase();
    const config = readConfig({
      NODE_ENV: 'test',
      DATABASE_URL: database.urls.app,
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'silent',
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
