import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { laterContacts, readContacts } from '../activity/contact-memory.js';
import { laterContents, readContents } from '../activity/content-memory.js';
import type { ContactTouches } from '../activity/domain/contact-touches.js';
import type { ContentActs } from '../activity/domain/content-acts.js';
import { EndedAccounts } from './domain/ended-accounts.js';
import { type EndsScope, type KeptAccount, type KeptDay, type KeptStand, keptStore } from './kept.store.js';
import type { Basis } from './touch.store.js';

/** What one process remembers of all brands together, in bytes; of the brand that was asked for last it may be more. */
const MOST_BYTES = 384 * 1024 * 1024;
/** Of accounts whose touches a report went through. */
const MOST_ACCOUNT_BYTES = 256 * 1024 * 1024;
/** Of what every contact was sent and did. */
const MOST_CONTACT_BYTES = 192 * 1024 * 1024;
/** Of what was done with contents. */
const MOST_CONTENT_BYTES = 96 * 1024 * 1024;
/** Where more accounts than this were kept anew, everything is read anew. */
const MOST_CHANGED = 20_000;
/** Accounts that are read together. */
const PART_ACCOUNTS = 5_000;
/** Of an account beyond its touches, about. */
const ACCOUNT_BYTES = 300;

/** What every contact was sent and did, at a number. */
interface ContactsAt {
  readonly n: number;
  readonly contacts: ContactTouches;
}

/** What was done with contents, at a number. */
interface ContentsAt {
  readonly n: number;
  readonly acts: ContentActs;
}

/** How accounts ended, and which of their paths that is. */
interface EndsAt {
  readonly scope: EndsScope;
  readonly ended: EndedAccounts;
}

/** What is kept of one brand, as it was at one number. It is read when it is first asked for, and then remembered. */
export class RememberedTouches {
  private accountBytes = 0;

  private constructor(
    private readonly brandId: BrandId,
    readonly n: number,
    private readonly accounts: Map<string, KeptAccount>,
    private readonly ends: Map<string, EndsAt>,
    private readonly daysOf: Map<Basis, ReadonlyMap<string, KeptDay>>,
    private contactsAt: ContactsAt | null,
    private contentsAt: ContentsAt | null,
  ) {
    for (const one of accounts.values()) this.accountBytes += bytesOf(one);
  }

  static none(brandId: BrandId, n: number): RememberedTouches {
    return new RememberedTouches(brandId, n, new Map(), new Map(), new Map(), null, null);
  }

  get bytes(): number {
    let bytes = this.accountBytes + (this.contactsAt?.contacts.bytes ?? 0) + (this.contentsAt?.acts.bytes ?? 0);
    for (const { ended } of this.ends.values()) bytes += ended.bytes;
    for (const days of this.daysOf.values()) for (const { quarters } of days.values()) bytes += 100 + quarters.length;
    return bytes;
  }

  /** The same as it is at a later number, which `tx` sees. This one stays as it is. */
  async later(tx: Tx, n: number): Promise<RememberedTouches> {
    const { brandId } = this;
    const changed = await keptStore.accountsSince(tx, brandId, this.n, MOST_CHANGED + 1);
    if (changed.length > MOST_CHANGED) return RememberedTouches.none(brandId, n);
    const accounts = new Map(this.accounts);
    for (const account of changed) accounts.delete(account);
    const ends = new Map<string, EndsAt>();
    for (const [key, { scope, ended }] of this.ends)
      ends.set(key, { scope, ended: ended.with(changed, await keptStore.ends(tx, brandId, scope, changed)) });
    const daysOf = new Map<Basis, ReadonlyMap<string, KeptDay>>();
    for (const [basis, known] of this.daysOf)
      daysOf.set(basis, withDays(known, await keptStore.daysSince(tx, brandId, basis, this.n)));
    return new RememberedTouches(brandId, n, accounts, ends, daysOf, this.contactsAt, this.contentsAt);
  }

  /** Those of these accounts that had touches. */
  async *these(tx: Tx, ids: readonly string[]): AsyncGenerator<KeptAccount[]> {
    for (let from = 0; from < ids.length; from += PART_ACCOUNTS) {
      const part = ids.slice(from, from + PART_ACCOUNTS);
      const unknown = part.filter((id) => !this.accounts.has(id));
      const read = unknown.length === 0 ? [] : await keptStore.accounts(tx, this.brandId, unknown);
      const found = new Map(read.map((one) => [one.account, one]));
      // Nothing is remembered of an account, too.
      for (const id of unknown) this.remember(found.get(id) ?? nothingOf(id));
      const rows: KeptAccount[] = [];
      for (const id of part) {
        const one = this.accounts.get(id) ?? found.get(id);
        if (one !== undefined) rows.push(one);
      }
      yield rows;
    }
  }

  async ended(tx: Tx, { basis, by, collapseSend = false }: EndsScope): Promise<EndedAccounts> {
    const key = `${basis} ${by} ${collapseSend}`;
    const scope = { basis, by, collapseSend };
    const [other = null] = this.ends.values();
    const known = this.ends.get(key) ?? {
      scope,
      ended: EndedAccounts.none(collapseSend, other?.ended ?? null).with(
        [],
        await keptStore.ends(tx, this.brandId, scope, null),
      ),
    };
    this.ends.set(key, known);
    return known.ended;
  }

  async days(tx: Tx, basis: Basis): Promise<Iterable<KeptDay>> {
    const known = this.daysOf.get(basis) ?? withDays(new Map(), await keptStore.daysSince(tx, this.brandId, basis, 0));
    this.daysOf.set(basis, known);
    return known.values();
  }

  /** What every contact was sent and did, at this number; of a brand with too many of them it is read each time. */
  async contacts(tx: Tx): Promise<ContactTouches> {
    const { brandId, n, contactsAt: known } = this;
    if (known?.n === n) return known.contacts;
    const changed = known === null ? [] : await keptStore.accountsSince(tx, brandId, known.n, MOST_CHANGED + 1);
    const contacts =
      known === null || changed.length > MOST_CHANGED
        ? await readContacts(tx, brandId)
        : await laterContacts(tx, brandId, known.contacts, changed);
    if (contacts.bytes <= MOST_CONTACT_BYTES) this.contactsAt = { n, contacts };
    return contacts;
  }

  /**
   * What anybody did at some addresses, at this number: read from the log when they are first asked for, and then of accounts
   * that were kept anew since.
   * @param through nothing later
   */
  async contents(tx: Tx, addresses: readonly string[], through: EpochMs): Promise<ContentActs> {
    const { brandId, n } = this;
    const isOfThem = this.contentsAt?.acts.addresses.join('\n') === addresses.join('\n');
    const known = isOfThem ? this.contentsAt : null;
    if (known?.n === n) return known.acts;
    const changed = known === null ? [] : await keptStore.accountsSince(tx, brandId, known.n, MOST_CHANGED + 1);
    const acts =
      known === null || changed.length > MOST_CHANGED
        ? await readContents(tx, { brandId, through }, addresses)
        : await laterContents(tx, { brandId, through }, known.acts, changed);
    if (acts.bytes <= MOST_CONTENT_BYTES) this.contentsAt = { n, acts };
    return acts;
  }

  private remember(one: KeptAccount): void {
    if (this.accountBytes > MOST_ACCOUNT_BYTES || this.accounts.has(one.account)) return;
    this.accounts.set(one.account, one);
    this.accountBytes += bytesOf(one);
  }
}

/**
 * What is kept of touches, in the memory of the process: who asks again reads no more than was kept anew since. The brands
 * that were asked for last are remembered.
 */
export class TouchMemory {
  private readonly brands = new Map<BrandId, RememberedTouches>();

  /**
   * @param tx a snapshot
   * @returns what is kept as the snapshot sees it; null where a later one was asked for already: take a new one
   */
  async at(tx: Tx, brandId: BrandId, { n, allN }: KeptStand): Promise<RememberedTouches | null> {
    const known = this.brands.get(brandId);
    if (known !== undefined && known.n > n) return null;
    let now = known;
    if (known === undefined || known.n < allN) now = RememberedTouches.none(brandId, n);
    else if (known.n < n) now = await known.later(tx, n);
    if (now === undefined) throw new Error('it is there or it was made');
    const latest = this.brands.get(brandId);
    if (latest !== undefined && latest.n > n) return now;
    if (latest !== undefined && latest.n === n) now = latest;
    this.brands.delete(brandId);
    this.brands.set(brandId, now);
    this.forgetOldest();
    return now;
  }

  forget(brandId: BrandId): void {
    this.brands.delete(brandId);
  }

  private forgetOldest(): void {
    let all = 0;
    for (const { bytes } of this.brands.values()) all += bytes;
    for (const [brandId, { bytes }] of this.brands) {
      // The last one is in use: whoever asks again would read all of it again.
      if (all <= MOST_BYTES || this.brands.size === 1) return;
      this.brands.delete(brandId);
      all -= bytes;
    }
  }
}

function withDays(known: ReadonlyMap<string, KeptDay>, read: readonly KeptDay[]): ReadonlyMap<string, KeptDay> {
  const days = new Map(known);
  for (const one of read) {
    const key = `${one.day} ${one.name}`;
    if (one.quarters.length === 0) days.delete(key);
    else days.set(key, one);
  }
  return days;
}

function nothingOf(account: string): KeptAccount {
  return { account, contacts: [], delivered: Buffer.alloc(0), engaged: Buffer.alloc(0) };
}

function bytesOf({ contacts, delivered, engaged }: KeptAccount): number {
  return ACCOUNT_BYTES + 60 * contacts.length + delivered.length + engaged.length;
}
