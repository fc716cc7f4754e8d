import { FEW } from '../../domain/small-rows.js';
import type { Report, ReportNote, ReportRow } from '../../domain/report.js';
import { sumOf } from './amounts.js';
import { type Conversion, isOfPeople } from './books.js';

/** That rows of a report are of so few conversions, or beside such. */
export const ROWS_OF_FEW: ReportNote = { key: 'rows_of_few', values: { few: FEW } };

/** Columns that tell what some of the conversions behind a row are worth, or how long they took. */
export interface TellingColumns<One> {
  readonly keys: readonly string[];
  /** How many of these are behind what is told, and behind what follows from it and the columns before it. */
  readonly sizes: (some: readonly One[]) => readonly number[];
  /** How many are behind the difference to the columns right before, where those are told as well. */
  readonly besides?: (some: readonly One[]) => readonly number[];
  /** A mean is of a row alone: from those of others it does not follow. */
  readonly isMean?: boolean;
}

/** What is behind the rows of a report, in their order, and behind its total. */
export interface Behind<One> {
  readonly rows: readonly (readonly One[])[];
  readonly all: readonly One[];
  /** Rows that are told as one to whoever may not see single people. */
  readonly together?: ReadonlySet<ReportRow>;
  /** What all of them are worth is told, however few they are: as deals are, which are of companies. */
  readonly isTotalTold: boolean;
}

/** Places of rows, and of those told together that of all of them. */
interface Hidden {
  readonly places: ReadonlySet<number>;
  readonly total: boolean;
}

const NOTHING: Hidden['places'] = new Set();

/**
 * Marks the amounts that are of few: a row of many may have one with an amount that is known in the currency, or one that a
 * touch led to. So that none follows from the total, as many of the next rows are marked with them as make them not few, and
 * where all rows are not enough, the total. Amounts are marked wherever those before them are, so that what can be subtracted
 * is of the same conversions.
 */
export function withFewAmountsMarked<One>(
  report: Report,
  { rows, all, together = new Set(), isTotalTold }: Behind<One>,
  columns: readonly TellingColumns<One>[],
): Report {
  const merged = report.rows.flatMap((row, place) => (together.has(row) ? [place] : []));
  const groups = new Map(report.rows.flatMap((row, i) => (together.has(row) ? [] : [[i, rows[i] ?? []] as const])));
  if (merged.length > 0)
    groups.set(
      -1,
      merged.flatMap((place) => rows[place] ?? []),
    );
  const marks = report.rows.map((): string[] => []);
  const ofTotal: string[] = [];
  let before = NOTHING;
  let isRightBeforeTold = true;
  for (const { keys, sizes, besides, isMean = false } of columns) {
    const behind = (some: readonly One[]): number[] => [
      ...sizes(some),
      ...(isRightBeforeTold ? (besides?.(some) ?? []) : []),
    ];
    const found = [...groups].map(([place, some]) => [place, behind(some)] as const);
    const { places, total } = isMean ? fewAlone(found, behind(all)) : fewBeside(found, before);
    for (const place of places) for (const one of place < 0 ? merged : [place]) marks[one]?.push(...keys);
    const isHidden = total && !isTotalTold;
    if (isHidden) ofTotal.push(...keys);
    if (isMean) continue;
    isRightBeforeTold = !isHidden;
    // From what is told nowhere nothing is subtracted.
    if (!isHidden) before = places;
  }
  if (ofTotal.length === 0 && marks.every(({ length }) => length === 0)) return report;
  const marked = (row: ReportRow, keys: readonly string[]): ReportRow =>
    keys.length === 0 ? row : { ...row, ofFew: [...new Set([...(row.ofFew ?? []), ...keys])] };
  const { total, notes } = report;
  return {
    ...report,
    rows: report.rows.map((row, i) => marked(row, marks[i] ?? [])),
    total: total === null ? null : marked(total, ofTotal),
    notes: notes.includes(ROWS_OF_FEW) ? notes : [...notes, ROWS_OF_FEW],
  };
}

type Sizes = readonly (readonly [place: number, sizes: readonly number[]])[];

function fewAlone(found: Sizes, ofAll: readonly number[]): Hidden {
  return { places: new Set(found.flatMap(([place, sizes]) => (isFew(sizes) ? [place] : []))), total: isFew(ofAll) };
}

function fewBeside(found: Sizes, before: Hidden['places']): Hidden {
  const places = new Set(found.flatMap(([place, sizes]) => (isFew(sizes) || before.has(place) ? [place] : [])));
  if (places.size === 0) return { places, total: false };
  const isTogetherFew = (): boolean => {
    const hidden = found.filter(([place]) => places.has(place));
    return isFew((hidden[0]?.[1] ?? []).map((_, i) => sumOf(hidden.map(([, sizes]) => sizes[i] ?? 0))));
  };
  const others = found.filter(([place, sizes]) => !places.has(place) && sumOf(sizes) > 0);
  for (const [place] of others.sort(([a, one], [b, other]) => sumOf(one) - sumOf(other) || a - b)) {
    if (!isTogetherFew()) break;
    places.add(place);
  }
  return { places, total: isTogetherFew() };
}

function isFew(sizes: readonly number[]): boolean {
  return sizes.some((size) => size > 0 && size < FEW);
}

/** Whether it is in a sum of amounts: it has one, and a rate. A lead is worth nothing by itself. */
export function isPriced({ kind, amount }: Pick<Conversion, 'kind' | 'amount'>): boolean {
  return kind !== 'lead' && amount !== null;
}

/** How many of those with an amount are meant, and how many are left. */
export function bothSides<One>(
  of: (one: One) => Conversion,
  isMeant: (one: One) => boolean,
): (some: readonly One[]) => [number, number] {
  return (some) => {
    const priced = some.filter((one) => isPriced(of(one)));
    const meant = priced.filter(isMeant).length;
    return [meant, priced.length - meant];
  };
}

/** Whether what all of them are worth is told, however few they are. */
export function areOfCompanies(all: readonly Conversion[]): boolean {
  return !all.some(({ kind }) => isOfPeople(kind));
}
