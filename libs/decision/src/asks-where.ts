import { appliesLaw, type Audience, type Policy } from './policy.js';

/**
 * Whether any rule of the policy wants to know where the contact is, besides what their clock says: a law, a public
 * holiday, an audience of a place. Where none does, nobody need look for it.
 */
export function asksWhere(policy: Policy): boolean {
  return (
    appliesLaw(policy) ||
    policy.quietHours.some(({ holidays, when, unless }) => holidays === true || isPlace(when) || isPlace(unless))
  );
}

function isPlace(audience: Audience | undefined): boolean {
  if (audience === undefined) return false;
  const { countries, regions, phonePrefixes } = audience;
  return countries !== undefined || regions !== undefined || phonePrefixes !== undefined;
}
