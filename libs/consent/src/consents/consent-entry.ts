import type { BrandId, Channel, ContactId, ContactPointId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import type { JsonValue, NewEntry } from '#lib/ledger';
import { newId, toIso } from '#lib/platform';
import type { Evidence } from './consent.store.js';
import { detailsOf } from './domain/consent-basis.js';
import { type PlannedEvent, recordedAt } from './domain/plan-changes.js';

/** One consent event as the ledger keeps it. What points to the person is only committed to. */
export function consentEntry(
  event: PlannedEvent,
  brandId: BrandId,
  contact: { readonly id: ContactId; readonly subjectId: SubjectId },
  contactPointId: ContactPointId,
  channel: Channel,
  evidence: Evidence,
  now: EpochMs,
): NewEntry {
  return {
    id: newId<EntryId>(),
    type: `consent.${event.kind}`,
    subjectId: contact.subjectId,
    brandId,
    at: recordedAt(event, now),
    clear: {
      ch: channel,
      basis: evidence.legalBasis,
      via: evidence.method,
      doc: evidence.notice?.hash.toString('hex') ?? null,
    },
    disclosed: {
      contact: { id: contact.id, point: contactPointId },
      topic: { purpose: event.scope.purposeId, topic: event.scope.topicId },
      event: {
        id: event.id,
        occurredAt: toIso(event.occurredAt),
        validUntil: event.validUntil === null ? null : toIso(event.validUntil),
        effective: event.effective,
        source: evidence.source,
        notice: evidence.notice?.id ?? null,
        served: evidence.served ?? null,
        request: evidence.request ?? null,
        jurisdiction: evidence.jurisdiction ?? null,
        ...(event.retracts == null ? {} : { retracts: event.retracts }),
      },
      // The control's own words, and the text that stood beside it.
      wording: { control: evidence.wording, notice: evidence.notice?.wording ?? null },
      evidence: detailsOf(event, evidence.details) as JsonValue,
      actor: evidence.actor,
    },
  };
}
