import { converter, parse } from 'culori';

/** Red, green and blue, 0 to 255 each. */
export type Colour = readonly [number, number, number];

/** A colour, and how much of what is behind it does not shine through, from 0 to 1. */
export interface Paint {
  readonly colour: Colour;
  readonly opacity: number;
}

const toRgb = converter('rgb');

/** A colour of CSS Color 4, or of an attribute with or without its `#`; null for what is none, or is a name of something else. */
export function paintOf(written: string): Paint | null {
  const text = written.trim().toLowerCase();
  const found = toRgb(parse(text) ?? parse(`#${text}`));
  if (found === undefined) return null;
  const part = (value: number): number => 255 * Math.min(1, Math.max(0, value));
  return { colour: [part(found.r), part(found.g), part(found.b)], opacity: found.alpha ?? 1 };
}

/** What is seen of a paint over a colour; null where that is not known and shines through. */
export function over({ colour, opacity }: Paint, behind: Colour | null): Colour | null {
  if (opacity >= 1) return colour;
  if (behind === null) return null;
  const mixed = (i: 0 | 1 | 2): number => opacity * colour[i] + (1 - opacity) * behind[i];
  return [mixed(0), mixed(1), mixed(2)];
}

/** How two colours stand out from each other, from 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(a: Colour, b: Colour): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
