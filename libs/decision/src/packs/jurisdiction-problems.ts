import type { JurisdictionRule, PackOverride } from '../policy.js';
import type { Pack } from './pack.js';

/**
 * What makes no sense in a policy's choice of laws: one sentence each, starting with where.
 * @param packs those that there are; without them, names are believed
 */
export function jurisdictionProblems(rule: JurisdictionRule | undefined, packs?: readonly Pack[]): string[] {
  if (rule === undefined) return [];
  const { packs: choice, overrides = [] } = rule;
  const always = choice === 'contact' ? [] : choice.always;
  return [
    ...(choice !== 'contact' && always.length === 0
      ? ['jurisdiction.packs.always is empty: write "contact" for the packs of where the contact may be alone']
      : []),
    ...always.flatMap((id, i) => (isKnown(id, packs) ? [] : [`jurisdiction.packs.always[${i}]: ${noPack(id)}`])),
    ...overrides.flatMap((override, i) =>
      overrideProblems(override, overrides.slice(0, i), packs).map(
        (problem) => `jurisdiction.overrides[${i}].${problem}`,
      ),
    ),
  ];
}

function overrideProblems(override: PackOverride, before: readonly PackOverride[], packs?: readonly Pack[]): string[] {
  const { pack, rule, reason, actor } = override;
  const problems: string[] = [];
  if (reason.trim() === '') problems.push('reason is empty: say why this rule need not be followed');
  if (actor.trim() === '') problems.push('actor is empty: say who decided it');
  if (before.some((other) => other.pack === pack && other.rule === rule)) {
    problems.push(`rule ${pack}/${rule} is overridden twice`);
  }
  if (!isKnown(pack, packs)) problems.push(`pack: ${noPack(pack)}`);
  else if (packs !== undefined && !packs.some(({ id, rules }) => id === pack && rules.some((r) => r.id === rule))) {
    problems.push(`rule: pack "${pack}" has no rule "${rule}"`);
  }
  return problems;
}

function isKnown(id: string, packs: readonly Pack[] | undefined): boolean {
  return packs === undefined || packs.some((pack) => pack.id === id);
}

function noPack(id: string): string {
  return `there is no pack "${id}"; consentctl packs list names them`;
}
