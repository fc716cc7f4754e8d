/** How much of what there is stands on one page. */
export const PAGE_LENGTHS = ['whole', 'brief', 'parted'] as const;
export type PageLength = (typeof PAGE_LENGTHS)[number];

export interface PageSize {
  readonly length: PageLength;
  /** So many topics at most; null: all. */
  readonly topics: number | null;
}

/**
 * The largest page that fits. One topic at least, however long it is.
 * @param topics that there are to choose from
 * @param make   its page of a size; null when it is too big for a slow line
 * @returns the page; null when not even the smallest fits
 */
export function largestThatFits<T>(topics: number, make: (size: PageSize) => T | null): T | null {
  for (const length of PAGE_LENGTHS) {
    const page = make({ length, topics: null });
    if (page !== null) return page;
  }
  let [best, least, most] = [null as T | null, 1, topics - 1];
  while (least <= most) {
    const middle = Math.ceil((least + most) / 2);
    const page = make({ length: 'parted', topics: middle });
    if (page === null) most = middle - 1;
    else [best, least] = [page, middle + 1];
  }
  return best;
}
