import { contrastOf, parseColour, strengthen } from './contrast.js';

/** How the contacts' pages of a brand look, and whom they name. Every part can be missing. */
export interface PageSettings {
  /** Colour of buttons and links on light and on dark paper, #rrggbb. */
  readonly accent?: { readonly light: string; readonly dark: string };
  readonly privacyUrl?: string;
  /** mailto: or https: address of somebody who answers questions. */
  readonly contactUrl?: string;
  /** Telephone of somebody who answers questions. */
  readonly phone?: string;
  /** The transactional template that carries {{preferencesUrl}}, and the purpose it is sent for. */
  readonly link?: { readonly template: string; readonly purpose: string };
  /** Key of the notice that is shown to whoever can say yes on the page, in its newest version. */
  readonly notice?: string;
}

/** Of UTF-8. What somebody agrees to is shown whole, on a page of at most 20,000 bytes beside everything else. */
export const MOST_NOTICE_BYTES = 4_000;

/**
 * Which wordings are too long for the page, by language.
 * @param wordings of one version of a notice, by language
 */
export function tooLongForThePage(wordings: Readonly<Record<string, string>>): { language: string; detail: string }[] {
  return Object.entries(wordings).flatMap(([language, wording]) => {
    const bytes = new TextEncoder().encode(wording).length;
    const detail = `has ${bytes} bytes; the page shows what people agree to whole, and has room for ${MOST_NOTICE_BYTES}`;
    return bytes > MOST_NOTICE_BYTES ? [{ language, detail }] : [];
  });
}

/** The papers of page.css, and the ink that stands on an accent. */
export const PAPERS = { light: '#ffffff', dark: '#15171b' } as const;
const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3

/** What is wrong with the colours, and what would do instead. */
export function accentProblems({ accent }: PageSettings): { pointer: string; detail: string }[] {
  if (accent === undefined) return [];
  return (['light', 'dark'] as const).flatMap((mode) => {
    const colour = parseColour(accent[mode]);
    const paper = parseColour(PAPERS[mode]);
    if (colour === null || paper === null) return [{ pointer: `/page/accent/${mode}`, detail: 'must be #rrggbb' }];
    const contrast = contrastOf(colour, paper);
    if (contrast >= LEAST_CONTRAST) return [];
    const better = strengthen(colour, paper, LEAST_CONTRAST);
    const seen = (Math.floor(contrast * 10) / 10).toFixed(1);
    return [
      {
        pointer: `/page/accent/${mode}`,
        detail: `${accent[mode]} on ${PAPERS[mode]} has a contrast of ${seen}:1, and people need ${LEAST_CONTRAST}:1 to read it; ${better} would do`,
      },
    ];
  });
}

/** Black or white, whichever reads better on a colour. */
export function inkOn(accent: string): string {
  const colour = parseColour(accent);
  if (colour === null) return '#ffffff';
  return contrastOf(colour, [255, 255, 255]) >= contrastOf(colour, [16, 19, 26]) ? '#ffffff' : '#10131a';
}

/** The colours of a brand, as a style sheet of its own for any page of the contacts; null when it has none. */
export function accentStyle({ accent }: PageSettings): string | null {
  if (accent === undefined) return null;
  const { light, dark } = accent;
  return `:root{--accent:light-dark(${light},${dark});--on-accent:light-dark(${inkOn(light)},${inkOn(dark)})}`;
}
