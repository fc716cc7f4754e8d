import type { DefaultTreeAdapterTypes as Tree } from 'parse5';
import { type Concealment, concealmentOf, isSeen, SEEN } from './domain/concealment.js';
import { MOST_DEPTH, readHtml } from './read-html.js';
import { declarationsAt, fit, type Fitting, readDeclarations, readStyleSheets, type Selectable, type StyleSheets } from './style-sheets.js'; // prettier-ignore

/** Elements whose content no reader sees; that of `template` is in no tree at all. */
const NOT_SHOWN = new Set(['head', 'title', 'script', 'style', 'noembed', 'noframes', 'object', 'select', 'textarea']);

/** Elements times parts of selectors that could hide one: so many are looked at in less than a second. */
const MOST_STEPS = 400_000;
/** What comes from there are fonts. Everything else could hide what it likes, and another thing tomorrow. */
const FONTS = /^(?:https?:)?\/\/(?:fonts\.googleapis\.com|fonts\.bunny\.net|use\.typekit\.net|fast\.fonts\.net|cloud\.typography\.com)\//i; // prettier-ignore

/** Stands for a value of a message in HTML that is looked at; no reader types it. */
export const A_VALUE = '\uE000';

/** The links that are seen, by their targets, those of them that a text leads to, and all text that is; or why nobody can say. */
export type VisibleLinks =
  | {
      readonly kind: 'read';
      readonly targets: ReadonlySet<string>;
      readonly worded: ReadonlySet<string>;
      readonly text: string;
    }
  | { readonly kind: 'unclear'; readonly problem: string };

/**
 * Which links of a document a reader can see and press, by their targets: with a text, or an image that has one for
 * whoever loads none, and in nothing that hides it. HTML is read as browsers read it (WHATWG HTML, 13.2). Styles count
 * where they stand on an element and in the style sheets of the document, also those for Outlook alone. What a mail
 * program adds around a mail, and colours that are the same as what is behind them, are not seen here.
 */
export function visibleLinks(html: string): VisibleLinks {
  const document = readHtml(html);
  if (document === null)
    return unclear(`must not nest elements deeper than ${MOST_DEPTH}, or nobody can look for the link out`);
  const { elements, inside, links } = stylesOf(document);
  const sheets = readStyleSheets(inside);
  if ([...links, ...sheets.imported].some((from) => !isFont(from)))
    return unclear('must not take style sheets from elsewhere, which could hide the link out; write them in <style>');
  if (sheets.isUnclear) return unclear('has a style sheet that cannot be read; mend it, or nobody can tell what it hides'); // prettier-ignore
  const parts = sheets.rules.reduce((sum, { compounds }) => sum + compounds.length, 0);
  if (elements * parts > MOST_STEPS)
    return unclear('has too many rules in its style sheets to look for the link out; leave out what is not used');
  return { kind: 'read', ...seenIn(document, sheets) };
}

function unclear(problem: string): VisibleLinks {
  return { kind: 'unclear', problem };
}

/** The style sheets in a document, and addresses of those that are elsewhere. */
function stylesOf(document: Tree.Node): { elements: number; inside: string[]; links: string[] } {
  const [inside, links]: [string[], string[]] = [[], []];
  let elements = 0;
  const left: Tree.Node[] = [document];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if ('childNodes' in node) for (const child of node.childNodes) left.push(child);
    // What Outlook alone reads.
    if ('data' in node && /^\s*\[if\b/i.test(node.data))
      inside.push(...[...node.data.matchAll(/<style\b[^>]*>([^]*?)<\/style/gi)].map(([, css]) => css ?? ''));
    if (!('tagName' in node)) continue;
    elements++;
    if (node.tagName === 'style' && attribute(node, 'media')?.trim().toLowerCase() !== 'print')
      inside.push(node.childNodes.map((child) => ('value' in child ? child.value : '')).join(''));
    if (node.tagName === 'link' && /\bstylesheet\b/i.test(attribute(node, 'rel') ?? ''))
      links.push(attribute(node, 'href') ?? '');
  }
  return { elements, inside, links };
}

/** An address of a link, or what stands behind `@import`. */
function isFont(from: string): boolean {
  return FONTS.test(/^(?:url\(\s*)?["']?([^"')\s]*)/i.exec(from.trim())?.[1] ?? '');
}

interface Place {
  readonly node: Tree.Node;
  readonly around: Concealment;
  readonly fitting: Fitting | undefined;
  /** Target of the link around. */
  readonly link: string | null;
}

/** By a list and not by calls, because tags can be nested deeper than calls. */
function seenIn(document: Tree.Node, sheets: StyleSheets): { targets: Set<string>; worded: Set<string>; text: string } {
  const worded = new Set<string>();
  const pictured = new Set<string>();
  const texts: string[] = [];
  const left: Place[] = [{ node: document, around: SEEN, fitting: undefined, link: null }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { node, around, fitting, link } = place;
    if (!('childNodes' in node)) continue;
    let before: Fitting | undefined;
    for (const child of node.childNodes) {
      if ('value' in child && isSeen(around) && saysSomething(child.value)) {
        texts.push(child.value);
        if (link !== null) worded.add(link);
      }
      if (!('tagName' in child)) continue;
      const here = fit(selectable(child, sheets), sheets, fitting, before);
      before = here;
      if (NOT_SHOWN.has(child.tagName) || attribute(child, 'hidden') !== null) continue;
      const style = attribute(child, 'style');
      const own = style === null ? [] : readDeclarations(style);
      const how = concealmentOf(own, declarationsAt(here, sheets), around);
      if (how.whole) continue;
      const target = child.tagName === 'a' ? (attribute(child, 'href') ?? link) : link;
      if (child.tagName === 'img' && target !== null && isSeen(how) && saysSomething(attribute(child, 'alt') ?? ''))
        pictured.add(target);
      left.push({ node: child, around: how, fitting: here, link: target });
    }
  }
  return { targets: new Set([...worded, ...pictured]), worded, text: texts.join(' ') };
}

/** A class that a message decides on can be any that the style sheets speak of. */
function selectable({ tagName, attrs }: Tree.Element, sheets: StyleSheets): Selectable {
  const attributes = new Map(attrs.map(({ name, value }) => [name, value]));
  const words = (attributes.get('class') ?? '').toLowerCase();
  const classes = words.includes(A_VALUE) ? sheets.classes : new Set(words.split(/\s+/));
  return { name: tagName, attributes, classes };
}

function saysSomething(text: string): boolean {
  return /[^\s\p{Default_Ignorable_Code_Point}]/u.test(text);
}

function attribute(element: Tree.Element, name: string): string | null {
  return element.attrs.find((one) => one.name === name)?.value ?? null;
}
