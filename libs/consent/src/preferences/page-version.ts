import { canonicalHash, type Json } from '../canonical-hash.js';
import { type Cell, cellKey } from './domain/cells.js';
import type { PreferenceFacts } from './domain/preference-facts.js';
import type { PageBrand } from './preference.store.js';

/** Of what a page shows: a wish that was made on another version is asked about again. */
export function versionOf(
  { fields, points, purposes, asksWritten }: PreferenceFacts,
  cells: readonly Cell[],
  { name, defaultLanguage }: Pick<PageBrand, 'name' | 'defaultLanguage'>,
): string {
  const { language, pausedUntil, wishes } = fields;
  const shown = {
    fields: { language, pausedUntil, wishes: wishes as Json },
    points: points.map(({ id }) => id),
    cells: cells.map((cell) => `${cellKey(cell)} ${cell.on}${asksWritten.has(cellKey(cell)) ? ' written' : ''}`),
    // What was agreed to is what could be read, and from whom. What has no words in the page's language has the brand's.
    brand: [name, defaultLanguage],
    words: purposes.map(({ labels, topics }) => [
      labels,
      ...topics.flatMap((topic) => [topic.labels, topic.descriptions]),
    ]),
  };
  return canonicalHash(shown).toString('base64url').slice(0, 16);
}
