import { describe, expect, it } from '@jest/globals';
import { packChanges } from './changes.js';
import type { Pack, PackRule } from './pack.js';

const rule = (id: string, from: string | null, to: string | null, replaces?: string): PackRule => ({
  id,
  kind: 'quiet_hours',
  title: id,
  force: 'statute',
  source: { cite: 'Some act s. 1', url: 'https://example.org/', seenOn: '2026-01-01' },
  from,
  to,
  channels: ['email'],
  classes: ['commercial'],
  windows: [{ days: [1], start: '21:00', end: '08:00' }],
  holidays: false,
  ...(replaces === undefined ? {} : { replaces }),
});
const pack = (id: string, ...rules: PackRule[]): Pack => ({
  id,
  version: '2026-01-01',
  title: id,
  countries: ['DE'],
  region: null,
  rules,
});

const laws = [
  pack(
    'de',
    rule('always', null, null),
    rule('old', null, '2026-12-31'),
    rule('new', '2027-01-01', null, 'old'),
    rule('short', '2027-01-01', '2027-01-31'),
    rule('gone', '2026-02-01', '2026-12-31'),
  ),
  pack('at', rule('winter', '2027-01-01', '2027-02-28'), rule('heir', '2027-06-01', null, 'long gone')),
];
const on = (date: string) =>
  packChanges(laws, date).map(
    ({ change, pack: { id }, before, after }) => `${id}: ${change} ${before?.id ?? '-'} > ${after?.id ?? '-'}`,
  );

describe('what is different on a date from the day before', () => {
  it.each([
    [
      '2027-01-01',
      ['de: changes old > new', 'de: starts - > short', 'de: ends gone > -', 'at: starts - > winter'],
      'rules begin, give way and end, in the order of the packs',
    ],
    ['2026-12-31', [], 'the last day of a rule is still its own'],
    ['2027-01-02', [], 'the day after a change is like it'],
    ['2027-02-01', ['de: ends short > -'], 'a rule ends on the day after its last'],
    ['2027-03-01', ['at: ends winter > -'], 'over the end of a month too'],
    ['2026-02-01', ['de: starts - > gone'], 'a rule begins on its first day'],
    ['2027-06-01', ['at: starts - > heir'], 'one that replaces what is not there begins'],
  ])('%s: %j, since %s', (date, expected) => {
    expect(on(date)).toEqual(expected);
  });

  it('names the rules themselves', () => {
    const [change] = packChanges(laws, '2027-01-01');
    expect(change).toEqual({
      change: 'changes',
      pack: laws[0],
      before: laws[0]?.rules[1],
      after: laws[0]?.rules[2],
    });
  });
});
