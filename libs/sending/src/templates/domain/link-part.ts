/**
 * Where in a link a value stands, as far as it decides what the value may do there. `host`: text of the host stands before
 * it; `site`: it is the host. `parameters`: it stands first behind the question mark, and may be several.
 */
export const LINK_PARTS = [
  'site',
  'host',
  'mail',
  'number',
  'query',
  'parameters',
  'path',
  'fragment',
  'other',
] as const;
export type LinkPartName = (typeof LINK_PARTS)[number];

/** The part in which a text ends that begins a link, scheme included. */
export function partAfterScheme(text: string): LinkPartName {
  const [, scheme = '', rest = ''] = /^\s*(https?:\/\/|mailto:|tel:|sms:|cid:|#)([^]*)$/i.exec(text) ?? [];
  switch (scheme.toLowerCase()) {
    case 'mailto:':
      return partAfter('mail', rest);
    case 'tel:':
    case 'sms:':
      return partAfter('number', rest);
    case '#':
      return 'fragment';
    case 'cid:':
      return 'other';
    default:
      return partAfter('site', rest);
  }
}

/** And in which one is behind more of it. */
export function partAfter(part: LinkPartName, more: string): LinkPartName {
  if (more === '' || part === 'fragment' || part === 'other') return part;
  const fragment = more.indexOf('#');
  if (fragment !== -1 && part !== 'mail' && part !== 'number') return 'fragment';
  if (part === 'query' || part === 'parameters') return 'query';
  const query = more.indexOf('?');
  if (query !== -1) return query === more.length - 1 ? 'parameters' : 'query';
  if (part === 'site' || part === 'host') return /[/\\]/.test(more) ? 'path' : 'host';
  // Behind a whole link that was sent as a value nobody knows whether a query has begun.
  return part === 'path' && more.includes('&') ? 'query' : part;
}

/** Of two ways to one place, that in which a value may do less. */
export function stricterPart(a: LinkPartName, b: LinkPartName): LinkPartName {
  const [first, second] = [a, b].map((part) => LINK_PARTS.indexOf(part === 'site' ? 'host' : part));
  return (first ?? 0) <= (second ?? 0) ? a : b;
}

/**
 * A value as it stands in that part of a link, so that it stays in it (RFC 3986, 3): in a query it is one value, in a path
 * it begins no query, and to a host that the template names it adds nothing but letters, digits and hyphens, or what ends
 * the host. Null: it may not stand there.
 */
export function inPart(part: LinkPartName, value: string): string | null {
  switch (part) {
    case 'site':
      return /[\s@\\\p{Cc}]/u.test(value) ? null : value;
    case 'host':
      if (/^[/?#]/.test(value) && !/^\/\//.test(value)) return without(/[\s\\\p{Cc}]/gu, value);
      return /^[A-Za-z0-9-]*$/.test(value) ? value : null;
    case 'mail':
      return without(/[\s?&,;#"<>\\\p{Cc}]|%(?![0-9A-Fa-f]{2})/gu, value);
    case 'number':
      return /^[0-9A-Za-z+*().\s-]*$/.test(value) ? value.replace(/\s/g, '') : null;
    case 'query':
      // Whoever wrote it down encoded already, because nothing here did so once, is not encoded again.
      return /^(?:[A-Za-z0-9\-._~+]|%[0-9A-Fa-f]{2})*$/.test(value) ? value : encoded(value);
    case 'parameters':
      return without(/[\s#"<>\\\p{Cc}]/gu, value);
    case 'path':
      // What leads one step up (RFC 3986, 5.2.4), to browsers in this writing as well, would lead elsewhere.
      if (value.split(/[/\\]/).some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) return null;
      return without(/[\s?#"<>\\\p{Cc}]|%(?![0-9A-Fa-f]{2})/gu, value);
    case 'fragment':
      return without(/[\s"<>\\\p{Cc}]|%(?![0-9A-Fa-f]{2})/gu, value);
    case 'other':
      return value;
  }
}

function without(pattern: RegExp, value: string): string {
  return value.replace(pattern, (character) => encoded(character));
}

/** What is no well-formed text cannot be encoded, and says nothing. */
function encoded(value: string): string {
  return encodeURIComponent(value.replace(/[\uD800-\uDFFF]/gu, ''));
}
