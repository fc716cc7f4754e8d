import type { EpochMs } from '#lib/kernel';
import { type Findings, sharedPass } from '../findings.js';
import type { PackConsent } from '../packs/pack.js';
import type { Dated } from '../packs/law.js';
import { permission } from '../packs/permission.js';
import { endOfTerm } from '../packs/term.js';
import type { Situation } from '../situation.js';
import { inForce } from './in-force.js';

type Asked = Pick<Situation, 'facts' | 'law' | 'zones'>;

/**
 * The permission that the law asks for where the contact may be; one result per rule that binds, and one for each that
 * the policy overrides. Hours and caps of packs are judged with those of the policy. Where the policy applies no law that
 * is said; nothing at all is under one from before it was asked.
 */
export function jurisdiction(situation: Asked, at: EpochMs, found: Findings): void {
  const { law, zones } = situation;
  if (law === null) return;
  const consents = inForce(law.consents, zones, at, found);
  const overridden = inForce(law.overridden, zones, at, found);
  for (const consent of consents) judge(consent, situation, at, found);
  for (const { id, rule } of overridden) {
    found.pass('jurisdiction', { rule: id, kind: rule.kind, force: rule.force, overridden: true });
  }
  if (consents.length + overridden.length === 0) {
    if (law.isWaived) found.passAs(WAIVED);
    else found.pass('jurisdiction', { rule: null, packs: law.packs.length });
  }
}

const WAIVED = sharedPass('jurisdiction', { rule: null, packs: 0, waived: true });

function judge(
  { id, rule, term }: Dated<PackConsent> & { readonly id: string },
  { facts, zones }: Asked,
  at: EpochMs,
  found: Findings,
): void {
  const basis = permission(rule, facts, zones, at);
  const detail = {
    rule: id,
    force: rule.force,
    scope: basis.scope,
    key: basis.key,
    event: basis.event,
    basis: basis.kind,
    missing: basis.missing.length === 0 ? null : basis.missing.join(' '),
    endsAt: basis.endsAt,
  };
  if (basis.problem === null) return found.pass('jurisdiction', detail, basis.endsAt);
  const reason = basis.problem === 'expired' ? 'consent_expired' : 'jurisdiction';
  // Nothing about the permission gets better by waiting; but a rule that ends no longer asks for one.
  found.end('jurisdiction', reason, detail, endOfTerm(term, zones));
}
