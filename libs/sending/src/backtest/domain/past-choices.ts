import type { Decision } from '#lib/decision';
import { isHopeful } from '../../messages/domain/choice.js';

/** The messages of one request stand beside each other in the log, those of few requests between them. */
const MOST_CHOICES = 10_000;

/** Which of the messages of one request waited for what became of another, as they were accepted one after the other. */
export class PastChoices {
  private readonly chosen = new Set<string>();

  /**
   * Whether a message that was accepted is not tried yet, because another channel is. What was refused has ended by
   * itself, and of those that were not the first that had a chance was tried (`firstAllowed`).
   */
  isBehind(
    choiceId: string | null,
    record: { readonly decision: { readonly outcome: Decision['outcome']; readonly notBefore?: number | null } } | null,
  ): boolean {
    if (choiceId === null || record === null) return false;
    const { outcome, notBefore = 0 } = record.decision;
    if (outcome === 'drop') return false;
    // A pass is recorded without its instant, which is that of the decision.
    if (this.chosen.has(choiceId) || !isHopeful({ outcome, notBefore })) return true;
    if (this.chosen.size >= MOST_CHOICES) this.chosen.clear();
    this.chosen.add(choiceId);
    return false;
  }
}
