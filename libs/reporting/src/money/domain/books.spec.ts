import { describe, expect, it } from '@jest/globals';
import { FixedOffsetZone } from 'luxon';
import type { Fact, Known } from '../../facts/domain/fact.js';
import { factsByKind } from '../../facts/domain/known-facts.js';
import { type Books, booksOf, conversionsOf } from './books.js';

const known = (fact: Fact, id: string, at: number): Known => ({ ...fact, id, at, n: at, by: 'spec' });
const contactId = 'ann';
const value = { amount: 100, currency: 'EUR' };
const deal = known(
  { kind: 'opportunity', status: 'won', closedAt: 90, value, contactId, lead: 'l', roles: [] },
  'd',
  50,
);
const stage = known({ kind: 'stage', lead: 'l', stage: 'mql', contactId }, 's', 10);
const rate = known({ kind: 'exchange_rate', from: 'EUR', to: 'USD', day: '1970-01-01', rate: '2' }, 'r', 1);
const options = { currency: 'EUR', zone: FixedOffsetZone.utcInstance, asOf: 100, accounts: new Map([['ann', 'A']]) };
const won = (books: Books) => conversionsOf(books, { of: 'won', event: null })[0];

describe('what follows from a deal', () => {
  const facts = factsByKind([deal, stage, rate]);
  const books = booksOf(facts, options);

  it('is not worked out again while all that it depends on is as it was', () => {
    const others = { ...facts, opportunity: [...facts.opportunity] };
    expect(won(booksOf(others, { ...options, before: books }))).toBe(won(books));
    expect(won(books)).toMatchObject({ account: 'A', leadAt: 10, value: 100 });
  });

  it.each([
    ['stages', { ...facts, stage: [] }, {}, { leadAt: null }],
    ['accounts', facts, { accounts: new Map([['ann', 'B']]) }, { account: 'B' }],
    ['the currency', facts, { currency: 'USD' }, { value: 200 }],
    ['rates', { ...facts, exchange_rate: [] }, { currency: 'USD' }, { amount: null }],
  ])('changes with %s', (_what, changed, other, expected) => {
    won(books);
    expect(won(booksOf(changed, { ...options, ...other, before: books }))).toMatchObject(expected);
  });
});
