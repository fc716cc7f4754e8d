import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { BrandId, EntryId, SubjectId } from '#lib/kernel';
import { canonicalize, disclosureDigest, encodeDisclosure, type JsonValue, leafHash, readDisclosure } from '#lib/proof';
import { type EncodedEntry, encodeEntry, randomBytesFor, RandomSupply } from './encode-entry.js';
import { CLEAR_FIELDS, digestsOf, ENTRY_TYPES, type EntryType, type NewEntry, ruleOf } from './entry-types.js';

const BRAND = '0190a0b0-0000-7000-8000-00000000000b' as BrandId;
const SUBJECT = '0190a0b0-0000-7000-8000-00000000000a' as SubjectId;
const ID = '0190a0b0-0000-7000-8000-00000000000e' as EntryId;
const PREV = Buffer.alloc(32, 7).toString('base64url');
const AT = '2026-11-21T16:00:00.123Z';
const NOW = '2026-11-21T16:00:00.100Z';

const encode = (entry: NewEntry, linked = true): EncodedEntry =>
  encodeEntry(
    entry,
    { id: ID, at: AT, now: NOW, link: linked ? { id: SUBJECT, n: 2, prev: PREV } : null },
    new RandomSupply(randomBytes(randomBytesFor(entry.type))),
  );

/** As somebody would call who does not listen to the compiler. */
const loosely = (entry: Record<string, unknown>): NewEntry =>
  ({ at: 0, brandId: BRAND, subjectId: SUBJECT, clear: {}, disclosed: {}, ...entry }) as NewEntry;

const read = ({ leaf }: EncodedEntry): Record<string, JsonValue> => JSON.parse(leaf) as Record<string, JsonValue>;
const digests = (entry: EncodedEntry): string[] => read(entry)['_sd'] as string[];

const decision: NewEntry = {
  type: 'send.decided',
  at: 0,
  brandId: BRAND,
  subjectId: SUBJECT,
  clear: { ch: 'email', out: 'drop', reason: 'no_consent', pol: 'a'.repeat(64), att: 1, tz: null },
  disclosed: { message: { id: 'm-1' }, checks: ['consent'] },
};

describe('an encoded entry', () => {
  it('shows in clear who spoke, what kind of thing happened, when and why, and nothing else', () => {
    const { _sd, ...clear } = read(encode(decision));
    expect(clear).toEqual({
      _sd_alg: 'sha-256',
      v: 1,
      id: ID,
      t: 'send.decided',
      at: AT,
      now: NOW,
      br: BRAND,
      ch: 'email',
      out: 'drop',
      reason: 'no_consent',
      pol: 'a'.repeat(64),
      att: 1,
    });
    expect(_sd).toHaveLength(3);
  });

  it('says in clear what it was given itself, whatever the one before it said', () => {
    const clear = decision.clear;
    const changes = [
      {},
      { ch: 'sms' },
      {},
      { att: 2, out: 'defer' },
      { att: 1, reason: null },
      { pol: 'b'.repeat(64) },
    ];
    for (const change of changes) {
      const said = Object.fromEntries(Object.entries({ ...clear, ...change }).filter(([, value]) => value != null));
      expect(read(encode(loosely({ ...decision, clear: said })))).toMatchObject(said);
      const odd = loosely({ ...decision, clear: { ...said, ch: 'E MAIL' } });
      expect(() => encode(odd)).toThrow(RangeError);
      expect(() => encode(odd)).toThrow(RangeError);
    }
  });

  it('discloses the person’s chain and every given value, each under a digest of the leaf', () => {
    const entry = encode(decision);
    const disclosed = entry.disclosures.split('\n').map((text) => {
      expect(digests(entry)).toContain(disclosureDigest(encodeDisclosure(text)));
      const { name, value } = readDisclosure(text);
      return [name, value];
    });
    expect(disclosed).toEqual([
      ['subj', { id: SUBJECT, n: 2, prev: PREV }],
      ['message', { id: 'm-1' }],
      ['checks', ['consent']],
    ]);
    expect(entry.leafHash).toBe(leafHash(Buffer.from(entry.leaf)).toString('base64url'));
  });

  it('never uses a salt or a decoy twice', () => {
    const entry: NewEntry = { ...decision, disclosed: {} };
    const all = Array.from({ length: 50 }, () => digests(encode(entry))).flat();
    expect(new Set(all).size).toBe(150);
  });

  it('starts a chain with null', () => {
    const random = new RandomSupply(randomBytes(randomBytesFor('send.decided')));
    const first = encodeEntry(decision, { id: ID, at: AT, now: NOW, link: { id: SUBJECT, n: 1, prev: null } }, random);
    expect(readDisclosure(first.disclosures.split('\n')[0] ?? '').value).toEqual({ id: SUBJECT, n: 1, prev: null });
  });

  it.each(Object.keys(ENTRY_TYPES) as EntryType[])(
    'of type %s has the same number of digests whatever was said',
    (type) => {
      const rule = ruleOf(type);
      const linked = rule.subject !== 'none';
      const nothing = encode(loosely({ type, ...(linked ? {} : { subjectId: null }) }), linked);
      const everything = encode(
        loosely({ type, disclosed: Object.fromEntries(rule.disclosed.map((name) => [name, { some: name }])) }),
        linked,
      );
      expect(digests(nothing)).toHaveLength(digestsOf(rule));
      expect(digests(everything)).toHaveLength(digestsOf(rule));
      expect(everything.disclosures.split('\n')).toHaveLength(digestsOf(rule));
    },
  );

  it('hides that an optional subject is absent', () => {
    const suppression = loosely({ type: 'suppression.added', clear: { ch: 'email', reason: 'complaint' } });
    expect(digests(encode(suppression, false))).toHaveLength(digests(encode(suppression, true)).length);
    expect(encode(suppression, false).disclosures).toBe('');
  });

  it('is canonical JSON of itself and contains no disclosed value', () => {
    const word = fc.string({ minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(word, word, fc.array(word), (message, name, checks) => {
        const entry = encode({ ...decision, disclosed: { message: { id: message, [name]: name }, checks } });
        const leaf = entry.leaf;
        expect(canonicalize(JSON.parse(leaf) as JsonValue)).toBe(leaf);
        for (const value of [message, name, ...checks, SUBJECT, PREV]) {
          expect(leaf).not.toContain(JSON.stringify(value).slice(1, -1));
        }
      }),
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['a clear field of another type', { type: 'topic.changed', subjectId: null, clear: { pol: 'a'.repeat(64) } }],
    ['an address in a clear field', { type: 'send.decided', clear: { reason: 'jane@example.org' } }],
    ['quotation marks in a clear field', { type: 'send.decided', clear: { out: 'pass","x":"' } }],
    ['a line break after a clear value', { type: 'send.decided', clear: { out: 'pass\n' } }],
    ['a hash in capitals', { type: 'send.decided', clear: { pol: 'A'.repeat(64) } }],
    ['a fraction of an attempt', { type: 'send.decided', clear: { att: 1.5 } }],
    ['a negative count', { type: 'send.decided', clear: { att: -1 } }],
    ['an object in a clear field', { type: 'send.decided', clear: { out: { toString: () => 'pass' } } }],
    ['a name that the type does not disclose', { type: 'send.decided', disclosed: { address: 'x' } }],
    ['a subject link among the disclosures', { type: 'send.decided', disclosed: { subj: 'x' } }],
    ['a brand that is no UUID', { type: 'send.decided', brandId: 'acme' }],
  ])('refuses %s, and says so without the value', (_name, entry) => {
    expect(() => encode(loosely(entry), entry['subjectId'] !== null)).toThrow(/^(?!.*(jane|"x"|AAAA|acme)).*$/s);
  });

  it('needs a subject where the type has one, and refuses one where it has not', () => {
    expect(() => encode(decision, false)).toThrow('needs a subject');
    expect(() => encode(loosely({ type: 'policy.published' }), true)).toThrow('has no subject');
  });

  it('refuses to go on without random bytes', () => {
    const empty = new RandomSupply(Buffer.alloc(0));
    expect(() => encodeEntry(decision, { id: ID, at: AT, now: NOW, link: null }, empty)).toThrow();
    expect(() => empty.take(1)).toThrow('used up');
  });
});

describe('the table of entry types', () => {
  const rules = (Object.keys(ENTRY_TYPES) as EntryType[]).map((type) => ({ type, rule: ruleOf(type) }));

  it('names nothing twice, and nothing that the leaf uses itself', () => {
    const taken = ['v', 'id', 't', 'at', 'now', 'br', 'subj', '_sd', '_sd_alg'];
    for (const { rule } of rules) {
      expect(new Set([...rule.clear, ...rule.disclosed]).size).toBe(rule.clear.length + rule.disclosed.length);
      for (const name of [...rule.clear, ...rule.disclosed]) expect(taken).not.toContain(name);
    }
  });

  it('keeps everything that can point to a person out of the clear', () => {
    const personal = [
      'subj',
      'contact',
      'message',
      'campaign',
      'topic',
      'actor',
      'evidence',
      'wording',
      'checks',
      'event',
    ];
    for (const name of personal) expect(Object.keys(CLEAR_FIELDS)).not.toContain(name);
  });

  it('gives consent events one number of digests, so that their kind alone tells them apart', () => {
    const consents = rules.filter(({ type }) => type.startsWith('consent.'));
    expect(consents.length).toBeGreaterThanOrEqual(9);
    expect(new Set(consents.map(({ rule }) => digestsOf(rule))).size).toBe(1);
  });
});
