import { describe, expect, it } from '@jest/globals';
import { DEFAULT_LIFETIME_MS, MAX_LIFETIME_MS, type SendRequest } from './message.js';
import { expiryOf, lifetimeProblem } from './lifetime.js';

const NOW = Date.UTC(2026, 10, 27);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const sms = { channel: 'sms', template: 'news-sms' } as const;
type Times = Partial<SendRequest>;

describe('the life of a message', () => {
  it.each<[string, Times, number]>([
    ['the usual one', {}, NOW + DEFAULT_LIFETIME_MS],
    ['from when it may leave', { sendAt: NOW + DAY }, NOW + DAY + DEFAULT_LIFETIME_MS],
    ['not from what is over', { sendAt: NOW - DAY }, NOW + DEFAULT_LIFETIME_MS],
    ['as asked', { expiresAt: NOW + HOUR, fallbackMs: 60_000 }, NOW + HOUR],
    ['longer by its window', { bestTime: { withinMs: DAY } }, NOW + DEFAULT_LIFETIME_MS + DAY],
    ['longer by each fallback', { otherwise: [sms, sms], fallbackMs: DAY }, NOW + DEFAULT_LIFETIME_MS + 2 * DAY],
    ['not by a fallback to nothing', { fallbackMs: 7 * DAY }, NOW + DEFAULT_LIFETIME_MS],
    ['never longer than any', { otherwise: [sms, sms, sms, sms, sms], fallbackMs: 20 * DAY }, NOW + MAX_LIFETIME_MS],
  ])('is %s', (_name, times, expected) => {
    expect(expiryOf(times, NOW)).toBe(expected);
    expect(lifetimeProblem(times, NOW)).toBeNull();
  });

  it.each<[string, Times, string]>([
    ['begins too late', { sendAt: NOW + MAX_LIFETIME_MS + 1 }, '/sendAt'],
    ['ends too late', { expiresAt: NOW + MAX_LIFETIME_MS + 1 }, '/expiresAt'],
    ['ends with the turn', { expiresAt: NOW + HOUR, otherwise: [sms], fallbackMs: HOUR }, '/fallbackAfterMinutes'],
    [
      'ends with the turn, counted from when it may leave',
      { sendAt: NOW + DAY, expiresAt: NOW + DAY + HOUR, otherwise: [sms], fallbackMs: 2 * HOUR },
      '/fallbackAfterMinutes',
    ],
  ])('is refused when it %s', (_name, times, pointer) => {
    expect(lifetimeProblem(times, NOW)?.extra).toMatchObject({ violations: [{ pointer }] });
  });
});
