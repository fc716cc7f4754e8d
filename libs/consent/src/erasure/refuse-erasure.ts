import { type BrandId, DomainError, type EntryId, type EpochMs } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import { type Database, newId } from '#lib/platform';
import { lockContact } from '../consents/locked-contact.js';
import { type ContactRow, contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { erasureDueAt } from './domain/erasure-due.js';
import type { ErasureRefusal } from './domain/erasure-refusal.js';
import { erasureOrderStore } from './erasure-order.store.js';
import { erasureStore } from './erasure.store.js';

/** What is left of a contact that turned out to be another is not the person. @throws DomainError conflict */
export function refuseMerged({ mergedInto }: Pick<ContactRow, 'mergedInto'>): void {
  if (mergedInto === null) return;
  throw new DomainError(
    'conflict',
    'This contact was merged into another; use the external id of that one: GET /v1/contacts/{externalId} names it.',
  );
}

export interface RefusedErasure {
  /** Of the request, for whoever tells the person. */
  readonly requestId: string;
  readonly at: EpochMs;
  readonly askedAt: EpochMs;
  readonly dueAt: EpochMs;
  readonly requestEntryId: EntryId | null;
  readonly entryId: EntryId;
}

/**
 * Closes a person's request to be erased without carrying it out. What they left with it stays left: a no is a no,
 * whoever it turns out to have been. They may ask again, and a new month begins.
 * @throws DomainError unknown_contact; conflict when nothing is asked for
 */
export async function refuseErasure(
  { database, ledger }: { readonly database: Database; readonly ledger: LedgerService },
  brandId: BrandId,
  externalId: string,
  refusal: ErasureRefusal,
  actor: string,
): Promise<RefusedErasure> {
  return database.transaction(async (tx) => {
    const contact = await lockContact(tx, await contactStore.find(tx, brandId, externalId));
    if (contact === null || contact.erasedAt !== null)
      throw new DomainError('unknown_contact', 'There is no such contact; it may be erased already.');
    refuseMerged(contact);
    const family = await contactStore.family(tx, contact.id);
    const ids = family.map(({ id }) => id);
    const asked = await erasureStore.openRequest(tx, ids);
    if (asked === null) throw new DomainError('conflict', 'This person does not wait to be erased.');
    if ((await erasureOrderStore.find(tx, ids)) !== null)
      throw new DomainError('conflict', 'This person is being erased, and is told so.');
    const now = await databaseNow(tx);
    const entryId = newId<EntryId>();
    const { reason, explanation, language } = refusal;
    await ledger.append(tx, [
      {
        id: entryId,
        type: 'erasure.refused',
        subjectId: contact.subjectId,
        brandId,
        at: now,
        clear: { reason, ref: asked.entryId },
        disclosed: { contact: { id: contact.id }, request: { explanation, language }, actor },
      },
    ]);
    await erasureStore.refuse(tx, asked.id, refusal, now, entryId);
    const dueAt = erasureDueAt(asked.at);
    return { requestId: asked.id, at: now, askedAt: asked.at, dueAt, requestEntryId: asked.entryId, entryId };
  });
}
