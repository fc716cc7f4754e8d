import { collapsed, DAY, type Sends, type TouchGroups, type Touches } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import type { Dimension } from './dimension.js';

/** Bytes of one touch in a packed row: microseconds since 2000 (8), place of its contact (4), name and what it is (4). */
export const TOUCH_BYTES = 16;
/** Where the last four of them begin: the name and, in the lowest bits, what it is. */
export const WHAT = 12;
export const CAME_BACK = 1;
export const VISIT = 2;
/** A reply, where a click is nothing of these. */
export const REPLY = 4;
export const FLAGS = 3;
export const EPOCH_2000 = 946_684_800_000;
const TWO_32 = 2 ** 32;

/** The look-back by which the path of an account's last touch is kept. */
export const KEPT_LOOKBACK_DAYS = 90;
/** Counts are kept by quarters of an hour, because the days of every zone begin at one. */
export const QUARTER = 900_000;

/** Of 8 bytes as PostgreSQL sends a timestamptz. */
export function instantAt(packed: Buffer, at: number): EpochMs {
  return (packed.readInt32BE(at) * TWO_32 + packed.readUInt32BE(at + 4)) / 1000 + EPOCH_2000;
}

/** The last touch of an account, and what it and those of the look-back before it are named by, in each way. */
export interface LastPath {
  readonly lastAt: EpochMs;
  /** Ids of names, 4 bytes each. */
  readonly names: Readonly<Record<Dimension, Buffer>>;
  /** Which of them stay where the same message to several people is one touch: a byte each; empty where all do. */
  readonly apart: Buffer;
}

/** For each id of a name, the first id that is named alike in one way. */
export type FirstNamed = Readonly<Record<Dimension, Uint32Array>>;

/** What paths are named by, and which messages were the same, by the ids of names. */
export interface PathNames {
  readonly first: FirstNamed;
  readonly sends: Uint32Array;
}

const ALL_APART = Buffer.alloc(0);

/** @param names by their ids */
export function firstNamed(names: readonly (string | null)[]): Uint32Array {
  const first = new Map<string | null, number>();
  return Uint32Array.from(names, (name = null, id) => {
    const known = first.get(name);
    if (known === undefined) first.set(name, id);
    return known ?? id;
  });
}

/**
 * Null without a touch.
 * @param sends which messages were the same, by the ids of their names; 0, and left out: none
 */
export function lastPath(packed: Buffer, first: FirstNamed, sends: Uint32Array = NO_SENDS): LastPath | null {
  let lastAt: EpochMs | null = null;
  const path: number[] = [];
  const starts: number[] = [];
  // Oldest first, so that nothing before the look-back is looked at.
  for (let from = packed.length - TOUCH_BYTES; from >= 0; from -= TOUCH_BYTES) {
    const what = packed.readUInt32BE(from + WHAT);
    if ((what & CAME_BACK) !== 0) continue;
    const at = instantAt(packed, from);
    lastAt ??= at;
    if (at < lastAt - KEPT_LOOKBACK_DAYS * DAY) break;
    path.push(what >>> FLAGS);
    starts.push(from);
  }
  if (lastAt === null) return null;
  path.reverse();
  starts.reverse();
  const named = (by: Dimension): Buffer => {
    const bytes = Buffer.allocUnsafe(4 * path.length);
    for (let i = 0; i < path.length; i++) bytes.writeUInt32BE(first[by][path[i] ?? 0] ?? path[i] ?? 0, 4 * i);
    return bytes;
  };
  return {
    lastAt,
    names: { channel: named('channel'), campaign: named('campaign'), topic: named('topic'), content: named('content') },
    apart: apartIn(packed, starts, sends),
  };
}

/** @param starts where the touches of a path begin, oldest first */
function apartIn(packed: Buffer, starts: readonly number[], sends: Uint32Array): Buffer {
  if (sends.length === 0) return ALL_APART;
  const log: Sends = {
    atOf: (touch) => instantAt(packed, starts[touch] ?? 0),
    sendOf: (touch) => sends[packed.readUInt32BE((starts[touch] ?? 0) + WHAT) >>> FLAGS] || null,
    contactOf: (touch) => packed.readInt32BE((starts[touch] ?? 0) + 8),
  };
  if (!haveCopies(log, starts.length)) return ALL_APART;
  const stay = collapsed(log, upTo(starts.length), new Map());
  if (stay.length === starts.length) return ALL_APART;
  const apart = Buffer.alloc(starts.length);
  for (const touch of stay) apart[touch] = 1;
  return apart;
}

/** Whether any of the touches, oldest first, may be another's copy: of the same message, by somebody else, within a day. */
function haveCopies(log: Sends, count: number): boolean {
  for (let touch = 1; touch < count; touch++) {
    const send = log.sendOf(touch);
    if (send === null) continue;
    const since = log.atOf(touch) - DAY;
    for (let other = touch - 1; other >= 0 && log.atOf(other) >= since; other--)
      if (log.sendOf(other) === send && log.contactOf(other) !== log.contactOf(touch)) return true;
  }
  return false;
}

/** Touches of whole accounts, out of packed rows, in columns of numbers. Those that came back are left out. */
export class KeptTouches implements Touches {
  private readonly accounts: string[] = [];
  private readonly contacts: string[] = [];
  /** Where the touches and the contacts of each account begin. */
  private readonly starts: number[] = [0];
  private readonly contactStarts: number[] = [0];
  private count = 0;
  private at = new Float64Array(4096);
  private label = new Uint32Array(4096);
  private contact = new Uint32Array(4096);

  /**
   * @param names by their ids
   * @param sends which messages were the same, by the ids of their names; null or left out: none
   */
  constructor(
    private readonly names: readonly string[],
    private readonly sends: readonly (string | null)[] = [],
  ) {}

  get size(): number {
    return this.count;
  }

  /** @param account that is not there yet */
  add(account: string, contacts: readonly string[], packed: Buffer): void {
    const first = this.contacts.length;
    while (this.at.length < this.count + packed.length / TOUCH_BYTES) this.grow();
    for (let from = 0; from < packed.length; from += TOUCH_BYTES) {
      const last = packed.readUInt32BE(from + WHAT);
      if ((last & CAME_BACK) !== 0) continue;
      this.at[this.count] = instantAt(packed, from);
      this.label[this.count] = last >>> FLAGS;
      this.contact[this.count++] = first + packed.readInt32BE(from + 8);
    }
    this.accounts.push(account);
    for (const contact of contacts) this.contacts.push(contact);
    this.starts.push(this.count);
    this.contactStarts.push(this.contacts.length);
  }

  atOf(touch: number): number {
    return this.at[touch] ?? NaN;
  }

  nameOf(touch: number): string {
    return this.names[this.label[touch] ?? 0] ?? '';
  }

  accountOf(touch: number): string {
    return this.accounts[before(this.contactStarts, this.contact[touch] ?? 0)] ?? '';
  }

  contactOf(touch: number): string {
    return this.contacts[this.contact[touch] ?? 0] ?? '';
  }

  sendOf(touch: number): string | null {
    return this.sends[this.label[touch] ?? 0] ?? null;
  }

  /** Rows are in order already. */
  grouped(unit: 'account' | 'contact'): TouchGroups {
    const [starts, touches] = unit === 'account' ? [this.starts, upTo(this.count)] : this.byContact();
    const all = unit === 'account' ? this.accounts : this.contacts;
    const places = new Map<string, number>();
    all.forEach((name, place) => {
      if ((starts[place] ?? 0) < (starts[place + 1] ?? 0)) places.set(name, place);
    });
    return {
      names: [...places.keys()],
      of: (name) => {
        const place = places.get(name);
        return place === undefined ? touches.subarray(0, 0) : touches.subarray(starts[place], starts[place + 1]);
      },
    };
  }

  private byContact(): [Uint32Array, Uint32Array] {
    const starts = new Uint32Array(this.contacts.length + 1);
    for (let touch = 0; touch < this.count; touch++) starts[(this.contact[touch] ?? 0) + 1]! += 1;
    for (let i = 0; i < this.contacts.length; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    const touches = new Uint32Array(this.count);
    for (let touch = 0; touch < this.count; touch++) {
      const contact = this.contact[touch] ?? 0;
      touches[next[contact]!++] = touch;
    }
    return [starts, touches];
  }

  private grow(): void {
    const length = this.at.length * 2;
    const larger = <T extends Float64Array | Uint32Array>(old: T, room: T): T => {
      room.set(old);
      return room;
    };
    this.at = larger(this.at, new Float64Array(length));
    this.label = larger(this.label, new Uint32Array(length));
    this.contact = larger(this.contact, new Uint32Array(length));
  }
}

const NO_SENDS = new Uint32Array();

function upTo(count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
}

/** The last place of a rising list whose number is at most this. */
function before(list: readonly number[], number: number): number {
  let [low, high] = [0, list.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? Infinity) <= number) low = middle;
    else high = middle;
  }
  return low;
}
