import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../test/support/runs.js';
import { attribute } from '../attribute.js';
import type { PathTable } from '../path-table.js';
import { anyRows, tableOf } from '../testing/any-rows.js';
import { CsvProblem } from './csv-problem.js';
import { PathsReader } from './paths-reader.js';

const encoder = new TextEncoder();

/** @param size how many bytes come at a time */
function read(csv: string | Uint8Array, size = 1 << 20): PathTable {
  const bytes = typeof csv === 'string' ? encoder.encode(csv) : csv;
  const reader = new PathsReader();
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return reader.end();
}

/** Paths and what came of them, as they were understood. */
function pathsOf(table: PathTable): unknown[] {
  return Array.from({ length: table.size }, (_, i) => [
    Array.from(table.steps.subarray(table.starts[i], table.starts[i + 1]), (step) => table.channels[step]).join('|'),
    table.conversions[i],
    table.value[i],
    table.nulls[i],
  ]);
}

function problemOf(csv: string | Uint8Array): string {
  try {
    read(csv);
  } catch (error) {
    if (error instanceof CsvProblem) return error.message;
    throw error;
  }
  return 'none';
}

describe('a file of paths', () => {
  it.each<[string, string, unknown[]]>([
    ['plain', 'path,conversions\na > b,2\n', [['a|b', 2, 0, 0]]],
    ['without a last line end', 'path,conversions\na,2', [['a', 2, 0, 0]]],
    [
      'with CRLF',
      'path,conversions,nulls\r\na > b,2,1\r\nb,0,4\r\n',
      [
        ['a|b', 2, 0, 1],
        ['b', 0, 0, 4],
      ],
    ],
    ['with a byte order mark', '\u{feff}path,conversions\na,2\n', [['a', 2, 0, 0]]],
    ['with lines without text', '\npath,conversions\n\na,2\n  \n\n', [['a', 2, 0, 0]]],
    ['with other blanks around >', 'path,conversions\na>b,1\na >b,1\n  a\t>   b ,1\n', [['a|b', 3, 0, 0]]],
    ['with places without a name', 'path,conversions\na > > b,1\n> a > b >,1\n', [['a|b', 2, 0, 0]]],
    [
      'with quotes',
      '"path","conversions"\n"a > b","2"\n"a, b > ""c""",1\n',
      [
        ['a|b', 2, 0, 0],
        ['a, b|"c"', 1, 0, 0],
      ],
    ],
    ['with blanks around quotes', 'path,conversions\n "a > b" , 2 \n', [['a|b', 2, 0, 0]]],
    [
      'with a line end inside quotes',
      'path,conversions\n"a\n > b",2\nb,1\n',
      [
        ['a|b', 2, 0, 0],
        ['b', 1, 0, 0],
      ],
    ],
    ['with a quote inside a name', 'path,conversions\n5" screen,1\n', [['5" screen', 1, 0, 0]]],
    [
      'with quotes that are doubled, and that are two',
      'path,conversions\na""b,1\n"a""b",2\na""b,4\n',
      [
        ['a""b', 5, 0, 0],
        ['a"b', 2, 0, 0],
      ],
    ],
    ['with columns in another order', 'Nulls,VALUE,Conversions,path\n4,9.5,3,a\n', [['a', 3, 9.5, 4]]],
    [
      'with decimals of any kind',
      'path,conversions,value\na,1e3,.5\na,+1.5,2.50E+1\na,0.1,1.\n',
      [['a', 1001.6, 26.5, 0]],
    ],
    [
      'with more digits than a double has',
      'path,conversions,value\na,9007199254740993.1,0.12345678901234567890\n',
      [['a', Number('9007199254740993.1'), Number('0.12345678901234567890'), 0]],
    ],
    [
      'with fractions as they are meant',
      'path,conversions,value\na,0.3,123456789.012345\n',
      [['a', 0.3, 123_456_789.012_345, 0]],
    ],
    ['with empty cells, which say 0', 'path,conversions,value,nulls\na,,,3\n', [['a', 0, 0, 3]]],
    [
      'with names of objects',
      'path,conversions\n__proto__ > constructor > toString,1\n',
      [['__proto__|constructor|toString', 1, 0, 0]],
    ],
    ['with names of all scripts', 'path,conversions\nГазета > 電郵 > 📣 Ü,1\n', [['Газета|電郵|📣 Ü', 1, 0, 0]]],
    ['with the same row twice', 'path,conversions\na,1\na,1\n', [['a', 2, 0, 0]]],
    ['with a header alone', 'path,conversions\n', []],
  ])('is read %s', (_name, csv, paths) => expect(pathsOf(read(csv))).toEqual(paths));

  it('keeps what has no touch apart', () => {
    const table = read('path,conversions,value,nulls\n,5,50,2\n" > ",1,1,1\na,1,1,1\n');
    expect(table.unattributed).toEqual({ conversions: 6, value: 51, nulls: 3 });
    expect(table.channels).toEqual(['a']);
  });

  it('reads ages and milestones of the rows that have them', () => {
    const csv = [
      'path,conversions,ages,milestones',
      'a > b > a > c,1,12.5 > 7>3 > 0,lc=0;oc=2;cw=3',
      'a > b,1,"7 > 0", CW = 1 ; lc=0 ;',
      'b > a,1,,',
      'b > a,1,5 > 5,lc=;oc=1',
    ].join('\n');
    const table = read(csv);
    expect([table.convertingRows, table.rowsWithoutAges, table.rowsWithoutMilestones]).toEqual([4, 1, 1]);
    const expected = tableOf([
      {
        path: ['a', 'b', 'a', 'c'],
        conversions: 1,
        ages: [12.5, 7, 3, 0],
        milestones: { leadCreation: 0, opportunityCreation: 2, closedWon: 3 },
      },
      {
        path: ['a', 'b'],
        conversions: 1,
        ages: [7, 0],
        milestones: { leadCreation: 0, opportunityCreation: -1, closedWon: 1 },
      },
      { path: ['b', 'a'], conversions: 1 },
      {
        path: ['b', 'a'],
        conversions: 1,
        ages: [5, 5],
        milestones: { leadCreation: -1, opportunityCreation: 1, closedWon: -1 },
      },
    ]);
    expect(table).toEqual(expected);
    // Every age before the last rises nowhere; a row without conversions is nobody's.
    expect(table.rowsOfRisingAges).toBe(0);
    expect(
      read('path,conversions,ages\na > b,1,3 > 12\na > b > c,1,9 > 2 > 3\na > b,1,3 > 3\na > b,0,3 > 12')
        .rowsOfRisingAges,
    ).toBe(2);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /line 1: the file is empty/],
    [
      'a column that nobody knows',
      'path,conversion\na,1',
      /line 1: there is no column "conversion". Columns are path, conv/,
    ],
    [
      'semicolons between columns',
      'path;conversions\na;1',
      /line 1: there is no column "path;conversions".*divided by commas/,
    ],
    ['no conversions', 'path,value\na,1', /line 1: the column "conversions" is missing/],
    ['a column twice', 'path,conversions,path\na,1,b', /line 1: the column "path" is there twice/],
    ['a field too few', 'path,conversions\na,1\n\nb\n', /line 4: has 1 fields where the first line names 2 columns/],
    ['a field too many', 'path,conversions\na,1,2', /line 2: has 3 fields/],
    ['a word for a number', 'path,conversions\na,1\nb,many', /line 3: conversions is a decimal.*"many" is not/],
    ['a comma for a point', 'path,conversions,value\na,1,"1,5"', /line 2: value is a decimal.*"1,5" is not/],
    ['a hexadecimal number', 'path,conversions\na,0x10', /line 2: conversions/],
    ['a number beyond all', 'path,conversions\na,1e999', /line 2: conversions/],
    ['a negative number', 'path,conversions,nulls\na,1,-2', /line 2: nulls is a decimal that is not negative/],
    ['a value of nothing', 'path,conversions,value\na,0,5', /line 2: has a value and no conversion/],
    [
      'ages that are too few',
      'path,conversions,ages\na > b,1,3',
      /line 2: ages are as many as the touches of the path, which has 2/,
    ],
    ['ages that are too many', 'path,conversions,ages\na,1,3 > 2', /line 2: ages are as many/],
    ['an age after the conversion', 'path,conversions,ages\na,1,-3', /line 2: ages are days before/],
    [
      'a milestone behind the path',
      'path,conversions,milestones\na,1,lc=1',
      /line 2: milestones are places.*the path has 1/,
    ],
    ['a milestone that nobody knows', 'path,conversions,milestones\na,1,xx=0', /line 2: milestones are places/],
    ['a milestone twice', 'path,conversions,milestones\na,1,lc=0;lc=0', /line 2: milestones are places/],
    ['a milestone without a place', 'path,conversions,milestones\na,1,lc', /line 2: milestones are places/],
    ['a quote that stays open', 'path,conversions\na,1\n"b,1\nc,1\n', /line 3: has a quote that is never closed/],
    ['text behind a quote', 'path,conversions\n"a"b,1', /line 2: goes on behind a closing quote/],
    ['the line of a row behind a long one', 'path,conversions\n"a\n\nb",1\nc,x\n', /line 5: conversions/],
    [
      'bytes that are no UTF-8',
      Uint8Array.of(...encoder.encode('path,conversions\n'), 0xff, 0x2c, 0x31),
      /line 2: is not UTF-8/,
    ],
  ])('is refused with %s, and the line is named', (_name, csv, problem) => expect(problemOf(csv)).toMatch(problem));

  it('means the same in pieces of any size', () => {
    const csv = '\u{feff}path,conversions,value,nulls\r\n"a > ""b""",2,1.5,1\r\nü > a,1,,\r\n\r\n"x\r\ny",3,0.25,0';
    const whole = read(csv);
    expect(whole.size).toBe(3);
    for (let size = 1; size < csv.length + 8; size++) expect([size, read(csv, size)]).toEqual([size, whole]);
  });

  it('says what rows say that were never a file', () => {
    const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const milestone = (name: string, place = -1): string => (place < 0 ? '' : `${name}=${place};`);
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 50 }), (rows, size) => {
        const lines = rows.map(({ path, conversions, value = 0, nulls = 0, ages = [], milestones }) =>
          [
            path.join(' > '),
            String(conversions),
            String(value),
            String(nulls),
            ages.join('>'),
            milestone('lc', milestones?.leadCreation) +
              milestone('oc', milestones?.opportunityCreation) +
              milestone('cw', milestones?.closedWon),
          ]
            .map(cell)
            .join(','),
        );
        const table = read(['path,conversions,value,nulls,ages,milestones', ...lines].join('\n'), size);
        expect(attribute(table)).toEqual(attribute(tableOf(rows)));
      }),
      { numRuns: runs(100) },
    );
  });

  it('holds a path of a hundred thousand touches', () => {
    const path = Array.from({ length: 100_000 }, (_, i) => `c${i % 7}`).join('>');
    const table = read(`path,conversions\n${path},1\n`);
    expect(attribute(table, ['linear']).get('linear')?.conversions[0]).toBeCloseTo(14_286 / 100_000, 12);
  });
});
