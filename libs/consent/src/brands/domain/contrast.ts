/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** #rrggbb, or null. */
export function parseColour(text: string): Colour | null {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex === null) return null;
  const [, r = '', g = '', b = ''] = hex;
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)];
}

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2). */
export function contrastOf(a: Colour, b: Colour): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The nearest shade of a colour that stands out enough: darker on light paper, lighter on dark. */
export function strengthen(colour: Colour, paper: Colour, least: number): string {
  const end = luminance(paper) > 0.5 ? 0 : 255;
  for (let step = 1; step <= 100; step++) {
    const [r, g, b] = colour.map((part) => Math.round(part + ((end - part) * step) / 100)) as [number, number, number];
    if (contrastOf([r, g, b], paper) >= least) return toHex([r, g, b]);
  }
  return toHex([end, end, end]);
}

function toHex(colour: Colour): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance (WCAG 2.2, definitions). */
function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
