import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bounceClassOf } from './bounce-class.js';
import { mayLift, type SuppressionFact, suppressionsOf } from './suppressions-of.js';

const DAY = 86_400_000;
let n = 0;
const fact = (kind: SuppressionFact['kind'], day: number, lifts: SuppressionFact['lifts'] = null): SuppressionFact => {
  n += 1;
  return { id: `f${n}`, kind, lifts, messageId: `m${n}`, occurredAt: day * DAY };
};
const lift = (reason: NonNullable<SuppressionFact['lifts']>, day: number) => fact('lifted', day, reason);
const soft = (...days: number[]) => days.map((day) => fact('soft_bounce', day));

describe('what is in force for an address', () => {
  const inForce = (facts: SuppressionFact[], reachedDay: number | null = null) =>
    suppressionsOf(facts, reachedDay === null ? null : reachedDay * DAY).map(
      ({ reason, since, until }) => `${reason} ${since / DAY}-${until === null ? '' : until / DAY}`,
    );

  it.each<[string, SuppressionFact[], number | null, string[]]>([
    ['nothing happened', [], null, []],
    ['the first hard bounce rests it for a week', [fact('hard_bounce', 10)], null, ['bounce 10-17']],
    ['the second for two', [fact('hard_bounce', 10), fact('hard_bounce', 20)], null, ['bounce 20-34']],
    ['the third for a month', [10, 20, 40].map((d) => fact('hard_bounce', d)), null, ['bounce 40-70']],
    ['the fourth for half a year', [10, 20, 40, 80].map((d) => fact('hard_bounce', d)), null, ['bounce 80-260']],
    ['one long ago is forgotten', [fact('hard_bounce', 10), fact('hard_bounce', 191)], null, ['bounce 191-198']],
    ['on its last day it is not', [fact('hard_bounce', 10), fact('hard_bounce', 190)], null, ['bounce 190-204']],
    [
      'what was on its way is the same time',
      [fact('hard_bounce', 10), fact('hard_bounce', 12)],
      null,
      ['bounce 10-17'],
    ],
    ['four soft bounces are nothing', soft(1, 2, 3, 4), null, []],
    ['the fifth in a row rests it', soft(1, 2, 3, 4, 5), null, ['bounce 5-12']],
    ['five more rest it longer', soft(1, 2, 3, 4, 5, 20, 21, 22, 23, 24), null, ['bounce 24-38']],
    ['soft ones long ago are forgotten', soft(1, 2, 3, 4, 185), null, []],
    ['as long as they are remembered they count', soft(1, 2, 3, 4, 181), null, ['bounce 181-188']],
    ['each is forgotten for itself', soft(1, 2, 100, 101, 185, 186), null, []],
    ['a delivery in between begins anew', soft(1, 2, 3, 4, 5), 3, []],
    ['a delivery afterwards ends the rest', [fact('hard_bounce', 10)], 11, []],
    ['a lift ends the rest', [fact('hard_bounce', 10), lift('bounce', 11)], null, []],
    [
      'and the next bounce is the first again',
      [fact('hard_bounce', 10), lift('bounce', 11), fact('hard_bounce', 12)],
      null,
      ['bounce 12-19'],
    ],
    ['a complaint has no end', [fact('complaint', 5), lift('complaint', 6)], 9, ['complaint 5-']],
    ['a manual one has none until lifted', [fact('manual', 5)], 9, ['manual 5-']],
    ['', [fact('manual', 5), lift('manual', 6)], null, []],
    [
      'an objection stands until the person lifts it',
      [fact('objection', 5), lift('manual', 6)],
      null,
      ['objection 5-'],
    ],
    [
      'each stands for itself',
      [fact('complaint', 1), fact('hard_bounce', 2), fact('manual', 3), fact('objection', 4)],
      null,
      ['complaint 1-', 'bounce 2-9', 'manual 3-', 'objection 4-'],
    ],
  ])('%s', (_sentence, facts, reached, expected) => {
    expect(inForce(facts, reached)).toEqual(expected);
  });

  it('counts a message that bounced softly several times once', () => {
    const same = soft(1, 2, 3, 4, 5, 6).map((one) => ({ ...one, messageId: 'm' }));
    expect(inForce(same)).toEqual([]);
  });

  const facts = fc
    .array(
      fc.tuple(
        fc.constantFrom<SuppressionFact['kind']>(
          'hard_bounce',
          'soft_bounce',
          'complaint',
          'manual',
          'objection',
          'lifted',
        ),
        fc.nat(400),
        fc.constantFrom<NonNullable<SuppressionFact['lifts']>>('bounce', 'manual', 'objection', 'complaint'),
      ),
      { maxLength: 25 },
    )
    .map((all) => all.map(([kind, day, lifts]) => fact(kind, day, kind === 'lifted' ? lifts : null)));

  it('does not depend on the order in which facts came', () => {
    fc.assert(
      fc.property(
        facts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        fc.option(fc.nat(400), { nil: null }),
        ([all, shuffled], reached) => {
          expect(inForce(shuffled, reached)).toEqual(inForce(all, reached));
        },
      ),
    );
  });

  it('lets a complaint, a manual suppression and an objection go by their own lift alone, and a complaint never', () => {
    fc.assert(
      fc.property(facts, fc.option(fc.nat(400), { nil: null }), (all, reached) => {
        const reasons = new Set(
          suppressionsOf(all, reached === null ? null : reached * DAY).map(({ reason }) => reason),
        );
        for (const reason of ['complaint', 'manual', 'objection'] as const) {
          const last = Math.max(-1, ...all.filter(({ kind }) => kind === reason).map(({ occurredAt }) => occurredAt));
          const lifted = all.some(({ lifts, occurredAt }) => lifts === reason && occurredAt >= last);
          expect(reasons.has(reason)).toBe(last >= 0 && (reason === 'complaint' || !lifted));
        }
      }),
    );
  });

  it.each([
    ['complaint', 'contact', 0, false],
    ['objection', 'sender', 0, false],
    ['objection', 'contact', 0, true],
    ['manual', 'sender', 9, true],
    ['bounce', 'sender', 1, true],
    ['bounce', 'sender', 2, false],
  ] as const)('a %s may be lifted by the %s after %d lifts: %s', (reason, by, lifts, may) => {
    const before = Array.from({ length: lifts }, (_, i) => lift(reason, 100 + i));
    expect(mayLift(before, reason, by, 110 * DAY)).toBe(may);
  });
});

describe('a bounce', () => {
  it.each([
    ['550 5.1.1 <x@y>: no such user', 'hard'],
    ['5.1.10', 'hard'],
    ['550 5.1.0 sender rejected', 'soft'],
    ['5.1.4', 'soft'],
    ['5.2.1 mailbox disabled', 'hard'],
    ['5.2.2 mailbox full', 'soft'],
    ['552 5.2.3 message too large', 'message'],
    ['5.3.4', 'message'],
    ['5.6.1 media not supported', 'message'],
    ['550 5.7.1 rejected as spam', 'message'],
    ['5.7.26', 'message'],
    ['5.5.2 syntax', 'message'],
    ['4.2.2', 'soft'],
    ['421 4.7.0 try later', 'message'],
    ['4.4.1', 'message'],
    ['4.4.2 connection dropped', 'message'],
    ['5.4.4 no route', 'message'],
    ['5.4.6 routing loop', 'message'],
    ['4.4.7 delivery time expired', 'message'],
    ['4.3.2 system not accepting messages', 'message'],
    ['5.3.5 system incorrectly configured', 'message'],
    ['smtp_rcpt_550_5.4.1', 'soft'],
    ['421 closing', 'message'],
    ['smtp_rcpt_421', 'message'],
    ['4210', 'soft'],
    ['5.1.2 no such domain', 'hard'],
    ['550 no', 'soft'],
    ['10.5.1.1.2', 'soft'],
    [null, 'soft'],
  ] as const)('%s counts as %s', (code, counts) => {
    expect(bounceClassOf(code)).toBe(counts);
  });
});
