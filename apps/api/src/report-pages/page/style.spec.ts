import { describe, expect, it } from '@jest/globals';
import { COLOURS, STYLE } from './style.js';

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the colours of the report pages, %s', (_mode, i) => {
  const of = (role: keyof typeof COLOURS): string => COLOURS[role][i];

  it.each(['ink', 'quiet', 'accent'] as const)('%s is readable on paper and on soft ground', (role) => {
    for (const ground of ['paper', 'soft'] as const)
      expect([ground, contrast(of(role), of(ground)) >= 4.5]).toEqual([ground, true]);
  });

  it('what stands on the accent is readable', () => {
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['edge', 'flow', 'exit', 'rest', 'second'] as const)('%s is told from paper', (role) => {
    expect(contrast(of(role), of('paper'))).toBeGreaterThanOrEqual(3);
  });
});

it('the style sheet loads nothing and knows no left and right', () => {
  expect(STYLE).not.toMatch(/url\(|@import|\b(left|right):/);
});
