import type { EpochMs } from '#lib/kernel';
import { type BoundCap, usageAt } from '../bound-caps.js';
import type { CheckDetail } from '../decision.js';
import { type Findings, NO_DETAIL } from '../findings.js';
import { type CapUsage } from '../frequency-cap.js';
import { clipToTerm } from '../packs/term.js';
import type { Situation } from '../situation.js';
import { inForce } from './in-force.js';

/** Every cap that binds the message has room for one more in the window that runs now. */
export function frequencyCaps(situation: Situation, at: EpochMs, found: Findings): void {
  const caps = inForce(situation.caps, situation.zones, at, found);
  if (caps.length === 0) return found.pass('frequency_cap', NO_DETAIL);
  for (const cap of caps) judge(cap, situation, at, found);
}

/**
 * Usage, limit and the next free instant are reported whatever comes of them. A hold that would outlast `holdsUntil`
 * drops as a rule that says drop does: when nothing else holds the message, so that a message with a send time next
 * week does not end over a cap that is free by then.
 */
function judge(cap: BoundCap, situation: Situation, at: EpochMs, found: Findings): void {
  const usage = usageAt(cap, situation, at);
  const { nextFreeAt } = usage;
  // Room that there is stays: uses only leave the window while the message waits.
  if (nextFreeAt === at || cap.isLifted) {
    if (found.reportsPasses) found.pass('frequency_cap', detailOf(cap, usage));
    return;
  }
  const detail = detailOf(cap, usage);
  const until = clipToTerm(nextFreeAt, cap.term, situation.zones);
  // A limit of 0 frees no slot however long the message waits, so it ends whatever the rule's action is.
  if (until === null) return found.end('frequency_cap', 'frequency_cap', detail);
  const isTooLong = cap.holdsUntil !== null && until > cap.holdsUntil;
  found.timed(cap.rule.action === 'drop' || isTooLong ? 'drop' : 'defer', 'frequency_cap', until, detail);
}

function detailOf({ rule, remarks }: BoundCap, { usage, nextFreeAt, zone }: CapUsage): CheckDetail {
  const { id, scope, limit } = rule;
  const window = typeof rule.window === 'string' ? rule.window : rule.window.unit;
  const figures = { rule: id, scope, usage, limit, window, nextFreeAt };
  const onClock: CheckDetail = zone === undefined ? figures : { ...figures, zone };
  return remarks === null ? onClock : { ...onClock, ...remarks };
}
