import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparedNumber, everywhereWritten, numberForms } from './number-forms.js';

describe('the forms of a number', () => {
  it.each([
    ['Mexico with the 1', '+5215512345678', ['+5215512345678', '+525512345678']],
    ['Mexico without it', '+525512345678', ['+525512345678', '+5215512345678']],
    ['Argentina with the 9', '+5491123456789', ['+5491123456789', '+541123456789']],
    ['Argentina without it', '+541123456789', ['+541123456789', '+5491123456789']],
    ['Brazil with the 9', '+5511987654321', ['+5511987654321', '+551187654321']],
    ['Brazil without it', '+551187654321', ['+551187654321', '+5511987654321']],
    ['a landline of Brazil', '+551132654321', ['+551132654321']],
    ['Germany', '+4915112345678', ['+4915112345678']],
  ])('%s', (_what, number, forms) => {
    expect(numberForms('whatsapp', number)).toEqual(forms);
    expect(numberForms('email', number)).toEqual([number]);
  });

  it('are the same from whichever one begins', () => {
    const country = fc.constantFrom('+521', '+52', '+549', '+54', '+55119', '+5511');
    const rest = fc.stringMatching(/^[1-9]\d{7,9}$/);
    fc.assert(
      fc.property(country, rest, (begin, digits) => {
        const forms = numberForms('sms', begin + digits);
        for (const form of forms) expect([...numberForms('sms', form)].sort()).toEqual([...forms].sort());
      }),
    );
  });

  it.each([
    ['Argentina, with its 15', '+54111523456789', '+5491123456789'],
    ['Argentina, with its 15 and a longer area', '+54351153456789', '+5493513456789'],
    ['Argentina, something else of that length', '+54111423456789', '+54111423456789'],
    ['Mexico with the 1', '+5215512345678', '+525512345678'],
    ['a landline of Brazil', '+551132654321', '+551132654321'],
  ])('are compared as one: %s', (_what, number, compared) => {
    expect(comparedNumber(number)).toBe(compared);
    expect(new Set(numberForms('sms', number).map(comparedNumber))).toEqual(new Set([compared]));
  });

  it('are compared as one of them, whichever begins', () => {
    const begin = fc.constantFrom('+521', '+52', '+549', '+54', '+55119', '+5511', '+541115', '+49');
    fc.assert(
      fc.property(begin, fc.stringMatching(/^[1-9]\d{7,9}$/), (code, digits) => {
        const forms = numberForms('sms', code + digits);
        const compared = new Set(forms.map(comparedNumber));
        expect([compared.size, forms]).toEqual([1, expect.arrayContaining([...compared])]);
      }),
    );
  });

  it('are one number wherever it is called or written to, and another address is itself', () => {
    expect(everywhereWritten('sms', '+525512345678')).toHaveLength(6);
    expect(
      everywhereWritten('phone', '+4915112345678')
        .map(({ channel }) => channel)
        .sort(),
    ).toEqual([...['phone', 'sms', 'whatsapp']]);
    expect(everywhereWritten('push', 'x')).toEqual([{ channel: 'push', address: 'x' }]);
  });
});
