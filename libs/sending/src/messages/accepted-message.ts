import type { Recipient } from '#lib/consent';
import type { Decision } from '#lib/decision';
import type { EntryId, EpochMs } from '#lib/kernel';
import type { TemplateDefinition } from '../catalog/catalog.js';
import type { AcceptItem } from './accept-item.js';
import type { Candidate } from './candidate.js';
import { chanceBefore } from './domain/chance-before.js';
import type { ChoicePlace } from './domain/choice-place.js';
import type { SendRequest } from './domain/message.js';
import type { NewMessage } from './message.store.js';

/** A request with all that it names looked up. */
export interface Prepared {
  readonly item: AcceptItem;
  readonly candidate: Candidate;
  readonly template: TemplateDefinition;
  readonly acceptedAt: EpochMs;
}

/** The row of an accepted message. One literal: built in steps it costs 40 microseconds and 13 kB of garbage. */
export function toMessage(
  { item: { request, sender }, candidate: { messageId, subject, policy }, template, acceptedAt }: Prepared,
  choice: ChoicePlace | null,
  { status, reason, notBefore, dueAt, endedAt }: Standing,
  entryIds: readonly EntryId[],
): NewMessage {
  const { recipient, purpose, topic, campaign } = subject;
  return {
    id: messageId,
    brandId: sender.brandId,
    contactId: recipient.contactId,
    subjectId: recipient.subjectId,
    contactPointId: recipient.point?.id ?? null,
    channel: subject.channel,
    class: subject.class,
    purposeId: purpose.id,
    topicId: topic?.id ?? null,
    campaignId: campaign?.id ?? null,
    step: request.step ?? null,
    variant: request.variant ?? null,
    experiment: request.experiment ?? null,
    templateId: template.id,
    language: languageOf(request, recipient, template.languages, template.defaultLanguage),
    variables: request.variables ?? {},
    policyKey: policy.policy.key,
    test: sender.test,
    acceptedAt,
    sendAt: subject.sendAt,
    expiresAt: subject.expiresAt,
    priority: subject.priority,
    override: subject.override,
    choice,
    status,
    reason,
    notBefore,
    dueAt,
    attempt: 0,
    worker: null,
    providerId: null,
    providerRef: null,
    firstStartedAt: null,
    endedAt,
    entryIds,
  };
}

export type Standing = Pick<NewMessage, 'status' | 'reason' | 'notBefore' | 'dueAt' | 'endedAt'>;

/** Where a decision leaves an accepted message. */
export function standing(decision: Decision, now: EpochMs, wakeUpMs: number): Standing {
  switch (decision.outcome) {
    case 'pass':
      return { status: 'queued', reason: null, notBefore: null, dueAt: now + wakeUpMs, endedAt: null };
    case 'defer': {
      const { reason, until, notBefore } = decision;
      const isHopeless = (reason === 'rate_limit' || reason === 'warm_up') && notBefore === null;
      const again = isHopeless ? chanceBefore(until, now) : until;
      return { status: 'queued', reason, notBefore: again, dueAt: again, endedAt: null };
    }
    case 'drop':
      return { status: 'dropped', reason: decision.reason, notBefore: null, dueAt: null, endedAt: now };
  }
}

/** The first of: the caller's wish, the contact's language, the template's fallback; of those the template has. */
function languageOf(request: SendRequest, recipient: Recipient, has: readonly string[], fallback: string): string {
  const wishes = [request.language, recipient.language].flatMap((tag) =>
    tag === undefined || tag === null ? [] : [tag, tag.split('-')[0] ?? tag],
  );
  return wishes.find((tag) => has.includes(tag)) ?? fallback;
}
