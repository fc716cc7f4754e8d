import { createHash } from 'node:crypto';
import { type Cell, cellKey } from '#lib/consent';

/** 60 bits: of a thousand boxes on one page no two have the same, and it stays what it is when the page changes. */
const CHARS = 10;

/** What a box is called in the form: short, because a page has many of them. */
export function boxName(cell: Pick<Cell, 'pointId' | 'purposeId' | 'topicId'>): string {
  return createHash('sha256').update(cellKey(cell)).digest('base64url').slice(0, CHARS);
}
