import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './experiment.js';

const RUNS = 400;
/** 5 % of the runs, and two deviations of what chance makes of 5 % (0.05 * 0.95 * 400 is 4.4 squared). */
const PROMISED = 28;

/** A campaign in which no variant is better than another. */
interface Campaign {
  readonly variants: number;
  /** How many join on each day that is looked at; each is in the campaign from then on. */
  readonly joining: (day: number) => number;
  readonly days: number;
  /** Whether everybody is written to every day, or only on the day that they join. */
  readonly everyDay: boolean;
  /** What of everybody's messages is clicked: of so many readers so much, of the others so much. */
  readonly readers: number;
  readonly rates: readonly [reader: number, other: number];
}

const weekly = (people: number, mailings: number, variants = 2): Campaign => ({
  ...{ variants, days: mailings, everyDay: true, readers: 0.12, rates: [0.45, 0.01] },
  joining: (day) => (day === 0 ? people : 0),
});

/** Whether somebody who looks every day is ever told of a winner. @param each whether each message counts as a contact */
function namesOne(campaign: Campaign, random: () => number, each = false): boolean {
  const arms = Array.from({ length: campaign.variants }, (_, i) => ({
    ...{ experiment: 'subject', variant: String(i), sent: 0, met: 0 },
  }));
  const people: { readonly arm: (typeof arms)[number]; readonly rate: number; hasMet: boolean; isNew: boolean }[] = [];
  for (let day = 0; day < campaign.days; day++) {
    const first = campaign.everyDay ? 0 : people.length;
    for (let joined = campaign.joining(day); joined > 0; joined--) {
      const arm = arms[Math.floor(random() * arms.length)];
      if (arm === undefined) throw new Error('it has arms');
      people.push({ arm, rate: campaign.rates[random() < campaign.readers ? 0 : 1], hasMet: false, isNew: true });
    }
    for (let i = first; i < people.length; i++) {
      const one = people[i];
      if (one === undefined) throw new Error('there is one');
      const meets = random() < one.rate;
      if (each || one.isNew) one.arm.sent++;
      if (meets && (each || !one.hasMet)) one.arm.met++;
      one.isNew = false;
      one.hasMet ||= meets;
    }
    if (verdictOf(arms).kind === 'winner') return true;
  }
  return false;
}

/** How many of the runs ever name a winner. */
function named(campaign: Campaign, each = false): number {
  let state = 61; // Park and Miller's
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: RUNS }, () => namesOne(campaign, random, each)).filter(Boolean).length;
}

describe('of campaigns without a difference, looked at after every day, at most the promised share ever names a winner', () => {
  it.each<[string, Campaign]>([
    ['one mailing to many', weekly(20_000, 1)],
    ['twelve mailings to four thousand', weekly(4_000, 12)],
    ['twelve mailings to two thousand', weekly(2_000, 12)],
    ['twenty-six mailings to a thousand', weekly(1_000, 26)],
    ['four variants', weekly(4_000, 12, 4)],
    [
      'a journey that runs for two years',
      {
        ...{ variants: 2, days: 730, everyDay: false, readers: 1, rates: [0.1, 0] },
        joining: () => 100,
      },
    ],
    [
      'people who join and stay',
      { ...{ variants: 2, days: 52, everyDay: true, readers: 0.3, rates: [0.3, 0.02] }, joining: () => 60 },
    ],
  ])('%s', (_name, campaign) => {
    expect(named(campaign)).toBeLessThanOrEqual(PROMISED);
  });

  it('and many more would where each message counted as somebody else', () => {
    expect(named(weekly(2_000, 12), true)).toBeGreaterThan(2 * PROMISED);
  });
});
