import type { JsonValue } from '#lib/ledger';

/** What a text of an Adaptive Card is to whoever shows it, by the name of its property. */
export type CardRole = 'link' | 'markdown' | 'plain';

/** Where a card leads, or what it loads. */
const LINKS = /^(?:url|iconUrl|backgroundImage|poster)$|Url$/;
/** What neither is shown nor leads anywhere: names, kinds and choices of the card's own language. */
const PLAIN = new Set('type version lang id $schema speak altText size weight color spacing style verb choiceStyle'.split(' ')); // prettier-ignore

/** Whatever is shown is read as Markdown by one client or another. */
export function cardRole(path: readonly string[]): CardRole {
  const name = path.findLast((part) => !/^\d+$/.test(part)) ?? '';
  if (LINKS.test(name)) return 'link';
  return PLAIN.has(name) ? 'plain' : 'markdown';
}

/** A text that Markdown shows as it is: what a person is called must not become a link. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_[\]()#]/g, '\\$&');
}

/** Whether a structured form is a card (https://adaptivecards.io). */
export function isCard(data: JsonValue): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'AdaptiveCard';
}
