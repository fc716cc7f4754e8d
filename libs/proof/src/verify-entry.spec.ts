import { describe, expect, it } from '@jest/globals';
import { disclose, encodeDisclosure } from './disclosure.js';
import { buildLeaf } from './leaf.js';
import { Malformed } from './malformed.js';
import { parseDisclosure, readEntry, verifyEntry } from './verify-entry.js';

const SALTS = ['AAECAwQFBgcICQoLDA0ODw', 'EBESExQVFhcYGRobHB0eHw', 'ICEiIyQlJicoKSorLC0uLw'] as const;
const message = disclose(SALTS[0], 'message', { id: 1 });
const checks = disclose(SALTS[1], 'checks', [1.5, 'ü', null]);
const again = disclose(SALTS[2], 'message', { id: 2 });
const inClear = disclose(SALTS[2], 't', 'send.ended');
const wire = ({ text }: { text: string }): string => encodeDisclosure(text);
const CLEAR = {
  at: '"2026-11-21T16:00:00.123Z"',
  id: '"0190a0b0-0000-7000-8000-00000000000e"',
  now: '"2026-11-21T16:00:00.100Z"',
  t: '"send.ended"',
  v: '1',
};
const leafOf = (clear: Readonly<Record<string, string>>, digests: string[]): Buffer =>
  Buffer.from(
    buildLeaf(
      Object.entries({ ...CLEAR, ...clear })
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `"${name}":${value}`)
        .join(','),
      digests,
    ),
  );
const leaf = leafOf({ ch: '"email"' }, [message.digest, checks.digest, again.digest]);
const asText = leaf.toString();

describe('an entry', () => {
  it('is read with any part of its disclosures, in any order', () => {
    expect(verifyEntry(leaf, [wire(checks), wire(message)])).toMatchObject({
      clear: { ch: 'email', t: 'send.ended', v: 1 },
      disclosed: [
        { name: 'checks', value: [1.5, 'ü', null], salt: SALTS[1] },
        { name: 'message', value: { id: 1 } },
      ],
    });
    expect(verifyEntry(leaf, []).disclosed).toEqual([]);
    expect(readEntry(leaf).digests).toEqual([message.digest, checks.digest, again.digest].sort());
  });

  it.each([
    ['a disclosure of something else', leaf, [wire(inClear)]],
    ['a disclosure twice', leaf, [wire(message), wire(message)]],
    ['two disclosures of one name', leaf, [wire(message), wire(again)]],
    ['a disclosure named like a member in clear', leafOf({}, [inClear.digest]), [wire(inClear)]],
    ['a disclosure with padding', leaf, [`${wire(message)}=`]],
    ['a disclosure in plain text', leaf, [message.text]],
    ['a disclosure with white space', leaf, [encodeDisclosure(message.text.replace(',', ', '))]],
    ['an empty disclosure', leaf, ['']],
  ])('is not shown with %s', (_name, entry, disclosures) => {
    expect(() => verifyEntry(entry, disclosures)).toThrow(Malformed);
  });

  const sd = /"_sd":\[[^\]]*\]/;
  it.each([
    ['white space', asText.replace(',', ', ')],
    ['a line feed at its end', `${asText}\n`],
    ['its members in another order', `${asText.slice(0, -1).replace('"ch":"email",', '')},"ch":"email"}`],
    ['a member twice', asText.replace('"ch":"email"', '"ch":"email","ch":"email"')],
    ['an escape that is not needed', asText.replace('email', '\\u0065mail')],
    ['another digest algorithm', asText.replace('sha-256', 'sha-512')],
    ['no digests', asText.replace(sd, '"_sd":null')],
    ['digests out of order', asText.replace(sd, (all) => `"_sd":[${all.slice(7, -1).split(',').reverse().join(',')}]`)],
    ['a digest twice', asText.replace(sd, `"_sd":["${message.digest}","${message.digest}"]`)],
    ['a digest that is none', asText.replace(sd, '"_sd":["x"]')],
    ['a member with a capital', asText.replace('"ch"', '"Ch"').replace(/^\{/, '{')],
    ['an object in clear', asText.replace('"email"', '{}')],
    ['a negative number', asText.replace('"email"', '-1')],
    ['a fraction', asText.replace('"email"', '1.5')],
    ['no version', asText.replace(',"v":1', '')],
    ['another version', asText.replace('"v":1', '"v":2')],
    ['an id of another version', asText.replace('-7000-', '-4000-')],
    ['a day that there is not', asText.replace('2026-11-21T16:00:00.123Z', '2026-02-30T16:00:00.123Z')],
    ['a time zone', asText.replace('00.123Z', '00.123+01:00')],
    ['a brand that is none', asText.replace('"ch"', '"br":"x","ch"')],
    ['a byte order mark', `\ufeff${asText}`],
    ['another value than an object', '[]'],
    ['no value', ''],
  ])('has not %s', (_name, text) => {
    expect(text).not.toBe(asText);
    expect(() => readEntry(Buffer.from(text))).toThrow(Malformed);
  });

  it('is not longer than 65,535 bytes, nor nested without end', () => {
    const room = 65_535 - asText.length;
    expect(readEntry(Buffer.from(asText.replace('email', `email${'a'.repeat(room)}`))).clear['ch']).toHaveLength(
      room + 5,
    );
    expect(() => readEntry(Buffer.from(asText.replace('email', `email${'a'.repeat(room + 1)}`)))).toThrow(Malformed);
    expect(() => readEntry(Buffer.from('['.repeat(65_000)))).toThrow(Malformed);
    expect(() => readEntry(Buffer.from(`${'['.repeat(30_000)}${']'.repeat(30_000)}`))).toThrow(Malformed);
  });
});

describe('a disclosure', () => {
  it.each([
    ['a name twice', `["${SALTS[0]}","a",{"b":1,"b":2}]`],
    ['a number in another spelling', `["${SALTS[0]}","a",1.0]`],
    ['two parts', `["${SALTS[0]}","a"]`],
    ['the name _sd', `["${SALTS[0]}","_sd",1]`],
    ['no array', '{}'],
    ['no JSON', 'x'],
  ])('has not %s', (_name, text) => {
    expect(() => parseDisclosure(encodeDisclosure(text))).toThrow(Malformed);
  });

  it('nested deeper than can be read is refused', () => {
    const deep = `["${SALTS[0]}","a",${'['.repeat(200_000)}${']'.repeat(200_000)}]`;
    expect(() => parseDisclosure(encodeDisclosure(deep))).toThrow(Malformed);
  });

  it('is UTF-8', () => {
    expect(() => parseDisclosure(Buffer.of(0x22, 0xff, 0x22).toString('base64url'))).toThrow(Malformed);
  });
});
