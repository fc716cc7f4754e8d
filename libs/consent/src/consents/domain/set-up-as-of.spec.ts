import { describe, expect, it } from '@jest/globals';
import { type SetUp, setUpAsOf } from './set-up-as-of.js';

describe('a purpose in an answer about an instant', () => {
  const purpose = (enforcement: SetUp['enforcement'], legalBasis: string, createdAt = 10, updatedAt = 20): SetUp => ({
    ...{ key: 'advice', enforcement, legalBasis, createdAt, updatedAt },
  });

  it.each([
    ['counts as it is once it was set up so', purpose('permissive', 'legitimate_interests'), 20, [true, false, true]],
    [
      'where a yes is needed, asks for one that can be shown',
      purpose('restrictive', 'consent'),
      20,
      [true, true, false],
    ],
    ['where nobody can leave, is not left', purpose('disabled', 'contract'), 20, [false, false, false]],
    [
      'stops whatever it may have stopped before it was changed',
      purpose('disabled', 'contract'),
      19,
      [true, true, true],
    ],
    ['counts as it began before there was one', purpose('disabled', 'contract', 10, 10), 1, [false, false, false]],
    ['may have begun otherwise than it is', purpose('permissive', 'legitimate_interests'), 1, [true, true, true]],
  ])('%s', (_sentence, setUp, instant, [leaves, proves, needsWord]) => {
    expect(setUpAsOf(setUp, instant)).toMatchObject({
      canBeLeft: leaves,
      asksForProof: proves,
      needsWordOfTopics: needsWord,
    });
  });
});
