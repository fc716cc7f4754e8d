import type { z } from 'zod';
import { type Decision, explainDecision, explainTurn } from '#lib/decision';
import { toIso, tzdb } from '#lib/platform';
import type { ExplainedStep, MessageExplanation } from '#lib/sending';
import { type ExplainAnswer, LEFT_ALONE, toDecisionAnswer } from './messages.schema.js';

/** Words for steps that are not decisions. */
const SENTENCES: Readonly<Record<string, string>> = {
  sent: 'The provider accepted it.',
  failed: 'It could not be sent.',
  unknown: 'The provider’s answer was lost, so nobody knows whether it arrived; it is not sent again.',
  defer: 'The provider could not take it; it is tried again later.',
  dropped: 'Its sender took it back.',
};

export function toExplainAnswer({ message, steps }: MessageExplanation): z.infer<typeof ExplainAnswer> {
  const answers = steps.map((step) => {
    const { entry, position, type, at, outcome, reason, code, retryAt, decision, factsDigest, obligations } = step;
    return {
      entry,
      position,
      type,
      at: toIso(at),
      outcome,
      reason,
      code,
      retryAt: retryAt === null ? null : toIso(retryAt),
      sentence: sentenceOf(decision, { outcome, reason, code }),
      decision: decision === null ? null : toDecisionAnswer({ decision }),
      factsDigest,
      obligations: obligations.map((obligation) => ({ ...obligation })),
    };
  });
  const { status, reason, notBefore } = message;
  const said = answers.findLast((step) => step.sentence !== null)?.sentence ?? 'Its history has been erased.';
  const held = steps.at(-1)?.decision ?? null;
  const turn = status === 'queued' && notBefore !== null && held !== null ? explainTurn(held, notBefore, tzdb) : null;
  // The log has no step for it: what was decided when it was accepted stands, and is not why it waits.
  const sentence =
    status === 'queued' && reason === 'other_channel' ? BEHIND : turn === null ? said : `${said} ${turn}`;
  return { id: message.id, status, reason, sentence, steps: answers };
}

const BEHIND = 'Waits: another channel is tried first, and this one only if that does not reach the contact.';

/** Why a provider was not called at all. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  circuit_open:
    'Too many hand-overs to the provider failed; it is left alone for a while, and this is tried again later.',
  retry_after: 'The provider asked to be left alone for a while; it is tried again later.',
  account_slow:
    'The provider answers slowly just now, and has as many messages as it takes at once; it is tried again later.',
  host_slow:
    'The host it goes to answers slowly just now, and has as many messages as it takes at once; it is tried again later.',
  bound_elsewhere: 'Another process has the connection to the center, and hands it over.',
  no_enabled_provider: 'The channel has no enabled provider; it is tried again later.',
};

/** Why a message was not tried that no decision stopped. */
const NOT_TRIED: Readonly<Record<string, string>> = {
  reached_on_other_channel: 'The contact was reached on another channel.',
  cancelled: 'Its sender took it back.',
  holdout: LEFT_ALONE,
};

function sentenceOf(
  decision: Decision | null,
  { outcome, reason, code }: Pick<ExplainedStep, 'outcome' | 'reason' | 'code'>,
): string | null {
  if (decision !== null) return explainDecision(decision, tzdb);
  if (outcome === 'drop' && reason !== null && reason in NOT_TRIED) return NOT_TRIED[reason] ?? null;
  if (outcome === 'defer' && code !== null && code in NOT_CALLED) return NOT_CALLED[code] ?? null;
  return outcome === null ? null : (SENTENCES[outcome] ?? null);
}
