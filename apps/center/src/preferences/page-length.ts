/** How much of what there is stands on one page. */
export const PAGE_LENGTHS = ['whole', 'brief', 'parted'] as const;
export type PageLength = (typeof PAGE_LENGTHS)[number];
