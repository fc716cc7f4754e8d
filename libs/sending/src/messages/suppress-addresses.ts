import { bounceClassOf, recordReports, type SuppressionReport } from '#lib/consent';
import type { EpochMs } from '#lib/kernel';
import type { NewEntry } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { Message } from './domain/message.js';

type About = Pick<Message, 'id' | 'contactId' | 'subjectId' | 'contactPointId'>;

/** What a message brought to light about the address it went to. */
export interface Learned {
  readonly message: About;
  readonly kind: SuppressionReport['kind'];
  readonly at: EpochMs;
  /** Under which key it counts once. */
  readonly eventKey: string;
  /** Enhanced status code, or the provider's own. */
  readonly code: string | null;
}

/**
 * Tells the suppressions what was learned about addresses; answers the ledger entries that say what follows. The way of
 * every message that shows an address to be dead, alive, or its owner to be annoyed. What a code says to be about the
 * message alone is left out.
 */
export async function learnAboutAddresses(
  tx: Tx,
  learned: readonly Learned[],
  by: { readonly at: EpochMs; readonly via: string; readonly actor: string | null },
): Promise<NewEntry[]> {
  const reports = learned.flatMap(({ message, kind, at, eventKey, code }) => {
    const { id: messageId, contactId, subjectId, contactPointId: pointId } = message;
    const isBounce = kind === 'hard_bounce' || kind === 'soft_bounce';
    if (pointId === null || (isBounce && bounceClassOf(code) === 'message')) return [];
    return [{ kind, at, eventKey, messageId, code, contactId, subjectId, pointId }];
  });
  return recordReports(tx, reports, by.at, by);
}
