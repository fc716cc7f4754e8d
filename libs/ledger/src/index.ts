/** The append-only record of everything: appending, giving positions, reading, guarding. Sole writer of ledger.*. */
export { ENTRY_TYPES, type EntryType, type NewEntry, type NewEntryOf } from './domain/entry-types.js';
export { LedgerModule } from './ledger.module.js';
export { type Disclosures, LedgerService, type PersonEntry } from './ledger.service.js';
export type { EntryFilter, EntryPage, FoundEntry, LoggedEntry } from './read.store.js';
export type { LedgerKeys } from './sealing.js';
export { type JsonObject, type JsonValue, WrittenJson } from '#lib/proof';
export { LedgerDamaged, Sequencer, type SequencerOptions } from './sequencer.js';
export { POLICY_FILE, Publisher, type PublisherOptions } from './publisher.js';
export { PublishedLog, type PublishedEntry } from './published-log.js';
export { type AuditReport, type AuditStep, Unavailable } from './audit.js';
export { auditDatabase, type DatabaseAudit } from './audit-database.js';
export { auditSource, type LogSource } from './audit-source.js';
export { readIfThere, writeDurably } from './durable-file.js';
export { KEY_FILE, memoryName, readKeys } from './signer.js';
export { checkGuards, type GuardViolation } from './guards.js';
export type { Hold, Resumption } from './recognition.store.js';
export { handOverCheck, ledgerCheck, publishingCheck } from './ledger-check.js';
