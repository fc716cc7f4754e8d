import type { EnforcementModel } from '#lib/kernel';
import { type ConsentState, isRefusal } from './consent-fold.js';
import { articleOf } from './legal-basis.js';

/** What of a purpose decides whether a person can leave it, and how. */
export interface Leavable {
  readonly enforcement: EnforcementModel;
  readonly legalBasis: string;
}

/**
 * Whether a person can leave what a purpose stands for. Where the law or a contract carries the messages there is
 * nothing to choose; against a legitimate interest they object (Art. 21 GDPR).
 */
export function canBeLeft({ enforcement, legalBasis }: Leavable): boolean {
  return enforcement !== 'disabled' || isLegitimateInterest(legalBasis);
}

/** Whether a legal basis is a legitimate interest, against which there is a right to object. */
export function isLegitimateInterest(legalBasis: string): boolean {
  return articleOf(legalBasis) === 'f';
}

/** Whether somebody has said no to it in a way that counts: where no yes is needed, not having said yes is no no. */
export function isLeft({ enforcement }: Pick<Leavable, 'enforcement'>, state: ConsentState | null): boolean {
  if (state === null || !isRefusal(state.status)) return false;
  return enforcement !== 'disabled' || state.status !== 'refused';
}

/** How a purpose is left. */
export function refusalOf({ enforcement }: Pick<Leavable, 'enforcement'>): 'withdrawn' | 'objected' {
  return enforcement === 'disabled' ? 'objected' : 'withdrawn';
}

/** One purpose that is left, and whether it had not been so before. */
export interface Leaving {
  readonly purposeId: string;
  readonly kind: 'withdrawn' | 'objected';
  readonly isNew: boolean;
}

/**
 * What somebody says no to at one contact point who wants nothing more: every purpose that can be left. Also where
 * nothing was agreed to, because a no that is on record outlives an import; and also what is left already, because a no
 * of today ends what was agreed to elsewhere in between and is told here later.
 */
export function everythingToLeave<Purpose extends Leavable & { readonly id: string }>(
  purposes: readonly Purpose[],
  states: ReadonlyMap<string, ConsentState>,
): Leaving[] {
  return purposes.filter(canBeLeft).map((purpose) => ({
    purposeId: purpose.id,
    kind: refusalOf(purpose),
    isNew: !isLeft(purpose, states.get(purpose.id) ?? null),
  }));
}
