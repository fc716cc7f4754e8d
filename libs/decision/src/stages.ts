import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { consentObstacle } from './consent.js';
import type { CheckDetail, CheckName, CheckResult, FailedCheck } from './decision.js';
import type { ConsentState, Facts, Suppression } from './facts.js';
import { capUsage } from './frequency-cap.js';
import { gcraAllowAt } from './gcra.js';
import type { CapRule, QuietHoursRule } from './policy.js';
import { quietStretch, type ParsedWindow } from './quiet-hours.js';
import type { DropReason, HoldReason } from './reasons.js';

/** The facts, and of the policy only the rules that bind this message, read once. */
export interface Situation {
  readonly facts: Facts;
  readonly zone: { readonly name: string; readonly from: 'contact' | 'brand'; readonly rules: Zone };
  readonly caps: readonly { readonly rule: CapRule; readonly windowMs: number; readonly uses: readonly EpochMs[] }[];
  readonly quietHours: readonly { readonly rule: QuietHoursRule; readonly windows: readonly ParsedWindow[] }[];
}

/**
 * One rule of the send decision, as it stands at `at`: one result, or several where it looks at several things.
 * A failing result with an `until` fails at every instant from `at` to `until` and not at `until`.
 */
type Stage = (situation: Situation, at: EpochMs) => CheckResult | readonly CheckResult[];

/**
 * The order decides which failing check is the primary reason of a decision, so it is the order in which a person
 * would explain it: what is true of the person and the address for every message comes first, since no change to this
 * message would help; then what ended this message itself; then the person's will about this subject; then what only
 * asks for patience, the person's own wishes and the caller's before the rules of the house, and the machine's limits
 * last. New stages go where their sentence would go.
 */
const STAGES: readonly Stage[] = [
  erased,
  contactPoint,
  suppression,
  expiry,
  campaign,
  consent,
  pause,
  sendTime,
  frequencyCaps,
  quietHours,
  rateLimits,
];

/** Every check at one instant, failing or not, in the order of the stages. */
export function runStages(situation: Situation, at: EpochMs): CheckResult[] {
  const results: CheckResult[] = [];
  for (const stage of STAGES) {
    const found = stage(situation, at);
    if ('check' in found) results.push(found);
    else results.push(...found);
  }
  return results;
}

/** Nothing is sent to a person who was erased, whatever else is still on file. */
function erased({ facts }: Situation): CheckResult {
  return facts.contact.erased ? drop('erased', 'erased') : pass('erased');
}

/** There is an address on this channel, and it can be one. */
function contactPoint({ facts }: Situation): CheckResult {
  if (facts.contactPoint === null) return drop('contact_point', 'no_contact_point');
  return facts.contactPoint.valid ? pass('contact_point') : drop('contact_point', 'invalid_address');
}

const SUPPRESSIONS: Readonly<Record<Suppression['reason'], { readonly reason: DropReason; readonly weight: number }>> =
  {
    complaint: { reason: 'suppressed_complaint', weight: 0 },
    bounce: { reason: 'suppressed_bounce', weight: 1 },
    manual: { reason: 'suppressed_manual', weight: 2 },
  };

/** A suppressed address gets nothing of any class. A complaint is named first: it is what the person said. */
function suppression({ facts }: Situation): CheckResult | readonly CheckResult[] {
  if (facts.suppressions.length === 0) return pass('suppression');
  return facts.suppressions
    .map(({ reason, since }) => ({ ...SUPPRESSIONS[reason], since }))
    .sort((a, b) => a.weight - b.weight || a.since - b.since)
    .map(({ reason, since }) => drop('suppression', reason, { since }));
}

/** A message is stale from `expiresAt` on, that instant included. */
function expiry({ facts }: Situation, at: EpochMs): CheckResult {
  const { expiresAt } = facts.message;
  return at < expiresAt ? pass('expiry', { expiresAt }) : drop('expiry', 'expired', { expiresAt });
}

/** Stopping a campaign ends what it still has on the way. */
function campaign({ facts }: Situation): CheckResult {
  if (facts.campaign === null) return pass('campaign');
  const detail = { campaign: facts.campaign.key };
  return facts.campaign.status === 'stopped' ? drop('campaign', 'campaign_stopped', detail) : pass('campaign', detail);
}

/** A message about a topic needs both, the purpose and the topic, under the model of the purpose. */
function consent({ facts }: Situation, at: EpochMs): readonly CheckResult[] {
  const { enforcement } = facts.purpose;
  const check = (scope: 'purpose' | 'topic', key: string, state: ConsentState | null): CheckResult => {
    const detail = {
      scope,
      key,
      enforcement,
      status: state?.status ?? null,
      validUntil: state?.validUntil ?? null,
      event: state?.eventId ?? null,
    };
    const obstacle = consentObstacle(enforcement, state, at);
    return obstacle === null ? pass('consent', detail) : drop('consent', obstacle, detail);
  };

  const results = [check('purpose', facts.purpose.key, facts.consent.purpose)];
  if (facts.topic !== null) results.push(check('topic', facts.topic.key, facts.consent.topic));
  return results;
}

/** A contact who takes a break still gets what they asked for: the pause holds back commercial messages only. */
function pause({ facts }: Situation, at: EpochMs): CheckResult {
  const { pausedUntil } = facts.contact;
  const isHeld = facts.message.class === 'commercial' && pausedUntil !== null && pausedUntil > at;
  return isHeld ? defer('pause', 'paused', pausedUntil) : pass('pause', { pausedUntil });
}

/** Not before the instant the caller asked for. */
function sendTime({ facts }: Situation, at: EpochMs): CheckResult {
  const { sendAt } = facts.message;
  return sendAt !== null && sendAt > at ? defer('send_time', 'send_time', sendAt) : pass('send_time', { sendAt });
}

/** Every cap that binds the message has room for one more in the window that ends now. */
function frequencyCaps({ caps }: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  if (caps.length === 0) return pass('frequency_cap');
  return caps.map(({ rule, windowMs, uses }) => {
    const { usage, nextFreeAt } = capUsage(rule.limit, windowMs, uses, at);
    const detail = { rule: rule.id, scope: rule.scope, usage, limit: rule.limit, window: rule.window, nextFreeAt };
    if (nextFreeAt === at) return pass('frequency_cap', detail);
    // A limit of 0 frees no slot however long the message waits, so it ends whatever the rule's action is.
    if (nextFreeAt === null) return drop('frequency_cap', 'frequency_cap', detail);
    return timed(rule.action, 'frequency_cap', nextFreeAt, detail);
  });
}

/** The contact's clock counts. Without a usable one it is the brand's, and the result says whose it was. */
function quietHours({ facts, zone, quietHours: rules }: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  if (rules.length === 0) return pass('quiet_hours');
  return rules.map(({ rule, windows }) => {
    const stretch = quietStretch(windows, zone.rules, at);
    const detail = {
      rule: rule.id,
      window: stretch?.window ?? null,
      zone: zone.name,
      zoneFrom: zone.from,
      contactZone: facts.contact.zone,
    };
    if (stretch === null) return pass('quiet_hours', detail);
    return timed(rule.action, 'quiet_hours', stretch.until, detail);
  });
}

/** Every bucket has room. A rate never drops: it only spreads messages out, and `expiry` ends what waits too long. */
function rateLimits({ facts }: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  if (facts.rates.length === 0) return pass('rate_limit');
  return facts.rates.map((bucket) => {
    const until = Math.ceil(gcraAllowAt(bucket) / 1000);
    const detail = { rule: bucket.rule, scope: bucket.scope, key: bucket.key };
    return until <= at ? pass('rate_limit', detail) : defer('rate_limit', 'rate_limit', until, detail);
  });
}

function pass(check: CheckName, detail: CheckDetail = {}): CheckResult {
  return { check, passes: true, detail };
}

function defer(check: CheckName, reason: HoldReason, until: EpochMs, detail: CheckDetail = {}): FailedCheck {
  return { check, passes: false, kind: 'defer', reason, until, detail };
}

function drop(check: CheckName, reason: DropReason, detail: CheckDetail = {}): FailedCheck {
  return { check, passes: false, kind: 'drop', reason, until: null, detail };
}

/** A failing rule that time alone would cure, and that says itself whether the message is given that time. */
function timed(
  action: 'drop' | 'defer',
  rule: 'frequency_cap' | 'quiet_hours',
  until: EpochMs,
  detail: CheckDetail,
): FailedCheck {
  return { check: rule, passes: false, kind: action, reason: rule, until, detail };
}
