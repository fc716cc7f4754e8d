import { describe, expect, it } from '@jest/globals';
import { type Chosen, lessOf, readWas, type Was, writeWas } from './less.js';

const [A, B] = ['AAAAAAAAAA', 'BBBBBBBBBB'];
const was = (more: Partial<Was> = {}): Was => ({ frequency: 'any', pause: 'none', ticked: [A, B], ...more });
const chosen = ({
  ticked = [A, B],
  ...more
}: Partial<Omit<Chosen, 'ticked'>> & { ticked?: string[] } = {}): Chosen => ({
  ...{ frequency: 'any', pause: 'none', pauseDay: null, ...more },
  ticked: new Set(ticked),
});
const less = (more: object = {}) => ({ off: [], frequency: null, pause: null, ...more });

describe('what of a form lets less through', () => {
  it.each<[string, Was, Chosen, object | null]>([
    ['nothing, when nothing was touched', was(), chosen(), null],
    ['a box that was unticked', was(), chosen({ ticked: [B] }), less({ off: [A] })],
    ['all boxes', was(), chosen({ ticked: [] }), less({ off: [A, B] })],
    ['nothing of a box that was ticked', was({ ticked: [A] }), chosen(), null],
    ['a rarer frequency', was(), chosen({ frequency: 'monthly' }), less({ frequency: 'monthly' })],
    ['not a more frequent one', was({ frequency: 'monthly' }), chosen({ frequency: 'weekly' }), null],
    ['not another than an agreement that the page has no choice for', was({ frequency: 'other' }), chosen({ frequency: 'weekly' }), null], // prettier-ignore
    ['nothing of a frequency that there is not', was(), chosen({ frequency: 'hourly' }), null],
    ['a break', was(), chosen({ pause: '90' }), less({ pause: '90' })],
    ['a break until a day', was(), chosen({ pause: 'until', pauseDay: '2026-12-24' }), less({ pause: '2026-12-24' })],
    ['a break by the zone beside it', was(), chosen({ pause: '30', zone: 'Asia/Tokyo' }), less({ pause: '30', zone: 'Asia/Tokyo' })], // prettier-ignore
    [
      'a break by the zone that is known',
      was(),
      chosen({ pause: '30', zone: null }),
      less({ pause: '30', zone: null }),
    ],
    ['nothing of a zone alone', was(), chosen({ zone: 'Asia/Tokyo' }), null],
    ['no break until a day that is none', was(), chosen({ pause: 'until', pauseDay: '2026-13-40' }), null],
    ['no break that is there already', was({ pause: 'keep' }), chosen({ pause: 'keep' }), null],
    ['not the end of a break', was({ pause: 'keep' }), chosen({ pause: 'none' }), null],
  ])('%s', (_what, before, after, expected) => {
    expect(lessOf(before, after)).toEqual(expected);
  });

  it.each([was(), was({ ticked: [] }), was({ frequency: 'other', pause: 'keep' })])(
    'goes through a field: %j',
    (one) => {
      expect(readWas(writeWas(one))).toEqual(one);
    },
  );

  it.each([null, '', 'any', 'any.none', 'any.none.AAA', 'any.none.AAAAAAAAA"', `any.none.${'A'.repeat(30_000)}`])(
    'reads nothing from %j',
    (text) => {
      expect(readWas(text)).toBeNull();
    },
  );
});
