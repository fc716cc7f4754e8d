import type { Channel, EpochMs } from '#lib/kernel';
import type { BrandDefinition } from '../../definitions/definition.store.js';
import { basisKindOf, UNPROVEN } from '../../consents/domain/consent-basis.js';
import { type Article, articleOf } from '../../consents/domain/legal-basis.js';
import { type ConsentFact, foldConsent, isRefusal, isYes } from '../../consents/domain/consent-fold.js';
import type { ExportedEvent } from '../export.store.js';

/** What a receipt is made of. */
export interface ReceiptFacts {
  readonly brand: BrandDefinition & { readonly privacyUrl: string | null; readonly phone: string | null };
  /** The person's id in the controller's system: a receipt needs no address. */
  readonly externalId: string;
  readonly event: ExportedEvent;
  readonly channel: Channel;
  /** The person had said yes to the same before. */
  readonly renewed: boolean;
  /** Of a no or an end: the legal basis of the yes that it ends; null where there was none. */
  readonly ends: string | null;
  /** Of an event that takes another back; null: of any other. */
  readonly takesBack: TakesBack | null;
  /** By which event this one was taken back, and when; null: by none. */
  readonly takenBack: { readonly id: string; readonly at: EpochMs } | null;
  readonly language: string;
}

/** What was taken back, and by which event its scope stands since; null: nothing else was said. */
export interface TakesBack {
  readonly taken: Pick<ExportedEvent, 'id' | 'kind'>;
  readonly stands: ExportedEvent | null;
}

/** @param events of the person */
export function takesBackOf(event: ExportedEvent, events: readonly ExportedEvent[]): TakesBack | null {
  const taken = events.find(({ id }) => id === event.retracts);
  if (taken === undefined) return null;
  const known = events.filter(
    (one) =>
      one.pointId === event.pointId &&
      one.purpose === event.purpose &&
      one.topic === event.topic &&
      one.recordedAt <= event.recordedAt,
  );
  const state = foldConsent(known.map((one): ConsentFact => ({ ...one, unproven: one.evidence[UNPROVEN] === true })));
  return { taken, stands: known.find(({ id, retracts }) => id === state?.eventId && retracts === null) ?? null };
}

/**
 * What an event leaves, told as though it had said so itself: one that takes another back leaves what stood before, on its
 * own legal basis and with its own end.
 */
export function asItStands(facts: ReceiptFacts): ReceiptFacts {
  const stands = facts.takesBack?.stands ?? null;
  if (stands === null) return facts;
  const { id, occurredAt, recordedAt, method, source, actor, wording } = facts.event;
  return { ...facts, event: { ...stands, id, occurredAt, recordedAt, method, source, actor, wording } };
}

/** Whether a no was taken back and nothing else was ever said. */
export function isUnsaid({ takesBack }: ReceiptFacts): boolean {
  return takesBack !== null && takesBack.stands === null && isRefusal(takesBack.taken.kind);
}

/** Whether an event says no to something, or ends it: then it has no legal basis of its own. */
export function isNo({ event }: ReceiptFacts): boolean {
  return isRefusal(event.kind) || event.kind === 'expired' || event.kind === 'invalidated';
}

/** On what it rests: a no, and what ends by itself, on what it ends, or else on what its purpose rests; null: nobody knows. */
export function restsOn(facts: ReceiptFacts): Article | null {
  const { event, ends } = facts;
  return articleOf(isNo(facts) ? (ends ?? event.purposeBasis) : event.legalBasis);
}

/** Whether it ends a consent that had been given: whoever leaves what rested on something else withdraws none. */
export function endsConsent({ ends }: ReceiptFacts): boolean {
  return ends !== null && articleOf(ends) === 'a';
}

/** Whether an event leaves something that stands; a request leaves nothing, and neither does a no or an end. */
export function isStanding({ event }: ReceiptFacts): boolean {
  return isYes(event.kind) || event.kind === 'imported';
}

/** Whether that is a consent, and not something else on which messages may rest. */
export function isConsent(facts: ReceiptFacts): boolean {
  return isStanding(facts) && restsOn(facts) === 'a';
}

/**
 * Whether the person is known to have said it in so many words; what a list claims without them, what nothing shows, a
 * purchase, a contract or an interest of the sender is not.
 */
export function isExpress({ event }: ReceiptFacts): boolean {
  const isShown = event.kind !== 'imported' && event.evidence[UNPROVEN] !== true;
  return isShown && basisKindOf(event.legalBasis) === 'express';
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
