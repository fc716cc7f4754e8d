import { expect, it } from '@jest/globals';
import type { OpportunityFact } from './fact.js';
import { standInsFor, withRolesAsTheyStood } from './stand-ins.js';

const deal = (roles: readonly (readonly [string, string])[], contactId?: string): OpportunityFact => ({
  ...{ kind: 'opportunity', status: 'open', value: { amount: 1, currency: 'EUR' } },
  ...(contactId === undefined ? {} : { contactId }),
  roles: roles.map(([id, role]) => ({ contactId: id, role })),
});
const isKnown = (name: string): boolean => name.startsWith('known');
const isErased = (id: string): boolean => id.startsWith('gone');
const last = deal(
  [
    ['gone-1', 'buyer'],
    ['here', 'user'],
    ['gone-2', 'user'],
  ],
  'gone-1',
);

it.each([
  ['each stands where it stood', ['x', 'x', 'known-here', 'y'], { x: 'gone-1', y: 'gone-2' }],
  ['somebody else may stand between them', ['known-1', 'known-2', 'y', 'x'], { y: 'gone-1', x: 'gone-2' }],
  ['whoever is known stands for nobody', ['known-1'], {}],
  ['of two names and one erased person one is of somebody who is not there', ['x', 'y', 'z'], null],
])('%s', (_name, names, found) => {
  const made = standInsFor(names, last, isKnown, isErased);
  expect(made === null ? null : Object.fromEntries(made)).toEqual(found);
});

it('has nobody to stand for a name where nobody was erased, or the fact is new', () => {
  expect(standInsFor(['x'], deal([['here', 'user']]), isKnown, isErased)).toBeNull();
  expect(standInsFor(['x'], null, isKnown, isErased)).toBeNull();
});

it('keeps the role of an erased person as it stood, and takes those of others', () => {
  const now = deal([
    ['gone-1', 'another'],
    ['here', 'another'],
  ]);
  expect(withRolesAsTheyStood(now, last, isErased)).toMatchObject({
    roles: [
      { contactId: 'gone-1', role: 'buyer' },
      { contactId: 'here', role: 'another' },
    ],
  });
});
