import { DAY, TouchLog } from '#lib/attribution';
import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { planForJoins, planForLookups } from '../plan-for-all.js';
import { EndedAccounts } from './domain/ended-accounts.js';
import {
  EPOCH_2000,
  FLAGS,
  instantAt,
  KEPT_LOOKBACK_DAYS,
  KeptTouches,
  TOUCH_BYTES,
  WHAT,
} from './domain/kept-touches.js';
import { keptStore } from './kept.store.js';
import { type Basis, touchStore } from './touch.store.js';

/** The touches of one account, packed as what is kept of touches is, but named by contents. */
interface NamedAccount {
  readonly contacts: readonly string[];
  readonly packed: Buffer;
}

export interface ContentScope {
  readonly brandId: BrandId;
  readonly basis: Basis;
  /** Up to when what is kept of touches is whole. */
  readonly through: EpochMs;
  /** At which number. */
  readonly n: number;
}

/** Touches that are read and packed together. */
const PART_TOUCHES = 50_000;
const TWO_32 = 2 ** 32;
/** Of an account beyond its touches, about. */
const ACCOUNT_BYTES = 400;

/**
 * Touches of a brand by contents, which what is kept of touches does not know: read from the log when they are first asked
 * for, and then, of each account that was kept anew since, once more. It is replaced, and never changed.
 */
export class ContentTouches {
  private constructor(
    readonly n: number,
    /** By their labels; only added to, and shared by what was known earlier and later. */
    private readonly names: NameList,
    private readonly accounts: ReadonlyMap<string, NamedAccount>,
    private readonly ended: EndedAccounts,
    readonly bytes: number,
  ) {}

  static read(tx: Tx, scope: ContentScope): Promise<ContentTouches> {
    return readContents(tx, scope, { names: new NameList(), accounts: new Map(), ended: EndedAccounts.none() }, null);
  }

  /** The same at a later number. @param changed accounts that were kept anew since */
  later(tx: Tx, scope: ContentScope, changed: readonly string[]): Promise<ContentTouches> {
    const { names, accounts, ended } = this;
    return readContents(tx, scope, { names, accounts, ended }, changed);
  }

  static of(n: number, known: Known): ContentTouches {
    let bytes = known.ended.bytes;
    for (const { contacts, packed } of known.accounts.values())
      bytes += ACCOUNT_BYTES + 60 * contacts.length + packed.length;
    return new ContentTouches(n, known.names, known.accounts, known.ended, bytes);
  }

  /** Touches of these accounts, or of everybody, in parts. */
  *parts(accounts: readonly string[] | null): Generator<KeptTouches> {
    let touches = new KeptTouches(this.names.all);
    for (const account of accounts ?? this.accounts.keys()) {
      const known = this.accounts.get(account);
      if (known === undefined) continue;
      touches.add(account, known.contacts, known.packed);
      if (touches.size < PART_TOUCHES) continue;
      yield touches;
      touches = new KeptTouches(this.names.all);
    }
    yield touches;
  }

  /** How all accounts but these ended in a period, by names. */
  endedIn(period: { readonly from: EpochMs; readonly to: EpochMs }, openAfter: EpochMs, but: readonly string[]) {
    return this.ended
      .in(period, openAfter, but)
      .map(({ names, ...end }) => ({ ...end, path: names.map((label) => this.names.all[label] ?? '') }));
  }

  /** How many touches a period has, by name. */
  counts({ from, to }: { readonly from: EpochMs; readonly to: EpochMs }): Map<string, number> {
    const sums = new Uint32Array(this.names.all.length);
    for (const { packed } of this.accounts.values())
      for (let i = 0; i < packed.length; i += TOUCH_BYTES) {
        const at = instantAt(packed, i);
        if (at >= from && at < to) sums[packed.readUInt32BE(i + WHAT) >>> FLAGS]! += 1;
      }
    return new Map(this.names.all.flatMap((name, label) => ((sums[label] ?? 0) > 0 ? [[name, sums[label] ?? 0]] : [])));
  }
}

interface Known {
  readonly names: NameList;
  readonly accounts: ReadonlyMap<string, NamedAccount>;
  readonly ended: EndedAccounts;
}

class NameList {
  readonly all: string[] = [];
  private readonly labels = new Map<string, number>();

  labelOf(name: string): number {
    const known = this.labels.get(name);
    if (known !== undefined) return known;
    this.labels.set(name, this.all.length);
    return this.all.push(name) - 1;
  }
}

async function readContents(
  tx: Tx,
  { brandId, basis, through, n }: ContentScope,
  { names, ended, ...before }: Known,
  changed: readonly string[] | null,
): Promise<ContentTouches> {
  const accounts = new Map(before.accounts);
  if (changed?.length === 0) return ContentTouches.of(n, { names, accounts, ended });
  for (const account of changed ?? []) accounts.delete(account);
  const people =
    changed === null ? null : (await keptStore.accounts(tx, brandId, changed)).flatMap(({ contacts }) => contacts);
  const ends: Buffer[] = [];
  const keep = (log: TouchLog): void => {
    const groups = log.grouped('account');
    for (const account of groups.names) {
      const one = packedOf(log, groups.of(account), names);
      accounts.set(account, one);
      ends.push(endOf(account, one.packed));
    }
  };
  if (people !== null) await planForLookups(tx);
  await touchStore.open(tx, { brandId, asOf: through, by: 'content', basis, people }, changed);
  let log = new TouchLog();
  let last: string | null = null;
  for (;;) {
    const touches = await touchStore.next(tx);
    if (touches.length === 0) break;
    for (const touch of touches) {
      if (touch.account !== last && log.size >= PART_TOUCHES) {
        keep(log);
        log = new TouchLog();
      }
      last = touch.account;
      log.add(touch);
    }
  }
  keep(log);
  await touchStore.close(tx);
  if (people !== null) await planForJoins(tx);
  return ContentTouches.of(n, { names, accounts, ended: ended.with(changed ?? [], ends) });
}

/** In the order that the log gives them. */
function packedOf(log: TouchLog, touches: Uint32Array, names: NameList): NamedAccount {
  const contacts: string[] = [];
  const places = new Map<string, number>();
  const packed = Buffer.allocUnsafe(TOUCH_BYTES * touches.length);
  let end = 0;
  for (const touch of touches) {
    const contact = log.contactOf(touch);
    let place = places.get(contact);
    if (place === undefined) {
      place = contacts.push(contact) - 1;
      places.set(contact, place);
    }
    const micros = Math.round((log.atOf(touch) - EPOCH_2000) * 1000);
    end = packed.writeInt32BE(Math.floor(micros / TWO_32), end);
    end = packed.writeUInt32BE(((micros % TWO_32) + TWO_32) % TWO_32, end);
    end = packed.writeInt32BE(place, end);
    end = packed.writeUInt32BE(names.labelOf(log.nameOf(touch)) << FLAGS, end);
  }
  return { contacts, packed };
}

/** The path that the last touch of an account ends, as `EndedAccounts` reads it. */
function endOf(account: string, packed: Buffer): Buffer {
  const last = packed.length - TOUCH_BYTES;
  const since = instantAt(packed, last) - KEPT_LOOKBACK_DAYS * DAY;
  let first = last;
  while (first >= TOUCH_BYTES && instantAt(packed, first - TOUCH_BYTES) >= since) first -= TOUCH_BYTES;
  const many = (last - first) / TOUCH_BYTES + 1;
  const bytes = Buffer.allocUnsafe(28 + 4 * many);
  bytes.write(account.replaceAll('-', ''), 0, 'hex');
  packed.copy(bytes, 16, last, last + 8);
  bytes.writeUInt32BE(4 * many, 24);
  for (let i = 0; i < many; i++)
    bytes.writeUInt32BE(packed.readUInt32BE(first + i * TOUCH_BYTES + WHAT) >>> FLAGS, 28 + 4 * i);
  return bytes;
}
