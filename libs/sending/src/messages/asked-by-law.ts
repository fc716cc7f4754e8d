import { type AskedByLaw, type MessageAbout, recipientStore } from '#lib/consent';
import { CannotDecide, type ConsentEvidence, type Facts, lacksYes, type Policy } from '#lib/decision';
import type { BrandId, ContactId, ContactPointId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { Catalog } from '../catalog/catalog.js';
import { policyStore } from '../policies/policy.store.js';
import { reference } from '../reference.js';
import { consentFact, contactFacts } from './domain/build-facts.js';

/**
 * What the law where the person is asks for, before commercial messages about each of these leave. A caller may name any
 * policy of the brand, so a yes is lacking only where none of them lets the message through, and has to be in writing where
 * one of them wants that. A brand without a policy sends nothing yet, and the law keeps nothing back.
 */
export async function askedByLaw(
  tx: Tx,
  { id: contactId, brandId }: { readonly id: ContactId; readonly brandId: BrandId },
  about: readonly MessageAbout[],
  now: EpochMs,
): Promise<AskedByLaw[]> {
  const policyKeys = about.length === 0 ? [] : await policyStore.keys(tx, brandId);
  if (policyKeys.length === 0) return about.map(() => NOTHING);
  const catalog = await Catalog.load(tx, { brandIds: [brandId], policyKeys });
  const policies = policyKeys.flatMap((key) => catalog.policy(brandId, key)?.policy ?? []);
  const { defaultZone: zone, country } = catalog.brand(brandId);
  const pointIds = [...new Set(about.map(({ pointId }) => pointId))];
  const recipients = await recipientStore.load(
    tx,
    pointIds.map((pointId) => ({ contactId, pointId })),
    true,
  );
  const contacts = new Map<ContactPointId, Facts['contact']>();
  for (const [i, pointId] of pointIds.entries()) {
    const recipient = recipients[i] ?? null;
    if (recipient !== null) contacts.set(pointId, contactFacts(recipient));
  }
  const said = about.flatMap(({ purpose, topic }) => [purpose.state, topic?.state ?? null]);
  const bases = await recipientStore.bases(
    tx,
    said.flatMap((state) => state?.eventId ?? []),
  );
  // What a yes has to be hangs on the address alone.
  const written = new Map<ContactPointId, boolean>();
  return about.map(({ pointId, channel, purpose, topic }) => {
    const contact = contacts.get(pointId);
    if (contact === undefined) return NOTHING;
    const facts: Facts = {
      message: { class: 'commercial', channel, sendAt: null, expiresAt: Infinity },
      ...{ contact, contactPoint: { valid: true }, brand: { zone, country } },
      purpose: { key: purpose.key, enforcement: purpose.enforcement },
      topic: topic === null ? null : { key: topic.key },
      campaign: null,
      consent: {
        purpose: consentFact(purpose.state ?? undefined, bases),
        topic: consentFact(topic?.state ?? undefined, bases),
      },
      ...{ suppressions: [], capUses: [], rates: [] },
    };
    const isWritten = written.get(pointId) ?? policies.some((policy) => isAskedInWriting(facts, policy, now));
    written.set(pointId, isWritten);
    return { lacksYes: policies.every((policy) => isLacking(facts, policy, now)), isWritten };
  });
}

const NOTHING: AskedByLaw = { lacksYes: false, isWritten: false };

/** Whether a yes in so many words would not do, and the same in writing would. */
function isAskedInWriting(facts: Facts, policy: Policy, now: EpochMs): boolean {
  const having = (evidence: readonly ConsentEvidence[]): Facts => {
    const basis = { kind: 'express', at: now, evidence } as const;
    const state = { status: 'granted', since: now, validUntil: null, eventId: 'asked', basis } as const;
    return { ...facts, consent: { purpose: state, topic: facts.topic === null ? null : state } };
  };
  const said: readonly ConsentEvidence[] = ['wording', 'method'];
  return isLacking(having(said), policy, now) && !isLacking(having([...said, 'written']), policy, now);
}

/** A policy by which nothing can be decided holds messages back for another reason than a yes that is missing. */
function isLacking(facts: Facts, policy: Policy, now: EpochMs): boolean {
  try {
    return lacksYes(facts, policy, now, reference);
  } catch (error) {
    if (error instanceof CannotDecide) return false;
    throw error;
  }
}
