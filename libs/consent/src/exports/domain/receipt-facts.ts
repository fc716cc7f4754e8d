import type { Channel } from '#lib/kernel';
import type { BrandDefinition } from '../../definitions/definition.store.js';
import { isRefusal, isYes } from '../../consents/domain/consent-fold.js';
import type { ExportedEvent } from '../export.store.js';

/** What a receipt is made of. */
export interface ReceiptFacts {
  readonly brand: BrandDefinition & { readonly privacyUrl: string | null };
  /** The person's id in the controller's system: a receipt needs no address. */
  readonly externalId: string;
  readonly event: ExportedEvent;
  readonly channel: Channel;
  /** The person had said yes to the same before. */
  readonly renewed: boolean;
  readonly language: string;
}

/** Whether an event says no to something, or ends it: then it has no legal basis of its own. */
export function isNo({ event }: ReceiptFacts): boolean {
  return isRefusal(event.kind) || event.kind === 'expired' || event.kind === 'invalidated';
}

/** Whether an event leaves a consent that stands; a request leaves none, and neither does a no or an end. */
export function isConsent({ event }: ReceiptFacts): boolean {
  return isYes(event.kind) || event.kind === 'imported';
}

/** Whether the person is known to have said it in so many words; what a list claims without them is not. */
export function isExpress({ event }: ReceiptFacts): boolean {
  return event.kind !== 'imported' && !event.legalBasis.startsWith('implied');
}

/** A label in a language, or in its base language, or any. */
export function labelIn(labels: Readonly<Record<string, string>>, language: string, otherwise: string): string {
  return labels[language] ?? labels[language.split('-')[0] ?? ''] ?? Object.values(labels)[0] ?? otherwise;
}

/** What the event is about, for a reader: the topic, or else the purpose. */
export function subjectOf({ event, language }: ReceiptFacts): string {
  const purpose = labelIn(event.purposeLabels, language, event.purpose);
  if (event.topic === null) return purpose;
  return `${purpose}: ${labelIn(event.topicLabels ?? {}, language, event.topic)}`;
}
