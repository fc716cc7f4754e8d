import type { BrandId, EpochMs } from '#lib/kernel';
import type { ReportNote } from './report.js';

/** About what a report of messages and consents is asked. */
export interface Asked {
  readonly brandId: BrandId;
  /** From this instant on ... */
  readonly from: EpochMs;
  /** ... and before this one. */
  readonly to: EpochMs;
  /** IANA zone in which the days of the period begin. */
  readonly zone: string;
  /** As it stood at an instant of the past; null: now. */
  readonly asOf: EpochMs | null;
}

/** The snapshot that figures were read in. */
export interface ReadIn {
  readonly readAt: EpochMs;
  /** Entries in the log then; of a report about the past, in the last checkpoint that was signed before. Null: there was none. */
  readonly ledgerSize: number | null;
}

/** What of a report follows from what was asked and when it was read. */
export function frameOf({ from, to, zone, asOf }: Asked, { readAt, ledgerSize }: ReadIn, of: 'event' | 'cohort') {
  return {
    period: { from, to, of },
    zone,
    dataThrough: asOf ?? readAt,
    ledgerPosition: ledgerSize ?? 0,
    pastNotes: pastNotes(asOf, ledgerSize),
  };
}

/** What the ledger position of a report about the past is; nothing of one about now. */
export function pastNotes(asOf: EpochMs | null, ledgerSize: number | null): ReportNote[] {
  return asOf === null ? [] : [{ key: ledgerSize === null ? 'no_checkpoint_then' : 'checkpoint_then', values: {} }];
}

type Query = Readonly<Record<string, string | null | undefined>>;

/** A path with a query, without what is not asked for; null is asked for as an empty text. */
export function linkTo(path: string, query: Query): string {
  return withQuery(path, '?', query);
}

/** The same of many links that differ in the end of their queries alone. */
export function linksTo(path: string, query: Query): (end: Query) => string {
  const beginning = linkTo(path, query);
  const mark = beginning === path ? '?' : '&';
  return (end) => withQuery(beginning, mark, end);
}

function withQuery(before: string, mark: '?' | '&', query: Query): string {
  let [link, between] = [before, mark];
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined) continue;
    link += `${between}${name}=${encodeURIComponent(value ?? '')}`;
    between = '&';
  }
  return link;
}
