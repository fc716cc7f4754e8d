import type { Decision, Facts } from '#lib/decision';

/** What a decision lets pass that whoever asked may not have meant: a sentence each. No part of the decision itself. */
export function decisionWarnings({
  facts,
  decision,
}: {
  readonly facts: Pick<Facts, 'message' | 'purpose'>;
  readonly decision: Pick<Decision, 'checks'>;
}): string[] {
  const { key, enforcement } = facts.purpose;
  if (facts.message.class !== 'commercial' || enforcement !== 'disabled') return [];
  const judged = decision.checks.filter(({ check }) => check === 'consent' || check === 'jurisdiction');
  const asked = judged.some(({ check, passes, detail }) => !passes || (check === 'jurisdiction' && asks(detail)));
  if (asked) return [];
  return [
    `The message is commercial, and nothing asked for a consent: its purpose "${key}" is disabled, and no law is applied that asks for one. Send advertising under a purpose that is restrictive or permissive.`,
  ];
}

/** A rule of a law bound the message, and the policy did not override it. */
function asks({ rule, overridden }: Decision['checks'][number]['detail']): boolean {
  return rule !== null && overridden !== true;
}
