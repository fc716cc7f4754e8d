import type { ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { ConsentState } from '../consents/domain/consent-fold.js';
import { isStanding } from '../consents/domain/plan-changes.js';
import type { ContactRow } from '../contacts/contact.store.js';
import { erasureStore } from '../erasure/erasure.store.js';
import { cameAlong } from '../recipients/come-back.js';
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
  const [states, own] = [await recipientStore.consents(tx, ids), await preferenceStore.ownStates(tx, ids)];
  const former = points.find(({ id, inUse }) => id === pointId && !inUse);
  if (former !== undefined) {
    const inPlace = points.filter(({ channel, inUse }) => inUse && channel === former.channel).map(({ id }) => id);
    for (const all of [states, own]) all.set(former.id, withStanding(all, former.id, inPlace));
  }
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
    states,
    own,
    cameAlong: await cameAlong(
      tx,
      [...own.values()].flatMap((of) => [...of.values()].map(({ eventId }) => eventId)),
    ),
  };
}

/**
 * Where the scopes of an address that is in use no longer stand: what still goes to one that took its place can be left
 * through it, and so is shown.
 */
function withStanding(
  states: ReadonlyMap<ContactPointId, ReadonlyMap<string, ConsentState>>,
  former: ContactPointId,
  inPlace: readonly ContactPointId[],
): Map<string, ConsentState> {
  const standing = inPlace.flatMap((id) => [...(states.get(id) ?? [])].filter(([, state]) => isStanding(state)));
  return new Map([...(states.get(former) ?? []), ...standing]);
}
