import { describe, expect, it } from '@jest/globals';
import { csvLine } from './csv.js';

describe('a line of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t=1"'],
    ['  =1', "'  =1"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['\u200b=1', "'\u200b=1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['-5', '-5'],
    ['-12.75', '-12.75'],
    ['plain, with a comma', '"plain, with a comma"'],
    ['two\nlines', '"two\nlines"'],
    ['a=b', 'a=b'],
  ])('%j cannot run as a formula', (cell, written) => {
    expect(csvLine([cell])).toBe(`${written}\r\n`);
  });

  it('keeps numbers, truth values and what is missing', () => {
    expect(csvLine([1, -2.5, true, null, ''])).toBe('1,-2.5,true,,\r\n');
  });
});
