import { describe, expect, it } from '@jest/globals';
import { countryOfNumber, isNumberedCountry, numberMeant, numberReadings } from './written-number.js';

const numbersOf = (written: string, country?: string): string[] =>
  numberReadings(written, country).map(({ number }) => number);
const meant = (written: string, known: readonly string[] = [], home: string | null = null): string => {
  const by = numberMeant(numberReadings(written), new Set(known), home);
  return by.kind === 'one' ? by.number : by.kind;
};

describe('the number that is meant', () => {
  it.each([
    ['+4915112345678', '+4915112345678'],
    ['+49 151 12345678', '+4915112345678'],
    ['+49 (0)151 / 123-45678', '+4915112345678'],
    ['+49 0151 12345678', '+4915112345678'],
    ['0049 (0) 151 12345678', '+4915112345678'],
    ['004915112345678', '+4915112345678'],
    ['4915112345678', '+4915112345678'],
    ['tel:+49-151-12345678', '+4915112345678'],
    ['TEL:+4915112345678;phone-context=example.com', '+4915112345678'],
    ['\uff0b4915112345678', '+4915112345678'],
    ['436641234567', '+436641234567'],
    ['12025550123', '+12025550123'],
    ['0114915112345678', '+4915112345678'], // North America's way abroad
    ['00114915112345678', '+4915112345678'], // Australia's
    ['001491711234567', '+491711234567'], // Korea's and Hong Kong's
    ['390612345678', '+390612345678'], // In Italy the 0 of a landline stays
    ['+390612345678', '+390612345678'],
    ['+5215512345678', '+5215512345678'], // a form of former times
    ['021 11 98765-4321', 'several'],
    // Whose it is, nobody can tell.
    ['0664 1234567', 'several'],
    ['0151 12345678', 'several'],
    ['91234567', 'several'],
    ['2025550123', 'several'],
    // What nobody can call back.
    ['SHORT', 'none'],
    ['72345', 'none'],
    ['Nord Licht', 'none'],
    ['+0123456789', 'none'],
    ['+999123456789', 'none'],
    ['+49', 'none'],
    ['00', 'none'],
    ['', 'none'],
    ['491511234567890123', 'none'],
    ['+49151123456x', 'none'],
  ])('by %s alone', (written, number) => {
    expect(meant(written)).toBe(number);
  });

  it.each([
    ['0151 12345678', 'DE', '+4915112345678'],
    ['15112345678', 'DE', null], // nobody dials so
    ['0664 1234567', 'AT', '+436641234567'],
    ['2025550123', 'US', '+12025550123'],
    ['91234567', 'NO', '+4791234567'],
    ['06 12345678', 'IT', '+390612345678'],
    ['340 1234567', 'IT', '+393401234567'],
    ['0 21 11 98765-4321', 'BR', '+5511987654321'], // by a carrier
    ['011 15 2345-6789', 'AR', '+5491123456789'], // a mobile phone, as it is dialled within
    ['0011 49 151 12345678', 'AU', '+4915112345678'],
    ['001 49 151 12345678', 'KR', '+4915112345678'],
    ['8 912 345-67-89', 'RU', '+79123456789'],
    ['4915112345678', 'US', '+4915112345678'],
  ])('%s is, dialled in %s, %s', (written, country, number) => {
    expect(numbersOf(written, country)).toEqual(number === null ? [] : [number]);
  });

  it('is that of the one contact point that has it, in whichever country', () => {
    expect(meant('06641234567', ['+436641234567'])).toBe('+436641234567');
    expect(meant('06641234567', ['+436641234567'], 'DE')).toBe('+436641234567');
    expect(meant('06641234567', ['+496641234567', '+4915112345678'])).toBe('+496641234567');
    expect(meant('491651234567', ['+491651234567'])).toBe('several'); // no plan has it, and nobody wrote a plus
  });

  it('is that of the country of the number it came to, where none or several have it', () => {
    expect(meant('06641234567', [], 'AT')).toBe('+436641234567');
    expect(meant('06641234567', ['+436641234567', '+496641234567'])).toBe('several');
    expect(meant('06641234567', ['+436641234567', '+496641234567'], 'AT')).toBe('+436641234567');
    expect(meant('06641234567', ['+436641234567', '+496641234567'], 'IT')).toBe('several');
    expect(meant('06641234567', [], 'SE')).toBe('several');
  });

  it('knows countries by their two letters, and where a number is', () => {
    expect(['AT', 'XX', 'at', ''].map(isNumberedCountry)).toEqual([true, false, false, false]);
    expect(['+436641234567', '72345', 'Nord Licht', '+999123456789'].map(countryOfNumber)).toEqual(['AT', null, null, null]); // prettier-ignore
  });
});
