import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  countriesOf,
  RunwayFold,
  type RunwayClock,
  type RunwayPoint,
  type RunwayState,
  type RunwayWeek,
} from './runway.js';
import { runwayPage, runwaySvg } from './runway-page.js';
import { RUNWAY_WORDS, runwayTable, runwayText } from './runway-table.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 2);
const SIX_MONTHS: RunwayClock = { law: 'ca', country: 'CA', basis: 'implied_inquiry', endsAt: (at) => at + 183 * DAY };
const options = { at: NOW, weeks: 10, clocks: [SIX_MONTHS], confirmationMs: 7 * DAY };

const state = (more: Partial<RunwayState> = {}): RunwayState => ({
  status: 'granted',
  since: NOW - 100 * DAY,
  validUntil: null,
  legalBasis: 'consent',
  ...more,
});
const fold = (points: readonly RunwayPoint[]) => {
  const runway = new RunwayFold(options);
  for (const point of points) runway.add(point);
  return runway.result();
};
const point = (...states: RunwayState[]): RunwayPoint => ({ countries: ['CA'], states });
/** Weeks in which something happens, by their number. */
const weeks = (all: readonly RunwayWeek[]): Record<number, Partial<RunwayWeek>> =>
  Object.fromEntries(
    all.flatMap(({ lost, validity, clocks, confirmations }, i) =>
      lost + confirmations === 0 ? [] : [[i, { lost, validity, clocks, confirmations }]],
    ),
  );

describe('the runway of consents', () => {
  it.each(['contract', 'implied_purchase'])('ends a permission by %s as decisions do', (legalBasis) => {
    const purchase: RunwayClock = { ...SIX_MONTHS, basis: 'implied_purchase' };
    const runway = new RunwayFold({ ...options, clocks: [purchase] });
    runway.add(point(state({ since: NOW - 200 * DAY, legalBasis })));
    runway.add(point(state({ since: NOW - 170 * DAY, legalBasis })));
    const { sendable, weeks: ahead } = runway.result();
    expect([sendable, weeks(ahead)]).toMatchObject([1, { 1: { lost: 1, clocks: { ca: 1 } } }]);
  });

  it.each([
    [
      'an end in the third week',
      point(state({ validUntil: NOW + 15 * DAY })),
      { 2: { lost: 1, validity: 1, clocks: { ca: 0 }, confirmations: 0 } },
    ],
    ['an end at this instant is past', point(state({ validUntil: NOW })), {}],
    [
      'an inquiry of 170 days ago',
      point(state({ since: NOW - 170 * DAY, legalBasis: 'implied_inquiry' })),
      { 1: { lost: 1, validity: 0, clocks: { ca: 1 }, confirmations: 0 } },
    ],
    [
      'the same inquiry elsewhere',
      { countries: ['DE'], states: [state({ since: NOW - 170 * DAY, legalBasis: 'implied_inquiry' })] },
      {},
    ],
    [
      'whichever end comes first',
      point(state({ since: NOW - 170 * DAY, legalBasis: 'implied_inquiry', validUntil: NOW + DAY })),
      { 0: { lost: 1, validity: 1, clocks: { ca: 0 }, confirmations: 0 } },
    ],
    [
      'the purpose that stands longest',
      point(state({ validUntil: NOW + DAY }), state({ validUntil: NOW + 30 * DAY })),
      { 4: { lost: 1, validity: 1, clocks: { ca: 0 }, confirmations: 0 } },
    ],
    ['a purpose without an end', point(state({ validUntil: NOW + DAY }), state()), {}],
    [
      'a confirmation asked for yesterday',
      point(state({ status: 'requested', since: NOW - DAY })),
      { 0: { lost: 0, validity: 0, clocks: { ca: 0 }, confirmations: 1 } },
    ],
    ['a confirmation asked for a month ago', point(state({ status: 'requested', since: NOW - 30 * DAY })), {}],
    ['a confirmation beside a consent', point(state(), state({ status: 'requested', since: NOW })), {}],
    ['a refusal', point(state({ status: 'withdrawn' })), {}],
  ])('%s', (_what, one, expected) => {
    expect(weeks(fold([one]).weeks)).toEqual(expected);
  });

  const states = fc.record({
    status: fc.constantFrom<RunwayState['status']>('granted', 'confirmed', 'requested', 'withdrawn'),
    since: fc.integer({ min: NOW - 400 * DAY, max: NOW }),
    validUntil: fc.option(fc.integer({ min: NOW - 10 * DAY, max: NOW + 120 * DAY })),
    legalBasis: fc.constantFrom('consent', 'implied_inquiry'),
  });
  const points = fc.array(
    fc.record({ countries: fc.subarray(['CA', 'DE']), states: fc.array(states, { maxLength: 3 }) }),
    { maxLength: 40 },
  );

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
      ...Array.from({ length: 1234 }, () => point(state({ validUntil: NOW + 15 * DAY }))),
      point(state({ since: NOW - 170 * DAY, legalBasis: 'implied_inquiry' })),
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

  it.each([
    [{ country: 'CA', region: null }, ['CA']],
    [{ country: null, region: 'CA-QC' }, ['CA']],
    [{ country: 'ca', region: 'CA-QC' }, ['CA']],
    [{ country: 'DE', region: 'CA-QC' }, ['DE', 'CA']],
    [{ country: null, region: null }, []],
  ])('is in the countries of %j', (stated, countries) => {
    expect(countriesOf(stated)).toEqual(countries);
  });

  it('says so when nothing ends', () => {
    expect(runwaySvg(fold([point(state())]), 'en')).toBe('<p>No consent ends in these weeks.</p>');
  });
});
