import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  checkSignatures,
  consistencyProof,
  COSIGNATURE_V1,
  ED25519,
  EMPTY_ROOT,
  hashesInTiles,
  leafHash,
  parseSignatureLine,
  parseSignedCheckpoint,
  rootOf,
  signingKey,
  signNote,
  type SigningKey,
  type SubtreeHash,
  writeCheckpoint,
  writeHashLines,
  writeNote,
  writeSigningKey,
  writeTile,
  writeVerifierKey,
} from '#lib/proof';
import { serve } from './server.js';
import { Witness } from './witness.js';

const ORIGIN = 'gateway.example/ledger';
const LOG = signingKey(ORIGIN, ED25519, Buffer.alloc(32, 1));
const FOREIGN = signingKey('foreign.example', ED25519, Buffer.alloc(32, 2));
const KEY = signingKey('witness.example/w1', COSIGNATURE_V1, Buffer.alloc(32, 3));
const NOW = Date.UTC(2026, 0, 1);

/** Trees of up to 255 leaves, each the beginning of the next, and another history. */
const leaves = (mark: string): Buffer[] => Array.from({ length: 255 }, (_, i) => leafHash(Buffer.from(`${mark} ${i}`)));
const treeOf = (hashes: readonly Buffer[], size: number): SubtreeHash =>
  hashesInTiles(size, () => writeTile(hashes.slice(0, size)));
const HONEST = leaves('honest');
const OTHER = leaves('other');

const noteOf = (hashes: readonly Buffer[], size: number, key: SigningKey = LOG): string => {
  const root = size === 0 ? EMPTY_ROOT : rootOf(size, treeOf(hashes, size));
  const text = writeCheckpoint({ origin: key.key.name, size, root, extensions: [] });
  return writeNote({ text, signatures: [signNote(text, key.key, key.privateKey)] });
};
const proofOf = (from: number, to: number, hashes = HONEST): string =>
  writeHashLines(consistencyProof(from, to, treeOf(hashes, to)));
const request = (old: number | string, proof: string, note: string): string => `old ${old}\n${proof}\n${note}`;

/** A line in the log's name by none of its keys. */
const stranger = (bytes: Buffer): string => `— ${ORIGIN} ${bytes.toString('base64')}`;

describe('a witness', () => {
  let folder: string;
  let witness: Witness;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'witness-'));
    fs.writeFileSync(path.join(folder, 'witness.key'), `${writeSigningKey(KEY)}\n`, { mode: 0o600 });
    fs.writeFileSync(path.join(folder, 'logs.txt'), `# watched\n${writeVerifierKey(LOG.key)}\n`);
    witness = Witness.open(folder, () => NOW);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const id = createHash('sha256').update(ORIGIN).digest('hex');
  const ask = (old: number | string, proof: string, note: string) => witness.addCheckpoint(request(old, proof, note));

  it('cosigns a log that has only grown, and remembers it before it answers', () => {
    expect(witness.newest(id)).toBeNull();
    for (const [from, to] of [
      [0, 3],
      [3, 3],
      [3, 8],
      [8, 200],
    ] as const) {
      const note = noteOf(HONEST, to);
      const answer = ask(from, proofOf(from, to), note);
      expect(answer.status).toBe(200);
      const line = parseSignatureLine(answer.body.trimEnd());
      const { text } = parseSignedCheckpoint(note).note;
      expect(checkSignatures({ text, signatures: [line] }, [KEY.key]).verified).toEqual([
        { key: KEY.key, time: NOW / 1000 },
      ]);
      const kept = parseSignedCheckpoint(Witness.open(folder).newest(id)!);
      expect(kept.checkpoint.size).toBe(to);
      expect(checkSignatures(kept.note, [KEY.key, LOG.key]).verified).toHaveLength(2);
    }
  });

  it.each<[string, () => string, number]>([
    ['of a log that it does not watch', () => request(0, '', noteOf(HONEST, 3, FOREIGN)), 404],
    [
      'that the log has not signed',
      () =>
        request(5, '', noteOf(HONEST, 6).replace(/— .*\n$/, `— ${ORIGIN} ${Buffer.alloc(68, 1).toString('base64')}\n`)),
      403,
    ],
    [
      'under whose signature of the log stands another text',
      () => request(5, '', noteOf(HONEST, 6).replace('\n6\n', '\n7\n')),
      403,
    ],
    ['smaller than the old size', () => request(7, '', noteOf(HONEST, 6)), 400],
    ['from another size than the newest it has seen', () => request(4, proofOf(4, 6), noteOf(HONEST, 6)), 409],
    ['from nothing, though it has seen something', () => request(0, '', noteOf(HONEST, 6)), 409],
    ['of another history', () => request(5, proofOf(5, 6, OTHER), noteOf(OTHER, 6)), 422],
    ['of the same size and another root', () => request(5, '', noteOf(OTHER, 5)), 422],
    ['without a proof', () => request(5, '', noteOf(HONEST, 6)), 422],
    [
      'with a proof that is too long',
      () => request(5, `${proofOf(5, 6)}${Buffer.alloc(32).toString('base64')}\n`, noteOf(HONEST, 6)),
      422,
    ],
    ['with an old size that is written otherwise', () => request('05', '', noteOf(HONEST, 6)), 400],
    ['with 64 hashes', () => request(5, `${Buffer.alloc(32).toString('base64')}\n`.repeat(64), noteOf(HONEST, 6)), 400],
    ['that is none', () => 'old 5\n\nhello\n', 400],
    ['that is empty', () => '', 400],
  ])('refuses a checkpoint %s, and remembers what it had seen', (_name, body, status) => {
    expect(ask(0, '', noteOf(HONEST, 5)).status).toBe(200);
    const answer = witness.addCheckpoint(body());
    expect(answer.status).toBe(status);
    if (status === 409) expect([answer.type, answer.body]).toEqual(['text/x.tlog.size', '5\n']);
    expect(parseSignedCheckpoint(witness.newest(id)!).checkpoint.size).toBe(5);
  });

  it.each<[string, readonly string[]]>([
    ['long lines', Array.from({ length: 80 }, (_, i) => stranger(Buffer.alloc(2_000, i)))],
    ['as many lines as a note can have', Array.from({ length: 99 }, (_, i) => stranger(Buffer.alloc(8, i)))],
    ['the log’s own line', [noteOf(HONEST, 5).split('\n').at(-2)!]],
  ])('keeps what the log has signed, once, and nothing that a stranger writes below it: %s', (_what, lines) => {
    const note = noteOf(HONEST, 5);
    expect(ask(0, '', note).status).toBe(200);
    const before = witness.newest(id)!;
    expect(ask(5, '', `${note}${lines.map((line) => `${line}\n`).join('')}`).status).toBe(200);
    expect(witness.newest(id)).toBe(before);
    expect(checkSignatures(parseSignedCheckpoint(before).note, [KEY.key, LOG.key]).verified).toHaveLength(2);
  });

  it('keeps the line of each key of the log, whoever shows the checkpoint again without one of them', () => {
    const second = signingKey(ORIGIN, ED25519, Buffer.alloc(32, 7));
    fs.appendFileSync(path.join(folder, 'logs.txt'), `${writeVerifierKey(second.key)}\n`);
    const { text } = parseSignedCheckpoint(noteOf(HONEST, 5)).note;
    const [first, other] = [LOG, second].map(({ key, privateKey }) => signNote(text, key, privateKey));
    const signers = (): number =>
      checkSignatures(parseSignedCheckpoint(witness.newest(id)!).note, [LOG.key, second.key]).verified.length;
    expect(ask(0, '', writeNote({ text, signatures: [first!] })).status).toBe(200);
    expect(signers()).toBe(1);
    for (const signatures of [[other!], [first!], [other!]]) {
      expect(ask(5, '', writeNote({ text, signatures })).status).toBe(200);
      expect(signers()).toBe(2);
    }
    // What is signed next has the lines that stand below it, and none of before.
    expect(ask(5, proofOf(5, 6), noteOf(HONEST, 6)).status).toBe(200);
    expect(signers()).toBe(1);
  });

  it('takes no proof where there is nothing to prove', () => {
    expect(ask(0, `${Buffer.alloc(32).toString('base64')}\n`, noteOf(HONEST, 5)).status).toBe(422);
    expect(ask(0, '', noteOf(HONEST, 0)).status).toBe(200);
    expect(ask(0, '', noteOf(HONEST, 5)).status).toBe(200);
  });

  it('does not cosign an empty tree with another root, and asks first who says so', () => {
    const saidBy = (key: SigningKey, origin = key.key.name): string => {
      const text = `${origin}\n0\n${Buffer.alloc(32, 7).toString('base64')}\n`;
      return writeNote({ text, signatures: [signNote(text, key.key, key.privateKey)] });
    };
    expect(ask(0, '', saidBy(LOG))).toMatchObject({ status: 422, body: expect.stringContaining('empty tree') });
    expect(ask(0, '', saidBy(FOREIGN)).status).toBe(404);
    expect(ask(0, '', saidBy(FOREIGN, ORIGIN)).status).toBe(403);
    expect(ask(1, '', saidBy(LOG)).status).toBe(400);
    expect(witness.newest(id)).toBeNull();
    expect(ask(0, '', noteOf(HONEST, 5)).status).toBe(200);
    expect(ask(0, '', saidBy(LOG)).status).toBe(409);
  });

  it('does not cosign what it cannot keep', () => {
    expect(ask(0, '', noteOf(HONEST, 5)).status).toBe(200);
    fs.mkdirSync(path.join(folder, `seen-${id}.new`));
    expect(ask(5, proofOf(5, 6), noteOf(HONEST, 6)).status).toBe(503);
    expect(parseSignedCheckpoint(witness.newest(id)!).checkpoint.size).toBe(5);
  });

  it('waits for another process that writes in its folder, and not for one that died over it', () => {
    const draft = path.join(folder, `seen-${id}.new`);
    expect(ask(0, '', noteOf(HONEST, 5)).status).toBe(200);
    expect(fs.existsSync(draft)).toBe(false);
    fs.writeFileSync(draft, 'half of it');
    fs.utimesSync(draft, NOW / 1000, NOW / 1000 - 9);
    expect(ask(5, proofOf(5, 6), noteOf(HONEST, 6))).toMatchObject({
      status: 503,
      body: expect.stringContaining('another'),
    });
    expect([fs.readFileSync(draft, 'utf8'), parseSignedCheckpoint(witness.newest(id)!).checkpoint.size]).toEqual([
      'half of it',
      5,
    ]);
    fs.utimesSync(draft, NOW / 1000, NOW / 1000 - 11);
    expect(ask(5, proofOf(5, 6), noteOf(HONEST, 6)).status).toBe(503);
    expect(ask(5, proofOf(5, 6), noteOf(HONEST, 6)).status).toBe(200);
    // What it refuses leaves no draft behind.
    expect(ask(4, '', noteOf(HONEST, 6)).status).toBe(409);
    expect(fs.existsSync(draft)).toBe(false);
  });

  it('is opened with a key of its own kind alone that nobody else can read', () => {
    fs.chmodSync(path.join(folder, 'witness.key'), 0o644);
    expect(() => Witness.open(folder)).toThrow('can be read by others');
    fs.chmodSync(path.join(folder, 'witness.key'), 0o600);
    fs.writeFileSync(path.join(folder, 'witness.key'), writeSigningKey(LOG));
    expect(() => Witness.open(folder)).toThrow('no key of a witness');
  });

  it('answers over HTTP, one of many at a time, and knows no other way in', async () => {
    const server = serve(witness);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}`;
    const post = async (body: string) => fetch(`${url}/add-checkpoint`, { method: 'POST', body });
    try {
      expect((await post(request(0, '', noteOf(HONEST, 5)))).status).toBe(200);
      const race = await Promise.all(
        [6, 7, 8, 9].map(async (to) => post(request(5, proofOf(5, to), noteOf(HONEST, to)))),
      );
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
      const newest = await fetch(`${url}/${id}/checkpoint`);
      expect([newest.status, newest.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
      const refused = await Promise.all([
        fetch(`${url}/add-checkpoint`),
        fetch(`${url}/add-checkpoint/`, { method: 'POST', body: '' }),
        fetch(`${url}/${id.toUpperCase()}/checkpoint`),
        fetch(`${url}/${'0'.repeat(64)}/checkpoint`),
      ]);
      expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect((await post('x'.repeat(300_000))).status).toBe(413);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
