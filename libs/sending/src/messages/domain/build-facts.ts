import type {
  BrandDefinition,
  ConsentState,
  PurposeDefinition,
  Recipient,
  Suppression,
  TopicDefinition,
} from '#lib/consent';
import type { CapUse, Facts, RateState } from '#lib/decision';
import type { Channel, EpochMs, MessageClass } from '#lib/kernel';
import type { CampaignDefinition } from '../../catalog/catalog.js';

/** What one decision is about: the message as accepted and everything it names. */
export interface Subject {
  readonly class: MessageClass;
  readonly channel: Channel;
  readonly sendAt: EpochMs | null;
  readonly expiresAt: EpochMs;
  readonly brand: BrandDefinition;
  readonly purpose: PurposeDefinition;
  readonly topic: TopicDefinition | null;
  readonly campaign: CampaignDefinition | null;
  readonly recipient: Recipient;
}

/** What was read about the recipient and the limits, at the same moment. */
export interface Readings {
  readonly consents: ReadonlyMap<string, ConsentState>;
  readonly suppressions: readonly Suppression[];
  readonly capUses: readonly CapUse[];
  readonly rates: readonly RateState[];
}

/** Assembles the facts of a decision: plain, complete, and all that the decision will ever know. */
export function buildFacts(subject: Subject, readings: Readings): Facts {
  const { recipient, purpose, topic, campaign } = subject;
  return {
    message: { class: subject.class, channel: subject.channel, sendAt: subject.sendAt, expiresAt: subject.expiresAt },
    contact: { zone: recipient.zone, erased: recipient.erased, pausedUntil: recipient.pausedUntil },
    contactPoint: recipient.point === null ? null : { valid: true },
    brand: { zone: subject.brand.defaultZone },
    purpose: { key: purpose.key, enforcement: purpose.enforcement },
    topic: topic === null ? null : { key: topic.key },
    campaign: campaign === null ? null : { key: campaign.key, status: campaign.status },
    consent: {
      purpose: toFact(readings.consents.get(purpose.id)),
      topic: topic === null ? null : toFact(readings.consents.get(topic.id)),
    },
    suppressions: readings.suppressions,
    capUses: readings.capUses,
    rates: readings.rates,
  };
}

function toFact(state: ConsentState | undefined): Facts['consent']['purpose'] {
  if (state === undefined) return null;
  const { status, since, validUntil, eventId } = state;
  return { status, since, validUntil, eventId };
}
