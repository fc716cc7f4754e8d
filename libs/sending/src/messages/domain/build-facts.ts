import type {
  BrandDefinition,
  ConsentBasis,
  ConsentState,
  PurposeDefinition,
  Recipient,
  Suppression,
  TopicDefinition,
} from '#lib/consent';
import type { Facts, Override, RateState, WarmUpState } from '#lib/decision';
import type { Channel, EpochMs, MessageClass } from '#lib/kernel';
import type { CampaignDefinition } from '../../catalog/catalog.js';
import type { MailSender } from '../../templates/domain/mail-sender.js';
import { DEFAULT_PRIORITY } from './message.js';

/** What one decision is about: the message as accepted and everything it names. */
export interface Subject {
  readonly class: MessageClass;
  readonly channel: Channel;
  readonly sendAt: EpochMs | null;
  readonly expiresAt: EpochMs;
  readonly acceptedAt: EpochMs;
  readonly priority: number;
  readonly override: Override | null;
  readonly brand: BrandDefinition;
  /** Who its mail is from. */
  readonly sender: MailSender;
  readonly purpose: PurposeDefinition;
  readonly topic: TopicDefinition | null;
  readonly campaign: CampaignDefinition | null;
  readonly recipient: Recipient;
}

/** What was read about the recipient and the limits, at the same moment. */
export interface Readings {
  readonly consents: ReadonlyMap<string, ConsentState>;
  /** What those consents rest on, by event; empty where no jurisdiction asks. */
  readonly bases: ReadonlyMap<string, ConsentBasis>;
  readonly suppressions: readonly Suppression[];
  /** The hand-overs that caps count. */
  readonly places: Pick<Facts, 'capUses' | 'capUsesLeftOut'>;
  readonly rates: readonly RateState[];
  /** It could have left before: only our pace, or its provider, held it. */
  readonly inLine: boolean;
  /** Undefined where no policy of the brand knows warm-ups; of a policy without any the decision does not look at them. */
  readonly warmUps:
    | { readonly route: NonNullable<Facts['message']['route']>; readonly states: readonly WarmUpState[] }
    | undefined;
}

/**
 * Assembles the facts of a decision: plain, complete, and all that the decision will ever know. What nobody said is
 * left out: facts are kept for years, once or twice per message.
 */
export function buildFacts(subject: Subject, readings: Readings): Facts {
  const { purpose, topic, campaign, brand } = subject;
  return {
    message: messageFacts(subject, readings),
    contact: contactFacts(subject.recipient),
    contactPoint: subject.recipient.point === null ? null : { valid: true },
    brand: { zone: brand.defaultZone, country: brand.country },
    purpose: { key: purpose.key, enforcement: purpose.enforcement },
    topic: topic === null ? null : { key: topic.key },
    campaign: campaign === null ? null : { key: campaign.key, status: campaign.status },
    consent: {
      purpose: consentFact(readings.consents.get(purpose.id), readings.bases),
      topic: topic === null ? null : consentFact(readings.consents.get(topic.id), readings.bases),
    },
    suppressions: readings.suppressions,
    ...readings.places,
    rates: readings.rates,
    ...(readings.warmUps === undefined ? {} : { warmUps: readings.warmUps.states }),
  };
}

function messageFacts(subject: Subject, { warmUps, inLine }: Readings): Facts['message'] {
  const { class: messageClass, channel, sendAt, expiresAt, acceptedAt, priority, override } = subject;
  const facts: Writable<Facts['message']> = { class: messageClass, channel, sendAt, expiresAt, acceptedAt };
  if (priority !== DEFAULT_PRIORITY) facts.priority = priority;
  if (override !== null) facts.override = override;
  if (warmUps !== undefined) facts.route = warmUps.route;
  if (inLine) facts.inLine = true;
  return facts;
}

/** Of a person what a decision may know. */
export function contactFacts(
  recipient: Omit<Recipient, 'contactId' | 'subjectId' | 'language' | 'attributes' | 'point'>,
): Facts['contact'] {
  const { zone, erased, pausedUntil, country, region, postalCode, deviceZone, phonePrefix, segments, wishes } =
    recipient;
  // An empty list says that the contact is in no segment; without the member a rule about one would bind them.
  const facts: Writable<Facts['contact']> = { zone, erased, pausedUntil, segments };
  if (wishes.zone !== undefined) facts.chosenZone = wishes.zone;
  if (deviceZone !== null) facts.deviceZone = deviceZone;
  if (phonePrefix !== null) facts.phonePrefix = phonePrefix;
  if (country !== null) facts.country = country;
  if (region !== null) facts.region = region;
  if (postalCode !== null) facts.postalCode = postalCode;
  if (wishes.quietHours !== undefined) facts.quietHours = wishes.quietHours;
  if (wishes.frequency !== undefined) facts.frequency = wishes.frequency;
  return facts;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export function consentFact(state: ConsentState | undefined, bases: Readings['bases']): Facts['consent']['purpose'] {
  if (state === undefined) return null;
  const { status, since, validUntil, eventId } = state;
  const basis = bases.get(eventId);
  return basis === undefined ? { status, since, validUntil, eventId } : { status, since, validUntil, eventId, basis };
}
