import type { EpochMs } from '#lib/kernel';
import { CannotDecide } from './cannot-decide.js';
import type { Decision, DroppingCheck } from './decision.js';
import type { Facts } from './facts.js';
import type { Findings } from './findings.js';
import { localIso } from './local-time.js';
import type { Policy } from './policy.js';
import { namesPlaces } from './quiet-rules.js';
import { asKnownThen } from './places-before.js';
import type { ReferenceData } from './reference-data.js';
import { type Situation, situationOf } from './situation.js';
import { isNeverFree } from './never-free.js';
import { RULES, type RulesVersion } from './rules-version.js';
import { ENDING_STAGES, REACHING_STAGES, runStages, type Stage, STAGES, UNRATED_STAGES } from './stages/index.js';

/** Far above what any policy without `policyProblems` needs; see `decide` for why there is an end at all. */
const MOST_TURNS = 10_000;
/** After so many it is asked whether the search can come to an end at all: more than a message lives through in a year. */
const PATIENT_TURNS = 1_000;

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
export function decide(facts: Facts, policy: Policy, now: EpochMs, today: ReferenceData): Decision {
  if (!Number.isSafeInteger(now)) throw new CannotDecide('unsettled', 'now is not a whole number of milliseconds');
  const reference = asKnownThen(today);
  const situation = situationOf(facts, policy, reference);
  const found = runStages(situation, now, 'all');
  const solution = solve(situation, found, now);
  const { rules = RULES } = reference;
  const asksPlaces = rules !== 1 && namesPlaces(policy, facts.message);
  const local = localOf(situation, reference, asksPlaces, solution.notBefore);
  const decision = verdictOf(found, withoutEarlyEnd(solution, situation, found, now, rules), policy, situation, rules, local, now); // prettier-ignore
  return rules === 1 ? unstamped(decision) : decision;
}

/** Decisions under the first rules did not say so. */
function unstamped(decision: Decision): Decision {
  const { rules: _, ...others } = decision;
  return others;
}

/**
 * Rates and warm-ups never drop: what would leave if there were none of them does not end because of its wait. It is held,
 * and from the instant at which it could have left without them it stands in line, so that hours that drop hold it too.
 *
 * - If there is an instant at which all checks pass, that is when it leaves. It is asked again at the one at which only
 *   its turn holds it, where that is still to come: from then on its caller knows that it is in line.
 * - If there is none, a turn is still where the others stand now, and may come earlier when they expire, are cancelled or
 *   are given another rate; a ceiling may be raised. So it is held all the same, and no instant is named (`notBefore`),
 *   because as things stand there is none. Before rules 3 this was all.
 */
function withoutEarlyEnd(
  solution: Solution,
  situation: Situation,
  found: Findings,
  now: EpochMs,
  rules: RulesVersion,
): Outlook {
  const { strike, notBefore } = solution;
  if (strike === null) return { strike, notBefore, until: notBefore };
  const isHeld = found.isHeldBy('rate_limit') || found.isHeldBy('warm_up');
  if (!isHeld || (rules < 3 && notBefore !== null)) return { strike, notBefore };
  const free = solve(situation, runStages(situation, now, 'failing', UNRATED_STAGES), now, UNRATED_STAGES);
  if (free.strike !== null) return { strike, notBefore };
  const lastChance = notBefore ?? situation.facts.message.expiresAt;
  return { strike: null, notBefore, until: free.notBefore > now ? free.notBefore : lastChance };
}

/**
 * One literal for each shape a decision has: objects that are built by spreading are a kind of their own each time, and
 * cost more than the rules. What the message was judged under is the policy's version, that of the rules, and the
 * editions of packs where any applies.
 */
function verdictOf(
  { checks, hold }: Findings,
  outlook: Outlook,
  { key, version }: Policy,
  { law }: Situation,
  rules: RulesVersion,
  local: Decision['local'],
  at: EpochMs,
): Decision {
  const policy = { key, version };
  const packs = law === null || law.packs.length === 0 ? undefined : law.packs;
  if (outlook.strike !== null) {
    const { notBefore, strike: { by: primary, at: strikesAt } } = outlook; // prettier-ignore
    const { reason } = primary;
    return packs === undefined
      ? { outcome: 'drop', reason, until: null, notBefore, primary, strikesAt, at, policy, rules, local, checks }
      : {
          outcome: 'drop',
          reason,
          until: null,
          notBefore,
          primary,
          strikesAt,
          at,
          policy,
          rules,
          packs,
          local,
          checks,
        };
  }
  const { notBefore, until } = outlook;
  if (hold === null) {
    if (notBefore === null) throw new CannotDecide('unsettled', 'nothing ends the message, and it may never leave');
    return packs === undefined
      ? { outcome: 'pass', reason: null, until: null, notBefore, primary: null, at, policy, rules, local, checks }
      : {
          outcome: 'pass',
          reason: null,
          until: null,
          notBefore,
          primary: null,
          at,
          policy,
          rules,
          packs,
          local,
          checks,
        };
  }
  const { reason } = hold;
  return packs === undefined
    ? { outcome: 'defer', reason, until, notBefore, primary: hold, at, policy, rules, local, checks }
    : { outcome: 'defer', reason, until, notBefore, primary: hold, at, policy, rules, packs, local, checks };
}

/**
 * The last instant, `latest` at most, up to which a message that passes at `now` goes on passing: quiet hours may
 * begin, it may expire, its consent may end. The instant before `now` when it does not pass then.
 *
 * @throws CannotDecide as `decide`
 */
export function passesUntil(
  facts: Facts,
  policy: Policy,
  now: EpochMs,
  latest: EpochMs,
  reference: ReferenceData,
): EpochMs {
  const end = endOfPassing(situationOf(facts, policy, reference), now, latest, STAGES);
  return end === null ? latest : end - 1;
}

/**
 * The first instant from `now` on, `latest` at most, at which a message that was handed over may not reach its person any
 * more: a night begins, it has expired, or the consent that it rests on has.
 *
 * @throws CannotDecide as `decide`
 */
export function reachesUntil(
  facts: Facts,
  policy: Policy,
  now: EpochMs,
  latest: EpochMs,
  reference: ReferenceData,
): EpochMs {
  return endOfPassing(situationOf(facts, policy, reference), now, latest, REACHING_STAGES) ?? latest;
}

/** The first instant, `latest` at most, at which one of the stages does not pass; null when there is none. */
function endOfPassing(situation: Situation, now: EpochMs, latest: EpochMs, stages: readonly Stage[]): EpochMs | null {
  let at = now;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const found = runStages(situation, at, 'failing', stages);
    if (found.fails) return at;
    if (found.passesUntil > latest) return null;
    at = found.passesUntil;
  }
  throw new CannotDecide('unsettled', `no end of passing found in ${MOST_TURNS} turns`);
}

function localOf(
  { zone, quietHours, law }: Situation,
  reference: ReferenceData,
  rulesAskPlaces: boolean,
  notBefore: EpochMs | null,
): Decision['local'] {
  const holidays = quietHours.find((bound) => bound.holidays !== null)?.holidays;
  const local = notBefore === null ? null : localIso(zone.rules, notBefore);
  const [zoneFrom, tzdb, { version: places }] = [zone.from, reference.zones.version, reference.places];
  const asksPlaces = zone.fromPlaces || rulesAskPlaces || Boolean(holidays) || (law !== null && law.isWaived !== true);
  // As nearly all are; several clocks come from the place tables.
  if (!asksPlaces) return { zone: zone.name, zoneFrom, tzdb, notBefore: local };
  return {
    zone: zone.name,
    ...(zone.all.length > 1 && { zones: zone.all.map(({ name }) => name) }),
    zoneFrom,
    tzdb,
    places,
    ...(holidays && { holidays: holidays.version }),
    notBefore: local,
  };
}

/** What ends the message and when, if anything does; and the first instant at which all checks pass, if there is one. */
type Solution =
  | { readonly strike: null; readonly notBefore: EpochMs }
  | { readonly strike: Strike; readonly notBefore: EpochMs | null };

/** What is made of it. */
type Outlook =
  | { readonly strike: null; readonly notBefore: EpochMs | null; readonly until: EpochMs }
  | { readonly strike: Strike; readonly notBefore: EpochMs | null };

interface Strike {
  readonly by: DroppingCheck;
  readonly at: EpochMs;
}

function solve(situation: Situation, atNow: Findings, now: EpochMs, stages: readonly Stage[] = STAGES): Solution {
  let strike: Strike | null = null;
  let at = now;
  let found = atNow;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    if (turn === PATIENT_TURNS && isNeverFree(situation, at)) {
      return { strike: strike ?? firstEnd(situation, at), notBefore: null };
    }
    const { final, hold, drop } = found;
    if (final !== null) return { strike: strike ?? { by: final, at }, notBefore: null };
    if (hold === null && drop === null) return strike === null ? { strike, notBefore: at } : { strike, notBefore: at };

    // Where nothing holds it any more, the first rule that drops strikes; what follows only asks when it could have left.
    if (hold === null && drop !== null) strike ??= { by: drop, at };

    const next = hold === null ? found.droppedUntil : found.heldUntil;
    if (!(next > at)) throw new CannotDecide('unsettled', 'a fact is not a number, or a check ends before it begins');
    at = next;
    found = runStages(situation, at, 'failing', stages);
  }
  throw new CannotDecide('unsettled', `no instant found in ${MOST_TURNS} turns`);
}

/** What ends a message that no instant from `at` on lets leave. */
function firstEnd(situation: Situation, from: EpochMs): Strike {
  const { expiresAt } = situation.facts.message;
  let at = from;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const { final, passesUntil } = runStages(situation, at, 'failing', ENDING_STAGES);
    if (final !== null) return { by: final, at };
    at = Math.min(passesUntil, expiresAt);
  }
  throw new CannotDecide('unsettled', `no end found in ${MOST_TURNS} turns`);
}
