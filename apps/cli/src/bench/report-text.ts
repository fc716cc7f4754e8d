import type { AcceptReport } from './accept.js';
import type { ImportReport } from './import.js';
import type { OptOutReport } from './optout.js';
import type { PipelineReport } from './pipeline.js';

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
  ].join('\n');
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

/** What opting out under load took, and whether it won, for people. */
export function optOutText(report: OptOutReport): string {
  const { acknowledgedMs: ms } = report;
  return [
    `opt-outs on ${report.backend} for ${report.seconds} s`,
    `  load                  ${report.acceptedPerSecond} messages/s accepted, ${report.startedPerSecond} hand-overs/s started`,
    `  opt-outs              ${report.optOuts}, acknowledged after p50 ${ms.p50} ms, p99 ${ms.p99} ms, max ${ms.max} ms`,
    `  on their way already  ${report.inFlight} messages, named in the answers`,
    `  caught in time        ${report.caught} messages that had been accepted before`,
    `  started afterwards    ${report.startedAfter}`,
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
    ...report.checks.map(
      ({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}                  ${check}: ${found}`,
    ),
  ].join('\n');
}
