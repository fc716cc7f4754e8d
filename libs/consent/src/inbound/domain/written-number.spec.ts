import { describe, expect, it } from '@jest/globals';
import { places } from '#lib/platform';
import { type HomeNumbering, numberMeant } from './written-number.js';

const [DE, US, NO, IT] = (
  [
    ['DE', '49'],
    ['US', '1'],
    ['NO', '47'],
    ['IT', '39'],
  ] as const
).map(([country, callingCode]): HomeNumbering => ({ country, callingCode }));
const countriesOf = (number: string): readonly string[] => {
  const of = places.ofPhone(number);
  return of === null ? [] : (of.countries ?? [of.country]);
};

describe('the number that is meant', () => {
  it.each<[string, HomeNumbering | undefined, string | null]>([
    ['+491651234567', DE, '+491651234567'],
    ['491651234567', DE, '+491651234567'],
    ['4930901820', DE, '+4930901820'],
    ['00491651234567', DE, '+491651234567'],
    ['01651234567', DE, '+491651234567'],
    ['+49 165 1234567', DE, '+491651234567'],
    ['+49 (0)165 / 123-4567', DE, '+491651234567'],
    ['0049 (0) 165 1234567', DE, '+491651234567'],
    ['tel:+49-165-1234567', DE, '+491651234567'],
    ['TEL:+491651234567;phone-context=example.com', DE, '+491651234567'],
    ['436641234567', DE, '+436641234567'],
    ['2025550123', US, '+12025550123'],
    ['12025550123', US, '+12025550123'],
    ['(202) 555-0123', US, '+12025550123'],
    ['011491651234567', US, '+491651234567'],
    ['4791234567', NO, '+4791234567'],
    ['91234567', NO, '+4791234567'],
    ['3401234567', IT, '+393401234567'],
    // What nobody can call back.
    ['SHORT', DE, null],
    ['72345', DE, null],
    ['Nord Licht', DE, null],
    ['1651234567', DE, null],
    ['0612345678', NO, null],
    ['+0123456789', DE, null],
    ['00', DE, null],
    ['', DE, null],
    ['999999999999', DE, null],
    ['491651234567890123', DE, null],
    ['+49165123456x', DE, null],
  ])('by %s', (written, home, number) => {
    expect(numberMeant(written, home as HomeNumbering, countriesOf)).toBe(number);
  });

  it('cannot be told without a plus where the country is not known', () => {
    expect(numberMeant('01651234567', { country: 'DE', callingCode: null }, countriesOf)).toBeNull();
    expect(numberMeant('0049 165 1234567', { country: 'DE', callingCode: null }, countriesOf)).toBe('+491651234567');
  });
});
