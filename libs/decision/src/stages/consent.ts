import type { EpochMs } from '#lib/kernel';
import { consentObstacle } from '../consent.js';
import type { ConsentState } from '../facts.js';
import type { Findings } from '../findings.js';
import type { Situation } from '../situation.js';

/** A message about a topic needs both, the purpose and the topic, under the model of the purpose. */
export function consent(situation: Pick<Situation, 'facts'>, at: EpochMs, found: Findings): void {
  const { purpose, topic, consent: states } = situation.facts;
  judge('purpose', purpose.key, states.purpose, situation, at, found);
  if (topic !== null) judge('topic', topic.key, states.topic, situation, at, found);
}

function judge(
  scope: 'purpose' | 'topic',
  key: string,
  state: ConsentState | null,
  { facts }: Pick<Situation, 'facts'>,
  at: EpochMs,
  found: Findings,
): void {
  const { enforcement } = facts.purpose;
  const validUntil = state?.validUntil ?? null;
  const detail = { scope, key, enforcement, status: state?.status ?? null, validUntil, event: state?.eventId ?? null };
  const obstacle = consentObstacle(enforcement, state, at);
  if (obstacle === null) found.pass('consent', detail, validUntil !== null && validUntil > at ? validUntil : null);
  else found.end('consent', obstacle, detail);
}
