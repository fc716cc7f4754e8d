import { expect, it } from '@jest/globals';
import { isNoSuchNumber } from './twilio-codes.js';

it.each<[string, number, string | null, boolean]>([
  ['no number at all', 21211, '+4930123456', true],
  ['a short code', 21265, '+4930123456', true],
  ['one that takes no SMS', 21614, null, true],
  ['a landline, refused', 21635, 'Nordlicht', true],
  ['a landline, found out later', 30006, '+4930123456', true],
  ['a landline, written to by a name', 30006, 'Nordlicht', true],
  ['a landline, or a carrier that a short code does not reach', 30006, '72345', false],
  ['a landline, or nobody knows from where it was sent', 30006, null, false],
  ['a number that is not in service', 30005, '72345', true],
  ['nobody on another channel', 63003, 'whatsapp:+4930123456', true],
  ['a phone that is off', 30003, '+4930123456', false],
  ['a carrier that blocks', 30004, '+4930123456', false],
  ['a filter', 30007, '+4930123456', false],
  ['what nobody knows', 30008, '+4930123456', false],
  ['a phone that takes no MMS', 30011, '+4930123456', false],
  ['our own number', 21266, '+4930123456', false],
  ['a wrong sender', 21606, '+4930123456', false],
])('of %s (%d) it is said for good: %s, %s', (_name, code, from, expected) =>
  expect(isNoSuchNumber(code, from)).toBe(expected),
);
