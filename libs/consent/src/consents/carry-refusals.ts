import type { BrandId, Channel, ContactId, ContactPointId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import { newId, type Tx } from '#lib/platform';
import { consentEntry } from './consent-entry.js';
import { consentStore, type Evidence, type HeldFact } from './consent.store.js';
import { carriedRefusals, type HeldPoint } from './domain/carried-refusals.js';
import { type ConsentFact, foldConsent } from './domain/consent-fold.js';
import { jurisdictionOf } from './domain/jurisdiction.js';
import { type PlannedEvent, type Scope, scopeId } from './domain/plan-changes.js';

/** Where a no comes from that was said at another contact point of the same person. */
export function carriedEvidence(
  actor: string,
  person: Parameters<typeof jurisdictionOf>[0],
  details: Evidence['details'] = {},
): Evidence {
  return {
    jurisdiction: jurisdictionOf(person),
    ...{ legalBasis: 'withdrawal', notice: null, wording: null, method: 'carried_over', source: null },
    ...{ actor, details },
  };
}

/**
 * Has what a person left hold for a contact point that they were just given; see `carriedRefusals`. The caller holds the
 * contact's lock.
 * @param before the contact points that they had until now
 * @param of who left: the same, or somebody who turns out to be them
 * @returns how much was left there that is now here
 */
export async function carryRefusals(
  tx: Tx,
  ledger: LedgerService,
  brandId: BrandId,
  contact: Parameters<typeof jurisdictionOf>[0] & { readonly id: ContactId; readonly subjectId: SubjectId },
  point: { readonly id: ContactPointId; readonly channel: Channel },
  before: readonly { readonly id: ContactPointId; readonly channel: Channel }[],
  actor: string,
  now: EpochMs,
  of: ContactId = contact.id,
): Promise<number> {
  const facts = await consentStore.factsOfContact(tx, of);
  const objections = await consentStore.objectionsOf(tx, of);
  const elsewhere = await consentStore.refusedByOthers(
    tx,
    before.map(({ id }) => id),
  );
  if (facts.length + elsewhere.length === 0 && objections.size === 0) return 0;
  const own = await consentStore.facts(tx, point.id);
  const others = pointsOf(facts, elsewhere, before, objections).filter(({ id }) => id !== point.id);
  const purposes = await consentStore.purposes(tx, brandId);
  const scopes = new Map<string, Scope>([
    ...purposes.map(({ id }) => [id, { purposeId: id, topicId: null }] as const),
    ...[...facts, ...elsewhere].map(({ scope }) => [scopeId(scope), scope] as const),
  ]);
  const evidence = carriedEvidence(actor, contact);
  const events = carriedRefusals(point.channel, others, own, purposes).flatMap(
    ({ scopeId: id, kind, occurredAt }): PlannedEvent[] => {
      const scope = scopes.get(id);
      if (scope === undefined) return [];
      const event = { id: newId(), kind, occurredAt, validUntil: null };
      return [{ ...event, scope, state: foldConsent([...(own.get(id) ?? []), event]), effective: true }];
    },
  );
  const entries = await ledger.append(
    tx,
    events.map((event) => consentEntry(event, brandId, contact, point.id, point.channel, evidence, now)),
  );
  for (const [i, event] of events.entries()) {
    const entryId: EntryId | undefined = entries[i]?.id;
    if (entryId === undefined) throw new Error('the ledger gave fewer entries than events');
    await consentStore.record(tx, brandId, point.id, event, evidence, now, entryId);
  }
  return events.length;
}

function pointsOf(
  facts: readonly HeldFact[],
  elsewhere: readonly HeldFact[],
  before: readonly { readonly id: ContactPointId; readonly channel: Channel }[],
  objections: ReadonlyMap<ContactPointId, { readonly channel: Channel; readonly since: EpochMs }>,
): (HeldPoint & { readonly id: ContactPointId })[] {
  const channels = new Map(facts.map(({ pointId, channel }) => [pointId, channel]));
  for (const { id, channel } of before) channels.set(id, channel);
  for (const [id, { channel }] of objections) channels.set(id, channel);
  const inUse = new Set(before.map(({ id }) => id));
  return [...channels].map(([id, channel]) => ({
    ...{ id, channel, inUse: inUse.has(id), objectedAt: objections.get(id)?.since ?? null },
    history: historyOf(facts.filter(({ pointId }) => pointId === id)),
    elsewhere: historyOf(elsewhere.filter(({ pointId }) => pointId === id)),
  }));
}

function historyOf(facts: readonly HeldFact[]): Map<string, ConsentFact[]> {
  const history = new Map<string, ConsentFact[]>();
  for (const { scope, fact } of facts) history.set(scopeId(scope), [...(history.get(scopeId(scope)) ?? []), fact]);
  return history;
}
