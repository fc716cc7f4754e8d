import type { FastifyReply } from 'fastify';
import { type Report, columnWord, reportCsv, type ReportLanguage } from '#lib/reporting';
import { toReportAnswer } from './report.schema.js';

/** In which form a report is answered. */
export interface ReportForm {
  readonly format: 'json' | 'csv';
  readonly excel?: 'de' | undefined;
  readonly language: ReportLanguage;
}

export async function sendReport(
  reply: FastifyReply,
  report: Report,
  { format, excel, language }: ReportForm,
): Promise<void> {
  if (format === 'json') {
    const answer = JSON.stringify(toReportAnswer(report));
    await reply.header('content-type', 'application/json; charset=utf-8').send(answer);
    return;
  }
  const header = { 'content-disposition': `attachment; filename="${report.key}.csv"` };
  const csv = reportCsv(report, excel === 'de' ? 'excel-de' : 'rfc4180', ({ key, unit }) => {
    const word = columnWord(key, language);
    return unit === null ? word : `${word} (${unit})`;
  });
  await reply.headers({ 'content-type': 'text/csv; charset=utf-8', ...header }).send(csv);
}
