import type { Books } from '../../money/domain/books.js';
import { assetsByAddress, type Engagement } from './activity.js';

/** Which of what people did is behind a figure; what is null narrows nothing. */
export interface EngagementFilter {
  readonly kind: Engagement['kind'] | null;
  /** Empty: what is about nothing. */
  readonly about: string | null;
  readonly channel: string | null;
  /** Sort of content, empty for any; and name of a content. */
  readonly sort: string | null;
  readonly asset: string | null;
}

/** Kinds of what people do, as filters name them. */
export const ENGAGEMENT_KINDS = [
  ...(['click', 'reply', 'visit', 'event', 'submit', 'registration', 'attendance', 'download'] as const),
] satisfies readonly Engagement['kind'][];

/** What people did, of a figure of pages, of contents or of sources. Those know of nothing without a channel, or a content. */
export function engagementsBehind(
  books: Pick<Books, 'assets'>,
  engagements: readonly Engagement[],
  { kind, about, channel, sort, asset }: EngagementFilter,
): Engagement[] {
  const assetAt = assetsByAddress(books.assets);
  return engagements.filter((one) => {
    const content = assetAt(one.about);
    return (
      (kind === null || one.kind === kind) &&
      (about === null || (one.about ?? '') === about) &&
      (channel === null || (channel === '' ? one.channel !== null : one.channel === channel)) &&
      (sort === null || (sort === '' ? content !== null : content?.sort === sort)) &&
      (asset === null || content?.name === asset)
    );
  });
}
