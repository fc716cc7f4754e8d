import { Inject, Injectable } from '@nestjs/common';
import type { EpochMs } from '#lib/kernel';
import { Database, KEY_RING, type KeyRing, type Tx } from '#lib/platform';
import { ConsentService, lockContact } from '../consents/consent.service.js';
import type { Evidence } from '../consents/consent.store.js';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { type ConfirmLink, hashToken, readConfirmToken } from '../links/confirm-token.js';
import type { PageBrand } from '../preferences/preference.store.js';
import { confirmationFlags } from './domain/confirmation-flags.js';
import { doubleOptInStore, type OptInRow } from './double-opt-in.store.js';
import { pendingScopes } from './pending-scopes.js';

/** What the request that came from the link tells about who sent it. */
export interface ConfirmationRequest {
  readonly ip: string;
  readonly userAgent: string | null;
  readonly fetchSite: string | null;
  readonly fetchMode: string | null;
}

/** What a page about a request shows. */
export interface OptInView {
  readonly language: string | null;
  readonly brand: PageBrand;
  /** Names of what is asked for, by language. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly state: 'open' | 'confirmed' | 'denied';
}

/** What the owner of an address answers to a request, behind the link that was sent there. */
@Injectable()
export class ConfirmationService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  /** What a link is about; null for one that nobody made, that is over, or whose request is gone. Writes nothing. */
  async view(token: string): Promise<OptInView | null> {
    const { tx } = this.database;
    const found = await this.findOpen(tx, token);
    if (found === null) return null;
    return { language: found.language, ...(await doubleOptInStore.names(tx, found)), state: stateOf(found) };
  }

  /** Confirms what was asked for. Once: doing it again changes nothing. Null as `view`. */
  async confirm(token: string, request: ConfirmationRequest): Promise<OptInView | null> {
    return this.settle(token, async (tx, row, contact, now) => {
      const { ip, userAgent } = request;
      const flags = confirmationFlags({ ...request, mailedAt: row.mailedAt, at: now });
      const evidence: Evidence = {
        legalBasis: 'consent',
        ...(await doubleOptInStore.shown(tx, row.requestEventId)),
        request: row.requestEventId,
        method: 'double_opt_in',
        source: 'confirmation link',
        actor: 'contact',
        details: { ip, userAgent, message: row.messageId, ...(flags.length === 0 ? {} : { flags }) },
      };
      const { purposeId, topicIds } = row;
      const wish = { purposeId, topicIds, kind: 'confirmed' as const, occurredAt: null, validUntil: null };
      await this.consents.carryOut(tx, row.brandId, contact, row.contactPointId, row.channel, wish, evidence, now);
      await doubleOptInStore.settle(tx, row.id, 'confirmed', now);
      return 'confirmed';
    });
  }

  /** "This was not me": what was asked for is refused, and what the person had agreed to before stays. */
  async deny(token: string, { ip, userAgent }: ConfirmationRequest): Promise<OptInView | null> {
    return this.settle(token, async (tx, row, contact, now) => {
      const evidence: Evidence = {
        legalBasis: 'refusal',
        ...(await doubleOptInStore.shown(tx, row.requestEventId)),
        request: row.requestEventId,
        method: 'double_opt_in',
        source: 'confirmation link',
        actor: 'contact',
        details: { ip, userAgent, message: row.messageId },
      };
      const { purposeId } = row;
      for (const topicIds of await pendingScopes(tx, row)) {
        const wish = { purposeId, topicIds, kind: 'refused' as const, occurredAt: null, validUntil: null };
        await this.consents.carryOut(tx, row.brandId, contact, row.contactPointId, row.channel, wish, evidence, now);
      }
      await doubleOptInStore.settle(tx, row.id, 'denied', now);
      return 'denied';
    });
  }

  private async settle(
    token: string,
    act: (
      tx: Tx,
      row: OptInRow,
      contact: Parameters<ConsentService['carryOut']>[2],
      now: EpochMs,
    ) => Promise<'confirmed' | 'denied'>,
  ): Promise<OptInView | null> {
    return this.database.transaction(async (tx) => {
      const seen = await this.findOpen(tx, token);
      if (seen === null) return null;
      const contact = await lockContact(tx, await contactStore.byId(tx, seen.contactId));
      // Read anew after the lock: a token is used once, however many requests come at the same time.
      const row = await this.findOpen(tx, token);
      if (row === null || contact === null || contact.erasedAt !== null) return null;
      const names = await doubleOptInStore.names(tx, row);
      const state = stateOf(row) === 'open' ? await act(tx, row, contact, await databaseNow(tx)) : stateOf(row);
      return { language: row.language ?? contact.language, ...names, state };
    });
  }

  private async findOpen(tx: Tx, token: string): Promise<OptInRow | null> {
    const link: ConfirmLink | null = readConfirmToken(this.keys.links, token);
    if (link === null) return null;
    const id = await doubleOptInStore.findByToken(tx, hashToken(token));
    const row = id === null ? null : await doubleOptInStore.find(tx, id);
    if (row === null || row.id !== link.optInId) return null;
    return row.expiresAt > (await databaseNow(tx)) ? row : null;
  }
}

function stateOf({ confirmedAt, deniedAt }: OptInRow): OptInView['state'] {
  if (confirmedAt !== null) return 'confirmed';
  return deniedAt === null ? 'open' : 'denied';
}
