import type { EpochMs } from '#lib/kernel';
import type { FailedCheck } from './decision.js';
import { CannotDecide } from './cannot-decide.js';
import { contactZones } from './contact-zones.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { lawOf } from './packs/law.js';
import { isInForce } from './packs/term.js';
import type { Policy } from './policy.js';
import type { ReferenceData } from './reference-data.js';
import type { DropReason } from './reasons.js';
import { consent } from './stages/consent.js';
import { jurisdiction } from './stages/jurisdiction.js';

/** Whether what a person said, and the law, let messages like this one leave, and until when. */
export type Permitted =
  | { readonly permitted: false; readonly reason: DropReason }
  | {
      readonly permitted: true;
      /** The first instant at which they no longer do, if nobody says anything until then; null: none. */
      readonly end: EpochMs | null;
      /** What ends it: `validity`, a day until which the person agreed; or the pack whose rule does. Null without an end. */
      readonly endedBy: string | null;
      /** Whether it takes an opt-in at all, by the purpose or by a law; where not, it is enough that nobody objected. */
      readonly takesOptIn: boolean;
    };

export const VALIDITY = 'validity';

/** Each is an end of a consent or a beginning of a rule, and few rules bind one message. */
const MOST_TURNS = 1_000;

/**
 * Asks two checks of a decision, consent and jurisdiction, from `now` on: those that a new consent would mend. What else
 * may hold or end a message is no matter of it.
 *
 * @throws CannotDecide as `decide`
 */
export function permittedUntil(facts: Facts, policy: Policy, now: EpochMs, reference: ReferenceData): Permitted {
  const zones = contactZones(facts, reference).allRules;
  const law = lawOf(facts, policy, reference);
  const asked = { facts, zones, law };
  const failedAt = (at: EpochMs): { readonly failed: FailedCheck | null; readonly next: EpochMs } => {
    const found = new Findings(false);
    consent(asked, at, found);
    jurisdiction(asked, at, found);
    return { failed: found.final ?? found.drop, next: found.passesUntil };
  };

  const atFirst = failedAt(now);
  if (atFirst.failed !== null) return { permitted: false, reason: atFirst.failed.reason as DropReason };
  const needsOne = law?.consents.some(({ term }) => isInForce(term, zones, now)) ?? false;
  let next = atFirst.next;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    if (next === Infinity) {
      const takesOptIn = needsOne || facts.purpose.enforcement === 'restrictive';
      return { permitted: true, end: null, endedBy: null, takesOptIn };
    }
    const then = failedAt(next);
    if (then.failed !== null) {
      return { permitted: true, end: next, endedBy: endedBy(then.failed, facts, next), takesOptIn: true };
    }
    next = then.next;
  }
  throw new CannotDecide('unsettled', `no end of permission found in ${MOST_TURNS} turns`);
}

/** A day until which somebody agreed ends a consent before any law does that looks at it. */
function endedBy({ check, detail }: FailedCheck, { consent: states }: Facts, end: EpochMs): string {
  if (check === 'consent' || states.purpose?.validUntil === end || states.topic?.validUntil === end) return VALIDITY;
  return String(detail['rule']).split('/')[0] ?? VALIDITY;
}
