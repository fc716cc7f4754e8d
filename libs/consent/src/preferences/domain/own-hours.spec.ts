import { describe, expect, it } from '@jest/globals';
import type { Wishes } from '../../contacts/domain/wishes.js';
import { ownHoursOf, withOwnHours } from './own-hours.js';

type Windows = NonNullable<Wishes['quietHours']>;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7] as const;
const WORK: Windows[number] = { days: [1, 2, 3, 4, 5], start: '20:00', end: '08:00' };
const WEEKEND: Windows[number] = { days: [6, 7], start: '00:00', end: '23:59' };
const night = (start: string, end: string): Windows[number] => ({ days: EVERY_DAY, start, end });

describe('quiet hours on a page that has one time to begin and one to end', () => {
  it.each<[string, Windows, object | null, Windows]>([
    ['none', [], null, []],
    ['every night', [night('22:00', '07:00')], { start: '22:00', end: '07:00' }, []],
    [
      'until midnight, which no time field calls 24:00',
      [night('18:00', '24:00')],
      { start: '18:00', end: '00:00' },
      [],
    ],
    ['on working days and on weekends', [WORK, WEEKEND], null, [WORK, WEEKEND]],
    ['on Sundays', [{ ...WEEKEND, days: [7] }], null, [{ ...WEEKEND, days: [7] }]],
    ['at weekends and every night', [WEEKEND, night('22:00', '07:00')], { start: '22:00', end: '07:00' }, [WEEKEND]],
    [
      'at two times of the day',
      [night('22:00', '07:00'), night('12:00', '13:00')],
      { start: '22:00', end: '07:00' },
      [night('12:00', '13:00')],
    ],
    ['on whole days', [night('00:00', '24:00')], null, [night('00:00', '24:00')]],
  ])('%s: what comes back as it was shown changes nothing', (_name, quietHours, daily, others) => {
    const wishes = { zone: 'Asia/Tokyo', quietHours };
    const shown = ownHoursOf(wishes);
    expect(shown).toEqual({ daily, others });
    expect(withOwnHours(wishes, shown.daily, true)).toBe(wishes);
    expect(withOwnHours(wishes, shown.daily, undefined)).toBe(wishes);
    expect(withOwnHours(wishes, undefined, undefined)).toBe(wishes);
  });

  it.each<[string, Windows, Parameters<typeof withOwnHours>[1], boolean | undefined, Windows | undefined]>([
    [
      'hours of every day come beside the others',
      [WEEKEND],
      { start: '20:00', end: '09:00' },
      true,
      [night('20:00', '09:00'), WEEKEND],
    ],
    [
      'and beside those that were not on the page',
      [WEEKEND],
      { start: '20:00', end: '09:00' },
      undefined,
      [night('20:00', '09:00'), WEEKEND],
    ],
    [
      'the others end alone',
      [WEEKEND, night('18:00', '24:00')],
      { start: '18:00', end: '00:00' },
      false,
      [night('18:00', '24:00')],
    ],
    ['hours of every day end alone', [WEEKEND, night('18:00', '24:00')], null, true, [WEEKEND]],
    [
      'and change alone',
      [WEEKEND, night('18:00', '24:00')],
      { start: '19:00', end: '00:00' },
      true,
      [WEEKEND, night('19:00', '00:00')],
    ],
    ['all end', [WEEKEND, night('18:00', '24:00')], null, false, undefined],
  ])('%s', (_name, quietHours, daily, keepsOthers, after) => {
    const changed = withOwnHours({ zone: 'Asia/Tokyo', quietHours }, daily, keepsOthers);
    expect(changed).toEqual({ zone: 'Asia/Tokyo', ...(after !== undefined && { quietHours: after }) });
  });
});
