/**
 * One line of plain text for a mail header: a subject or a display name as a template or a brand gave it.
 *
 * Line breaks and every other control character become a space, so that no text can start a header of
 * its own. Characters that reorder what is displayed (embeddings, overrides, isolates) and halves of
 * surrogate pairs are removed: the first can make a text read as another one, the second cannot be encoded.
 */
export function headerText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
