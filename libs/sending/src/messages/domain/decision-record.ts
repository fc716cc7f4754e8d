import type { CheckName, CheckResult, Decision, Facts, FailedCheck, PassDecision } from '#lib/decision';

/**
 * A decision as the ledger keeps it: the facts, what it was decided by, and the verdict. A pass says no more than
 * that; of any other the checks that failed are kept whole and those that passed by name. The rest follows from the
 * facts and the policy version, and would be half of the text (measured: a tenth of all processor time per message).
 */
export interface DecisionRecord {
  readonly decision: RecordedPass | RecordedStop;
  readonly facts: Facts;
}

type RecordedPass = Pick<PassDecision, 'outcome' | 'at' | 'policy' | 'rules' | 'packs'> & {
  readonly local: Omit<Decision['local'], 'notBefore'>;
};

type RecordedStop = Omit<Exclude<Decision, PassDecision>, 'checks'> & {
  readonly checks: readonly (CheckName | FailedCheck)[];
};

export function toRecord(decision: Decision, facts: Facts): DecisionRecord {
  if (decision.outcome === 'pass') {
    const { outcome, at, policy, rules, packs, local } = decision;
    const { notBefore: _, ...clock } = local;
    const by = rules === undefined ? { policy } : { policy, rules };
    const under = packs === undefined ? by : { ...by, packs };
    return { decision: { outcome, at, ...under, local: clock }, facts };
  }
  const checks = decision.checks.map((check) => (check.passes ? check.check : check));
  return { decision: { ...decision, checks }, facts };
}

/** The decision as recorded, without what only its facts and its policy version tell. */
export function fromRecord({ decision }: DecisionRecord): Decision {
  if (decision.outcome === 'pass') {
    const { at, local } = decision;
    const pass = { reason: null, until: null, notBefore: at, primary: null, checks: [] };
    return { ...decision, ...pass, local: { ...local, notBefore: null } };
  }
  const checks = decision.checks.map((check): CheckResult =>
    typeof check === 'string' ? { check, passes: true, detail: {} } : check,
  );
  return { ...(decision as Exclude<Decision, PassDecision>), checks };
}
