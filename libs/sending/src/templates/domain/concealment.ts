/** What a style says of one property, with escapes and comments taken out, in lower case. */
export interface Declaration {
  readonly property: string;
  readonly value: string;
  readonly important: boolean;
}

/** Why nothing of an element may be seen by somebody; what it holds can have its own size, colour and visibility. */
export interface Concealment {
  /** With all that it holds. */
  readonly whole: boolean;
  readonly size: boolean;
  readonly visibility: boolean;
  readonly color: boolean;
  readonly indent: boolean;
}

export const SEEN: Concealment = { whole: false, size: false, visibility: false, color: false, indent: false };

/** Further from the edge than any mail is wide. */
const OUT_OF_SIGHT = /^-\s*\d{3,}/;
const NOTHING = /^[+-]?0*\.?0+(?:[a-z]+|%)?$/;
const AS_AROUND = /^(?:inherit|unset|revert|revert-layer|larger|smaller|[+-]?[\d.]+(?:em|%))$/;

const SIDES = ['left', 'top', 'right', 'margin-left', 'margin-top'];
const hides: Readonly<Record<string, (value: string) => boolean>> = {
  display: (value) => value === 'none',
  visibility: (value) => value === 'hidden' || value === 'collapse',
  'mso-hide': (value) => value === 'all',
  color: (value) => value === 'transparent' || /^(?:rgb|hsl)a?\((?:.*,.*,.*,|.*\/)\s*0*\.?0+%?\s*\)$/.test(value),
  opacity: (value) => NOTHING.test(value),
  'font-size': (value) => NOTHING.test(value),
  font: (value) => /(?:^|\s)0*\.?0+(?:[a-z]+|%)?(?:\s|\/)/.test(value),
  'text-indent': (value) => OUT_OF_SIGHT.test(value),
  'clip-path': (value) => /^(?:inset\(\s*(?:50|100)%|circle\(\s*0)/.test(value),
  clip: (value) => /^rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)$/.test(value),
  transform: (value) => /scale[xy]?\(\s*0*\.?0+\s*[,)]/.test(value),
  ...Object.fromEntries(SIDES.map((side) => [side, (value: string) => OUT_OF_SIGHT.test(value)])),
};
const EXTENTS = ['height', 'max-height', 'width', 'max-width'];
const CLIPS = ['overflow', 'overflow-x', 'overflow-y'];
const clipsAway = (value: string): boolean => /\b(?:hidden|clip)\b/.test(value);
const isNothing = (value: string): boolean => NOTHING.test(value);

/** Whether a declaration alone, or with another one, can hide anything. */
export function mayHide({ property, value }: Declaration): boolean {
  if (CLIPS.includes(property)) return clipsAway(value);
  if (EXTENTS.includes(property)) return isNothing(value);
  return hides[property]?.(value) ?? false;
}

/**
 * How an element is hidden from somebody, by its own style, what style sheets say of it, and how what is around it is
 * hidden. Mail programs differ in what they do with a style sheet, and devices in which part of it is theirs. So it
 * counts as hidden when it is with all of the sheets, with some, or with none; only its own style is surely heard, unless
 * a sheet calls itself more important.
 */
export function concealmentOf(
  own: readonly Declaration[],
  sheets: readonly Declaration[],
  around: Concealment,
): Concealment {
  const ownOf = (properties: readonly string[]): Declaration | undefined => {
    const all = own.filter(({ property }) => properties.includes(property));
    return all.findLast(({ important }) => important) ?? all.at(-1);
  };
  const possible = (...properties: readonly string[]): Declaration[] => {
    const mine = ownOf(properties);
    if (mine?.important === true) return [mine];
    const said = sheets.filter(({ property, important }) => properties.includes(property) && (important || !mine));
    return mine === undefined ? said : [mine, ...said];
  };
  const hidesBy = (...properties: readonly string[]): boolean =>
    possible(...properties).some(({ property, value }) => hides[property]?.(value) ?? false);
  /** What is around counts where the element says nothing itself, or what refers to it. */
  const inherits = (wasHidden: boolean, ...properties: readonly string[]): boolean => {
    const mine = ownOf(properties);
    const asAround = mine === undefined || AS_AROUND.test(mine.value);
    return (wasHidden && asAround) || hidesBy(...properties);
  };
  const isClipped =
    CLIPS.some((one) => possible(one).some(({ value }) => clipsAway(value))) &&
    EXTENTS.some((one) => possible(one).some(({ value }) => isNothing(value)));
  const isAlone = ['display', 'mso-hide', 'opacity', 'clip-path', 'clip', 'transform', ...SIDES].some((one) => hidesBy(one)); // prettier-ignore
  return {
    whole: around.whole || isClipped || isAlone,
    size: inherits(around.size, 'font-size', 'font'),
    visibility: inherits(around.visibility, 'visibility'),
    color: inherits(around.color, 'color'),
    indent: inherits(around.indent, 'text-indent'),
  };
}

export function isSeen({ whole, size, visibility, color, indent }: Concealment): boolean {
  return !(whole || size || visibility || color || indent);
}
