import { CannotDecide } from './cannot-decide.js';
import type { BoundCap } from './bound-caps.js';
import type { CapUse, Facts, FrequencyChoice } from './facts.js';
import type { Pack } from './packs/pack.js';
import { appliesLaw, type Policy } from './policy.js';

/** Of each kind so many are told where there are more, however few the policy allows: stricter drafts are tried on them. */
const LEAST_TOLD = 100;

/**
 * Of how many hand-overs of one kind `Facts.capUses` must tell for this policy, for what the contact chose and for the
 * packs the policy may apply: the newest, at least. A cap counts all of a kind or none, so of the hand-overs that it counts
 * the newest `limit` are among them, and with those its verdict and the instant of its next free place are what they would
 * be with all. Without a bound the facts of somebody who is sent much, which are kept with each decision, grew with it.
 */
export function capUsesToTell(
  policy: Policy,
  choices: readonly FrequencyChoice[] = [],
  packs: readonly Pack[] = [],
): number {
  const ofLaw = appliesLaw(policy) ? packs.flatMap(({ rules }) => rules) : [];
  const capped = [...policy.caps, ...choices, ...ofLaw.filter((rule) => rule.kind === 'frequency_cap')];
  return capped.reduce((most, { limit }) => (limit > most ? limit : most), LEAST_TOLD);
}

/** The hand-overs that facts tell of, one by one. */
export function capUsesOf({ capUses }: Pick<Facts, 'capUses'>): readonly CapUse[] {
  if (!capUses.some(({ alsoAt }) => alsoAt !== undefined)) return capUses;
  return capUses.flatMap(({ alsoAt = [], ...use }) => [use, ...alsoAt.map((at) => ({ ...use, at }))]);
}

/** @throws CannotDecide where a cap would have to count hand-overs that the facts left out. */
export function refuseLeftOut({ capUsesLeftOut }: Facts, caps: readonly BoundCap[]): void {
  if (capUsesLeftOut === undefined) return;
  const { told } = capUsesLeftOut;
  const cap = caps.find(({ limit }) => limit > told);
  if (cap !== undefined) {
    throw new CannotDecide('unsettled', `of each kind the facts tell ${told} hand-overs, and cap ${cap.rule.id} allows ${cap.limit}`); // prettier-ignore
  }
}
