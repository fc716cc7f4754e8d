import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { LONG } from './form.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { describeOnEachQueueBackend } from './queue-backends.js';
import { describeOnRedis } from './redis.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a test database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it.each(['owner', 'app', 'sequencer', 'reader'] as const)('lets the %s in under its own name', async (role) => {
    expect(await query(database.urls[role], 'SELECT current_user')).toEqual([{ current_user: `gateway_${role}` }]);
  });

  it.each(['app', 'sequencer', 'reader'] as const)(
    'gives the %s no right to create or to use temporary tables',
    async (role) => {
      await expect(query(database.urls[role], 'CREATE TABLE public.mine ()')).rejects.toThrow('permission denied');
      await expect(query(database.urls[role], 'CREATE SCHEMA mine')).rejects.toThrow('permission denied');
      await expect(query(database.urls[role], 'CREATE TEMPORARY TABLE mine ()')).rejects.toThrow('permission denied');
    },
  );

  it('knows no role of the product that could rise above its rights', async () => {
    const sql = `SELECT rolname FROM pg_roles WHERE rolname LIKE 'gateway%' AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication)`;
    expect(await query(database.urls.admin, sql)).toEqual([]);
  });

  it('shares nothing with another one', async () => {
    const other = await createTestDatabase();
    await query(database.urls.owner, 'CREATE TABLE public.mark ()');
    expect(await query(other.urls.owner, `SELECT to_regclass('public.mark') AS mark`)).toEqual([{ mark: null }]);
    await other.drop();
    await expect(query(other.urls.owner, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  it('lets the application use the queue tables and not change them', async () => {
    const usable = `SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'bullmq'
                     AND NOT has_table_privilege('gateway_app', format('%I.%I', schemaname, tablename), 'SELECT, INSERT')`;
    expect(await query(database.urls.admin, usable)).toEqual([{ n: 0 }]);
    await expect(query(database.urls.app, 'CREATE TABLE bullmq.mine ()')).rejects.toThrow('permission denied');
  });
});

describeOnRedis('a test Redis', (redis) => {
  it('is empty and never evicts', async () => {
    const client = new Redis(redis.url);
    expect(await client.dbsize()).toBe(0);
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    client.disconnect();
  });
});

describeOnEachQueueBackend('a suite on each backend', (backend) => {
  it('is told which one it runs on', () => {
    expect(backend.queueUrl).toMatch(backend.kind === 'redis' ? /^redis:\/\/127\.0\.0\.1:\d+$/ : /^postgres$/);
  });
});

// What the tests have and the product has not: in the long form alone.
const describeInLongForm = LONG ? describeInBrowser : () => undefined;
describeInLongForm('a test browser', (browser) => {
  it('runs the page it is given', async () => {
    const page = await browser.newPage({ locale: 'de-DE' });
    await page.setContent('<button onclick="this.textContent = navigator.language">?</button>');
    await page.click('button');
    expect(await page.textContent('button')).toBe('de-DE');
  });

  describe('a page that was used before', () => {
    const asked: string[] = [];
    let server: Server;
    let url: string;
    beforeAll(async () => {
      server = createServer((request, response) => {
        const { cookie, 'x-more': more } = request.headers;
        // A browser looks for an icon of its own accord.
        if (request.url !== '/favicon.ico') asked.push(`${request.url ?? ''} ${String(more)} ${String(cookie)}`);
        response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'max-age=600', 'set-cookie': 'a=1' });
        response.end('<!doctype html><title>t</title><p>Text</p>');
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => void server.close());
    const OF_ITS_KIND = { locale: 'sv-SE' };
    const heard: string[] = [];
    let used: Page;
    const looks = (page: Page) =>
      page.evaluate<boolean[]>(
        `['print', '(prefers-color-scheme: dark)', '(width: 1280px)'].map((one) => matchMedia(one).matches)`,
      );

    it('has cookies, stores, listens, asks otherwise and looks otherwise', async () => {
      used = await browser.newPage({ ...OF_ITS_KIND, colorScheme: 'dark', viewport: { width: 390, height: 900 } });
      used.on('request', (request) => heard.push(request.url()));
      await used.setExtraHTTPHeaders({ 'x-more': 'said' });
      await used.route('**/routed', (route) => route.fulfill({ body: 'mine' }));
      await used.goto(`${url}/first`);
      await used.goto(`${url}/cached`);
      await used.evaluate("localStorage.setItem('b', '2'), sessionStorage.setItem('c', '3')");
      await used.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(asked).toEqual(['/first said undefined', '/cached said a=1']);
      expect(await looks(used)).toEqual([true, true, false]);
      expect(heard).toHaveLength(2);
    });

    it('knows nothing of it afterwards', async () => {
      const page = await browser.newPage(OF_ITS_KIND);
      expect(page).toBe(used);
      expect(page.url()).toBe('about:blank');
      await page.goto(`${url}/routed`);
      await page.goto(`${url}/cached`);
      expect(asked.slice(2)).toEqual(['/routed undefined undefined', '/cached undefined a=1']);
      expect(heard).toHaveLength(2);
      const fresh = await browser.newPage({ locale: 'fi-FI' });
      for (const path of ['routed', 'cached']) await fresh.goto(`${url}/${path}`);
      const kept = '[localStorage.length, sessionStorage.length, history.length]';
      expect(await page.evaluate(kept)).toEqual(await fresh.evaluate(kept));
      expect(await looks(page)).toEqual([false, false, true]);
    });

    it('is not given to two who ask at the same time', async () => {
      const [one, other] = [await browser.newPage(OF_ITS_KIND), await browser.newPage(OF_ITS_KIND)];
      await one.goto(url);
      expect(await other.context().cookies()).toEqual([]);
    });
  });

  it('finds what is wrong with a page in its own width and colours, and nothing of the page before', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const around = (style: string, more = '') =>
      `<!doctype html><html lang="en"><title>t</title><style>body { color: #111; background: #fff } ${style}</style><main><h1>t</h1><p>Text</p>${more}</main>`;
    const found = async (style: string, more?: string): Promise<string[]> => {
      await page.setContent(around(style, more));
      return (await browser.violationsOf(page)).map((violation) => violation.split(':')[0] ?? '');
    };
    const inTheDark = '@media (prefers-color-scheme: dark) { p { color: #eee } }';
    const onAPhone = '@media (max-width: 400px) { p { color: #eee } }';
    expect(await found(inTheDark)).toEqual([]);
    expect(await found(onAPhone)).toEqual([]);
    expect(await found('', '<img src="data:,">')).toEqual(['image-alt']);
    expect(await found('')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await found(inTheDark)).toEqual(['color-contrast']);
    await page.setViewportSize({ width: 390, height: 900 });
    expect(await found(onAPhone)).toEqual(['color-contrast']);
  });
});
