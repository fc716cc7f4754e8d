import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HandOverResult } from '../../messages/domain/settle.js';
import {
  asksAgainAt,
  type Circuit,
  circuitAfter,
  circuitState,
  heardOf,
  type HeardCall,
  withProbe,
} from './circuit.js';

const calls = (failed: number, answered = 0): HeardCall[] => [
  ...Array.from({ length: failed }, () => ({ heard: 'failed' as const, isProbe: false })),
  ...Array.from({ length: answered }, () => ({ heard: 'answered' as const, isProbe: false })),
];
const probe = (heard: HeardCall['heard']): HeardCall[] => [{ heard, isProbe: true }];
const OPEN: Circuit = { kind: 'open', until: 30_000, times: 1, probeUntil: null };

describe('what the end of a hand-over says of its account', () => {
  it.each<[HandOverResult | null, ReturnType<typeof heardOf>]>([
    [{ kind: 'accepted', providerRef: null }, 'answered'],
    [{ kind: 'rejected', code: 'smtp_rcpt_550', hardBounce: true }, 'answered'],
    [{ kind: 'rejected', code: 'invalid_address.no_url', hardBounce: false }, null],
    [{ kind: 'transient', code: 'smtp_rcpt_450_4.2.0', retryAfterMs: null }, 'answered'],
    [{ kind: 'transient', code: 'smtp_rcpt_421_4.3.2', retryAfterMs: null }, 'failed'],
    [{ kind: 'transient', code: 'smtp_mail_451', retryAfterMs: null }, 'failed'],
    [{ kind: 'transient', code: 'smtp_conn_econnection', retryAfterMs: null }, 'failed'],
    [{ kind: 'transient', code: 'twilio_http_503', retryAfterMs: 7_000 }, 'failed'],
    [{ kind: 'transient', code: 'sender_closed', retryAfterMs: null }, null],
    [{ kind: 'ambiguous', code: 'twilio_timeout' }, 'failed'],
    // Who is asked too fast is there, and so is who takes others.
    [{ kind: 'transient', code: 'smpp_00000058', retryAfterMs: 1_000, throttled: true }, 'answered'],
    [{ kind: 'ambiguous', code: 'smpp_00000058', retryAfterMs: 1_000, throttled: true }, 'answered'],
    [{ kind: 'transient', code: 'twilio_21408', retryAfterMs: null, onlyThis: true }, 'answered'],
    [{ kind: 'transient', code: 'twilio_21606', retryAfterMs: null }, 'failed'],
    [{ kind: 'not_begun' }, null],
    [{ kind: 'not_rendered', code: 'fault' }, null],
    [{ kind: 'misconfigured', code: 'provider' }, null],
    [null, null],
  ])('%j: %s', (result, heard) => {
    expect(heardOf(result)).toBe(heard);
  });
});

describe('a circuit', () => {
  it.each<[string, number, number, string]>([
    ['four that failed', 4, 0, 'closed'],
    ['five that failed', 5, 0, 'open'],
    ['five that failed and five that were answered', 5, 5, 'open'],
    ['five that failed and six that were answered', 5, 6, 'closed'],
    ['none that failed', 0, 100, 'closed'],
  ])('after %s, %d and %d calls: %s', (_name, failed, answered, state) => {
    expect(circuitState(circuitAfter(null, calls(failed, answered), 1_000), 1_001)).toBe(state);
  });

  it('keeps nothing while all is answered, and forgets what failed a minute ago', () => {
    expect(circuitAfter(null, calls(0, 7), 0)).toBeNull();
    const counting = circuitAfter(null, calls(4), 0);
    expect(circuitAfter(counting, calls(0, 1), 59_999)).toEqual({ kind: 'counting', since: 0, answered: 1, failed: 4 });
    expect(circuitAfter(counting, calls(0, 1), 60_000)).toBeNull();
    expect(circuitState(circuitAfter(counting, calls(1), 59_999), 59_999)).toBe('open');
    expect(circuitState(circuitAfter(counting, calls(1), 60_000), 60_000)).toBe('closed');
  });

  it('lets nobody through before its instant, one at that instant, and the next when the first is not heard of', () => {
    expect(withProbe(OPEN, 29_999, 90_000)).toBeNull();
    const tried = withProbe(OPEN, 30_000, 90_000);
    expect(tried).toEqual({ ...OPEN, probeUntil: 90_000 });
    expect(withProbe(tried, 89_999, 150_000)).toBeNull();
    expect(withProbe(tried, 90_000, 150_000)).toEqual({ ...OPEN, probeUntil: 150_000 });
    expect(withProbe(null, 30_000, 90_000)).toBeNull();
  });

  it.each<[string, HeardCall[], Circuit | null]>([
    ['an answer to the one that tries closes it', probe('answered'), null],
    [
      'a failure of it opens it for twice as long',
      probe('failed'),
      { kind: 'open', until: 100_000, times: 2, probeUntil: null },
    ],
    ['what says nothing lets the next try', probe(null), OPEN],
    ['answers to those that had begun before change nothing', calls(0, 9), { ...OPEN, probeUntil: 90_000 }],
    ['failures of those neither', calls(9), { ...OPEN, probeUntil: 90_000 }],
  ])('%s', (_name, heard, after) => {
    expect(circuitAfter({ ...OPEN, probeUntil: 90_000 }, heard, 40_000)).toEqual(after);
  });

  it('says when those who wait ask again', () => {
    expect(asksAgainAt(OPEN, 1_000)).toBe(30_000);
    expect(asksAgainAt(OPEN, 30_000)).toBe(45_000);
    expect(asksAgainAt(null, 1_000)).toBe(16_000);
  });

  it('waits longer each time, five minutes at most, and always asks again', () => {
    const history = fc.array(fc.constantFrom('answered' as const, 'failed' as const, null), { maxLength: 40 });
    fc.assert(
      fc.property(history, (heards) => {
        let now = 0;
        let circuit = circuitAfter(null, calls(5), now);
        for (const heard of heards) {
          if (circuit?.kind !== 'open') return;
          expect(circuit.until - now).toBeLessThanOrEqual(300_000);
          now = Math.max(now, circuit.until);
          const tried = withProbe(circuit, now, now + 60_000);
          expect(tried).not.toBeNull();
          expect(withProbe(tried, now, now + 60_000)).toBeNull();
          circuit = circuitAfter(tried, probe(heard), now);
          expect(circuitState(circuit, now)).toBe(
            heard === 'answered' ? 'closed' : heard === 'failed' ? 'open' : 'half_open',
          );
        }
      }),
    );
  });
});
