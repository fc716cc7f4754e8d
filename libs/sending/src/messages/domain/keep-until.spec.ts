import { expect, it } from '@jest/globals';
import { isKept, keepUntil } from './keep-until.js';

it.each([
  ['as long as it may reach its person', { reachesUntil: 5_000, fallbackMs: null }, 5_000],
  ['until the next channel has its turn', { reachesUntil: 5_000, fallbackMs: 1_000 }, 1_100],
  ['no longer than it may, whenever the next one has it', { reachesUntil: 500, fallbackMs: 1_000 }, 500],
])('a provider keeps a message %s', (_name, facts, expected) =>
  expect(keepUntil({ now: 100, ...facts })).toBe(expected),
);

it('is said where the protocol can', () =>
  expect((['push', 'sms', 'email', 'webhook', 'teams', 'phone', 'whatsapp'] as const).filter(isKept)).toEqual([
    'push',
    'sms',
    'phone',
  ]));
