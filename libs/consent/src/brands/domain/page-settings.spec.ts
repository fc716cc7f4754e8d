import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contrastOf, parseColour, strengthen } from './contrast.js';
import { accentProblems, inkOn, PAPERS } from './page-settings.js';

const colours = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const contrast = (a: string, b: string): number => contrastOf(parseColour(a) ?? [0, 0, 0], parseColour(b) ?? [0, 0, 0]);

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#767676', '#ffffff', 4.54],
    ['#ff0000', '#ffffff', 4],
    ['#123456', '#123456', 1],
  ])('of %s and %s is %d:1, as the tables of WCAG have it', (a, b, ratio) => {
    expect(contrast(a, b)).toBeCloseTo(ratio, 1);
    expect(contrast(b, a)).toBe(contrast(a, b));
  });

  it('is enough in every colour that is proposed', () => {
    fc.assert(
      fc.property(colours, fc.constantFrom(PAPERS.light, PAPERS.dark), (colour, paper) => {
        const better = strengthen(parseColour(colour) ?? [0, 0, 0], parseColour(paper) ?? [0, 0, 0], 4.5);
        expect(contrast(better, paper)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });
});

describe('the colours of a brand', () => {
  it('are taken when they can be read, and then so can what stands on them', () => {
    fc.assert(
      fc.property(colours, colours, (light, dark) => {
        const problems = accentProblems({ accent: { light, dark } });
        expect(problems.some(({ pointer }) => pointer.endsWith('/light'))).toBe(contrast(light, PAPERS.light) < 4.5);
        expect(problems.some(({ pointer }) => pointer.endsWith('/dark'))).toBe(contrast(dark, PAPERS.dark) < 4.5);
        for (const accent of [light, dark]) expect(contrast(inkOn(accent), accent)).toBeGreaterThanOrEqual(4.3);
      }),
    );
  });

  it('are refused with a sentence that says what would do', () => {
    expect(accentProblems({ accent: { light: '#ffcc00', dark: '#9db8ff' } })).toEqual([
      {
        pointer: '/page/accent/light',
        detail: '#ffcc00 on #ffffff has a contrast of 1.5:1, and people need 4.5:1 to read it; #8f7200 would do',
      },
    ]);
    expect(accentProblems({})).toEqual([]);
  });
});
