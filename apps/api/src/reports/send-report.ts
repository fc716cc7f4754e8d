import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Report, columnWord, reportCsv, type ReportLanguage } from '#lib/reporting';
import { toReportAnswer } from './report.schema.js';

/** In which form a report is answered. */
export interface ReportForm {
  readonly format: 'json' | 'csv';
  readonly excel?: 'de' | undefined;
  readonly language: ReportLanguage;
}

/** Whether a request that names no format asks for CSV by its Accept (RFC 9110, 12.5.1): named, and not after JSON. */
export function wantsCsv({ query, headers: { accept = '' } }: Pick<FastifyRequest, 'query' | 'headers'>): boolean {
  if (Object.hasOwn(query as object, 'format')) return false;
  const wanted = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((one) => one.startsWith('q='));
    return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
  });
  const best = wanted
    .filter(({ type, weight }) => weight > 0 && ['text/csv', 'application/json'].includes(type))
    .sort((a, b) => b.weight - a.weight)[0];
  return best?.type === 'text/csv';
}

export async function sendReport(
  reply: FastifyReply,
  report: Report,
  { format, excel, language }: ReportForm,
): Promise<void> {
  if (format === 'json' && !wantsCsv(reply.request)) {
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
