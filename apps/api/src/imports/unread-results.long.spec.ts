import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RunningApi, SET_UP_BODIES } from '../testing/running-api.js';

let api: RunningApi;
let key: string;
beforeAll(async () => {
  api = await RunningApi.start();
  key = await api.brand('acme');
  for (const { method, path, body } of SET_UP_BODIES.slice(1, 3)) await api.send(method, path, { key, body });
}, 120_000);
afterAll(async () => api.stop());

/** The short form is `spool.spec.ts`: what the door writes to never waits for whoever reads. */
it('an import answers a client that reads nothing before it has sent everything', async () => {
  await api.app.listen(0, '127.0.0.1');
  // Each result is as long as its row: in all more than what lies between the two takes.
  const many = 40_000;
  let sentAt = Date.now();
  const rows = function* (): Generator<string> {
    for (let n = 0; n < many; n += 100) {
      sentAt = Date.now();
      yield `{"externalId":"late","${'x'.repeat(1_000)}":1}\n`.repeat(100);
    }
  };
  const { hostname, port } = new URL(await api.app.getUrl());
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  const request = http.request({ hostname, port, path: '/v1/contacts:import', method: 'POST', headers });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  const sent = pipeline(Readable.from(rows()), request).then(() => 'sent');
  const stalled = new Promise<string>((resolve) => {
    const look = setInterval(() => {
      if (Date.now() - sentAt < 30_000) return;
      clearInterval(look);
      resolve('stalled');
    }, 1_000).unref();
  });
  expect(await Promise.race([sent, stalled])).toBe('sent');
  let text = '';
  for await (const part of (await answered)[0].setEncoding('utf8')) text += part as string;
  expect(text.split('\n')).toHaveLength(many + 2);
  expect(JSON.parse(text.slice(text.trimEnd().lastIndexOf('\n')))).toMatchObject({
    import: { counts: { rows: many, refused: many } },
  });
}, 300_000);
