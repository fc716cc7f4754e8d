import {
  type Facts,
  gcraSpend,
  type Policy,
  rateLimits,
  type RateState,
  type ReferenceData,
  type WarmUpState,
  warmUpsToCount,
} from '#lib/decision';
import type { EpochMs } from '#lib/kernel';

/** A fact about one message that the draft asks for and that nobody recorded. */
export type Unrecorded = 'sender' | 'mailbox';

/** What the draft's rates and warm-ups say about one message; and the draft without the rules that cannot be judged. */
export interface LimitsOf {
  readonly policy: Policy;
  readonly rates: readonly RateState[];
  readonly warmUps: readonly WarmUpState[] | undefined;
  readonly route: Facts['message']['route'];
  readonly unrecorded: readonly Unrecorded[];
}

type Limited = 'provider' | 'sending_domain';
/** Undefined: nobody recorded it; null: there is none. */
type Ways = Readonly<Record<Limited | 'mailbox_domain', string | null | undefined>>;

/** A brand sends in the name of one domain, so of its bucket it need not be known which. */
const DOMAIN_OF_BRAND = 'of the brand';

/**
 * The token buckets and the warm-ups of a draft, drawn on by what the draft itself lets go. By which way a message left
 * is told by what was recorded with it: the buckets it drew from, or its route.
 */
export class DraftLimits {
  private readonly tats = new Map<string, number>();
  private readonly tails = new Map<string, number>();
  /** Hand-overs of a day by brand, rule, key and day. */
  private readonly sent = new Map<string, number>();
  /** The draft without warm-ups of some scopes; the same object for the same scopes. */
  private readonly parts = new Map<string, Policy>();

  constructor(
    private readonly draft: Policy,
    private readonly reference: ReferenceData,
  ) {}

  of(brand: string, facts: Facts, at: EpochMs): LimitsOf {
    const ways = waysOf(facts);
    const { channel } = facts.message;
    const missing = new Set<Unrecorded>();
    for (const { scope, channels } of this.draft.rates) {
      if (!(channels?.includes(channel) ?? true)) continue;
      if (scope === 'provider' && ways.provider === undefined) missing.add('sender');
      if (scope === 'mailbox_domain' && ways.mailbox_domain === undefined) missing.add('mailbox');
    }
    const domain = ways.sending_domain === null ? null : DOMAIN_OF_BRAND;
    const rates = rateLimits(this.draft, {
      brand,
      channel,
      provider: ways.provider ?? null,
      campaign: facts.campaign?.key ?? null,
      sending_domain: domain,
      mailbox_domain: ways.mailbox_domain ?? null,
    }).map((limit): RateState => {
      const { rule, scope, key, emissionIntervalUs, burst } = limit;
      // Written out: what is built by spreading is a shape of its own to the runtime each time, and slow to read.
      return { rule, scope, key, emissionIntervalUs, burst, tat: this.tats.get(bucketName(brand, limit)) ?? 0 };
    });

    const unknown = this.unknownWarmUps(facts, ways);
    if (unknown.length > 0) missing.add('sender');
    const policy = this.without(unknown);
    const route = { provider: ways.provider ?? null, sending_domain: ways.sending_domain ?? null };
    const warmUps = this.warmUpsOf(policy, brand, facts, route, at);
    return { policy, rates, warmUps, route: warmUps === undefined ? facts.message.route : route, unrecorded: [...missing] }; // prettier-ignore
  }

  /** The message is handed over: it draws on every bucket, and counts under every warm-up. */
  spend(brand: string, { rates, warmUps = [] }: Pick<LimitsOf, 'rates' | 'warmUps'>, at: EpochMs): void {
    for (const bucket of rates) this.tats.set(bucketName(brand, bucket), gcraSpend(bucket, at));
    for (const { rule, key, day } of warmUps) {
      const name = dayName(brand, rule, key, day);
      this.sent.set(name, (this.sent.get(name) ?? 0) + 1);
    }
  }

  /** What was drawn by a message that was not to leave. Whoever looks at the bucket later finds it as if it had not been. */
  giveBack(brand: string, { rates, warmUps = [] }: Pick<LimitsOf, 'rates' | 'warmUps'>): void {
    for (const bucket of rates) {
      const name = bucketName(brand, bucket);
      const tat = this.tats.get(name);
      if (tat !== undefined) this.tats.set(name, tat - bucket.emissionIntervalUs);
    }
    for (const { rule, key, day } of warmUps) {
      const name = dayName(brand, rule, key, day);
      this.sent.set(name, Math.max(0, (this.sent.get(name) ?? 0) - 1));
    }
  }

  /** Behind everybody who waits for the same tokens, or all would ask again for each single one. */
  queueBehind(brand: string, buckets: readonly RateState[], until: EpochMs): EpochMs {
    let slot = until * 1000;
    for (const bucket of buckets)
      slot = Math.max(slot, (this.tails.get(bucketName(brand, bucket)) ?? 0) + bucket.emissionIntervalUs);
    for (const bucket of buckets) this.tails.set(bucketName(brand, bucket), slot);
    return Math.ceil(slot / 1000);
  }

  /** Scopes of warm-ups on the channel about something of which nobody recorded which it was. */
  private unknownWarmUps({ message: { channel } }: Facts, ways: Ways): readonly Limited[] {
    const scopes = (['provider', 'sending_domain'] as const).filter((scope) => ways[scope] === undefined);
    return scopes.filter((scope) =>
      this.draft.warmUps?.some((rule) => rule.scope === scope && (rule.channels?.includes(channel) ?? true)),
    );
  }

  private without(scopes: readonly Limited[]): Policy {
    if (scopes.length === 0) return this.draft;
    const name = scopes.join();
    const known = this.parts.get(name);
    if (known !== undefined) return known;
    const warmUps = this.draft.warmUps?.filter(({ scope }) => !scopes.includes(scope)) ?? [];
    const part = { ...this.draft, warmUps };
    this.parts.set(name, part);
    return part;
  }

  private warmUpsOf(
    policy: Policy,
    brand: string,
    { message: { channel }, brand: { zone } }: Facts,
    route: { readonly provider: string | null; readonly sending_domain: string | null },
    at: EpochMs,
  ): readonly WarmUpState[] | undefined {
    const clock = this.reference.zones.zone(zone);
    if (policy.warmUps === undefined || clock === null) return undefined;
    return warmUpsToCount(policy, { channel, ...route }, clock, at).map(({ rule, key, day }) => ({
      rule,
      key,
      day,
      sent: this.sent.get(dayName(brand, rule, key, day)) ?? 0,
      // How the draft's own hand-overs would have been received nobody knows.
      recent: { sent: 0, bounced: 0, complained: 0 },
    }));
  }
}

function waysOf({ message: { channel, route }, rates }: Facts): Ways {
  const drawnFrom = (wanted: keyof Ways): string | undefined => rates.find(({ scope }) => scope === wanted)?.key;
  const isMail = channel === 'email';
  return {
    provider: route === undefined ? drawnFrom('provider') : route.provider,
    sending_domain: isMail ? (route === undefined ? drawnFrom('sending_domain') : route.sending_domain) : null,
    mailbox_domain: isMail ? drawnFrom('mailbox_domain') : null,
  };
}

function bucketName(brand: string, { scope, key, rule }: Pick<RateState, 'scope' | 'key' | 'rule'>): string {
  return JSON.stringify([brand, scope, key, rule]);
}

function dayName(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
