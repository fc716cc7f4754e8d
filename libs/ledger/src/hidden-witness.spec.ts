import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import {
  COSIGNATURE_V1,
  parseSignedCheckpoint,
  signingKey,
  writeSigningKey,
  writeTrustPolicy,
  writeVerifierKey,
} from '#lib/proof';
import { serve } from '../../../apps/witness/src/server.js';
import { Witness } from '../../../apps/witness/src/witness.js';
import { memoryName, SignerRefuses } from './signer.js';
import { LedgerFixture, LOG_KEY, ORIGIN, someTopic } from './testing/ledger-fixture.js';

const WITNESS_KEY = signingKey('witness.example/w1', COSIGNATURE_V1, Buffer.alloc(32, 4));
const HIDES = 'the witness w1 says that it has seen something else, and does not show it';

/** What is answered instead of what the witness says. */
interface Instead {
  readonly status: number;
  readonly body: string;
}

describe('a publisher whose witness does not show what it has seen', () => {
  let fixture: LedgerFixture;
  let folder: string;
  let server: http.Server;
  /** By method; undefined lets the witness answer. */
  let instead: { GET?: Instead | undefined; POST?: Instead | undefined };

  beforeEach(async () => {
    fixture = await LedgerFixture.create();
    instead = {};
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'witness-'));
    fs.writeFileSync(path.join(folder, 'witness.key'), writeSigningKey(WITNESS_KEY), { mode: 0o600 });
    fs.writeFileSync(path.join(folder, 'logs.txt'), `${writeVerifierKey(LOG_KEY.key)}\n`);
    const inner = serve(Witness.open(folder));
    server = http.createServer((request, response) => {
      const answer = instead[request.method as 'GET' | 'POST'];
      if (answer === undefined) inner.emit('request', request, response);
      else response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const policy = writeTrustPolicy({
      logs: [{ key: LOG_KEY.key, url: null }],
      witnesses: [{ name: 'w1', key: WITNESS_KEY.key, url: `http://127.0.0.1:${port}` }],
      groups: [],
      quorum: 'w1',
    });
    fs.writeFileSync(path.join(fixture.folder, 'policy.txt'), policy);
  });
  afterEach(async () => {
    await fixture.close();
    server.close();
    server.closeAllConnections();
    fs.rmSync(folder, { recursive: true });
  });

  const grow = async (count: number): Promise<void> => {
    await fixture.append(...Array.from({ length: count }, () => someTopic()));
    await fixture.sequencer().runOnce();
  };
  const memory = (): string => path.join(fixture.folder, memoryName(ORIGIN));
  const signed = (): number => parseSignedCheckpoint(fs.readFileSync(memory())).checkpoint.size;
  const again = () => fixture.publisher({ witnessGraceMs: 0, lookAroundMs: 0 });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1_100));

  /** The whole machine as it was when two entries were signed, once the witness has seen four; then another goes in. */
  const restored = async (): Promise<void> => {
    await grow(2);
    const before = fixture.publisher();
    await before.runOnce();
    const kept = fs.readFileSync(memory(), 'utf8');
    const [head] = await fixture.asSuperuser('SELECT size, root, range FROM ledger.head');
    await grow(2);
    await before.runOnce();
    await before.stop();
    fs.writeFileSync(memory(), kept, { mode: 0o600 });
    await fixture.tamper('UPDATE ledger.head SET size = $1, root = $2, range = $3', [
      head!['size'],
      head!['root'],
      head!['range'],
    ]);
    await fixture.tamper('DELETE FROM ledger.placement WHERE first_idx >= 2');
    await fixture.tamper('DELETE FROM ledger.checkpoint WHERE size > 2');
    await grow(1);
  };

  it.each<[string, Instead]>([
    ['shows something endless', { status: 200, body: 'x'.repeat(1_000_000) }],
    ['is broken', { status: 503, body: '' }],
    ['has no such route', { status: 404, body: '' }],
  ])('signs nothing on a restored machine, however long it has waited, where it %s', async (_what, answer) => {
    await restored();
    instead.GET = answer;
    const publisher = again();
    for (const _ of [1, 2]) {
      await expect(publisher.runOnce()).rejects.toThrow(new SignerRefuses(HIDES));
      await grow(2);
    }
    expect(signed()).toBe(2);
    instead = {};
    await expect(publisher.runOnce()).rejects.toThrow('the witness w1 has seen another log of 4 entries');
  });

  it('signs no more once it refuses to cosign, also where its silence had been long enough', async () => {
    await restored();
    instead = { GET: { status: 503, body: '' }, POST: { status: 503, body: '' } };
    await grow(2);
    const publisher = again();
    expect(await publisher.runOnce()).toBe(true);
    expect(signed()).toBe(5);
    delete instead.POST;
    await grow(1);
    await pause();
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    await grow(1);
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    expect(signed()).toBe(6);
  });

  it('goes on by itself where it shows that it has seen nothing else', async () => {
    await grow(2);
    const publisher = fixture.publisher({ lookAroundMs: 0 });
    await publisher.runOnce();
    instead = { GET: { status: 404, body: '' }, POST: { status: 409, body: '7\n' } };
    await grow(1);
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    instead = {};
    await grow(1);
    expect(await publisher.runOnce()).toBe(true);
    expect(signed()).toBe(4);
    // To be silent is not to say so: it is asked again later.
    instead = { GET: { status: 503, body: '' }, POST: { status: 503, body: '' } };
    await grow(1);
    expect(await publisher.runOnce()).toBe(true);
  });
});
