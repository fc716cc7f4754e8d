import type { DefaultTreeAdapterTypes as Tree } from 'parse5';
import { readHtml } from '../templates/read-html.js';
import { readDeclarations } from '../templates/style-sheets.js';
import { type Colour, contrast, over, type Paint, paintOf } from './colours.js';
import { type Finding, finding } from './domain/finding.js';

/** What somebody must be able to read: the way out, and who sends it from where. */
const MUST_BE_READ = /\{\{\s*(?:@root\.)?(?:unsubscribeUrl|preferencesUrl|brand\.(?:postalAddress|legalName))\s*\}\}/;
/** Below it nobody sees that something is there; what people can read well begins at 4.5. */
const LEAST_CONTRAST = 1.5;
const LEAST_PIXELS = 5;
/** Of what one is sure to read an address in: it begins like one, or is nothing else. */
const ADDRESS =
  /(?:https?:\/\/|www\.)([a-z0-9.-]+\.[a-z]{2,})|^\s*([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?:\/\S*)?\s*$/i;

interface Look {
  /** Null where nobody can say, as with an image behind the text. */
  readonly behind: Colour | null;
  readonly ink: Paint | null;
  /** How much an element around lets shine through, and what. */
  readonly fade: { readonly opacity: number; readonly behind: Colour | null };
  readonly pixels: number | null;
  readonly href: string | null;
}

const LINK_INK: Paint = { colour: [0, 0, 238], opacity: 1 };
const WHITE: Colour = [255, 255, 255];
const PAPER: Look = {
  ...{ behind: WHITE, ink: { colour: [0, 0, 0], opacity: 1 } },
  ...{ fade: { opacity: 1, behind: WHITE }, pixels: 16, href: null },
};

/**
 * Texts that must be read and cannot be, because their colour is that of what is behind them or their letters are tiny;
 * and links that show another site than the one that they lead to. Colours and sizes count where they stand on an element.
 */
export function htmlFindings(pointer: string, html: string): Finding[] {
  const document = readHtml(html);
  if (document === null) return [];
  const found = new Map<string, Finding>();
  const report = (code: 'faint_text' | 'misleading_link', detail: string): void => {
    found.set(`${code} ${detail}`, finding(code, pointer, detail));
  };
  const left: { readonly node: Tree.Node; readonly around: Look }[] = [{ node: document, around: PAPER }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { node, around } = place;
    if (!('childNodes' in node)) continue;
    for (const child of node.childNodes) {
      if ('value' in child && child.value.trim() !== '') lookAt(child.value, around, report);
      if (!('tagName' in child) || child.tagName === 'style' || child.tagName === 'title') continue;
      const here = lookOf(child, around);
      if (child.tagName === 'a' && here.href !== null) {
        const shown = otherSite(textOf(child), here.href);
        if (shown !== null) report('misleading_link', `it shows ${shown} and leads to ${hostOf(here.href)}`);
      }
      left.push({ node: child, around: here });
    }
  }
  return [...found.values()];
}

function lookAt(
  text: string,
  { behind, ink, fade, pixels, href }: Look,
  report: (code: 'faint_text', detail: string) => void,
): void {
  if (!MUST_BE_READ.test(text) && !(href !== null && MUST_BE_READ.test(href))) return;
  const what = text.trim().replace(/\s+/g, ' ').slice(0, 40);
  const [ground, letters] = [behind, ink === null ? null : over(ink, behind)].map((colour) =>
    colour === null ? null : over({ colour, opacity: fade.opacity }, fade.behind),
  );
  if (ground != null && letters != null && contrast(ground, letters) < LEAST_CONTRAST)
    report('faint_text', `"${what}" has the colour of what is behind it`);
  if (pixels !== null && pixels < LEAST_PIXELS) report('faint_text', `"${what}" is in letters of ${pixels} pixels`);
}

function lookOf(element: Tree.Element, around: Look): Look {
  const attribute = (name: string): string | null => element.attrs.find((one) => one.name === name)?.value ?? null;
  const own = new Map(readDeclarations(attribute('style') ?? '').map(({ property, value }) => [property, value]));
  const background = own.get('background-color') ?? own.get('background') ?? attribute('bgcolor');
  const hasImage =
    own.has('background-image') || attribute('background') !== null || /url\(|gradient/.test(background ?? '');
  // Mail programs show a link in their own blue, whatever the text around it has.
  const isLink = element.tagName === 'a' && attribute('href') !== null;
  const ink = own.get('color') ?? (element.tagName === 'font' ? attribute('color') : null);
  const ground = background === null ? null : paintOf(background);
  return {
    behind: hasImage
      ? null
      : background === null
        ? around.behind
        : ground === null
          ? null
          : over(ground, around.behind),
    ink: ink === null ? (isLink ? LINK_INK : around.ink) : ink === 'inherit' ? around.ink : paintOf(ink),
    fade: fadeOf(own.get('opacity'), around),
    pixels: pixelsOf(own.get('font-size'), around.pixels),
    href: element.tagName === 'a' ? (attribute('href') ?? around.href) : around.href,
  };
}

/** Of several that fade within each other what is behind the first of them is taken for all. */
function fadeOf(written: string | undefined, { behind, fade }: Look): Look['fade'] {
  const [, number, percent] = /^([\d.]+)(%?)$/.exec(written ?? '') ?? [];
  const own = Math.min(1, Number(number) / (percent === '%' ? 100 : 1));
  if (Number.isNaN(own) || own === 1) return fade;
  return { opacity: own * fade.opacity, behind: fade.opacity === 1 ? behind : fade.behind };
}

function pixelsOf(size: string | undefined, around: number | null): number | null {
  if (size === undefined) return around;
  const [, number, unit = ''] = /^([\d.]+)(px|pt|em|rem|%)?$/.exec(size) ?? [];
  const value = Number(number);
  if (Number.isNaN(value)) return null;
  if (value === 0 || unit === 'px') return value;
  if (unit === 'pt') return (value * 4) / 3;
  if (unit === 'rem') return value * 16;
  if (around === null || unit === '') return null;
  return unit === 'em' ? value * around : (value * around) / 100;
}

/** The site that a text shows, where it is neither that of the link nor above or below it. */
function otherSite(text: string, href: string): string | null {
  const target = hostOf(href);
  const [, named, whole] = ADDRESS.exec(text) ?? [];
  const shown = (named ?? whole)?.toLowerCase().replace(/^www\./, '');
  if (target === null || shown === undefined) return null;
  const leads = target.replace(/^www\./, '');
  return leads === shown || leads.endsWith(`.${shown}`) || shown.endsWith(`.${leads}`) ? null : shown;
}

/** Null for a link whose site the template does not say. */
function hostOf(href: string): string | null {
  return /^\s*https?:\/\/(?:[^/?#@{]*@)?([a-z0-9.-]+)(?=[:/?#]|$)/i.exec(href)?.[1]?.toLowerCase() ?? null;
}

function textOf(node: Tree.Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
