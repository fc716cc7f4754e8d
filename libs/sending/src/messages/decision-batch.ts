import { recipientStore } from '#lib/consent';
import { capHorizonMs, decide, type Decision, type Facts, gcraSpend, type RateLimit, rateLimits } from '#lib/decision';
import type { EpochMs, MessageId } from '#lib/kernel';
import { type Tx, tzdb } from '#lib/platform';
import type { PolicyInForce, ProviderDefinition } from '../catalog/catalog.js';
import { buildFacts, type Readings, type Subject } from './domain/build-facts.js';
import { type Bucket, bucketKey, capKey, limitStore, type NewCapUse, rateState } from './limit.store.js';

/** One message of a batch that is to be decided about. */
export interface Candidate {
  readonly messageId: MessageId;
  readonly subject: Subject;
  readonly policy: PolicyInForce;
  readonly provider: ProviderDefinition | null;
  readonly test: boolean;
}

export interface Judgement {
  readonly facts: Facts;
  readonly decision: Decision;
}

/**
 * Decides about many messages on facts read together. Each place and token that one message takes is
 * seen by those after it, exactly as if they had been decided one transaction after the other.
 */
export class DecisionBatch {
  private readonly touched = new Set<string>();

  private constructor(
    private readonly now: EpochMs,
    private readonly consents: Awaited<ReturnType<typeof recipientStore.consents>>,
    private readonly suppressions: Awaited<ReturnType<typeof recipientStore.suppressions>>,
    private readonly places: Map<string, NewCapUse[]>,
    private readonly buckets: ReadonlyMap<string, Bucket>,
  ) {}

  /**
   * @param now    read after the locks that the caller holds
   * @param toSpend locks the token buckets too, because places and tokens will be taken
   */
  static async load(tx: Tx, candidates: readonly Candidate[], now: EpochMs, toSpend: boolean): Promise<DecisionBatch> {
    const points = candidates.flatMap(({ subject }) =>
      subject.recipient.point === null ? [] : [subject.recipient.point.id],
    );
    const consents = await recipientStore.consents(tx, points);
    const suppressions = await recipientStore.suppressions(tx, points);

    const horizon = Math.max(0, ...candidates.map(({ policy }) => capHorizonMs(policy.policy)));
    const contacts = [...new Set(candidates.map(({ subject }) => subject.recipient.contactId))];
    const places =
      horizon === 0 ? new Map<string, NewCapUse[]>() : await limitStore.capUses(tx, contacts, now - horizon);

    const wanted = new Map<string, { brandId: Subject['brand']['id']; limit: RateLimit }>();
    for (const candidate of candidates) {
      for (const limit of limitsOf(candidate))
        wanted.set(bucketKey(candidate.subject.brand.id, limit), { brandId: candidate.subject.brand.id, limit });
    }
    const limits = [...wanted.values()];
    const buckets =
      limits.length === 0 ? [] : await (toSpend ? limitStore.lock(tx, limits) : limitStore.peek(tx, limits));
    return new DecisionBatch(
      now,
      consents,
      suppressions,
      places,
      new Map(buckets.map((b) => [bucketKey(b.brandId, b.limit), b])),
    );
  }

  judge(candidate: Candidate): Judgement {
    const facts = buildFacts(candidate.subject, this.readings(candidate));
    return { facts, decision: decide(facts, candidate.policy.policy, this.now, tzdb) };
  }

  /** Takes the place and the tokens of a message that is handed over now. */
  take(candidate: Candidate): NewCapUse {
    const { subject, messageId, test } = candidate;
    const { contactId } = subject.recipient;
    const place: NewCapUse = {
      contactId,
      messageId,
      at: this.now,
      channel: subject.channel,
      class: subject.class,
      purpose: subject.purpose.key,
      topic: subject.topic?.key ?? null,
      campaign: subject.campaign?.key ?? null,
      test,
    };
    const key = capKey(contactId, test);
    this.places.set(key, [...(this.places.get(key) ?? []), place]);
    for (const bucket of this.bucketsOf(candidate)) {
      bucket.tat = gcraSpend({ ...bucket.limit, tat: bucket.tat }, this.now);
      this.touched.add(bucketKey(bucket.brandId, bucket.limit));
    }
    return place;
  }

  /**
   * When a message held by a rate should ask again: behind everybody who already waits for the same bucket,
   * so that a long line wakes one by one instead of all at once for a single token.
   */
  queueBehind(candidate: Candidate, until: EpochMs): EpochMs {
    let slot = until * 1000;
    for (const bucket of this.bucketsOf(candidate))
      slot = Math.max(slot, bucket.tail + bucket.limit.emissionIntervalUs);
    for (const bucket of this.bucketsOf(candidate)) {
      bucket.tail = slot;
      this.touched.add(bucketKey(bucket.brandId, bucket.limit));
    }
    return Math.ceil(slot / 1000);
  }

  /** Buckets that were drawn on or queued for, to be written back. */
  changedBuckets(): Bucket[] {
    return [...this.touched].flatMap((key) => this.buckets.get(key) ?? []);
  }

  private readings(candidate: Candidate): Readings {
    const { recipient } = candidate.subject;
    const point = recipient.point?.id;
    const horizon = this.now - capHorizonMs(candidate.policy.policy);
    const places = this.places.get(capKey(recipient.contactId, candidate.test)) ?? [];
    return {
      consents: (point === undefined ? undefined : this.consents.get(point)) ?? new Map(),
      suppressions: (point === undefined ? undefined : this.suppressions.get(point)) ?? [],
      capUses: places
        .filter((place) => place.messageId !== candidate.messageId && place.at > horizon)
        .map(({ at, channel, class: messageClass, purpose, topic, campaign }) => ({
          at,
          channel,
          class: messageClass,
          purpose,
          topic,
          campaign,
        })),
      rates: this.bucketsOf(candidate).map(rateState),
    };
  }

  private bucketsOf(candidate: Candidate): Bucket[] {
    return limitsOf(candidate).flatMap((limit) => this.buckets.get(bucketKey(candidate.subject.brand.id, limit)) ?? []);
  }
}

function limitsOf({ subject, policy, provider, test }: Candidate): RateLimit[] {
  // A test message reaches no provider and must not slow down those that do.
  if (test) return [];
  return rateLimits(policy.policy, {
    brand: subject.brand.key,
    channel: subject.channel,
    provider: provider?.key ?? null,
    campaign: subject.campaign?.key ?? null,
  });
}
