import { describe, expect, it } from '@jest/globals';
import { keep, keyOfTexts, Memory, Numbers, PairMemory } from './memory.js';

describe('a memory', () => {
  it('gives back what it was given, and knows nothing else', () => {
    const memory = new Memory<string, number>(10);
    expect(memory.keep('a', 1)).toBe(1);
    expect([memory.get('a'), memory.get('b')]).toEqual([1, undefined]);
  });

  it('holds as many as it may, and forgets all of them for one more', () => {
    const memory = new Memory<number, string>(3);
    const known = () => [1, 2, 3, 4].filter((key) => memory.get(key) !== undefined);
    for (const key of [1, 2, 3]) memory.keep(key, `value ${key}`);
    expect(known()).toEqual([1, 2, 3]);
    memory.keep(4, 'value 4');
    expect(known()).toEqual([4]);
  });

  it('of pairs holds as many as it may, and forgets all of them for one more', () => {
    const memory = new PairMemory<object, object, string>(3);
    const [a, b, c] = [{}, {}, {}];
    const known = () => [memory.get(a, b), memory.get(b, a), memory.get(a, c), memory.get(c, a)];
    expect(memory.keep(a, b, 'ab')).toBe('ab');
    expect(known()).toEqual(['ab', undefined, undefined, undefined]);
    memory.keep(b, a, 'ba');
    memory.keep(a, c, 'ac');
    expect(known()).toEqual(['ab', 'ba', 'ac', undefined]);
    memory.keep(c, a, 'ca');
    expect(known()).toEqual([undefined, undefined, undefined, 'ca']);
    memory.keep(a, b, 'ab');
    memory.keep(b, a, 'ba');
    expect(known()).toEqual(['ab', 'ba', undefined, 'ca']);
  });

  it('tells objects apart by numbers', () => {
    const numbers = new Numbers();
    const [a, b] = [{}, {}];
    expect([numbers.of(a), numbers.of(b), numbers.of(a)]).toEqual([1, 2, 1]);
  });

  it('of an object keeps by the object', () => {
    const known = new WeakMap<object, string>();
    const key = {};
    expect(keep(known, key, 'it')).toBe('it');
    expect([known.get(key), known.get({})]).toEqual(['it', undefined]);
  });
});

describe('the key of texts', () => {
  it.each([
    [
      ['a', 'b c'],
      ['a b', 'c'],
    ],
    [
      ['a\0b', 'c'],
      ['a', 'b\0c'],
    ],
    [
      ['1:a', ''],
      ['', '1:a'],
    ],
    [
      [null, 'a'],
      ['a', null],
    ],
    [
      ['', 'a'],
      ['a', undefined],
    ],
  ])('of %j is not that of %j', (some, others) => {
    expect(keyOfTexts(some)).not.toBe(keyOfTexts(others));
    expect(keyOfTexts(some)).toBe(keyOfTexts([...some]));
  });
});
