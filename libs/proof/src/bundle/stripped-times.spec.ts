import { describe, expect, it } from '@jest/globals';
import {
  buildLeaf,
  type BundleVerdict,
  canonicalize,
  COSIGNATURE_V1,
  consistencyProof,
  cosign,
  disclose,
  ED25519,
  embedFiles,
  encodeDisclosure,
  hashesInTiles,
  inclusionProof,
  type JsonObject,
  leafHash,
  parseSignedCheckpoint,
  recordsCsv,
  rootOf,
  signingKey,
  signNote,
  verifyBundle,
  verifyEntry,
  withoutHashes,
  writeCheckpoint,
  writeManifest,
  writeNote,
  writeRecords,
  writeTile,
  writeTlogProof,
  writeTrustPolicy,
} from '../index.js';

const LOG = signingKey('log.example', ED25519, Buffer.alloc(32, 1));
const WITNESS = signingKey('witness.example', COSIGNATURE_V1, Buffer.alloc(32, 3));
const BRAND = '01a221e8-08ff-7000-b766-11c192e1cdbd';
const SUBJECT = '01a221e8-2bcb-7001-8013-b022c5b50e00';
const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const HOUR = 3_600_000;

interface Made {
  readonly leaf: string;
  readonly disclosures: readonly string[];
}

let salts = 0;
function entry(id: string, t: string, at: number, clear: JsonObject, disclosed: JsonObject): Made {
  const time = new Date(at).toISOString();
  const shown = Object.entries(disclosed).map(([name, value]) =>
    disclose(Buffer.alloc(16, ++salts).toString('base64url'), name, value),
  );
  const fields = canonicalize({ ...clear, at: time, br: BRAND, id, now: time, t, v: 1 }).slice(1, -1);
  return {
    leaf: buildLeaf(
      fields,
      shown.map(({ digest }) => digest),
    ),
    disclosures: shown.map(({ text }) => encodeDisclosure(text)),
  };
}

const KNOWN = entry(
  '01a221e8-2bcb-7001-8013-b022c5b50eb1',
  'contact.changed',
  NOW - 48 * HOUR,
  { via: 'api' },
  { contact: { id: 'c' }, change: { created: true }, actor: 'x', subj: { id: SUBJECT, n: 1, prev: null } },
);
const PREV = leafHash(Buffer.from(KNOWN.leaf)).toString('base64url');

/** A yes that says to be of so long ago. */
const yes = (ago: number): Made =>
  entry(
    '01a221e8-2bcb-7001-8013-b022c5b50eb2',
    'consent.granted',
    NOW - ago,
    { ch: 'email', basis: 'consent' },
    {
      ...{ contact: { id: 'c' }, topic: {}, event: {}, wording: {}, evidence: {}, actor: 'x' },
      subj: { id: SUBJECT, n: 2, prev: PREV },
    },
  );

/** The bundle of a brand, of a log of which a witness saw the first entry 20 hours ago, and all of it now. */
function bundle(last: Made, isCosigned: boolean): Map<string, Buffer> {
  const entries = [KNOWN, last];
  const hashes = entries.map(({ leaf }) => leafHash(Buffer.from(leaf)));
  const tree = (size: number) => hashesInTiles(size, () => writeTile(hashes.slice(0, size)));
  const note = (size: number, at: number): string => {
    const text = writeCheckpoint({ origin: LOG.key.name, size, root: rootOf(size, tree(size)), extensions: [] });
    const cosigned = isCosigned ? [cosign(text, WITNESS.key, WITNESS.privateKey, at / 1_000)] : [];
    return writeNote({ text, signatures: [signNote(text, LOG.key, LOG.privateKey), ...cosigned] });
  };
  const before = {
    note: note(1, NOW - 20 * HOUR),
    consistency: consistencyProof(1, 2, tree(2)).map((hash) => hash.toString('base64')),
  };
  const files = new Map<string, Buffer>();
  const put = (name: string, content: string | Buffer): unknown => files.set(name, Buffer.from(content));
  put('checkpoint', note(2, NOW));
  put('policy.txt', 'quorum none\n');
  put('entries.ndjson', writeRecords(entries.map((one, idx) => ({ idx, role: 'record' as const, ...one }))));
  const signed = parseSignedCheckpoint(files.get('checkpoint')!);
  for (const index of [0, 1])
    put(
      `proofs/${index}.tlog-proof`,
      writeTlogProof({ extra: null, index, hashes: inclusionProof(index, 2, tree(2)), ...signed }),
    );
  put('times.ndjson', isCosigned ? `${canonicalize(before)}\n` : '');
  const shown = entries.map(({ leaf, disclosures }, idx) => ({
    idx,
    entry: verifyEntry(Buffer.from(leaf), disclosures),
  }));
  put('report.csv', recordsCsv(shown));
  for (const name of ['README.txt', 'verify.mjs']) put(name, 'x');
  const scope = { brand: BRAND, subjects: null, campaign: null, from: null, to: null };
  const about = { origin: LOG.key.name, size: 2, since: null, records: 2, volume: null, scope };
  const inner = new Map(files).set('manifest.json', withoutHashes(writeManifest(about, files)));
  put('report.html', `<html>${embedFiles(inner)}</html>`);
  return files.set('manifest.json', writeManifest(about, files));
}

describe('a bundle out of which what witnesses said of its times was taken', () => {
  const policy = (quorum: string | null, witnesses = [{ name: 'w1', key: WITNESS.key, url: null }]): string =>
    writeTrustPolicy({ logs: [{ key: LOG.key, url: null }], witnesses, groups: [], quorum });
  const judged = (files: Map<string, Buffer>, by: string): [BundleVerdict['verdict'], string | undefined] => {
    const { verdict, steps } = verifyBundle({ files, policy: by });
    return [verdict, steps.find(({ step }) => step === 'times')?.result];
  };
  const YEAR = 365 * 24 * HOUR;

  it.each<[string, number, boolean, string, BundleVerdict['verdict'], string]>([
    ['of a yes of last year fails while it is there', YEAR, true, policy(null), 'fails', 'fails'],
    ['is open, though the policy asks for none', YEAR, false, policy(null), 'unchecked', 'unchecked'],
    ['fails where the policy asks for one', YEAR, false, policy('w1'), 'fails', 'unchecked'],
    ['says nothing of times where the policy knows nobody', YEAR, false, policy(null, []), 'holds', 'unchecked'],
  ])('%s', (_what, ago, isCosigned, by, verdict, times) => {
    expect(judged(bundle(yes(ago), isCosigned), by)).toEqual([verdict, times]);
  });
});
