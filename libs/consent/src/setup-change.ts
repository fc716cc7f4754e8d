import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** Who changes something of the set-up, and when. */
export interface Change {
  /** Id of the API key, or 'operator' for a command on the deployment's own machine. */
  readonly by: string;
  readonly at: EpochMs;
}

/** What a create-or-update did. */
export interface Put<T> {
  readonly value: T;
  readonly created: boolean;
}

/** Part of a list, in order of key. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null on the last one. */
  readonly next: string | null;
}

export interface PageRequest {
  /** `next` of the page before; null for the first. */
  readonly after: string | null;
  readonly limit: number;
}

/** A page out of `limit + 1` rows. */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => string,
  convert: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(convert),
    next: rows.length > limit && last !== undefined ? positionOf(last) : null,
  };
}

/** Place of a version in a list. */
export function positionOf({ key, version }: { readonly key: string; readonly version: number }): string {
  return `${key}:${version}`;
}

/** What comes after a place in a list of versions; every version when it is null. */
export function afterVersion(position: string | null): {
  OR?: ({ key: { gt: string } } | { key: string; version: { gt: number } })[];
} {
  if (position === null) return {};
  const [key = '', version = '0'] = position.split(':');
  return { OR: [{ key: { gt: key } }, { key, version: { gt: Number(version) } }] };
}

/**
 * Puts the changes to one brand's set-up in order: what is read after it, is what the change before left.
 * Messages and contacts only refer to the brand, and do not wait for it.
 */
export async function lockBrandSetup(tx: Tx, brandId: BrandId): Promise<void> {
  await tx.execute`SELECT 1 FROM consent.brand WHERE id = ${brandId} FOR NO KEY UPDATE`;
}
