import { describe, expect, it } from '@jest/globals';
import { retryAfterMs, statusOutcome } from './http-outcome.js';

const NOW = Date.parse('2026-11-26T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['soon', null],
    ['0', 0],
    [' 120 ', 120_000],
    ['172800', 172_800_000],
    ['Sat, 28 Nov 2026 12:00:00 GMT', 172_800_000],
    ['Saturday, 28-Nov-26 12:00:00 GMT', 172_800_000],
    ['Sat Nov 28 12:00:00 2026', 172_800_000],
    ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', Date.parse('9999-12-31T23:59:59Z') - NOW],
  ])('%j is read in full: %s ms', (value, ms) => {
    expect(retryAfterMs(value, NOW)).toBe(ms);
  });
});

describe('an answer that asks for patience', () => {
  const outcome = (status: number, wait?: string) =>
    statusOutcome('p', { kind: 'answered', status, headers: { ...(wait !== undefined && { 'retry-after': wait }) }, body: '' }, NOW); // prettier-ignore

  it.each([301, 302, 307, 308, 401, 403, 404, 405, 407, 408, 421, 425, 429, 503])('of %i is obeyed', (status) => {
    const isThrottle = status === 429 && { throttled: true };
    const waits = (retryAfterMs: number | null) => ({ kind: 'transient', code: `p_http_${status}`, retryAfterMs, ...isThrottle }); // prettier-ignore
    expect(outcome(status, '120')).toEqual(waits(120_000));
    expect(outcome(status)).toEqual(waits(null));
  });

  it.each([400, 409, 413, 418, 422, 423])('of %i makes of a refusal one for now', (status) => {
    expect(outcome(status, '120')).toEqual({ kind: 'transient', code: `p_http_${status}`, retryAfterMs: 120_000 });
    for (const wait of [undefined, '0', 'soon', 'Thu, 26 Nov 2026 11:00:00 GMT'])
      expect(outcome(status, wait)).toEqual({ kind: 'rejected', code: `p_http_${status}`, hardBounce: false });
  });

  it.each([500, 502, 504, 599])('of %i is obeyed, and leaves open what became of the message', (status) => {
    expect(outcome(status, '120')).toEqual({ kind: 'ambiguous', code: `p_http_${status}`, retryAfterMs: 120_000 });
    expect(outcome(status)).toEqual({ kind: 'ambiguous', code: `p_http_${status}` });
  });

  it('of 2xx means nothing', () => {
    expect(outcome(202, '120')).toEqual({ kind: 'accepted', providerRef: null });
  });
});
