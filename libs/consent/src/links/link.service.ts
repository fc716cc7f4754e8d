import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, type Channel, type ContactPointId, DomainError, type EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, newId, toIso, type Tx } from '#lib/platform';
import { type LockedContact, lockByLink, lockContact } from '../consents/locked-contact.js';
import { type ContactPointRow, contactStore } from '../contacts/contact.store.js';
import { checkAddress } from '../contacts/domain/address.js';
import { databaseNow } from '../database-now.js';
import { type PageBrand, preferenceStore } from '../preferences/preference.store.js';
import { makeManageToken, MANAGE_LINK_MS } from './manage-token.js';
import type { PageLink } from './page-link.js';

/** Links that are mailed on demand to one contact point in a day; more would be a way to annoy somebody. */
const MAILED_A_DAY = 5;
const DAY_MS = 24 * 3_600_000;

export interface IssuedLink {
  readonly token: string;
  readonly channel: Channel;
  readonly expiresAt: EpochMs;
}

/** How a link is sent to whoever asked for it on the page. */
export type LinkRequest =
  /** Send this message: its template carries the link. */
  | ({ readonly kind: 'send'; readonly brandId: BrandId; readonly to: string; readonly id: string } & SendLink)
  /** As often as in one day is enough. */
  | ({ readonly kind: 'enough'; readonly brandId: BrandId } & Pick<MailedLinks, 'ids'>)
  /** The brand has not said in which message. */
  | { readonly kind: 'not_set_up' };
/** What was mailed on demand to one contact point within a day. */
export interface MailedLinks {
  /** As in `LinkRequest`: those of the messages that failed, too. */
  readonly ids: readonly string[];
  /** Whether that is as often as is allowed. */
  readonly isEnough: boolean;
}
interface SendLink {
  readonly template: string;
  readonly purpose: string;
  readonly language: string | null;
}

/** Gives out links to the preference page. Only the ledger and a count remember them; the token is nowhere. */
@Injectable()
export class LinkService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  /**
   * A link for a contact point of a person, to be given to that person by a system that knows them.
   * @throws DomainError unknown_contact, invalid_request
   */
  async issue(
    brandId: BrandId,
    externalId: string,
    wish: { readonly channel?: Channel; readonly address?: string; readonly validMs?: number },
    actor: string,
  ): Promise<IssuedLink> {
    return this.database.transaction(async (tx) => {
      const contact = await lockContact(tx, await contactStore.find(tx, brandId, externalId));
      if (contact === null || contact.erasedAt !== null) {
        throw new DomainError('unknown_contact', 'Create the contact first: PUT /v1/contacts/{externalId}.');
      }
      const point = pointOf(await contactStore.points(tx, contact.id), wish);
      const now = await databaseNow(tx);
      const expiresAt = now + (wish.validMs ?? MANAGE_LINK_MS);
      await this.remember(tx, contact, brandId, point, 'api', now, expiresAt, actor);
      const token = makeManageToken(this.keys.links, { contactPointId: point.id, messageId: null, expiresAt });
      return { token, channel: point.channel, expiresAt };
    });
  }

  /**
   * Allows one message with a fresh link to the address of an old one. The link itself is made when the message is
   * rendered, so that it waits nowhere. Null when the old link names nobody.
   */
  async request(given: PageLink): Promise<LinkRequest | null> {
    return this.database.transaction(async (tx) => {
      const led = await lockByLink(tx, given);
      if (led === null || led.contact.erasedAt !== null) return null;
      const { contact, link } = led;
      const { page }: PageBrand = await preferenceStore.brand(tx, contact.brandId);
      const points = await contactStore.points(tx, contact.id);
      const point = points.find(({ id }) => id === link.contactPointId);
      // A message goes to the first contact point of its channel; to another one it would not get.
      const isFirst = point !== undefined && points.find(({ channel }) => channel === point.channel)?.id === point.id;
      if (page.link === undefined || !isFirst || point.channel !== 'email') return { kind: 'not_set_up' };
      const now = await databaseNow(tx);
      const { ids, isEnough } = await this.mailedTo(tx, point.id, now);
      if (isEnough) return { kind: 'enough', brandId: contact.brandId, ids };
      const id = await this.remember(tx, contact, contact.brandId, point, 'page', now, now + MANAGE_LINK_MS, 'contact');
      const { template, purpose } = page.link;
      const { language, externalId } = contact;
      return { kind: 'send', brandId: contact.brandId, to: externalId, id, template, purpose, language };
    });
  }

  /** The links that people asked for on the page of this contact point within a day. */
  async mailed(contactPointId: ContactPointId): Promise<MailedLinks> {
    const { tx } = this.database;
    return this.mailedTo(tx, contactPointId, await databaseNow(tx));
  }

  private async mailedTo(tx: Tx, contactPointId: ContactPointId, now: EpochMs): Promise<MailedLinks> {
    const ids = await preferenceStore.linksMailed(tx, contactPointId, now - DAY_MS);
    return { ids, isEnough: ids.length >= MAILED_A_DAY };
  }

  private async remember(
    tx: Tx,
    contact: LockedContact,
    brandId: BrandId,
    point: { readonly id: ContactPointId; readonly channel: Channel },
    via: 'api' | 'page',
    at: EpochMs,
    expiresAt: EpochMs,
    actor: string,
  ): Promise<string> {
    const id = newId();
    await preferenceStore.issueLink(tx, { id, contactPointId: point.id, via, at, expiresAt });
    await this.ledger.append(tx, [
      {
        type: 'link.issued',
        subjectId: contact.subjectId,
        brandId,
        at,
        clear: { ch: point.channel },
        disclosed: {
          contact: { id: contact.id, point: point.id },
          link: { id, kind: 'manage', via, expiresAt: toIso(expiresAt) },
          actor,
        },
      },
    ]);
    return id;
  }
}

/** The one that was named, else the first e-mail address, else the first of all. */
function pointOf(
  points: readonly ContactPointRow[],
  { channel, address }: { readonly channel?: Channel; readonly address?: string },
): ContactPointRow {
  const wanted = points.filter(
    (point) =>
      (channel === undefined || point.channel === channel) &&
      (address === undefined || isSame(point.channel, point.address, address)),
  );
  const point = wanted.find((one) => one.channel === 'email') ?? wanted[0];
  if (point === undefined) {
    throw new DomainError('invalid_request', 'The contact has no such contact point; add it first.', {
      violations: [{ pointer: address === undefined ? '/channel' : '/address', detail: 'no contact point' }],
    });
  }
  return point;
}

function isSame(channel: Channel, stored: string, given: string): boolean {
  const [a, b] = [checkAddress(channel, stored), checkAddress(channel, given)];
  return a.ok && b.ok && a.normalized === b.normalized;
}
