import { describe, expect, it } from '@jest/globals';
import { assignVariant } from '../assign-variant.js';
import { type ArmResult, assign, type Experiment, neededPerArm, normal, quantile, verdictOf } from './experiment.js';

const arm = (variant: string, weight = 1) => ({ variant, weight, template: variant });
const experiment = (holdout: number, ...arms: Experiment['arms']): Experiment => ({ key: 'subject', holdout, arms });

describe('the variant of a contact', () => {
  it.each<[number, string]>([
    [0, 'a'],
    [0.3333, 'a'],
    [0.3334, 'b'],
    [0.9999, 'b'],
  ])('at %d of those who are sent something, and weights 1 and 2, is %s', (luck, variant) => {
    const assigned = assign(experiment(0.1, arm('a'), arm('b', 2)), { holdout: 0.1, arm: luck });
    expect(assigned === 'holdout' ? assigned : assigned.variant).toBe(variant);
    expect(assign(experiment(0.1, arm('a'), arm('b', 2)), { holdout: 0.0999, arm: luck })).toBe('holdout');
  });

  it('stays where another share of all is left alone from today on', () => {
    const of = (holdout: number) =>
      Array.from({ length: 2_000 }, (_, i) => {
        const assigned = assignVariant(experiment(holdout, arm('a'), arm('b'), arm('c')), `crm-${i}`);
        return assigned === 'holdout' ? assigned : assigned.variant;
      });
    const [before, after] = [of(0), of(0.3)];
    expect(after.filter((one, i) => one !== 'holdout' && one !== before[i])).toEqual([]);
    expect(Math.abs(after.filter((one) => one === 'holdout').length / 2_000 - 0.3)).toBeLessThan(0.04);
  });

  it('is the same every time, in proportion to the weights over many, and another matter in another experiment', () => {
    const of = (key: string, contact: string): string => {
      const assigned = assignVariant({ ...experiment(0.2, arm('a'), arm('b', 3)), key }, contact);
      return assigned === 'holdout' ? assigned : assigned.variant;
    };
    const people = Array.from({ length: 4_000 }, (_, i) => `crm-${i}`);
    const share = (has: (one: string) => boolean) => people.filter(has).length / people.length;
    expect(Math.abs(share((one) => of('one', one) === 'holdout') - 0.2)).toBeLessThan(0.03);
    expect(Math.abs(share((one) => of('one', one) === 'b') - 0.6)).toBeLessThan(0.03);
    expect(people.map((one) => of('one', one))).toEqual(people.map((one) => of('one', one)));
    const both = share((one) => of('one', one) === 'b' && of('two', one) === 'b');
    expect(Math.abs(both - 0.36)).toBeLessThan(0.03);
  });
});

describe('the rule for a winner', () => {
  const results = (...all: [string, number, number][]): ArmResult[] =>
    all.map(([variant, sent, met]) => ({ experiment: null, variant, sent, met }));

  it('needs as many messages as two proportions need', () => {
    // 5 % against 6 %, 5 % two-sided, 80 % power: 8,158 each (Fleiss, without correction for continuity).
    expect(Math.abs(neededPerArm(0.05, 0.05) - 8_158)).toBeLessThanOrEqual(2);
    expect(neededPerArm(0.05, 0.025)).toBeGreaterThan(neededPerArm(0.05, 0.05));
    expect(neededPerArm(0, 0.05)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each<[string, ArmResult[], string]>([
    ['too few are too few, however clear it looks', results(['a', 100, 20], ['b', 100, 2]), 'too_few'],
    ['one that is missing keeps all waiting', results(['a', 20_000, 1_400], ['b', 200, 2]), 'too_few'],
    ['nothing was sent', [], 'too_few'],
    ['one variant alone wins nothing', results(['a', 20_000, 1_000]), 'too_few'],
    ['the same is no difference', results(['a', 20_000, 1_000], ['b', 20_000, 1_010]), 'no_difference'],
    ['the better one wins', results(['a', 20_000, 1_000], ['b', 20_000, 1_250]), 'winner'],
    [
      'two that are alike beside a worse one win nothing',
      results(['a', 20_000, 1_250], ['b', 20_000, 1_251], ['c', 20_000, 900]),
      'no_difference',
    ],
  ])('%s', (_name, arms, kind) => {
    const verdict = verdictOf(arms);
    expect(verdict.kind).toBe(kind);
    if (verdict.kind === 'winner') expect([verdict.variant, verdict.pValue < 0.001]).toEqual(['b', true]);
  });

  it('names none where variants were not drawn together, however they are called and however far they are apart', () => {
    const [a, b] = results(['a', 20_000, 1_000], ['b', 20_000, 1_250]);
    if (a === undefined || b === undefined) throw new Error('there are two');
    const of = (one: string | null, other: string | null) =>
      verdictOf([
        { ...a, experiment: one },
        { ...b, experiment: other },
      ]).kind;
    expect([of('E1', 'E2'), of(null, 'E1')]).toEqual(['several_experiments', 'several_experiments']);
    expect([of('E1', 'E1'), of(null, null)]).toEqual(['winner', 'winner']);
  });

  it('names hardly a winner where there is none, however often it is asked, and finds a difference', () => {
    // As many looks as there are steps; a p-value for one look names a winner in some 30 of 100 such experiments.
    let state = 20;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647; // Park and Miller's
    const winnerOf = (...rates: number[]): string | null => {
      const arms = rates.map((rate, i) => ({ experiment: null, variant: String(i), rate, sent: 0, met: 0 }));
      for (let step = 0; step < 100; step++) {
        for (const one of arms) {
          for (let i = 0; i < 100; i++) one.met += random() < one.rate ? 1 : 0;
          one.sent += 100;
        }
        const verdict = verdictOf(arms);
        if (verdict.kind === 'winner') return verdict.variant;
      }
      return null;
    };
    const tries = Array.from({ length: 100 });
    const named = (...rates: number[]) => tries.map(() => winnerOf(...rates)).filter((one) => one !== null);
    expect(named(0.2, 0.2).length).toBeLessThanOrEqual(9);
    expect(named(0.2, 0.24).filter((one) => one === '1').length).toBeGreaterThanOrEqual(95);
  });

  it('rests on the normal distribution', () => {
    expect(normal(0)).toBeCloseTo(0.5, 7);
    expect(normal(1.959964)).toBeCloseTo(0.975, 6);
    expect(quantile(0.975)).toBeCloseTo(1.959964, 4);
    expect(quantile(0.8)).toBeCloseTo(0.841621, 4);
  });
});
