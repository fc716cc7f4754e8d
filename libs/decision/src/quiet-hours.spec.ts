import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime, type Zone } from 'luxon';
import { CannotDecide } from './cannot-decide.js';
import { localIso } from './local-time.js';
import type { QuietWindow, Weekday } from './policy.js';
import { policyProblems } from './policy-problems.js';
import { eachSpell, parseDates, parseWindow, quietStretch, quietTimes, type QuietTimes } from './quiet-hours.js';
import { ms, somePolicy, someQuietHours } from './testing/some-facts.js';
import { testZone } from './testing/test-zones.js';
import { runs } from '../../../test/support/runs.js';

const DAILY: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const daily = (start: string, end: string): QuietWindow => ({ days: DAILY, start, end });
const NIGHT = [daily('21:00', '08:00')];

/** When the stretch around `at` ends on that one clock, or null when it is not quiet. */
function quietUntil(times: QuietTimes, zone: Zone, at: number): number | null {
  return quietStretch(times, [{ name: zone.name, rules: zone }], null, at)?.until ?? null;
}

/** When the stretch around `at` ends on the local clock, or null when it is not quiet. */
function endOfQuiet(windows: QuietWindow[], zoneName: string, at: string): string | null {
  const zone = testZone(zoneName);
  const until = quietUntil(quietTimes(someQuietHours({ windows })), zone, ms(at));
  return until === null ? null : localIso(zone, until);
}

describe('a night from 21:00 to 08:00', () => {
  it.each([
    ['noon is not quiet', '2025-06-02T12:00:00.000+02:00', null],
    ['one millisecond before nine is not quiet', '2025-06-02T20:59:59.999+02:00', null],
    ['nine sharp is quiet', '2025-06-02T21:00:00.000+02:00', '2025-06-03T08:00:00.000+02:00'],
    ['midnight is quiet', '2025-06-03T00:00:00.000+02:00', '2025-06-03T08:00:00.000+02:00'],
    ['one millisecond before eight is quiet', '2025-06-03T07:59:59.999+02:00', '2025-06-03T08:00:00.000+02:00'],
    ['eight sharp is not quiet', '2025-06-03T08:00:00.000+02:00', null],
    ['the short night ends at eight summer time', '2025-03-29T22:00:00.000+01:00', '2025-03-30T08:00:00.000+02:00'],
    ['the long night ends at eight winter time', '2025-10-25T22:00:00.000+02:00', '2025-10-26T08:00:00.000+01:00'],
  ])('%s', (_sentence, at, until) => {
    expect(endOfQuiet(NIGHT, 'Europe/Berlin', at)).toBe(until);
  });
});

describe('windows of the week', () => {
  const weekdays: QuietWindow = { days: [1, 2, 3, 4, 5], start: '20:00', end: '09:00' };
  const sunday: QuietWindow = { days: [7], start: '00:00', end: '24:00' };

  it.each([
    [
      'a window counts on the day it starts: Friday night is quiet into Saturday',
      [weekdays],
      '2025-06-07T08:30:00.000+02:00',
      '2025-06-07T09:00:00.000+02:00',
    ],
    ['Saturday night is not named', [weekdays], '2025-06-07T20:30:00.000+02:00', null],
    ['nor is the morning after it', [weekdays], '2025-06-08T08:30:00.000+02:00', null],
    [
      'a whole day is quiet from its first instant',
      [sunday],
      '2025-06-08T00:00:00.000+02:00',
      '2025-06-09T00:00:00.000+02:00',
    ],
    ['and no longer at midnight', [sunday], '2025-06-09T00:00:00.000+02:00', null],
    [
      'a night in two halves is one night',
      [daily('21:00', '24:00'), daily('00:00', '08:00')],
      '2025-06-02T22:00:00.000+02:00',
      '2025-06-03T08:00:00.000+02:00',
    ],
    [
      'an end at 00:00 is the midnight that follows',
      [daily('21:00', '00:00')],
      '2025-06-02T22:00:00.000+02:00',
      '2025-06-03T00:00:00.000+02:00',
    ],
    [
      'windows that overlap end with the last of them',
      [daily('12:00', '14:00'), daily('13:00', '16:00')],
      '2025-06-02T12:30:00.000+02:00',
      '2025-06-02T16:00:00.000+02:00',
    ],
    [
      'the longer of two windows that run together counts',
      [daily('12:00', '16:00'), daily('13:00', '14:00')],
      '2025-06-02T13:30:00.000+02:00',
      '2025-06-02T16:00:00.000+02:00',
    ],
    [
      'Saturday night runs on through a quiet Sunday and its night',
      [daily('21:00', '08:00'), sunday],
      '2025-06-07T23:00:00.000+02:00',
      '2025-06-09T08:00:00.000+02:00',
    ],
    ['no windows are never quiet', [], '2025-06-02T03:00:00.000+02:00', null],
  ])('%s', (_sentence, windows, at, until) => {
    expect(endOfQuiet(windows, 'Europe/Berlin', at)).toBe(until);
  });
});

it('names the window that keeps a message longest at the instant asked about', () => {
  const times = quietTimes(someQuietHours({ windows: [daily('12:00', '16:00'), daily('13:00', '14:00')] }));
  const clock = { name: 'Europe/Berlin', rules: testZone('Europe/Berlin') };

  expect(quietStretch(times, [clock], null, ms('2025-06-02T13:30:00+02:00'))?.spell).toMatchObject({
    kind: 'window',
    text: '12:00-16:00',
    clock,
  });
});

describe('nights on which the clocks change', () => {
  it.each([
    // An end that is skipped is the instant after the leap.
    ['Europe/Berlin', '21:00', '02:30', '2025-03-29T22:00:00.000+01:00', '2025-03-30T03:00:00.000+02:00'],
    ['America/New_York', '21:00', '02:30', '2025-03-08T22:00:00.000-05:00', '2025-03-09T03:00:00.000-04:00'],
    ['Australia/Lord_Howe', '21:00', '02:15', '2025-10-04T22:00:00.000+10:30', '2025-10-05T02:30:00.000+11:00'],
    ['Africa/Casablanca', '21:00', '02:30', '2025-04-05T22:00:00.000+00:00', '2025-04-06T03:00:00.000+01:00'],
    ['Africa/Cairo', '20:00', '24:00', '2025-04-24T22:00:00.000+02:00', '2025-04-25T01:00:00.000+03:00'],
    ['Asia/Beirut', '20:00', '00:00', '2025-03-29T22:00:00.000+02:00', '2025-03-30T01:00:00.000+03:00'],
    ['America/Havana', '20:00', '00:30', '2025-03-08T22:00:00.000-05:00', '2025-03-09T01:00:00.000-04:00'],
    ['America/Santiago', '20:00', '24:00', '2025-09-06T22:00:00.000-04:00', '2025-09-07T01:00:00.000-03:00'],
    // A start that is skipped is the instant after the leap.
    ['Europe/Berlin', '02:30', '05:00', '2025-03-30T01:59:59.999+01:00', null],
    ['Europe/Berlin', '02:30', '05:00', '2025-03-30T03:00:00.000+02:00', '2025-03-30T05:00:00.000+02:00'],
    ['Africa/Cairo', '00:00', '06:00', '2025-04-24T23:59:59.999+02:00', null],
    ['Africa/Cairo', '00:00', '06:00', '2025-04-25T01:00:00.000+03:00', '2025-04-25T06:00:00.000+03:00'],
    // A window that is skipped from end to end is not there that night.
    ['Europe/Berlin', '02:10', '02:50', '2025-03-30T03:00:00.000+02:00', null],
    // An end that occurs twice counts the second time.
    ['Europe/Berlin', '21:00', '02:30', '2025-10-26T02:29:59.999+02:00', '2025-10-26T02:30:00.000+01:00'],
    ['Europe/Berlin', '21:00', '02:30', '2025-10-26T02:45:00.000+02:00', '2025-10-26T02:30:00.000+01:00'],
    ['Europe/Berlin', '21:00', '02:30', '2025-10-26T02:30:00.000+01:00', null],
    ['America/New_York', '21:00', '01:30', '2025-11-02T01:45:00.000-04:00', '2025-11-02T01:30:00.000-05:00'],
    ['Australia/Lord_Howe', '21:00', '01:45', '2025-04-06T01:50:00.000+11:00', '2025-04-06T01:45:00.000+10:30'],
    ['Africa/Casablanca', '21:00', '02:30', '2025-02-23T02:45:00.000+01:00', '2025-02-23T02:30:00.000+00:00'],
    ['America/Havana', '20:00', '24:00', '2025-11-02T00:30:00.000-04:00', '2025-11-02T00:00:00.000-05:00'],
    ['America/Santiago', '20:00', '23:30', '2025-04-05T23:45:00.000-03:00', '2025-04-05T23:30:00.000-04:00'],
    // A start that occurs twice counts the first time, and goes on counting while the hour is repeated.
    ['Europe/Berlin', '02:30', '05:00', '2025-10-26T02:30:00.000+02:00', '2025-10-26T05:00:00.000+01:00'],
    ['Europe/Berlin', '02:30', '05:00', '2025-10-26T02:15:00.000+01:00', '2025-10-26T05:00:00.000+01:00'],
    ['America/Santiago', '23:30', '06:00', '2025-04-05T23:15:00.000-04:00', '2025-04-06T06:00:00.000-04:00'],
    // Newfoundland set its clocks at one past midnight: Sunday had begun when Saturday came back for an hour.
    ['America/St_Johns', '00:00', '06:00', '2010-11-06T23:30:00.000-03:30', '2010-11-07T06:00:00.000-03:30'],
    // Samoa skipped a Friday; the night into it and the night out of it touch.
    ['Pacific/Apia', '21:00', '08:00', '2011-12-29T22:00:00.000-10:00', '2011-12-31T08:00:00.000+14:00'],
  ])('%s %s-%s: quiet at %s until %s', (zone, start, end, at, until) => {
    expect(endOfQuiet([daily(start, end)], zone, at)).toBe(until);
  });

  it('agrees with a wall clock: what reads as quiet is quiet, and the end never reads as quiet', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/Havana'];
    const clock = fc.integer({ min: 0, max: 95 }).map((n) => `${pad(Math.floor(n / 4))}:${pad((n % 4) * 15)}`);
    const anyWindow = fc
      .record({ days: fc.subarray(DAILY, { minLength: 1 }), start: clock, end: clock })
      .filter(({ start, end }) => start !== end);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(anyWindow, { minLength: 1, maxLength: 2 }).filter(leavesSomeTime),
        fc.integer({ min: ms('2025-01-01T00:00:00Z') / 60_000, max: ms('2025-12-31T00:00:00Z') / 60_000 }),
        (name, windows, minute) => {
          const zone = testZone(name);
          const at = minute * 60_000;
          const local = (instant: number) => DateTime.fromMillis(instant, { zone });
          const until = quietUntil(quietTimes(someQuietHours({ windows })), zone, at);
          if (windows.some((window) => readsAsQuiet(window, local(at)))) expect(until).not.toBeNull();
          if (until === null) return;
          expect(until).toBeGreaterThan(at);
          expect(windows.some((window) => readsAsQuiet(window, local(until)))).toBe(false);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  function leavesSomeTime(windows: QuietWindow[]): boolean {
    return policyProblems(somePolicy({ quietHours: [someQuietHours({ windows })] })).length === 0;
  }

  /** An opinion of its own: looks at the figures on the clock and never at an instant. */
  function readsAsQuiet({ days, start, end }: QuietWindow, local: DateTime): boolean {
    const time = local.toFormat('HH:mm');
    const today = days.some((day) => day === local.weekday);
    const yesterday = days.some((day) => (day % 7) + 1 === local.weekday);
    if (start < end) return today && time >= start && time < end;
    return (today && time >= start) || (yesterday && time < end);
  }

  function pad(n: number): string {
    return String(n).padStart(2, '0');
  }
});

describe('windows that make no sense', () => {
  it.each([
    ['21:00', '21:00'],
    ['24:00', '08:00'],
    ['9:00', '10:00'],
    ['25:00', '10:00'],
    ['09:60', '10:00'],
    ['09:00', '24:30'],
    ['09:00', ''],
  ])('%s to %s is refused', (start, end) => {
    expect(parseWindow(daily(start, end))).toBeNull();
    expect(() => quietTimes(someQuietHours({ windows: [daily(start, end)] }))).toThrow(CannotDecide);
  });

  it('a week without a free minute is an error and not an endless search', () => {
    const times = quietTimes(someQuietHours({ windows: [daily('00:00', '12:00'), daily('12:00', '24:00')] }));

    expect(() => quietUntil(times, testZone('Europe/Berlin'), ms('2025-06-02T12:00:00Z'))).toThrow(
      'unusable_policy: quiet hours night never end',
    );
  });
});

describe('on several clocks', () => {
  const clocks = ['Europe/Berlin', 'America/New_York'].map((name) => ({ name, rules: testZone(name) }));
  const times = quietTimes(someQuietHours({ windows: [daily('20:00', '08:00')] }));
  const stretchAt = (order: typeof clocks, at: string) => quietStretch(times, order, null, ms(at));

  it.each([
    ['the night of one runs on into the night of the other', '2025-06-02T22:00:00Z', '2025-06-03T12:00:00Z'],
    ['the night of the other alone', '2025-06-02T10:00:00Z', '2025-06-02T12:00:00Z'],
    ['day on both', '2025-06-02T12:00:00Z', null],
    ['evening on the first', '2025-06-02T18:00:00Z', '2025-06-03T12:00:00Z'],
  ])('%s', (_sentence, at, until) => {
    for (const order of [clocks, [...clocks].reverse()]) {
      expect(stretchAt(order, at)?.until ?? null).toBe(until === null ? null : ms(until));
    }
  });

  it('names the clock on which it is quiet longest, in whatever order they are asked', () => {
    // 05:30Z: the night of Berlin ends at 06:00Z, that of New York at 12:00Z.
    for (const order of [clocks, [...clocks].reverse()]) {
      expect(stretchAt(order, '2025-06-02T05:30:00Z')?.spell.clock.name).toBe('America/New_York');
    }
  });

  it('waits for months where the clocks leave a common hour only in summer, and for ever where they never do', () => {
    const pair = (...names: string[]) => names.map((name) => ({ name, rules: testZone(name) }));
    const winter = stretchAt(pair('Europe/Berlin', 'Pacific/Pago_Pago'), '2025-11-03T12:00:00Z');
    expect(winter?.until).toBe(ms('2026-03-29T06:00:00Z'));
    const never = stretchAt(pair('Africa/Lagos', 'Pacific/Pago_Pago'), '2025-11-03T12:00:00Z');
    expect(never).toMatchObject({ spell: { kind: 'window', text: '20:00-08:00' }, until: null });
  });
});

describe('on several clocks', () => {
  const clocks = (...names: string[]) => names.map((name) => ({ name, rules: testZone(name) }));
  const stretch = (windows: QuietWindow[], names: string[], at: string) =>
    quietStretch(quietTimes(someQuietHours({ windows })), clocks(...names), null, ms(at));

  it('the spell that is told is the one that ends last, and of two that end together the first', () => {
    const told = (...names: string[]) => stretch(NIGHT, names, '2026-06-01T23:30:00Z')?.spell.clock.name;
    expect([told('Europe/Berlin', 'Europe/London'), told('Europe/London', 'Europe/Berlin')]).toEqual(['Europe/London', 'Europe/London']); // prettier-ignore
    expect([told('Europe/Berlin', 'Europe/Paris'), told('Europe/Paris', 'Europe/Berlin')]).toEqual(['Europe/Berlin', 'Europe/Paris']); // prettier-ignore
  });

  it('that come together only in a season, the stretch lasts until then', () => {
    // Five hours apart nine to two leaves nothing; in the week between the changes of the clocks they are four apart.
    const until = stretch([daily('14:00', '09:00')], ['Europe/London', 'America/New_York'], '2026-05-01T12:00:00Z')?.until; // prettier-ignore
    expect(until).toBe(ms('2026-10-25T13:00:00Z'));
  });

  it('that never come together, it never ends, and what is quiet now is told', () => {
    const never = stretch([daily('13:00', '09:00')], ['Europe/London', 'Asia/Tokyo'], '2026-05-01T12:30:00Z');
    expect(never).toMatchObject({ until: null, spell: { kind: 'window', text: '13:00-09:00' } });
  });
});

describe('what a rule is read as', () => {
  it('keeps holidays only where it says so, and does without where nobody knows any', () => {
    expect(quietTimes(someQuietHours()).holidays).toBe(false);
    const festive = quietTimes(someQuietHours({ windows: [], holidays: true }));
    expect(festive.holidays).toBe(true);
    expect(quietUntil(festive, testZone('Europe/Berlin'), ms('2026-12-25T12:00:00Z'))).toBeNull();
  });

  it('names the dates that are none', () => {
    const dates = [{ from: '2025-02-30', to: '2025-03-01' }];
    expect(() => quietTimes(someQuietHours({ dates }))).toThrow(
      'quiet hours night have the dates 2025-02-30 to 2025-03-01',
    );
  });

  it.each([
    ['2026-12-24', '2026-12-26', '2026-12-24 to 2026-12-26'],
    ['2026-12-24', '2026-12-24', '2026-12-24'],
    ['2026-12-24', '2026-1-5', undefined],
    ['+002026-12-24', '2026-12-26', undefined],
    ['2026-12-24T00:00', '2026-12-26', undefined],
  ])('the dates %s to %s are %s', (from, to, text) => {
    expect(parseDates({ from, to })?.text).toBe(text);
  });

  it('visits the dates that touch the days asked for, and no others', () => {
    const times = quietTimes(someQuietHours({ windows: [], dates: [{ from: '1970-01-11', to: '1970-01-12' }] }));
    const visited = (first: number, last: number): number => {
      let spells = 0;
      eachSpell(times, null, first, last, () => spells++);
      return spells;
    };
    expect([visited(8, 9), visited(8, 10), visited(11, 11), visited(12, 14), visited(13, 14)]).toEqual([0, 1, 1, 1, 0]);
  });
});
