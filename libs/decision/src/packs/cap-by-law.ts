import type { BoundCap } from '../bound-caps.js';
import type { Facts } from '../facts.js';
import { countedInstants } from '../frequency-cap.js';
import type { CapRule } from '../policy.js';
import { windowMs } from '../windows.js';
import type { Dated } from './law.js';

/**
 * A cap of a pack with the hand-overs it counts. Whoever lifts caps from a message lifts the brand's own: what a law
 * limits is overridden in the policy or not at all, and it keeps no places free.
 */
export function capByLaw({ rule, term }: Dated<CapRule>, facts: Facts): BoundCap {
  return {
    rule,
    limit: rule.limit,
    window: windowOf(rule),
    uses: facts.capUses.length === 0 ? [] : countedInstants(rule, facts, usesOfSubject(facts)).sort((a, b) => a - b),
    holdsUntil: null,
    isLifted: false,
    remarks: null,
    term,
  };
}

/** Read once: the rules of a law are the same objects for as long as the packs are. */
const windows = new WeakMap<CapRule, { readonly lengthMs: number }>();

function windowOf(rule: CapRule): { readonly lengthMs: number } {
  let known = windows.get(rule);
  if (known === undefined) windows.set(rule, (known = { lengthMs: windowMs(rule) }));
  return known;
}

/** The hand-overs as a cap about topics must see them: one without a topic may have been about this one. */
function usesOfSubject(facts: Facts): Facts['capUses'] {
  const topic = facts.topic?.key ?? null;
  return facts.capUses.map((use) => (use.topic === null && topic !== null ? { ...use, topic } : use));
}
