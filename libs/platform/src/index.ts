/** What every process stands on: configuration, database, queues, clock, zones, keys, logs, errors. */
export { Batcher, type BatcherOptions } from './batcher.js';
export * from './clock.js';
export * from './crash-point.js';
export { endOnSignal } from './end-on-signal.js';
export { collectSooner } from './heap.js';
export * from './random.js';
export { CONFIG, describeConfig, readConfig, type Config } from './config/config.js';
export { joinParts, nameOfColumn, SqlPart, sqlPart } from './database/composed.js';
export { column, type CopyTarget, uuidList } from './database/copy.js';
export type { CopiedRow } from './database/copy-out.js';
export { Database, type DatabaseOptions } from './database/database.js';
export { durabilityProblems } from './database/durability.js';
export type { ModelTx } from './database/models.js';
export { plainList, toIso, type Tx } from './database/tx.js';
export { platformChecks, runCheck, type Finding, type ReadinessCheck } from './health/readiness.js';
export { type CsvCell, type CsvDialect, csvLine, EXCEL_DE, RFC_4180 } from './http/csv.js';
export { instantInput, isWithinYears } from './http/instant.js';
export { escapePointer, MAX_JSON_DEPTH, parseJson, textProblem, repeatedMember } from './http/json-body.js';
export { lineGroupsOf, linesOf, type TextLine, withoutByteOrderMark } from './http/lines.js';
export {
  asDomainError,
  isDatabaseAway,
  PROBLEM_MEDIA_TYPE,
  statusOf,
  toProblem,
  type Problem,
} from './http/problem.js';
export { type PlainIssue, plainIssues, type SchemaIssue } from './http/plain-issues.js';
export { answerUnreadable } from './http/unreadable.js';
export { ProblemFilter } from './http/problem.filter.js';
export { holidays, holidaysEdition } from './holidays/index.js';
export { placeAdvice, places, placesEdition } from './places/index.js';
export { countryInput, placeInput, regionInput } from './places/place-input.js';
export { ianaNames, tzdb, tzdbEdition, zoneAdvice } from './zones/index.js';
export { cityOfZone, nameOfZone, Times } from './times/times.js';
export { createLogger, LOGGER, NestLogger, type Logger } from './logs/logger.js';
export { BULLMQ_SCHEMA, QueueModule, QUEUES, queueName, queueOptions, type WakeUp } from './queue/queue.module.js';
export { PlatformModule, STARTS_WITHOUT_DATABASE } from './platform.module.js';
export * from './security/api-key.js';
export * from './security/keys.js';
