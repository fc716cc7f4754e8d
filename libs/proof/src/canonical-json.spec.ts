import { describe, expect, it } from '@jest/globals';
import canonicalizeByOthers from 'canonicalize';
import fc from 'fast-check';
import { canonicalize, type JsonValue, NotCanonical } from './canonical-json.js';
import { runs } from '../../../test/support/runs.js';

/** Hands over what the type forbids, as a caller without types would. */
const loose = canonicalize as (value: unknown) => string;

/** Any character, those that have one UTF-16 unit as often as those that have two. `fc.string` takes seconds to list them. */
const character = fc
  .oneof(fc.nat(0xff), fc.nat(0xffff), fc.nat(0x10ffff))
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));
const text = fc.oneof(fc.string({ unit: character }), fc.string());
const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.maxSafeInteger().map((n) => n + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: false }),
  ),
}));

describe('canonical JSON', () => {
  it('orders names by UTF-16 code units (RFC 8785, section 3.2.3)', () => {
    const unordered = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(canonicalize(unordered)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis",' +
        '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('escapes strings as RFC 8785, section 3.2.2.2, shows', () => {
    expect(canonicalize('\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/')).toBe('"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  });

  it('writes nothing between its parts', () => {
    expect(canonicalize({ b: [1, true, null, { z: 'x', a: [] }], a: {} })).toBe(
      '{"a":{},"b":[1,true,null,{"a":[],"z":"x"}]}',
    );
  });

  it('agrees with another implementation, and parses back to the same value', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const ours = canonicalize(value);
        expect(ours).toBe(canonicalizeByOthers(value));
        expect(canonicalize(JSON.parse(ours) as JsonValue)).toBe(ours);
        expect(JSON.parse(ours)).toEqual(value);
      }),
      { numRuns: runs(500) },
    );
  });

  class Point {
    x = 1;
  }
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;

  it.each<[string, unknown, string]>([
    ['undefined', undefined, ''],
    ['an undefined member', { a: undefined }, '/a'],
    ['a hole in an array', new Array(2), '/0'],
    ['a function', { a: [() => 1] }, '/a/0'],
    ['a symbol', Symbol('s'), ''],
    ['a bigint', { a: 1n }, '/a'],
    ['negative zero', [-0], '/0'],
    ['a fraction', 1.5, ''],
    ['NaN', NaN, ''],
    ['infinity', Infinity, ''],
    ['2^53', 2 ** 53, ''],
    ['a lone high surrogate', 'a\ud800', ''],
    ['a lone low surrogate', '\udc00a', ''],
    ['surrogates in the wrong order', '\udc00\ud800', ''],
    ['a lone surrogate in a name', { '\ud800': 1 }, '/\ud800'],
    ['an instance of a class', { p: new Point() }, '/p'],
    ['a date', new Date(0), ''],
    ['a buffer', Buffer.from('a'), ''],
    ['a map', new Map(), ''],
    ['a boxed string', new String('a'), ''],
    ['a symbol for a name', { [Symbol('s')]: 1 }, ''],
    ['a hidden member', Object.defineProperty({}, 'a', { value: 1 }), ''],
    ['an object with toJSON', { toJSON: () => 'x' }, '/toJSON'],
    ['a cycle', circle, '/self'.repeat(32)],
  ])('refuses %s', (_name, value, path) => {
    expect(() => loose(value)).toThrow(NotCanonical);
    try {
      loose(value);
    } catch (error) {
      expect((error as NotCanonical).path).toBe(path);
    }
  });

  it('takes an object without a prototype, and a name like __proto__ as any other', () => {
    const bare: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>;
    bare['__proto__'] = 1;
    expect(canonicalize(bare)).toBe('{"__proto__":1}');
  });
});
