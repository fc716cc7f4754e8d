import type { BrandId, ContactId, ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { type ContactRow, contactStore } from '../contacts/contact.store.js';
import { recipientStore } from '../recipients/recipient.store.js';

/** A contact under lock, with everybody who shares one of its addresses. */
export interface LockedContact extends ContactRow {
  readonly sharing: readonly ContactId[];
}

/**
 * Locks a contact and all that share an address with it, because a refusal holds for the address: whoever it belongs
 * to, no hand-over to it may start between this moment and the commit. Read anew after the lock.
 */
export async function lockContact<Row extends ContactRow>(
  tx: Tx,
  found: Row | null,
): Promise<(Row & LockedContact) | null> {
  if (found === null) return null;
  const sharing = await recipientStore.lockSharing(tx, [found.id]);
  const fresh = await contactStore.byId(tx, found.id);
  return fresh === null ? null : { ...found, ...fresh, sharing };
}

/** Locks whom an external id names; of somebody who turned out to be another, that other. */
export async function lockNamed(
  tx: Tx,
  brandId: BrandId,
  externalId: string,
): Promise<(ContactRow & LockedContact) | null> {
  for (;;) {
    const contact = await lockContact(tx, await whoIs(tx, await contactStore.find(tx, brandId, externalId)));
    if (contact === null || contact.mergedInto === null) return contact;
  }
}

/** The contact that somebody turned out to be, which may be themselves. */
export async function whoIs(tx: Tx, found: ContactRow | null): Promise<ContactRow | null> {
  return found?.mergedInto == null ? found : contactStore.byId(tx, found.mergedInto);
}

/** The contact points in use of the same channel, where this one is in use no longer; otherwise none. */
export async function inPlaceOf(tx: Tx, contactId: ContactId, former: ContactPointId): Promise<ContactPointId[]> {
  const rows = await tx.sql<{ id: ContactPointId }>`
    SELECT q.id
      FROM consent.contact_point p
      JOIN consent.contact_point q ON q.contact_id = ${contactId} AND q.channel = p.channel AND q.ended_at IS NULL
     WHERE p.id = ${former} AND p.ended_at IS NOT NULL
     ORDER BY q.in_use_since, q.id`;
  return rows.map(({ id }) => id);
}

/**
 * Locks whom a link leads to, and answers the link with their contact point: of somebody who turned out to be another,
 * that of the other with the same address. Looked at again under the lock: the two may just have been merged.
 */
export async function lockByLink<Link extends { readonly contactPointId: ContactPointId }>(
  tx: Tx,
  given: Link,
): Promise<{ contact: ContactRow & LockedContact & { readonly brandId: BrandId }; link: Link } | null> {
  for (;;) {
    const contactPointId = await contactStore.followMerge(tx, given.contactPointId);
    const found = await contactStore.findByContactPoint(tx, contactPointId);
    const contact = await lockContact(tx, await whoIs(tx, found));
    if (found === null || contact === null) return null;
    if (contact.mergedInto === null && (await contactStore.followMerge(tx, given.contactPointId)) === contactPointId)
      return { contact: { ...contact, brandId: found.brandId }, link: { ...given, contactPointId } };
  }
}
