import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RunwayFold, type RunwayStanding, type RunwayWeek, standingOf } from './runway.js';
import { runwayPage, runwaySvg } from './runway-page.js';
import { RUNWAY_WORDS, runwayTable, runwayText } from './runway-table.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 2);
const options = { at: NOW, weeks: 10, laws: ['ca'] };

const until = (end: number | null, endedBy: string | null = end === null ? null : 'validity'): RunwayStanding => ({
  kind: 'sendable',
  end,
  endedBy,
});
const waits = (end: number): RunwayStanding => ({ kind: 'waits', end });
const fold = (points: readonly RunwayStanding[][]) => {
  const runway = new RunwayFold(options);
  for (const point of points) runway.add(point);
  return runway.result();
};
/** Weeks in which something happens, by their number. */
const weeks = (all: readonly RunwayWeek[]): Record<number, Partial<RunwayWeek>> =>
  Object.fromEntries(
    all.flatMap(({ lost, validity, clocks, confirmations }, i) =>
      lost + confirmations === 0 ? [] : [[i, { lost, validity, clocks, confirmations }]],
    ),
  );

describe('the runway of consents', () => {
  const none = { lost: 0, validity: 0, clocks: { ca: 0 }, confirmations: 0 };
  it.each([
    ['an end in the third week', [until(NOW + 15 * DAY)], { 2: { ...none, lost: 1, validity: 1 } }],
    ['an end by law', [until(NOW + 7 * DAY, 'ca')], { 1: { ...none, lost: 1, clocks: { ca: 1 } } }],
    ['an end by a law of which nobody knew before', [until(NOW, 'fr')], { 0: { ...none, lost: 1, clocks: { ca: 0, fr: 1 } } }], // prettier-ignore
    ['the purpose that stands longest', [until(NOW + DAY), until(NOW + 30 * DAY)], { 4: { ...none, lost: 1, validity: 1 } }], // prettier-ignore
    ['a purpose without an end', [until(NOW + DAY), until(null)], {}],
    ['a confirmation that waits', [waits(NOW + DAY), waits(NOW)], { 0: { ...none, confirmations: 1 } }],
    ['a confirmation beside a consent', [waits(NOW + DAY), until(null)], {}],
    ['nothing', [], {}],
  ])('%s', (_what, one, expected) => {
    expect(weeks(fold([one]).weeks)).toEqual(expected);
  });

  const state = (status: 'requested' | 'withdrawn', days: number, validUntil: number | null = null) => ({
    status,
    since: NOW + days * DAY,
    validUntil,
  });
  const refused = { permitted: false, reason: 'no_consent' } as const;
  const bound = { permitted: true, end: null, endedBy: null, takesOptIn: true } as const;
  const free = { ...bound, takesOptIn: false };
  it.each([
    ['may be written to by an opt-in', standingOf(bound, null, NOW, false), until(null)],
    ['may be written to without one', standingOf(free, null, NOW, false), null],
    ['may be written to without one, and all are asked for', standingOf(free, null, NOW, true), until(null)],
    ['was asked yesterday', standingOf(refused, state('requested', -1), NOW, false), waits(NOW + 6 * DAY)],
    ['was asked until a day', standingOf(refused, state('requested', -9, NOW + 1), NOW, false), waits(NOW + 1)],
    ['was asked a week ago', standingOf(refused, state('requested', -7), NOW, false), null],
    ['said no', standingOf(refused, state('withdrawn', -1), NOW, true), null],
    ['said nothing', standingOf(refused, null, NOW, true), null],
  ])('counts who %s as what they are', (_who, found, expected) => {
    expect(found === null ? null : fold([[found]])).toEqual(expected === null ? null : fold([[expected]]));
  });

  const standings = fc.oneof(
    fc.record({ kind: fc.constant('waits' as const), end: fc.integer({ min: NOW, max: NOW + 120 * DAY }) }),
    fc
      .tuple(fc.option(fc.integer({ min: NOW, max: NOW + 120 * DAY })), fc.constantFrom('validity', 'ca', 'de'))
      .map(([end, endedBy]) => until(end, end === null ? null : endedBy)),
  );
  const points = fc.array(fc.array(standings, { maxLength: 3 }), { maxLength: 40 });

  it('adds up, in whatever order the contact points come', () => {
    fc.assert(
      fc.property(points, (all) => {
        const runway = fold(all);
        let left = runway.sendable;
        for (const { lost, validity, clocks, remaining } of runway.weeks) {
          expect(lost).toBe(Object.values(clocks).reduce((sum, n) => sum + n, validity));
          left -= lost;
          expect(remaining).toBe(left);
        }
        expect(left).toBe(runway.endsLater + runway.endless);
        expect(fold([...all].reverse())).toEqual(runway);
      }),
    );
  });

  it('is shown with the same numbers as bars, as a table and as text, the same bytes every time', () => {
    const runway = fold([
      ...Array.from({ length: 1234 }, () => [until(NOW + 15 * DAY)]),
      [until(NOW + 10 * DAY, 'ca')],
    ]);
    const svg = runwaySvg(runway, 'de');
    expect(svg).toContain('>1.234</text>');
    expect(svg).toMatch(/role="img" aria-labelledby="runway-chart-title runway-chart-desc"/);
    const { rows, total } = runwayTable(runway, RUNWAY_WORDS.de);
    expect([rows[2]?.figures, total]).toEqual([
      [1234, 1234, 0, 0, 0],
      [1235, 1234, 1, 0, 0],
    ]);
    expect(runwayText(runway)).toContain('1,235 contact points can be written to now.');
    expect(runwayPage(runway, 'A & B <i>', 'de')).toContain('A &#38; B &#60;i&#62;');
    expect(runwayPage(runway, 'A', 'de')).toBe(runwayPage(runway, 'A', 'de'));
  });

  it('says so when nothing ends', () => {
    expect(runwaySvg(fold([[until(null)]]), 'en')).toBe('<p>No consent ends in these weeks.</p>');
  });
});
