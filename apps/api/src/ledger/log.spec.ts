import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type EntryId } from '#lib/kernel';
import { LedgerService, Publisher, Sequencer } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing } from '#lib/platform';
import {
  ED25519,
  hashesInTiles,
  judgeCheckpoint,
  leafHash,
  parseEntryBundle,
  parseHashLines,
  parseSignedCheckpoint,
  rootOf,
  signingKey,
  tilePath,
  tilesOf,
  verdictOn,
  verifyConsistency,
  writeSigningKey,
  writeTrustPolicy,
} from '#lib/proof';
import { RunningApi } from '../testing/running-api.js';

const LOG = signingKey('gateway.example/ledger', ED25519, Buffer.alloc(32, 1));
const TRUST = { logs: [{ key: LOG.key, url: null }], witnesses: [], groups: [], quorum: null };

describe('the published log', () => {
  let api: RunningApi;
  let north: string;
  let south: string;
  let sequencer: Sequencer;
  let publisher: Publisher;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'log-'));

  beforeAll(async () => {
    api = await RunningApi.start();
    north = await api.brand('north');
    south = await api.brand('south');
    const { ledgerKek, ledgerMac } = api.app.get<KeyRing>(KEY_RING, { strict: false });
    const url = api.database.urls.sequencer;
    sequencer = new Sequencer({ url, keys: { kek: ledgerKek, macKey: ledgerMac } });
    fs.writeFileSync(path.join(folder, 'log.key'), writeSigningKey(LOG), { mode: 0o600 });
    publisher = new Publisher({ url, folder });
  });
  afterAll(async () => {
    await publisher.stop();
    await sequencer.stop();
    await api.stop();
    fs.rmSync(folder, { recursive: true });
  });

  const get = (url: string, key?: string) => api.send('GET', url, key === undefined ? {} : { key });
  const bytes = async (url: string): Promise<Buffer> => {
    const { rawPayload, statusCode } = await api.app.inject({ method: 'GET', url });
    if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`);
    return rawPayload;
  };
  const placed = async (): Promise<number> => {
    let size = 0;
    for (let n = await sequencer.runOnce(); n > 0; n = await sequencer.runOnce()) size += n;
    return size;
  };
  /** Entries of the operator, which are about nobody. */
  const append = async (count: number): Promise<EntryId[]> => {
    const database = api.app.get(Database, { strict: false });
    const entries = Array.from({ length: count }, () => ({
      ...{ type: 'topic.changed' as const, at: Date.now(), clear: {}, disclosed: { topic: { key: 'x' } } },
    }));
    const made = await database.transaction((tx) => api.app.get(LedgerService, { strict: false }).append(tx, entries));
    return made.map(({ id }) => id);
  };
  const entryOf = async (key: string): Promise<{ id: string; position: number; leaf: string }> => {
    const { entries } = (await get('/v1/ledger/entries?limit=1', key)).json<{
      entries: { id: string; position: number; leaf: string }[];
    }>();
    return entries[0]!;
  };

  it('is nothing before the first checkpoint', async () => {
    await placed();
    for (const url of ['/ledger/checkpoint', '/ledger/tile/0/000.p/1', '/ledger/tile/entries/000.p/1']) {
      expect([url, (await get(url)).status]).toEqual([url, 404]);
    }
    const { id } = await entryOf(north);
    expect((await get(`/v1/ledger/entries/${id}`, north)).json()).toMatchObject({ status: 'integrated' });
    expect(await get(`/v1/ledger/entries/${id}/proof`, north)).toMatchObject({ status: 409 });
  });

  it('holds together over HTTP alone: checkpoint, tiles, entries, and what was shown before', async () => {
    await publisher.runOnce();
    const before = parseSignedCheckpoint((await get('/ledger/checkpoint')).text).checkpoint;
    await append(600);
    await placed();
    await publisher.runOnce();
    const answer = await get('/ledger/checkpoint');
    expect([answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      'text/plain; charset=utf-8',
      'public, max-age=1',
    ]);
    const signed = parseSignedCheckpoint(answer.text);
    expect(judgeCheckpoint(TRUST, signed).log).toEqual({ holds: true });
    const { size, root } = signed.checkpoint;
    expect(size).toBe(before.size + 600);

    const tiles = new Map<string, Buffer>();
    for (const tile of tilesOf(size)) tiles.set(tilePath(tile), await bytes(`/ledger/${tilePath(tile)}`));
    const hashOf = hashesInTiles(size, (tile) => tiles.get(tilePath(tile)));
    expect(rootOf(size, hashOf)).toEqual(root);
    let position = 0;
    for (const { index, width } of [...tilesOf(size)].filter(({ level }) => level === 0)) {
      const bundle = await bytes(`/ledger/${tilePath({ level: 'entries', index, width })}`);
      for (const entry of parseEntryBundle(bundle, width)) {
        expect(leafHash(entry)).toEqual(hashOf({ level: 0, index: position++ }));
      }
    }
    expect(position).toBe(size);
    const proof = await get(`/ledger/consistency?from=${before.size}&to=${size}`);
    expect(verifyConsistency({ from: before, to: signed.checkpoint }, parseHashLines(proof.text))).toEqual({
      holds: true,
    });
    for (const [from, to] of [
      [size, size + 1],
      [5, 3],
    ]) {
      expect((await get(`/ledger/consistency?from=${from}&to=${to}`)).status).toBe(404);
    }
    for (const from of ['05', '+5', '5.0', '0x5', '', '%205', '9007199254740993', '-0', '1e1']) {
      expect([from, (await get(`/ledger/consistency?from=${from}&to=${size}`)).status]).toEqual([from, 400]);
    }
  });

  it('is cached for ever, by one address each, and read in no other way', async () => {
    const tile = await api.app.inject({ method: 'GET', url: '/ledger/tile/0/000' });
    expect(tile.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': '8192',
    });
    const head = await api.app.inject({ method: 'HEAD', url: '/ledger/tile/0/000' });
    expect([head.statusCode, head.headers['content-length'], head.payload]).toEqual([200, '8192', '']);
    // What is full is also what it was when it was not.
    expect(await bytes('/ledger/tile/0/000.p/7')).toEqual(tile.rawPayload.subarray(0, 7 * 32));
    const wrong = [
      ...[
        'tile/0/0',
        'tile/0/00',
        'tile/00/000',
        'tile/0/x000/000',
        'tile/0/000.p/256',
        'tile/0/000.p/0',
        'tile/0/000.p/07',
      ],
      ...[
        'tile/0/000/',
        'tile//0/000',
        'tile/0/%30%30%30',
        'tile/0/000?x=1',
        'tile/64/000',
        'tile/-1/000',
        'tile/0/000.p/',
      ],
      ...['tile/0/999', 'tile/1/000', 'tile/1/000.p/3', 'tile/2/000.p/1', 'tile/entries/002', 'tile/entries/003.p/1'],
      ...['tile/', 'tile', 'tile/0', 'checkpoint/', 'checkpoint?x=1', 'Checkpoint', ''],
    ];
    for (const one of wrong) {
      const { status } = await get(`/ledger/${one}`);
      expect([one, status === 404 || status === 400]).toEqual([one, true]);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status } = await api.send(method, '/ledger/checkpoint');
      expect([method, status === 404 || status === 405]).toEqual([method, true]);
    }
  });

  it('has entries packed for whoever takes that, and hashes as they are', async () => {
    const asked = async (url: string, accepted: string, method: 'GET' | 'HEAD' = 'GET') => {
      const { headers, rawPayload } = await api.app.inject({ method, url, headers: { 'accept-encoding': accepted } });
      return { headers, rawPayload };
    };
    const url = '/ledger/tile/entries/000';
    const plain = await bytes(url);
    for (const accepted of ['gzip', 'br, GZIP;q=0.5', 'gzip, deflate', '*', 'identity;q=0, *']) {
      const { headers, rawPayload } = await asked(url, accepted);
      expect([accepted, headers['content-encoding'], headers['vary']]).toEqual([accepted, 'gzip', 'accept-encoding']);
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-length': String(rawPayload.length),
      });
      expect(gunzipSync(rawPayload)).toEqual(plain);
      expect(rawPayload.length).toBeLessThan(plain.length * 0.6);
    }
    for (const accepted of ['', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000, *', 'x-gzipped']) {
      const { headers, rawPayload } = await asked(url, accepted);
      expect([accepted, headers['content-encoding'], headers['vary']]).toEqual([
        accepted,
        undefined,
        'accept-encoding',
      ]);
      expect(rawPayload).toEqual(plain);
    }
    const head = await asked(url, 'gzip', 'HEAD');
    expect([head.headers['content-encoding'], head.rawPayload.length]).toEqual(['gzip', 0]);
    const hashes = await asked('/ledger/tile/0/000', 'gzip');
    expect([hashes.headers['content-encoding'], hashes.headers['content-length']]).toEqual([undefined, '8192']);
  });

  it('proves an entry to its brand alone, with a file that verifies without anything else', async () => {
    const { id, leaf } = await entryOf(north);
    const answer = await get(`/v1/ledger/entries/${id}/proof`, north);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    const evidence = { entry: Buffer.from(leaf), disclosures: [], policy: writeTrustPolicy(TRUST) };
    expect(verdictOn({ ...evidence, proof: answer.text })).toMatchObject({ holds: true });
    const changed = Buffer.from(leaf.replace('"v":1', '"v":2'));
    expect(verdictOn({ ...evidence, entry: changed, proof: answer.text })).toMatchObject({ holds: false });
    for (const url of [`/v1/ledger/entries/${id}`, `/v1/ledger/entries/${id}/proof`]) {
      expect((await get(url, south)).status).toBe(404);
    }
    const weak = await api.key({ brand: 'north', scopes: ['setup:read'] });
    expect((await get(`/v1/ledger/entries/${id}/proof`, weak)).status).toBe(403);
  });

  it('makes whoever asks to wait wait until the entry is published', async () => {
    await placed();
    const known = (await get('/v1/ledger/entries?limit=1000', north)).json<{ entries: { id: string }[] }>().entries;
    await api.send('PUT', '/v1/purposes/marketing', {
      key: north,
      body: { enforcement: 'restrictive', legalBasis: 'consent', labels: { de: 'Werbung', en: 'Marketing' } },
    });
    await placed();
    const after = (await get('/v1/ledger/entries?limit=1000', north)).json<{ entries: { id: string }[] }>().entries;
    expect(after.length).toBe(known.length + 1);
    const { id } = after.at(-1)!;
    expect((await get(`/v1/ledger/entries/${id}/proof`, north)).status).toBe(409);
    const waiting = get(`/v1/ledger/entries/${id}?wait=published`, north);
    await publisher.runOnce();
    expect((await waiting).json()).toMatchObject({
      status: 'published',
      appended: { notBefore: null, notAfter: null },
    });
    expect((await get(`/v1/ledger/entries/${id}?wait=forever`, north)).status).toBe(400);
  });

  it('is not ready, and says so in figures, while something forbids to sign', async () => {
    const operator = await api.key({ scopes: ['metrics:read'] });
    await placed();
    await publisher.runOnce();
    const memory = fs.readdirSync(folder).find((name) => name.startsWith('signed-'))!;
    fs.rmSync(path.join(folder, memory));
    const other = new Publisher({ url: api.database.urls.sequencer, folder, tickMs: 10 });
    await publisher.stop();
    other.start();
    const until = async (status: number): Promise<void> => {
      for (let i = 0; (await get('/readyz')).status !== status; i++) {
        if (i > 500) throw new Error('it did not become so');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await until(503);
    expect((await get('/readyz')).text).toContain('is gone');
    expect((await get('/metrics', operator)).text).toContain('gateway_ledger_publisher_stopped 1');
    // As operations.md has it: the newest checkpoint that somebody outside has kept.
    fs.writeFileSync(path.join(folder, memory), (await get('/ledger/checkpoint')).text);
    await until(200);
    const figures = (await get('/metrics', operator)).text;
    expect(figures).toContain('gateway_ledger_publisher_stopped 0');
    expect(figures).toContain('gateway_ledger_unpublished_entries 0');
    expect(figures).toContain('gateway_ledger_quarantined_entries 0');
    await other.stop();
  });
});
