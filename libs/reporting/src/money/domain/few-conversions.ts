import { fewAmong } from '../../domain/small-cells.js';
import { notAvailable, type Report, type ReportNote, type ReportRow } from '../../domain/report.js';
import { FEW } from '../../domain/small-rows.js';
import { segmentsOfConversions } from '../../activity/domain/segments-report.js';
import { isIn } from '../../activity/domain/influenced.js';
import { compare } from './amounts.js';
import { namesOf } from './credit.js';
import type { Dimension } from '../touch.store.js';
import type { ConversionTouches } from './path-gatherer.js';
import { type ConversionChoice, conversionsOf, isOfPeople } from './books.js';
import { ROWS_OF_FEW } from './few-amounts.js';
import type { MoneyData } from './frame.js';
import type { Segment } from './revenue-reports.js';

/** That a report is of so few conversions that only whoever may see single people is told what it says of them. */
export const OF_FEW: ReportNote = { key: 'of_few', values: { few: FEW } };

/**
 * Whether what a report credits are conversions of few: of people, or of one segment, of which `revenue` and `segments` do not
 * tell how many it has either, be it only because those of others would follow.
 * @param segment null: of all segments
 */
export function isOfFew(
  { books, frame }: Pick<MoneyData, 'books' | 'frame'>,
  choice: ConversionChoice,
  segment: { readonly by: Segment; readonly is: string } | null,
): boolean {
  const all = conversionsOf(books, choice).filter(({ at }) => isIn(at, frame));
  // What is worth anything is told beside how many want a rate: so those with an amount are few or not by themselves.
  return [all, all.filter(({ amount }) => amount !== null)].some((some) => {
    if (segment === null) return isOfPeople(choice.of) && some.length > 0 && some.length < FEW;
    const sizes = new Map<string, number>();
    const segmentsOf = segmentsOfConversions(books, segment.by);
    for (const one of some) for (const name of segmentsOf(one)) sizes.set(name, (sizes.get(name) ?? 0) + 1);
    return fewAmong([...sizes].sort(([a], [b]) => compare(a, b))).has(segment.is);
  });
}

/**
 * Whether rows are of those who converted, and not of companies alone: who they are is told by day, channel, campaign and
 * region of the deals of all, but not within a segment, nor by what somebody read.
 */
export function isByFew(of: ConversionChoice['of'], segment: Segment | null, by: Dimension): boolean {
  return isOfPeople(of) || segment !== null || by === 'topic' || by === 'content';
}

/** Rows, by the names that they begin with, of which only whoever may see single people is told. */
export interface FewRows {
  readonly names: ReadonlySet<string>;
  /** Whether what is unattributed is one of them. */
  readonly unattributed: boolean;
}

/**
 * Names on the paths of so few conversions that somebody could be told from what they earned, and those that are hidden
 * beside them, so that what is left between the rows and their total is of many; and the same of those alone whose amount is
 * known. It depends on paths alone: whatever model and number is asked for, the same rows are hidden.
 */
export function fewNames(conversions: readonly ConversionTouches[]): FewRows {
  const all = fewNamesOf(conversions);
  const withAmount = conversions.filter(({ conversion }) => conversion.amount !== null);
  if (withAmount.length === conversions.length) return all;
  const few = fewNamesOf(withAmount);
  return { names: new Set([...all.names, ...few.names]), unattributed: all.unattributed || few.unattributed };
}

function fewNamesOf(conversions: readonly ConversionTouches[]): FewRows {
  const paths = conversions.filter(({ touches }) => touches > 0).map((one) => [...new Set(namesOf(one))]);
  const sizes = new Map<string, number>();
  for (const names of paths) for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  const bySize = [...sizes].sort(([a, m], [b, n]) => m - n || compare(a, b)).map(([name]) => name);
  const hidden = new Set(bySize.filter((name) => (sizes.get(name) ?? 0) < FEW));
  const isHidden = (name: string): boolean => hidden.has(name);
  const isAmongFew = (): boolean => paths.filter((names) => names.some(isHidden)).length < FEW;
  const next = bySize[hidden.size];
  if (hidden.size > 0 && isAmongFew() && next !== undefined) hidden.add(next);
  const without = conversions.length - paths.length;
  if (without > 0 && without < FEW) {
    // A name may earn nothing by some model, and then it hides nothing: what hides must earn whole conversions by each.
    const beside = covering(paths, hidden);
    for (const name of beside === 'every' ? bySize : beside) hidden.add(name);
    return { names: hidden, unattributed: true };
  }
  return { names: hidden, unattributed: without > 0 && hidden.size > 0 && isAmongFew() };
}

/** Whose names to hide, the least first, so that no fewer conversions than `FEW` are of hidden names alone. */
function covering(paths: readonly (readonly string[])[], hidden: ReadonlySet<string>): readonly string[] | 'every' {
  let covered = 0;
  const alone = new Map<string, number>();
  for (const names of paths) {
    const [name, ...others] = names.filter((one) => !hidden.has(one));
    if (name === undefined) covered += 1;
    else if (others.length === 0) alone.set(name, (alone.get(name) ?? 0) + 1);
  }
  if (covered >= FEW) return [];
  const [least] = [...alone].filter(([, n]) => covered + n >= FEW).sort(([a, m], [b, n]) => m - n || compare(a, b));
  return least === undefined ? 'every' : [least[0]];
}

/** Findings on conversions that name few of them, or all but few. */
export function fewFindings(conversions: readonly ConversionTouches[]): FewRows {
  const all = conversions.length;
  const found = {
    conversions_without_touch: conversions.filter(({ touches }) => touches === 0).length,
    conversions_without_rate: conversions.filter(({ conversion }) => conversion.amount === null).length,
  };
  const isFew = (n: number): boolean => n > 0 && n < FEW;
  const names = Object.entries(found).flatMap(([name, n]) => (isFew(n) || isFew(all - n) ? [name] : []));
  return { names: new Set(names), unattributed: false };
}

/** Which columns of such a report say nothing of few. */
export interface FewColumns {
  /** What is told of few all the same; keys. */
  readonly stays: readonly string[];
  /** From what of the total, or where there is none of each row, it follows how much is unattributed; keys. */
  readonly follows?: readonly string[];
}

/** Marks what of a report is not told to who may not see single people. */
export function withFewMarked(report: Report, few: FewRows, { stays, follows = [] }: FewColumns): Report {
  if (few.names.size === 0 && !few.unattributed) return report;
  const own = report.columns.slice(1).flatMap(({ key }) => (stays.includes(key) ? [] : [key]));
  const following = few.unattributed ? follows : [];
  const { total } = report;
  const rows = report.rows.map((row) => {
    const [name] = row.cells;
    if (name === undefined || !('value' in name)) return row;
    const isFew = name.standsFor === undefined ? few.names.has(String(name.value)) : few.unattributed;
    const ofFew = isFew ? own : total === null ? following : [];
    return ofFew.length === 0 ? row : { ...row, ofFew };
  });
  return {
    ...report,
    rows,
    total: total === null || following.length === 0 ? total : { ...total, ofFew: following },
    notes: [...report.notes, ROWS_OF_FEW],
  };
}

/** The report for somebody who may not see single people: of few conversions nothing but what is of all. @param stays keys of columns */
export function withoutFewConversions(report: Report, stays: readonly string[]): Report {
  const marks = new Set([OF_FEW.key, ROWS_OF_FEW.key]);
  const isWhole = report.notes.some(({ key }) => key === OF_FEW.key);
  if (!report.notes.some(({ key }) => marks.has(key))) return report;
  const isTold = (key: string, at: number, ofFew: readonly string[]): boolean =>
    !ofFew.includes(key) && (!isWhole || at === 0 || stays.includes(key));
  const told = ({ cells, ofFew = [], ...row }: ReportRow): ReportRow => ({
    ...row,
    cells: cells.map((cell, i) => (isTold(report.columns[i]?.key ?? '', i, ofFew) ? cell : notAvailable('too_few'))),
  });
  return {
    ...report,
    rows: report.rows.map(told),
    total: report.total === null ? null : told(report.total),
    notes: [
      ...report.notes.filter(({ key }) => !marks.has(key) && key !== 'small_cells'),
      { key: 'small_cells', values: { few: FEW } },
    ],
  };
}
