import type { EpochMs } from '#lib/kernel';
import { CannotDecide } from './cannot-decide.js';
import type { CheckResult, Decision, DroppingCheck, HoldingCheck } from './decision.js';
import type { Facts } from './facts.js';
import { localIso } from './local-time.js';
import type { Policy } from './policy.js';
import type { ReferenceData } from './reference-data.js';
import { type Situation, situationOf } from './situation.js';
import { runStages } from './stages/index.js';

/** Far above what any policy without `policyProblems` needs; see `decide` for why there is an end at all. */
const MOST_TURNS = 10_000;

/**
 * Says whether a message may leave at `now`, has to wait, or ends; why; and from when on it could leave. The same
 * arguments give the same decision for ever, on every machine.
 *
 * The checks are solved over time. As long as something holds the message, the next instant looked at is the one at
 * which the last of the holds ends, so that
 * - what can never leave (it would expire, or its consent would end, before the hold does) ends now;
 * - a rule that drops counts at the instant at which the message could otherwise leave, not while it waits anyway;
 * - `until` is exact: at every instant between `now` and `until` some check fails, at `until` none does.
 *
 * It ends, because each turn looks at a later instant, and at `expiresAt` the message expires. It ends soon, because
 * a pause, a send time, a cap and a bucket hold at most once each, and quiet hours that leave any minute of the week
 * free hold a few times between two of those.
 *
 * @param now milliseconds since the epoch, read after the contact was locked
 * @throws CannotDecide when neither the contact's zone nor the brand's is known, or the policy makes no sense.
 *   Then nothing may leave.
 */
export function decide(facts: Facts, policy: Policy, now: EpochMs, reference: ReferenceData): Decision {
  if (!Number.isSafeInteger(now)) throw new CannotDecide('unsettled', 'now is not a whole number of milliseconds');
  const situation = situationOf(facts, policy, reference);
  const checks = runStages(situation, now);
  const { strike, notBefore } = solve(situation, checks, now);

  const judged = {
    at: now,
    policy: { key: policy.key, version: policy.version },
    ...(situation.law === null || situation.law.packs.length === 0 ? {} : { packs: situation.law.packs }),
    local: localOf(situation, reference, notBefore),
    checks,
  };
  if (strike !== null) {
    const { by: primary, at: strikesAt } = strike;
    return { outcome: 'drop', reason: primary.reason, until: null, notBefore, primary, strikesAt, ...judged };
  }
  const hold = checks.find(isHold);
  if (hold === undefined) return { outcome: 'pass', reason: null, until: null, notBefore, primary: null, ...judged };
  return { outcome: 'defer', reason: hold.reason, until: notBefore, notBefore, primary: hold, ...judged };
}

function localOf(
  { zone, quietHours, law }: Situation,
  reference: ReferenceData,
  notBefore: EpochMs | null,
): Decision['local'] {
  const holidays = quietHours.find((bound) => bound.holidays !== null)?.holidays;
  return {
    zone: zone.name,
    ...(zone.all.length > 1 && { zones: zone.all.map(({ name }) => name) }),
    zoneFrom: zone.from,
    tzdb: reference.zones.version,
    ...((zone.fromPlaces || holidays || law !== null) && { places: reference.places.version }),
    ...(holidays && { holidays: holidays.version }),
    notBefore: notBefore === null ? null : localIso(zone.rules, notBefore),
  };
}

/** What ends the message and when, if anything does; and the first instant at which all checks pass, if there is one. */
type Solution =
  | { readonly strike: null; readonly notBefore: EpochMs }
  | { readonly strike: Strike; readonly notBefore: EpochMs | null };

interface Strike {
  readonly by: DroppingCheck;
  readonly at: EpochMs;
}

function solve(situation: Situation, checks: readonly CheckResult[], now: EpochMs): Solution {
  let strike: Strike | null = null;
  let at = now;
  let current = checks;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const final = current.find(isFinal);
    if (final !== undefined) return { strike: strike ?? { by: final, at }, notBefore: null };

    const failing = current.filter(isCurable);
    if (failing.length === 0) return strike === null ? { strike, notBefore: at } : { strike, notBefore: at };

    // Where nothing holds it any more, the first rule that drops strikes; what follows only asks when it could have left.
    const holds = failing.filter((check) => check.kind === 'defer');
    const drop = failing.find((check) => check.kind === 'drop');
    if (holds.length === 0 && drop !== undefined) strike ??= { by: drop, at };

    const next = Math.max(...(holds.length > 0 ? holds : failing).map((check) => check.until));
    if (!(next > at)) throw new CannotDecide('unsettled', 'a fact is not a number, or a check ends before it begins');
    at = next;
    current = runStages(situation, at);
  }
  throw new CannotDecide('unsettled', `no instant found in ${MOST_TURNS} turns`);
}

function isHold(check: CheckResult): check is HoldingCheck {
  return !check.passes && check.kind === 'defer';
}

/** No time cures it. */
function isFinal(check: CheckResult): check is DroppingCheck {
  return !check.passes && check.until === null;
}

/** Fails now, and will not for ever. */
function isCurable(check: CheckResult): check is HoldingCheck | (DroppingCheck & { readonly until: EpochMs }) {
  return !check.passes && check.until !== null;
}
