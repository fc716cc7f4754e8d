import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

describe('a stream of messages', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('north');
    await setUpSending(api, key);
  });
  afterAll(async () => api.stop());

  const message = { to: 'ada', template: 'news', topic: 'newsletter' };
  const bulk = (lines: readonly string[]) =>
    api.send('POST', '/v1/messages:bulk', {
      key,
      raw: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });

  it('is taken line by line, and each line answered in order', async () => {
    const lines = [
      JSON.stringify({ idempotencyKey: 'b-1', ...message }),
      '{"idempotencyKey":"b-2",',
      '',
      JSON.stringify({ idempotencyKey: 'b-3', ...message, to: 'nobody' }),
      JSON.stringify({ idempotencyKey: 'b-1', ...message }),
      JSON.stringify({ ...message }),
      '{"idempotencyKey":"b-4","__proto__":{"admin":true}}',
    ];
    const answer = await bulk(lines);
    expect(answer.status).toBe(200);
    const answers = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; status: number });
    expect(answers.map(({ line, status }) => [line, status])).toEqual([
      [1, 202],
      [2, 400],
      [4, 422],
      [5, 202],
      [6, 400],
      [7, 400],
    ]);
  });

  it('may have a second line with the key of one that was refused', async () => {
    const idempotencyKey = randomUUID();
    const answers = (
      await bulk([
        JSON.stringify({ idempotencyKey, ...message, to: 'nobody' }),
        JSON.stringify({ idempotencyKey, ...message }),
        JSON.stringify({ idempotencyKey, ...message, step: 'other' }),
      ])
    ).text
      .trim()
      .split('\n');
    expect(answers.map((answer) => (JSON.parse(answer) as { status: number }).status)).toEqual([422, 202, 422]);
  });

  it('is answered to who waits for an answer before it goes on, and to everybody in order', async () => {
    const line = (step: string): string => `${JSON.stringify({ idempotencyKey: randomUUID(), ...message, step })}\n`;
    await api.app.listen(0, '127.0.0.1');
    const socket = net.connect(Number(new URL(await api.app.getUrl()).port), '127.0.0.1');
    try {
      socket.write(
        `POST /v1/messages:bulk HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer ${key}\r\n` +
          'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      let heard = '';
      socket.on('data', (data: Buffer) => (heard += data.toString()));
      const answered = () => heard.match(/"status":202/g)?.length ?? 0;
      for (let sent = 1; sent <= 3; sent++) {
        const text = line(`step-${sent}`);
        socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
        for (let i = 0; i < 400 && answered() < sent; i++) await sleep(25);
        expect(answered()).toBe(sent);
      }
      expect(heard.match(/"line":\d/g)).toEqual(['"line":1', '"line":2', '"line":3']);
    } finally {
      socket.destroy();
    }
  });

  it('may have a byte order mark before its first line', async () => {
    const line = (): string => JSON.stringify({ idempotencyKey: randomUUID(), ...message });
    const answers = (await bulk([`\ufeff${line()}`, line()])).text.trim().split('\n');
    expect(answers.map((answer) => (JSON.parse(answer) as { status: number }).status)).toEqual([202, 202]);
  });

  it('goes on behind a line that is too long', async () => {
    const long = JSON.stringify({ idempotencyKey: 'long', ...message, step: 'x'.repeat(300_000) });
    const answer = await bulk([long, JSON.stringify({ idempotencyKey: randomUUID(), ...message })]);
    const answers = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: number });
    expect(answers.map(({ status }) => status)).toEqual([413, 202]);
  });
});
