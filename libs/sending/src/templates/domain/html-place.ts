import { decoded } from './character-references.js';
import { type LinkPartName, partAfter, partAfterScheme, stricterPart } from './link-part.js';

/** How far a link is decided by what stands in its attribute so far. */
export type LinkPart =
  | { readonly at: 'start' }
  /** A value, which is checked when it is rendered, and nothing but space behind it. */
  | { readonly at: 'value' }
  /** A text that is no scheme, or none yet. */
  | { readonly at: 'text'; readonly text: string }
  /** A scheme behind which nothing becomes a program, and where behind it one is. */
  | { readonly at: 'fixed'; readonly part: LinkPartName };

/**
 * Where in HTML one stands, as far as it decides what a value may do there: the states of the tokenizer (WHATWG HTML,
 * 13.2.5) in which that differs.
 */
export type HtmlPlace =
  | { readonly in: 'text' }
  /** In `element`, whose content is a program, a style, or hidden. */
  | { readonly in: 'raw'; readonly element: string }
  /** In `title` or `textarea`, which have text and no markup. */
  | { readonly in: 'plain'; readonly element: string }
  | { readonly in: 'comment' }
  /** Behind `<!` or `<?`, up to the next `>`. */
  | { readonly in: 'declaration' }
  /** Behind `<`; `name` begins with a slash in an end tag. */
  | { readonly in: 'tag name'; readonly name: string }
  /** Among the attributes; `joined` behind a choice that may have ended in one. */
  | { readonly in: 'tag'; readonly element: string; readonly joined: boolean }
  | { readonly in: 'attribute name'; readonly element: string; readonly name: string; readonly ended: boolean }
  /** Behind `name=`. */
  | { readonly in: 'attribute start'; readonly element: string; readonly name: string }
  | { readonly in: 'unquoted'; readonly element: string; readonly name: string }
  | {
      readonly in: 'attribute';
      readonly element: string;
      readonly name: string;
      readonly quote: string;
      /** Null when the attribute is no link. */
      readonly link: LinkPart | null;
    };

/** What a value does at its place. */
export interface ValueAtPlace {
  readonly place: HtmlPlace;
  /** Why it may not stand here, and what to write instead; null when it may. */
  readonly problem: string | null;
  /** The attribute that begins with this value, so that the value decides where the link leads. */
  readonly startsLink: { readonly element: string; readonly name: string } | null;
  /** Where in a link it stands that the template begins; left out where it stands in none. */
  readonly inLink?: LinkPartName;
}

export const HTML_START: HtmlPlace = { in: 'text' };

const RAW = new Set(['script', 'style', 'iframe', 'noembed', 'noframes', 'noscript', 'xmp', 'plaintext']);
const PLAIN = new Set(['title', 'textarea']);
const LINKS = new Set(
  'href src srcset action formaction background poster cite longdesc data ping xlink:href usemap lowsrc dynsrc'.split(
    ' ',
  ),
);
const SAFE_SCHEME = /^\s*(?:https?:\/\/|mailto:|tel:|sms:|cid:|#)/i;
const PROGRAM_SCHEME = /^(?:javascript|vbscript):/i;
/** Longer than every scheme above; of a link no more is kept. */
const KEPT_OF_LINK = 64;

/** Goes through a text of the template itself. `report` hears what may not stand there, and at which index. */
export function afterText(from: HtmlPlace, text: string, report: (problem: string, at: number) => void): HtmlPlace {
  let place = from;
  let at = 0;
  while (at < text.length) {
    const step = stepOver(place, text, at, (problem) => report(problem, at));
    place = step.place;
    at = step.at;
  }
  return place;
}

/** Where one stands behind a choice of which the ways end at `a` and `b`; null when nothing can be said of both. */
export function join(a: HtmlPlace, b: HtmlPlace): HtmlPlace | null {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (a.in === 'attribute' && b.in === 'attribute' && a.name === b.name && a.quote === b.quote) {
    if (a.element !== b.element || a.link === null || b.link === null) return null;
    return { ...a, link: lessDecided(a.link, b.link) };
  }
  if (mayEndAttribute(a) && mayEndAttribute(b) && a.element === b.element)
    return { in: 'tag', element: a.element, joined: true };
  return null;
}

/** What a value (escaped for HTML) may do at a place, and where one stands behind it. */
export function afterValue(place: HtmlPlace): ValueAtPlace {
  const refused = (problem: string): ValueAtPlace => ({ place, problem, startsLink: null });
  switch (place.in) {
    case 'text':
    case 'plain':
      return { place, problem: null, startsLink: null };
    case 'raw':
      return refused(
        `a value may not stand in <${place.element}>; show it in the text, and choose styles with {{#if}}`,
      );
    case 'comment':
    case 'declaration':
      return refused('a value may not stand in a comment or declaration, which some mail programs read; take it out');
    case 'tag name':
    case 'tag':
    case 'attribute name':
      return refused('a value may not be a tag or an attribute; write it as name="{{value}}" or choose with {{#if}}');
    case 'attribute start':
    case 'unquoted':
      return refused(`a value needs quotation marks around it; write ${place.name}="{{value}}"`);
    case 'attribute':
      return inAttribute(place);
  }
}

function inAttribute(place: HtmlPlace & { in: 'attribute' }): ValueAtPlace {
  const { element, name, link } = place;
  const refused = (problem: string): ValueAtPlace => ({ place, problem, startsLink: null });
  if (name.startsWith('on') || name === 'srcdoc')
    return refused(`a value in ${name} would become a program; take it out`);
  if (name === 'style') return refused('a value may not stand in a style; choose between fixed styles with {{#if}}');
  if (element === 'meta') return refused('a value may not stand in <meta>, which can lead elsewhere; take it out');
  switch (link?.at) {
    case undefined:
      return { place, problem: null, startsLink: null };
    case 'fixed': {
      // Behind a value that is the host, or stands first in a query, one goes on as behind a text.
      const part = link.part === 'site' ? 'host' : link.part === 'parameters' ? 'query' : link.part;
      return { place: { ...place, link: { at: 'fixed', part } }, problem: null, startsLink: null, inLink: link.part };
    }
    case 'start':
      return { place: { ...place, link: { at: 'value' } }, problem: null, startsLink: { element, name } };
    case 'value':
      return refused(`two values may not begin ${name} together; put a text between them or send them as one`);
    case 'text':
      return refused(
        `${name} needs a scheme before a value; write it as ${name}="https://.../{{value}}", with mailto: or tel:, or send the whole link as one value`,
      );
  }
}

interface Step {
  readonly place: HtmlPlace;
  readonly at: number;
}

/** One step through HTML that was written already: from `at` in `place` to where something else begins. */
export function nextPlace(place: HtmlPlace, html: string, at: number): Step {
  return stepOver(place, html, at, () => undefined);
}

function stepOver(place: HtmlPlace, text: string, at: number, report: (problem: string) => void): Step {
  switch (place.in) {
    case 'text': {
      const open = text.indexOf('<', at);
      return open === -1 ? { place, at: text.length } : { place: { in: 'tag name', name: '' }, at: open + 1 };
    }
    case 'raw':
    case 'plain':
      return overContent(place, text, at);
    case 'comment': {
      const end = search(/--!?>/g, text, at);
      return end === null ? { place, at: text.length } : { place: HTML_START, at: end };
    }
    case 'declaration': {
      const end = text.indexOf('>', at);
      return end === -1 ? { place, at: text.length } : { place: HTML_START, at: end + 1 };
    }
    case 'tag name':
      return overTagName(place.name, text, at);
    case 'tag':
      return overTag(place, text, at, report);
    case 'attribute name':
      return overAttributeName(place, text, at);
    case 'attribute start': {
      const character = text[at] ?? '';
      if (isSpace(character)) return { place, at: at + 1 };
      if (character === '>') return { place: behindTag(place.element), at: at + 1 };
      const { element, name } = place;
      if (character !== '"' && character !== "'") return { place: { in: 'unquoted', element, name }, at };
      const link: LinkPart | null = LINKS.has(name) ? { at: 'start' } : null;
      return { place: { in: 'attribute', element, name, quote: character, link }, at: at + 1 };
    }
    case 'unquoted': {
      const end = search(/[\t\n\f\r >]/g, text, at);
      if (LINKS.has(place.name)) decide({ at: 'start' }, text.slice(at, end ?? text.length), report);
      if (end === null) return { place, at: text.length };
      return { place: { in: 'tag', element: place.element, joined: false }, at: end - 1 };
    }
    case 'attribute': {
      const found = text.indexOf(place.quote, at);
      const end = found === -1 ? text.length : found;
      const link = place.link === null ? null : decide(place.link, text.slice(at, end), report);
      if (found === -1) return { place: { ...place, link }, at: end };
      return { place: { in: 'tag', element: place.element, joined: false }, at: end + 1 };
    }
  }
}

function overContent(place: HtmlPlace & { in: 'raw' | 'plain' }, text: string, at: number): Step {
  const { element } = place;
  const end = element === 'plaintext' ? null : search(new RegExp(`</${element}(?=[\\t\\n\\f\\r />])`, 'gi'), text, at);
  return end === null
    ? { place, at: text.length }
    : { place: { in: 'tag', element: `/${element}`, joined: false }, at: end };
}

function overTagName(name: string, text: string, at: number): Step {
  const character = text[at] ?? '';
  if (name === '' && (character === '!' || character === '?')) return overDeclaration(text, at + 1);
  if (name === '' && character === '/') return { place: { in: 'tag name', name: '/' }, at: at + 1 };
  const isLetter = /[a-z]/i.test(character);
  if (name === '' && !isLetter) return { place: HTML_START, at };
  if (name === '/' && !isLetter) return { place: { in: 'declaration' }, at };
  const end = search(/[\t\n\f\r />]/g, text, at);
  const whole = (name + text.slice(at, end === null ? text.length : end - 1)).toLowerCase();
  if (end === null) return { place: { in: 'tag name', name: whole }, at: text.length };
  return { place: { in: 'tag', element: whole, joined: false }, at: end - 1 };
}

/** Behind `<!` or `<?`. What Outlook reads between its conditional comments is markup like any other. */
function overDeclaration(text: string, at: number): Step {
  if (!text.startsWith('--', at)) return { place: { in: 'declaration' }, at };
  const rest = text.slice(at + 2, at + 200);
  const over = /^(?:-?>|\[if\b[^\]>]*\]>)/i.exec(rest);
  return over === null ? { place: { in: 'comment' }, at: at + 2 } : { place: HTML_START, at: at + 2 + over[0].length };
}

function overTag(
  { element, joined }: HtmlPlace & { in: 'tag' },
  text: string,
  at: number,
  report: (problem: string) => void,
): Step {
  const character = text[at] ?? '';
  if (character === '>') return { place: behindTag(element), at: at + 1 };
  if (isSpace(character) || character === '/') return { place: { in: 'tag', element, joined: false }, at: at + 1 };
  if (joined) report('an attribute may not go on behind the end of a block; leave a space before it');
  return { place: { in: 'attribute name', element, name: '', ended: false }, at };
}

function overAttributeName(place: HtmlPlace & { in: 'attribute name' }, text: string, at: number): Step {
  const { element, name, ended } = place;
  const character = text[at] ?? '';
  if (character === '=' && name !== '') return { place: { in: 'attribute start', element, name }, at: at + 1 };
  if (isSpace(character)) return { place: { ...place, ended: true }, at: at + 1 };
  if (ended || character === '>' || character === '/') return { place: { in: 'tag', element, joined: false }, at };
  const end = search(/[\t\n\f\r />=]/g, text, at + 1);
  const stop = end === null ? text.length : end - 1;
  return { place: { ...place, name: (name + text.slice(at, stop)).toLowerCase() }, at: stop };
}

function behindTag(element: string): HtmlPlace {
  if (RAW.has(element)) return { in: 'raw', element };
  return PLAIN.has(element) ? { in: 'plain', element } : HTML_START;
}

/** What more text in a link decides. */
function decide(link: LinkPart, more: string, report: (problem: string) => void): LinkPart {
  if (more === '') return link;
  if (link.at === 'fixed') return { at: 'fixed', part: partAfter(link.part, decoded(more)) };
  if (link.at === 'value' && more.trim() === '') return link;
  const text = ((link.at === 'text' ? link.text : '') + more).slice(0, KEPT_OF_LINK);
  // Browsers pass over line ends inside a scheme, and over controls before it.
  if (PROGRAM_SCHEME.test(decoded(text).replace(/[\0-\x20]/g, '')))
    report('a link may not be a program; link to a page that does it');
  if (link.at === 'value') return { at: 'fixed', part: partAfter('path', decoded(more)) };
  if (SAFE_SCHEME.test(text))
    return { at: 'fixed', part: partAfterScheme(decoded((link.at === 'text' ? link.text : '') + more)) };
  return { at: 'text', text };
}

const DECIDED = ['start', 'text', 'value', 'fixed'] as const;

function lessDecided(a: LinkPart, b: LinkPart): LinkPart {
  if (a.at === 'text' && b.at === 'text') return { at: 'text', text: '?'.repeat(KEPT_OF_LINK) };
  if (a.at === 'fixed' && b.at === 'fixed') return { at: 'fixed', part: stricterPart(a.part, b.part) };
  return DECIDED.indexOf(a.at) < DECIDED.indexOf(b.at) ? a : b;
}

function mayEndAttribute(place: HtmlPlace): place is HtmlPlace & { element: string } {
  return place.in === 'tag' || place.in === 'attribute name' || place.in === 'unquoted';
}

/** What ends a name in HTML, which is less than what a text has as white space (WHATWG Infra, 4.6). */
function isSpace(character: string): boolean {
  return /[\t\n\f\r ]/.test(character);
}

/** Index behind the first match at or after `at`; null when there is none. */
function search(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
