import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MessageId } from '#lib/kernel';
import { runs } from '../../../../../test/support/runs.js';
import {
  afterRecording,
  CLOCK_SKEW_MS,
  type Feedback,
  FEEDBACK_TYPES,
  planFeedback,
  type Standing,
} from './feedback.js';

const NOW = 1_800_000_000_000;
const ID = '019aa4d6-0c00-7000-8000-000000000000' as MessageId;
const LIVE = { test: false };
const some = (change: Partial<Feedback> = {}): Feedback => ({
  id: 'e1',
  type: 'delivered',
  messageId: ID,
  at: NOW - 1000,
  bounce: null,
  automated: false,
  link: null,
  ...change,
});
const HARD = some({ type: 'bounced', bounce: { kind: 'hard', status: '5.1.1' } });
const SOFT = some({ type: 'bounced', bounce: { kind: 'soft', status: '4.2.2' } });
const COMPLAINT = some({ type: 'complained' });
const sent = (change: Partial<NonNullable<Standing['message']>> = {}): Standing => ({
  message: {
    acceptedAt: NOW - 60_000,
    hasLeft: true,
    test: false,
    erased: false,
    hasHardBounced: false,
    hasComplained: false,
    ...change,
  },
  recorded: null,
});

describe('what is reported of a message', () => {
  it.each([
    ['a delivery', some(), null, null],
    ['a soft bounce', SOFT, null, null],
    ['a hard bounce', HARD, 'bounced', 'bounce'],
    ['a complaint', COMPLAINT, 'complained', 'complaint'],
    ['a click', some({ type: 'clicked' }), null, null],
  ])('is recorded: %s', (_name, event, counts, suppresses) => {
    expect(planFeedback(event, sent(), LIVE, NOW)).toEqual({ kind: 'record', at: event.at, counts, suppresses });
  });

  it('counts a message once, however often it bounces or is complained about', () => {
    expect(planFeedback(HARD, sent({ hasHardBounced: true }), LIVE, NOW)).toMatchObject({ counts: null });
    expect(planFeedback(COMPLAINT, sent({ hasComplained: true }), LIVE, NOW)).toMatchObject({ counts: null });
    expect(planFeedback(HARD, sent({ hasComplained: true }), LIVE, NOW)).toMatchObject({ counts: 'bounced' });
  });

  it.each([
    ['of no message of the brand', some(), { message: null, recorded: null }, 'unknown_message'],
    ['of one that has not left', some(), sent({ hasLeft: false }), 'not_handed_over'],
    ['of a test message by a live key', some(), sent({ test: true }), 'other_mode'],
    ['of a person who was erased', COMPLAINT, sent({ erased: true }), 'erased'],
    ['from before it was accepted', some({ at: NOW - 60_001 - CLOCK_SKEW_MS }), sent(), 'too_early'],
    ['from the future', some({ at: NOW + CLOCK_SKEW_MS + 1 }), sent(), 'in_future'],
    ['under the id of another', some(), { ...sent(), recorded: some({ at: NOW }) }, 'event_id_reused'],
  ])('is refused %s', (_name, event, standing, code) => {
    expect(planFeedback(event, standing, LIVE, NOW)).toEqual({ kind: 'refused', code });
  });

  describe.each([
    ['long before the message was accepted', NOW - 86_400_000, NOW - 60_000],
    ['tomorrow', NOW + 86_400_000, NOW],
    ['in a year that no clock means', 253_402_300_800_000 * 10, NOW],
  ])('dated %s', (_name, claimed, at) => {
    it('counts all the same where it is a bounce or a complaint', () => {
      for (const [event, suppresses] of [
        [HARD, 'bounce'],
        [COMPLAINT, 'complaint'],
        [SOFT, null],
      ] as const) {
        expect(planFeedback({ ...event, at: claimed }, sent(), LIVE, NOW)).toMatchObject({
          kind: 'record',
          at,
          suppresses,
        });
      }
    });

    it('counts where a provider brings it, who has no other date for it', () => {
      expect(planFeedback(some({ at: claimed }), sent(), { test: false, via: 'webhook' }, NOW)).toMatchObject({ at });
      expect(planFeedback(some({ at: claimed }), sent(), { test: false, via: 'api' }, NOW).kind).toBe('refused');
    });

    it('is the same bounce or complaint when it comes again, whatever the clock says then', () => {
      for (const event of [HARD, COMPLAINT]) {
        const recorded = { ...event, at };
        expect(planFeedback({ ...event, at: claimed }, { ...sent(), recorded }, LIVE, NOW + 1)).toEqual({
          kind: 'duplicate',
        });
      }
    });
  });

  it('is the same event when it comes again, also when it could not be recorded any more', () => {
    expect(planFeedback(HARD, { message: null, recorded: HARD }, LIVE, NOW)).toEqual({ kind: 'duplicate' });
  });

  it('of a test message touches no address and no warm-up', () => {
    const nothing = { kind: 'record', at: HARD.at, counts: null, suppresses: null };
    expect(planFeedback(HARD, sent({ test: true }), { test: true }, NOW)).toEqual(nothing);
    expect(planFeedback(COMPLAINT, sent({ test: true }), { test: true }, NOW)).toEqual(nothing);
  });

  it('comes to the same in every order, however often it is repeated', () => {
    const events = fc.array(
      fc
        .record({
          n: fc.nat(9),
          type: fc.constantFrom(...FEEDBACK_TYPES),
          kind: fc.constantFrom('hard' as const, 'soft' as const),
          at: fc.oneof(fc.integer({ min: NOW - 50_000, max: NOW }), fc.integer({ min: 0, max: 2 * NOW })),
        })
        .map(({ n, type, kind, at }) =>
          some({ id: `e${n}`, type, at, bounce: type === 'bounced' ? { kind, status: null } : null }),
        ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        events
          .map((all) => [...new Map(all.map((event) => [event.id, event])).values()])
          .chain((each) =>
            fc.tuple(fc.constant(each), fc.shuffledSubarray([...each, ...each], { minLength: each.length * 2 })),
          ),
        ([once, shuffled]) => {
          const a = outcomeOf(once);
          expect(outcomeOf(shuffled)).toEqual(a);
          expect(a.bounced).toBe(once.some(({ bounce }) => bounce?.kind === 'hard') ? 1 : 0);
          expect(a.complained).toBe(once.some(({ type }) => type === 'complained') ? 1 : 0);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

/** Everything that the events of one message lead to. */
function outcomeOf(events: readonly Feedback[]) {
  const recorded = new Map<string, Feedback>();
  const suppressed = new Set<string>();
  const counts = { bounced: 0, complained: 0 };
  let { message } = sent();
  for (const event of events) {
    const plan = planFeedback(event, { message, recorded: recorded.get(event.id) ?? null }, LIVE, NOW);
    if (plan.kind !== 'record' || message === null) continue;
    recorded.set(event.id, event);
    if (plan.suppresses !== null) suppressed.add(plan.suppresses);
    if (plan.counts !== null) counts[plan.counts]++;
    message = afterRecording(event, message);
  }
  return { ...counts, suppressed: [...suppressed].sort(), recorded: [...recorded.keys()].sort() };
}
