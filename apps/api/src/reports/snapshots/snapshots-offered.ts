import { DateTime } from 'luxon';
import { z } from 'zod';
import { type BrandId, DomainError } from '#lib/kernel';
import { toIso } from '#lib/platform';
import {
  asToldToday,
  changesReport,
  type Report,
  REPORT_ROLES,
  type SnapshotService,
  snapshotsReport,
} from '#lib/reporting';
import { FORMS, type OfferedReport, seenByAnybody } from '../catalog/offered-report.js';
import { PeriodQuery, type ReportPeriods } from '../report-period.js';

export const SnapshotsQuery = z.strictObject({
  month: z
    .string()
    .regex(/^[0-9]{4}-(0[1-9]|1[0-2])$/, 'must be a month, such as 2026-10')
    .optional()
    .meta({ description: 'One month; left out: every month that is kept.' }),
  report: z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .optional()
    .meta({ description: 'One report of that month: what it says otherwise now.' }),
  show: z
    .enum(['changes', 'kept'])
    .default('changes')
    .meta({ description: 'kept: the report itself, as it was when the month was closed.' }),
  zone: PeriodQuery.zone,
  ...FORMS,
});
export const KeptBytesQuery = z.strictObject({
  month: SnapshotsQuery.shape.month.unwrap(),
  report: SnapshotsQuery.shape.report.unwrap(),
});
type SnapshotsQuery = z.infer<typeof SnapshotsQuery>;

/** Reports of months that are over, and what has changed since. */
export function snapshotsOffered(
  snapshots: SnapshotService,
  periods: ReportPeriods,
  others: () => readonly OfferedReport[],
): OfferedReport<typeof SnapshotsQuery> {
  return {
    key: 'snapshots',
    // It shows reports of every role, so it is for those who have all of them.
    roles: REPORT_ROLES,
    needsAllRoles: true,
    query: SnapshotsQuery,
    async make(brandId: BrandId, query: SnapshotsQuery, seesMessages) {
      const { show, zone } = query;
      const [month, key] = [query.month ?? null, query.report ?? null];
      const period = await periods.of(brandId, { zone, ...(month === null ? {} : daysOf(month)) });
      const parameters = { month, report: key, show };
      const kept = await snapshots.kept(brandId, month, key);
      if (month === null || key === null) {
        const frame = { period: { from: period.from, to: period.to, of: 'event' as const }, zone: period.zone };
        const { now: dataThrough, position: ledgerPosition } = await snapshots.position();
        const listed = snapshotsReport(kept, { ...frame, parameters, dataThrough, ledgerPosition });
        return { report: listed, chart: () => null, figures: [] };
      }
      const [found] = kept;
      const offered = others().find((one) => one.key === key);
      if (found === undefined || offered === undefined) throw nothingKept();
      const seen = (report: Report): Report => (seesMessages ? report : seenByAnybody(offered, report));
      const then = seesMessages ? found.report : await toldToday(brandId, offered, month, found.report);
      if (show === 'kept') return { report: then, chart: () => null };
      const now = await offered.make(brandId, queryOfMonth(offered, month, found.report.zone), seesMessages);
      return {
        report: changesReport(then, seen(now.report), { parameters }),
        chart: () => null,
        figures: [],
      };
    },
  };
}

/** What was kept of a month, for somebody who may not see single people: no more than they would be told of it today. */
async function toldToday(brandId: BrandId, offered: OfferedReport, month: string, kept: Report): Promise<Report> {
  const query = queryOfMonth(offered, month, kept.zone, toIso(kept.dataThrough));
  const { report } = await offered.make(brandId, query, false);
  return asToldToday(seenByAnybody(offered, kept), seenByAnybody(offered, report));
}

export function nothingKept(): DomainError {
  return new DomainError('not_found', 'Nothing is kept of this report and month. The list without them names what is.');
}

/** First and last day of a month. */
function daysOf(month: string): { readonly from: string; readonly to: string } {
  const to = DateTime.fromISO(month, { zone: 'utc' }).endOf('month').toISODate();
  return { from: `${month}-01`, to: to ?? '' };
}

/** What a report is asked by for a month of a zone, with its defaults; for an instant of the past, where one is named. */
export function queryOfMonth(
  { query }: OfferedReport,
  month: string,
  zone: string,
  asOf?: string,
): Record<string, unknown> {
  return query.parse({ ...daysOf(month), zone, ...(asOf === undefined ? {} : { asOf }) });
}
