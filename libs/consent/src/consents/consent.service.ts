import { Inject, Injectable } from '@nestjs/common';
import {
  type BrandId,
  type Channel,
  type ContactPointId,
  DomainError,
  type EntryId,
  type EpochMs,
  type MessageId,
} from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, newId, type Tx } from '#lib/platform';
import { type ContactPointRow, type ContactRow, contactStore } from '../contacts/contact.store.js';
import { checkAddress } from '../contacts/domain/address.js';
import { databaseNow } from '../database-now.js';
import type { OptOutLink } from '../links/opt-out-token.js';
import { carriedEvidence } from './carry-refusals.js';
import { isFirstTime } from './carried-wish.js';
import { consentEntry } from './consent-entry.js';
import { type ConsentEventRow, type ConsentStateRow, consentStore, type Evidence } from './consent.store.js';
import { type ConsentEventKind, type ConsentState, foldConsent, isReducing, isRefusal } from './domain/consent-fold.js';
import { UNPROVEN } from './domain/consent-basis.js';
import { isUnproven } from './domain/evidence-ground.js';
import { jurisdictionOf } from './domain/jurisdiction.js';
import { planChanges, type PlannedEvent, recordedAt, scopeId, type Wish } from './domain/plan-changes.js';
import { requireConfirmation } from '../double-opt-in/confirmation-required.js';
import { InFlight } from './in-flight.js';
import { inPlaceOf, lockByLink, type LockedContact, lockNamed, whoIs } from './locked-contact.js';
import { CLOCK_SKEW_MS, noticeOf, refuseServedToAnother } from './notice-of.js';
import { refuseImpliedYes, refuseReportedYes, refuseUnshownYes, refuseYesOfAnother } from './refuse-reported-yes.js';

/** A consent event as a marketing system records it. */
export interface ConsentInput {
  readonly channel: Channel;
  /** Needed only for a yes of a person who has several contact points on the channel: a no without it is one to all of them. */
  readonly address?: string;
  readonly purpose: string;
  readonly topics: readonly string[];
  readonly kind: ConsentEventKind;
  readonly legalBasis: string;
  readonly notice?: { readonly key: string; readonly version: number; readonly language: string };
  /** Id of the notice as it was served; its wording is the one that was shown. */
  readonly served?: string;
  /** Of a confirmation: the event that asked for it. */
  readonly request?: string;
  /** ISO 3166-1 or 3166-2; left out: where the contact is. */
  readonly jurisdiction?: string;
  readonly wording?: string;
  readonly method: string;
  readonly source?: string;
  readonly occurredAt?: EpochMs;
  readonly validUntil?: EpochMs;
  readonly evidence: Record<string, unknown>;
}

export interface ConsentChange {
  readonly events: readonly {
    readonly id: string;
    readonly entryId: EntryId;
    readonly effective: boolean;
    readonly recordedAt: EpochMs;
  }[];
  /** Messages whose hand-over had started before this change; no other starts after it. */
  readonly inFlight: readonly MessageId[];
}

/** What leaving by a link did. */
export interface LinkLeft {
  readonly language: string | null;
  readonly changed: boolean;
  readonly inFlight: number;
  /** The messages that `inFlight` counts. */
  readonly started: readonly MessageId[];
}

/** Records what people agreed to and what they took back, and answers where they stand. */
@Injectable()
export class ConsentService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(InFlight) private readonly inFlight: InFlight,
  ) {}

  /**
   * Records one wish, with its evidence, in one transaction under the contact's lock.
   * @throws DomainError unknown_contact, unknown_purpose, unknown_topic, unknown_notice, invalid_request; conflict for a
   *   yes over an opt-out that is not known to be newer
   */
  async record(brandId: BrandId, externalId: string, input: ConsentInput, actor: string): Promise<ConsentChange> {
    return this.database.transaction(async (tx) => {
      const contact = await lockNamed(tx, brandId, externalId);
      if (contact === null || contact.erasedAt !== null) {
        throw new DomainError('unknown_contact', 'Create the contact first: PUT /v1/contacts/{externalId}.');
      }
      // A no is taken under whichever name somebody was known by.
      if (contact.externalId !== externalId && !isReducing(input.kind)) {
        throw new DomainError('conflict', 'This contact was merged into another; use the external id of that one.');
      }
      const now = await databaseNow(tx);
      const [point, ...others] = await this.pointsOf(tx, contact, input);
      const wish = await this.wishOf(tx, brandId, input, now);
      await requireConfirmation(tx, brandId, point.channel, wish.purposeId, wish.kind);
      await refuseUnshownYes(tx, wish);
      await refuseImpliedYes(tx, wish, input.legalBasis);
      await refuseReportedYes(tx, point.id, wish, input.legalBasis);
      await refuseYesOfAnother(tx, point.id, wish);
      const notice = await noticeOf(tx, brandId, input);
      await refuseServedToAnother(tx, input, contact.id);
      if (input.request !== undefined) await checkRequest(tx, point.id, input.kind, input.request);
      const evidence: Evidence = {
        legalBasis: input.legalBasis,
        notice,
        served: input.served ?? null,
        request: input.request ?? null,
        jurisdiction: input.jurisdiction ?? jurisdictionOf(contact),
        wording: input.wording ?? null,
        method: input.method,
        source: input.source ?? null,
        actor,
        details: {
          ...input.evidence,
          ...(wish.unproven === true && { [UNPROVEN]: true }),
        },
      };
      const done: ConsentChange[] = [];
      for (const { id, channel } of [point, ...others])
        done.push(await this.carryOut(tx, brandId, contact, id, channel, wish, evidence, now));
      const inFlight = new Set(done.flatMap((change) => change.inFlight));
      return { events: done.flatMap(({ events }) => events), inFlight: [...inFlight] };
    });
  }

  /**
   * Leaves what an opt-out link names (RFC 8058). Whoever has left already says no again: that changes nothing that
   * stands, and is recorded, because a yes may have been given elsewhere in between.
   * Null when the link names nothing that exists; the caller answers as for a forged one.
   * @param occurredAt when it was wished, where that is not now
   * @param wishId     of a wish that was kept, which is carried out once
   */
  async withdrawByLink(
    given: OptOutLink,
    evidence: Pick<Evidence, 'method' | 'details'> & { readonly wording?: string },
    occurredAt: EpochMs | null = null,
    wishId: string | null = null,
  ): Promise<LinkLeft | null> {
    return this.database.transaction(async (tx) => {
      const led = await lockByLink(tx, given);
      if (led === null) return null;
      const { contact, link } = led;
      const unchanged = async (): Promise<LinkLeft> => {
        const inFlight = await this.inFlight.started(tx, contact.sharing);
        return { language: null, changed: false, inFlight: inFlight.length, started: inFlight };
      };
      // Whoever was erased has left, and what would be written about them now nothing would ever destroy.
      if (contact.erasedAt !== null) return unchanged();
      const scope = await consentStore.scopeById(tx, contact.brandId, link.scopeId);
      if (scope === null) return null;
      const now = await databaseNow(tx);
      if (wishId !== null && !(await isFirstTime(tx, wishId, now))) return unchanged();
      // Who only refused a consent has not left yet: what rests on another legal basis would go on.
      const states: (ConsentState | null)[] = [];
      for (const id of [link.contactPointId, ...(await inPlaceOf(tx, contact.id, link.contactPointId))])
        states.push(foldConsent((await consentStore.facts(tx, id)).get(link.scopeId) ?? []));
      const changed = !states.every((state) => state !== null && isRefusal(state.status) && state.status !== 'refused');
      const wish: Wish = {
        purposeId: scope.purposeId,
        topicIds: scope.topicId === null ? [] : [scope.topicId],
        kind: 'withdrawn',
        occurredAt,
        validUntil: null,
      };
      const point = await this.channelOf(tx, link.contactPointId);
      const change = await this.carryOut(
        tx,
        contact.brandId,
        contact,
        link.contactPointId,
        point,
        wish,
        {
          legalBasis: 'withdrawal',
          notice: null,
          jurisdiction: jurisdictionOf(contact),
          wording: evidence.wording ?? null,
          method: evidence.method,
          source: 'opt-out link',
          actor: 'contact',
          details: { ...evidence.details, message: link.messageId },
        },
        now,
      );
      return { language: contact.language, changed, inFlight: change.inFlight.length, started: change.inFlight };
    });
  }

  /** Where every contact point of a person stands now; null for an unknown person. */
  async current(
    brandId: BrandId,
    externalId: string,
  ): Promise<(ContactPointRow & { states: ConsentStateRow[] })[] | null> {
    return this.eachPoint(brandId, externalId, async (point) => ({
      ...point,
      states: await consentStore.current(this.database.tx, point.id),
    }));
  }

  /**
   * Every consent event of a person, oldest first, per contact point, also at addresses that they have no longer and where
   * they were another contact before, by whichever of their names; null for an unknown person.
   */
  async history(
    brandId: BrandId,
    externalId: string,
  ): Promise<(ContactPointRow & { events: ConsentEventRow[] })[] | null> {
    const { tx } = this.database;
    const contact = await whoIs(tx, await contactStore.find(tx, brandId, externalId));
    if (contact === null) return null;
    const read = async (point: ContactPointRow) => ({ ...point, events: await consentStore.history(tx, point.id) });
    const inUse = await Promise.all((await contactStore.points(tx, contact.id)).map(read));
    const before = await Promise.all((await contactStore.pointsEnded(tx, contact.id)).map(read));
    return [...inUse, ...before.filter(({ events }) => events.length > 0)];
  }

  private async eachPoint<T>(
    brandId: BrandId,
    externalId: string,
    read: (point: ContactPointRow) => Promise<T>,
  ): Promise<T[] | null> {
    const contact = await contactStore.find(this.database.tx, brandId, externalId);
    if (contact === null) return null;
    return Promise.all((await contactStore.points(this.database.tx, contact.id)).map(read));
  }

  /**
   * Plans and records one wish inside the caller's transaction, which holds the locks of `contact`. A no at an address
   * that they have no longer holds for those that took its place: they answer a message that came before the change.
   */
  async carryOut(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    contactPointId: ContactPointId,
    channel: Channel,
    wish: Wish,
    evidence: Evidence,
    now: EpochMs,
  ): Promise<ConsentChange> {
    const events = await this.carryOutAt(tx, brandId, contact, contactPointId, channel, wish, evidence, now);
    if (!isReducing(wish.kind)) return { events, inFlight: [] };
    const carried = carriedEvidence(evidence.actor, contact);
    for (const id of await inPlaceOf(tx, contact.id, contactPointId))
      events.push(...(await this.carryOutAt(tx, brandId, contact, id, channel, wish, carried, now)));
    return { events, inFlight: await this.inFlight.started(tx, contact.sharing) };
  }

  private async carryOutAt(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    contactPointId: ContactPointId,
    channel: Channel,
    wish: Wish,
    evidence: Evidence,
    now: EpochMs,
  ): Promise<ConsentChange['events'][number][]> {
    const history = await consentStore.facts(tx, contactPointId);
    const topics = await consentStore.topicsOfPurpose(tx, wish.purposeId);
    const events = planChanges(wish, history, topics, now, newId, await consentStore.refusedAt(tx, contactPointId));
    const requests = evidence.request == null ? null : await consentStore.requestsWith(tx, evidence.request);
    const evidenceOf = ({ scope }: PlannedEvent): Evidence =>
      requests === null ? evidence : { ...evidence, request: requests.get(scopeId(scope)) ?? evidence.request };
    const entries = await this.ledger.append(
      tx,
      events.map((event) => consentEntry(event, brandId, contact, contactPointId, channel, evidenceOf(event), now)),
    );
    const done: ConsentChange['events'][number][] = [];
    for (const [i, event] of events.entries()) {
      const entryId = entries[i]?.id;
      if (entryId === undefined) throw new Error('the ledger gave fewer entries than events');
      await consentStore.record(tx, brandId, contactPointId, event, evidenceOf(event), now, entryId);
      done.push({ id: event.id, entryId, effective: event.effective, recordedAt: recordedAt(event, now) });
    }
    return done;
  }

  /**
   * What a caller's words name: purpose, topics and notice.
   * @throws DomainError unknown_purpose, unknown_topic, unknown_notice, invalid_request
   */
  async readWish(tx: Tx, brandId: BrandId, input: ConsentInput): Promise<{ wish: Wish; notice: Evidence['notice'] }> {
    const wish = await this.wishOf(tx, brandId, input, await databaseNow(tx));
    return { wish, notice: await noticeOf(tx, brandId, input) };
  }

  /** One; of a no that names no address all on its channel. */
  private async pointsOf(
    tx: Tx,
    contact: ContactRow,
    input: ConsentInput,
  ): Promise<readonly [ContactPointRow, ...ContactPointRow[]]> {
    const held = async (ended: boolean): Promise<ContactPointRow[]> => {
      const points = ended ? await contactStore.pointsEnded(tx, contact.id) : await contactStore.points(tx, contact.id);
      return points.filter(
        ({ channel, address }) =>
          channel === input.channel && (input.address === undefined || isSameAddress(channel, address, input.address)),
      );
    };
    const inUse = await held(false);
    // A no may name an address that was theirs when they were written to.
    const isFormer = inUse.length === 0 && input.address !== undefined && isReducing(input.kind);
    const [point, ...others] = isFormer ? (await held(true)).slice(0, 1) : inUse;
    if (point === undefined) {
      throw new DomainError(
        'invalid_request',
        `The contact has no such contact point on ${input.channel}; add it first with PUT /v1/contacts/{externalId}.`,
        {
          violations: [{ pointer: '/channel', detail: 'no contact point' }],
        },
      );
    }
    if (others.length > 0 && input.address === undefined && !isRefusal(input.kind)) {
      throw new DomainError(
        'invalid_request',
        `The contact has several contact points on ${input.channel}; name one.`,
        {
          violations: [{ pointer: '/address', detail: 'required here' }],
        },
      );
    }
    return input.address === undefined ? [point, ...others] : [point];
  }

  private async wishOf(tx: Tx, brandId: BrandId, input: ConsentInput, now: EpochMs): Promise<Wish> {
    const { purposeId, topicIds } = await consentStore.scopes(tx, brandId, input.purpose, input.topics);
    if (purposeId === null)
      throw new DomainError('unknown_purpose', 'Name a purpose of this brand; GET /v1/purposes lists them.');
    const ids = input.topics.map((key) => {
      const id = topicIds.get(key);
      if (id === undefined)
        throw new DomainError('unknown_topic', 'Name topics of this purpose; GET /v1/topics lists them.');
      return id;
    });
    const { occurredAt = null } = input;
    if (occurredAt !== null && occurredAt > now + CLOCK_SKEW_MS) {
      throw new DomainError(
        'invalid_request',
        'A consent cannot be recorded before it is given; check the clock of the sender.',
        {
          violations: [{ pointer: '/occurredAt', detail: 'lies in the future' }],
        },
      );
    }
    return {
      purposeId,
      topicIds: ids,
      kind: input.kind,
      occurredAt: occurredAt === null ? null : Math.min(occurredAt, now),
      validUntil: input.validUntil ?? null,
      ...(isUnproven(input.kind, input) && { unproven: true }),
    };
  }

  private async channelOf(tx: Tx, contactPointId: ContactPointId): Promise<Channel> {
    const rows = await tx.sql<{
      channel: Channel;
    }>`SELECT channel FROM consent.contact_point WHERE id = ${contactPointId}`;
    const channel = rows[0]?.channel;
    if (channel === undefined) throw new Error('a locked contact has lost its contact point');
    return channel;
  }
}

/** Compared as addresses of their channel are: an e-mail address without regard to case, a push address exactly. */
function isSameAddress(channel: Channel, stored: string, given: string | undefined): boolean {
  const [a, b] = [checkAddress(channel, stored), checkAddress(channel, given ?? '')];
  return a.ok && b.ok && a.normalized === b.normalized;
}

/** A confirmation confirms what was asked for at the same address: one by mail proves nothing about a number. */
async function checkRequest(
  tx: Tx,
  contactPointId: ContactPointId,
  kind: ConsentEventKind,
  request: string,
): Promise<void> {
  const found = kind === 'confirmed' && (await consentStore.isRequestOf(tx, request, contactPointId));
  if (found) return;
  throw new DomainError('invalid_request', 'A confirmation names a request that was made for the same contact point.', {
    violations: [{ pointer: '/request', detail: 'is no request for this contact point' }],
  });
}
