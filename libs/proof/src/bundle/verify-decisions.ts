import type { JsonValue } from '../canonical-json.js';
import { type Check, fails, HOLDS } from '../malformed.js';
import { checksOf, decisionOf, type ShownRecord } from './records-csv.js';
import type { Files } from './zip.js';

/** Types of entries that keep a decision, where they name the policy that it was made by. */
const DECISIONS = new Set<JsonValue | undefined>(['send.accepted', 'send.decided', 'send.handover_started']);

/**
 * Whether the facts that are shown are those that were decided on. Facts and verdict stand in one disclosure, whose digest
 * the entry commits to; that is a matter of the records. Here it is asked whether an entry that shows anything of a
 * decision shows that disclosure, and whether the verdict in it is the one that the entry tells everybody: outcome,
 * reason, policy version, and by which rules and clocks.
 */
export function checkDecisions(shown: readonly ShownRecord[], files: Files): Check {
  for (const record of shown) {
    const { clear, disclosed } = record.entry;
    if (!DECISIONS.has(clear['t']) || clear['pol'] === undefined || disclosed.length === 0) continue;
    const decision = decisionOf(record);
    if (decision === null)
      return fails(
        `record ${record.idx} shows ${checksOf(record) === null ? 'no facts' : 'no decision beside its facts'}`,
      );
    const differing = differenceOf(clear, decision, policyIn(files, clear['pol']));
    if (differing !== null)
      return fails(`the decision in record ${record.idx} says another ${differing} than its entry`);
  }
  return HOLDS;
}

type Json = Readonly<Record<string, JsonValue>>;

function differenceOf(clear: Json, decision: Json, policy: Json | null): string | null {
  const { outcome, reason = null, local, rules = 1 } = decision;
  if (clear['out'] !== outcome) return 'outcome';
  if ((clear['reason'] ?? null) !== reason) return 'reason';
  if (clear['tz'] !== objectOf(local)?.['tzdb']) return 'version of the clocks';
  if ((clear['rules'] ?? 1) !== rules) return 'version of the rules';
  const named = objectOf(decision['policy']);
  if (policy !== null && (policy['key'] !== named?.['key'] || policy['version'] !== named?.['version']))
    return 'policy';
  return null;
}

/** The text of the policy version, where the bundle has it. */
function policyIn(files: Files, hash: JsonValue | undefined): Json | null {
  const bytes = typeof hash === 'string' ? files.get(`documents/${hash}.json`) : undefined;
  if (bytes === undefined) return null;
  try {
    return objectOf(JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue);
  } catch {
    // Whether it is what its name says is the step of the documents.
    return null;
  }
}

function objectOf(value: JsonValue | undefined): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}
