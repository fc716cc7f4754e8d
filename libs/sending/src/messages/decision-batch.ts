import {
  type ConsentBasis,
  type ConsentsByPoint,
  type ConsentState,
  everythingOf,
  forAdvertising,
  type PurposeDefinition,
  recipientStore,
  withTestConsents,
} from '#lib/consent';
import {
  appliesLaw,
  capHorizonMs,
  capUsesToTell,
  consentObstacle,
  decide,
  type Decision,
  type Facts,
  type FrequencyChoice,
  gcraAllowAt,
  gcraSpendAt,
  passesUntil,
  reachesUntil,
} from '#lib/decision';
import type { EpochMs } from '#lib/kernel';
import { WrittenJson } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { PolicyInForce } from '../catalog/catalog.js';
import { reference } from '../reference.js';
import type { Candidate, Spending } from './candidate.js';
import { ContactUses } from './domain/contact-uses.js';
import { chanceBefore } from './domain/chance-before.js';
import { toRecord } from './domain/decision-record.js';
import { buildFacts, type Readings, type Subject } from './domain/build-facts.js';
import { type BoundLimit, Limits } from './limits.js';
import { policyStore } from '../policies/policy.store.js';
import { WarmUps } from './warm-ups.js';
import {
  type Bucket,
  bucketKey,
  capKey,
  limitStore,
  type NewCapUse,
  rateState,
  rateStateInLine,
  turnIn,
} from './limit.store.js';

export interface Judgement {
  readonly facts: Facts;
  readonly decision: Decision;
  /** The decision with the facts it was made on, so that it can be made again: what the ledger keeps. */
  readonly record: WrittenJson;
}

/** What the batch was decided on is no longer so. Nothing may be committed. */
export abstract class DecidedInVain extends Error {}

/** Others drew on a bucket meanwhile, so that it no longer holds what this batch took. */
class BucketsDrained extends DecidedInVain {
  override readonly name = 'BucketsDrained';
}

/** Somebody published other rates while the batch waited for the buckets. Who is told to wait now would do so by the old ones. */
class RulesReplaced extends DecidedInVain {
  override readonly name = 'RulesReplaced';
}

/**
 * A message that only waits for its turn is handed over in it when that is so soon: it is decided for that instant, and
 * its provider is called then. Those whose turn is later ask again that long before, so that a bucket never stands idle
 * until the sweeper comes by.
 */
const TURN_AHEAD_MS = 1_000;
const ASK_AHEAD_MS = 500;

/** Hand-overs that must fit into a bucket, per message of the batch, before it is trusted not to run short. */
const AMPLE = 10;

/**
 * Decides about many messages on facts read together. Each place and token that one message takes is
 * seen by those after it, exactly as if they had been decided one transaction after the other.
 */
export class DecisionBatch {
  /** Tokens taken by this batch. */
  private readonly spent = new Map<Bucket, number>();
  private readonly queued = new Set<Bucket>();
  private readonly bucketsBehind = new Map<readonly BoundLimit[], readonly Bucket[]>();

  private constructor(
    private readonly now: EpochMs,
    private readonly consents: ConsentsByPoint,
    /** The same for test messages. */
    private readonly testConsents: ConsentsByPoint,
    private readonly bases: ReadonlyMap<string, ConsentBasis>,
    private readonly suppressions: Awaited<ReturnType<typeof recipientStore.suppressions>>,
    private readonly places: Map<string, ContactUses>,
    private readonly reaches: ReadonlyMap<PolicyInForce, Reach>,
    private readonly limits: Limits,
    private readonly buckets: ReadonlyMap<string, Bucket>,
    private readonly isLocked: boolean,
    private readonly warmUps: WarmUps,
    private readonly turnAheadMs: number,
  ) {}

  /**
   * @param now read after the locks that the caller holds
   * @param startMs within which a hand-over of the batch must have begun
   */
  static async load(
    tx: Tx,
    candidates: readonly Candidate[],
    now: EpochMs,
    spending: Spending,
    startMs = 0,
  ): Promise<DecisionBatch> {
    const points = candidates.flatMap(({ subject }) =>
      subject.recipient.point === null ? [] : [subject.recipient.point.id],
    );
    const consents = await recipientStore.consents(tx, points);
    const tried = candidates.some(({ test }) => test) ? await withTestConsents(tx, consents, points, now) : null;
    const bases = new Map([...(await readBases(tx, candidates, consents)), ...(tried?.bases ?? [])]);
    const suppressions = await recipientStore.suppressions(tx, points, now);

    const reaches = new Map<PolicyInForce, Reach>();
    let [horizon, most] = [0, 0];
    for (const candidate of candidates) {
      const { policy } = candidate;
      if (!reaches.has(policy)) reaches.set(policy, reachFor(policy));
      const reach = reachOf(candidate, reaches);
      horizon = Math.max(horizon, reach.horizonMs);
      most = Math.max(most, reach.most);
    }
    const contacts = [...new Set(candidates.map(({ subject }) => subject.recipient.contactId))];
    const places =
      horizon === 0 ? new Map<string, ContactUses>() : await limitStore.capUses(tx, contacts, now - horizon, most);

    const limits = new Limits();
    for (const candidate of candidates) limits.of(candidate);
    const wanted = limits.all();
    const warmUps = await WarmUps.load(tx, candidates, now, spending);
    const { buckets, isLocked } = await readBuckets(tx, wanted, now, spending, candidates.length);
    return new DecisionBatch(
      now,
      consents,
      tried?.consents ?? consents,
      bases,
      suppressions,
      places,
      reaches,
      limits,
      new Map(buckets.map((b) => [bucketKey(b), b])),
      isLocked,
      warmUps,
      Math.min(TURN_AHEAD_MS, startMs / 2),
    );
  }

  /** Decides for now, or for the message's turn when that is all it waits for. */
  judge(candidate: Candidate): Judgement {
    const facts = buildFacts(candidate.subject, this.readings(candidate));
    let decision = decide(facts, candidate.policy.policy, this.now, reference);
    if (this.isLocked && decision.reason === 'rate_limit' && decision.until <= this.now + this.turnAheadMs) {
      const inTurn = decide(facts, candidate.policy.policy, decision.until, reference);
      if (inTurn.outcome === 'pass') decision = inTurn;
    }
    // Written at once, while all of it is in the processor's cache.
    return { facts, decision, record: WrittenJson.of(toRecord(decision, facts)) };
  }

  /** The last instant, `latest` at most, up to which a message that passes now, or in its turn, goes on passing. */
  passesUntil({ policy }: Candidate, { facts, decision }: Judgement, latest: EpochMs): EpochMs {
    return passesUntil(facts, policy.policy, decision.at, latest, reference);
  }

  /** The first instant from `now` on at which what was handed over may not reach its person any more. */
  reachesUntil({ policy }: Candidate, { facts, decision }: Judgement): EpochMs {
    return reachesUntil(facts, policy.policy, decision.at, facts.message.expiresAt, reference);
  }

  /** Whether the recipient has agreed to be counted, under this purpose: an opt-in, whatever may be sent under it without one. */
  mayCount({ subject, test }: Candidate, purpose: PurposeDefinition): boolean {
    const { point } = subject.recipient;
    if (point === null) return false;
    const states = (test ? this.testConsents : this.consents).get(point.id);
    return consentObstacle('restrictive', states?.get(purpose.id) ?? null, this.now) === null;
  }

  /** Takes the place and the tokens of a message that is handed over: in its turn (`at`), as its entry has it. */
  take(candidate: Candidate, at: EpochMs): NewCapUse {
    const { subject, messageId, test } = candidate;
    const { contactId } = subject.recipient;
    const place: NewCapUse = {
      contactId,
      messageId,
      at,
      channel: subject.channel,
      class: subject.class,
      purpose: subject.purpose.key,
      topic: subject.topic?.key ?? null,
      campaign: subject.campaign?.key ?? null,
      segments: subject.recipient.segments,
      test,
    };
    const key = capKey(contactId, test);
    let places = this.places.get(key);
    if (places === undefined) this.places.set(key, (places = new ContactUses()));
    places.add(messageId, place);
    this.warmUps.take(candidate);
    this.spend(candidate);
    return place;
  }

  /**
   * When a message held by a rate should ask again: behind everybody who already waits for the same bucket,
   * so that a long line wakes one by one instead of all at once for a single token. Each line moves at its own pace: a
   * slow one does not hold up who waits in a fast one as well. One whose turn would come after its end takes no place,
   * and asks now and then whether one came free, until it expires.
   */
  queueBehind(candidate: Candidate, until: EpochMs): EpochMs {
    if (!this.isLocked) throw new BucketsDrained();
    const { expiresAt } = candidate.subject;
    const places = this.bucketsOf(candidate).map((bucket) => ({
      bucket,
      at: Math.max(this.now * 1000, turnIn(bucket, Math.max(bucket.tail, bucket.turn))),
    }));
    const turn = Math.ceil(Math.max(...places.map(({ at }) => at)) / 1000);
    // By then something else holds it: it comes back when that is over, and takes its turn then.
    if (turn < until && until < expiresAt) return until;
    // Nobody who may live to take it stands behind one who will not.
    if (turn >= expiresAt) return chanceBefore(expiresAt, this.now);
    for (const { bucket, at } of places) {
      bucket.tail = at;
      this.queued.add(bucket);
    }
    return Math.max(this.now + 1, turn - ASK_AHEAD_MS);
  }

  /** In the microsecond of its turn, which `judge` rounded up to a millisecond: so rates are exact in the long run. */
  private spend(candidate: Candidate): void {
    const buckets = this.bucketsOf(candidate);
    const { hasWaited } = candidate;
    const atUs = buckets.reduce(
      (at, bucket) => Math.max(at, hasWaited ? turnIn(bucket, bucket.turn) : gcraAllowAt(rateState(bucket))),
      this.now * 1000,
    );
    for (const bucket of buckets) {
      draw(bucket, atUs);
      if (hasWaited) bucket.turn = atUs;
      this.spent.set(bucket, (this.spent.get(bucket) ?? 0) + 1);
    }
  }

  /**
   * Writes back what was taken and queued for, warm-ups included; to be called last, because whoever else draws on the same bucket waits
   * from here to the end of the transaction, and no longer.
   *
   * @throws DecidedInVain when tokens that were not locked are gone, or places were given in a line that begins anew;
   *   the whole batch is then to be decided again.
   */
  async settleBuckets(tx: Tx): Promise<void> {
    await this.warmUps.settle(tx);
    const changed = [...new Set([...this.spent.keys(), ...this.queued])];
    if (changed.length === 0) return;
    if (this.queued.size > 0 && (await policyStore.areReplaced(tx, [...this.reaches.keys()])))
      throw new RulesReplaced();
    await limitStore.saveBuckets(tx, this.isLocked ? changed : await this.spendNow(tx, changed));
  }

  /** Spends under lock what was decided without. Each token is asked for again, so a limit is never exceeded. */
  private async spendNow(tx: Tx, drawn: readonly Bucket[]): Promise<Bucket[]> {
    const current = await limitStore.lock(tx, drawn);
    const tokens = new Map([...this.spent].map(([bucket, count]) => [bucketKey(bucket), count]));
    for (const bucket of current) {
      for (let left = tokens.get(bucketKey(bucket)) ?? 0; left > 0; left--) {
        if (gcraAllowAt(rateState(bucket)) > this.now * 1000) throw new BucketsDrained();
        draw(bucket, this.now * 1000);
      }
    }
    return current;
  }

  private readings(candidate: Candidate): Readings {
    const { recipient } = candidate.subject;
    const point = recipient.point?.id;
    const consents = candidate.test ? this.testConsents : this.consents;
    const { horizonMs, most } = reachOf(candidate, this.reaches);
    const places = this.places.get(capKey(recipient.contactId, candidate.test));
    return {
      consents: standsFor(candidate.subject, (point === undefined ? undefined : consents.get(point)) ?? new Map()),
      bases: appliesLaw(candidate.policy.policy) ? this.bases : new Map(),
      suppressions: (point === undefined ? undefined : this.suppressions.get(point)) ?? [],
      places: places?.told(candidate.messageId, this.now - horizonMs, most) ?? { capUses: [] },
      rates: this.bucketsOf(candidate).map(candidate.hasWaited ? rateStateInLine : rateState),
      warmUps: this.warmUps.of(candidate),
      inLine: candidate.inLine,
    };
  }

  private bucketsOf(candidate: Candidate): readonly Bucket[] {
    const limits = this.limits.of(candidate);
    let buckets = this.bucketsBehind.get(limits);
    if (buckets === undefined) {
      buckets = limits.flatMap(({ key }) => this.buckets.get(key) ?? []);
      this.bucketsBehind.set(limits, buckets);
    }
    return buckets;
  }
}

/**
 * Reads buckets, and locks them where that is needed. A bucket is shared by everybody who sends for a brand or by a
 * provider: held from here, its lock lets one batch at a time through the whole transaction (measured: half of a
 * worker's time is waiting). So it is only peeked at when it holds many times what this batch can take.
 */
async function readBuckets(
  tx: Tx,
  wanted: readonly BoundLimit[],
  now: EpochMs,
  spending: Spending,
  messages: number,
): Promise<{ buckets: Bucket[]; isLocked: boolean }> {
  if (wanted.length === 0) return { buckets: [], isLocked: true };
  if (spending !== 'under_lock') {
    const buckets = await limitStore.peek(tx, wanted);
    const isAmple = ({ limit: { emissionIntervalUs, burst }, tat }: Bucket): boolean => {
      const drawn = Math.max(tat, now * 1000) + AMPLE * messages * emissionIntervalUs;
      return gcraAllowAt({ emissionIntervalUs, burst, tat: drawn }) <= now * 1000;
    };
    if (spending === 'nothing' || buckets.every(isAmple)) return { buckets, isLocked: false };
  }
  return { buckets: await limitStore.lock(tx, wanted), isLocked: true };
}

function draw(bucket: Bucket, atUs: number): void {
  bucket.tat = gcraSpendAt(rateState(bucket), atUs);
  bucket.spent = Math.max(bucket.spent, atUs);
}

/** Which hand-overs to a contact a decision is told of: how far back, and how many of a kind. */
interface Reach {
  readonly horizonMs: number;
  readonly most: number;
}

/** By the policy, and by what the contact chose themselves. */
function reachOf({ policy, subject }: Candidate, reaches: ReadonlyMap<PolicyInForce, Reach>): Reach {
  const { frequency } = subject.recipient.wishes;
  const known = frequency === undefined ? reaches.get(policy) : undefined;
  return known ?? reachFor(policy, frequency);
}

function reachFor({ policy }: PolicyInForce, frequency?: readonly FrequencyChoice[]): Reach {
  return {
    horizonMs: capHorizonMs(policy, frequency, reference.packs),
    most: capUsesToTell(policy, frequency, reference.packs),
  };
}

/** Advertising that is filed under a purpose which cannot be left is advertising to whoever left everything. */
function standsFor(
  { class: messageClass, purpose, brand }: Subject,
  states: ReadonlyMap<string, ConsentState>,
): ReadonlyMap<string, ConsentState> {
  const everything = states.get(everythingOf(brand.id));
  if (everything === undefined || messageClass !== 'commercial' || purpose.enforcement !== 'disabled') return states;
  const state = forAdvertising(states.get(purpose.id) ?? null, everything);
  return state === null ? states : new Map([...states, [purpose.id, state]]);
}

/** What the consents rest on, read only where the law of a place asks. */
async function readBases(
  tx: Tx,
  candidates: readonly Candidate[],
  consents: Awaited<ReturnType<typeof recipientStore.consents>>,
): ReturnType<typeof recipientStore.bases> {
  if (!candidates.some(({ policy }) => appliesLaw(policy.policy))) return new Map();
  const events = [...consents.values()].flatMap((states) => [...states.values()].map(({ eventId }) => eventId));
  return recipientStore.bases(tx, events);
}
