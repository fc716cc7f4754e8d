import { afterEach, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import {
  cosign,
  COSIGNATURE_V1,
  ED25519,
  leafHash,
  signingKey,
  signNote,
  writeCheckpoint,
  writeNote,
  writeSignatureLine,
} from '#lib/proof';
import { Unavailable } from './audit.js';
import { WitnessClient } from './witness-client.js';

const LOG = signingKey('log.example', ED25519, Buffer.alloc(32, 1));
const KEY = signingKey('witness.example', COSIGNATURE_V1, Buffer.alloc(32, 2));
const OTHER = signingKey('witness.example', COSIGNATURE_V1, Buffer.alloc(32, 3));
const TEXT = writeCheckpoint({ origin: 'log.example', size: 1, root: leafHash(Buffer.from('x')), extensions: [] });
const NOTE = writeNote({ text: TEXT, signatures: [signNote(TEXT, LOG.key, LOG.privateKey)] });
const now = (): number => Math.floor(Date.now() / 1000);
const line = (key = KEY, time = now()): string =>
  `${writeSignatureLine(cosign(TEXT, key.key, key.privateKey, time))}\n`;

describe('what the publisher makes of a witness', () => {
  let server: http.Server | undefined;
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
    server = undefined;
  });

  /** A witness that answers so, one answer after the other, and remembers what it was asked. */
  async function answering(...answers: [status: number, body: string][]): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    server = http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        asked.push(Buffer.concat(parts).toString());
        const [status, body] = answers[Math.min(asked.length, answers.length) - 1] ?? [500, ''];
        response.writeHead(status).end(body);
      });
    });
    const own = server;
    await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(own.address() as { port: number }).port}`, asked };
  }
  const clientOf = (url: string, monotonic = () => 0) => new WitnessClient({ name: 'w', key: KEY.key, url }, monotonic);
  const noProof = () => Promise.resolve([]);

  it('takes its line among others, and its time', async () => {
    const time = now();
    const { url } = await answering([200, line(OTHER) + line(KEY, time)]);
    const cosignature = await clientOf(url).cosign(NOTE, 1, noProof);
    expect(cosignature).toEqual({ line: line(KEY, time).trimEnd(), witness: 'witness.example', at: time * 1000 });
  });

  it('takes no time that its own clock contradicts: it would stand in the log’s evidence for ever', async () => {
    for (const [off, why] of [
      [-3_600, /its clock is 36\d\d s behind ours/],
      [7_200, /its clock is 7\d\d\d s ahead of ours/],
      [-20, /its clock is \d\d s behind ours/],
    ] as const) {
      const { url } = await answering([200, line(KEY, now() + off)]);
      let passed = 0;
      const client = clientOf(url, () => passed);
      for (; client.trouble === null && passed < 1_000_000; passed += 60_000)
        expect(await client.cosign(NOTE, 1, noProof)).toBeNull();
      expect(client.trouble).toMatch(why);
      server?.close();
      server?.closeAllConnections();
    }
    const { url } = await answering([200, line(KEY, now() + 20)]);
    expect(await clientOf(url).cosign(NOTE, 1, noProof)).not.toBeNull();
  });

  it('starts from where the witness says to be', async () => {
    const { url, asked } = await answering([409, '1\n'], [200, line()]);
    const sizes: number[] = [];
    await clientOf(url).cosign(NOTE, 1, (from) => Promise.resolve(void sizes.push(from)).then(() => []));
    expect([sizes, asked.map((body) => body.split('\n')[0])]).toEqual([
      [0, 1],
      ['old 0', 'old 1'],
    ]);
  });

  it.each<[string, [number, string][], boolean]>([
    ['a line of another key', [[200, line(OTHER)]], false],
    ['nothing', [[200, '']], false],
    ['a page', [[200, '<html>']], false],
    ['a megabyte', [[200, 'x'.repeat(1_000_000)]], false],
    ['that it does not know the log', [[404, '']], false],
    ['that it has seen more', [[409, '7\n']], true],
    ['a size that is none', [[409, '-1\n']], false],
    [
      'two sizes',
      [
        [409, '1\n'],
        [409, '0\n'],
      ],
      false,
    ],
    ['that it has seen another log', [[422, '']], true],
  ])('has no cosignature when it answers %s', async (_what, answers, disagrees) => {
    const { url } = await answering(...answers);
    const client = clientOf(url);
    expect(await client.cosign(NOTE, 1, noProof)).toBeNull();
    expect(client.disagrees).toBe(disagrees);
    expect(client.isDue).toBe(false);
  });

  it.each<[string, [number, string][], boolean]>([
    ['404', [[404, '']], true],
    ['a page', [[200, '<html>']], false],
    ['503', [[503, '']], false],
    ['nothing for want of a listener', [], false],
  ])('says what it has seen, or does not, when it answers %s', async (_what, answers, hasSeenNone) => {
    const url = answers.length === 0 ? 'http://127.0.0.1:1' : (await answering(...answers)).url;
    const newest = clientOf(url).newest('log.example', [LOG.key]);
    if (hasSeenNone) expect(await newest).toBeNull();
    else await expect(newest).rejects.toThrow(Unavailable);
  });

  const own = cosign(TEXT, KEY.key, KEY.privateKey, 1_795_000_000);
  const logs = signNote(TEXT, LOG.key, LOG.privateKey);
  it.each([
    ['the log and it', [logs, own], true],
    ['the log alone', [logs], true],
    ['it alone, for all that this machine knows', [own], false],
  ])('has seen what was signed by %s', async (_who, signatures, isSigned) => {
    const known = await answering([200, writeNote({ text: TEXT, signatures })]);
    expect(await clientOf(known.url).newest('log.example', [LOG.key])).toMatchObject({ size: 1, isSigned });
  });

  it('has seen what it shows, however much a stranger wrote below that', async () => {
    const junk = Array.from({ length: 80 }, (_, i) => `— log.example ${Buffer.alloc(2_000, i).toString('base64')}\n`);
    const { url } = await answering([200, writeNote({ text: TEXT, signatures: [logs, own] }) + junk.join('')]);
    expect(await clientOf(url).newest('log.example', [LOG.key])).toMatchObject({ size: 1 });
  });

  it.each<[string, number, string, boolean]>([
    ['more than was signed', 409, '2\n', true],
    ['what was signed', 409, '1\n', false],
    ['no size', 409, 'x\n', false],
    ['that it has seen nothing, as the proof is none', 422, '', false],
    ['that it does not know the log', 404, '', false],
    ['an error', 500, '', false],
  ])('disagrees, asked for what it does not show, when it answers %s', async (_what, status, body, disagrees) => {
    const { url, asked } = await answering([status, body]);
    const client = clientOf(url);
    await client.lookBehind(NOTE);
    expect([client.disagrees, asked]).toEqual([
      disagrees,
      [`old 0\n${Buffer.alloc(32).toString('base64')}\n\n${NOTE}`],
    ]);
  });

  it('has seen nothing of this log where another witness, or another log, has signed', async () => {
    const { url } = await answering([
      200,
      writeNote({ text: TEXT, signatures: [cosign(TEXT, OTHER.key, OTHER.privateKey, 1)] }),
    ]);
    await expect(clientOf(url).newest('log.example', [])).rejects.toThrow('neither it nor the log has signed');
    const ours = await answering([200, writeNote({ text: TEXT, signatures: [own] })]);
    await expect(clientOf(ours.url).newest('other.example', [LOG.key])).rejects.toThrow(Unavailable);
  });

  it.each<[number, boolean | null]>([
    [200, true],
    [409, true],
    [403, false],
    [404, false],
    [500, null],
  ])('takes a signature when it answers %i', async (status, takes) => {
    const { url, asked } = await answering([status, '']);
    const answer = clientOf(url).takes(NOTE);
    if (takes === null) await expect(answer).rejects.toThrow(Unavailable);
    else expect(await answer).toBe(takes);
    expect(asked[0]).toBe(`old 1\n\n${NOTE}`);
  });

  it('asks again after a second, then ever more seldom, and speaks of it only when it lasts', async () => {
    let now = 0;
    const client = clientOf('http://127.0.0.1:1', () => now);
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      expect([client.isDue, client.trouble === null]).toEqual([true, i < 4]);
      await client.cosign(NOTE, 1, noProof);
      const from = now;
      while (!client.isDue) now += 500;
      pauses.push(now - from);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });
});
