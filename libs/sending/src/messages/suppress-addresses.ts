import { suppressionStore } from '#lib/consent';
import type { EntryId, EpochMs } from '#lib/kernel';
import type { NewEntry } from '#lib/ledger';
import { newId, type Tx } from '#lib/platform';
import type { Message } from './domain/message.js';

type About = Pick<Message, 'id' | 'brandId' | 'contactId' | 'subjectId' | 'contactPointId' | 'channel'>;

/**
 * Sends nothing more to the addresses of these messages; answers the ledger entries that say so. The way of every
 * message that shows an address to be dead or its owner to be annoyed.
 */
export async function suppressAddresses(
  tx: Tx,
  messages: readonly About[],
  reason: 'bounce' | 'complaint',
  by: { readonly at: EpochMs; readonly via: string; readonly actor: string | null },
): Promise<NewEntry[]> {
  const about = messages.flatMap((message) => {
    const pointId = message.contactPointId;
    return pointId === null ? [] : [{ message, pointId, entryId: newId<EntryId>() }];
  });
  if (about.length > 0) await suppressionStore.addForPoints(tx, about, reason, by.at);
  return about.map(({ message, pointId, entryId }) => ({
    id: entryId,
    type: 'suppression.added',
    subjectId: message.subjectId,
    brandId: message.brandId,
    at: by.at,
    clear: { ch: message.channel, reason: `suppressed_${reason}`, via: by.via },
    disclosed: {
      contact: { id: message.contactId, point: pointId },
      event: { message: message.id },
      ...(by.actor === null ? {} : { actor: by.actor }),
    },
  }));
}
