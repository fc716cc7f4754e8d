import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalize, type JsonObject, type JsonValue } from './canonical-json.js';
import { disclose, disclosureDigest, encodeDisclosure, readDisclosure } from './disclosure.js';
import { buildLeaf, MAX_LEAF_BYTES } from './leaf.js';

const SALT = '_26bc4LT-ac6q2KI6cBW5A';
const digestOf = (label: string): string => createHash('sha256').update(label).digest('base64url');

describe('a disclosure', () => {
  it('has the digest that RFC 9901, section 4.2.3, gives for the RFC’s own example', () => {
    const wire = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0';
    expect(disclosureDigest(wire)).toBe('X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0');
    expect(readDisclosure(Buffer.from(wire, 'base64url').toString())).toEqual({
      salt: '_26bc4LT-ac6q2KI6cBW5es',
      name: 'family_name',
      value: 'Möbius',
    });
  });

  it('is JSON of salt, name and value as they were given, and says what was put in', () => {
    const { text, digest } = disclose(SALT, 'wording', { b: 'Möbius', a: [1.5, null, '\ud800'] });
    expect(text).toBe(`["${SALT}","wording",{"b":"Möbius","a":[1.5,null,"\\ud800"]}]`);
    expect(readDisclosure(text)).toEqual({
      salt: SALT,
      name: 'wording',
      value: { b: 'Möbius', a: [1.5, null, '\ud800'] },
    });
    const wire = Buffer.from(text).toString('base64url');
    expect(encodeDisclosure(text)).toBe(wire);
    expect(digest).toBe(createHash('sha256').update(wire, 'ascii').digest('base64url'));
  });

  it.each([
    ['a salt of 15 bytes', 'A'.repeat(20), 'name'],
    ['a salt of 17 bytes', 'A'.repeat(23), 'name'],
    ['a salt with stray bits at its end', 'A'.repeat(21) + 'B', 'name'],
    ['a salt that is not base64url', 'A'.repeat(20) + '+A', 'name'],
    ['the name _sd', SALT, '_sd'],
    ['the name ...', SALT, '...'],
  ])('refuses %s', (_name, salt, name) => {
    expect(() => disclose(salt, name, 'value')).toThrow(RangeError);
  });

  it.each(['{}', '["a","b"]', '[1,"b",2]', '["a",1,2]', '["a","_sd",2]', '["a","b",2,3]'])('is not %s', (text) => {
    expect(() => readDisclosure(text)).toThrow(RangeError);
  });
});

/** Canonical text of members, as a leaf takes them. */
const membersOf = (members: JsonObject): string => canonicalize(members).slice(1, -1);

describe('a leaf', () => {
  const clear = membersOf({ v: 1, t: 'send.ended', at: '2026-11-21T16:00:00.123Z' });

  it('is its clear members and the sorted digests of everything else', () => {
    const shown = disclose(SALT, 'campaign', 'spring');
    const decoys = [digestOf('x'), digestOf('y')];
    const digests = [shown.digest, ...decoys].sort();
    expect(buildLeaf(clear, [shown.digest, ...decoys])).toBe(
      `{"_sd":["${digests.join('","')}"],"_sd_alg":"sha-256","at":"2026-11-21T16:00:00.123Z","t":"send.ended","v":1}`,
    );
  });

  it('gives the order of the disclosures away to nobody', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 6 }), fc.nat(6), (labels, real) => {
        const digests = labels.map(digestOf);
        const split = buildLeaf(clear, [...digests.slice(real), ...digests.slice(0, real)]);
        expect(split).toBe(buildLeaf(clear, digests.reverse()));
      }),
    );
  });

  it('is canonical JSON of itself', () => {
    const member = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.maxSafeInteger()));
    fc.assert(
      fc.property(member, (members) => {
        const leaf = buildLeaf(membersOf(members), [disclose(SALT, 'a', 1).digest, digestOf('b')]);
        expect(canonicalize(JSON.parse(leaf) as JsonValue)).toBe(leaf);
      }),
    );
  });

  it('refuses clear members that could belong to the commitments or sort before them', () => {
    for (const name of ['_sd', '_sd_alg', '...', 'A', '_', '1', ''])
      expect(() => buildLeaf(membersOf({ [name]: 'x', a: 1 }), [])).toThrow(RangeError);
  });

  it('refuses the same digest twice, and what is no digest', () => {
    expect(() => buildLeaf(clear, [digestOf('x'), digestOf('x')])).toThrow(RangeError);
    const two = `${digestOf('x')}","${digestOf('y')}`;
    for (const wrong of ['', 'x', two, digestOf('x') + '=', digestOf('x').slice(1) + '+', 'A'.repeat(42) + 'B']) {
      expect(() => buildLeaf(clear, [wrong])).toThrow(RangeError);
      expect(() => buildLeaf(clear, [digestOf('z'), wrong])).toThrow(RangeError);
    }
  });

  it('has at most 65,535 bytes', () => {
    const room = MAX_LEAF_BYTES - buildLeaf(membersOf({ x: '' }), []).length;
    expect(buildLeaf(membersOf({ x: 'a'.repeat(room) }), [])).toHaveLength(65_535);
    expect(() => buildLeaf(membersOf({ x: 'a'.repeat(room + 1) }), [])).toThrow(RangeError);
  });
});
