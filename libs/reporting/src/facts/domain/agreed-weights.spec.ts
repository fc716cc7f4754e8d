import { expect, it } from '@jest/globals';
import { AgreedWeights } from './agreed-weights.js';
import type { WeightSetFact } from './fact.js';

const set: WeightSetFact = {
  kind: 'weight_set',
  name: 'agreed',
  version: 1,
  weights: { fair: 3, cpc: 1 },
  otherwise: 0,
};

it.each<[string, Partial<WeightSetFact>, boolean]>([
  ['the same', {}, true],
  ['the same in another order', { weights: { cpc: 1, fair: 3 } }, true],
  ['another weight', { weights: { fair: 3, cpc: 2 } }, false],
  ['one channel more', { weights: { fair: 3, cpc: 1, email: 1 } }, false],
  ['another weight of all others', { otherwise: 1 }, false],
  ['another weight under the name written otherwise', { name: ' Agreed', otherwise: 1 }, false],
  ['another weight in the next version', { version: 2, otherwise: 1 }, true],
  ['another weight under another name', { name: 'other', otherwise: 1 }, true],
])('a name and version stand for one set of weights: %s', (_what, change, isTaken) => {
  expect(new AgreedWeights([set]).add({ ...set, ...change }) === null).toBe(isTaken);
  // So it is within one request.
  const empty = new AgreedWeights([]);
  expect([empty.add(set), empty.add({ ...set, ...change }) === null]).toEqual([null, isTaken]);
});
