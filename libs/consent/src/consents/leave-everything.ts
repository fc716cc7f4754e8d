import type { BrandId, Channel, ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { databaseNow } from '../database-now.js';
import type { ConsentChange, ConsentService } from './consent.service.js';
import type { LockedContact } from './locked-contact.js';
import { consentStore, type Evidence } from './consent.store.js';
import { type ConsentState, foldConsent } from './domain/consent-fold.js';
import { everythingToLeave } from './domain/leaving.js';

/**
 * Leaves at a contact point everything that can be left, in the caller's transaction, which holds the locks of
 * `contact`. What is left already is left again; `changed` says whether anything was not.
 */
export async function leaveEverything(
  tx: Tx,
  consents: ConsentService,
  brandId: BrandId,
  contact: LockedContact,
  point: { readonly id: ContactPointId; readonly channel: Channel },
  evidence: Evidence,
): Promise<ConsentChange & { readonly changed: boolean }> {
  const now = await databaseNow(tx);
  const states = new Map<string, ConsentState>();
  for (const [scope, facts] of await consentStore.facts(tx, point.id)) {
    const state = foldConsent(facts);
    if (state !== null) states.set(scope, state);
  }
  const leavings = everythingToLeave(await consentStore.purposes(tx, brandId), states);
  const changes: ConsentChange[] = [];
  for (const { purposeId, kind } of leavings) {
    const wish = { purposeId, topicIds: [], kind, occurredAt: null, validUntil: null };
    changes.push(await consents.carryOut(tx, brandId, contact, point.id, point.channel, wish, evidence, now));
  }
  return {
    events: changes.flatMap(({ events }) => events),
    inFlight: changes.at(-1)?.inFlight ?? [],
    changed: leavings.some(({ isNew }) => isNew),
  };
}
