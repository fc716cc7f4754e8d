import { isDeepStrictEqual } from 'node:util';
import { CannotDecide, decide, type Decision, type Obligation, obligationsOf, type Policy } from '#lib/decision';
import { asDecided } from '../packs/as-decided.js';
import { reference } from '../reference.js';
import { type DecisionRecord, fromRecord, toRecord } from './domain/decision-record.js';

/**
 * Makes a decision again from its facts, its policy version and the rules it was made by, which brings back the details of the checks that
 * passed. Should it name tables that this release does not have, it is made by those of today and names those of then
 * where they say the same; where they do not, the record counts, without those details.
 *
 * @param policies by `key@version`
 */
export function decideAgain(
  record: DecisionRecord,
  policies: ReadonlyMap<string, Policy>,
  today = reference,
): Decision {
  const recorded = fromRecord(record);
  const policy = policies.get(`${recorded.policy.key}@${recorded.policy.version}`);
  const world = policy === undefined ? null : asDecided(today, recorded);
  if (policy === undefined || world === null) return recorded;
  let again: Decision;
  try {
    again = decide(record.facts, policy, recorded.at, world);
  } catch (error) {
    if (error instanceof CannotDecide) return recorded;
    throw error;
  }
  const asThen = underTablesOf(recorded, again);
  return isDeepStrictEqual(toRecord(asThen, record.facts).decision, record.decision) ? asThen : recorded;
}

/** What the law as it was applied asked of the sender besides; none where that policy or those packs are not known. */
export function obligationsThen(
  record: DecisionRecord,
  policies: ReadonlyMap<string, Policy>,
  today = reference,
): Obligation[] {
  const recorded = fromRecord(record);
  const { policy, at } = recorded;
  const version = policies.get(`${policy.key}@${policy.version}`);
  const world = version === undefined ? null : asDecided(today, recorded);
  return version === undefined || world === null ? [] : obligationsOf(record.facts, version, at, world);
}

/** A decision that names the versions of the tables that another one was made by. */
export function underTablesOf(
  { local: { tzdb, places, holidays } }: { readonly local: Omit<Decision['local'], 'notBefore'> },
  decision: Decision,
): Decision {
  const tables = {
    tzdb,
    ...(places === undefined ? {} : { places }),
    ...(holidays === undefined ? {} : { holidays }),
  };
  return { ...decision, local: { ...decision.local, ...tables } };
}
