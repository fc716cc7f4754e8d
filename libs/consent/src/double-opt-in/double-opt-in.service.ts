import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, type Channel, DomainError, type EpochMs, type MessageId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, newId, type Tx } from '#lib/platform';
import { ConsentService } from '../consents/consent.service.js';
import { jurisdictionOf } from '../consents/domain/jurisdiction.js';
import { lockContact } from '../consents/locked-contact.js';
import type { Evidence } from '../consents/consent.store.js';
import { refuseServedToAnother } from '../consents/notice-of.js';
import { runOut } from '../consents/domain/as-of.js';
import { knownHashes } from '../contacts/address-hash.js';
import { ContactService } from '../contacts/contact.service.js';
import { type ContactPointRow, contactStore } from '../contacts/contact.store.js';
import { checkAddress } from '../contacts/domain/address.js';
import { databaseNow } from '../database-now.js';
import { hashToken, makeConfirmToken } from '../links/confirm-token.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { isOtherwiseTold } from '../erasure/told-by-log.js';
import { recipientStore } from '../recipients/recipient.store.js';
import type { Change } from '../setup-change.js';
import { doubleOptInStore, type DoubleOptInSetting, type OptInRow } from './double-opt-in.store.js';
import { oneByOne } from '../one-by-one.js';
import { isOtherwiseKnown, pendingScopes } from './pending-scopes.js';

/** Requests that are over are looked at so many at a time. */
const BATCH = 100;

/** Somebody asked for something at an address, as a form recorded it. */
export interface OptInRequest {
  readonly channel: Channel;
  readonly address: string;
  /** Left out: whoever is written to at the address, or somebody new. */
  readonly externalId?: string;
  readonly language?: string;
  readonly purpose: string;
  readonly topics: readonly string[];
  readonly notice?: { readonly key: string; readonly version: number; readonly language: string };
  readonly served?: string;
  readonly wording?: string;
  readonly method: string;
  readonly source?: string;
  readonly jurisdiction?: string;
  readonly evidence: Record<string, unknown>;
}

const DAY_MS = 86_400_000;
/** Between two messages to one address. */
const PAUSE_MS = 60_000;

/** A consent that the owner of an address confirms from a message sent there, and from nowhere else. */
@Injectable()
export class DoubleOptInService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(ContactService) private readonly contacts: ContactService,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(ErasureService) private readonly erasure: ErasureService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  async setting(brandId: BrandId, channel: Channel): Promise<DoubleOptInSetting | null> {
    return doubleOptInStore.setting(this.database.tx, brandId, channel);
  }

  async putSetting(brandId: BrandId, setting: DoubleOptInSetting, change: Change): Promise<void> {
    await this.database.transaction(async (tx) => {
      await doubleOptInStore.putSetting(tx, brandId, setting, change.at);
      const brand = { doubleOptIn: { ...setting } };
      await this.ledger.append(tx, [
        { type: 'brand.changed', at: change.at, brandId, clear: {}, disclosed: { brand, actor: change.by } },
      ]);
    });
  }

  /**
   * Records what was asked for and answers the request whose message is to be sent; null when none is: the address is
   * confirmed already, or was written to too often. The caller must not tell the two apart to anybody.
   * @throws DomainError conflict (not switched on, or the contact is written to elsewhere), invalid_address,
   * unknown_purpose, unknown_topic, unknown_notice
   */
  async request(brandId: BrandId, input: OptInRequest, actor: string, test: boolean): Promise<string | null> {
    const { channel } = input;
    const checked = checkAddress(channel, input.address);
    if (!checked.ok)
      throw new DomainError('invalid_address', 'Give an address of the channel.', {
        violations: [{ pointer: '/address', detail: checked.detail }],
      });
    const { address } = checked;
    return this.database.transaction(async (tx) => {
      const [addressHash] = await knownHashes(tx, this.keys.addresses, brandId, [{ channel, address }]);
      if (addressHash === undefined) throw new Error('there is a hash for each address');
      const setting = await doubleOptInStore.setting(tx, brandId, channel);
      if (setting === null || !setting.enabled)
        throw new DomainError('conflict', `Switch it on first: PUT /v1/double-opt-in/${channel}.`);
      const { wish, notice } = await this.consents.readWish(tx, brandId, {
        ...input,
        kind: 'requested',
        legalBasis: 'consent',
      });
      await doubleOptInStore.lockAddress(tx, brandId, channel, addressHash);
      const before = await databaseNow(tx);
      const lately = await doubleOptInStore.requestsSince(tx, brandId, channel, addressHash, before - DAY_MS, test);
      const isTooOften = lately.length >= setting.mailsPerDay || before - (lately[0] ?? -Infinity) < PAUSE_MS;

      const externalId = input.externalId ?? (await doubleOptInStore.contactAt(tx, brandId, channel, addressHash));
      const known = externalId === null ? null : await contactStore.find(tx, brandId, externalId);
      if (known !== null) await this.refuseOtherAddress(tx, known.id, channel, addressHash);
      if (isTooOften) return null;
      if (known === null) {
        const contactPoints = [{ channel, address }];
        await this.contacts.putIn(
          tx,
          brandId,
          externalId ?? `opt-in-${newId()}`,
          { language: input.language ?? null, contactPoints },
          actor,
        );
      }
      const found = known ?? (await this.newcomer(tx, brandId, channel, addressHash, externalId));
      const contact = await lockContact(tx, found);
      if (contact === null || contact.erasedAt !== null)
        throw new DomainError('conflict', 'This person was erased; use another external id.');
      await refuseServedToAnother(tx, { kind: 'requested', ...input }, contact.id);
      const point = await this.firstPoint(tx, contact.id, channel);
      if (point === null) throw new Error('whoever is asked has the address');

      const now = await databaseNow(tx);
      if (await isConfirmed(tx, point.id, [wish.purposeId, ...wish.topicIds], now)) return null;

      const expiresAt = now + setting.validDays * DAY_MS;
      const record = async (): Promise<string> => {
        const evidence: Evidence = {
          legalBasis: 'consent',
          notice,
          served: input.served ?? null,
          jurisdiction: input.jurisdiction ?? jurisdictionOf(contact),
          wording: input.wording ?? null,
          method: input.method,
          source: input.source ?? null,
          actor,
          details: input.evidence,
        };
        const change = await this.consents.carryOut(
          tx,
          brandId,
          contact,
          point.id,
          channel,
          { ...wish, occurredAt: null, validUntil: expiresAt },
          evidence,
          now,
        );
        const requestEventId = change.events.at(-1)?.id;
        if (requestEventId === undefined) throw new Error('a request left no event');
        return requestEventId;
      };
      // What is tried out never leaves the machine, so the person has neither been asked nor said anything.
      const requestEventId = test ? null : await record();
      const id = newId();
      await doubleOptInStore.insert(
        tx,
        {
          id,
          brandId,
          channel,
          contactId: contact.id,
          contactPointId: point.id,
          purposeId: wish.purposeId,
          topicIds: wish.topicIds,
          requestEventId,
          createdContact: known === null || (await doubleOptInStore.isProvisional(tx, contact.id)),
          test,
          language: input.language ?? null,
          template: setting.template,
          messagePurpose: setting.purpose,
          requestedAt: now,
          expiresAt,
          messageId: null,
          mailedAt: null,
          confirmedAt: null,
          deniedAt: null,
        },
        hashToken(makeConfirmToken(this.keys.links, { optInId: id, contactPointId: point.id, brandId })),
      );
      return id;
    });
  }

  /** Requests whose message is still to be accepted; for whoever sends it. */
  async unmailed(olderThanMs: number, limit: number): Promise<string[]> {
    const { tx } = this.database;
    return doubleOptInStore.unmailed(tx, (await databaseNow(tx)) - olderThanMs, limit);
  }

  async find(id: string): Promise<(OptInRow & { readonly to: string }) | null> {
    const { tx } = this.database;
    const row = await doubleOptInStore.find(tx, id);
    const contact = row === null ? null : await contactStore.byId(tx, row.contactId);
    return row === null || contact === null ? null : { ...row, to: contact.externalId };
  }

  async mailed(id: string, messageId: MessageId | null): Promise<void> {
    const { tx } = this.database;
    await doubleOptInStore.mailed(tx, id, messageId, await databaseNow(tx));
  }

  /**
   * Clears away requests that are over. One that nobody confirmed expires, and a person who exists because of it alone
   * is erased. Answers how many.
   * @throws AggregateError of those of which it failed, after all others
   */
  async purge(signal?: AbortSignal): Promise<number> {
    const now = await databaseNow(this.database.tx);
    return oneByOne<string>(
      (after) => doubleOptInStore.over(this.database.tx, now, after, BATCH),
      (id) => this.database.transaction((tx) => this.clear(tx, id)),
      signal,
    );
  }

  private async clear(tx: Tx, id: string): Promise<number> {
    const seen = await doubleOptInStore.find(tx, id);
    if (seen === null) return 0;
    const contact = await lockContact(tx, await contactStore.byId(tx, seen.contactId));
    const row = await doubleOptInStore.find(tx, id);
    if (row === null || contact === null) return 0;
    await doubleOptInStore.remove(tx, id);
    if ((row.confirmedAt !== null && !row.test) || contact.erasedAt !== null) return 1;
    const now = await databaseNow(tx);
    if (row.deniedAt === null && !row.test) await this.expire(tx, row, contact, now);
    const isKnown = (await isOtherwiseKnown(tx, row)) || (await isOtherwiseTold(tx, this.ledger, contact.subjectId));
    if (row.createdContact && !isKnown)
      await this.erasure.eraseIn(
        tx,
        row.brandId,
        contact,
        { basis: 'gdpr_5_1_e', reason: 'unconfirmed', note: null },
        'gateway',
        now,
      );
    return 1;
  }

  private async expire(
    tx: Tx,
    row: OptInRow,
    contact: Parameters<ConsentService['carryOut']>[2],
    now: EpochMs,
  ): Promise<void> {
    const evidence: Evidence = {
      legalBasis: 'expiry',
      notice: null,
      request: row.requestEventId,
      wording: null,
      method: 'double_opt_in',
      source: null,
      actor: 'gateway',
      details: {},
    };
    for (const topicIds of await pendingScopes(tx, row)) {
      const wish = { purposeId: row.purposeId, topicIds, kind: 'expired' as const, occurredAt: null, validUntil: null };
      await this.consents.carryOut(tx, row.brandId, contact, row.contactPointId, row.channel, wish, evidence, now);
    }
  }

  /** A message goes to the first address on the channel, so that must be the one that confirms. */
  private async refuseOtherAddress(
    tx: Tx,
    contactId: ContactPointOwner,
    channel: Channel,
    addressHash: Buffer,
  ): Promise<void> {
    const point = await this.firstPoint(tx, contactId, channel);
    if (point?.addressHash.equals(addressHash) === true) return;
    throw new DomainError(
      'conflict',
      'The contact is written to at another address; change that first: PUT /v1/contacts/{externalId}.',
      {
        violations: [{ pointer: '/externalId', detail: 'has another address on the channel' }],
      },
    );
  }

  private async firstPoint(tx: Tx, contactId: ContactPointOwner, channel: Channel): Promise<ContactPointRow | null> {
    return (await contactStore.points(tx, contactId)).find((point) => point.channel === channel) ?? null;
  }

  private async newcomer(tx: Tx, brandId: BrandId, channel: Channel, addressHash: Buffer, externalId: string | null) {
    const name = externalId ?? (await doubleOptInStore.contactAt(tx, brandId, channel, addressHash));
    return name === null ? null : contactStore.find(tx, brandId, name);
  }
}

/** Whether all of it is confirmed, and nobody who has the address has refused it since or objected to everything there. */
async function isConfirmed(
  tx: Tx,
  pointId: ContactPointRow['id'],
  scopes: readonly string[],
  now: EpochMs,
): Promise<boolean> {
  const states = (await recipientStore.consents(tx, [pointId])).get(pointId);
  const suppressions = (await recipientStore.suppressions(tx, [pointId])).get(pointId) ?? [];
  if (suppressions.some(({ reason }) => reason === 'objection')) return false;
  return scopes.every((scope) => {
    const state = states?.get(scope);
    return state !== undefined && runOut(state, now).status === 'confirmed';
  });
}

type ContactPointOwner = Parameters<typeof contactStore.points>[1];
