import type { EpochMs, ZoneSource } from '#lib/kernel';
import { DateTime } from 'luxon';
import type {
  CheckDetail,
  CheckResult,
  Decision,
  DeferDecision,
  DropDecision,
  FailedCheck,
  HoldingCheck,
} from './decision.js';
import { exactDurationMs } from './exact-duration.js';
import { DAY, HOUR, MINUTE } from './local-time.js';
import type { DropReason, HoldReason } from './reasons.js';

/**
 * English for a person who asks why: a sentence that gives the reason, one more when it ended although it could have left
 * later, and then what else stands in the way or, of a message that waits or leaves, how full its caps are. Every instant
 * is on the clock that the message was judged by, which is named with it. Needs nothing else but the decision, so that it
 * reads the same years later, whatever became of the policy. It holds no address and no name.
 */
export function explainDecision(decision: Decision, zones: ZoneSource): string {
  return [verdict(decision, zones), ...besides(decision, zones)].join(' ');
}

/**
 * When a message that was held is asked again, as a sentence; null when its decision names that instant. It names another
 * where others stand before it, because each of them is told when there is room, and where the rules changed since.
 */
export function explainTurn(decision: Decision, asksAt: EpochMs, zones: ZoneSource): string | null {
  if (decision.outcome !== 'defer' || asksAt === decision.notBefore) return null;
  return `It is asked again ${instantOf(asksAt, decision, zones)}.`;
}

function verdict(decision: Decision, zones: ZoneSource): string {
  switch (decision.outcome) {
    case 'pass':
      return `May leave: every check passes under ${policyOf(decision)}.`;
    case 'defer':
      if (decision.notBefore === null) return `Held: ${tooLate(decision, zones)}.`;
      return `Held until ${firstChance(decision)}: ${because(decision.primary, decision)}${whatFollows(decision, zones)}.`;
    case 'drop':
      return `Dropped: ${dropCause(decision)}.${lostChance(decision)}`;
  }
}

/** Of a message whose turn comes after its end, or when others hold it to its end. It is asked again until then, because turns come free. */
function tooLate(decision: DeferDecision, zones: ZoneSource): string {
  const { primary, checks } = decision;
  const lines = checks.filter(
    (check): check is HoldingCheck => !check.passes && check.kind === 'defer' && isLine(check),
  );
  const turn = lastToEnd(lines) ?? primary;
  const cause = primary.check === turn.check ? '' : `${because(primary, decision)}, and `;
  const expiresAt = checks.find(({ check }) => check === 'expiry')?.detail['expiresAt'];
  const isBefore = typeof expiresAt === 'number' && turn.until < expiresAt;
  const then = isBefore ? 'when other rules hold it until it expires' : 'after the message expires';
  return `${cause}${because(turn, decision)}, whose next turn comes only ${instantOf(turn.until, decision, zones)}, ${then}; it leaves if one comes free before`;
}

/** What holds a message only because of the others that leave before it. */
function isLine({ check }: CheckResult): boolean {
  return check === 'rate_limit' || check === 'warm_up';
}

/** A hold that ends before the message may leave says when, and that something else keeps it back after that. */
function whatFollows(decision: DeferDecision, zones: ZoneSource): string {
  const { primary, notBefore, checks } = decision;
  if (notBefore === null || primary.until >= notBefore) return '';
  const end = ` until ${instantOf(primary.until, decision, zones)}`;
  const isNamed = checks.some((check) => !check.passes && check.kind === 'defer' && check.until === notBefore);
  return isNamed ? end : `${end}, and other rules from then on`;
}

/** Enough for a person; the checks have it all. */
const MOST_BESIDES = 3;

/**
 * What else a person would want to know: other obstacles with their own ends, then caps that are partly used. Of a
 * message that ended only what would have ended it too: its holds do not matter any more.
 */
function besides(decision: Decision, zones: ZoneSource): string[] {
  const { primary, checks, outcome } = decision;
  const others = checks.filter(
    (check): check is FailedCheck =>
      !check.passes && !isSame(check, primary) && (outcome !== 'drop' || check.kind === 'drop'),
  );
  const obstacles = others.map((check) => {
    const until = check.until === null ? '' : `, until ${instantOf(check.until, decision, zones)}`;
    return `Also: ${because(check, decision)}${until}.`;
  });
  const usage = outcome === 'drop' ? [] : checks.flatMap(usageOf);
  return [...obstacles, ...usage].slice(0, MOST_BESIDES);
}

/** `Cap newsletter (3 per 7 days) is at 2.` */
function usageOf(check: CheckResult): string[] {
  const { rule, usage, limit, window, overridden } = check.detail;
  if (check.check !== 'frequency_cap' || !check.passes || typeof usage !== 'number' || usage === 0) return [];
  const name = rule === 'contact' ? 'What the contact chose' : `Cap ${rule}`;
  const lifted = overridden === true ? ', and was lifted from this message' : '';
  return [`${name} (${limit} per ${lengthOf(window) ?? window}) is at ${usage}${lifted}.`];
}

/** By what they say: a decision that was stored as JSON and read again has the primary check twice. */
function isSame(check: FailedCheck, primary: FailedCheck | null): boolean {
  return (
    primary !== null &&
    JSON.stringify([check.reason, check.detail]) === JSON.stringify([primary.reason, primary.detail])
  );
}

/** On the clock that the message was judged by; in UTC where no table knows it any more. */
function instantOf(instant: EpochMs, decision: Decision, zones: ZoneSource): string {
  const chance = instant === decision.notBefore ? firstChance(decision) : null;
  if (chance !== null) return chance;
  const { zone } = decision.local;
  const clock = zones.zone(zone);
  const on = { zone: clock ?? 'utc', locale: 'en' };
  return `${written(DateTime.fromMillis(instant, on), decision)} ${clock === null ? 'UTC' : zone}`;
}

/** What ends a message only after a hold names the hold too: that is what somebody could change. */
function dropCause(decision: DropDecision): string {
  const cause = because(decision.primary, decision);
  const holds = decision.checks.filter((check): check is HoldingCheck => !check.passes && check.kind === 'defer');
  const hold = lastToEnd(holds);
  if (hold === undefined || decision.strikesAt === decision.at) return cause;
  return `at the end of its hold (${because(hold, decision)}) ${cause}`;
}

function lastToEnd(holds: readonly HoldingCheck[]): HoldingCheck | undefined {
  const [first, ...others] = holds;
  if (first === undefined) return undefined;
  return others.reduce((last, hold) => (hold.until > last.until ? hold : last), first);
}

function lostChance(decision: DropDecision): string {
  const chance = firstChance(decision);
  return chance === null ? '' : ` The earliest it could have left is ${chance}.`;
}

type Sentence = (detail: CheckDetail, decision: Decision) => string;

const SENTENCES: Readonly<Record<HoldReason | DropReason, Sentence>> = {
  erased: () => 'the contact was erased',
  no_contact_point: () => 'the contact has no address on this channel',
  invalid_address: () => 'the address cannot be one',
  suppressed_complaint: () => 'the address is suppressed after a complaint',
  suppressed_bounce: () => 'the address is suppressed after a bounce',
  suppressed_manual: () => 'the address was suppressed by hand',
  expired: () => 'the message is expired',
  campaign_stopped: () => 'the campaign was stopped',
  no_consent: (detail) => `no consent was ever recorded for ${subject(detail)}`,
  confirmation_pending: (detail) => `consent for ${subject(detail)} was never confirmed`,
  consent_denied: (detail) => `consent for ${subject(detail)} was refused`,
  consent_withdrawn: (detail) => `consent for ${subject(detail)} was withdrawn`,
  consent_expired: (detail) => `consent for ${subject(detail)} no longer holds`,
  objection: (detail) => `the contact objected to ${detail['scope'] === undefined ? 'advertising' : subject(detail)}`,
  paused: () => 'the contact has paused messages',
  send_time: () => 'it was planned for that time',
  frequency_cap: ({ rule, usage, limit, effectiveLimit, window }, decision) => {
    const name = rule === 'contact' ? 'what the contact chose' : `frequency cap ${rule} of ${makerOf(rule, decision)}`;
    const kept = typeof limit === 'number' && typeof effectiveLimit === 'number' ? limit - effectiveLimit : 0;
    const free = kept === 0 ? '' : `, ${kept} kept for what matters more`;
    return `${name} (${usage} of ${limit} used ${lengthOf(window) === null ? 'this' : 'in'} ${lengthOf(window) ?? window}${free})`;
  },
  quiet_hours: ({ rule, window, dates, holiday, never, zones }, decision) => {
    const clocks = typeof zones === 'string' ? ` on all ${zones.split(' ').length} clocks that may be the contact’s` : ' of the week'; // prettier-ignore
    const without = never === true ? `, which leave no hour${clocks}` : '';
    return `quiet hours of ${rule === 'contact' ? 'the contact' : makerOf(rule, decision)} (${window ?? dates ?? holiday})${without}`;
  },
  rate_limit: ({ rule, scope }) => `rate limit ${rule} of the ${scope}`,
  warm_up: ({ haltedBy }) =>
    typeof haltedBy === 'string'
      ? `the warm-up is halted, too much ${haltedBy === 'complained' ? 'was complained about' : 'bounced'}`
      : 'the sender is being warmed up',
  provider_backoff: () => 'the provider could not take it, or asked for a break',
  provider_slow: () => 'the provider or the host it goes to answers slowly',
  other_channel: () => 'another channel is tried first',
  duplicate: () => 'the contact already has this message',
  holdout: () => 'the contact belongs to the group that is left alone for comparison',
  cancelled: () => 'the sender cancelled it',
  reached_on_other_channel: () => 'the contact was reached on another channel',
  jurisdiction: ({ rule, scope, missing }) =>
    `the law where the contact may be does not allow it (${rule}: ${lackOf(scope, missing)})`,
};

const UNITS = [
  [DAY, 'days'],
  [HOUR, 'hours'],
  [MINUTE, 'minutes'],
] as const;

/** `7 days` of `P7D`, in the largest unit of which there are several; null of a day, week or month of the calendar. */
function lengthOf(window: CheckDetail[string] | undefined): string | null {
  const length = typeof window === 'string' ? exactDurationMs(window) : null;
  if (length === null) return null;
  const [unit, name] = UNITS.find(([each]) => length % each === 0 && length > each) ?? [1000, 'seconds'];
  return `${length / unit} ${name}`;
}

function because({ reason, detail }: FailedCheck, decision: Decision): string {
  return SENTENCES[reason](detail, decision);
}

function subject({ scope, key }: CheckDetail): string {
  return `${scope} ${key}`;
}

function lackOf(scope: CheckDetail[string] | undefined, missing: CheckDetail[string] | undefined): string {
  if (typeof missing === 'string') return `the consent lacks ${missing.replaceAll(' ', ', ').replaceAll('_', ' ')}`;
  return typeof scope === 'string' ? 'the consent is not of a kind it accepts' : 'there is no consent';
}

/** A pack's rule is named `pack/rule`; ids of policies have no slash. */
function makerOf(rule: CheckDetail[string] | undefined, decision: Decision): string {
  const pack = typeof rule === 'string' && rule.includes('/') ? rule.split('/')[0] : undefined;
  return pack === undefined ? policyOf(decision) : `pack ${pack}`;
}

function policyOf({ policy }: Decision): string {
  return `policy ${policy.key} v${policy.version}`;
}

/** `Mon 24 Nov 08:00 Europe/Berlin`, or null when there is none. */
function firstChance(decision: Decision): string | null {
  const { zone, notBefore } = decision.local;
  if (notBefore === null) return null;
  return `${written(DateTime.fromISO(notBefore, { setZone: true, locale: 'en' }), decision)} ${zone}`;
}

/** Seconds, rounded up, and year only where they are not plain. */
function written(exact: DateTime, { at }: Decision): string {
  const time = exact.plus({ milliseconds: (1000 - exact.millisecond) % 1000 });
  const isThisYear = time.year === DateTime.fromMillis(at, { zone: time.zone }).year;
  return time.toFormat(`ccc d LLL${isThisYear ? '' : ' yyyy'} HH:mm${time.second === 0 ? '' : ':ss'}`);
}
