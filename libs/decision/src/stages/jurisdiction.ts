import type { EpochMs } from '#lib/kernel';
import type { CheckResult } from '../decision.js';
import type { PackConsent } from '../packs/pack.js';
import type { Dated } from '../packs/law.js';
import { permission } from '../packs/permission.js';
import { endOfTerm, isInForce } from '../packs/term.js';
import type { Situation } from '../situation.js';
import { pass } from './results.js';

/**
 * The permission that the law asks for where the contact may be; one result per rule that binds, and one for each that
 * the policy overrides. Hours and caps of packs are judged with those of the policy. Nothing at all under a policy that
 * applies no packs.
 */
export function jurisdiction(situation: Situation, at: EpochMs): readonly CheckResult[] {
  const { law, zones } = situation;
  if (law === null) return [];
  const results: CheckResult[] = [];
  for (const consent of law.consents) {
    if (isInForce(consent.term, zones, at)) results.push(judge(consent, situation, at));
  }
  for (const { id, rule, term } of law.overridden) {
    if (!isInForce(term, zones, at)) continue;
    results.push(pass('jurisdiction', { rule: id, kind: rule.kind, force: rule.force, overridden: true }));
  }
  if (results.length === 0) results.push(pass('jurisdiction', { rule: null, packs: law.packs.length }));
  return results;
}

function judge(
  { id, rule, term }: Dated<PackConsent> & { readonly id: string },
  { facts, zones }: Situation,
  at: EpochMs,
): CheckResult {
  const found = permission(rule, facts, zones, at);
  const detail = {
    rule: id,
    force: rule.force,
    scope: found.scope,
    key: found.key,
    event: found.event,
    basis: found.kind,
    missing: found.missing.length === 0 ? null : found.missing.join(' '),
    endsAt: found.endsAt,
  };
  if (found.problem === null) return pass('jurisdiction', detail);
  const reason = found.problem === 'expired' ? 'consent_expired' : 'jurisdiction';
  // Nothing about the permission gets better by waiting; but a rule that ends no longer asks for one.
  return { check: 'jurisdiction', passes: false, kind: 'drop', reason, until: endOfTerm(term, zones), detail };
}
