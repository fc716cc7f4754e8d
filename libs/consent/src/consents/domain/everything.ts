import type { BrandId } from '#lib/kernel';
import { type ConsentState, isRefusal, isYes, overruled, strictest } from './consent-fold.js';
import { canBeLeft, type Leavable, refusalOf } from './leaving.js';

/**
 * The scope of what is said of everything: in each brand a purpose of its own, under which nothing is sent. Whoever leaves
 * everything leaves it beside each purpose that there is, and so also those that are added, or can be left, only later.
 */
export function everythingOf(brandId: BrandId): string {
  return brandId;
}

/** A purpose as far as a no to everything is about it. */
export interface PurposeLeft extends Leavable {
  readonly id: string;
}

/**
 * Where a contact point stands when what was said there of everything is looked at too: that no counts for each purpose
 * that can be left, for its topics with it, and ends by a later yes to the purpose alone.
 * @param states by the id of purpose or topic
 * @param everything where the scope of everything stands; null or no refusal: as it is
 * @param purposes every other purpose of the brand
 * @param purposeOf the purpose of a topic on which something stands
 */
export function underEverything(
  states: ReadonlyMap<string, ConsentState>,
  everything: ConsentState | null,
  purposes: readonly PurposeLeft[],
  purposeOf: (scopeId: string) => string | undefined,
): ReadonlyMap<string, ConsentState> {
  if (everything === null || !isRefusal(everything.status)) return states;
  const leavable = new Map(purposes.filter(canBeLeft).map((purpose) => [purpose.id, purpose]));
  const found = new Map(states);
  for (const [scopeId, state] of states) {
    const purpose = leavable.get(purposeOf(scopeId) ?? '');
    const counts =
      purpose === undefined || purpose.id === scopeId ? state : overruled(state, [saidOf(purpose, everything)]);
    if (counts !== null) found.set(scopeId, counts);
  }
  for (const purpose of leavable.values()) {
    const counts = strictest(states.get(purpose.id) ?? null, [saidOf(purpose, everything)]);
    if (counts !== null) found.set(purpose.id, counts);
  }
  return found;
}

/** Whether a topic of it is sent although nothing was said of the topic, so that a no has to go on for it. */
export function needsWordOfTopics(purpose: Leavable): boolean {
  return canBeLeft(purpose) && purpose.enforcement !== 'restrictive';
}

/** A purpose that somebody came back to with a topic of it, after a no, and with nothing but topics since. */
export interface ComeBack {
  readonly purpose: PurposeLeft;
  /** Ids of all its topics. */
  readonly topics: readonly string[];
  /** The last noes to the purpose at the address, by whomever. */
  readonly refusals: readonly ConsentState[];
}

/**
 * Where somebody stands who came back so. The yes that came along ends their no for the topic that brought it and, for as
 * long as they agree to one, for what is about none. Each other topic that they have not agreed to since is left, also one
 * that is added later. Where a yes is needed nothing has to be said of topics without one.
 * @param everything where the scope of everything stands; null or no refusal: the no was to the purpose alone
 */
export function exceptOthers(
  states: ReadonlyMap<string, ConsentState>,
  everything: ConsentState | null,
  { purpose, topics, refusals }: ComeBack,
): ReadonlyMap<string, ConsentState> {
  const isAll = everything !== null && isRefusal(everything.status);
  const against = isAll ? [...refusals, saidOf(purpose, everything)] : refusals;
  const found = new Map(states);
  const isAgreed = topics.some((id) => isYes(states.get(id)?.status ?? 'refused'));
  const whole = isAgreed ? null : strictest(null, against);
  if (whole !== null) found.set(purpose.id, whole);
  for (const id of needsWordOfTopics(purpose) ? topics : []) {
    const counts = strictest(states.get(id) ?? null, against);
    if (counts !== null) found.set(id, counts);
  }
  return found;
}

/**
 * Where a purpose stands for advertising that is filed under it although it cannot be left: whoever said no to everything
 * said it of advertising, whatever it is called (Art. 21 (2) GDPR).
 */
export function forAdvertising(state: ConsentState | null, everything: ConsentState | null): ConsentState | null {
  if (everything === null || !isRefusal(everything.status)) return state;
  return strictest(state, [{ ...everything, status: 'objected' }]);
}

function saidOf(purpose: PurposeLeft, everything: ConsentState): ConsentState {
  return { ...everything, status: refusalOf(purpose) };
}
