import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fieldsArbitrary } from '../../preferences/testing/some-facts.js';
import { type Choices, choicesMade, choicesOf, type FiledChoices, readChange, withChoices } from './choices.js';

const WEEKLY = [{ limit: 1, window: 'P7D', channel: null, topic: null }] as const;
const NIGHT = [{ days: [1, 2, 3, 4, 5, 6, 7] as const, start: '20:00', end: '09:00' }];

describe('what somebody chooses', () => {
  it('is each choice by itself: those that differ lead from what there was to what there is', () => {
    fc.assert(
      fc.property(fieldsArbitrary, fieldsArbitrary, (before, after) => {
        const made = choicesMade(before, after);
        expect(withChoices(before, made)).toEqual(after);
        for (const [choice, value] of Object.entries(made))
          expect(value).not.toEqual(choicesOf(before)[choice as keyof Choices]);
        expect(choicesMade(after, after)).toEqual({});
      }),
    );
  });

  it('takes the place of what there was, and null ends it', () => {
    const fields = { language: 'de', pausedUntil: null, wishes: { zone: 'Asia/Tokyo', quietHours: NIGHT }, more: 1 };
    expect(withChoices(fields, { 'wishes.zone': null, 'wishes.frequency': WEEKLY })).toEqual({
      ...fields,
      wishes: { quietHours: NIGHT, frequency: WEEKLY },
    });
  });
});

describe('a change on file', () => {
  it.each<[string, FiledChoices, FiledChoices, Partial<Choices>, Partial<Choices>]>([
    [
      'of all wishes as one is one of those that differ',
      { language: 'de', wishes: { zone: 'Asia/Tokyo' } },
      { language: 'fr', wishes: { zone: 'Asia/Tokyo', quietHours: NIGHT, frequency: WEEKLY } },
      { language: 'de', 'wishes.quietHours': null, 'wishes.frequency': null },
      { language: 'fr', 'wishes.quietHours': NIGHT, 'wishes.frequency': WEEKLY },
    ],
    [
      'of wishes that it ended has them as ended',
      { wishes: { zone: 'Asia/Tokyo', frequency: WEEKLY } },
      { wishes: {} },
      { 'wishes.zone': 'Asia/Tokyo', 'wishes.frequency': WEEKLY },
      { 'wishes.zone': null, 'wishes.frequency': null },
    ],
    [
      'of each wish by itself is as it stands there',
      { pausedUntil: 1, 'wishes.zone': null },
      { pausedUntil: null, 'wishes.zone': 'Asia/Tokyo' },
      { pausedUntil: 1, 'wishes.zone': null },
      { pausedUntil: null, 'wishes.zone': 'Asia/Tokyo' },
    ],
  ])('%s', (_name, before, after, was, is) => {
    expect(readChange(before, after)).toEqual({ before: was, after: is });
  });
});
