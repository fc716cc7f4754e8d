import { describe, expect, it } from '@jest/globals';
import type { Pack, PackRule } from './packs/pack.js';
import { someCap, somePolicy } from './testing/some-facts.js';
import { capHorizonMs } from './windows.js';

const DAY = 86_400_000;
const cited = {
  title: 'A rule',
  force: 'statute',
  source: { cite: 'Some act s. 1', url: 'https://example.org/', seenOn: '2026-01-01' },
  from: null,
  to: null,
  channels: ['email'],
  classes: ['commercial'],
} as const;
const monthly: PackRule = { ...cited, id: 'cap', kind: 'frequency_cap', limit: 1, window: 'P30D', scope: 'any' };
const night: PackRule = {
  ...cited,
  id: 'night',
  kind: 'quiet_hours',
  windows: [{ days: [1], start: '21:00', end: '08:00' }],
  holidays: false,
};
const packs: readonly Pack[] = [
  { id: 'de', version: '2026-01-01', title: 'de', countries: ['DE'], region: null, rules: [night, monthly, night] },
];

describe('how far back hand-overs must be read', () => {
  const weekly = somePolicy({ caps: [someCap({ window: 'P7D' })] });
  const lawful = { ...weekly, jurisdiction: { packs: 'contact' } } as const;

  it('is as far as the longest cap of the packs goes, whatever else stands in them', () => {
    expect(capHorizonMs(lawful, [], packs)).toBe(30 * DAY);
  });

  it('does not look at packs that the policy does not apply', () => {
    expect(capHorizonMs(weekly, [], packs)).toBe(7 * DAY);
  });

  it('is as far as the policy goes where no packs are given', () => {
    expect(capHorizonMs(lawful)).toBe(7 * DAY);
  });
});
