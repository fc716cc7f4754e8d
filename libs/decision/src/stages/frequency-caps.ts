import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { type BoundCap, usageAt } from '../bound-caps.js';
import type { CheckDetail, CheckResult } from '../decision.js';
import { clipToTerm, inForce } from '../packs/term.js';
import type { Situation } from '../situation.js';
import { drop, pass, timed } from './results.js';

/** Every cap that binds the message has room for one more in the window that runs now. */
export function frequencyCaps({ caps: all, zones }: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  const caps = inForce(all, zones, at);
  if (caps.length === 0) return pass('frequency_cap');
  return caps.map((cap) => frequencyCap(cap, zones, at));
}

/**
 * Usage, limit and the next free instant are reported whatever comes of them. A hold that would outlast `holdsUntil`
 * drops as a rule that says drop does: when nothing else holds the message, so that a message with a send time next
 * week does not end over a cap that is free by then.
 */
function frequencyCap(cap: BoundCap, zones: readonly Zone[], at: EpochMs): CheckResult {
  const { rule, holdsUntil, remarks } = cap;
  const { usage, nextFreeAt, zone } = usageAt(cap, at);
  const figures = {
    rule: rule.id,
    scope: rule.scope,
    usage,
    limit: rule.limit,
    window: typeof rule.window === 'string' ? rule.window : rule.window.unit,
    nextFreeAt,
  };
  const onClock: CheckDetail = zone === undefined ? figures : { ...figures, zone };
  const detail = remarks === null ? onClock : { ...onClock, ...remarks };
  if (nextFreeAt === at || cap.isLifted) return pass('frequency_cap', detail);
  // A limit of 0 frees no slot however long the message waits, so it ends whatever the rule's action is.
  const until = clipToTerm(nextFreeAt, cap.term, zones);
  if (until === null) return drop('frequency_cap', 'frequency_cap', detail);
  const isTooLong = holdsUntil !== null && until > holdsUntil;
  return timed(rule.action === 'drop' || isTooLong ? 'drop' : 'defer', 'frequency_cap', until, detail);
}
