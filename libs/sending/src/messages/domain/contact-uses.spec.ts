import { describe, expect, it } from '@jest/globals';
import { type CapUse, decide, type Decision, type Facts } from '#lib/decision';
import type { MessageId } from '#lib/kernel';
import fc from 'fast-check';
import { anyCase, anyOf, DAY, near, orNull } from '../../../../decision/src/testing/any-case.js';
import { testReference } from '../../../../decision/src/testing/test-reference.js';
import { metAtLeast, runs } from '../../../../../test/support/runs.js';
import { ContactUses } from './contact-uses.js';

const id = (n: number) => `m-${n}` as MessageId;
const use = (at: number, change: Partial<CapUse> = {}) => ({
  at,
  channel: 'email' as const,
  class: 'commercial' as const,
  purpose: 'commercial',
  topic: 'newsletter',
  campaign: null,
  segments: [],
  ...change,
});
function usesOf(...uses: readonly ReturnType<typeof use>[]): ContactUses {
  const all = new ContactUses();
  uses.forEach((one, i) => all.add(id(i), one));
  return all;
}

describe('hand-overs to a contact', () => {
  it('are told by kind, and those of one kind together', () => {
    const kinds: Partial<CapUse>[] = [
      {},
      { channel: 'sms' },
      { class: 'transactional' },
      { purpose: 'service' },
      { topic: null },
      { campaign: 'spring' },
      { segments: ['vip'] },
      { segments: ['new', 'vip'] },
    ];
    const all = usesOf(...kinds.map((kind, i) => use(10 + i, kind)), ...kinds.map((kind, i) => use(20 + i, kind)));
    expect(all.told(id(-1), 0, 100)).toEqual({
      capUses: kinds.map((kind, i) => ({ ...use(10 + i, kind), alsoAt: [20 + i] })),
    });
  });

  it('are those of other messages, and later than the instant given', () => {
    expect(usesOf(use(5), use(6), use(7)).told(id(1), 5, 100)).toEqual({ capUses: [use(7)] });
    expect(usesOf(use(5)).told(id(0), 0, 100)).toEqual({ capUses: [] });
  });

  it('are the newest of their kind where there are too many, and that is said', () => {
    const often = usesOf(use(4), use(9), use(6), use(5), use(3, { class: 'transactional' }));
    expect(often.told(id(-1), 0, 4)).not.toHaveProperty('capUsesLeftOut');
    expect(often.told(id(-1), 0, 2)).toEqual({
      capUses: [{ ...use(9), alsoAt: [6] }, use(3, { class: 'transactional' })],
      capUsesLeftOut: { told: 2, allSince: 6 },
    });
    // Without its own there are as many as may be told.
    expect(often.told(id(0), 0, 3)).toEqual({
      capUses: [{ ...use(9), alsoAt: [6, 5] }, use(3, { class: 'transactional' })],
    });
  });

  it('decide as all of them would, whatever the caps', () => {
    const anyUses = (now: number) =>
      fc.array(
        fc.record({
          at: near(now - 8 * DAY, now + 1000),
          channel: anyOf(['email', 'sms'] as const),
          class: anyOf(['commercial', 'transactional'] as const),
          purpose: anyOf(['commercial', 'tracking']),
          topic: orNull(anyOf(['newsletter'])),
          campaign: fc.constant('spring'),
          segments: fc.constant([]),
        }),
        { minLength: 20, maxLength: 60 },
      );
    const cases = anyCase
      .filter(({ policy }) => policy.caps.length > 0)
      .chain((one) => anyUses(one.now).map((uses) => ({ ...one, uses })));
    let [left, held] = [0, 0];
    fc.assert(
      fc.property(cases, ({ now, facts, policy, uses }) => {
        const most = policy.caps.reduce((longest, { limit }) => Math.max(longest, limit), 1);
        const told: Facts = { ...facts, ...usesOf(...uses).told(id(-1), -Infinity, most) };
        const withAll = decide({ ...facts, capUses: uses }, policy, now, testReference);
        expect(withoutUsage(decide(told, policy, now, testReference))).toEqual(withoutUsage(withAll));
        if (told.capUsesLeftOut !== undefined) left++;
        if (told.capUsesLeftOut !== undefined && withAll.reason === 'frequency_cap') held++;
      }),
      { numRuns: runs(1000) },
    );
    expect(left).toBeGreaterThanOrEqual(metAtLeast(300));
    expect(held).toBeGreaterThanOrEqual(metAtLeast(50));
  });
});

/** The usage of a cap that is full may be more than what was told. */
function withoutUsage(decision: Decision): unknown {
  return JSON.parse(JSON.stringify(decision), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('usage' in value && 'limit' in value)) return value;
    return Number(value.usage) < Number(value.limit) ? value : { ...value, usage: 'full' };
  });
}
