import fc from 'fast-check';

const SURROGATES = 0xe000 - 0xd800;

/**
 * Any character of Unicode, with those first that `fc.string` takes first. Its own unit `binary` makes a table of all
 * million of them, which takes a second in each process and stays.
 */
export const ANY_CHARACTER = fc.integer({ min: 0, max: 0x10ffff - SURROGATES }).map(
  (n) => String.fromCodePoint(n < 0xd800 ? n : n + SURROGATES),
  (character) => {
    const point = typeof character === 'string' ? character.codePointAt(0) : undefined;
    if (point === undefined || character !== String.fromCodePoint(point)) throw new Error('not one character');
    return point < 0xd800 ? point : point - SURROGATES;
  },
);
