import { DateTime } from 'luxon';
import {
  appliesLaw,
  CannotDecide,
  capHorizonMs,
  type CapUse,
  capUsesOf,
  CONTACTS_CHOICE,
  decide,
  type Decision,
  type Facts,
  type Policy,
  type ReferenceData,
} from '#lib/decision';
import type { EpochMs } from '#lib/kernel';
import { standsInLine } from '../../messages/domain/in-line.js';
import { Apart, type BacktestReport, type Doubt, Doubts, type LeftAlone, type Outcome, Tallies } from './backtest-report.js'; // prettier-ignore
import { DraftLimits, type LimitsOf } from './draft-limits.js';
import { DueLine } from './due-line.js';

/** A step of a message as the ledger has it, told in the order in which they happened. */
export interface PastEvent {
  readonly at: EpochMs;
  readonly brand: string;
  readonly contact: string;
  readonly message: string;
  readonly happened:
    | { readonly kind: 'decided'; readonly outcome: 'pass' | 'defer' | 'drop'; readonly reason: string | null }
    /** The first time it was handed over; later tries belong to the same. */
    | { readonly kind: 'handed_over'; readonly again: boolean }
    | { readonly kind: 'cancelled' }
    /** It was not to be tried, whatever a policy says. */
    | { readonly kind: 'left_alone'; readonly reason: LeftAlone };
  /** Null where nothing was decided. */
  readonly facts: Facts | null;
  /** How far back from `at` the facts list hand-overs: as far as the caps reached that it was decided by. */
  readonly reachMs: number;
  /** It waits for what becomes of another channel: nothing is tried yet. */
  readonly isBehind?: boolean;
  /** Whether the policy that it was decided by asked where the contact is, so that everything about it was looked up. */
  readonly askedWhere: boolean;
}

/** One world's view of a message; `end` is null while it waits. */
interface Fate {
  end: 'sent' | 'dropped' | null;
  reason: string | null;
  at: EpochMs;
}

interface OpenMessage {
  readonly id: string;
  readonly brand: string;
  readonly contact: string;
  readonly group: Pick<Outcome, 'campaign' | 'channel' | 'week'>;
  readonly happened: Fate;
  readonly would: Fate;
  /** The last that were recorded; dropped when the message has its end under the draft. */
  facts: Facts | null;
  /** From this instant on the facts list hand-overs. */
  knownSince: EpochMs;
  askedWhere: boolean;
  /** Another channel is tried first, so the draft is not asked about it. */
  isBehind: boolean;
  /** Under the draft it was in line once. */
  inLine: boolean;
  /** What it took when the draft let it go. */
  took: { readonly use: CapUse; readonly limits: LimitsOf } | null;
  /** Why the last judgement under the draft may be wrong. */
  doubts: readonly Doubt[];
  /** The appointment that counts, when it made several. */
  dueAt: EpochMs;
}

const SWEEP_EVENTS = 50_000;
const NO_RULES: Policy = { key: 'none', version: 1, caps: [], quietHours: [], rates: [] };

const ASSUMPTIONS = [
  'Whoever was handed over to in the period by the draft counts under its caps; hand-overs before the period count as they were.',
  'Consent, suppressions, pauses and campaigns are those that were recorded with each decision: a message that waits longer under the draft is judged on the last that is known of it.',
  'Token buckets of the draft start full and are drawn on by its own hand-overs; limits of providers are left out.',
  'Warm-ups of the draft count its own hand-overs, and are never ill received: bounces and complaints are not asked.',
  'What a consent rests on is read from its event, whether or not the decision of then asked for it.',
  'Every hand-over is taken to succeed, and to have happened at once when it was allowed.',
  'Who is left alone for comparison, and which of several channels is tried, is as it was.',
];

/**
 * The past under another policy. Each message is decided about by the draft whenever it was decided about in truth, and
 * besides whenever the draft said that it is worth asking again; what the draft lets go takes its place under the caps,
 * contact by contact and in the order of time, instead of what really went. So a cap that lets one through less today
 * has room for another tomorrow.
 *
 * Memory holds the messages that still wait in one of the two worlds, and the hand-overs within the longest cap.
 */
export class Simulation {
  private readonly tallies = new Tallies();
  private readonly open = new Map<string, OpenMessage>();
  private readonly due = new DueLine<OpenMessage>();
  private readonly uses = new Map<string, CapUse[]>();
  private readonly limits: DraftLimits;
  private readonly doubts = new Doubts();
  private readonly apart = new Apart();
  private readonly horizonMs: number;
  /** How far back each cap of the draft looks, and the packs' together. */
  private readonly reaches: ReadonlyMap<string, number>;
  private readonly reachOfPacks: number;
  private from: EpochMs | null;
  private now = -Infinity;
  private events = 0;

  constructor(
    private readonly draft: Policy,
    private readonly begin: EpochMs | null,
    private readonly reference: ReferenceData,
  ) {
    this.from = begin;
    this.limits = new DraftLimits(draft, reference);
    this.horizonMs = capHorizonMs(draft, [], reference.packs);
    this.reaches = new Map(draft.caps.map((cap) => [cap.id, capHorizonMs({ ...NO_RULES, caps: [cap] })]));
    this.reachOfPacks = capHorizonMs({ ...draft, caps: [] }, [], reference.packs);
  }

  take(event: PastEvent): void {
    // Entries of two brands may stand in the log a little out of order.
    this.now = Math.max(this.now, event.at);
    this.from ??= event.at;
    this.wake(this.now);
    if (++this.events % SWEEP_EVENTS === 0) this.sweep();

    const message = this.open.get(event.message) ?? this.meet(event);
    if (message === null) return;
    if (event.happened.kind === 'left_alone') return this.leaveAlone(message, event.happened.reason);
    message.isBehind = event.isBehind === true;
    happen(message.happened, event);
    if (message.would.end === null) {
      if (event.happened.kind === 'cancelled') end(message.would, 'dropped', 'cancelled', event.at);
      else {
        message.facts = event.facts;
        message.knownSince = toldSince(event, event.facts);
        message.askedWhere = event.askedWhere;
        if (!message.isBehind) this.judge(message, this.now);
      }
    }
    this.settle(message);
  }

  /** @param to end of the period; null: the last event */
  finish(
    to: EpochMs | null,
  ): Pick<
    BacktestReport,
    keyof ReturnType<Tallies['result']> | keyof ReturnType<Doubts['result']> | 'apart' | 'assumptions'
  > {
    this.wake(to ?? this.now);
    for (const message of this.open.values()) {
      if (message.isBehind && message.happened.end === null) this.apart.add('other_channel');
      else this.count(message);
    }
    this.open.clear();
    return { ...this.tallies.result(), ...this.doubts.result(), ...this.apart.result(), assumptions: ASSUMPTIONS };
  }

  /** It was never to leave, so it gives back what it took in the draft's world, and is in no figure of either. */
  private leaveAlone(message: OpenMessage, reason: LeftAlone): void {
    const { took } = message;
    if (took !== null) {
      const uses = this.uses.get(message.contact);
      const at = uses?.indexOf(took.use) ?? -1;
      if (at !== -1) uses?.splice(at, 1);
      this.limits.giveBack(message.brand, took.limits);
    }
    this.open.delete(message.id);
    this.apart.add(reason);
  }

  private meet({
    at,
    brand,
    contact,
    message: id,
    happened,
    facts,
    reachMs,
    askedWhere,
  }: PastEvent): OpenMessage | null {
    // Of a message that began and ended before the period, or that was told of already, there may be an echo.
    if (facts === null || (happened.kind === 'handed_over' && happened.again)) return null;
    const message: OpenMessage = {
      id,
      brand,
      contact,
      group: {
        campaign: facts.campaign?.key ?? null,
        channel: facts.message.channel,
        week: this.weekOf(at, facts.brand.zone),
      },
      happened: { end: null, reason: null, at },
      would: { end: null, reason: null, at },
      facts,
      knownSince: toldSince({ at, reachMs }, facts),
      askedWhere,
      isBehind: false,
      inLine: false,
      took: null,
      doubts: [],
      dueAt: NaN,
    };
    this.open.set(id, message);
    return message;
  }

  /** Asks again about every message whose time has come by then. */
  private wake(until: EpochMs): void {
    for (let next = this.due.take(until); next !== null; next = this.due.take(until)) {
      const { at, what: message } = next;
      if (message.would.end !== null || message.dueAt !== at) continue;
      this.judge(message, at);
      this.settle(message);
    }
  }

  private judge(message: OpenMessage, at: EpochMs): void {
    if (message.facts === null) return;
    const limits = this.limits.of(message.brand, message.facts, at);
    const facts = this.factsUnder(message, message.facts, limits, at);
    message.doubts = limits.unrecorded;
    if (this.asksForPlace(message, facts)) message.doubts = [...message.doubts, 'place'];
    let decision;
    try {
      decision = decide(facts, limits.policy, at, this.reference);
    } catch (error) {
      if (!(error instanceof CannotDecide)) throw error;
      message.doubts = [...message.doubts, 'undecidable'];
      message.would.reason = error.code;
      return;
    }
    switch (decision.outcome) {
      case 'pass':
        if (this.looksPast(message, facts, decision, at)) message.doubts = [...message.doubts, 'caps'];
        this.handOver(message, facts, limits, at);
        return;
      case 'drop':
        end(message.would, 'dropped', decision.reason, at);
        return;
      case 'defer': {
        const { reason, until, notBefore } = decision;
        // Whoever stands in a line already keeps the place there.
        if (reason === 'rate_limit' && message.would.reason === reason && message.dueAt > at) return;
        message.would.reason = reason;
        const isInLine = reason === 'rate_limit' && notBefore !== null;
        message.dueAt = isInLine ? this.limits.queueBehind(message.brand, limits.rates, until) : until;
        this.due.put(message.dueAt, message);
      }
    }
  }

  /** What was recorded, with the hand-overs, the buckets and the warm-ups of the draft's own world. */
  private factsUnder(message: OpenMessage, facts: Facts, { rates, warmUps, route }: LimitsOf, at: EpochMs): Facts {
    const { warmUps: _, capUsesLeftOut: __, ...others } = facts;
    message.inLine ||= standsInLine(message.would.reason);
    const { inLine } = message;
    const { inLine: recorded, ...said } = facts.message;
    const isPlain = route === undefined && !inLine && recorded === undefined;
    return {
      ...others,
      message: isPlain
        ? facts.message
        : { ...said, ...(route !== undefined && { route }), ...(inLine && { inLine: true as const }) },
      capUses: this.usesOf(message, facts, at),
      rates,
      ...(warmUps === undefined ? {} : { warmUps }),
    };
  }

  /**
   * Whether a phone number that nobody looked at might tell the place, and with it the law: where the decision of then
   * did not ask, and the profile does not say.
   */
  private asksForPlace({ askedWhere }: OpenMessage, { contact }: Facts): boolean {
    const { country = null, region = null, phonePrefix = null, zone } = contact;
    if (askedWhere || zone === null || region !== null || phonePrefix !== null || !appliesLaw(this.draft)) return false;
    return country === null || this.reference.packs.some((pack) => pack.region?.startsWith(`${country}-`) === true);
  }

  private handOver(
    message: OpenMessage,
    { message: { channel, class: messageClass }, ...facts }: Facts,
    limits: LimitsOf,
    at: EpochMs,
  ): void {
    const use: CapUse = {
      at,
      channel,
      class: messageClass,
      purpose: facts.purpose.key,
      topic: facts.topic?.key ?? null,
      campaign: facts.campaign?.key ?? null,
      ...(facts.contact.segments === undefined ? {} : { segments: facts.contact.segments }),
    };
    const uses = this.uses.get(message.contact);
    if (uses === undefined) this.uses.set(message.contact, [use]);
    else uses.push(use);
    this.limits.spend(message.brand, limits, at);
    message.took = { use, limits };
    end(message.would, 'sent', null, at);
  }

  /** What counted before the period as it was, and within it what the draft let go. */
  private usesOf({ contact }: OpenMessage, facts: Facts, at: EpochMs): CapUse[] {
    const { from } = this;
    const before = capUsesOf(facts).filter((use) => from === null || use.at < from);
    const since = at - this.horizonMs;
    return [...before, ...(this.uses.get(contact) ?? []).filter((use) => use.at > since)];
  }

  /**
   * Whether a cap that let the message go asks for hand-overs from before the period that nobody wrote down: they were
   * further back than the caps of then reached, or were left out as too many. With all of the past in the period there
   * are none.
   */
  private looksPast({ knownSince }: OpenMessage, { contact }: Facts, { checks }: Decision, at: EpochMs): boolean {
    if (this.begin === null) return false;
    const untold = Math.min(this.begin, knownSince);
    return checks.some(({ check, detail: { rule } }) => {
      if (check !== 'frequency_cap' || typeof rule !== 'string') return false;
      return at - this.reachOf(rule, contact) < untold;
    });
  }

  private reachOf(rule: string, { frequency }: Facts['contact']): number {
    if (rule === CONTACTS_CHOICE) return capHorizonMs(NO_RULES, frequency);
    // A pack's rule is named `pack/rule`.
    return this.reaches.get(rule) ?? (rule.includes('/') ? this.reachOfPacks : 0);
  }

  /** A message that has its end in both worlds is counted and forgotten. */
  private settle(message: OpenMessage): void {
    if (message.would.end !== null) message.facts = null;
    if (message.would.end === null || message.happened.end === null) return;
    this.open.delete(message.id);
    this.count(message);
  }

  private count({ group, happened, would, doubts }: OpenMessage): void {
    this.doubts.add(doubts);
    const told = ({ end, reason, at }: Fate) => ({ end: end ?? ('held' as const), reason, at });
    this.tallies.add({ ...group, happened: told(happened), would: told(would) });
  }

  /** Forgets hand-overs that no cap counts any more. */
  private sweep(): void {
    const since = this.now - this.horizonMs;
    for (const [contact, uses] of this.uses) {
      const counted = uses.filter((use) => use.at > since);
      if (counted.length === 0) this.uses.delete(contact);
      else this.uses.set(contact, counted);
    }
  }

  private weekOf(at: EpochMs, name: string): string {
    const zone = this.reference.zones.zone(name) ?? 'utc';
    return DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat("kkkk-'W'WW");
  }
}

/** From which instant on facts list every hand-over: `reachMs` back, or less far where they leave out what is older. */
function toldSince({ at, reachMs }: Pick<PastEvent, 'at' | 'reachMs'>, facts: Facts | null): EpochMs {
  const leftOut = facts?.capUsesLeftOut;
  return leftOut === undefined ? at - reachMs : Math.max(at - reachMs, leftOut.allSince);
}

function happen(fate: Fate, { at, happened }: PastEvent): void {
  if (fate.end !== null) return;
  if (happened.kind === 'handed_over') end(fate, 'sent', null, at);
  else if (happened.kind === 'cancelled') end(fate, 'dropped', 'cancelled', at);
  else if (happened.kind === 'left_alone') fate.reason = happened.reason;
  else if (happened.outcome === 'drop') end(fate, 'dropped', happened.reason, at);
  else fate.reason = happened.reason;
}

function end(fate: Fate, how: 'sent' | 'dropped', reason: string | null, at: EpochMs): void {
  fate.end = how;
  fate.reason = reason;
  fate.at = at;
}
