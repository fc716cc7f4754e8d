import type { CheckName, CheckResult, Decision, Facts, FailedCheck } from '#lib/decision';

/**
 * A decision as the ledger keeps it. Of a check that passed there is the name only: its details are in the facts and
 * in the policy version, and would be two fifths of the text (measured: a tenth of all processor time per message).
 */
export interface DecisionRecord {
  readonly decision: Omit<Decision, 'checks'> & { readonly checks: readonly (CheckName | FailedCheck)[] };
  readonly facts: Facts;
}

export function toRecord(decision: Decision, facts: Facts): DecisionRecord {
  const checks = decision.checks.map((check) => (check.passes ? check.check : check));
  return { decision: { ...decision, checks }, facts };
}

/** The decision as recorded, without the details of the checks that passed. */
export function fromRecord({ decision }: DecisionRecord): Decision {
  const checks = decision.checks.map((check): CheckResult =>
    typeof check === 'string' ? { check, passes: true, detail: {} } : check,
  );
  return { ...(decision as Decision), checks };
}
