import { decoded } from '../../templates/domain/character-references.js';
import { HTML_START, type HtmlPlace, nextPlace } from '../../templates/domain/html-place.js';

/** How the links of a mail are counted. */
export interface Counting {
  /** Where links of ours begin, which are never counted: the way out, the settings, a confirmation. */
  readonly own: string;
  /** The counted link in place of the one with this id; null: links stay as they are. */
  readonly link: ((id: string) => string) | null;
  /** Address of the image that tells of an opening; null: none. */
  readonly pixel: string | null;
  readonly idOf: (url: string) => string;
}

export interface CountedHtml {
  readonly html: string;
  /** Where the counted links lead, each once. */
  readonly links: readonly { readonly id: string; readonly url: string }[];
}

/** Longer ones stay as they are. */
const LONGEST = 2_048;

/**
 * A rendered mail with its links counted: the `href` of each `<a>` that leads to the web leads to the center first. All
 * else of the HTML is kept byte for byte.
 */
export function countHtml(html: string, { own, link, pixel, idOf }: Counting): CountedHtml {
  const found = new Map<string, string>();
  const ours = new URL(own).href.replace(/\/$/, ''); // As the links are compared: host in lower case, no port that goes without saying.
  let made = '';
  let copied = 0;
  for (const { from, to } of link === null ? [] : hrefs(html)) {
    const url = countable(decoded(html.slice(from, to)), ours);
    if (link === null || url === null) continue;
    const id = idOf(url);
    found.set(id, url);
    made += html.slice(copied, from) + link(id);
    copied = to;
  }
  made += html.slice(copied);
  const links = [...found].map(([id, url]) => ({ id, url }));
  return { html: pixel === null ? made : withPixel(made, pixel), links };
}

/** As it is kept; null for what is not counted. */
function countable(href: string, own: string): string | null {
  const text = href.trim();
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  // A name and a password would be shown to everybody whom the link is forwarded to, and a browser would hide it.
  if (url.username !== '' || url.password !== '' || url.href.length > LONGEST) return null;
  return url.href === own || url.href.startsWith(`${own}/`) ? null : url.href;
}

/** Where the values of `href` of every `<a>` stand, without their quotation marks. */
function* hrefs(html: string): Generator<{ from: number; to: number }> {
  let place: HtmlPlace = HTML_START;
  let at = 0;
  while (at < html.length) {
    const begins = at;
    const before = place;
    ({ place, at } = nextPlace(before, html, at));
    if (place.in === before.in) continue;
    // Behind the closing quotation mark.
    if (before.in === 'attribute' && isHref(before)) yield { from: begins, to: at - 1 };
    else if (before.in === 'unquoted' && isHref(before)) yield { from: begins, to: at };
  }
}

function isHref({ element, name }: { readonly element: string; readonly name: string }): boolean {
  return element === 'a' && name === 'href';
}

/** At the end of the body: what is read first stays first. */
function withPixel(html: string, pixel: string): string {
  const image = `<img src="${pixel}" width="1" height="1" alt="" style="border:0">`;
  const end = [...html.matchAll(/<\/body\s*>/gi)].at(-1)?.index ?? html.length;
  return html.slice(0, end) + image + html.slice(end);
}
