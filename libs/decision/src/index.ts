/**
 * Why a message leaves or does not: one pure function of facts, policy and now.
 *
 * `decide` judges, `explainDecision` puts the verdict into words, `policyProblems` refuses a policy that makes no
 * sense. The caller loads the facts (`capHorizonMs`, `capUsesToTell`, `rateLimits` and `warmUpsToCount` say which), stores them beside the decision,
 * and spends the buckets (`gcraSpend`) when it hands over. Clocks, places, holidays and laws are `ReferenceData` that it
 * passes in.
 */
export { CONTACTS_CHOICE } from './bound-caps.js';
export { CannotDecide, type CannotDecideCode } from './cannot-decide.js';
export { ZONE_ORIGINS, type ZoneOrigin } from './contact-zones.js';
export { consentObstacle } from './consent.js';
export { decide, passesUntil, reachesUntil } from './decide.js';
export { CHECK_NAMES } from './decision.js';
export type {
  CheckDetail,
  CheckName,
  CheckResult,
  Decision,
  DeferDecision,
  DropDecision,
  DroppingCheck,
  FailedCheck,
  HoldingCheck,
  PassDecision,
  PassedCheck,
} from './decision.js';
export { explainDecision, explainTurn } from './explain.js';
export { CONSENT_EVIDENCE, CONSENT_KINDS } from './facts.js';
export type * from './facts.js';
export {
  gcraAllowAt,
  gcraSpend,
  gcraSpendAt,
  gcraTatInForce,
  gcraTurn,
  type RateLimit,
  type RateScope,
} from './gcra.js';
export { capHorizonMs } from './windows.js';
export { capUsesOf, capUsesToTell } from './uses-told.js';
export { emissionIntervalUs, rateLimits } from './rate-limits.js';
export { appliesLaw } from './policy.js';
export type * from './policy.js';
export { type Permitted, permittedUntil, VALIDITY } from './permitted-until.js';
export { lacksYes } from './lacks-yes.js';
export { durationProblem } from './exact-duration.js';
export { frequencyChoiceProblems } from './cap-problems.js';
export { asksWhere } from './asks-where.js';
export { policyWarnings } from './policy-warnings.js';
export { policyProblems } from './policy-problems.js';
export { ownHoursProblems } from './quiet-hours-problems.js';
export type { ReferenceData } from './reference-data.js';
export { packChanges, type PackChange } from './packs/changes.js';
export { applicablePacks, lawOf, quietHoursRule, type Law } from './packs/law.js';
export { obligationsOf, type Obligation } from './packs/obligations.js';
export { LEGAL_FORCES, MESSAGE_MARKS } from './packs/pack.js';
export type * from './packs/pack.js';
export { packProblems } from './packs/pack-problems.js';
export { endOfPermission, parseDate } from './packs/term.js';
export { type Route, warmUpsToCount, type WarmUpToCount } from './warm-up.js';
export { RULES, RULES_VERSIONS, rulesOf, type RulesVersion } from './rules-version.js';
export { DROP_REASONS, HOLD_REASONS, type DropReason, type HoldReason } from './reasons.js';
