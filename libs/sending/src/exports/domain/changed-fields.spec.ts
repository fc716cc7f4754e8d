import { expect, it } from '@jest/globals';
import { changesOf } from './changed-fields.js';

const NOTHING = {
  language: null,
  zone: null,
  country: null,
  segments: [],
  wishes: {},
  pausedUntil: null,
  attributes: {},
};
const entry = (change: object, id = 'ada') => ({ type: 'contact.changed', disclosed: { contact: { id }, change } });
const whole = (fields: object, created = false, id = 'ada') => entry({ created, ...NOTHING, ...fields }, id);
const quiet = [{ days: [6, 7], start: '20:00', end: '09:00' }];
const named = (...ledger: ReturnType<typeof entry>[]): string[] =>
  Object.keys(changesOf(ledger).at(-1) ?? {}).filter((name) => name !== 'created');

it.each<[string, string[], ReturnType<typeof entry>[]]>([
  ['at the beginning what was set', ['language'], [whole({ language: 'de' }, true)]],
  ['one field of a record', ['country'], [whole({ language: 'de' }, true), whole({ language: 'de', country: 'AT' })]],
  ['nothing of the same record again', [], [whole({ language: 'de' }, true), whole({ language: 'de' })]],
  ['what is cleared', ['language'], [whole({ language: 'de' }, true), whole({})]],
  ['nothing of what is empty in another way', [], [entry({ created: true, zone: '' }), whole({})]],
  ['nothing where names have another order', [], [whole({ attributes: { a: 1, b: 2 } }, true), whole({ attributes: { b: 2, a: 1 } })]], // prettier-ignore
  ['what was there first, when it comes back', ['zone'], [whole({ zone: 'a' }, true), whole({ zone: 'b' }), whole({ zone: 'a' })]], // prettier-ignore
  ['what the person chose', ['wishes.quietHours'], [whole({}, true), entry({ 'wishes.quietHours': quiet })]],
  ['nothing of it in the record that follows', ['country'], [whole({}, true), entry({ 'wishes.quietHours': quiet }), entry({ language: 'fr' }), whole({ language: 'fr', wishes: { quietHours: quiet }, country: 'AT' })]], // prettier-ignore
  ['nothing of what the person took back since', [], [whole({ wishes: { zone: 'a' } }, true), entry({ 'wishes.zone': null }), whole({})]], // prettier-ignore
  ['what an operator sets against it', ['wishes'], [whole({}, true), entry({ 'wishes.quietHours': quiet }), whole({})]],
  ['of another person nothing', ['zone'], [whole({ zone: 'a' }, true), whole({ zone: 'a' }, true, 'bob')]],
  ['after a merge what neither had', ['country'], [whole({ segments: ['x'], zone: 'a' }, true), whole({ segments: ['y'], language: 'fr' }, true, 'bob'), entry({ merged: { id: 'bob' }, subject: 's' }), whole({ segments: ['x', 'y'], zone: 'a', language: 'fr', country: 'AT' })]], // prettier-ignore
])('names %s', (_what, names, ledger) => expect(named(...ledger)).toEqual(names));

it('tells of nothing but details, and keeps the order', () => {
  const other = { type: 'send.accepted', disclosed: { change: { language: 'de' } } };
  expect(changesOf([other, entry({ language: 'fr' }), { ...other, disclosed: {} }])).toEqual([
    null,
    { language: 'fr' },
    null,
  ]);
});
