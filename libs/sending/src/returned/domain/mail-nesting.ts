/** A mail has few parts with parts of their own: a report that quotes a forwarded mail has four. */
const MOST = 100;

/**
 * Whether a mail says more often than any mail has reason to that a part has parts of its own. Parsers take their time
 * for each of them once more for each that it lies in, so it is looked at before anything is parsed. Folded fields and
 * parts that are only quoted count as well: the count is an upper bound.
 */
export function isTooNested(raw: Uint8Array): boolean {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  let count = 0;
  for (const _ of text.matchAll(/(?:multipart|message)\s*\//gi)) {
    if (++count > MOST) return true;
  }
  return false;
}
