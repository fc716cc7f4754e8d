import { type ContactPointId, DomainError } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { recipientStore } from '../recipients/recipient.store.js';
import { contactStore } from '../contacts/contact.store.js';
import { consentStore } from './consent.store.js';
import type { Wish } from './domain/plan-changes.js';
import { CONSENTS, isExpress } from './domain/consent-basis.js';
import { isYes } from './domain/consent-fold.js';
import { GROUNDS } from './domain/evidence-ground.js';
import { agreedByAnother, type Objection, objectionTo } from './domain/reported-yes.js';

/**
 * A program may repeat what it said before the person left; see `objectionTo`.
 * @throws DomainError conflict
 */
export async function refuseReportedYes(
  tx: Tx,
  contactPointId: ContactPointId,
  wish: Wish,
  legalBasis: string,
): Promise<void> {
  const refusedAt = await consentStore.refusedAt(tx, contactPointId);
  const standing = (await recipientStore.consents(tx, [contactPointId])).get(contactPointId) ?? new Map();
  const objection = objectionTo(wish, refusedAt, standing, isExpress(legalBasis));
  if (objection === null) return;
  const { pointer, detail, violation } = ANSWERS[objection.kind](toIso(objection.refusedAt));
  throw new DomainError('conflict', detail, { violations: [{ pointer, detail: violation }] });
}

/**
 * A yes to a restrictive purpose by which nobody could show that it was said (GDPR Art. 7 (1)); a list is held to the same.
 * @throws DomainError invalid_request
 */
export async function refuseUnshownYes(tx: Tx, wish: Wish): Promise<void> {
  if (!isYes(wish.kind) || wish.unproven !== true) return;
  if (!(await consentStore.isRestrictive(tx, wish.purposeId))) return;
  throw new DomainError(
    'invalid_request',
    `A yes to this purpose needs something by which it can be shown: ${GROUNDS}. Send the wording that the person saw, or where they said it.`,
    { violations: [{ pointer: '/wording', detail: `is needed, or one of ${GROUNDS}` }] },
  );
}

/**
 * A restrictive purpose asks for a yes that the person said, whoever tells of it; what a law implies from a purchase, or
 * allows without one, is none. A list is held to the same.
 * @throws DomainError invalid_request
 */
export async function refuseImpliedYes(tx: Tx, { kind, purposeId }: Wish, legalBasis: string): Promise<void> {
  if ((!isYes(kind) && kind !== 'imported') || isExpress(legalBasis)) return;
  if (!(await consentStore.isRestrictive(tx, purposeId))) return;
  const consents = CONSENTS.join(' or ');
  throw new DomainError(
    'invalid_request',
    `This purpose asks for a yes that the person gave (legalBasis ${consents}). What rests on ${legalBasis} belongs to a purpose that is permissive: there the law of the person's place says whether it will do.`,
    { violations: [{ pointer: '/legalBasis', detail: `must be ${consents} for a yes to a restrictive purpose` }] },
  );
}

/**
 * What was agreed to before an address became somebody else's was agreed to by its owner of then.
 * @throws DomainError conflict
 */
export async function refuseYesOfAnother(tx: Tx, contactPointId: ContactPointId, wish: Wish): Promise<void> {
  const since = agreedByAnother(wish, await contactStore.reassignedAt(tx, contactPointId));
  if (since === null) return;
  throw new DomainError(
    'conflict',
    `The address is somebody else's since ${toIso(since)}: whoever agreed before that had it then. Send a yes that was given since, with occurredAt.`,
    { violations: [{ pointer: '/occurredAt', detail: 'must lie after the address was reassigned' }] },
  );
}

const ANSWERS: Readonly<
  Record<
    Objection['kind'],
    (optedOutAt: string) => { readonly pointer: string; readonly detail: string; readonly violation: string }
  >
> = {
  undated: (optedOutAt) => ({
    pointer: '/occurredAt',
    detail: `The contact opted out at ${optedOutAt}: send occurredAt, the time at which they said yes, and evidence of it. Only a yes from after the opt-out counts.`,
    violation: 'required after an opt-out',
  }),
  older: (optedOutAt) => ({
    pointer: '/occurredAt',
    detail: `What this yes is about was left at ${optedOutAt}, after it was given. Send one that was given later, with evidence of it.`,
    violation: 'lies before an opt-out',
  }),
  unshown: (optedOutAt) => ({
    pointer: '/wording',
    detail: `The contact opted out at ${optedOutAt}. Only a yes that can be shown takes that back: send with it the wording that the person saw, or where they said it (${GROUNDS}).`,
    violation: `is needed after an opt-out, or one of ${GROUNDS}`,
  }),
  not_express: (optedOutAt) => ({
    pointer: '/legalBasis',
    detail: `The contact opted out at ${optedOutAt}. Only a consent that they gave since takes that back: legalBasis consent, with evidence of it.`,
    violation: 'is no express consent',
  }),
};
