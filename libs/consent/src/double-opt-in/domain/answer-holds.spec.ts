import { describe, expect, it } from '@jest/globals';
import type { ConsentState, ConsentStatus } from '../../consents/domain/consent-fold.js';
import { noHolds, yesHolds } from './answer-holds.js';

const NOW = 1_000;
const state = (status: ConsentStatus, validUntil: number | null = null): ConsentState => ({
  ...{ status, since: 1, validUntil, eventId: 'e', imported: false },
});
const yes = state('confirmed');
const [whole, topics] = [
  { purposeId: 'p', topicIds: [] },
  { purposeId: 'p', topicIds: ['a', 'b'] },
];

describe('what was answered to a request', () => {
  it.each<[string, typeof topics, Record<string, ConsentState>, boolean, boolean]>([
    ['all is agreed to', topics, { p: yes, a: yes, b: yes }, true, false],
    ['all is agreed to, of a purpose that asks for no yes', topics, { a: yes, b: yes }, true, false],
    ['one topic was left', topics, { p: yes, a: yes, b: state('withdrawn') }, false, false],
    ['both were left', topics, { p: yes, a: state('refused'), b: state('withdrawn') }, false, true],
    ['one was taken back', topics, { p: yes, a: yes }, false, false],
    ['the purpose was left', topics, { p: state('withdrawn'), a: yes, b: yes }, false, false],
    ['one has ended', topics, { p: yes, a: yes, b: state('granted', NOW) }, false, false],
    ['one ends later', topics, { p: yes, a: yes, b: state('granted', NOW + 1) }, true, false],
    ['both have ended', topics, { p: yes, a: state('granted', NOW), b: state('expired') }, false, true],
    ['the purpose stands', whole, { p: yes }, true, false],
    ['the purpose was left, a topic of it not', whole, { p: state('objected'), a: yes }, false, true],
    ['nothing is known of it', whole, {}, false, true],
  ])('is judged where %s', (_what, asked, states, holdsYes, holdsNo) => {
    const known = new Map(Object.entries(states));
    expect([yesHolds(asked, known, NOW), noHolds(asked, known, NOW)]).toEqual([holdsYes, holdsNo]);
  });
});
