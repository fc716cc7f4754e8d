import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubjectId } from '#lib/kernel';
import { canonicalize, checkHeads, disclosureDigest, encodeDisclosure, writeZip } from '#lib/proof';
import { ALL, BundleWorld, failing, POLICY, verify } from '../testing/bundle-world.js';
import { BRAND } from '../testing/ledger-fixture.js';

/** Whoever holds the keys of a log can have it say anything, also what no entry says: a verifier names it, and goes on. */
describe('what stands where a chain should be told', () => {
  let world: BundleWorld;
  let files: Map<string, Buffer>;
  let ada: SubjectId;
  beforeAll(async () => {
    world = await BundleWorld.create();
    ({ ada } = world);
    files = await world.bundleOf({ ...ALL, subjects: [ada] });
  });
  afterAll(() => world.close());

  /** The second record, committing to another link. */
  const linked = (change: (link: Record<string, unknown>) => unknown): Map<string, Buffer> => {
    const lines = files.get('entries.ndjson')!.toString().trimEnd().split('\n');
    const record = JSON.parse(lines[1]!) as { leaf: string; disclosures: string[] };
    const leaf = JSON.parse(record.leaf) as { _sd: string[] };
    record.disclosures = record.disclosures.map((wire) => {
      const [salt, name, value] = JSON.parse(Buffer.from(wire, 'base64url').toString()) as [string, string, object];
      if (name !== 'subj') return wire;
      const link = { ...value };
      change(link);
      const other = encodeDisclosure(JSON.stringify([salt, name, link]));
      leaf._sd = leaf._sd
        .map((digest) => (digest === disclosureDigest(wire) ? disclosureDigest(other) : digest))
        .sort();
      return other;
    });
    expect(record.disclosures.join()).not.toBe((JSON.parse(lines[1]!) as typeof record).disclosures.join());
    record.leaf = canonicalize(leaf);
    lines[1] = canonicalize(record);
    return new Map([...files, ['entries.ndjson', Buffer.from(`${lines.join('\n')}\n`)]]);
  };
  const numbered = (n: unknown) => linked((link) => (link['n'] = n));
  const NO_LINK = 'its subj is no place in a chain';

  it.each<[string, () => ReadonlyMap<string, Buffer>]>([
    ...[0, -1, 1.5, 2 ** 48, 1e15, Number.MAX_SAFE_INTEGER, 1e300, null, '2'].map(
      (n): [string, () => Map<string, Buffer>] => [`number ${JSON.stringify(n)}`, () => numbered(n)],
    ),
    ['a hash that is cut off', () => linked((link) => (link['prev'] = String(link['prev']).slice(0, -1)))],
    ['a hash with a space in it', () => linked((link) => (link['prev'] = ` ${String(link['prev'])}`))],
    ['nobody', () => linked((link) => delete link['id'])],
  ])('%s is a fault of the record, and of the chain', (_, given) => {
    const verdict = verify(given());
    expect(verdict.verdict).toBe('fails');
    expect(failing(verdict)).toEqual(expect.arrayContaining(['records', 'scope', 'chain']));
    expect(verdict.records[1]).toMatchObject({ holds: false, problem: NO_LINK });
  });

  it('the largest number is one that the log can count', () => {
    expect(verify(numbered(2 ** 48 - 1)).records[1]?.problem).not.toBe(NO_LINK);
  });

  it('the program in the bundle says so too, and that the bundle does not hold', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'links-'));
    const at = (name: string): string => path.join(folder, name);
    fs.writeFileSync(at('verify.mjs'), files.get('verify.mjs')!);
    fs.writeFileSync(at('policy.txt'), POLICY);
    fs.writeFileSync(at('bundle.zip'), writeZip(numbered(2 ** 48)));
    const argv = [at('verify.mjs'), at('bundle.zip'), '--policy', at('policy.txt')];
    const { status, stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    fs.rmSync(folder, { recursive: true });
    expect([status, stdout]).toEqual([1, expect.stringContaining(NO_LINK)]);
  });

  it('a root that is no 64 digits says nothing of how far chains reach, whoever reads it', () => {
    const { shown } = verify(files);
    const scope = { ...ALL, brand: BRAND, subjects: [ada], from: null, to: null };
    const check = (change: (root: string) => string) =>
      checkHeads(
        files.get('subject.json')!,
        shown.map((record) => {
          const { root } = record.entry.clear;
          if (record.role !== 'heads' || typeof root !== 'string') return record;
          return { ...record, entry: { ...record.entry, clear: { ...record.entry.clear, root: change(root) } } };
        }),
        scope,
        undefined,
      );
    expect(check((root) => root)).toEqual({ holds: true });
    const changes = [
      (root: string) => `${root}zz`,
      (root: string) => `${root}a`,
      (root: string) => root.toUpperCase(),
      (root: string) => `${root}\n`,
      (root: string) => ` ${root}`,
    ];
    for (const change of changes)
      expect(check(change)).toEqual({ holds: false, problem: expect.stringContaining('does not say how far') });
  });
});
