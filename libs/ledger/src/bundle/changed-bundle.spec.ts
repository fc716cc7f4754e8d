import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubjectId } from '#lib/kernel';
import {
  canonicalize,
  checkHeads,
  cosign,
  ED25519,
  encodeDisclosure,
  MANIFEST,
  parseManifest,
  parseSignedCheckpoint,
  readZip,
  REPORT,
  signingKey,
  signNote,
  verifyBundle,
  writeManifest,
  writeNote,
  writeSignatureLine,
  writeZip,
} from '#lib/proof';
import {
  ALL,
  BOTH,
  BundleWorld,
  DOC,
  failing,
  OTHER_WITNESS,
  POLICY,
  verify,
  WITNESS,
} from '../testing/bundle-world.js';
import { ownPage, ownPrograms } from './carried-files.js';
import { BRAND, LOG_KEY, OTHER_BRAND } from '../testing/ledger-fixture.js';

describe('a bundle of evidence that is not as it was made', () => {
  let world: BundleWorld;
  let files: Map<string, Buffer>;
  let ada: SubjectId;

  beforeAll(async () => {
    world = await BundleWorld.create();
    ({ ada } = world);
    files = await world.bundleOf({ ...ALL, subjects: [ada] });
  });
  afterAll(() => world.close());

  /** As somebody does who knows how a bundle is made: the table of contents is right again. */
  const relisted = (given: ReadonlyMap<string, Buffer>): Map<string, Buffer> => {
    const { files: _, ...about } = parseManifest(given.get(MANIFEST)!);
    const rest = new Map([...given].filter(([name]) => name !== MANIFEST));
    return new Map([...rest, [MANIFEST, writeManifest(about, rest)]]);
  };

  describe('is told apart by the verifier:', () => {
    const edited = (name: string, change: (text: string) => string): Map<string, Buffer> => {
      const text = files.get(name)?.toString() ?? '';
      expect(change(text)).not.toBe(text);
      return new Map([...files, [name, Buffer.from(change(text))]]);
    };
    const without = (name: string | RegExp) =>
      new Map([...files].filter(([key]) => (typeof name === 'string' ? key !== name : !name.test(key))));
    const lines = (text: string) => text.trimEnd().split('\n');
    const line = (i: number, change: (record: { leaf: string; disclosures: string[]; idx: number }) => unknown) =>
      edited('entries.ndjson', (text) => {
        const all = lines(text);
        const record = JSON.parse(all[i]!) as { leaf: string; disclosures: string[]; idx: number };
        change(record);
        all[i] = canonicalize(record);
        return `${all.join('\n')}\n`;
      });
    const other = signingKey(LOG_KEY.key.name, ED25519, Buffer.alloc(32, 9));

    it.each<[string, () => ReadonlyMap<string, Buffer>, readonly string[]]>([
      [
        'a file that is not in the table of contents',
        () => new Map([...files, ['more.txt', Buffer.from('x')]]),
        ['files', 'report'],
      ],
      ['a file that is gone', () => without('README.txt'), ['files']],
      ['a file with other bytes', () => edited('README.txt', (text) => `${text}x`), ['files']],
      [
        'an entry with another outcome',
        () => relisted(line(3, (record) => void (record.leaf = record.leaf.replace('pass', 'drop')))),
        ['records', 'chain', 'decisions', 'csv', 'report'],
      ],
      [
        'an entry at another position',
        () => relisted(line(7, (record) => void (record.idx += 1))),
        ['records', 'heads', 'report'],
      ],
      [
        'a disclosure with another value',
        () =>
          relisted(
            line(1, (record) => {
              const text = Buffer.from(record.disclosures[1]!, 'base64url').toString().replace('"c"', '"d"');
              record.disclosures[1] = encodeDisclosure(text);
            }),
          ),
        ['records', 'chain', 'csv', 'report'],
      ],
      [
        'an entry that was left out',
        () =>
          relisted(
            edited(
              'entries.ndjson',
              (text) =>
                `${lines(text)
                  .filter((_, i) => i !== 3)
                  .join('\n')}\n`,
            ),
          ),
        ['records', 'chain', 'csv', 'report'],
      ],
      [
        'the last entries left out',
        () => relisted(edited('entries.ndjson', (text) => `${lines(text).slice(0, -2).join('\n')}\n`)),
        ['records', 'chain', 'heads', 'csv', 'report'],
      ],
      ['a proof that is gone', () => relisted(without(/^proofs\/1\./)), ['records', 'report']],
      [
        'a proof of something else',
        () => relisted(new Map([...files, ['proofs/1.tlog-proof', files.get('proofs/2.tlog-proof')!]])),
        ['records', 'report'],
      ],
      [
        'another root',
        () =>
          relisted(edited('checkpoint', (text) => text.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'A'.repeat(43)}=\n`))),
        ['log', 'witnesses', 'records', 'times', 'report'],
      ],
      [
        'the signature of another key of the same name',
        () =>
          relisted(
            edited('checkpoint', (text) => {
              const { note } = parseSignedCheckpoint(text);
              const signed = writeSignatureLine(signNote(note.text, other.key, other.privateKey));
              return `${note.text}\n${signed}\n${note.signatures.slice(1).map(writeSignatureLine).join('\n')}\n`;
            }),
          ),
        ['log', 'report'],
      ],
      [
        'no cosignature',
        () => relisted(edited('checkpoint', (text) => text.replace(/— witness.*\n/, ''))),
        ['witnesses', 'report'],
      ],
      [
        'another number of entries of the person',
        () =>
          relisted(
            edited('subject.json', (text) =>
              text.replace(/"leaf":\["(.)/, (_, a) => `"leaf":["${a === 'A' ? 'B' : 'A'}`),
            ),
          ),
        ['heads', 'report'],
      ],
      [
        'a record that is passed off as a document',
        () => relisted(line(2, (record) => Object.assign(record, { role: 'document' }))),
        ['records', 'scope', 'documents', 'csv', 'report'],
      ],
      [
        'a time that a witness has not said',
        () => relisted(edited('times.ndjson', (text) => text.replace(/(— witness[^"]*? .{10}).{8}/, '$1AAAAAAAA'))),
        ['times', 'report'],
      ],
      [
        'a notice with other words',
        () => relisted(edited(`documents/${DOC}.json`, (t) => t.replace('Yes', 'No'))),
        ['documents', 'report'],
      ],
      ['a notice that is gone', () => relisted(without(/^documents/)), ['documents', 'report']],
      [
        'a page beside the report',
        () => relisted(new Map([...files, ['report2.html', Buffer.from('<h1>Verified</h1>')]])),
        ['files', 'report'],
      ],
      [
        'a proof from an older audit, of which the bundle says nothing',
        () => relisted(new Map([...files, ['consistency.txt', Buffer.from('x\n')]])),
        ['files', 'report'],
      ],
      [
        'a proof of no entry',
        () => relisted(new Map([...files, ['proofs/9999.tlog-proof', files.get('proofs/2.tlog-proof')!]])),
        ['records', 'report'],
      ],
      [
        'a document that no record names',
        () => {
          const text = Buffer.from('"I agree to everything for ever."');
          const name = `documents/${createHash('sha256').update(text).digest('hex')}.json`;
          return relisted(new Map([...files, [name, text]]));
        },
        ['documents', 'report'],
      ],
      [
        'a table that says something else',
        () => relisted(edited('report.csv', (text) => text.replace('pass', 'drop'))),
        ['csv', 'report'],
      ],
      [
        'a report that carries something else',
        () => relisted(edited('report.html', (text) => text.replace('"idx', '"Idx'))),
        ['report'],
      ],
      [
        'a manifest of another brand',
        () => edited(MANIFEST, (text) => text.replaceAll(BRAND, OTHER_BRAND)),
        ['scope', 'report'],
      ],
    ])('%s', (_what, tampered, steps) => {
      const verdict = verify(tampered());
      expect([verdict.verdict, failing(verdict)]).toEqual(['fails', steps]);
    });

    it('an archive that was cut, extended or packed anew', () => {
      const bytes = writeZip(files);
      for (const wrong of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), bytes.subarray(1)]) {
        expect(() => readZip(wrong)).toThrow('zip');
      }
      expect(readZip(bytes)).toEqual(new Map([...files].sort()));
    });
  });

  /** As `report.html` looks at its own files, so that a forger need not make that one again. */
  const embedded = (given: ReadonlyMap<string, Buffer>) =>
    verifyBundle({ files: given, policy: POLICY, embedded: true });
  const unchecked = ({ verdict, steps }: ReturnType<typeof verify>) => [
    verdict,
    ...steps.filter(({ result }) => result === 'unchecked').map(({ step }) => step),
  ];

  describe('does not hold, and leaves open what was taken out of it:', () => {
    it('how far the chains reach', () => {
      const none = Buffer.from('{"heads":null,"proofs":[]}\n');
      expect(unchecked(embedded(new Map([...files, ['subject.json', none]])))).toEqual(['unchecked', 'heads']);
    });

    it('what came after an older count, under a newer checkpoint', () => {
      const { shown } = verify(files);
      const bytes = files.get('subject.json')!;
      const { at } = shown.find(({ role }) => role === 'heads')!.entry.clear;
      const counted = Date.parse(at as string);
      const scope = { ...ALL, brand: BRAND, subjects: [ada], from: null, to: null };
      const check = (seenAt: number | null, records = shown) => checkHeads(bytes, records, scope, seenAt);
      expect(check(counted + 599_000)).toEqual({ holds: true });
      expect(check(counted + 601_000)).toEqual({ open: expect.stringContaining('may be missing') });
      const withoutOrder = shown.filter(({ entry }) => entry.clear['t'] !== 'export.created');
      expect(check(counted, withoutOrder)).not.toEqual({ holds: true });
    });

    it('the checkpoints that show that no entry is back-dated', () => {
      const stripped = new Map([...files, ['times.ndjson', Buffer.alloc(0)]]);
      // Witnessed soon enough after the time it says, an entry needs no bound before it; here nothing is soon enough.
      expect(unchecked(embedded(stripped))).toEqual(['holds']);
      const late = verifyBundle({ files: stripped, policy: POLICY, embedded: true, lateMs: -3_600_000 });
      expect(unchecked(late)).toEqual(['unchecked', 'times']);
    });

    it('what is spelled otherwise than its maker spells it', () => {
      const changed = (name: string, from: RegExp, to: string) => {
        const text = files.get(name)!.toString();
        expect(text.replace(from, to)).not.toBe(text);
        return failing(embedded(relisted(new Map([...files, [name, Buffer.from(text.replace(from, to))]]))));
      };
      const hash = /"([A-Za-z0-9+/]{43})="/;
      for (const to of ['"$1"', '" $1="', '"$1=AAAA"', '"$1=!"'])
        expect([to, changed('times.ndjson', hash, to), changed('subject.json', hash, to)]).toEqual([to, ['times'], ['heads']]); // prettier-ignore
      expect(changed('times.ndjson', /"note":/, '"more":1,"note":')).toEqual(['times']);
      expect(changed('subject.json', /"proofs":/, '"more":1,"proofs":')).toEqual(['heads']);
      const manifest = files.get(MANIFEST)!.toString();
      for (const to of [
        ['"from":', '"else":1,"from":'],
        ['"files":', '"else":1,"files":'],
      ] as const) {
        const text = manifest.replace(to[0], to[1]);
        expect(failing(embedded(new Map([...files, [MANIFEST, Buffer.from(text)]])))).toContain('files');
      }
    });

    it('the checkpoint that saw an entry soon, where an older one is left to bound it from before', () => {
      const lines = files.get('times.ndjson')!.toString().split('\n').filter(Boolean);
      const [oldest = ''] = lines;
      const older = new Map([...files, ['times.ndjson', Buffer.from(`${oldest}\n`)]]);
      const { text, signatures } = parseSignedCheckpoint(older.get('checkpoint')!).note;
      const seenAfter = (seconds: number) => {
        const cosignature = cosign(text, WITNESS.key, WITNESS.privateKey, Math.floor(Date.now() / 1000) + seconds);
        const note = writeNote({ text, signatures: [...signatures.slice(0, 1), cosignature] });
        return embedded(new Map([...older, ['checkpoint', Buffer.from(note)]]));
      };
      const times = ({ steps }: ReturnType<typeof verify>) => steps.find(({ step }) => step === 'times')!.result;
      const late = seenAfter(7_200);
      const bounded = late.records.filter(({ role, notBefore }) => role === 'record' && notBefore !== null);
      expect([lines.length > 1, bounded.length > 0]).toEqual([true, true]);
      expect([times(seenAfter(60)), times(late)]).toEqual(['holds', 'unchecked']);
    });

    it('a time that only one of the witnesses says whom the policy asks for', () => {
      const { text, signatures } = parseSignedCheckpoint(files.get('checkpoint')!).note;
      const now = Math.floor(Date.now() / 1000);
      const seen = (other: number, policy: string) => {
        const cosignature = cosign(text, OTHER_WITNESS.key, OTHER_WITNESS.privateKey, now + other);
        const note = writeNote({ text, signatures: [...signatures, cosignature] });
        const given = new Map([...files, ['checkpoint', Buffer.from(note)], ['times.ndjson', Buffer.alloc(0)]]);
        return unchecked(verifyBundle({ files: given, policy, embedded: true }));
      };
      expect([seen(60, BOTH), seen(7_200, BOTH)]).toEqual([['holds'], ['unchecked', 'heads', 'times']]);
      // Listed, and not asked for: whatever it says counts for nothing.
      const second = BOTH.replace(/quorum .*/, 'quorum w2');
      expect([seen(60, second), seen(7_200, second), seen(7_200, POLICY)]).toEqual([
        ...[['holds'], ['unchecked', 'heads', 'times'], ['holds']],
      ]);
    });
  });

  describe('has a page and programs that nobody vouches for, where they are not those of the verifier:', () => {
    const programsOf = (given: ReadonlyMap<string, Buffer>) => {
      const { verdict, steps } = verifyBundle({ files: relisted(given), policy: POLICY, own: ownPrograms() });
      const found = steps.filter(({ step }) => step === 'report' || step === 'programs');
      return [verdict, ...found.map(({ result, problem }) => [result, problem.split(':')[0]])];
    };
    const page = () => files.get(REPORT)!.toString();
    const withPage = (html: string) => new Map([...files, [REPORT, Buffer.from(html)]]);
    const lie = '<h1>This person agreed to everything.</h1>';

    it('those it makes itself it knows', () => {
      expect(programsOf(files)).toEqual(['holds', ['holds', ''], ['holds', '']]);
      expect(ownPage(files)).toEqual(files.get(REPORT));
      expect(ownPage(withPage(lie))).toEqual(files.get(REPORT));
    });

    it.each<[string, () => ReadonlyMap<string, Buffer>, string]>([
      ['a page that says something else first', () => withPage(page().replace('<body>', `<body>${lie}`)), REPORT],
      ['or behind', () => withPage(page().replace('</body>', `${lie}</body>`)), REPORT],
      [
        'or between the files it carries and its program',
        () => withPage(page().replace(/(<script type="application.json" id="files">[^<]*<.script>)/, `$1${lie}`)),
        REPORT,
      ],
      ['a page without its program', () => withPage(page().replace(/<script>[^]*?<.script>/, '')), REPORT],
      [
        'another verifier',
        () => new Map([...files, ['verify.mjs', Buffer.from('console.log("holds")')]]),
        'verify.mjs',
      ],
      ['no verifier', () => new Map([...files].filter(([name]) => name !== 'verify.mjs')), 'verify.mjs'],
      ['another guide', () => new Map([...files, ['README.txt', Buffer.from('Trust me.')]]), 'README.txt'],
    ])('%s', (_, forged, name) => {
      expect(programsOf(forged())).toEqual(['holds', ['holds', ''], ['unchecked', name]]);
    });
  });
});
