import { recipientStore } from '#lib/consent';
import { capHorizonMs, decide, type Decision, gcraSpend, type RateLimit, rateLimits } from '#lib/decision';
import type { BrandId, EpochMs, MessageId } from '#lib/kernel';
import { WrittenJson } from '#lib/ledger';
import { type Tx, tzdb } from '#lib/platform';
import type { PolicyInForce, ProviderDefinition } from '../catalog/catalog.js';
import { toRecord } from './domain/decision-record.js';
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
  readonly decision: Decision;
  /** The decision with the facts it was made on, so that it can be made again: what the ledger keeps. */
  readonly record: WrittenJson;
}

/**
 * Decides about many messages on facts read together. Each place and token that one message takes is
 * seen by those after it, exactly as if they had been decided one transaction after the other.
 */
export class DecisionBatch {
  private readonly touched = new Set<Bucket>();

  private constructor(
    private readonly now: EpochMs,
    private readonly consents: Awaited<ReturnType<typeof recipientStore.consents>>,
    private readonly suppressions: Awaited<ReturnType<typeof recipientStore.suppressions>>,
    private readonly places: Map<string, NewCapUse[]>,
    private readonly horizons: ReadonlyMap<PolicyInForce, number>,
    private readonly limits: Limits,
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

    const horizons = new Map<PolicyInForce, number>();
    for (const { policy } of candidates) {
      if (!horizons.has(policy)) horizons.set(policy, capHorizonMs(policy.policy));
    }
    const horizon = Math.max(0, ...horizons.values());
    const contacts = [...new Set(candidates.map(({ subject }) => subject.recipient.contactId))];
    const places =
      horizon === 0 ? new Map<string, NewCapUse[]>() : await limitStore.capUses(tx, contacts, now - horizon);

    const limits = new Limits();
    for (const candidate of candidates) limits.of(candidate);
    const wanted = limits.all();
    const buckets =
      wanted.length === 0 ? [] : await (toSpend ? limitStore.lock(tx, wanted) : limitStore.peek(tx, wanted));
    return new DecisionBatch(
      now,
      consents,
      suppressions,
      places,
      horizons,
      limits,
      new Map(buckets.map((b) => [bucketKey(b.brandId, b.limit), b])),
    );
  }

  judge(candidate: Candidate): Judgement {
    const facts = buildFacts(candidate.subject, this.readings(candidate));
    const decision = decide(facts, candidate.policy.policy, this.now, tzdb);
    // Written at once, while it is in the processor's cache: facts are not needed any more, and a batch holds hundreds.
    return { decision, record: WrittenJson.of(toRecord(decision, facts)) };
  }

  /**
   * The last instant, `latest` at most, up to which a message that passes now still would: quiet hours may begin, it
   * may expire, its consent may end. Within a minute each of these happens once at most, so halving finds it.
   */
  passesUntil(candidate: Candidate, latest: EpochMs): EpochMs {
    const facts = buildFacts(candidate.subject, this.readings(candidate));
    const passes = (at: EpochMs): boolean => decide(facts, candidate.policy.policy, at, tzdb).outcome === 'pass';
    if (passes(latest)) return latest;
    let [good, bad] = [this.now, latest];
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2);
      if (passes(middle)) good = middle;
      else bad = middle;
    }
    return good;
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
      this.touched.add(bucket);
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
      this.touched.add(bucket);
    }
    return Math.ceil(slot / 1000);
  }

  /** Buckets that were drawn on or queued for, to be written back. */
  changedBuckets(): Bucket[] {
    return [...this.touched];
  }

  private readings(candidate: Candidate): Readings {
    const { recipient } = candidate.subject;
    const point = recipient.point?.id;
    const horizon = this.now - (this.horizons.get(candidate.policy) ?? 0);
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
    return this.limits.of(candidate).flatMap(({ key }) => this.buckets.get(key) ?? []);
  }
}

interface BoundLimit {
  readonly key: string;
  readonly brandId: BrandId;
  readonly limit: RateLimit;
}

/** The limits that bind the messages of one batch. Most messages of a batch share them, so they are made out once. */
class Limits {
  private readonly known = new Map<string, readonly BoundLimit[]>();

  of(candidate: Candidate): readonly BoundLimit[] {
    const { subject, policy, provider, test } = candidate;
    // A test message reaches no provider and must not slow down those that do.
    if (test) return [];
    const { brand, channel, campaign } = subject;
    const key = [brand.id, policy.policy.key, channel, provider?.key, campaign?.key].join(' ');
    let limits = this.known.get(key);
    if (limits === undefined) {
      const message = { brand: brand.key, channel, provider: provider?.key ?? null, campaign: campaign?.key ?? null };
      limits = rateLimits(policy.policy, message).map((limit) => ({
        key: bucketKey(brand.id, limit),
        brandId: brand.id,
        limit,
      }));
      this.known.set(key, limits);
    }
    return limits;
  }

  /** Each once. */
  all(): BoundLimit[] {
    return [...new Map([...this.known.values()].flat().map((bound) => [bound.key, bound])).values()];
  }
}
