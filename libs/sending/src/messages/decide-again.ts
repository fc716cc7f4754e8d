import { isDeepStrictEqual } from 'node:util';
import { decide, type Decision, type Policy } from '#lib/decision';
import { asDecided } from '../packs/as-decided.js';
import { reference } from '../reference.js';
import { type DecisionRecord, fromRecord, toRecord } from './domain/decision-record.js';

/**
 * Makes a decision again from its facts and its policy version, which brings back the details of the checks that
 * passed. Should the verdict be another, because the zones are another version's, the record counts.
 *
 * @param policies by `key@version`
 */
export function decideAgain(record: DecisionRecord, policies: ReadonlyMap<string, Policy>): Decision {
  const recorded = fromRecord(record);
  const policy = policies.get(`${recorded.policy.key}@${recorded.policy.version}`);
  if (policy === undefined) return recorded;
  const world = asDecided(reference, recorded.packs);
  if (world === null) return recorded;
  const again = decide(record.facts, policy, recorded.at, world);
  const isSame = isDeepStrictEqual(toRecord(again, record.facts).decision, record.decision);
  return isSame ? again : recorded;
}
