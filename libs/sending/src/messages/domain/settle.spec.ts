import { describe, expect, it } from '@jest/globals';
import { type HandOverFacts, type HandOverResult, pauseUntil, settle } from './settle.js';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const keyless: HandOverFacts = {
  attempt: 1,
  firstStartedAt: NOW,
  expiresAt: NOW + 72 * HOUR,
  inDoubt: false,
  repeatWindowMs: null,
};
const keyed: HandOverFacts = { ...keyless, repeatWindowMs: 24 * HOUR };

describe('what becomes of a message after its hand-over', () => {
  it('is sent when the provider accepted', () => {
    expect(settle({ kind: 'accepted', providerRef: 'x' }, keyless, NOW)).toMatchObject({
      kind: 'end',
      end: 'sent',
      freesPlace: false,
    });
  });

  it('failed, and gives its place back, when the provider refused for good', () => {
    expect(settle({ kind: 'rejected', code: '554', hardBounce: false }, keyless, NOW)).toMatchObject({
      end: 'failed',
      reason: 'provider_rejected',
      freesPlace: true,
      suppresses: false,
    });
  });

  it('suppresses the address after a hard bounce', () => {
    expect(settle({ kind: 'rejected', code: '550', hardBounce: true }, keyless, NOW)).toMatchObject({
      end: 'failed',
      suppresses: true,
    });
  });

  it('is unknown, for ever, when a provider without keys lost its answer; the place stays taken', () => {
    expect(settle({ kind: 'ambiguous', code: 'cut' }, keyless, NOW)).toMatchObject({
      kind: 'end',
      end: 'unknown',
      freesPlace: false,
    });
  });

  it('is tried again under the same key while a keyed provider remembers it', () => {
    expect(settle({ kind: 'ambiguous', code: 'cut' }, keyed, NOW)).toMatchObject({
      kind: 'retry',
      mayHaveBeenAccepted: true,
      freesPlace: false,
    });
  });

  it('is tried again until it expires where its brand would rather have two than none', () => {
    const chosen: HandOverFacts = { ...keyless, repeatWindowMs: Infinity };
    const retry = { kind: 'retry', mayHaveBeenAccepted: true, freesPlace: false };
    expect(settle({ kind: 'ambiguous', code: 'cut' }, chosen, NOW)).toMatchObject(retry);
    expect(settle({ kind: 'ambiguous', code: 'cut' }, chosen, NOW + 71 * HOUR)).toMatchObject(retry);
    expect(settle({ kind: 'ambiguous', code: 'cut' }, chosen, NOW + 72 * HOUR)).toMatchObject({ end: 'unknown' });
    expect(
      settle({ kind: 'rejected', code: '554', hardBounce: false }, { ...chosen, inDoubt: true }, NOW),
    ).toMatchObject({
      end: 'unknown',
    });
  });

  it('is unknown once the key window, less its margin, is over', () => {
    const late = NOW + 24 * HOUR - 5 * 60_000;
    expect(settle({ kind: 'ambiguous', code: 'cut' }, keyed, late)).toMatchObject({ kind: 'end', end: 'unknown' });
  });

  it('waits at least as long as the provider asks, and longer with every try', () => {
    expect(settle({ kind: 'transient', code: '451', retryAfterMs: HOUR }, keyless, NOW)).toMatchObject({
      kind: 'retry',
      at: NOW + HOUR,
      freesPlace: true,
    });
    expect(settle({ kind: 'transient', code: '451', retryAfterMs: null }, keyless, NOW)).toMatchObject({
      at: NOW + 15_000,
    });
    expect(
      settle({ kind: 'transient', code: '451', retryAfterMs: null }, { ...keyless, attempt: 4 }, NOW),
    ).toMatchObject({ at: NOW + 120_000 });
  });

  it.each([
    ['a second', 1_000, 1_000],
    ['parts of a millisecond, rounded up', 1_000.2, 1_001],
    ['an hour', HOUR, HOUR],
    ['nothing', 0, null],
    ['23 days, which is an hour and then asked again', 2_000_000_000, HOUR],
    ['the year 9999', Date.parse('9999-12-31T00:00:00Z') - NOW, HOUR],
  ])('leaves the provider alone for as long as it asks, and for an hour at most: %s', (_name, retryAfterMs, pause) => {
    const result = { kind: 'transient', code: '429', retryAfterMs } as const;
    const patient = { ...keyless, attempt: 1, expiresAt: NOW + 100 * 24 * HOUR };
    expect(pauseUntil(result, NOW)).toBe(pause === null ? null : NOW + pause);
    expect(settle(result, patient, NOW)).toMatchObject({ kind: 'retry', at: NOW + Math.max(pause ?? 0, 15_000) });
  });

  it.each([
    ['as long as it is asked to', HOUR, HOUR],
    ['no shorter than ever', 1_000, 15_000],
    ['not longer than anybody', 30 * HOUR, HOUR],
    ['not at all where nothing is said', null, 15_000],
  ])('in doubt waits %s', (_name, retryAfterMs, wait) => {
    const result = { kind: 'ambiguous', code: 'http_500', retryAfterMs } as const;
    expect(settle(result, keyed, NOW)).toMatchObject({ kind: 'retry', at: NOW + wait, mayHaveBeenAccepted: true });
    expect(settle(result, keyless, NOW)).toMatchObject({ end: 'unknown' });
    expect(pauseUntil(result, NOW)).toBe(retryAfterMs === null ? null : NOW + Math.min(retryAfterMs, HOUR));
  });

  it('failed when it would expire before the next try', () => {
    expect(
      settle({ kind: 'transient', code: '451', retryAfterMs: HOUR }, { ...keyless, expiresAt: NOW + HOUR }, NOW),
    ).toMatchObject({ end: 'failed', reason: 'provider_unavailable' });
  });

  describe('of a provider that throttles', () => {
    const throttle = (retryAfterMs: number | null) =>
      ({ kind: 'transient', code: 'http_429', retryAfterMs, throttled: true }) as const;

    it.each([
      ['the first time, as long as it says', 1, 1_000, 1_000],
      ['the second time, twice as long', 2, 1_000, 2_000],
      ['the fourth time', 4, 1_000, 8_000],
      ['ever longer, and no longer than anybody', 30, 1_000, HOUR],
      ['no shorter than it says', 1, 60_000, 60_000],
      ['twice a minute is longer than others wait', 2, 60_000, 60_000],
      ['15 s where it does not say', 1, null, 15_000],
    ])('waits %s', (_name, attempt, retryAfterMs, wait) => {
      expect(settle(throttle(retryAfterMs), { ...keyless, attempt }, NOW)).toMatchObject({ kind: 'retry', at: NOW + wait }); // prettier-ignore
    });

    it('leaves its account alone for a second where it does not say for how long', () => {
      expect(pauseUntil(throttle(null), NOW)).toBe(NOW + 1_000);
      expect(pauseUntil(throttle(7_000), NOW)).toBe(NOW + 7_000);
      expect(pauseUntil({ kind: 'transient', code: '451', retryAfterMs: null }, NOW)).toBeNull();
    });

    it('ended as throttled when it would expire before', () => {
      expect(settle(throttle(HOUR), { ...keyless, expiresAt: NOW + HOUR }, NOW)).toMatchObject({
        end: 'failed',
        reason: 'throttle_error',
      });
    });
  });

  it.each<[string, number, number | null, number | null]>([
    ['12 s are halved', 12_000, null, 6_000],
    ['3 s are halved', 3_000, null, 1_500],
    ['of 1.5 s a second is waited', 1_500, null, 1_000],
    ['a second is over before', 1_000, null, null],
    ['of 12 s after one that was asked for', 12_000, 1_000, 6_000],
    ['of 12 s after ten that were asked for', 12_000, 10_000, 10_000],
    ['12 s are over before what was asked for', 12_000, 12_000, null],
    ['what was left before is over', -1, null, null],
  ])('a life that is shorter than the usual wait: %s', (_name, left, retryAfterMs, wait) => {
    const result = { kind: 'transient', code: '451', retryAfterMs } as const;
    expect(settle(result, { ...keyless, expiresAt: NOW + left }, NOW)).toMatchObject(
      wait === null ? { end: 'failed', reason: 'provider_unavailable' } : { kind: 'retry', at: NOW + wait },
    );
  });

  it('goes back soon when it is known not to have begun', () => {
    expect(settle({ kind: 'not_begun' }, keyless, NOW)).toMatchObject({
      kind: 'retry',
      at: NOW + 15_000,
      freesPlace: true,
      mayHaveBeenAccepted: false,
    });
  });

  describe('while an earlier try may have been accepted', () => {
    const inDoubt: HandOverFacts = { ...keyed, attempt: 2, inDoubt: true };
    const UNKNOWN = { kind: 'end', end: 'unknown', reason: null, freesPlace: false };

    it.each<[string, HandOverResult]>([
      ['a provider that is away', { kind: 'transient', code: '451', retryAfterMs: 0 }],
      ['a hand-over that did not begin', { kind: 'not_begun' }],
      ['an account that cannot be used', { kind: 'misconfigured', code: 'provider' }],
      ['another lost answer', { kind: 'ambiguous', code: 'cut' }],
    ])('%s is followed by a try under the same key alone, and the place stays taken', (_what, result) => {
      expect(settle(result, inDoubt, NOW)).toMatchObject({
        kind: 'retry',
        freesPlace: false,
        mayHaveBeenAccepted: true,
      });
      expect(settle(result, inDoubt, NOW + 24 * HOUR)).toMatchObject(UNKNOWN);
      expect(settle(result, { ...inDoubt, expiresAt: NOW + 1 }, NOW)).toMatchObject(UNKNOWN);
    });

    it('a refusal says nothing about the earlier try, but all about the address', () => {
      const rejected = { kind: 'rejected', code: '550', hardBounce: true } as const;
      expect(settle(rejected, inDoubt, NOW)).toEqual({ ...UNKNOWN, suppresses: true });
      expect(settle({ kind: 'not_rendered', code: 'missing' }, inDoubt, NOW)).toMatchObject(UNKNOWN);
    });

    it('an acceptance ends the doubt', () => {
      expect(settle({ kind: 'accepted', providerRef: 'x' }, inDoubt, NOW)).toMatchObject({ end: 'sent' });
    });
  });
});
