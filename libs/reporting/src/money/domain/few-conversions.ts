import { fewAmong } from '../../domain/small-cells.js';
import { notAvailable, type Report, type ReportNote } from '../../domain/report.js';
import { FEW } from '../../domain/small-rows.js';
import { segmentsOfConversions } from '../../activity/domain/segments-report.js';
import { isIn } from '../../activity/domain/influenced.js';
import { compare } from './amounts.js';
import { type ConversionChoice, conversionsOf } from './books.js';
import type { MoneyData } from './frame.js';
import type { Segment } from './revenue-reports.js';

/** A lead is a person, and a person orders or does something of your own; opportunities and won deals are of companies. */
const OF_PEOPLE: ReadonlySet<ConversionChoice['of']> = new Set(['lead', 'order', 'custom']);

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
  if (segment === null) return OF_PEOPLE.has(choice.of) && all.length > 0 && all.length < FEW;
  const sizes = new Map<string, number>();
  const segmentsOf = segmentsOfConversions(books, segment.by);
  for (const one of all) for (const name of segmentsOf(one)) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  return fewAmong([...sizes].sort(([a], [b]) => compare(a, b))).has(segment.is);
}

/** The report for somebody who may not see single people: of few conversions nothing but what is of all. @param stays keys of columns */
export function withoutFewConversions(report: Report, stays: readonly string[]): Report {
  if (!report.notes.some(({ key }) => key === OF_FEW.key)) return report;
  const isTold = report.columns.map(({ key }, i) => i === 0 || stays.includes(key));
  const told = ({ cells, ...row }: Report['rows'][number]) => ({
    ...row,
    cells: cells.map((cell, i) => (isTold[i] === true ? cell : notAvailable('too_few'))),
  });
  return {
    ...report,
    rows: report.rows.map(told),
    total: report.total === null ? null : told(report.total),
    notes: [
      ...report.notes.filter(({ key }) => key !== OF_FEW.key && key !== 'small_cells'),
      { key: 'small_cells', values: { few: FEW } },
    ],
  };
}
