import type { AcceptReport } from './accept.js';
import type { BulkReport } from './bulk.js';
import type { ImportReport } from './import.js';
import type { LedgerReport } from './ledger-report.js';
import type { OptOutReport } from './optout.js';
import type { PipelineReport } from './pipeline.js';
import type { DatabaseCost } from './statements.js';

/** The figures of a pipeline run, for people. */
export function pipelineText(report: PipelineReport): string {
  const { acceptBatchMs: batch, drainMs: drain, peakRssMb: rss, cpuMicroseconds: cpu } = report;
  const cpuText = Object.entries(cpu).flatMap(([part, value]) => (value === null ? [] : [`${part} ${value}`]));
  return [
    `pipeline on ${report.backend}, ${report.messages} messages a round`,
    `  messages/s      ${report.messagesPerSecond} (${report.messagesPerHour.toLocaleString('en')} an hour)`,
    `  bare BullMQ/s   ${report.baselinePerSecond}`,
    `  ratio           ${report.ratio}${report.rounds.length > 1 ? ` (rounds: ${report.rounds.map(({ ratio }) => ratio).join(', ')})` : ''}`,
    `  accept          p50 ${batch.p50} ms, p99 ${batch.p99} ms, max ${batch.max} ms for a batch of ${batch.lines}`,
    `  after accept    ${drain.ends} ms until every message had its end, ${drain.ledger} ms more until every entry had its position`,
    `  peak memory     api ${rss.api} MB, workers ${rss.worker} MB`,
    `  CPU per message ${cpuText.join(', ')} microseconds; bare BullMQ ${report.baselineCpuMicroseconds ?? 'unknown'}`,
    ...report.checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}            ${check}: ${found}`),
    ...(report.database === null ? [] : databaseLines(report.database)),
  ].join('\n');
}

const STATEMENT_WIDTH = 110;

function databaseLines({ walBytes, walRecords, fullPages, commits, statements, tables }: DatabaseCost): string[] {
  const cell = (value: number | string, width: number): string => String(value).padStart(width);
  return [
    `  PostgreSQL, per message: ${walBytes} bytes of WAL in ${walRecords} records, ${fullPages} whole pages; ${commits} commits in all`,
    `  ${cell('inserted', 10)}${cell('updated', 9)}${cell('in page', 9)}${cell('deleted', 9)}  table`,
    ...tables.map(
      (t) =>
        `  ${cell(t.inserted, 10)}${cell(t.updated, 9)}${cell(t.updatedInPage, 9)}${cell(t.deleted, 9)}  ${t.table}`,
    ),
    `  ${cell('us', 6)}${cell('calls', 7)}${cell('rows', 8)}${cell('WAL', 7)}${cell('pages', 7)}  statement`,
    ...statements.map(
      (s) =>
        `  ${cell(s.microseconds, 6)}${cell(s.calls, 7)}${cell(s.rowsPerCall, 8)}${cell(s.walBytes, 7)}${cell(s.pages, 7)}  ${s.statement.trim().slice(0, STATEMENT_WIDTH)}`,
    ),
  ];
}

/** The figures of single requests, for people. */
export function acceptText(report: AcceptReport): string {
  const row = (name: string, { requestsPerSecond, latencyMs }: AcceptReport['accept']): string =>
    `  ${name.padEnd(22)}${requestsPerSecond}/s, p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms, max ${latencyMs.max} ms`;
  return [
    `single requests, ${report.connections} at once for ${report.seconds} s`,
    row('POST /v1/messages', report.accept),
    row('GET /livez', report.baseline),
    `  ratio                 ${report.ratio}`,
    `  answers other than 202: ${report.accept.failed}`,
  ].join('\n');
}

/** What long requests take in memory, for people. */
export function bulkText(report: BulkReport): string {
  const row = ({ lines, seconds, linesPerSecond, idleRssMb, peakRssMb, peakLiveMb }: BulkReport['long']): string =>
    `  ${String(lines).padStart(9)} lines       ${seconds} s, ${linesPerSecond}/s, api ${idleRssMb} MB before, ${peakRssMb} MB at its peak, ${peakLiveMb} MB alive after a full collection at most`;
  return [
    `one request on ${report.backend}, each to a gateway of its own`,
    row(report.short),
    row(report.long),
    `  memory, long to short ${report.memoryRatio}`,
    ...report.checks.map(
      ({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}                  ${check}: ${found}`,
    ),
  ].join('\n');
}

/** What opting out under load took, and whether it won, for people. */
export function optOutText(report: OptOutReport): string {
  const { acknowledgedMs: ms } = report;
  return [
    `opt-outs on ${report.backend} for ${report.seconds} s`,
    `  capacity              ${report.capacityPerSecond} messages/s to their ends, when nobody left`,
    `  load                  ${report.offeredPerSecond} messages/s offered, ${report.acceptedPerSecond} accepted, ${report.startedPerSecond} hand-overs/s started`,
    `  opt-outs              ${report.optOuts}, acknowledged after p50 ${ms.p50} ms, p99 ${ms.p99} ms, max ${ms.max} ms`,
    `  on their way already  ${report.inFlight} messages, named in the answers`,
    `  caught in time        ${report.caught} messages that had been accepted before`,
    `  started meanwhile     ${report.startedMeanwhile} of ${report.startedBefore} hand-overs to people who left`,
    `  started afterwards    ${report.startedAfter} by position, ${report.startedAfterAnswer} by the clock`,
    ...report.checks.map(
      ({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}                  ${check}: ${found}`,
    ),
  ].join('\n');
}

/** How fast people come in, for people. */
export function importText(report: ImportReport): string {
  const row = (name: string, { seconds, rowsPerSecond, peakRssMb }: ImportReport['import']): string =>
    `  ${name.padEnd(22)}${rowsPerSecond} rows/s (${seconds} s), peak memory ${peakRssMb} MB`;
  return [
    `an import of ${report.rows} rows, ${report.fileMb} MB of CSV`,
    row('dry run', report.dryRun),
    row('import', report.import),
    row('the same again', report.again),
    row('undo', report.undo),
    `  ${'copy of its lines'.padEnd(22)}${report.copy.rowsPerSecond} rows/s (${report.copy.seconds} s): the import takes ${report.timesCopy} times as long`,
    ...(report.database === undefined ? [] : databaseLines(report.database)),
    ...report.checks.map(
      ({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}                  ${check}: ${found}`,
    ),
  ].join('\n');
}

/** The figures of the ledger, for people. */
export function ledgerText({
  fullSpeed,
  grouped,
  atRate,
  overhead,
  sharedOverhead,
  businessOverhead,
  drain,
  proofs,
  bytesPerEntry,
  bundle,
  checks,
}: LedgerReport): string {
  const published = ({ publishedMs: { p50, p99, max } }: LedgerReport['fullSpeed']): string =>
    `published after p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
  const cost = ({ node, postgres }: LedgerReport['overhead']['cpuUs']['bare']): string => `${node} + ${postgres} us`;
  return [
    'ledger',
    `  full speed      ${fullSpeed.appendsPerSecond} durable single appends/s, a transaction each, ${published(fullSpeed)}`,
    `  shared          ${grouped.appendsPerSecond} durable single appends/s, callers sharing transactions, ${published(grouped)}`,
    `  at ${atRate.rate}/s       ${atRate.appendsPerSecond} appends/s, ${published(atRate)}`,
    ...(
      [
        ['a consent with its evidence', businessOverhead],
        ['one row', overhead],
        [`${sharedOverhead.each} rows to a transaction`, sharedOverhead],
      ] as const
    ).flatMap(([what, { ratio, rounds, barePerSecond, cpuUs }]) => [
      `  overhead        ${ratio} against a bare insert of the same bytes beside ${what} (rounds: ${rounds.join(', ')}; ${barePerSecond} bare/s)`,
      `                  processor time of each, Node + PostgreSQL: ${cost(cpuUs.bare)} bare, ${cost(cpuUs.appended)} with an append`,
    ]),
    `  drain           ${drain.entries} entries: ${drain.positionsPerSecond} positions/s, ${drain.publishedPerSecond} published/s`,
    `  proofs          p50 ${proofs.ms.p50} ms, p99 ${proofs.ms.p99} ms, max ${proofs.ms.max} ms in a log of ${proofs.entries}; a query for nothing p50 ${proofs.emptyMs.p50} ms, p99 ${proofs.emptyMs.p99} ms`,
    `  stored          ${bytesPerEntry} bytes an entry, indexes and disclosures included`,
    `  bundle          ${bundle.records} records (${bundle.mb} MB) built in ${bundle.builtMs} ms, verified in ${bundle.verifiedMs} ms`,
    ...checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}            ${check}: ${found}`),
  ].join('\n');
}
