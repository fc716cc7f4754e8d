import { describe, expect, it } from '@jest/globals';
import { bindBreakMs, smppOutcome } from './smpp-outcome.js';

describe('what a center answers to a submission', () => {
  const throttle = { retryAfterMs: 1_000, throttled: true };
  it.each<[string, number, number, object]>([
    ['too fast', 0x58, 0, { kind: 'transient', ...throttle }],
    ['a full queue', 0x14, 0, { kind: 'transient', ...throttle }],
    ['too fast, for a later part', 0x58, 1, { kind: 'ambiguous', ...throttle }],
    ['no such number', 0x0b, 0, { kind: 'rejected', hardBounce: true }],
    ['no such number, for a later part', 0x0b, 2, { kind: 'ambiguous' }],
    ['a number that it may not be from', 0x0a, 0, { kind: 'transient', retryAfterMs: null }],
    ['a number of no such type that it is from', 0x48, 0, { kind: 'transient', retryAfterMs: null }],
    ['a message too long', 0x01, 0, { kind: 'rejected', hardBounce: false }],
    ['a system error', 0x08, 0, { kind: 'transient', retryAfterMs: null }],
  ])('%s', (_name, status, part, result) => {
    expect(smppOutcome(status, part)).toEqual({ code: `smpp_${status.toString(16).padStart(8, '0')}`, ...result });
  });
});

it('a center that does not bind is left alone for longer each time, and for half a minute at most', () => {
  expect([1, 2, 3, 5, 6, 100].map(bindBreakMs)).toEqual([1_000, 2_000, 4_000, 16_000, 30_000, 30_000]);
});
