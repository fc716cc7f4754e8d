import { type Facts, type Policy, type WarmUpState, warmUpsToCount } from '#lib/decision';
import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { policyStore } from '../policies/policy.store.js';
import { reference } from '../reference.js';
import type { Candidate, Spending } from './candidate.js';
import { sendingDomain } from '../templates/domain/mail-sender.js';
import { type BoundWarmUp, warmUpKey, warmUpStore } from './warm-up.store.js';

type Route = NonNullable<Facts['message']['route']>;

interface Counted extends BoundWarmUp {
  state: WarmUpState;
  /** Hand-overs of this batch. */
  taken: number;
}

type Rules = NonNullable<Policy['warmUps']>;

/**
 * The warm-ups that the messages of one batch are counted in. A provider or a domain is warmed up by whatever leaves by
 * it, so a message counts in the warm-ups of every policy of its brand, also where its own has none and it waits for no
 * ceiling. Their counts are locked before anything is decided on them, by everybody in one order: a ceiling is low for
 * some days and then gone, so waiting for each other costs little.
 */
export class WarmUps {
  private constructor(
    private readonly counted: ReadonlyMap<string, Counted>,
    private readonly bound: ReadonlyMap<Candidate, readonly BoundWarmUp[]>,
  ) {}

  static async load(tx: Tx, candidates: readonly Candidate[], now: EpochMs, spending: Spending): Promise<WarmUps> {
    // Whoever takes nothing looks at ceilings alone, which are those of a message's own policy.
    const others = spending === 'nothing' ? NO_RULES : await policyStore.warmUps(tx, brandsOf(candidates));
    const bound = new Map<Candidate, readonly BoundWarmUp[]>();
    for (const candidate of candidates) {
      const rules = rulesFor(candidate, others);
      if (rules !== undefined) bound.set(candidate, boundTo(candidate, rules, now));
    }
    const wanted = [...new Map([...bound.values()].flat().map((one) => [warmUpKey(one), one])).values()];
    if (wanted.length === 0) return new WarmUps(new Map(), bound);
    const states = spending === 'nothing' ? await warmUpStore.read(tx, wanted) : await warmUpStore.lock(tx, wanted);
    const counted = wanted.flatMap((one, i): [string, Counted][] => {
      const state = states[i];
      return state === undefined ? [] : [[warmUpKey(one), { ...one, state, taken: 0 }]];
    });
    return new WarmUps(new Map(counted), bound);
  }

  /** For the facts of a message; undefined where no policy of its brand knows warm-ups. */
  of(candidate: Candidate): { readonly route: Route; readonly states: readonly WarmUpState[] } | undefined {
    const bound = this.bound.get(candidate);
    if (bound === undefined) return undefined;
    return {
      route: routeOf(candidate),
      states: bound.flatMap((one) => this.counted.get(warmUpKey(one))?.state ?? []),
    };
  }

  /** Counts a hand-over, so that the next message of the batch sees it. */
  take(candidate: Candidate): void {
    for (const one of this.bound.get(candidate) ?? []) {
      const counted = this.counted.get(warmUpKey(one));
      if (counted === undefined) continue;
      const { state } = counted;
      counted.taken++;
      counted.state = { ...state, sent: state.sent + 1, recent: { ...state.recent, sent: state.recent.sent + 1 } };
    }
  }

  async settle(tx: Tx): Promise<void> {
    const taken = [...this.counted.values()].filter((one) => one.taken > 0);
    if (taken.length > 0)
      await warmUpStore.spend(
        tx,
        taken.map((one) => ({ ...one, count: one.taken })),
      );
  }
}

const NO_RULES: ReadonlyMap<BrandId, Rules> = new Map();

function brandsOf(candidates: readonly Candidate[]): BrandId[] {
  return [...new Set(candidates.map(({ subject }) => subject.brand.id))];
}

/** Its own, and those of the brand's other policies that do not have the id of one of its own: what has one id is counted once. */
function rulesFor({ subject, policy }: Candidate, others: ReadonlyMap<BrandId, Rules>): Rules | undefined {
  const own = policy.policy.warmUps;
  const ofBrand = others.get(subject.brand.id);
  if (own === undefined || ofBrand === undefined) return own ?? ofBrand;
  return [...own, ...ofBrand.filter(({ id }) => !own.some((rule) => rule.id === id))];
}

function boundTo(candidate: Candidate, warmUps: Rules, now: EpochMs): BoundWarmUp[] {
  const { subject } = candidate;
  const zone = reference.zones.zone(subject.brand.defaultZone);
  // Without a clock to tell its days by `decide` holds the message.
  if (zone === null) return [];
  const route = { channel: subject.channel, ...routeOf(candidate) };
  return warmUpsToCount({ warmUps }, route, zone, now).map(({ rule, key, day }) => {
    const { halt } = warmUps.find(({ id }) => id === rule) ?? { halt: { lookBackDays: 1 } };
    return { brandId: subject.brand.id, rule, key, day, lookBackDays: halt.lookBackDays };
  });
}

/**
 * A warm-up counts what left by an address, and how that was received. A test message reaches no provider, so it warms
 * nothing up and waits for no ceiling.
 */
function routeOf({ subject, provider, test }: Candidate): Route {
  if (test) return { provider: null, sending_domain: null };
  return {
    provider: provider?.key ?? null,
    sending_domain: sendingDomain(subject.channel, subject.sender),
  };
}
