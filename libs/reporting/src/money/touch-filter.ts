import type { ConversionPath, Touches } from '#lib/attribution';
import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { FactKind } from '../facts/domain/fact.js';
import { factStore, keyOf } from '../facts/fact.store.js';
import type { Books, Conversion } from './domain/books.js';
import type { CreditedTouch } from './domain/credited-touches.js';
import { PATH_STEP, type Segment, segmentOf } from './domain/revenue-reports.js';

/** Which touches are behind a figure; what is null narrows nothing. */
export interface TouchFilter {
  /** Of this channel, campaign or topic. */
  readonly name: string | null;
  /** Of conversions of this segment. */
  readonly segment: { readonly by: Segment; readonly is: string } | null;
  /** Of this whole path. */
  readonly path: string | null;
  /** Of touches on this place of a path, or from it on. */
  readonly place: { readonly at: number; readonly isFrom: boolean } | null;
}

export function isWanted(
  books: Books,
  { touches, conversion }: ConversionPath,
  log: Touches,
  { segment, path }: TouchFilter,
): boolean {
  if (conversion === null) return false;
  if (segment !== null && segmentOf(books, conversion as Conversion, segment.by) !== segment.is) return false;
  return path === null || Array.from(touches, (touch) => log.nameOf(touch)).join(PATH_STEP) === path;
}

export function isTouchWanted(touch: CreditedTouch, { name, place }: TouchFilter): boolean {
  if (name !== null && touch.name !== name) return false;
  return place === null || (place.isFrom ? touch.place >= place.at : touch.place === place.at);
}

/** Visits are facts, and so is what converted: each names its ledger entry. */
export async function withEntries(
  tx: Tx,
  brandId: BrandId,
  asOf: EpochMs,
  touches: readonly CreditedTouch[],
  converted: FactKind,
): Promise<CreditedTouch[]> {
  const visitOf = ({ touch }: CreditedTouch): string | null =>
    touch.startsWith(VISIT) ? touch.slice(VISIT.length) : null;
  const named = touches.flatMap((touch) => {
    const visit = visitOf(touch);
    return [
      { kind: converted, id: touch.conversion },
      ...(visit === null ? [] : [{ kind: 'visit' as const, id: visit }]),
    ];
  });
  const entries = await factStore.entriesOf(tx, brandId, asOf, named);
  return touches.map((touch) => ({
    ...touch,
    entry: entries.get(keyOf('visit', visitOf(touch) ?? '')) ?? null,
    conversionEntry: entries.get(keyOf(converted, touch.conversion)) ?? null,
  }));
}

/** So the id of a touch begins that was a visit. */
const VISIT = 'visit ';

export function placeOf({ convertedAt, conversion, contact, place, among, touch }: CreditedTouch): string {
  const last = among === 1 ? [] : [touch];
  return [toIso(convertedAt), conversion, contact, String(place).padStart(9, '0'), ...last].join(' ');
}
