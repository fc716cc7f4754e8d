import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, type ContactId, DomainError, type EntryId, type EpochMs, type MessageId } from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import { Database, newId, toIso, type Tx } from '#lib/platform';
import { ConsentService } from '../consents/consent.service.js';
import { lockContact, type LockedContact } from '../consents/locked-contact.js';
import type { Evidence } from '../consents/consent.store.js';
import { jurisdictionOf } from '../consents/domain/jurisdiction.js';
import { leaveEverything } from '../consents/leave-everything.js';
import { InFlight } from '../consents/in-flight.js';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import type { Page, PageRequest } from '../setup-change.js';
import { keptSuppressions } from '../suppressions/record-reports.js';
import { keptAddresses } from './kept-addresses.js';
import { retainUntil } from './domain/retain-until.js';
import { erasureDueAt } from './domain/erasure-due.js';
import { type ErasureAsked, erasureStore } from './erasure.store.js';
import { erasureOrderStore } from './erasure-order.store.js';
import { erasureNoticeStore, type NoticeReader } from './erasure-notice.store.js';
import type { ErasureRefusal } from './domain/erasure-refusal.js';
import { type RefusedErasure, refuseErasure, refuseMerged } from './refuse-erasure.js';
import { assertOnePerson, toldChains } from './told-by-log.js';

export interface ErasureRequest {
  /** The provision it rests on, such as `gdpr_17_1_b`; stands in the ledger in clear. */
  readonly basis: string;
  /** One word, in clear. */
  readonly reason: string | null;
  /** Whatever else is to be remembered about the request; goes with the rest. */
  readonly note: string | null;
}

export interface ErasureReceipt {
  readonly status: 'erased' | 'restricted';
  readonly at: EpochMs;
  /** Until when evidence is kept sealed, and which statute says so. */
  readonly restricted: { readonly until: EpochMs; readonly rule: string } | null;
  readonly requestEntryId: EntryId;
  readonly entryId: EntryId;
  /**
   * What the last entry commits to, with its salts: proves to whoever holds this receipt that the entry is about them.
   * Nobody else can, from then on.
   */
  readonly disclosures: readonly string[];
  /** Messages that waited and end as `erased`. */
  readonly ended: readonly MessageId[];
  /** Messages whose hand-over had started before; no other starts after it. */
  readonly inFlight: readonly MessageId[];
}

/** What an erasure that is still to come will leave. */
export interface ForeseenErasure {
  readonly contactId: ContactId;
  readonly reader: NoticeReader;
  readonly restricted: ErasureReceipt['restricted'];
}

/** A person who waits to be erased. */
export interface ErasureDue extends ErasureAsked {
  readonly dueAt: EpochMs;
  readonly isOverdue: boolean;
}

/** What an outcome that is still to come may add to the ledger is destroyed a day later. */
const SETTLED_AFTER_MS = 86_400_000;

/** Takes a person out, as far as the law lets us, without breaking a proof. */
@Injectable()
export class ErasureService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(InFlight) private readonly inFlight: InFlight,
  ) {}

  /**
   * Erases a person, in one transaction under the contact's lock: leaves everything for their addresses, ends what waits,
   * empties the contact, and destroys what their ledger entries disclosed, unless a statute has evidence kept: then that
   * stays sealed until its time is over.
   * @throws DomainError unknown_contact; conflict for one that turned out to be another
   */
  async erase(brandId: BrandId, externalId: string, request: ErasureRequest, actor: string): Promise<ErasureReceipt> {
    return this.database.transaction(async (tx) => {
      const contact = await lockContact(tx, await contactStore.find(tx, brandId, externalId));
      if (contact === null || contact.erasedAt !== null)
        throw new DomainError('unknown_contact', 'There is no such contact; it may be erased already.');
      refuseMerged(contact);
      return this.eraseIn(tx, brandId, contact, request, actor, await databaseNow(tx));
    });
  }

  /** Who asked on the page to be erased and is not yet: the one who is due first comes first. */
  async requests(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<ErasureDue>> {
    const rows = await erasureStore.requests(this.database.tx, brandId, after, limit + 1);
    const now = await databaseNow(this.database.tx);
    const items = rows.slice(0, limit).map((row) => {
      const dueAt = erasureDueAt(row.at);
      return { ...row, dueAt, isOverdue: dueAt <= now };
    });
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Closes a request without carrying it out; see `refuseErasure`. */
  async refuse(brandId: BrandId, externalId: string, refusal: ErasureRefusal, actor: string): Promise<RefusedErasure> {
    return refuseErasure({ database: this.database, ledger: this.ledger }, brandId, externalId, refusal, actor);
  }

  /**
   * What an erasure now would keep of a person, and how to tell them: afterwards nobody can write to them.
   * @throws DomainError unknown_contact
   */
  async foresee(brandId: BrandId, externalId: string): Promise<ForeseenErasure> {
    return this.database.transaction(async (tx) => {
      const contact = await contactStore.find(tx, brandId, externalId);
      if (contact === null || contact.erasedAt !== null)
        throw new DomainError('unknown_contact', 'There is no such contact; it may be erased already.');
      refuseMerged(contact);
      const family = await contactStore.family(tx, contact.id);
      const now = await databaseNow(tx);
      const restricted = await this.restriction(tx, family, now);
      return { contactId: contact.id, reader: await erasureNoticeStore.reader(tx, contact.id), restricted };
    });
  }

  /** `erase` in the caller's transaction, which holds the locks of `contact`. */
  async eraseIn(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    request: ErasureRequest,
    actor: string,
    now: EpochMs,
  ): Promise<ErasureReceipt> {
    const family = await contactStore.family(tx, contact.id);
    await assertOnePerson(tx, this.ledger, contact, family);
    const ids = family.map(({ id }) => id);
    const about = { subjectId: contact.subjectId, brandId, at: now };
    const { basis, reason, note } = request;
    const who = { id: contact.id, externalId: contact.externalId };
    const requestEntryId = await this.requestIn(tx, brandId, contact, ids, request, actor, now);
    const restricted = await this.restriction(tx, family, now);
    if (reason !== 'unconfirmed') await this.leaveIn(tx, brandId, contact, ids, actor);
    const waiting = await this.inFlight.endWaiting(tx, ids, now);
    await this.ledger.append(tx, [...waiting.entries]);
    const inFlight = await this.inFlight.started(tx, contact.sharing);
    await this.ledger.append(tx, [
      ...(await keptSuppressions(tx, ids, now, actor)),
      ...(await keptAddresses(tx, ids, now, actor)),
    ]);

    const settleLater = restricted === null && inFlight.length > 0 ? now + SETTLED_AFTER_MS : null;
    await erasureStore.empty(tx, ids, now, restricted?.until ?? settleLater);
    await this.inFlight.forget(
      tx,
      family.map(({ subjectId }) => subjectId),
    );
    const entryId = newId<EntryId>();
    const end: NewEntry =
      restricted === null
        ? {
            ...about,
            id: entryId,
            type: 'erasure.executed',
            clear: { basis, reason, ref: requestEntryId },
            disclosed: { contact: who, request: { note }, actor },
          }
        : {
            ...about,
            id: entryId,
            type: 'erasure.restricted',
            clear: { basis: restricted.rule, reason, ref: requestEntryId },
            disclosed: { contact: who, request: { note, until: toIso(restricted.until) }, actor },
          };
    // The chain of whoever turned out to be them ends in the log as well: nothing is gone of which no entry says so.
    const others = family.filter(({ subjectId }) => subjectId !== contact.subjectId);
    const ends = others.map(({ subjectId }): NewEntry => ({
      ...about,
      subjectId,
      type: 'erasure.executed',
      clear: { basis, reason, ref: requestEntryId },
      disclosed: {},
    }));
    await this.ledger.append(tx, restricted === null ? [end, ...ends] : [end]);
    const disclosures = await this.ledger.disclosureLines(tx, entryId);
    if (restricted === null) for (const { subjectId } of family) await this.ledger.forgetSubject(tx, subjectId);
    const status = restricted === null ? 'erased' : 'restricted';
    return { status, at: now, restricted, requestEntryId, entryId, disclosures, ended: waiting.ended, inFlight };
  }

  /** The entry in which it was asked to erase these people; where nobody has asked before, this asks. */
  async requestIn(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    ids: readonly ContactId[],
    { basis, reason, note }: ErasureRequest,
    actor: string,
    now: EpochMs,
  ): Promise<EntryId> {
    const ordered = await erasureOrderStore.find(tx, ids);
    const asked = ordered?.requestEntryId ?? (await erasureStore.requestEntry(tx, ids));
    if (asked !== null) return asked;
    const id = newId<EntryId>();
    const who = { id: contact.id, externalId: contact.externalId };
    await this.ledger.append(tx, [
      {
        ...{ id, type: 'erasure.requested', subjectId: contact.subjectId, brandId, at: now, clear: { basis, reason } },
        disclosed: { contact: who, request: { note }, actor },
      },
    ]);
    return id;
  }

  /** Messages to this person whose hand-over has started. */
  async started(tx: Tx, { sharing }: LockedContact): Promise<MessageId[]> {
    return this.inFlight.started(tx, sharing);
  }

  /**
   * Until when a statute has evidence about these people kept; null when none does any more. By the tables and by the log,
   * whichever says longer: a row that somebody changed has nothing destroyed.
   */
  private async restriction(
    tx: Tx,
    family: readonly Pick<LockedContact, 'id' | 'subjectId'>[],
    now: EpochMs,
  ): Promise<ErasureReceipt['restricted']> {
    const ids = family.map(({ id }) => id);
    const told = await toldChains(
      tx,
      this.ledger,
      family.map(({ subjectId }) => subjectId),
    );
    const uses = [...(await this.inFlight.uses(tx, ids)), ...told.uses];
    let longest: ErasureReceipt['restricted'] = null;
    for (const event of [...(await erasureStore.events(tx, ids)), ...told.events]) {
      const purpose = 'purpose' in event ? event.purpose : null;
      if (event.kind !== 'granted' && event.kind !== 'confirmed' && event.kind !== 'imported') continue;
      const rules = this.inFlight.dutiesFor(event.jurisdiction, event.channel).filter(({ isStatute }) => isStatute);
      const usedAt = uses
        .filter(({ channel, at }) => channel === event.channel && at >= event.occurredAt)
        .filter((use) => ('purpose' in use ? use.purpose === purpose : use.purposeId === event.purposeId))
        .map(({ at }) => at);
      const kept = retainUntil({ givenAt: event.occurredAt, usedAt }, rules);
      if (kept !== null && kept.until > now && kept.until > (longest?.until ?? 0)) longest = kept;
    }
    return longest;
  }

  /** Whoever asks to be erased wants nothing more, also at an address that comes back by an import. */
  async leaveIn(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    ids: readonly LockedContact['id'][],
    actor: string,
  ): Promise<void> {
    const evidence: Evidence = {
      legalBasis: 'withdrawal',
      notice: null,
      wording: null,
      method: 'erasure',
      source: null,
      jurisdiction: jurisdictionOf(contact),
      actor,
      details: {},
    };
    for (const point of await erasureStore.points(tx, ids))
      await leaveEverything(tx, this.consents, brandId, contact, point, evidence);
  }
}
