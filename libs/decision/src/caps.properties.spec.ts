import { describe, expect, it } from '@jest/globals';
import { MESSAGE_CLASSES } from '#lib/kernel';
import fc from 'fast-check';
import { decide } from './decide.js';
import type { Facts, WarmUpState } from './facts.js';
import type { CapRule, Policy, WarmUpRule, Weekday } from './policy.js';
import { policyProblems } from './policy-problems.js';
import { ms, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { someWarmUp } from './testing/some-warm-ups.js';
import { testReference } from './testing/test-reference.js';
import { runStages } from './stages/index.js';
import { situationOf } from './situation.js';
import { metAtLeast, runs } from '../../../test/support/runs.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'America/Havana'];
const NIGHTS = ['2025-03-09', '2025-03-30', '2025-04-06', '2025-09-07', '2025-10-05', '2025-10-26', '2025-11-02'];

const near = (from: number, to: number) => fc.integer({ min: Math.ceil(from), max: Math.floor(to) });
const anyOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const orMissing = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined, freq: 4 }).map((found) => (found === undefined ? {} : { [name]: found }));

const anyNow = fc.tuple(anyOf(...NIGHTS), near(-2 * DAY, 2 * DAY)).map(([night, away]) => ms(`${night}T00:00Z`) + away);
const anySegments = fc.subarray(['vip', 'new']);
const anyTopic = anyOf('newsletter', 'events');

function anyWarmUpStates(now: number): fc.Arbitrary<WarmUpState[]> {
  const state = (rule: string) =>
    fc.record({
      rule: fc.constant(rule),
      key: fc.constant('smtp'),
      day: near(-2, 3).map((days) => new Date(now + days * DAY).toISOString().slice(0, 10)),
      sent: near(0, 6),
      recent: anyOf(
        { sent: 100, bounced: 0, complained: 0 },
        { sent: 100, bounced: 1, complained: 0 },
        { sent: 100, bounced: 30, complained: 0 },
      ),
    });
  return fc.tuple(state('first'), state('second')).map((states) => states);
}

function anyFacts(now: number): fc.Arbitrary<Facts> {
  const message = fc
    .tuple(
      fc.record({
        class: anyOf('commercial' as const, 'commercial' as const, 'transactional' as const),
        channel: anyOf('email' as const, 'sms' as const),
        sendAt: orNull(near(now - DAY, now + 3 * DAY)),
        expiresAt: near(now, now + 40 * DAY),
      }),
      orMissing('acceptedAt', near(now - 3 * DAY, now)),
      orMissing('priority', near(0, 9)),
      fc.option(fc.constant({ override: { caps: true as const, actor: 'ops', reason: 'recall' } }), {
        nil: {},
        freq: 1,
      }),
    )
    .map(([plain, ...more]) => ({ ...plain, ...(Object.assign({}, ...more) as Partial<Facts['message']>) }));
  const choice = fc.record({
    limit: near(0, 3),
    window: anyOf('PT12H', 'P2D', 'P7D'),
    channel: orNull(anyOf('email' as const, 'sms' as const)),
    topic: orNull(anyTopic),
  });
  const contact = fc
    .tuple(
      anyOf(...ZONES),
      orMissing('segments', anySegments),
      orMissing('frequency', fc.array(choice, { maxLength: 2 })),
    )
    .map(([zone, ...more]) => ({ zone, ...(Object.assign({}, ...more) as Partial<Facts['contact']>) }));
  const use = fc
    .tuple(
      fc.record({
        at: near(now - 8 * DAY, now + 1000),
        channel: anyOf('email' as const, 'sms' as const),
        class: anyOf(...MESSAGE_CLASSES),
        purpose: anyOf('commercial', 'tracking'),
        topic: orNull(anyTopic),
        campaign: fc.constant(null),
      }),
      orMissing('segments', anySegments),
    )
    .map(([plain, segments]) => ({ ...plain, ...segments }));
  return fc
    .record({
      message,
      contact,
      topic: orNull(anyTopic.map((key) => ({ key }))),
      capUses: fc.array(use, { maxLength: 8 }),
      warmUps: anyWarmUpStates(now),
    })
    .map(({ warmUps, ...change }) => ({ ...someFacts(change), warmUps }));
}

const anyWindow = fc.oneof(
  anyOf('PT6H', 'P1D', 'P3D', 'P7D'),
  fc.record({ unit: anyOf('day' as const, 'month' as const), zone: anyOf('contact' as const, 'brand' as const) }),
  fc.record({
    unit: fc.constant('week' as const),
    zone: anyOf('contact' as const, 'brand' as const),
    weekStart: anyOf<Weekday>(1, 2, 3, 4, 5, 6, 7),
  }),
);
const anyCap: fc.Arbitrary<CapRule> = fc
  .tuple(
    fc.record({
      id: fc.uuid(),
      scope: anyOf('any', 'channel', 'topic', 'purpose', 'segment'),
      limit: near(0, 4),
      window: anyWindow,
      action: anyOf('drop', 'defer', 'digest'),
      classes: fc.record({
        bound: fc.subarray([...MESSAGE_CLASSES], { minLength: 1 }),
        counted: fc.subarray([...MESSAGE_CLASSES], { minLength: 1 }),
      }),
    }),
    orMissing('maxDefer', anyOf('PT12H', 'P2D')),
    orMissing('headroom', anyOf([{ below: 5, keep: 1 }], [{ below: 4, keep: 2 }, { below: 8, keep: 1 }])), // prettier-ignore
  )
  .map(([plain, ...more]) => ({
    ...plain,
    ...(plain.scope === 'segment' ? { segment: 'vip' } : {}),
    ...(Object.assign({}, ...more) as Partial<CapRule>),
  }))
  .filter((cap) => policyProblems(somePolicy({ caps: [cap as CapRule] })).length === 0) as fc.Arbitrary<CapRule>;

function anyWarmUp(id: string, now: number): fc.Arbitrary<WarmUpRule> {
  return near(-4, 2).map((days) =>
    someWarmUp({ id, startsOn: new Date(now + days * DAY).toISOString().slice(0, 10), ceilings: [1, 3, 5] }),
  );
}

const anyCase = anyNow.chain((now) =>
  fc.record({
    now: fc.constant(now),
    facts: anyFacts(now),
    policy: fc
      .record({
        caps: fc.array(anyCap, { maxLength: 4 }),
        quiet: fc.boolean(),
        warmUps: fc.tuple(anyWarmUp('first', now), anyWarmUp('second', now)),
        used: near(0, 2),
      })
      .map(({ caps, quiet, warmUps, used }): Policy => ({
        ...somePolicy({ caps, quietHours: quiet ? [someQuietHours()] : [] }),
        warmUps: warmUps.slice(0, used),
      })),
  }),
);
const judge = (facts: Facts, policy: Policy, at: number) => decide(facts, policy, at, testReference);
const checksAt = (facts: Facts, policy: Policy, at: number) =>
  runStages(situationOf(facts, policy, testReference), at, 'all').checks;
const often = { numRuns: runs(250) };
/** Where the spec counts what it met: enough that chance never leaves it with too little. */
const moreOften = { numRuns: runs(600) };

describe('caps and warm-ups, whatever the facts', () => {
  it('fail alike from now to the instant they name, and pass then', () => {
    const seen = { frequency_cap: 0, warm_up: 0 };
    fc.assert(
      fc.property(anyCase, fc.double({ min: 0, max: 1, noNaN: true }), ({ now, facts, policy }, point) => {
        for (const [i, check] of checksAt(facts, policy, now).entries()) {
          if (check.passes || check.until === null) continue;
          if (check.check !== 'frequency_cap' && check.check !== 'warm_up') continue;
          seen[check.check]++;
          for (const at of [check.until - 1, Math.floor(now + point * (check.until - 1 - now))]) {
            const { kind, until } = check;
            expect(checksAt(facts, policy, at)[i]).toMatchObject({ passes: false, kind, until });
          }
          expect(checksAt(facts, policy, check.until)[i]).toMatchObject({ passes: true });
        }
      }),
      moreOften,
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThanOrEqual(metAtLeast(51));
  });

  it('at the instant that is named the message passes, and at none before', () => {
    const seen = { pass: 0, defer: 0, drop: 0, dropThatCouldWait: 0 };
    fc.assert(
      fc.property(
        anyCase,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        ({ now, facts, policy }, points) => {
          const { outcome, notBefore } = judge(facts, policy, now);
          seen[outcome]++;
          if (outcome === 'drop' && notBefore !== null) seen.dropThatCouldWait++;
          const end = notBefore ?? facts.message.expiresAt + DAY;
          const before = points.map((point) => Math.floor(now + point * (end - now))).concat(end - 1);
          for (const instant of before.filter((at) => at >= now && at < end)) {
            expect(judge(facts, policy, instant).outcome).not.toBe('pass');
          }
          if (notBefore !== null) expect(judge(facts, policy, notBefore)).toMatchObject({ outcome: 'pass', notBefore });
        },
      ),
      moreOften,
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThanOrEqual(metAtLeast(6));
  });

  it('come to the same end when they are asked again while the message waits', () => {
    fc.assert(
      fc.property(anyCase, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ now, facts, policy }, point) => {
        const { outcome, until } = judge(facts, policy, now);
        if (outcome !== 'defer') return;
        const later = judge(facts, policy, Math.floor(now + point * (until - now)));
        expect(later).toMatchObject({ outcome: 'defer', until });
      }),
      often,
    );
  });

  it('never let a message leave earlier because a rule or a choice was added', () => {
    const choice = { limit: 1, window: 'P2D', channel: null, topic: null };
    fc.assert(
      fc.property(anyCase, anyCap, near(0, 4), ({ now, facts, policy }, cap, place) => {
        const before = judge(facts, policy, now).notBefore ?? Infinity;
        const chosen = {
          ...facts,
          contact: { ...facts.contact, frequency: [...(facts.contact.frequency ?? []), choice] },
        };
        const stricter: [Facts, Policy][] = [
          [facts, { ...policy, caps: policy.caps.toSpliced(place, 0, cap) }],
          [facts, { ...policy, warmUps: [...(policy.warmUps ?? []), someWarmUp({ id: 'first', ceilings: [2] })] }],
          [chosen, policy],
        ];
        for (const [its, rules] of stricter) {
          expect(judge(its, rules, now).notBefore ?? Infinity).toBeGreaterThanOrEqual(before);
        }
      }),
      often,
    );
  });

  it('end alike in whatever order rules, choices, hand-overs and counts come', () => {
    fc.assert(
      fc.property(anyCase, ({ now, facts, policy }) => {
        const { outcome, notBefore } = judge(facts, policy, now);
        const turned = { ...policy, caps: policy.caps.toReversed(), warmUps: policy.warmUps?.toReversed() ?? [] };
        const read: Facts = {
          ...facts,
          contact:
            facts.contact.frequency === undefined
              ? facts.contact
              : { ...facts.contact, frequency: facts.contact.frequency.toReversed() },
          capUses: facts.capUses.toReversed(),
          warmUps: facts.warmUps?.toReversed() ?? [],
        };
        expect(judge(read, turned, now)).toMatchObject({ outcome, notBefore });
      }),
      often,
    );
  });

  it('let a message with an override leave no later, and one with more priority neither', () => {
    fc.assert(
      fc.property(anyCase, near(0, 9), near(0, 9), ({ now, facts, policy }, one, other) => {
        const leaves = (change: Partial<Facts['message']>) =>
          judge({ ...facts, message: { ...facts.message, ...change } }, policy, now).notBefore ?? Infinity;
        const override = { caps: true as const, actor: 'ops', reason: 'recall' };

        expect(leaves({ override })).toBeLessThanOrEqual(leaves({}));
        expect(leaves({ priority: Math.max(one, other) })).toBeLessThanOrEqual(
          leaves({ priority: Math.min(one, other) }),
        );
      }),
      often,
    );
  });

  it('are the same for facts and rules that were stored as JSON and read back', () => {
    fc.assert(
      fc.property(anyCase, ({ now, facts, policy }) => {
        const read = JSON.parse(JSON.stringify({ facts, policy })) as { facts: Facts; policy: Policy };
        expect(JSON.stringify(judge(read.facts, read.policy, now))).toBe(JSON.stringify(judge(facts, policy, now)));
      }),
      often,
    );
  });
});
