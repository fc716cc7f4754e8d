import { describe, expect, it } from '@jest/globals';
import { differences } from './differences.js';

describe('what two values say differently', () => {
  it.each([
    ['the same twice', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['members that are undefined', { a: undefined }, {}, []],
    ['a value', { a: { 'b/c': 1 } }, { a: { 'b/c': 2 } }, [{ pointer: '/a/b~1c', recorded: 1, derived: 2 }]],
    ['a member more', {}, { a: 1 }, [{ pointer: '/a', recorded: null, derived: 1 }]],
    ['a shorter list', { a: [1, 2] }, { a: [1] }, [{ pointer: '/a/1', recorded: 2, derived: null }]],
    ['a list for an object', { a: [] }, { a: {} }, [{ pointer: '/a', recorded: [], derived: {} }]],
    ['null for an object', null, {}, [{ pointer: '', recorded: null, derived: {} }]],
  ])('%s', (_what, recorded, derived, expected) => {
    expect(differences(recorded, derived)).toEqual(expected);
  });
});
