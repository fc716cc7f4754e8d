import { describe, expect, it } from '@jest/globals';
import { monthBounds } from './bounds.js';
import { feedSet } from './feed-set.js';
import { textsOf } from './narrowed.js';
import { type Condition, FilterProblem, parseFilter } from './filter.js';
import { parseQuery, writeToken } from './feed-query.js';
import { monthsWithin } from './months.js';
import { FixedOffsetZone } from 'luxon';

const TOUCHES = feedSet('Touches');

/** As fully bracketed text. */
function written(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return `(${condition.of.map(written).join(` ${condition.kind} `)})`;
    case 'not':
      return `!${written(condition.of)}`;
    case 'compare':
      return `${condition.property.name} ${condition.is} ${condition.value ?? 'null'}`;
    case 'in':
      return `${condition.property.name} in [${condition.values.join('|')}]`;
    case 'text':
      return `${condition.is}(${condition.property.name}|${condition.value})`;
  }
}

function problemOf(text: string): string {
  try {
    return written(parseFilter(text, TOUCHES));
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    return error.isNotOffered ? 'not offered' : 'wrong';
  }
}

const ID = '019aa4d6-0c00-7000-8000-000000000000';

describe('$filter', () => {
  it.each([
    ["Channel eq 'email'", 'Channel eq email'],
    ["Channel eq 'it''s'", "Channel eq it's"],
    ["Channel eq 'a and (b)'", 'Channel eq a and (b)'],
    [
      'At ge 2026-01-01T00:00:00Z and At lt 2026-02-01T00:00:00Z',
      '(At ge 2026-01-01T00:00:00Z and At lt 2026-02-01T00:00:00Z)',
    ],
    ['At eq 2026-01-01T01:00:00.1234567+02:00', 'At eq 2025-12-31T23:00:00.123456Z'],
    [
      "Type eq 'sent' or Type eq 'clicked' and Channel ne 'sms'",
      '(Type eq sent or (Type eq clicked and Channel ne sms))',
    ],
    [
      "(Type eq 'sent' or Type eq 'clicked') and not (Channel eq 'sms')",
      '((Type eq sent or Type eq clicked) and !Channel eq sms)',
    ],
    [`MessageId in (${ID},${ID.toUpperCase()})`, `MessageId in [${ID}|${ID}]`],
    ['Campaign eq null', 'Campaign eq null'],
    ['2026-01-01T00:00:00Z le At', 'At ge 2026-01-01T00:00:00Z'],
    ["contains(Campaign,'ring') eq false", '!contains(Campaign|ring)'],
    ["startswith(Campaign, 'sp') and Automated", '(startswith(Campaign|sp) and Automated eq true)'],
  ])('%s', (text, meant) => {
    expect(written(parseFilter(text, TOUCHES))).toBe(meant);
  });

  it.each([
    ...['', 'Type', 'Type eq', 'Type eq sent', "Type eq 'sent", "Type eq 'sent')", "(Type eq 'sent'", "Type is 'sent'"],
    ...["Nothing eq 'x'", "Type eq 'sent' and", "MessageId eq 'x'", 'At ge 2026-02-30T00:00:00Z', 'At ge 2026-01-01'],
    ...['At ge 0000-01-01T00:00:00Z', 'At ge 2026-01-01T25:00:00Z', 'Automated eq 1', 'contains(At,1)', 'Type in ()'],
    ...[`${'('.repeat(60)}Automated${')'.repeat(60)}`, 'contains(Type,null)', `${'not '.repeat(99)}Automated`],
  ])('means nothing: %s', (text) => {
    expect(problemOf(text)).toBe('wrong');
  });

  it.each([
    "tolower(Type) eq 'sent'",
    "Type eq tolower('SENT')",
    'year(At) eq 2026',
    "Type has 'x'",
    'Type eq Channel',
  ])('is not offered: %s', (text) => {
    expect(problemOf(text)).toBe('not offered');
  });

  it('says between which months results are wanted', () => {
    const results = feedSet('AttributionResults');
    const months = (filter: string | null) => {
      const condition = filter === null ? null : parseFilter(filter, results);
      const zone = FixedOffsetZone.utcInstance;
      const found = monthsWithin(monthBounds(condition), zone, Date.parse('2026-11-26T12:00:00Z'));
      return found?.map(({ from }) => new Date(from).toISOString().slice(0, 7)) ?? null;
    };
    expect(months(null)).toHaveLength(12);
    expect(months('From ge 2026-08-01T00:00:00Z')).toEqual(['2026-08', '2026-09', '2026-10', '2026-11']);
    expect(months("From ge 2026-08-01T00:00:00Z and From lt 2026-10-01T00:00:00Z and Model eq 'linear'")).toEqual([
      ...['2026-08', '2026-09', '2026-10'],
    ]);
    expect(months('From eq 2026-08-01T00:00:00Z or From eq 2026-10-01T00:00:00Z')).toHaveLength(3);
    const august = ['2026-08', '2026-09', '2026-10', '2026-11'];
    expect(months('not (From lt 2026-08-01T00:00:00Z)')).toEqual(august);
    expect(months("not (From lt 2026-08-01T00:00:00Z or Model eq 'linear')")).toEqual(august);
    expect(months('From in (2026-08-01T00:00:00Z,2026-10-01T00:00:00Z)')).toEqual(['2026-08', '2026-09', '2026-10']);
    // The month that ends then, and some beside it, of which the condition is asked again.
    expect(months('To eq 2026-10-01T00:00:00Z')).toEqual(expect.arrayContaining(['2026-09']));
    expect(months('To gt 2026-09-01T00:00:00Z')).toEqual(expect.arrayContaining(august));
    expect(months("Model eq 'linear' or Name eq 'x'")).toHaveLength(12);
    // No few months hold every row that fulfils these.
    for (const open of [
      'not (From ge 2026-08-01T00:00:00Z)',
      'To le 2026-08-01T00:00:00Z',
      'From ne 2026-08-01T00:00:00Z',
      "From ge 2026-08-01T00:00:00Z or Model eq 'linear'",
      'not (From in (2026-08-01T00:00:00Z))',
    ])
      expect(() => months(open)).toThrow(FilterProblem);
    expect(months('From ge 1999-01-01T00:00:00Z')).toBeNull();
    expect(months('From ge 2030-01-01T00:00:00Z')).toEqual([]);
  });
});

describe('what a condition names', () => {
  const named = (text: string) => textsOf(parseFilter(text, feedSet('Credits')), 'Model');
  it.each([
    ["Model eq 'a'", ['a']],
    ["Model in ('a','b') and Place gt 1", ['a', 'b']],
    ["(Model eq 'a' or Model eq 'b') and Model in ('b','c')", ['b']],
    ["Model eq 'a' and Model eq 'b'", []],
    ["'a' eq Model", ['a']],
  ])('is known of %s', (text, wanted) => {
    expect([...(named(text) ?? ['any'])]).toEqual(wanted);
  });

  it.each([
    ...["Model eq 'a' or Place gt 1", "not (Model eq 'a')", "Model ne 'a'", "Model gt 'a'", "Name eq 'a'"],
    ...["startswith(Model,'a')", 'Model eq null', "not (Model in ('a'))"],
  ])('may be anything of %s', (text) => {
    expect(named(text)).toBeNull();
  });
});

describe('a link to the next page', () => {
  const options = { filter: "Type eq 'sent'", orderBy: 'Campaign desc' };
  const { order } = parseQuery(TOUCHES, options);
  const token = { asOf: '2026-01-01T00:00:00.123456Z', after: [null, ID, 'sent', '2025-01-01T00:00:00Z', ''] };

  it('orders by what is asked for and then by the key, in the same direction', () => {
    expect(order.map(({ property, isDescending }) => [property.name, isDescending])).toEqual(
      ['Campaign', 'MessageId', 'Type', 'At', 'Event'].map((name) => [name, true]),
    );
  });

  it('is good for the question it belongs to, and for no other', () => {
    const skipToken = writeToken(token, TOUCHES, options);
    expect(parseQuery(TOUCHES, { ...options, skipToken, top: 3 }).token).toEqual(token);
    for (const other of [{ ...options, filter: "Type eq 'x'" }, { filter: options.filter }, {}])
      expect(() => parseQuery(TOUCHES, { ...other, skipToken })).toThrow(FilterProblem);
    for (const wrong of ['', 'x', 'bnVsbA', Buffer.from('[1]').toString('base64url'), `${skipToken.slice(0, -6)}`])
      expect(() => parseQuery(TOUCHES, { ...options, skipToken: wrong })).toThrow(FilterProblem);
  });
});
