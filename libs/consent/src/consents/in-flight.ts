import type { ContactId, MessageId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/**
 * Tells which messages to a person were already on their way. `sending` gives the real one; consent
 * only knows that there is something to ask, under the contact's lock.
 */
export abstract class InFlight {
  abstract started(tx: Tx, contactId: ContactId): Promise<MessageId[]>;
}
