import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import net from 'node:net';
import { makeOptOutToken } from '#lib/consent';
import { KEYS, LINK, type RunningCenter, startCenter, TOKEN } from './testing/running-center.js';

const OTHER_TOKEN = makeOptOutToken(KEYS.links, { ...LINK, scopeId: '01938f5e-7c1a-7abc-8def-000000000009' });

let center: RunningCenter;
beforeAll(async () => {
  center = await startCenter();
});
beforeEach(() => {
  Object.assign(center.consents, { calls: [], language: 'de', inFlight: 0, isBroken: false });
  center.databaseAnswers = true;
  center.errors.length = 0;
});
afterAll(() => center.close());

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${center.url}${path}`, { redirect: 'manual', ...init });
const post = (path: string, init: RequestInit = {}): Promise<Response> => get(path, { method: 'POST', ...init });
const oneClick = 'List-Unsubscribe=One-Click';

describe('POST /u/{token}', () => {
  const multipart = new FormData();
  multipart.set('List-Unsubscribe', 'One-Click');
  it.each<[string, RequestInit]>([
    ['a form', { body: new URLSearchParams(oneClick) }],
    ['multipart', { body: multipart }],
    ['nothing', {}],
    ['text', { body: oneClick, headers: { 'content-type': 'text/plain' } }],
    ['broken JSON', { body: '{', headers: { 'content-type': 'application/json' } }],
    ['a form that says something else', { body: new URLSearchParams('List-Unsubscribe=Nope') }],
    ['a body whose label is nonsense', { body: 'x', headers: { 'content-type': 'nonsense; ;;;' } }],
    ['a body without a label', { body: new Uint8Array([1, 2, 3]) }],
    ['broken multipart', { body: '--x', headers: { 'content-type': 'multipart/form-data' } }],
  ])('leaves, with %s as its body', async (_name, init) => {
    const answer = await post(`/u/${TOKEN}`, init);
    expect(answer.status).toBe(200);
    expect(center.consents.calls.map((call) => call.link)).toEqual([LINK]);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('location')).toBeNull();
  });

  it('twice is the same as once', async () => {
    for (const words of ['ab sofort', 'schon abbestellt']) {
      const answer = await post(`/u/${TOKEN}`, { body: multipart });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain(words);
    }
  });

  it('keeps who asked as evidence', async () => {
    await post(`/u/${TOKEN}`, {
      headers: { 'user-agent': `Mail\tClient ${'x'.repeat(1000)}`, 'x-forwarded-for': '203.0.113.9' },
    });
    const [call] = center.consents.calls;
    expect(call?.evidence.method).toBe('one_click');
    expect(call?.evidence.details).toEqual({ ip: '127.0.0.1', userAgent: `Mail Client ${'x'.repeat(288)}` });
  });

  it('says what was already on its way', async () => {
    center.consents.inFlight = 1;
    expect(await (await post(`/u/${TOKEN}`)).text()).toContain('Eine Nachricht war bereits unterwegs');
    center.consents.inFlight = 2;
    expect(await (await post(`/u/${TOKEN}`)).text()).toContain('2 Nachrichten waren bereits unterwegs');
  });

  it.each([
    ['de', 'en', 'de'],
    ['de-AT', 'en', 'de'],
    [null, 'en-US,en;q=0.9,de;q=0.8', 'en'],
    [null, 'fi;q=0.9, de;q=0.5', 'de'],
    [null, 'fr;q=0.9, de;q=0.5', 'fr'],
    ['fi', 'de', 'de'],
    ['fi', '*', 'en'],
    [null, 'en;q=0, de;q=0.1', 'de'],
    [null, 'so much that nobody reads it', 'en'],
  ])('to a contact who reads %s with a browser that asks for %s answers in %s', async (language, wish, spoken) => {
    const accept = wish.startsWith('so much') ? `${'x,'.repeat(4000)}de` : wish;
    center.consents.language = language;
    const answer = await post(`/u/${TOKEN}`, { headers: { 'accept-language': accept } });
    expect(answer.headers.get('content-language')).toBe(spoken);
    expect(await answer.text()).toContain(`<html lang="${spoken}" dir="ltr">`);
  });

  it('works when the body is far larger than anybody needs', async () => {
    expect((await post(`/u/${TOKEN}`, { body: Buffer.alloc(5_000_000, 'x') })).status).toBe(200);
    expect(center.consents.calls).toHaveLength(1);
  });
});

describe('GET /u/{token}', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('%s changes nothing', async (method) => {
    const answer = await get(`/u/${TOKEN}`, { method });
    expect(answer.ok).toBe(true);
    expect(center.consents.calls).toEqual([]);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])('%s is not offered and changes nothing', async (method) => {
    if (method !== 'TRACE') expect((await get(`/u/${TOKEN}`, { method })).ok).toBe(false);
    expect(center.consents.calls).toEqual([]);
  });

  it('shows two equal buttons that post to the same address, and loads nothing', async () => {
    const html = await (await get(`/u/${TOKEN}`)).text();
    expect(html.match(/<form[^>]*>/g)).toEqual(['<form method="post" class="pair">']);
    expect(html.match(/<button[^>]*?formaction="\?act/g)).toHaveLength(2);
    expect(html).not.toMatch(/src=|href=|url\(|@import|<script|http/i);
    expect(html).not.toContain(TOKEN);
  });
});

describe('a link that is not ours', () => {
  const changed = `${TOKEN.slice(0, -1)}${TOKEN.endsWith('A') ? 'B' : 'A'}`;
  const tokens: [string, string][] = [
    ['one changed at the end', changed],
    ['one made under another key', makeOptOutToken(Buffer.alloc(32, 1), LINK)],
    ['one that names nothing', OTHER_TOKEN],
    ['a short one', 'x'],
    ['a long one', 'A'.repeat(400)],
    ['one with escapes', '%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
  ];

  it('is answered alike, whatever is wrong with it', async () => {
    const answers = await Promise.all(tokens.map(([, token]) => post(`/u/${token}`)));
    const seen = await Promise.all(
      answers.map(async (answer) => {
        const { date: _date, ...headers } = Object.fromEntries(answer.headers);
        return JSON.stringify({ status: answer.status, headers, body: await answer.text() });
      }),
    );
    expect(new Set(seen).size).toBe(1);
    expect(answers[0]?.status).toBe(404);
    expect(center.consents.calls).toEqual([]);
  });

  it.each(tokens.filter(([, token]) => token !== OTHER_TOKEN))('%s shows no button', async (_name, token) => {
    const answer = await get(`/u/${token}`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toMatch(/<form|<script/);
  });
});

describe('every answer', () => {
  it.each([
    ['/u/x'],
    [`/u/${TOKEN}`],
    ['/nothing'],
    ['/'],
    ['/livez'],
    ['/u/%ff%fe'],
    ['/%2e%2e/etc'],
    ['/u/ and 600 characters'],
  ])('%s keeps itself and its link private', async (what) => {
    const { headers } = await get(what.startsWith('/u/ ') ? `/u/${'A'.repeat(600)}` : what);
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
    expect([headers.get('server'), headers.get('x-powered-by'), headers.get('set-cookie')]).toEqual([null, null, null]);
  });

  it('speaks of HSTS over https alone', async () => {
    const plain = await startCenter('http://127.0.0.1:8081');
    const { headers } = await fetch(`${plain.url}/livez`);
    await plain.close();
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it.each([['/nothing'], ['/u/%ff%fe'], ['/u/x/y']])('%s is a calm page', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).not.toMatch(/Cannot GET|Error|stack|nest|fastify/i);
  });
});

describe('trouble', () => {
  it('of any kind does not lose a wish to leave: it is kept, carried out later, and told of in the log', async () => {
    center.consents.isBroken = true;
    const answer = await post(`/u/${TOKEN}`, { headers: { 'accept-language': 'de' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/Ihr Wunsch von .* ist aufgeschrieben/);
    expect(center.errors.splice(0)).toEqual([expect.stringContaining('a wish to leave cannot be carried out now')]);
    center.consents.isBroken = false;
    await center.carryOutKept();
    expect(center.consents.calls.map(({ link }) => link)).toEqual([LINK]);
  });

  it('that lets nothing be kept is a calm page that says so, and a log line without the link', async () => {
    center.consents.isBroken = true;
    await center.breakJournal();
    const answer = await post(`/u/${TOKEN}`, { headers: { 'accept-language': 'de' } });
    expect(answer.status).toBe(500);
    const html = await answer.text();
    expect(html).toContain('noch nicht gespeichert');
    expect(html).not.toMatch(/database|Error/);
    expect(center.errors.join('\n')).toContain('/u/:token');
    expect(center.errors.join('\n')).not.toContain(TOKEN);
  });

  it('at the protocol is answered by closing', async () => {
    const { port } = new URL(center.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = net.connect(Number(port), '127.0.0.1', () => socket.end('NONSENSE\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).not.toMatch(/stack|node:|parse/i);
  });
});

describe('health', () => {
  it('lives always, and is ready when the database answers', async () => {
    expect(await (await get('/livez')).json()).toEqual({ status: 'ok' });
    expect((await get('/readyz')).status).toBe(200);
    center.databaseAnswers = false;
    expect((await get('/livez')).status).toBe(200);
    const notReady = await get('/readyz');
    expect(notReady.status).toBe(503);
    expect(await notReady.json()).toMatchObject({ status: 'error', details: { database: { status: 'down' } } });
  });
});

it('a stop lets a wish that is under way be carried out', async () => {
  const stopping = await startCenter();
  let carryOut = (): void => undefined;
  stopping.consents.delay = new Promise<void>((resolve) => (carryOut = resolve));
  const answer = fetch(`${stopping.url}/u/${TOKEN}`, { method: 'POST' });
  while (stopping.consents.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const stopped = stopping.close();
  carryOut();
  expect((await answer).status).toBe(200);
  await stopped;
});
