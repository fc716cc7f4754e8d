/** A mail has few parts with parts of their own: a report that quotes a forwarded mail has four. */
const MOST = 100;

/**
 * Whether a mail says more often than any mail has reason to that a part has parts of its own. Parsers take their time
 * for each of them once more for each that it lies in, so it is looked at before anything is parsed. Every field is one
 * that does not plainly name a type without parts, as comments and quotes can stand anywhere in a name; fields of parts
 * that are only quoted count as well: the count is an upper bound.
 */
export function isTooNested(raw: Uint8Array): boolean {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  let count = 0;
  for (const { 0: name, index } of text.matchAll(/^[ \t]*content-type\s*:/gim)) {
    const from = index + name.length;
    if (!PLAIN.test(text.slice(from, from + 200)) && ++count > MOST) return true;
  }
  return false;
}

/** A type that has no parts. */
const PLAIN = /^\s*(?!multipart\/|message\/)[a-z0-9-]+\/[a-z0-9.+_-]+\s*(?:;|$|[\r\n])/i;
