import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../test/support/runs.js';
import { PATHS_HEADER, pathRow } from '../csv/paths-writer.js';
import { PathsReader } from '../csv/paths-reader.js';
import { ConversionsReader, TouchesReader } from '../csv/touches-reader.js';
import { totalOf } from '../path-table.js';
import { conversionPaths, type PathOptions, type PathSummary } from './conversion-paths.js';
import { instantOf } from './instant.js';

interface Options extends Partial<PathOptions> {
  readonly dimension?: 'channel' | 'campaign';
}

const DEFAULTS = { lookbackDays: 90, unit: 'account', reset: false, dimension: 'channel' } as const;

function pathsOf(
  touches: string,
  conversions: string,
  options: Options = {},
): { rows: string[]; summary: PathSummary } {
  const encoder = new TextEncoder();
  const { dimension, ...rest } = { ...DEFAULTS, ...options };
  const touchesReader = new TouchesReader(dimension, rest.unit);
  touchesReader.push(encoder.encode(touches));
  const conversionsReader = new ConversionsReader();
  conversionsReader.push(encoder.encode(conversions));
  const log = touchesReader.end();
  const paths = conversionPaths(log, conversionsReader.end(), rest);
  const rows: string[] = [];
  for (;;) {
    const next = paths.next();
    if (next.done === true) return { rows, summary: next.value };
    rows.push(pathRow(log, next.value));
  }
}

const TOUCHES = 'touch_id,account_id,contact_id,ts,channel,campaign,cost\n';
const CONVERSIONS = 'conversion_id,account_id,ts,value,lead_ts,opp_ts\n';

describe('paths out of touches and conversions', () => {
  it('hold the touches of all contacts of the account in the look-back, both ends included', () => {
    const touches = `${TOUCHES}t1,A,ann,2026-01-01T00:00:00Z,fair,,
t2,A,bob,2026-01-01T00:00:00.001Z,email,spring,1
t3,A,ann,2026-03-01,ads,,2.5
t4,A,bob,2026-04-01T00:00:00Z,email,,
t5,A,bob,2026-04-01T00:00:00.001Z,web,,
`;
    const won = `${CONVERSIONS}c1,A,2026-04-01T00:00:00Z,1000.5,2026-03-15,2026-03-31T23:59:59+02:00\n`;
    expect(pathsOf(touches, won).rows).toEqual([
      `fair > email > ads > email,1,1000.5,0,90 > ${90 - 1 / 86_400_000} > 31 > 0,lc=2;oc=2;cw=3`,
    ]);
    expect(pathsOf(touches, won, { lookbackDays: 31 }).rows).toEqual(['ads > email,1,1000.5,0,31 > 0,lc=0;oc=0;cw=1']);
    expect(pathsOf(touches, won, { dimension: 'campaign' }).rows[0]).toMatch(
      /^\(none\) > spring > \(none\) > \(none\),/,
    );
  });

  it('take the same message to several contacts within a day for one touch, where that is asked for', () => {
    const touches = `touch_id,account_id,contact_id,ts,channel,message
t1,A,ann,2026-03-01T08:00:00Z,email,m1
t2,A,bob,2026-03-01T08:00:01Z,email,m1
t3,A,cem,2026-03-02T08:00:00Z,email,m1
t4,A,dan,2026-03-02T08:00:00.001Z,email,m1
t5,A,ann,2026-03-02T09:00:00Z,email,m1
t6,A,eva,2026-03-03,email,m2
t7,A,ann,2026-03-03,fair,
t8,A,bob,2026-03-03,fair,
t9,B,ann,2026-03-01T08:00:00Z,email,m1
`;
    const won = `${CONVERSIONS}c1,A,2026-04-01T00:00:00Z,100,,\n`;
    // More than a day after the first it is a new one, which Ann gets for the second time.
    expect(pathsOf(touches, won, { collapseSend: true }).rows[0]).toMatch(
      /^email > email > email > fair > fair,1,100,/,
    );
    expect(pathsOf(touches, won).rows[0]).toMatch(/^(email > ){6}fair > fair,1,100,/);
    expect(
      pathsOf(touches, won, { collapseSend: true, unit: 'contact' }).rows.filter((row) => row.includes(',100')),
    ).toEqual([]);
    const log = new TouchesReader('channel', 'account');
    log.push(new TextEncoder().encode(touches));
    const conversions = new ConversionsReader();
    conversions.push(new TextEncoder().encode(won));
    const [path] = conversionPaths(log.end(), conversions.end(), { ...DEFAULTS, collapseSend: true });
    expect([...(path?.sharing ?? [])]).toEqual([
      [0, [0, 1, 2]],
      [3, [3, 4]],
    ]);
  });

  it('order touches of one instant by their ids', () => {
    const at = '2026-01-01T00:00:00Z';
    const touches = `${TOUCHES}b,A,x,${at},second,,\na,A,x,${at},first,,\naa,A,y,${at},between,,\n`;
    const [row] = pathsOf(touches, `${CONVERSIONS}c,A,2026-01-02,1,,\n`).rows;
    expect(row).toBe('first > between > second,1,1,0,1 > 1 > 1,cw=2');
  });

  it('leave out a milestone before the first touch', () => {
    const [row] = pathsOf(
      `${TOUCHES}a,A,x,2026-01-02,email,,\n`,
      `${CONVERSIONS}c,A,2026-01-03,1,2026-01-01,2026-01-02\n`,
    ).rows;
    expect(row).toBe('email,1,1,0,1,oc=0;cw=0');
  });

  it('give a touch to every conversion, or with reset to the next alone', () => {
    const touches = `${TOUCHES}t1,A,x,2026-01-01,a,,\nt2,A,x,2026-01-10,b,,\nt3,A,x,2026-01-20,c,,\n`;
    const won = `${CONVERSIONS}c2,A,2026-01-20,20,,\nc1,A,2026-01-10,10,,\nc3,A,2026-01-20,30,,\n`;
    expect(pathsOf(touches, won).rows.map((row) => row.split(',').slice(0, 3))).toEqual([
      ['a > b', '1', '10'],
      ['a > b > c', '1', '20'],
      ['a > b > c', '1', '30'],
    ]);
    expect(pathsOf(touches, won, { reset: true }).rows.map((row) => row.split(',').slice(0, 3))).toEqual([
      ['a > b', '1', '10'],
      ['c', '1', '20'],
      ['', '1', '30'],
    ]);
  });

  it('give with reset a touch to one conversion of the account, whoever of it converts', () => {
    const touches = `${TOUCHES}t1,A,ann,2026-01-01,fair,,\nt2,A,bob,2026-01-15,cpc,,\n`;
    const won =
      'conversion_id,account_id,ts,value,contact_id\nc1,A,2026-01-10,100,ann\nc2,A,2026-01-11,200,bob\nc3,A,2026-01-20,300,\n';
    const rowsOf = (options: object) => pathsOf(touches, won, options).rows.map((row) => row.split(',').slice(0, 3));
    expect(rowsOf({ reset: true })).toEqual([
      ['fair', '1', '100'],
      ['', '1', '200'],
      ['cpc', '1', '300'],
    ]);
    // By contact bob has his own, and what converts without a name is of all of them, after what each has converted.
    expect(rowsOf({ reset: true, unit: 'contact' })).toEqual([
      ['fair', '1', '100'],
      ['', '1', '200'],
      ['cpc', '1', '300'],
    ]);
  });

  it('keep conversions without a touch, and count them', () => {
    const { rows, summary } = pathsOf(`${TOUCHES}t,B,x,2026-01-01,a,,\n`, `${CONVERSIONS}c,A,2026-01-02,7,,\n`);
    expect(rows).toEqual([',1,7,0,,', 'a,0,0,1,,']);
    expect(summary).toMatchObject({ conversions: 1, withoutTouch: 1, nulls: 1, open: 0 });
  });

  it('call an account without conversion null once its last touch is older than the median sales cycle', () => {
    const touches = `${TOUCHES}t1,A,x,2026-01-01,a,,
t2,B,x,2026-02-01,b,,
t3,C,x,2026-02-19,c,,
t4,C,x,2025-10-01,old,,
t5,D,x,2026-02-20,d,,
`;
    // Cycles of 10 days (first touch) and 20 days (lead): a median of 15.
    const won = `${CONVERSIONS}c1,A,2026-01-11,1,,\nc2,A,2026-03-06,2,2026-02-14,\n`;
    const { rows, summary } = pathsOf(touches, won);
    expect(summary).toEqual({ conversions: 2, withoutTouch: 0, nulls: 2, open: 1, medianCycleDays: 15 });
    expect(rows.slice(2)).toEqual(['b,0,0,1,,', 'c,0,0,1,,']);
    const earlier = pathsOf(touches, won, { asOf: instantOf('2026-02-19') });
    expect(earlier.summary).toEqual({ conversions: 1, withoutTouch: 0, nulls: 1, open: 1, medianCycleDays: 10 });
  });

  it('by contact divide a conversion evenly among the contacts who were reached', () => {
    const touches = `${TOUCHES}t1,A,ann,2026-01-01,a,,\nt2,A,bob,2026-01-02,b,,\nt3,A,bob,2026-01-03,c,,\nt4,A,eve,2020-01-01,old,,\nt5,B,kim,2026-01-01,k,,\n`;
    const won = `${CONVERSIONS}c,A,2026-01-04,100,,\n`;
    expect(pathsOf(touches, won, { unit: 'contact' }).rows).toEqual([
      'a,0.5,50,0,3,cw=0',
      'b > c,0.5,50,0,2 > 1,cw=1',
      'k,0,0,1,,',
    ]);
    const named = 'conversion_id,account_id,contact_id,ts,value\nc,A,bob,2026-01-04,100\n';
    expect(pathsOf(touches, named, { unit: 'contact' }).rows[0]).toBe('b > c,1,100,0,2 > 1,cw=1');
  });

  it('take a touch and a conversion that come twice for one', () => {
    const touch = 't1,A,x,2026-01-01,a,,\n';
    const conversion = 'c1,A,2026-01-02,5,,\n';
    expect(pathsOf(TOUCHES + touch + touch, CONVERSIONS + conversion + conversion).rows).toEqual(['a,1,5,0,1,cw=0']);
  });

  it.each([
    [
      'a touch twice and not the same',
      't1,A,x,2026-01-01,a,,\nt1,A,x,2026-01-02,a,,\n',
      '',
      /line 3: the touch "t1" is there already/,
    ],
    [
      'a conversion twice and not the same',
      '',
      'c,A,2026-01-01,1,,\nc,A,2026-01-01,2,,\n',
      /line 3: the conversion "c" is there already/,
    ],
    ['a day that is not in the calendar', 't1,A,x,2026-02-30,a,,\n', '', /line 2: ts is a time .*"2026-02-30" is not/],
    ['no channel', 't1,A,x,2026-01-01,,,\n', '', /line 2: has no channel/],
    ['no account', '', 'c,,2026-01-01,1,,\n', /line 2: has no account_id/],
    ['a channel with >', 't1,A,x,2026-01-01,a>b,,\n', '', /line 2: the channel "a>b" holds ">"/],
    ['a cost in words', 't1,A,x,2026-01-01,a,,much\n', '', /line 2: cost is a decimal/],
    ['a negative value', '', 'c,A,2026-01-01,-1,,\n', /line 2: value is a decimal/],
  ])('are refused with %s', (_name, touches, conversions, problem) => {
    expect(() => pathsOf(TOUCHES + touches, CONVERSIONS + conversions)).toThrow(problem);
  });

  it('keep every conversion and every euro, whatever the options', () => {
    const day = fc.integer({ min: 0, max: 200 });
    const unit = fc.constantFrom('A', 'B', 'C');
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            account: unit,
            contact: fc.constantFrom('x', 'y', 'z'),
            day,
            channel: fc.constantFrom('m', 'n'),
          }),
          { maxLength: 25 },
        ),
        fc.array(fc.record({ account: unit, day, value: fc.integer({ min: 0, max: 1000 }) }), { maxLength: 8 }),
        fc.record({
          unit: fc.constantFrom('account', 'contact'),
          reset: fc.boolean(),
          lookbackDays: fc.integer({ min: 1, max: 200 }),
        }),
        (touches, conversions, options) => {
          const iso = (days: number): string => new Date(Date.UTC(2026, 0, 1 + days)).toISOString();
          const touchLines = touches.map(
            (one, i) => `t${i},${one.account},${one.account}${one.contact},${iso(one.day)},${one.channel},,`,
          );
          const lines = conversions.map((one, i) => `c${i},${one.account},${iso(one.day)},${one.value},,`);
          const { rows, summary } = pathsOf(TOUCHES + touchLines.join('\n'), CONVERSIONS + lines.join('\n'), options);
          const reader = new PathsReader();
          reader.push(new TextEncoder().encode([PATHS_HEADER, ...rows].join('\n')));
          const table = reader.end();
          const total = totalOf(table);
          expect(total.conversions).toBeCloseTo(conversions.length, 10);
          expect(total.value).toBeCloseTo(
            conversions.reduce((sum, { value }) => sum + value, 0),
            9,
          );
          expect(total.nulls).toBe(summary.nulls);
          expect(table.unattributed.conversions).toBe(summary.withoutTouch);
          const backwards = pathsOf(
            TOUCHES + touchLines.toReversed().join('\n'),
            CONVERSIONS + lines.toReversed().join('\n'),
            options,
          );
          expect(backwards.rows).toEqual(rows);
          expect(table.rowsWithoutAges).toBe(0);
        },
      ),
      { numRuns: runs(150) },
    );
  });
});

describe('an instant', () => {
  it.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T09:30', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01 09:30:15', '2026-03-01T09:30:15.000Z'],
    ['2026-03-01T09:30:15.25+02:00', '2026-03-01T07:30:15.250Z'],
    ['2026-03-01T09:30:15-0530', '2026-03-01T15:00:15.000Z'],
    ['2026-03-01T09:30:15+01', '2026-03-01T08:30:15.000Z'],
    ['0099-01-01', '0099-01-01T00:00:00.000Z'],
  ])('%s is %s, on every machine', (text, iso) => expect(new Date(instantOf(text)).toISOString()).toBe(iso));

  it.each(['', 'today', '1767225600', '2026-13-01', '2026-02-29', '2026-01-01T25:00', '01.02.2026'])(
    '%j is none',
    (text) => expect(instantOf(text)).toBeNaN(),
  );

  it('keeps fractions of a millisecond', () => expect(instantOf('1970-01-01T00:00:00.0005Z')).toBe(0.5));
});
