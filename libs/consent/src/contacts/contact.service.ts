import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import {
  type BrandId,
  type Channel,
  type ContactId,
  type ContactPointId,
  DomainError,
  type EpochMs,
  type Violation,
} from '#lib/kernel';
import { type JsonValue, LedgerService, type NewEntry, WrittenJson } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, newId, type Tx, tzdb, zoneAdvice } from '#lib/platform';
import { carryRefusals } from '../consents/carry-refusals.js';
import { CLOCK_SKEW_MS } from '../consents/notice-of.js';
import { endConsents } from '../consents/end-consents.js';
import { InFlight } from '../consents/in-flight.js';
import { lockContact } from '../consents/locked-contact.js';
import { databaseNow } from '../database-now.js';
import { type ContactFields, type ContactPointRow, type ContactRow, contactStore } from './contact.store.js';
import { checkAddress } from './domain/address.js';
import { NUMBERED } from './domain/number-forms.js';
import { knownHashes, type WrittenAddress } from './address-hash.js';
import { chosenBy } from './chosen-by.js';
import type { Choice } from './domain/choices.js';
import { choicesIn, keepChosen, valueOf } from './domain/chosen.js';
import type { Wishes } from './domain/wishes.js';

/** What a caller sets; a property left out stays as it is, null clears it. */
export interface ContactInput {
  readonly language?: string | null;
  readonly zone?: string | null;
  readonly country?: string | null;
  /** ISO 3166-2. */
  readonly region?: string | null;
  readonly postalCode?: string | null;
  /** IANA zone that the person's device reported last. */
  readonly deviceZone?: string | null;
  /** All segments the person is in. */
  readonly segments?: readonly string[];
  /** All that the person chose; what is missing in it is not chosen any more. */
  readonly wishes?: Wishes;
  readonly pausedUntil?: EpochMs | null;
  /** When the person themselves said what is sent: later than their own choice on the page, it takes the place of it. */
  readonly saidAt?: EpochMs;
  readonly account?: string | null;
  readonly attributes?: Readonly<Record<string, JsonValue>>;
  /** When given, these are all contact points of the person; others end. */
  readonly contactPoints?: readonly { readonly channel: Channel; readonly address: string }[];
}

export interface Contact extends ContactRow {
  readonly contactPoints: readonly ContactPointRow[];
  /** External id of the contact that this one turned out to be. */
  readonly isNow: string | null;
}

export interface ContactChange {
  readonly contact: Contact;
  readonly created: boolean;
  /** What was asked for otherwise and stays as the person chose it. */
  readonly kept: readonly Choice[];
}

const EMPTY: ContactFields = {
  language: null,
  zone: null,
  country: null,
  region: null,
  postalCode: null,
  deviceZone: null,
  segments: [],
  wishes: {},
  pausedUntil: null,
  account: null,
  attributes: {},
};

/** People and the addresses at which they can be reached. */
@Injectable()
export class ContactService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  async find(brandId: BrandId, externalId: string): Promise<Contact | null> {
    const contact = await contactStore.find(this.database.tx, brandId, externalId);
    if (contact === null) return null;
    const { tx } = this.database;
    const other = contact.mergedInto === null ? null : await contactStore.byId(tx, contact.mergedInto);
    return {
      ...contact,
      contactPoints: await contactStore.points(tx, contact.id),
      isNow: other?.externalId ?? null,
    };
  }

  /**
   * Creates or changes a person, in one transaction with its ledger entries.
   * @throws DomainError invalid_address, invalid_zone, conflict (the person was erased)
   */
  async put(brandId: BrandId, externalId: string, input: ContactInput, actor: string): Promise<ContactChange> {
    return this.database.transaction((tx) => this.putIn(tx, brandId, externalId, input, actor));
  }

  /** The same in the caller's transaction. @throws as `put` */
  async putIn(
    tx: Tx,
    brandId: BrandId,
    externalId: string,
    input: ContactInput,
    actor: string,
  ): Promise<ContactChange> {
    checkZones(input);
    const wanted = input.contactPoints === undefined ? null : await this.checkPoints(tx, brandId, input.contactPoints);
    const { contact, created } = await this.lockOrCreate(tx, brandId, externalId, input);
    if (contact.erasedAt !== null)
      throw new DomainError('conflict', 'This person was erased; use another external id.');
    if (contact.mergedInto !== null)
      throw new DomainError('conflict', 'This contact was merged into another; use the external id of that one.');
    const { fields, kept } = await withoutChosen(tx, contact, input);
    if (!created) await contactStore.update(tx, contact.id, fields);
    const { points, entries } = await this.applyPoints(tx, brandId, contact, wanted, actor);

    const now = await databaseNow(tx);
    if (!created && changesWhen(contact, fields)) await this.inFlight.reconsider(tx, [contact.id], now);
    const about = { subjectId: contact.subjectId, brandId, at: now };
    const said = input.saidAt === undefined ? {} : { saidAt: input.saidAt };
    const changes: NewEntry[] = [
      {
        ...about,
        type: 'contact.changed',
        clear: {},
        disclosed: {
          contact: { id: contact.id, externalId },
          change: WrittenJson.of({ created, ...fields, ...said }),
          actor,
        },
      },
      ...entries.map(({ channel, contactPoint, address, change }): NewEntry => ({
        ...about,
        type: 'contact_point.changed',
        clear: { ch: channel },
        disclosed: { contact: { id: contact.id, point: contactPoint }, change: { change, address }, actor },
      })),
    ];
    await this.ledger.append(tx, changes);
    return { contact: { ...contact, ...fields, contactPoints: points, isNow: null }, created, kept };
  }

  /**
   * Ends a contact point that whoever delivers to it says to be over for good, for everybody who has the address: what
   * was agreed to there ends with it, and a message that waits for it goes nowhere. Safe to repeat.
   */
  async endGone(contactPointId: ContactPointId, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const points = await contactStore.sameAddress(tx, contactPointId);
      for (const { brandId, contactId, ...point } of points) {
        const contact = await lockContact(tx, await contactStore.byId(tx, contactId));
        if (contact === null) continue;
        const now = await databaseNow(tx);
        if (!(await contactStore.endPoint(tx, point.id))) continue;
        await endConsents(tx, this.ledger, brandId, contact, point, 'address_gone', actor, now, now);
        await this.inFlight.reconsider(tx, [contactId], now);
        const { channel, address } = point;
        await this.ledger.append(tx, [
          {
            type: 'contact_point.changed',
            subjectId: contact.subjectId,
            brandId,
            at: now,
            clear: { ch: channel },
            disclosed: { contact: { id: contactId, point: point.id }, change: { change: 'ended', address }, actor },
          },
        ]);
      }
    });
  }

  private async lockOrCreate(
    tx: Tx,
    brandId: BrandId,
    externalId: string,
    input: ContactInput,
  ): Promise<{ contact: ContactRow; created: boolean }> {
    const present = await contactStore.lock(tx, brandId, externalId);
    if (present !== null) return { contact: present, created: false };
    const [subjectId] = await this.ledger.createSubjects(tx, 1);
    if (subjectId === undefined) throw new Error('the ledger gave no subject');
    const created = await contactStore.insert(
      tx,
      brandId,
      newId<ContactId>(),
      externalId,
      subjectId,
      merge(EMPTY, input),
    );
    const contact = await contactStore.lock(tx, brandId, externalId);
    if (contact === null) throw new Error('a contact just inserted is not there');
    return { contact, created };
  }

  private async checkPoints(
    tx: Tx,
    brandId: BrandId,
    points: NonNullable<ContactInput['contactPoints']>,
  ): Promise<ContactPointRow[]> {
    const violations: Violation[] = [];
    const written: WrittenAddress[] = [];
    points.forEach(({ channel, address }, i) => {
      const result = checkAddress(channel, address);
      if (!result.ok) {
        violations.push({ pointer: `/contactPoints/${i}/address`, detail: result.detail });
        return;
      }
      written.push({ channel, address: result.address });
    });
    if (violations.length > 0)
      throw new DomainError('invalid_address', 'Correct the addresses named in errors; nothing was stored.', {
        violations,
      });
    const hashes = await knownHashes(tx, this.keys.addresses, brandId, written);
    const checked = new Map<string, ContactPointRow>();
    written.forEach(({ channel, address }, i) => {
      const addressHash = hashes[i];
      if (addressHash === undefined) throw new Error('there is a hash for each address');
      const point = { id: newId<ContactPointId>(), channel, address, addressHash };
      checked.set(`${channel} ${addressHash.toString('hex')}`, point);
    });
    return [...checked.values()];
  }

  /**
   * A changed address is another contact point: what was agreed to for the old one does not follow, and ends there; what
   * was refused there stays, and holds for the new one. A number in its other form is the same one, written to as it is
   * given now: a provider may take one form alone.
   */
  private async applyPoints(
    tx: Tx,
    brandId: BrandId,
    contact: ContactRow,
    wanted: ContactPointRow[] | null,
    actor: string,
  ) {
    const present = await contactStore.points(tx, contact.id);
    const entries: { channel: Channel; contactPoint: string; address: string; change: 'added' | 'ended' }[] = [];
    if (wanted === null) return { points: present, entries };
    const isSame = (a: ContactPointRow, b: ContactPointRow): boolean =>
      a.channel === b.channel && a.addressHash.equals(b.addressHash);
    for (const old of present.filter((p) => !wanted.some((w) => isSame(w, p)))) {
      const now = await databaseNow(tx);
      await endConsents(tx, this.ledger, brandId, contact, old, 'address_changed', actor, now, now);
      await contactStore.endPoint(tx, old.id);
      entries.push({ channel: old.channel, contactPoint: old.id, address: old.address, change: 'ended' });
    }
    for (const written of wanted.filter(({ channel }) => NUMBERED.has(channel))) {
      const same = present.find((p) => isSame(written, p));
      if (same === undefined || same.address === written.address) continue;
      await contactStore.rewrite(tx, same.id, written.address);
      entries.push({ channel: same.channel, contactPoint: same.id, address: written.address, change: 'added' });
    }
    for (const added of wanted.filter((w) => !present.some((p) => isSame(w, p)))) {
      // An address that comes back is the contact point it was: what was refused for it stays refused.
      const reopened = await contactStore.reopenPoint(tx, contact.id, added);
      if (reopened === null) await contactStore.insertPoint(tx, brandId, contact.id, added);
      const { channel, address } = added;
      const id = reopened ?? added.id;
      entries.push({ channel, contactPoint: id, address, change: 'added' });
      const now = await databaseNow(tx);
      await carryRefusals(tx, this.ledger, brandId, contact, { id, channel }, present, actor, now);
    }
    return { points: await contactStore.points(tx, contact.id), entries };
  }
}

function merge(present: ContactFields, input: ContactInput): ContactFields {
  return {
    language: input.language === undefined ? present.language : input.language,
    zone: input.zone === undefined ? present.zone : input.zone,
    country: input.country === undefined ? present.country : input.country,
    region: input.region === undefined ? present.region : input.region,
    postalCode: input.postalCode === undefined ? present.postalCode : input.postalCode,
    deviceZone: input.deviceZone === undefined ? present.deviceZone : input.deviceZone,
    segments: input.segments === undefined ? present.segments : [...new Set(input.segments)].sort(),
    wishes: input.wishes ?? present.wishes,
    pausedUntil: input.pausedUntil === undefined ? present.pausedUntil : input.pausedUntil,
    account: input.account === undefined ? present.account : input.account,
    attributes: input.attributes ?? present.attributes,
  };
}

/**
 * What is asked for, without what the person chose otherwise themselves; looked up only where it would change. What they are
 * said to have told the sender is kept with its time, so that no earlier word takes the place of it.
 * @throws DomainError invalid_request when they are said to have spoken at a time that has not come
 */
async function withoutChosen(tx: Tx, present: ContactRow, input: ContactInput) {
  const asked = merge(present, input);
  const now = await databaseNow(tx);
  if (input.saidAt !== undefined && input.saidAt > now + CLOCK_SKEW_MS)
    throw new DomainError('invalid_request', 'Send the time at which the person said so; it lies in the future.', {
      violations: [{ pointer: '/saidAt', detail: 'lies in the future; check the clock of the system it comes from' }],
    });
  const saidAt = input.saidAt === undefined ? null : Math.min(input.saidAt, now);
  const isSame = CHOOSABLE.every((name) => isDeepStrictEqual(present[name], asked[name]));
  if (isSame && saidAt === null) return { fields: asked, kept: [] };
  const found = keepChosen(present, asked, await chosenBy(tx, present.id), saidAt, now);
  if (saidAt !== null) {
    const said = choicesIn(input).filter((choice) => !found.kept.includes(choice));
    const values = new Map(said.map((choice) => [choice, valueOf(asked, choice)]));
    await contactStore.recordSaid(tx, present.id, values, saidAt);
  }
  return found;
}
const CHOOSABLE = ['language', 'pausedUntil', 'wishes'] as const;

/** @throws DomainError invalid_zone */
function checkZones({ zone, deviceZone, wishes }: ContactInput): void {
  const given = [
    ['/zone', zone],
    ['/deviceZone', deviceZone],
    ['/wishes/zone', wishes?.zone],
  ] as const;
  const violations = given.flatMap(([pointer, name]) => {
    const advice = typeof name === 'string' ? zoneAdvice(name) : null;
    return advice === null ? [] : [{ pointer, detail: `"${name}" ${advice}` }];
  });
  if (violations.length === 0) return;
  throw new DomainError('invalid_zone', `Give an IANA zone of version ${tzdb.version}, such as Europe/Berlin.`, {
    violations,
  });
}

/** Fields on which depends when a message may leave. */
const WHEN = ['zone', 'deviceZone', 'country', 'region', 'postalCode', 'segments', 'wishes', 'pausedUntil'] as const;

/** Whether messages that wait could now leave at another instant. */
function changesWhen(before: ContactFields, after: ContactFields): boolean {
  return WHEN.some((name) => !isDeepStrictEqual(before[name], after[name]));
}
