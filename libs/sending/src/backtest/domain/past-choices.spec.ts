import { describe, expect, it } from '@jest/globals';
import { PastChoices } from './past-choices.js';

const pass = { decision: { outcome: 'pass' as const } };
const defer = { decision: { outcome: 'defer' as const, notBefore: 1 } };
const tooLate = { decision: { outcome: 'defer' as const, notBefore: null } };
const drop = { decision: { outcome: 'drop' as const, notBefore: null } };

describe('of the messages of one request', () => {
  it.each([
    ['the first is tried and the others wait', [pass, pass, defer], [false, true, true]],
    ['what is refused waits for nothing', [drop, pass, drop, pass], [false, false, false, true]],
    ['one that is held is tried all the same', [defer, pass], [false, true]],
    ['one without a chance is not', [tooLate, pass, pass], [true, false, true]],
  ])('%s', (_what, records, expected) => {
    const choices = new PastChoices();
    expect(records.map((record) => choices.isBehind('a', record))).toEqual(expected);
    expect(choices.isBehind('b', pass)).toBe(false);
  });

  it('later decisions, and messages that are alone, wait for no other', () => {
    const choices = new PastChoices();
    expect([choices.isBehind(null, pass), choices.isBehind(null, pass), choices.isBehind('a', null)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
