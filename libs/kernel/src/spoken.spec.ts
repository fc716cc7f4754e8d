import { describe, expect, it } from '@jest/globals';
import { saysSomething } from './spoken.js';

describe('a text by which somebody stands for something', () => {
  it.each(['recall of a product', 'dpo@acme.example', '7', '法務', 'да', 'שלום', 'a\u200bb'])(
    '%j says something',
    (text) => {
      expect(saysSomething(text)).toBe(true);
    },
  );

  it.each([
    '',
    ' ',
    '\t\n',
    '\u00a0',
    '\u200b',
    '\u200b \u2060\ufeff',
    '\u00ad',
    '\u3164',
    '\uffa0',
    '\u115f',
    '\u2800',
    '-',
    '...',
    '—',
    '\u0301',
  ])('%j says nothing', (text) => {
    expect(saysSomething(text)).toBe(false);
  });
});
