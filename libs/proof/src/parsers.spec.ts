import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metAtLeast, runs } from '../../../test/support/runs.js';
import { readRecords, writeRecords } from './bundle/bundle-record.js';
import { readTimes, writeTimes } from './bundle/bundle-times.js';
import { parseManifest, writeManifest } from './bundle/manifest.js';
import { parseSubjectFile, writeSubjectFile } from './bundle/verify-heads.js';
import { canonicalize, type JsonValue } from './canonical-json.js';
import { type Checkpoint, parseCheckpoint, parseSignedCheckpoint, writeCheckpoint } from './checkpoint.js';
import { disclose, encodeDisclosure } from './disclosure.js';
import { parseEntryBundle, writeEntryBundle } from './entry-bundle.js';
import { buildLeaf } from './leaf.js';
import { Malformed } from './malformed.js';
import { EMPTY_ROOT } from './merkle.js';
import { parseSignatureLine, writeSignatureLine } from './note-signature.js';
import { parseNote, writeNote } from './signed-note.js';
import { keyPair } from './testing/keys.js';
import { parseTilePath, tilePath } from './tile-path.js';
import { parseHashLines, parseTlogProof, type TlogProof, writeHashLines, writeTlogProof } from './tlog-proof.js';
import { parseTrustPolicy, writeTrustPolicy } from './trust-policy-text.js';
import { COSIGNATURE_V1, ED25519, parseVerifierKey, writeVerifierKey } from './verifier-key.js';
import { parseDisclosure, readEntry, verifyEntry } from './verify-entry.js';
import { readZip, writeZip } from './bundle/zip.js';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const unit = fc.constantFrom(...'abcé/.—#\u{1f600}\u200b-');
const name = fc.string({ unit, minLength: 1, maxLength: 8 });
const line = fc.string({ unit: fc.constantFrom(...'ab +\u00a0é—\u007f'), minLength: 1, maxLength: 10 });
const signature = fc.record({
  name,
  keyId: fc.nat(0xffffffff),
  signature: fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
});
const signatures = fc.array(signature, { minLength: 1, maxLength: 4 });
const checkpoint: fc.Arbitrary<Checkpoint> = fc.record({
  origin: line,
  size: fc.maxSafeNat().map((size) => size + (size === 0 ? 1 : 0)),
  root: hash,
  extensions: fc.array(line, { maxLength: 2 }),
});
const proof: fc.Arbitrary<TlogProof> = fc
  .record({
    extra: fc.option(fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes))),
    index: fc.maxSafeNat(),
    hashes: fc.array(hash, { maxLength: 63 }),
    checkpoint,
    signatures,
  })
  .map(({ signatures: lines, ...rest }) => ({
    ...rest,
    note: { text: writeCheckpoint(rest.checkpoint), signatures: lines },
  }));

const witness = keyPair('w', COSIGNATURE_V1, 2).key;
const policy = writeTrustPolicy({
  logs: [{ key: keyPair('log.example/é', ED25519, 1).key, url: 'https://log.example/' }],
  witnesses: [{ name: 'w', key: witness, url: null }],
  groups: [{ name: 'g', threshold: 1, members: ['w'] }],
  quorum: 'g',
});
const shown = disclose('AAECAwQFBgcICQoLDA0ODw', 'message', { id: 'ü', '1': [1.5, null] });
const clear =
  '"at":"2026-11-21T16:00:00.123Z","id":"0190a0b0-0000-7000-8000-00000000000e","now":"2026-11-21T16:00:00.100Z","t":"send.ended","v":1';
const leaf = buildLeaf(clear, [shown.digest]);

const NOW: Checkpoint = { origin: 'log.example/é', size: 9, root: EMPTY_ROOT, extensions: [] };

interface Format {
  readonly example: fc.Arbitrary<string>;
  /** What the parser takes for this text, written again. */
  readonly again: (text: string) => string;
}

/** Bytes stand for characters U+0000 to U+00FF here, so that one kind of mutation serves texts and bytes. */
function bytesOf(text: string): Buffer {
  if (/[^\u0000-\u00ff]/.test(text)) throw new Malformed('bytes', 'none of these');
  return Buffer.from(text, 'latin1');
}

const FORMATS: Readonly<Record<string, Format>> = {
  'a signed note': {
    example: fc
      .record({ text: fc.array(line).map((lines) => lines.map((one) => `${one}\n`).join('') || '\n'), signatures })
      .map(writeNote),
    again: (text) => writeNote(parseNote(text)),
  },
  'a signature line': {
    example: signature.map(writeSignatureLine),
    again: (text) => writeSignatureLine(parseSignatureLine(text)),
  },
  'a checkpoint': { example: checkpoint.map(writeCheckpoint), again: (text) => writeCheckpoint(parseCheckpoint(text)) },
  'a signed checkpoint': {
    example: proof.map(({ note }) => writeNote(note)),
    again: (text) => writeNote(parseSignedCheckpoint(text).note),
  },
  'a tlog-proof': { example: proof.map(writeTlogProof), again: (text) => writeTlogProof(parseTlogProof(text)) },
  'lines of hashes': {
    example: fc.array(hash, { maxLength: 63 }).map(writeHashLines),
    again: (text) => writeHashLines(parseHashLines(text)),
  },
  'a verifier key': {
    example: fc.constant(writeVerifierKey(witness)),
    again: (text) => writeVerifierKey(parseVerifierKey(text)),
  },
  'the path of a tile': {
    example: fc
      .record({ level: fc.nat(63), index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) })
      .map(tilePath),
    again: (text) => tilePath(parseTilePath(text)),
  },
  'a bundle of three entries': {
    example: fc
      .array(fc.uint8Array({ maxLength: 9 }), { minLength: 3, maxLength: 3 })
      .map((all) => writeEntryBundle(all).toString('latin1')),
    again: (text) => writeEntryBundle(parseEntryBundle(bytesOf(text), 3)).toString('latin1'),
  },
  'the records of an audit bundle': {
    example: fc
      .uniqueArray(
        fc.record({
          idx: fc.nat(),
          role: fc.constantFrom('record' as const, 'document' as const, 'heads' as const),
          leaf: line,
          disclosures: fc.array(line, { maxLength: 2 }),
        }),
        { maxLength: 3, selector: ({ idx }) => idx },
      )
      .map((all) => writeRecords(all.sort((a, b) => a.idx - b.idx)).toString('latin1')),
    again: (text) => writeRecords([...readRecords(bytesOf(text))]).toString('latin1'),
  },
  'what an audit bundle says of chains': {
    example: fc
      .record({
        heads: fc.option(fc.nat()),
        proofs: fc.array(
          fc.record({
            id: fc.uuid(),
            siblings: fc.array(hash, { maxLength: 3 }),
            leaf: fc.option(fc.record({ label: hash, commitment: hash })),
          }),
          { maxLength: 2 },
        ),
      })
      .map((file) => writeSubjectFile(file).toString('latin1')),
    again: (text) => writeSubjectFile(parseSubjectFile(bytesOf(text))).toString('latin1'),
  },
  'the table of contents of an audit bundle': {
    example: fc
      .record({
        origin: line,
        size: fc.nat(),
        since: fc.option(fc.nat()),
        records: fc.nat(),
        scope: fc.record({
          ...{ brand: line, subjects: fc.option(fc.array(line, { minLength: 1, maxLength: 2 })) },
          ...{ campaign: fc.option(line), from: fc.option(line), to: fc.option(line) },
        }),
        volume: fc.option(fc.constant({ number: 1, start: 0, end: 1 })),
      })
      .filter(({ volume, size }) => volume === null || size > 0)
      .map((about) => writeManifest(about, new Map([['a', Buffer.from('b')]])).toString('latin1')),
    again: (text) => {
      const { scope, volume, files, ...about } = parseManifest(bytesOf(text));
      const format = 'consent-gateway audit bundle, version 1';
      const { subjects, ...rest } = scope;
      const value: JsonValue = {
        ...{ format, ...about, files, ...(volume === null ? {} : { volume: { ...volume } }) },
        scope: { ...rest, subjects: subjects === null ? null : [...subjects] },
      };
      return Buffer.from(`${canonicalize(value)}\n`).toString('latin1');
    },
  },
  'a disclosure': {
    example: fc.constant(encodeDisclosure(shown.text)),
    again: (text) => {
      const { salt, name: of, value } = parseDisclosure(text);
      return encodeDisclosure(JSON.stringify([salt, of, value]));
    },
  },
};

/** A text spoilt in a few places: characters taken out, doubled, put in or exchanged. */
const spoilt = (example: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const piece = fc.oneof(
    fc.constantFrom('\n', ' ', '\t', '\r', '+', '=', '0', 'x', '/', '—', '\u0000', '\ud800', '\n\n', '\ufeff'),
    fc.string(),
  );
  const change = fc.tuple(fc.nat(), fc.nat(3), fc.oneof(fc.constant(''), piece));
  return fc.tuple(example, fc.array(change, { minLength: 1, maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((all, [at, gone, put]) => {
      const i = at % (all.length + 1);
      return all.slice(0, i) + put + all.slice(i + gone);
    }, text),
  );
};

/** What it gives for a text that it takes; null for one that it refuses. All else that is thrown is a fault. */
function answer<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

describe.each(Object.entries(FORMATS))('%s', (_name, { example, again }) => {
  it('is written as it was read', () => {
    fc.assert(
      fc.property(example, (text) => {
        expect(again(text)).toBe(text);
      }),
      { numRuns: runs(150) },
    );
  });

  it('that is spoilt is refused, or is another one that is written as it was read', () => {
    let refused = 0;
    fc.assert(
      fc.property(spoilt(example), (text) => {
        const written = answer(() => again(text));
        if (written === null) refused += 1;
        else expect(written).toBe(text);
      }),
      { numRuns: runs(400) },
    );
    expect(refused).toBeGreaterThan(metAtLeast(50));
  });

  it('is not any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
          fc.string(),
        ),
        (text) => {
          const written = answer(() => again(text));
          if (written !== null) expect(written).toBe(text);
        },
      ),
      { numRuns: runs(150) },
    );
  });
});

describe('parsers of bytes', () => {
  const parsers: readonly ((bytes: Uint8Array) => unknown)[] = [
    parseNote,
    parseSignedCheckpoint,
    parseTlogProof,
    parseHashLines,
    parseTrustPolicy,
    readEntry,
    (bytes) => verifyEntry(bytes, [encodeDisclosure(shown.text)]),
    (bytes) => parseEntryBundle(bytes, 2),
    (bytes) => readTimes(Buffer.from(bytes), parseTrustPolicy(policy), NOW),
    (bytes) => [...readRecords(Buffer.from(bytes))],
    (bytes) => parseManifest(Buffer.from(bytes)),
    (bytes) => parseSubjectFile(Buffer.from(bytes)),
    (bytes) => readZip(bytes),
  ];

  it('answer to any bytes, and to any text, with a value or a refusal', () => {
    const times = proof.map(({ note, hashes }) =>
      writeTimes([{ note: writeNote(note), consistency: hashes.map((one) => one.toString('base64')) }]).toString(),
    );
    const archive = writeZip(new Map([['a', Buffer.from('b'.repeat(99))]])).toString('latin1');
    const texts = fc.oneof(
      ...[fc.constant(policy), fc.constant(leaf), proof.map(writeTlogProof), times, fc.constant(archive)],
      ...Object.values(FORMATS).map(({ example }) => example),
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      spoilt(texts).map((text) => Buffer.from(text)),
      spoilt(texts).map((text) => Buffer.from(text, 'latin1')),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        for (const parse of parsers) answer(() => parse(input));
      }),
      { numRuns: runs(400) },
    );
  });
});

describe('what is read', () => {
  it('of a proof is what was written, field by field', () => {
    fc.assert(
      fc.property(proof, (written) => {
        expect(parseTlogProof(writeTlogProof(written))).toEqual(written);
        expect(parseTlogProof(Buffer.from(writeTlogProof(written)))).toEqual(written);
      }),
      { numRuns: runs(100) },
    );
  });

  it('of a policy that is spoilt is a policy that reads the same when it is written', () => {
    fc.assert(
      fc.property(spoilt(fc.constant(policy)), (text) => {
        const read = answer(() => parseTrustPolicy(text));
        if (read !== null) expect(parseTrustPolicy(writeTrustPolicy(read))).toEqual(read);
      }),
      { numRuns: runs(400) },
    );
  });

  it('of an entry is the entry: spoilt, it is refused or is other bytes', () => {
    fc.assert(
      fc.property(spoilt(fc.constant(leaf)), (text) => {
        const read = answer(() => readEntry(Buffer.from(text)));
        if (read !== null && text !== leaf) expect(read).not.toEqual(readEntry(Buffer.from(leaf)));
      }),
      { numRuns: runs(400) },
    );
  });
});

describe('a checkpoint', () => {
  const root = Buffer.alloc(32, 1).toString('base64');
  it('of nothing has the one root that it can have', () => {
    const empty = writeCheckpoint({ origin: 'o', size: 0, root: EMPTY_ROOT, extensions: [] });
    expect(empty).toBe('o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n');
    expect(parseCheckpoint(empty).size).toBe(0);
    expect(() => parseCheckpoint(`o\n0\n${root}\n`)).toThrow(Malformed);
  });

  it('may be of the Go checksum database (sumdb/tlog of x/mod, TestFormatTree)', () => {
    const text = 'go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n';
    expect(parseCheckpoint(text)).toMatchObject({ origin: 'go.sum database tree', size: 123_456_789_012 });
    expect(writeCheckpoint(parseCheckpoint(text))).toBe(text);
  });

  it.each([
    ['two lines', 'o\n1\n'],
    ['no origin', `\n1\n${root}\n`],
    ['an empty extension', `o\n1\n${root}\n\n`],
    ['a leading zero', `o\n01\n${root}\n`],
    ['a sign', `o\n+1\n${root}\n`],
    ['a size in hex', `o\n0x1\n${root}\n`],
    ['a size of 2^53', `o\n9007199254740992\n${root}\n`],
    ['other digits', `o\n١\n${root}\n`],
    ['a root of 31 bytes', `o\n1\n${Buffer.alloc(31).toString('base64')}\n`],
    ['a root without padding', `o\n1\n${root.replace('=', '')}\n`],
    ['a tab', `o\t\n1\n${root}\n`],
  ])('has not %s', (_what, text) => {
    expect(() => parseCheckpoint(text)).toThrow(Malformed);
  });
});

describe('a tlog-proof', () => {
  const [example] = fc.sample(
    proof.map((one) => ({ ...one, extra: null, index: 7 })),
    { numRuns: 1, seed: 1 },
  );
  const text = example === undefined ? '' : writeTlogProof(example);

  it.each([
    ['another version', text.replace('@v1', '@v2')],
    ['no index', text.replace('index 7\n', '')],
    ['an index with a leading zero', text.replace('index 7', 'index 07')],
    ['an empty extra line', text.replace('index 7', 'extra \nindex 7')],
    ['two extra lines', text.replace('index 7', 'extra AA==\nextra AA==\nindex 7')],
    ['the extra line after the index', text.replace('index 7', 'index 7\nextra AA==')],
    ['64 hashes', text.replace('index 7\n', `index 7\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`)],
    ['a hash of 31 bytes', text.replace('index 7\n', `index 7\n${Buffer.alloc(31).toString('base64')}\n`)],
    ['two empty lines', text.replace('\n\n', '\n\n\n')],
    ['carriage returns', text.replaceAll('\n', '\r\n')],
  ])('has not %s', (_what, wrong) => {
    expect(wrong).not.toBe(text);
    expect(() => parseTlogProof(wrong)).toThrow(Malformed);
  });

  it('is not written when it could not be read', () => {
    if (example === undefined) throw new Error('no example');
    expect(() => writeTlogProof({ ...example, extra: Buffer.alloc(0) })).toThrow(RangeError);
    expect(() => writeTlogProof({ ...example, index: -1 })).toThrow(RangeError);
    expect(() => writeTlogProof({ ...example, hashes: Array.from({ length: 64 }, () => EMPTY_ROOT) })).toThrow(
      RangeError,
    );
    const other = { ...example.checkpoint, origin: `${example.checkpoint.origin}x` };
    expect(() => writeTlogProof({ ...example, checkpoint: other })).toThrow(RangeError);
    expect(() => writeTlogProof({ ...example, note: { ...example.note, signatures: [] } })).toThrow(RangeError);
  });
});
