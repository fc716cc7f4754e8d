import type { TrackingSettings } from '#lib/consent';
import type { Catalog } from '../catalog/catalog.js';
import type { Candidate } from '../messages/candidate.js';
import type { DecisionBatch } from '../messages/decision-batch.js';
import type { HandOverNote } from '../messages/domain/entries.js';
import type { Message } from '../messages/domain/message.js';

/** What may be counted of a mail to this person. A message that never leaves the machine is counted by nobody. */
export function countedOf(
  catalog: Catalog,
  batch: DecisionBatch,
  { channel, brandId, test }: Message,
  candidate: Candidate,
): TrackingSettings | null {
  const { purpose: key, links = false, opens = false } = candidate.subject.brand.tracking ?? {};
  if (key === undefined || channel !== 'email' || test || !(links || opens)) return null;
  const purpose = catalog.purpose(brandId, { key });
  return purpose !== undefined && batch.mayCount(candidate, purpose) ? { purpose: key, links, opens } : null;
}

/** What is sealed in the ledger says that it is counted. */
export function noting(note: HandOverNote, counts: TrackingSettings | null): HandOverNote {
  return counts === null ? note : { ...note, counts: true };
}
