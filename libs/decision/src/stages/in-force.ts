import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import type { Findings } from '../findings.js';
import { beginOfTerm, isInForce, type Term } from '../packs/term.js';

/** Of rules of a policy, which have no term, and of packs: those in force at `at`. What begins later may fail from then on. */
export function inForce<Bound extends { readonly term?: Term }>(
  rules: readonly Bound[],
  zones: readonly Zone[],
  at: EpochMs,
  found: Findings,
): readonly Bound[] {
  const binds = ({ term }: Bound): boolean => {
    if (term === undefined || isInForce(term, zones, at)) return true;
    const begin = beginOfTerm(term, zones);
    if (begin > at) found.mayFailFrom(begin);
    return false;
  };
  return rules.every(({ term }) => term === undefined) ? rules : rules.filter(binds);
}
