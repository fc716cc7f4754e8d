import { fewAmong } from '../../domain/small-cells.js';
import type { Report, ReportNote } from '../../domain/report.js';
import { FEW } from '../../domain/small-rows.js';
import type { Segment } from './revenue-reports.js';
import type { Dimension } from '../touch.store.js';
import type { ConversionChoice } from './books.js';
import { isByFew } from './few-conversions.js';

/**
 * The notes of a report for somebody who may not see single people: a sentence beneath a table tells no number that the table
 * would hide. How many wait for something is left out where that is few; that amounts of few people want a rate is said,
 * and neither how many nor of which days.
 */
export function withoutFewNotes(report: Report): Report {
  const waiting = fewWaits(report);
  const rateless = ofPeople(report) ? fewRateless(report) : new Set<ReportNote>();
  if (waiting.size === 0 && rateless.size === 0) return report;
  const notes = report.notes.flatMap((note): ReportNote[] => {
    if (waiting.has(note)) return [];
    if (!rateless.has(note)) return [note];
    if (note.key === 'conversions_without_rate') return [{ key: 'few_without_rate', values: { few: FEW } }];
    const { currency = '', to = '' } = note.values;
    return [{ key: 'rate_of_few', values: { currency, to } }];
  });
  return { ...report, notes };
}

/** What of those in between waits for the same, where it is few, or would follow from what is in between and all others. */
function fewWaits({ columns, total, notes }: Report): ReadonlySet<ReportNote> {
  const waits = notes.filter(({ key }) => key.startsWith('waits.'));
  const sizes = waits.map((note) => [note, Number(note.values['messages'])] as const);
  const cell = total?.cells[columns.findIndex(({ key }) => key === 'processing')];
  const known = sizes.reduce((sum, [, size]) => sum + size, 0);
  const others = cell !== undefined && 'value' in cell ? Number(cell.value) - known : 0;
  const hidden = fewAmong<ReportNote | null>([...sizes, [null, others]]);
  return new Set(waits.filter((note) => hidden.has(note)));
}

/** What of few people wants a rate: all of it, or of some currencies alone, and of those that they would follow from. */
function fewRateless({ notes }: Report): ReadonlySet<ReportNote> {
  const all = notes.filter(({ key }) => key === 'conversions_without_rate');
  const currencies = notes.filter(({ key }) => key === 'missing_rate');
  if (all.some(({ values }) => isFew(values['conversions']))) return new Set([...all, ...currencies]);
  return fewAmong(currencies.map((note) => [note, Number(note.values['amounts'])] as const));
}

function ofPeople({ parameters: { conversion, within, by } }: Report): boolean {
  if (typeof conversion !== 'string') return false;
  return isByFew(conversion as ConversionChoice['of'], (within ?? null) as Segment | null, by as Dimension);
}

function isFew(number: string | number | undefined): boolean {
  return number !== undefined && Number(number) < FEW;
}
