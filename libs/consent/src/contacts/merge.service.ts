import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, type Channel, type ContactId, DomainError, type EpochMs, type MessageId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, hashAddress, KEY_RING, type KeyRing, toIso, type Tx } from '#lib/platform';
import { ConsentService } from '../consents/consent.service.js';
import { jurisdictionOf } from '../consents/domain/jurisdiction.js';
import { type LockedContact } from '../consents/locked-contact.js';
import { consentStore, type Evidence } from '../consents/consent.store.js';
import type { ConsentState } from '../consents/domain/consent-fold.js';
import { carryRefusals } from '../consents/carry-refusals.js';
import { endConsents } from '../consents/end-consents.js';
import { InFlight } from '../consents/in-flight.js';
import { databaseNow } from '../database-now.js';
import { doubleOptInStore } from '../double-opt-in/double-opt-in.store.js';
import { recipientStore } from '../recipients/recipient.store.js';
import { suppressionStore } from '../suppressions/suppression.store.js';
import { type ContactFields, type ContactPointRow, contactStore } from './contact.store.js';
import { chosenBy } from './chosen-by.js';
import { checkAddress } from './domain/address.js';
import { type MergedPoint, mergeConsents, withObjection } from './domain/merge-consents.js';
import { type Chosen, chosenOf } from './domain/chosen.js';
import { everywhereWritten } from './domain/number-forms.js';
import { mergeWishes } from './domain/wishes.js';

export interface MergeAnswer {
  /** Consents that no longer stand, or for less long, because the other side had not given them. */
  readonly ended: number;
  /** Messages whose hand-over had started before this change; no other starts after it to where either side had refused. */
  readonly inFlight: readonly MessageId[];
}

/** Two contacts that turn out to be one person, and addresses that turn out to be somebody else's. */
@Injectable()
export class MergeService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  /**
   * Makes `from` part of `into`: its contact points move, its caps and pauses count, and the more restrictive of the two
   * sides' consents counts for both. Nothing that either had refused passes afterwards. Doing it twice is the same.
   * @throws DomainError unknown_contact, invalid_request, conflict
   */
  async merge(brandId: BrandId, into: string, from: string, actor: string): Promise<MergeAnswer> {
    if (into === from)
      throw new DomainError('invalid_request', 'Name two contacts.', {
        violations: [{ pointer: '/from', detail: 'is the contact itself' }],
      });
    return this.database.transaction(async (tx) => {
      const [seenInto, seenFrom] = [
        await contactStore.find(tx, brandId, into),
        await contactStore.find(tx, brandId, from),
      ];
      if (seenInto === null || seenFrom === null)
        throw new DomainError('unknown_contact', 'Both contacts must be there; check the external ids.');
      const sharing = await recipientStore.lockSharing(tx, [seenInto.id, seenFrom.id]);
      const [a, b] = [await contactStore.byId(tx, seenInto.id), await contactStore.byId(tx, seenFrom.id)];
      if (a === null || b === null || a.erasedAt !== null || b.erasedAt !== null)
        throw new DomainError('conflict', 'One of them was erased.');
      if (b.mergedInto === a.id) return { ended: 0, inFlight: await this.inFlight.started(tx, sharing) };
      if (a.mergedInto !== null || b.mergedInto !== null)
        throw new DomainError('conflict', 'One of them was merged into another contact; name that one.');

      const now = await databaseNow(tx);
      const [mine, theirs] = [await contactStore.points(tx, a.id), await contactStore.points(tx, b.id)];
      const purposes = await consentStore.purposes(tx, brandId);
      const sides = [await stands(tx, a.id, mine, purposes), await stands(tx, b.id, theirs, purposes)] as const;
      const steps = mergeConsents(...sides, now);
      const contact: LockedContact = { ...a, sharing };
      for (const step of steps) await this.carryOut(tx, brandId, contact, [...mine, ...theirs], step, actor, now);

      // What either left at contact points that they had until now, or where nobody looks at both: it was the person.
      let carried = 0;
      for (const [points, before, other] of [[mine, theirs, b.id] as const, [theirs, mine, a.id] as const])
        for (const point of points)
          carried += await carryRefusals(tx, this.ledger, brandId, a, point, before, actor, now, other);

      const doubles = theirs.filter((point) =>
        mine.some((own) => own.channel === point.channel && own.addressHash.equals(point.addressHash)),
      );
      for (const double of doubles) await contactStore.endPoint(tx, double.id);
      await contactStore.movePoints(tx, b.id, a.id);
      await doubleOptInStore.follow(tx, b.id, a.id);
      await contactStore.update(tx, a.id, mergeFields(await choosing(tx, a), await choosing(tx, b)));
      await contactStore.update(tx, b.id, NOBODY);
      await contactStore.mergeInto(tx, b.id, a.id);
      await this.inFlight.carryOver(tx, b, a.id);
      await this.ledger.append(tx, [
        {
          type: 'contact.changed',
          subjectId: a.subjectId,
          brandId,
          at: now,
          clear: { via: 'merge' },
          disclosed: {
            contact: { id: a.id, externalId: into },
            change: { merged: { id: b.id, externalId: from }, subject: b.subjectId },
            actor,
          },
        },
        {
          type: 'contact.changed',
          subjectId: b.subjectId,
          brandId,
          at: now,
          clear: { via: 'merge' },
          disclosed: {
            contact: { id: b.id, externalId: from },
            change: { mergedInto: { id: a.id, externalId: into }, subject: a.subjectId },
            actor,
          },
        },
      ]);
      return { ended: steps.length + carried, inFlight: await this.inFlight.started(tx, sharing) };
    });
  }

  /**
   * An address belongs to somebody else since an instant: whoever had it has it no longer, and what they agreed to there
   * by then is void. What they refused stays: it may be the new owner's luck. A number is somebody else's on every channel
   * on which it is one, in whichever form.
   */
  async reassigned(
    brandId: BrandId,
    { channel, address }: { readonly channel: Channel; readonly address: string },
    occurredAt: EpochMs | null,
    actor: string,
  ): Promise<MergeAnswer> {
    const checked = checkAddress(channel, address);
    if (!checked.ok)
      throw new DomainError('invalid_address', 'Give an address of the channel.', {
        violations: [{ pointer: '/address', detail: checked.detail }],
      });
    const keys = everywhereWritten(channel, checked.normalized).map((one) => ({
      ...{ brandId, channel: one.channel },
      addressHash: hashAddress(this.keys.addresses, brandId, one.channel, one.address),
    }));
    return this.database.transaction(async (tx) => {
      const holders: Awaited<ReturnType<typeof suppressionStore.holders>> = [];
      for (const one of keys) holders.push(...(await suppressionStore.holders(tx, one)));
      const sharing = await recipientStore.lockSharing(
        tx,
        holders.map(({ contactId }) => contactId),
      );
      const now = await databaseNow(tx);
      const at = Math.min(occurredAt ?? now, now);
      await contactStore.reassign(
        tx,
        holders.map(({ pointId }) => pointId),
        at,
      );
      let ended = 0;
      for (const { contactId, pointId } of holders) {
        const contact = await contactStore.byId(tx, contactId);
        const point = (await contactStore.points(tx, contactId)).find(({ id }) => id === pointId);
        if (contact === null || point === undefined) continue;
        await endConsents(tx, this.ledger, brandId, contact, point, 'number_reassigned', actor, at, now);
        await contactStore.endPoint(tx, point.id);
        await this.ledger.append(tx, [
          {
            type: 'contact_point.changed',
            subjectId: contact.subjectId,
            brandId,
            at: now,
            clear: { ch: point.channel, via: 'reassigned' },
            disclosed: {
              contact: { id: contact.id, point: point.id },
              change: { change: 'ended', at: toIso(at) },
              actor,
            },
          },
        ]);
        ended += 1;
      }
      return { ended, inFlight: await this.inFlight.started(tx, sharing) };
    });
  }

  private async carryOut(
    tx: Tx,
    brandId: BrandId,
    contact: LockedContact,
    points: readonly ContactPointRow[],
    step: ReturnType<typeof mergeConsents>[number],
    actor: string,
    now: EpochMs,
  ): Promise<void> {
    const point = points.find(({ id }) => id === step.pointId);
    const scope = await consentStore.scopeById(tx, brandId, step.scopeId);
    if (point === undefined || scope === null) throw new Error('a merge plans for a point and a scope that are there');
    const evidence: Evidence = {
      legalBasis: 'merge',
      notice: null,
      jurisdiction: jurisdictionOf(contact),
      wording: null,
      method: 'merge',
      source: null,
      actor,
      details: {},
    };
    const wish = {
      purposeId: scope.purposeId,
      topicIds: scope.topicId === null ? [] : [scope.topicId],
      kind: step.kind,
      occurredAt: null,
      validUntil: step.validUntil,
    };
    await this.consents.carryOut(tx, brandId, contact, point.id, point.channel, wish, evidence, now);
  }
}

/** Where the points of one side stand, with refusals, objections and complaints at their addresses. */
async function stands(
  tx: Tx,
  contactId: ContactId,
  points: readonly ContactPointRow[],
  purposes: Awaited<ReturnType<typeof consentStore.purposes>>,
): Promise<MergedPoint[]> {
  const states = await recipientStore.consents(
    tx,
    points.map(({ id }) => id),
  );
  const objections = await consentStore.objectionsOf(tx, contactId);
  return points.map(({ id, channel }) => {
    const point = { id, channel, states: states.get(id) ?? new Map<string, ConsentState>() };
    const objected = objections.get(id);
    return objected === undefined ? point : withObjection(point, purposes, objected.since);
  });
}

interface Choosing {
  readonly fields: ContactFields;
  readonly chosen: Chosen;
}

async function choosing(tx: Tx, contact: ContactFields & { readonly id: ContactId }): Promise<Choosing> {
  return { fields: contact, chosen: await chosenBy(tx, contact.id) };
}

/**
 * What is known of the one counts; of the other what the one lacks, what the person chose on their page, and everything
 * that holds messages back.
 */
function mergeFields({ fields: a, chosen: ofA }: Choosing, { fields: b, chosen: ofB }: Choosing): ContactFields {
  const paused = [a.pausedUntil, b.pausedUntil].filter((until) => until !== null);
  const zone = chosenOf('wishes.zone', [a.wishes.zone ?? null, ofA], [b.wishes.zone ?? null, ofB]);
  return {
    language: chosenOf('language', [a.language, ofA], [b.language, ofB]),
    zone: a.zone ?? b.zone,
    country: a.country ?? b.country,
    region: a.country === null ? b.region : a.region,
    postalCode: a.country === null ? b.postalCode : a.postalCode,
    deviceZone: a.deviceZone ?? b.deviceZone,
    segments: [...new Set([...a.segments, ...b.segments])].sort(),
    wishes: mergeWishes(a.wishes, b.wishes, zone),
    account: a.account ?? b.account,
    attributes: { ...b.attributes, ...a.attributes },
    pausedUntil: paused.length === 0 ? null : Math.max(...paused),
  };
}

/** What is left of a contact that is another. */
const NOBODY: ContactFields = {
  language: null,
  zone: null,
  country: null,
  region: null,
  postalCode: null,
  deviceZone: null,
  segments: [],
  wishes: {},
  account: null,
  attributes: {},
  pausedUntil: null,
};
