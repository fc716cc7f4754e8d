import { expect, it } from '@jest/globals';
import { readEntry } from '#lib/proof';
import { typeProblem } from './check-type.js';

const DIGESTS = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(42) + 'A');
const entry = (members: object, digests = DIGESTS.slice(0, 3)) => {
  const clear = {
    ...{ at: '2026-11-21T16:00:00.123Z', br: '0190a0b0-0000-7000-8000-00000000000b' },
    ...{ id: '0190a0b0-0000-7000-8000-00000000000e', now: '2026-11-21T16:00:00.100Z', t: 'send.decided', v: 1 },
    ...members,
  };
  const whole = { _sd: digests, _sd_alg: 'sha-256', ...clear };
  const sorted = Object.fromEntries(Object.entries(whole).sort(([a], [b]) => (a < b ? -1 : 1)));
  return readEntry(Buffer.from(JSON.stringify(sorted)));
};

it('lets an entry say what its type has', () => {
  expect(typeProblem(entry({ ch: 'email', out: 'drop', att: 1 }))).toBeNull();
});

it.each<[string, Parameters<typeof entry>, string]>([
  ['a type that there is not', [{ t: 'send.made_up' }], 'is of a type that there is not'],
  ['a field of another type', [{ vkey: 'x' }], 'has vkey in clear, which its type has not'],
  ['a value that could be personal', [{ reason: 'Ada Lovelace' }], 'has a value of reason that may not stand in clear'],
  ['a text where a count is', [{ att: '1' }], 'has a value of att that may not stand in clear'],
  ['a digest more', [{}, DIGESTS], 'has 4 digests, and its type has 3'],
  ['no brand', [{ br: undefined }], 'is about a person and names no brand'],
])('finds %s', (_what, given, problem) => {
  expect(typeProblem(entry(...given))).toBe(problem);
});
