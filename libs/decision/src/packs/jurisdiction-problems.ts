import { saysSomething } from '#lib/kernel';
import type { JurisdictionRule, PackOverride } from '../policy.js';
import type { Pack } from './pack.js';

/**
 * What makes no sense in a policy's choice of laws: one sentence each, starting with where.
 * @param packs those that there are; without them, names are believed
 */
export function jurisdictionProblems(rule: JurisdictionRule | undefined, packs?: readonly Pack[]): string[] {
  if (rule === undefined) return [];
  const { packs: choice, overrides = [] } = rule;
  const always = typeof choice === 'string' ? [] : choice.always;
  return [
    ...(choice === 'none' ? waiverProblems(rule) : reasonProblems(rule)),
    ...(typeof choice !== 'string' && always.length === 0
      ? ['jurisdiction.packs.always is empty: write "contact" for the packs of where the contact may be alone']
      : []),
    ...always.flatMap((id, i) => {
      if (!isKnown(id, packs)) return [`jurisdiction.packs.always[${i}]: ${noPack(id)}`];
      return always.indexOf(id) === i ? [] : [`jurisdiction.packs.always[${i}]: pack "${id}" is there twice`];
    }),
    ...overrides.flatMap((override, i) =>
      overrideProblems(override, overrides.slice(0, i), packs).map(
        (problem) => `jurisdiction.overrides[${i}].${problem}`,
      ),
    ),
  ];
}

/** Whoever applies no law says so by name and reason: it is published with the policy. */
function waiverProblems({ reason = '', actor = '', overrides }: JurisdictionRule): string[] {
  return [
    ...(!saysSomething(reason) ? ['jurisdiction.reason is missing: with packs "none", say why no law is applied'] : []),
    ...(!saysSomething(actor) ? ['jurisdiction.actor is missing: with packs "none", say who decided it'] : []),
    ...(overrides === undefined ? [] : ['jurisdiction.overrides mean nothing with packs "none": no rule is applied']),
  ];
}

function reasonProblems(rule: JurisdictionRule): string[] {
  return (['reason', 'actor'] as const).flatMap((member) =>
    rule[member] === undefined ? [] : [`jurisdiction.${member} is for packs "none" alone; an override has its own`],
  );
}

function overrideProblems(override: PackOverride, before: readonly PackOverride[], packs?: readonly Pack[]): string[] {
  const { pack, rule, reason, actor } = override;
  const problems: string[] = [];
  if (!saysSomething(reason)) problems.push('reason is empty: say why this rule need not be followed');
  if (!saysSomething(actor)) problems.push('actor is empty: say who decided it');
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
