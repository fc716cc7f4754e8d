/** A bundle of evidence for an auditor: what is in it, and whether it is true. */
export { documentText } from './bundle-document.js';
export { type BundleRecord, isObject, type RecordRole, writeRecords } from './bundle-record.js';
export {
  boundsOf,
  checkTime,
  type SeenSize,
  seenAs,
  type TimedCheckpoint,
  TOLERANCE,
  writeTimes,
} from './bundle-times.js';
export { type BundleScope, type Manifest, MANIFEST, parseManifest, type Volume, writeManifest } from './manifest.js';
export { isBare, isErasure, isKeptYet, PersonChain } from './person-chain.js';
export { checksOf, recordsCsv, type ShownRecord, type SubjectLink, subjectOf } from './records-csv.js';
export { embedFiles, type OwnPrograms, REPORT, withoutHashes } from './report-files.js';
export {
  type BundleCheck,
  type BundleEvidence,
  type BundleVerdict,
  type RecordVerdict,
  verifyBundle,
} from './verify-bundle.js';
export { BUNDLE_EXIT_CODES, verdictJson, verdictText, volumesJson, volumesText } from './verdict-text.js';
export { volumeNumber, VolumesVerification, type VolumesVerdict } from './verify-volumes.js';
export { isWholeHistory, mergedWith } from './verify-chains.js';
export { checkHeads, type SubjectFile, writeSubjectFile } from './verify-heads.js';
export { type Files, readZip, writeZip } from './zip.js';
