import { describe, expect, it } from '@jest/globals';
import { asksWhere } from './asks-where.js';
import type { Policy, QuietHoursRule } from './policy.js';

const night: QuietHoursRule = {
  id: 'night',
  channels: ['email'],
  classes: ['commercial'],
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }],
  action: 'defer',
};
const policy = (rule: Partial<QuietHoursRule>, more: Partial<Policy> = {}): Policy => ({
  key: 'default',
  version: 1,
  caps: [],
  quietHours: [night, { ...night, id: 'other', ...rule }],
  rates: [],
  ...more,
});

describe('a policy asks where the contact is', () => {
  it.each<[string, Policy, boolean]>([
    ['for no night alone', policy({}), false],
    ['not for a segment', policy({ when: { segments: ['vip'] } }), false],
    ['for public holidays', policy({ holidays: true }), true],
    ['for a country', policy({ when: { countries: ['DE'] } }), true],
    ['for a region that is free of a rule', policy({ unless: { regions: ['US-TX'] } }), true],
    ['for the beginning of a number', policy({ when: { phonePrefixes: ['+1212'] } }), true],
    ['for a law', policy({}, { jurisdiction: { packs: 'contact' } }), true],
  ])('%s', (_what, given, answer) => {
    expect(asksWhere(given)).toBe(answer);
  });
});
