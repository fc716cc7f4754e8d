import { CannotDecide } from './cannot-decide.js';

/** @throws CannotDecide, always: a policy in use says something that `policyProblems` would have refused. */
export function unusable(problem: string): never {
  throw new CannotDecide('unusable_policy', `${problem}; policyProblems says what it must look like`);
}
