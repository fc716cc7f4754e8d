import type { ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { ContactRow } from '../contacts/contact.store.js';
import { erasureStore } from '../erasure/erasure.store.js';
import { recipientStore } from '../recipients/recipient.store.js';
import type { PreferenceFacts } from './domain/preference-facts.js';
import { preferenceStore } from './preference.store.js';

/** What is known about a person, as their page shows it through a link to one of their contact points. */
export async function loadFacts(
  tx: Tx,
  contact: ContactRow,
  brandId: PreferenceFacts['brandId'],
  pointId: ContactPointId,
): Promise<PreferenceFacts> {
  const points = await preferenceStore.points(tx, contact.id, pointId);
  const ids = points.map(({ id }) => id);
  const suppressions = await recipientStore.suppressions(tx, ids);
  const { language, pausedUntil, wishes } = contact;
  return {
    brandId,
    contactId: contact.id,
    erased: contact.erasedAt !== null,
    sealedUntil: contact.erasedAt === null ? null : await erasureStore.sealedUntil(tx, contact.id),
    zone: contact.zone,
    fields: { language, pausedUntil, wishes },
    points: points.map((point) => ({
      ...point,
      suppressed: (suppressions.get(point.id) ?? []).map(({ reason }) => reason),
    })),
    purposes: await preferenceStore.purposes(tx, brandId),
    states: await recipientStore.consents(tx, ids),
    own: await preferenceStore.ownStates(tx, ids),
  };
}
