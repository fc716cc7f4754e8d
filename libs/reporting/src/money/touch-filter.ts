import type { ConversionPath, Touches } from '#lib/attribution';
import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { FactKind } from '../facts/domain/fact.js';
import { factStore, keyOf } from '../facts/fact.store.js';
import { segmentsOfConversions } from '../activity/domain/segments-report.js';
import type { Books, Conversion } from './domain/books.js';
import type { CreditedTouch } from './domain/credited-touches.js';
import { type IsPlace, PlaceWeights } from './domain/place-parts.js';
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

/**
 * Whether a conversion is of a segment: of a buyer role, when somebody with that role had to do with it, as in the report on
 * segments, where it stands in the row of each.
 */
export function ofSegment(books: Books, { by, is }: NonNullable<TouchFilter['segment']>): (one: Conversion) => boolean {
  const segments = segmentsOfConversions(books, by);
  return (one) => segments(one).includes(is);
}

/** The same as the report on revenue has it, where a conversion stands in one row: of all its roles together. */
function ofRow(books: Books, { by, is }: NonNullable<TouchFilter['segment']>): (one: Conversion) => boolean {
  return (one) => segmentOf(books, one, by) === is;
}

/** @param isCredited whether it is about what a segment alone is credited, or about a row of a report */
export function wantedPaths(
  books: Books,
  { segment }: TouchFilter,
  isCredited: boolean,
): (path: ConversionPath) => boolean {
  const isOf = segment === null ? null : (isCredited ? ofSegment : ofRow)(books, segment);
  return ({ conversion }) => conversion !== null && isOf?.(conversion as Conversion) !== false;
}

/** Whether a path is the one whose touches alone are listed; what a name is credited with is of all of its paths. */
export function isPathListed({ touches }: ConversionPath, log: Touches, { path }: TouchFilter): boolean {
  return path === null || Array.from(touches, (touch) => log.nameOf(touch)).join(PATH_STEP) === path;
}

export function isTouchWanted(touch: CreditedTouch, { name, place }: TouchFilter): boolean {
  return (name === null || touch.name === name) && (place === null || isPlaceOf(place)(touch.place));
}

function isPlaceOf({ at, isFrom }: NonNullable<TouchFilter['place']>): IsPlace {
  return (place) => (isFrom ? place >= at : place === at);
}

/** For touches on some places of all paths of a name; null where it is about some paths, or about all places. */
export function weightsByPlace({ place, path, segment }: TouchFilter, isCredited: boolean): PlaceWeights | null {
  if (place === null || path !== null || (segment !== null && !isCredited)) return null;
  return new PlaceWeights(isPlaceOf(place));
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
