import type { BrandId, ContactPointId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { ConsentState } from '../consents/domain/consent-fold.js';
import { everythingOf } from '../consents/domain/everything.js';
import { isStanding } from '../consents/domain/plan-changes.js';
import type { AskedByLaw, InFlight, MessageAbout } from '../consents/in-flight.js';
import type { ContactRow } from '../contacts/contact.store.js';
import { erasureStore } from '../erasure/erasure.store.js';
import { cameAlong } from '../recipients/come-back.js';
import { recipientStore } from '../recipients/recipient.store.js';
import { cellKey } from './domain/cells.js';
import type { PreferenceFacts } from './domain/preference-facts.js';
import { preferenceStore } from './preference.store.js';

/**
 * What is known about a person, as their page shows it through a link to one of their contact points.
 * @param inFlight knows what laws ask for
 */
export async function loadFacts(
  tx: Tx,
  inFlight: InFlight,
  contact: ContactRow & { readonly brandId: BrandId },
  pointId: ContactPointId,
  now: EpochMs,
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
  const { language, pausedUntil, wishes, brandId } = contact;
  const purposes = await preferenceStore.purposes(tx, brandId);
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
    purposes,
    states,
    own,
    cameAlong: await cameAlong(
      tx,
      [...own.values()].flatMap((of) => [...of.values()].map(({ eventId }) => eventId)),
    ),
    ...(await askedByLaw(tx, inFlight, contact, { points, purposes, states }, now)),
  };
}

/**
 * What a law asks a yes for where the brand asks for none: such a box would be ticked though nothing comes, and nobody
 * could say the yes. Where the brand asks for one the box says whether it was given, unless the law wants it in writing:
 * then nobody could give it that form.
 */
async function askedByLaw(
  tx: Tx,
  inFlight: InFlight,
  contact: ContactRow & { readonly brandId: BrandId },
  { points, purposes, states }: Pick<PreferenceFacts, 'purposes' | 'states'> & { readonly points: readonly Place[] },
  now: EpochMs,
): Promise<Pick<PreferenceFacts, 'asksYes' | 'asksWritten'>> {
  const cells = purposes
    .filter((purpose) => purpose.enforcement !== 'disabled' && purpose.id !== everythingOf(contact.brandId))
    .flatMap((purpose) => [null, ...purpose.topics].flatMap((topic) => points.map((p) => ({ purpose, topic, ...p }))));
  const about = cells.map(({ purpose, topic, id: pointId, channel }): MessageAbout => {
    const state = (scope: string): ConsentState | null => states.get(pointId)?.get(scope) ?? null;
    return {
      ...{ pointId, channel },
      purpose: { key: purpose.key, enforcement: purpose.enforcement, state: state(purpose.id) },
      topic: topic === null ? null : { key: topic.key, state: state(topic.id) },
    };
  });
  const asked = await inFlight.askedByLaw(tx, contact, about, now);
  const keysOf = (isMeant: (law: AskedByLaw, cell: (typeof cells)[number]) => boolean): Set<string> =>
    new Set(
      cells
        .filter((cell, i) => asked[i] !== undefined && isMeant(asked[i], cell))
        .map(({ id: pointId, purpose, topic }) =>
          cellKey({ pointId, purposeId: purpose.id, topicId: topic?.id ?? null }),
        ),
    );
  return {
    asksYes: keysOf(
      ({ lacksYes, isWritten }, { purpose }) => lacksYes && (purpose.enforcement === 'permissive' || isWritten),
    ),
    asksWritten: keysOf(({ isWritten }) => isWritten),
  };
}

type Place = Pick<PreferenceFacts['points'][number], 'id' | 'channel'>;

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
