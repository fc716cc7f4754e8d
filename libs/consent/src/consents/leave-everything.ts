import type { BrandId, Channel, ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { databaseNow } from '../database-now.js';
import type { ConsentChange, ConsentService } from './consent.service.js';
import type { LockedContact } from './locked-contact.js';
import { consentStore, type Evidence } from './consent.store.js';
import { type ConsentFact, type ConsentState, foldConsent } from './domain/consent-fold.js';
import { everythingToLeave } from './domain/leaving.js';

/**
 * Leaves at a contact point everything that can be left, in the caller's transaction, which holds the locks of
 * `contact`. Null when nothing is left to leave.
 * @param which `all_again` says no also to what is left already: a no that is older than what somebody else with the
 *   address agreed to since would not end that.
 */
export async function leaveEverything(
  tx: Tx,
  consents: ConsentService,
  brandId: BrandId,
  contact: LockedContact,
  point: { readonly id: ContactPointId; readonly channel: Channel },
  evidence: Evidence,
  which: 'what_stands' | 'all_again' = 'what_stands',
): Promise<ConsentChange | null> {
  const now = await databaseNow(tx);
  const states = new Map<string, ConsentState>();
  const past = which === 'all_again' ? new Map<string, ConsentFact[]>() : await consentStore.facts(tx, point.id);
  for (const [scope, facts] of past) {
    const state = foldConsent(facts);
    if (state !== null) states.set(scope, state);
  }
  const changes: ConsentChange[] = [];
  for (const { purposeId, kind } of everythingToLeave(await consentStore.purposes(tx, brandId), states)) {
    const wish = { purposeId, topicIds: [], kind, occurredAt: null, validUntil: null };
    changes.push(await consents.carryOut(tx, brandId, contact, point.id, point.channel, wish, evidence, now));
  }
  const inFlight = changes.at(-1)?.inFlight;
  return inFlight === undefined ? null : { events: changes.flatMap(({ events }) => events), inFlight };
}
