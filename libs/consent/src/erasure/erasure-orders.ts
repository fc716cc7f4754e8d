import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, type ContactId, DomainError, type EntryId, type EpochMs, type MessageId } from '#lib/kernel';
import { LedgerService, type NewEntry, WrittenJson } from '#lib/ledger';
import { Database, newId, type Tx } from '#lib/platform';
import { lockByLink, lockContact, type LockedContact } from '../consents/locked-contact.js';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import type { PageLink } from '../links/page-link.js';
import { preferenceStore } from '../preferences/preference.store.js';
import { type ErasureOrder, erasureOrderStore } from './erasure-order.store.js';
import { erasureStore } from './erasure.store.js';
import { type ErasureReceipt, type ErasureRequest, ErasureService } from './erasure.service.js';
import { refuseMerged } from './refuse-erasure.js';
import { assertErasureAsked } from './told-by-log.js';

/** An erasure that waits for its farewell, as it is told to whoever ordered it. */
export interface OrderedErasure {
  readonly requestEntryId: EntryId;
  readonly latestAt: EpochMs;
  /** What the entry of the request commits to, with its salts: that of the erasure names it in clear. */
  readonly disclosures: readonly string[];
  /** Messages whose hand-over had started before; none starts after it that rests on what they left. */
  readonly inFlight: readonly MessageId[];
}

/** A request or an order that was taken back. */
export interface WithdrawnErasure {
  readonly at: EpochMs;
  readonly entryId: EntryId;
  readonly requestEntryId: EntryId | null;
  /** The mail that would have told them; null: none was ordered. */
  readonly farewell: MessageId | null;
}

/** By whom something is taken back, and what of it the ledger discloses. */
interface TakenBack {
  readonly actor: string;
  readonly disclosed: NewEntry['disclosed'];
  readonly hasAsked?: boolean;
}

/** Erasures that wait until the person was told. */
@Injectable()
export class ErasureOrders {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(ErasureService) private readonly erasures: ErasureService,
  ) {}

  /**
   * Orders that somebody is erased once `messageId` has its end, or `waitMs` from now, whichever comes first. They leave
   * everything that can be left at once. Ordering it again changes nothing.
   * @throws DomainError unknown_contact; conflict for one that turned out to be another
   */
  async order(
    brandId: BrandId,
    externalId: string,
    request: ErasureRequest,
    { messageId, waitMs }: { readonly messageId: MessageId; readonly waitMs: number },
    actor: string,
  ): Promise<OrderedErasure> {
    return this.database.transaction(async (tx) => {
      const contact = await lockContact(tx, await contactStore.find(tx, brandId, externalId));
      if (contact === null || contact.erasedAt !== null)
        throw new DomainError('unknown_contact', 'There is no such contact; it may be erased already.');
      refuseMerged(contact);
      const ids = (await contactStore.family(tx, contact.id)).map(({ id }) => id);
      const order =
        (await erasureOrderStore.find(tx, ids)) ??
        (await this.add(tx, brandId, contact, ids, request, { messageId, waitMs }, actor));
      return {
        requestEntryId: order.requestEntryId,
        latestAt: order.latestAt,
        disclosures: await this.ledger.disclosureLines(tx, order.requestEntryId),
        inFlight: await this.erasures.started(tx, contact),
      };
    });
  }

  /** All that are not carried out yet, the longest ago first, a page at a time. */
  async waiting(after: ErasureOrder | null, limit: number): Promise<ErasureOrder[]> {
    return erasureOrderStore.waiting(this.database.tx, after, limit);
  }

  /** Erases whom an order is about; null when that was done meanwhile. Whoever turned out to be another is that one. */
  async carryOut(contactId: ContactId): Promise<ErasureReceipt | null> {
    return this.database.transaction(async (tx) => {
      const found = await contactStore.byId(tx, contactId);
      const person = found?.mergedInto == null ? found : await contactStore.byId(tx, found.mergedInto);
      const contact = await lockContact(tx, person);
      if (contact === null || contact.erasedAt !== null || contact.mergedInto !== null) return null;
      const order = await erasureOrderStore.find(tx, [contactId]);
      if (order === null) return null;
      const family = await contactStore.family(tx, contact.id);
      await assertErasureAsked(tx, this.ledger, family, order.requestEntryId);
      const { brandId, basis, actor } = order;
      const request = { basis, reason: null, note: null };
      return this.erasures.eraseIn(tx, brandId, contact, request, actor, await databaseNow(tx));
    });
  }

  /**
   * Takes back, before it is carried out, that somebody asked to be erased or that it was ordered. What they left with it
   * stays left. Within the caller's transaction, who has yet to keep the farewell from leaving.
   * @throws DomainError unknown_contact; conflict when nobody waits to be erased
   */
  async withdrawIn(tx: Tx, brandId: BrandId, externalId: string, actor: string): Promise<WithdrawnErasure> {
    const contact = await lockContact(tx, await contactStore.find(tx, brandId, externalId));
    if (contact === null || contact.erasedAt !== null)
      throw new DomainError('unknown_contact', 'There is no such contact; it may be erased already.');
    refuseMerged(contact);
    return this.takeBack(tx, brandId, contact, { actor, disclosed: { contact: { id: contact.id } } });
  }

  /**
   * The same, by the person who asked on their page. An order alone is somebody else's, and not theirs to take back.
   * Null where nothing is asked of anybody any more, and no answer was given: it was taken back before.
   * @throws DomainError unknown_contact where the link names nobody or may only reduce; conflict when they did not ask
   */
  async withdrawByLinkIn(
    tx: Tx,
    given: PageLink,
    details: Readonly<Record<string, unknown>>,
  ): Promise<(WithdrawnErasure & { readonly brandId: BrandId }) | null> {
    const led = given.access === 'manage' ? await lockByLink(tx, given) : null;
    const point = led?.link.contactPointId;
    // Whoever reads at an address that ended may be somebody else.
    const isGood = point !== undefined && (await contactStore.findByContactPoint(tx, point, true)) !== null;
    if (led === null || !isGood || led.contact.erasedAt !== null)
      throw new DomainError('unknown_contact', 'The link names nobody who can be asked about; ask for a new one.');
    const { contact } = led;
    const ids = (await contactStore.family(tx, contact.id)).map(({ id }) => id);
    const isOrdered = (await erasureOrderStore.find(tx, ids)) !== null;
    if (!isOrdered && (await preferenceStore.erasureAsked(tx, contact.id)) === null) return null;
    const disclosed = { contact: { id: contact.id, point }, request: WrittenJson.of({ via: 'page', ...details }) };
    const said = { actor: 'contact', disclosed, hasAsked: true };
    return { ...(await this.takeBack(tx, contact.brandId, contact, said)), brandId: contact.brandId };
  }

  /** @param hasAsked there must be a request of their own */
  private async takeBack(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    { actor, disclosed, hasAsked = false }: TakenBack,
  ): Promise<WithdrawnErasure> {
    const ids = (await contactStore.family(tx, contact.id)).map(({ id }) => id);
    const order = await erasureOrderStore.find(tx, ids);
    const asked = await erasureStore.openRequest(tx, ids);
    if (asked === null && (order === null || hasAsked))
      throw new DomainError('conflict', 'This person does not wait to be erased; there is nothing to take back.');
    const [at, entryId] = [await databaseNow(tx), newId<EntryId>()];
    const requestEntryId = order?.requestEntryId ?? asked?.entryId ?? null;
    await this.ledger.append(tx, [
      {
        ...{ id: entryId, type: 'erasure.withdrawn', subjectId: contact.subjectId, brandId, at },
        clear: { ref: requestEntryId },
        disclosed: { ...disclosed, actor },
      },
    ]);
    await erasureOrderStore.remove(tx, ids);
    await erasureStore.withdrawRequests(tx, ids);
    return { at, entryId, requestEntryId, farewell: order?.messageId ?? null };
  }

  private async add(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    ids: readonly ContactId[],
    request: ErasureRequest,
    { messageId, waitMs }: { readonly messageId: MessageId; readonly waitMs: number },
    actor: string,
  ): Promise<ErasureOrder> {
    const now = await databaseNow(tx);
    const requestEntryId = await this.erasures.requestIn(tx, brandId, contact, ids, request, actor, now);
    await this.erasures.leaveIn(tx, brandId, contact, ids, actor);
    const { basis } = request;
    const order = { contactId: contact.id, brandId, basis, actor, requestEntryId, messageId, at: now };
    const whole = { ...order, latestAt: now + waitMs };
    await erasureOrderStore.add(tx, whole);
    return whole;
  }
}
