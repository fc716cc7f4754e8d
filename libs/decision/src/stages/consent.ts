import type { EpochMs } from '#lib/kernel';
import { consentObstacle } from '../consent.js';
import type { CheckResult } from '../decision.js';
import type { ConsentState } from '../facts.js';
import type { Situation } from '../situation.js';
import { drop, pass } from './results.js';

/** A message about a topic needs both, the purpose and the topic, under the model of the purpose. */
export function consent({ facts }: Situation, at: EpochMs): readonly CheckResult[] {
  const { enforcement } = facts.purpose;
  const check = (scope: 'purpose' | 'topic', key: string, state: ConsentState | null): CheckResult => {
    const detail = {
      scope,
      key,
      enforcement,
      status: state?.status ?? null,
      validUntil: state?.validUntil ?? null,
      event: state?.eventId ?? null,
    };
    const obstacle = consentObstacle(enforcement, state, at);
    return obstacle === null ? pass('consent', detail) : drop('consent', obstacle, detail);
  };

  const results = [check('purpose', facts.purpose.key, facts.consent.purpose)];
  if (facts.topic !== null) results.push(check('topic', facts.topic.key, facts.consent.topic));
  return results;
}
