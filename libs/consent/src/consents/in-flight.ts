import type { ContactId, MessageId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/**
 * Tells which messages to these people were already on their way. `sending` gives the real one; consent
 * only knows that there is something to ask, under their locks.
 */
export abstract class InFlight {
  abstract started(tx: Tx, contactIds: readonly ContactId[]): Promise<MessageId[]>;
}
