import type { ContactId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { contactStore } from './contact.store.js';
import { type Chosen, chosenIn, latestOf } from './domain/chosen.js';

/** What a person chose themselves, and when last: on their page, or by what they told the sender. */
export async function chosenBy(tx: Tx, contactId: ContactId): Promise<Chosen> {
  return latestOf(
    chosenIn(await contactStore.pageChanges(tx, contactId)),
    await contactStore.choicesSaid(tx, contactId),
  );
}
