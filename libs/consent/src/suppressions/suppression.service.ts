import { Inject, Injectable } from '@nestjs/common';
import {
  type BrandId,
  type Channel,
  type ContactId,
  type ContactPointId,
  DomainError,
  type EpochMs,
  type MessageId,
} from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, type Tx } from '#lib/platform';
import { InFlight } from '../consents/in-flight.js';
import { addressHashesOf } from '../contacts/address-hash.js';
import { checkAddress } from '../contacts/domain/address.js';
import { databaseNow } from '../database-now.js';
import { recipientStore } from '../recipients/recipient.store.js';
import { mayLift, type SuppressionPeriod, type SuppressionReason } from './domain/suppressions-of.js';
import { putInForce, saidAgain, recordReports, statedFact, type SuppressionReport } from './record-reports.js';
import { type AddressHistory, type AddressKey, type Holder, suppressionStore } from './suppression.store.js';

/** An address, by what it is. */
export interface SuppressedAddress {
  readonly channel: Channel;
  readonly address: string;
}

export interface SuppressionChange {
  readonly suppressions: readonly SuppressionPeriod[];
  /** Messages whose hand-over had started before this change; no other starts after it. */
  readonly inFlight: readonly MessageId[];
}

/** The one door to what keeps an address from being written to, whatever a contact point says. */
@Injectable()
export class SuppressionService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  /**
   * Takes the locks under which a report wins over a hand-over: of these people and of all who share an address with
   * them. Answers all whose messages may be in flight.
   */
  async lock(tx: Tx, contactIds: readonly ContactId[]): Promise<ContactId[]> {
    return recipientStore.lockSharing(tx, contactIds);
  }

  /** Records what was learned about addresses, in the caller's transaction; see `recordReports`. */
  async report(
    tx: Tx,
    reports: readonly SuppressionReport[],
    now: EpochMs,
    by?: { readonly via: string; readonly actor: string | null },
  ): Promise<NewEntry[]> {
    return recordReports(tx, reports, now, by);
  }

  /**
   * Suppresses an address because somebody says so, known here or not; a number in each of its forms.
   * @throws DomainError invalid_address
   */
  async suppress(
    brandId: BrandId,
    target: SuppressedAddress,
    reason: Exclude<SuppressionReason, 'bounce'>,
    note: string | null,
    actor: string,
  ): Promise<SuppressionChange> {
    const keys = this.formsOf(brandId, target);
    return this.database.transaction(async (tx) => {
      const { held, sharing } = await lockHolders(tx, keys);
      const now = await databaseNow(tx);
      for (const one of held) await this.state(tx, one, reason, note, actor, now);
      return { suppressions: await this.inForce(tx, keys), inFlight: await this.inFlight.started(tx, sharing) };
    });
  }

  private async state(
    tx: Tx,
    { key, holders }: HeldAddress,
    reason: Exclude<SuppressionReason, 'bounce'>,
    note: string | null,
    actor: string,
    now: EpochMs,
  ): Promise<void> {
    const history = await this.historyOf(tx, key);
    const standing = history.recorded.find((period) => period.reason === reason);
    // What an operator enters stands or does not; what a person says, they can say again.
    if (standing === undefined || reason !== 'manual') {
      const stated = statedFact(reason, null, this.after(history.facts, now));
      await suppressionStore.addFacts(tx, [{ ...key, ...stated }], now);
    }
    await this.settle(tx, key, holders, now, { kind: reason, note }, actor);
    if (standing !== undefined && reason !== 'manual') {
      const by = { via: 'api', actor };
      await this.ledger.append(tx, saidAgain(key, standing, holders, now, { kind: reason, note }, by));
    }
  }

  /**
   * Records that somebody objects at an address that nobody is known by, in the caller's transaction, so that whoever
   * gets it later is not written to on an older yes. Answers whether that is new; it is recorded each time it is said.
   */
  async objectTo(tx: Tx, key: AddressKey, via: string, method: string): Promise<boolean> {
    await suppressionStore.lock(tx, [key]);
    const now = await databaseNow(tx);
    const { facts, recorded } = await this.historyOf(tx, key);
    const standing = recorded.find(({ reason }) => reason === 'objection');
    await suppressionStore.addFacts(tx, [{ ...key, ...statedFact('objection', null, this.after(facts, now)) }], now);
    const changed = await this.historyOf(tx, key);
    const [event, by] = [
      { kind: 'objection', method },
      { via, actor: 'contact' },
    ];
    const entries = await putInForce(tx, changed, [], now, event, by);
    await this.ledger.append(tx, standing === undefined ? entries : saidAgain(key, standing, [], now, event, by));
    return standing === undefined;
  }

  /**
   * Ends a suppression, of a number in each of its forms.
   * @throws DomainError not_found; conflict when it cannot be ended that way: a complaint by nobody, an objection by
   * the person alone, a bounce only so often.
   */
  async lift(
    brandId: BrandId,
    target: SuppressedAddress,
    reason: SuppressionReason,
    by: 'sender' | 'contact',
    actor: string,
  ): Promise<SuppressionChange> {
    const keys = this.formsOf(brandId, target);
    return this.database.transaction(async (tx) => {
      const { held } = await lockHolders(tx, keys);
      const now = await databaseNow(tx);
      let isSuppressed = false;
      for (const { key, holders } of held) {
        const history = await this.historyOf(tx, key);
        if (!history.recorded.some((period) => period.reason === reason)) continue;
        if (!mayLift(history.facts, reason, by, now)) throw new DomainError('conflict', WHY_NOT[reason]);
        isSuppressed = true;
        const lifted = statedFact('lifted', reason, this.after(history.facts, now));
        await suppressionStore.addFacts(tx, [{ ...key, ...lifted }], now);
        await this.settle(tx, key, holders, now, { kind: 'lifted', by }, actor);
      }
      if (!isSuppressed) throw new DomainError('not_found', 'The address is not suppressed for this reason.');
      return { suppressions: await this.inForce(tx, keys), inFlight: [] };
    });
  }

  /**
   * Takes back the objections that stand at contact points of a person, who just said yes there; in the caller's
   * transaction, under the person's locks.
   */
  async takeBackObjections(tx: Tx, pointIds: readonly ContactPointId[], now: EpochMs, via = 'page'): Promise<void> {
    await this.stateAtPoints(tx, pointIds, now, via, ({ facts, recorded }) =>
      recorded.some(({ reason }) => reason === 'objection')
        ? statedFact('lifted', 'objection', this.after(facts, now))
        : null,
    );
  }

  /** Puts objections back that were taken back since an instant: the yes that did it is undone. */
  async restoreObjections(
    tx: Tx,
    pointIds: readonly ContactPointId[],
    since: EpochMs,
    now: EpochMs,
    via = 'page',
  ): Promise<void> {
    await this.stateAtPoints(tx, pointIds, now, via, ({ facts, recorded }) =>
      facts.some((fact) => fact.lifts === 'objection' && fact.occurredAt >= since) &&
      !recorded.some(({ reason }) => reason === 'objection')
        ? statedFact('objection', null, this.after(facts, now))
        : null,
    );
  }

  private async stateAtPoints(
    tx: Tx,
    pointIds: readonly ContactPointId[],
    now: EpochMs,
    via: string,
    stated: (history: AddressHistory) => ReturnType<typeof statedFact> | null,
  ): Promise<void> {
    const keys = [...(await suppressionStore.keysOf(tx, pointIds)).values()];
    await suppressionStore.lock(tx, keys);
    for (const history of await suppressionStore.histories(tx, keys)) {
      const fact = stated(history);
      if (fact === null) continue;
      await suppressionStore.addFacts(tx, [{ ...history.key, ...fact }], now);
      const holders = await suppressionStore.holders(tx, history.key);
      const event = { kind: fact.kind, by: 'contact' };
      const changed = await this.historyOf(tx, history.key);
      await this.ledger.append(tx, await putInForce(tx, changed, holders, now, event, { via, actor: 'contact' }));
    }
  }

  /** What is in force for an address now. @throws DomainError invalid_address */
  async find(brandId: BrandId, target: SuppressedAddress): Promise<SuppressionPeriod[]> {
    return this.inForce(this.database.tx, this.formsOf(brandId, target));
  }

  /** At a number by any of its forms: each reason once, as of the form that is kept today before those of former times. */
  private async inForce(tx: Tx, keys: readonly AddressKey[]): Promise<SuppressionPeriod[]> {
    const now = await databaseNow(tx);
    const found = new Map<SuppressionReason, SuppressionPeriod>();
    for (const key of keys) {
      const { recorded } = await this.historyOf(tx, key);
      for (const period of recorded.filter(({ until }) => until === null || until > now))
        if (!found.has(period.reason)) found.set(period.reason, period);
    }
    return [...found.values()].map(({ reason, since, until }) => ({ reason, since, until }));
  }

  private async historyOf(tx: Tx, key: AddressKey) {
    const [history] = await suppressionStore.histories(tx, [key]);
    if (history === undefined) throw new Error('an address has a history, if an empty one');
    return history;
  }

  private async settle(
    tx: Tx,
    key: AddressKey,
    holders: readonly Holder[],
    now: EpochMs,
    event: object,
    actor: string,
  ) {
    const history = await this.historyOf(tx, key);
    await this.ledger.append(tx, await putInForce(tx, history, holders, now, event as never, { via: 'api', actor }));
  }

  /** What is stated now is later than everything known, also when the clock has stepped back since. */
  private after(facts: readonly { readonly occurredAt: EpochMs }[], now: EpochMs): EpochMs {
    return Math.max(now, ...facts.map(({ occurredAt }) => occurredAt + 1));
  }

  /** The address as it is written, and a number as it may be written besides. */
  private formsOf(brandId: BrandId, { channel, address }: SuppressedAddress): AddressKey[] {
    const checked = checkAddress(channel, address);
    if (!checked.ok) {
      throw new DomainError('invalid_address', 'Give an address of the channel.', {
        violations: [{ pointer: '/address', detail: checked.detail }],
      });
    }
    const hashes = addressHashesOf(this.keys.addresses, brandId, channel, address);
    return hashes.map((addressHash) => ({ brandId, channel, addressHash }));
  }
}

const WHY_NOT: Readonly<Record<SuppressionReason, string>> = {
  complaint: 'Whoever reported a message as spam is not written to again; nobody can end this.',
  objection: 'Only the person can take an objection back, on their preference page.',
  bounce: 'This was ended too often lately; it ends by itself, or when the address takes a message.',
  manual: 'This cannot be ended.',
};

/** An address, and everybody who has it, or had it. */
interface HeldAddress {
  readonly key: AddressKey;
  readonly holders: readonly Holder[];
}

/** Locks the addresses and everybody who has one of them, or had it. */
async function lockHolders(
  tx: Tx,
  keys: readonly AddressKey[],
): Promise<{ held: HeldAddress[]; sharing: ContactId[] }> {
  const heldOf = async (): Promise<HeldAddress[]> => {
    const held: HeldAddress[] = [];
    for (const key of keys) held.push({ key, holders: await suppressionStore.holders(tx, key) });
    return held;
  };
  const before = await heldOf();
  const sharing = await recipientStore.lockSharing(
    tx,
    before.flatMap(({ holders }) => holders.map(({ contactId }) => contactId)),
  );
  await suppressionStore.lock(tx, keys);
  return { held: await heldOf(), sharing };
}
