import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forgettable, isKeptLongEnough, type RetainedEvent, type RetentionRule, retainUntil } from './retain-until.js';

const at = (date: string): number => Date.parse(`${date}T12:00:00Z`);
const FIVE_YEARS = { id: 'de:evidence-phone', keep: 'P5Y' };
const LEAST = { id: 'least', keep: 'P1Y' };
const HOUSE = { id: 'purpose', keep: 'P3Y' };

describe('how long evidence is kept', () => {
  it.each<[string, string, string[], RetentionRule[], string | null, string | null]>([
    ['so long after it was given', '2020-03-01', [], [HOUSE], '2023-03-01', 'purpose'],
    [
      'and after the last use',
      '2020-03-01',
      ['2021-06-30', '2022-12-24'],
      [FIVE_YEARS],
      '2027-12-24',
      'de:evidence-phone',
    ],
    ['under the longest rule', '2020-03-01', [], [HOUSE, FIVE_YEARS], '2025-03-01', 'de:evidence-phone'],
    ['by the calendar', '2024-02-29', [], [HOUSE], '2027-02-28', 'purpose'],
    [
      'from when a rule counts',
      '2020-03-01',
      ['2021-01-01'],
      [HOUSE, { ...LEAST, from: at('2024-05-01') }],
      '2025-05-01',
      'least',
    ],
    ['not at all where no rule says so', '2020-03-01', [], [], null, null],
  ])('%s', (_sentence, given, used, rules, until, rule) => {
    const kept = retainUntil({ givenAt: at(given), usedAt: used.map(at) }, rules);
    expect(kept).toEqual(until === null ? null : { until: at(until), rule });
  });

  it.each([
    ['P1Y', true],
    ['P365D', true],
    ['P12M', true],
    ['P3Y', true],
    ['P0D', false],
    ['P364D', false],
    ['P11M', false],
    ['P0Y', false],
  ])('may be %s for a purpose: %s', (keep, may) => {
    expect(isKeptLongEnough(keep)).toBe(may);
  });

  const DAY = 86_400_000;
  const events = fc.array(
    fc.record({
      id: fc.uuid(),
      scopeId: fc.constantFrom('a', 'b'),
      occurredAt: fc.nat(4000).map((day) => day * DAY),
      counts: fc.boolean(),
      rules: fc.constantFrom([HOUSE], [FIVE_YEARS], [HOUSE, FIVE_YEARS], []),
    }),
    { maxLength: 8 },
  );

  it('never lets go of what counts, nor of what was used within the time of a rule', () => {
    fc.assert(
      fc.property(
        events,
        fc.array(fc.nat(4000).map((day) => day * DAY)),
        fc.nat(6000),
        (all: RetainedEvent[], uses, day) => {
          const now = day * DAY;
          const gone = new Set(forgettable(all, () => uses, now));
          for (const event of all.filter(({ id }) => gone.has(id))) {
            expect(event.counts).toBe(false);
            const years = event.rules.some(({ keep }) => keep === 'P5Y') ? 5 : 3;
            const last = Math.max(event.occurredAt, ...uses.filter((use) => use >= event.occurredAt));
            expect(now - last).toBeGreaterThanOrEqual(years * 365 * DAY);
            expect(event.rules.length).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
