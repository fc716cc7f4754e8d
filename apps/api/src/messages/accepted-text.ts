import type { CheckResult } from '#lib/decision';
import { toIso } from '#lib/platform';
import type { Accepted } from '#lib/sending';
import { toInstant } from '../http/scalars.schema.js';
import { channelsOf, sentenceOf, toCheckAnswer, toPolicyVersion } from './messages.schema.js';

/**
 * The JSON of `toAcceptedAnswer`, byte for byte, written without objects between: it is made for every message that is
 * accepted, and most of it is the same for thousands of them.
 */
export function acceptedText(accepted: Accepted): string {
  const { id, status, holdout, channels } = accepted;
  const self = `/v1/messages/${id}`;
  const alone = holdout === undefined ? '' : '"holdout":true,';
  const others = channels === undefined ? '' : `"channels":${JSON.stringify(channelsOf(id, channels))},`;
  return `{"id":"${id}","status":"${status}","decision":${decisionText(accepted)},${alone}${others}"links":{"self":"${self}","explain":"${self}/explain","cancel":"${self}/cancel"}}`;
}

function decisionText(accepted: Accepted): string {
  const { decision } = accepted;
  const { outcome, reason, checks, notBefore, local, rules, at } = decision;
  let written = '';
  for (const check of checks) written += written === '' ? checkText(check) : `,${checkText(check)}`;
  return `{"outcome":"${outcome}","reason":${JSON.stringify(reason)},"sentence":${JSON.stringify(sentenceOf(accepted))},"checks":[${written}],"notBefore":${JSON.stringify(toInstant(notBefore))},"policyVersion":${JSON.stringify(toPolicyVersion(decision))},"zone":${JSON.stringify(local.zone)},"tzdb":${JSON.stringify(local.tzdb)},"rules":${rules ?? 1},"decidedAt":"${toIso(at)}"}`;
}

/** Results that are shared by many decisions are frozen, so what was written of them stays true. */
function checkText(check: CheckResult): string {
  const known = shared.get(check);
  if (known !== undefined) return known;
  const text = JSON.stringify(toCheckAnswer(check));
  if (Object.isFrozen(check)) shared.set(check, text);
  return text;
}

const shared = new WeakMap<CheckResult, string>();
