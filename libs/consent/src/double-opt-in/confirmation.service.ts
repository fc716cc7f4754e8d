import { Inject, Injectable } from '@nestjs/common';
import type { EpochMs } from '#lib/kernel';
import { Database, KEY_RING, type KeyRing, type Tx } from '#lib/platform';
import { ConsentService } from '../consents/consent.service.js';
import { isFirstTime } from '../consents/carried-wish.js';
import { type LockedContact, lockContact } from '../consents/locked-contact.js';
import type { Evidence } from '../consents/consent.store.js';
import { isRefusal } from '../consents/domain/consent-fold.js';
import { InFlight } from '../consents/in-flight.js';
import { leaveEverything } from '../consents/leave-everything.js';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { type ConfirmLink, hashToken, readConfirmToken } from '../links/confirm-token.js';
import type { PageBrand } from '../preferences/preference.store.js';
import { recipientStore } from '../recipients/recipient.store.js';
import { SuppressionService } from '../suppressions/suppression.service.js';
import { noHolds, yesHolds } from './domain/answer-holds.js';
import { confirmationFlags } from './domain/confirmation-flags.js';
import { type Asked, doubleOptInStore, type OptInRow } from './double-opt-in.store.js';
import { noesTo } from './pending-scopes.js';

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
  /** `past`: it was answered, and what was answered does not hold any more. */
  readonly state: 'open' | 'confirmed' | 'denied' | 'past';
}

/** The exact words of the control that was used and of the question above it, and their language. */
export interface Said {
  readonly wording: string;
  readonly language: string;
  /** Whether these are proven to be the words that were served, and not only those that the page has now. */
  readonly asServed?: boolean;
}

/** A "this was not me" that could not be recorded when it was said. */
export interface KeptDenial {
  readonly wishId: string;
  readonly occurredAt: EpochMs;
  /** What the evidence says of the delay. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What is said by whoever answers on the page about a request; null when they read none, or others than it has now. */
export type SaidOn = (view: Omit<OptInView, 'state'>) => Said | null;

/** What the owner of an address answers to a request, behind the link that was sent there. */
@Injectable()
export class ConfirmationService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(SuppressionService) private readonly suppressions: SuppressionService,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  /**
   * What a link is about; null for one that nobody made, that is over, whose request is gone, or after which any of it
   * was refused. Writes nothing.
   */
  async view(token: string): Promise<OptInView | null> {
    const { tx } = this.database;
    const found = await this.findStanding(tx, token);
    if (found === null) return null;
    const language = found.language ?? (await contactStore.byId(tx, found.contactId))?.language ?? null;
    return {
      language,
      ...(await doubleOptInStore.names(tx, found)),
      state: await stateNow(tx, found, await databaseNow(tx)),
    };
  }

  /**
   * Confirms what was asked for. Once: doing it again changes nothing. Null as `view`. Whoever read no words, or others than
   * the page has now, is asked again.
   */
  async confirm(token: string, request: ConfirmationRequest, saidOn: SaidOn): Promise<OptInView | null> {
    return this.settle(token, async (tx, row, contact, now, view) => {
      if (await isStopped(tx, row)) return null;
      const said = saidOn(view);
      if (said === null) return 'open';
      if (isLive(row)) await this.recordYes(tx, row, contact, now, request, said);
      await doubleOptInStore.settle(tx, row.id, 'confirmed', now);
      return 'confirmed';
    });
  }

  /**
   * "This was not me": what was asked for is refused, or withdrawn where it stands, whoever had agreed to it: something
   * that had pressed the button by then, or somebody before the request or since it was denied. What it did not ask for
   * stays.
   */
  async deny(
    token: string,
    traces: ConfirmationRequest,
    saidOn: (view: Omit<OptInView, 'state'>) => Said,
    kept: KeptDenial | null = null,
  ): Promise<OptInView | null> {
    return this.settle(
      token,
      async (tx, row, contact, now, view) => {
        if (kept !== null && !(await isFirstTime(tx, kept.wishId, now))) return stateNow(tx, row, now);
        if (isLive(row)) await this.recordNo(tx, row, contact, now, traces, saidOn(view), kept);
        await doubleOptInStore.settle(tx, row.id, 'denied', now);
        return 'denied';
      },
      { from: ['open', 'confirmed', 'past'], asOf: kept?.occurredAt ?? null },
    );
  }

  private async recordYes(
    tx: Tx,
    row: LiveRow,
    contact: LockedContact,
    now: EpochMs,
    request: ConfirmationRequest,
    { wording, language, asServed = false }: Said,
  ): Promise<void> {
    const { ip, userAgent } = request;
    const leftAt = row.messageId === null ? null : await this.inFlight.leftAt(tx, row.messageId);
    const flags = confirmationFlags({ ...request, leftAt, at: now });
    const evidence: Evidence = {
      legalBasis: 'consent',
      // It rests on the notice of the request; the words are those of the page behind the link.
      ...(await doubleOptInStore.shown(tx, row.requestEventId)),
      wording,
      request: row.requestEventId,
      method: 'double_opt_in',
      source: 'confirmation link',
      actor: 'contact',
      details: { ip, userAgent, language, asServed, message: row.messageId, ...(flags.length === 0 ? {} : { flags }) },
    };
    const { brandId, channel, contactPointId, purposeId, topicIds } = row;
    const confirm = async (ids: readonly string[], brought = false) => {
      const wish = {
        purposeId,
        topicIds: ids,
        kind: 'confirmed' as const,
        brought,
        occurredAt: null,
        validUntil: null,
      };
      await this.consents.carryOut(tx, brandId, contact, contactPointId, channel, wish, evidence, now);
    };
    if (await isObjected(tx, contactPointId)) {
      // Without the objection all would come back that was agreed to before, by whoever has the address.
      const leaving: Evidence = { ...evidence, legalBasis: 'withdrawal', notice: null, served: null, wording: null };
      await leaveEverything(tx, this.consents, brandId, contact, { id: contactPointId, channel }, leaving);
      await this.suppressions.takeBackObjections(tx, [contactPointId], now, 'double_opt_in');
    }
    const standing = (await recipientStore.consents(tx, [contactPointId])).get(contactPointId)?.get(purposeId);
    // What stood of the purpose does not count where somebody else at the address has left it since.
    if (topicIds.length > 0 && standing !== undefined && isRefusal(standing.status)) await confirm([], true);
    await confirm(topicIds);
  }

  private async recordNo(
    tx: Tx,
    row: LiveRow,
    contact: LockedContact,
    now: EpochMs,
    { ip, userAgent }: ConfirmationRequest,
    { wording, language, asServed = false }: Said,
    kept: KeptDenial | null,
  ): Promise<void> {
    const { purposeId } = row;
    const occurredAt = kept?.occurredAt ?? null;
    const evidence: Omit<Evidence, 'legalBasis'> = {
      notice: null,
      wording,
      jurisdiction: (await doubleOptInStore.shown(tx, row.requestEventId)).jurisdiction ?? null,
      request: row.requestEventId,
      method: 'double_opt_in',
      source: 'confirmation link',
      actor: 'contact',
      details: { ip, userAgent, language, asServed, message: row.messageId, ...kept?.details },
    };
    for (const { kind, topicIds } of await noesTo(tx, row)) {
      const wish = { purposeId, topicIds, kind, occurredAt, validUntil: null };
      const resting: Evidence = { ...evidence, legalBasis: kind === 'withdrawn' ? 'withdrawal' : 'refusal' };
      await this.consents.carryOut(tx, row.brandId, contact, row.contactPointId, row.channel, wish, resting, now);
    }
    if (row.confirmedAt !== null)
      await this.suppressions.restoreObjections(tx, [row.contactPointId], row.confirmedAt, now, 'double_opt_in');
  }

  private async settle(
    token: string,
    act: (
      tx: Tx,
      row: OptInRow,
      contact: LockedContact,
      now: EpochMs,
      view: Omit<OptInView, 'state'>,
    ) => Promise<OptInView['state'] | null>,
    { from, asOf }: { readonly from: readonly OptInView['state'][]; readonly asOf: EpochMs | null } = ASKED,
  ): Promise<OptInView | null> {
    return this.database.transaction(async (tx) => {
      const isNo = from.includes('confirmed');
      const seen = isNo ? await this.findOpen(tx, token, asOf) : await this.findStanding(tx, token);
      const found = seen === null ? null : await this.lockOpen(tx, token, seen, asOf);
      if (found === null) return null;
      const { row, contact } = found;
      const view = { language: row.language ?? contact.language, ...(await doubleOptInStore.names(tx, row)) };
      const now = await databaseNow(tx);
      const before = await stateNow(tx, row, now);
      const state = from.includes(before) ? await act(tx, row, contact, now, view) : before;
      return state === null ? null : { ...view, state };
    });
  }

  /** Locks whom a request is about, and reads it anew: a token is used once, and its contact may just have been merged. */
  private async lockOpen(
    tx: Tx,
    token: string,
    seen: OptInRow,
    asOf: EpochMs | null,
  ): Promise<{ row: OptInRow; contact: LockedContact } | null> {
    let row = seen;
    for (;;) {
      const contact = await lockContact(tx, await contactStore.byId(tx, row.contactId));
      const now = await this.findOpen(tx, token, asOf);
      if (now === null) return null;
      if (now.contactId === row.contactId)
        return contact === null || contact.erasedAt !== null ? null : { row: now, contact };
      row = now;
    }
  }

  /**
   * A link that nobody made, one that is over and one whose request is gone: one statement each.
   * @param asOf at which instant it must not be over; null: now
   */
  private async findOpen(tx: Tx, token: string, asOf: EpochMs | null = null): Promise<OptInRow | null> {
    const link: ConfirmLink | null = readConfirmToken(this.keys.links, token);
    const row = await doubleOptInStore.findOpen(tx, hashToken(token), asOf);
    return row !== null && row.id === link?.optInId ? row : null;
  }

  /** The same, and one whose subject was refused since: two statements each. */
  private async findStanding(tx: Tx, token: string): Promise<OptInRow | null> {
    const row = await this.findOpen(tx, token);
    return (await isStopped(tx, row ?? NOBODY)) ? null : row;
  }
}

/** What somebody may answer who was asked and has not answered yet. */
const ASKED = { from: ['open'], asOf: null } as const;

const NIL = '00000000-0000-0000-0000-000000000000';
/** Asked about where there is no request. */
const NOBODY = {
  ...{ contactPointId: NIL as OptInRow['contactPointId'], purposeId: NIL, topicIds: [], requestEventId: NIL },
  ...{ requestedAt: 0, confirmedAt: null, deniedAt: null },
};

/** A request that is a person's, and not one that somebody tries out with a test key. */
interface LiveRow extends OptInRow {
  readonly requestEventId: string;
}

function isLive(row: OptInRow): row is LiveRow {
  return !row.test && row.requestEventId !== null;
}

async function isObjected(tx: Tx, pointId: OptInRow['contactPointId']): Promise<boolean> {
  const suppressions = (await recipientStore.suppressions(tx, [pointId])).get(pointId) ?? [];
  return suppressions.some(({ reason }) => reason === 'objection');
}

async function isStopped(tx: Tx, row: Asked & Settled): Promise<boolean> {
  return stateOf(row) === 'open' && doubleOptInStore.isStopped(tx, row);
}

/** What was answered, as far as it holds now: a no as far as nobody at the address has agreed to any of it since. */
async function stateNow(tx: Tx, row: OptInRow, now: EpochMs): Promise<OptInView['state']> {
  const answered = stateOf(row);
  if (answered === 'open' || !isLive(row)) return answered;
  const { contactPointId } = row;
  if (answered === 'denied') {
    const all = await recipientStore.consents(tx, await doubleOptInStore.pointsAtAddress(tx, contactPointId));
    return [...all.values()].every((states) => noHolds(row, states, now)) ? 'denied' : 'past';
  }
  const states = (await recipientStore.consents(tx, [contactPointId])).get(contactPointId) ?? new Map<string, never>();
  const blocked = (await recipientStore.suppressions(tx, [contactPointId])).get(contactPointId) ?? [];
  const holds = yesHolds(row, states, now) && blocked.length === 0 && !(await doubleOptInStore.isStopped(tx, row));
  return holds ? 'confirmed' : 'past';
}

type Settled = Pick<OptInRow, 'confirmedAt' | 'deniedAt'>;

function stateOf({ confirmedAt, deniedAt }: Settled): 'open' | 'confirmed' | 'denied' {
  if (confirmedAt !== null) return 'confirmed';
  return deniedAt === null ? 'open' : 'denied';
}
