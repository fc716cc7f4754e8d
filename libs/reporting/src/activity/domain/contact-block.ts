import type { EpochMs } from '#lib/kernel';
import { CAME_BACK, EPOCH_2000, FLAGS, REPLY, TOUCH_BYTES, VISIT, WHAT } from '../../money/domain/kept-touches.js';

/** What a contact was sent, or did about it. */
export type Did = 'click' | 'reply' | 'visit';
export type Kind = Did | 'sent';
const KINDS: readonly Kind[] = ['sent', 'click', 'reply', 'visit'];
const CODE: Readonly<Record<Kind, number>> = { sent: 0, click: 1, reply: 2, visit: 3 };
const KIND = 3;
/** The first message of its campaign that the contact was sent. */
const FIRST = 4;
/** Bits of these, behind the number of the campaign. */
const BITS = 3;
/** Campaigns whose numbers fit into two bytes beside them. */
const FEW_CAMPAIGNS = 1 << (16 - BITS);

/** Accounts that are kept anew together when one of them is. */
export const BLOCK_ACCOUNTS = 1024;
const MINUTE = 60_000;
const TWO_32 = 2 ** 32;

/** The touches of some accounts by contact, in columns of numbers: of each contact what it was sent, and then what it did. */
export interface Block {
  /** Where the contacts of each account begin; one more than there are accounts. */
  readonly accountStarts: Uint32Array;
  readonly contacts: Uint32Array;
  /** Where what each contact was sent begins, and what it did; one more than twice as many as there are contacts. */
  readonly starts: Uint32Array;
  /** When: whole minutes since 1970, and milliseconds beyond them. */
  readonly minutes: Int32Array;
  readonly rests: Uint16Array;
  /** Campaign, kind, and whether it is the first; read by `campaignIn` and `isFirst`. */
  readonly whats: Uint16Array | Uint32Array;
}

/** The touches of one account as they are kept, with campaigns by the names of touches. */
export interface PackedTouches {
  /** By their places in the account. */
  readonly contacts: readonly number[];
  readonly delivered: DataView;
  readonly engaged: DataView;
  /** The number of the campaign of a name. */
  readonly campaigns: Uint32Array;
}

/** Makes a block, account by account. */
export class BlockBuilder {
  private accounts = 0;
  private contactCount = 0;
  private count = 0;
  private readonly accountStarts = new Uint32Array(BLOCK_ACCOUNTS + 1);
  private contacts = new Uint32Array(4 * BLOCK_ACCOUNTS);
  private starts = new Uint32Array(8 * BLOCK_ACCOUNTS + 1);
  private minutes = new Int32Array(32 * BLOCK_ACCOUNTS);
  private rests = new Uint16Array(32 * BLOCK_ACCOUNTS);
  private whats = new Uint32Array(32 * BLOCK_ACCOUNTS);
  /** Of the account that is being added: how many touches each contact has of each sort, and then where the next goes. */
  private next = new Uint32Array(64);

  /** @param campaigns how many there are */
  constructor(private readonly campaigns: { readonly size: number }) {}

  get isFull(): boolean {
    return this.accounts === BLOCK_ACCOUNTS;
  }

  add({ contacts, delivered, engaged, campaigns }: PackedTouches): void {
    this.room(contacts.length, (delivered.byteLength + engaged.byteLength) / TOUCH_BYTES);
    if (this.next.length < 2 * contacts.length) this.next = new Uint32Array(4 * contacts.length);
    const { next } = this;
    next.fill(0, 0, 2 * contacts.length);
    eachPacked(delivered, SENT_IS_NOT, (_at, place) => (next[2 * place]! += 1));
    eachPacked(engaged, 0, (_at, place) => (next[2 * place + 1]! += 1));
    let end = this.count;
    contacts.forEach((contact, place) => {
      this.contacts[this.contactCount] = contact;
      for (const sort of [0, 1]) {
        this.starts[2 * this.contactCount + sort] = end;
        const many = next[2 * place + sort] ?? 0;
        next[2 * place + sort] = end;
        end += many;
      }
      this.contactCount++;
    });
    this.count = end;
    eachPacked(delivered, SENT_IS_NOT, (at, place, what) => {
      this.put(next[2 * place]!++, instantIn(delivered, at), campaigns[what >>> FLAGS] ?? 0, CODE.sent);
    });
    eachPacked(engaged, 0, (at, place, what) => {
      const kind = (what & VISIT) !== 0 ? CODE.visit : (what & REPLY) !== 0 ? CODE.reply : CODE.click;
      this.put(next[2 * place + 1]!++, instantIn(engaged, at), campaigns[what >>> FLAGS] ?? 0, kind);
    });
    this.endAccount();
  }

  /** As a block has it; of an account that it does not have, nothing. */
  addOf(block: Block, account: number): void {
    const [first, last] = [block.accountStarts[account] ?? 0, block.accountStarts[account + 1] ?? 0];
    if (last > first) {
      const [from, to] = [block.starts[2 * first] ?? 0, block.starts[2 * last] ?? 0];
      this.room(last - first, to - from);
      const shift = this.count - from;
      for (let i = 2 * first; i < 2 * last; i++)
        this.starts[2 * this.contactCount + i - 2 * first] = (block.starts[i] ?? 0) + shift;
      this.contacts.set(block.contacts.subarray(first, last), this.contactCount);
      this.minutes.set(block.minutes.subarray(from, to), this.count);
      this.rests.set(block.rests.subarray(from, to), this.count);
      this.whats.set(block.whats.subarray(from, to), this.count);
      this.contactCount += last - first;
      this.count += to - from;
    }
    this.endAccount();
  }

  /** The next contact of the account that is being added by `put` and `endAccount`. */
  beginContact(contact: number): void {
    this.room(1, 0);
    this.contacts[this.contactCount] = contact;
    this.starts[2 * this.contactCount] = this.count;
    this.starts[2 * this.contactCount + 1] = this.count;
    this.contactCount++;
  }

  /** What that contact was sent, oldest first, and then what it did. */
  addTouch(at: EpochMs, campaign: number, kind: Kind): void {
    this.room(0, 1);
    this.put(this.count++, at, campaign, CODE[kind]);
    if (kind === 'sent') this.starts[2 * this.contactCount - 1] = this.count;
  }

  endAccount(): void {
    this.accountStarts[++this.accounts] = this.contactCount;
  }

  /** What was added; it begins anew after that. */
  block(): Block {
    this.starts[2 * this.contactCount] = this.count;
    this.markFirst();
    const whats = this.whats.subarray(0, this.count);
    const block = {
      accountStarts: this.accountStarts.slice(0, this.accounts + 1),
      contacts: this.contacts.slice(0, this.contactCount),
      starts: this.starts.slice(0, 2 * this.contactCount + 1),
      minutes: this.minutes.slice(0, this.count),
      rests: this.rests.slice(0, this.count),
      whats: this.campaigns.size <= FEW_CAMPAIGNS ? Uint16Array.from(whats) : whats.slice(),
    };
    [this.accounts, this.contactCount, this.count] = [0, 0, 0];
    return block;
  }

  private markFirst(): void {
    const { starts, whats } = this;
    /** By campaigns: who is known to have been sent it, counted from 1. */
    const seen = new Uint32Array(this.campaigns.size);
    for (let contact = 0; contact < this.contactCount; contact++) {
      const end = starts[2 * contact + 1] ?? 0;
      for (let i = starts[2 * contact] ?? 0; i < end; i++) {
        const what = whats[i] ?? 0;
        const campaign = campaignIn(what);
        whats[i] = seen[campaign] === contact + 1 ? what & ~FIRST : what | FIRST;
        seen[campaign] = contact + 1;
      }
    }
  }

  private put(place: number, at: EpochMs, campaign: number, kind: number): void {
    const minute = Math.floor(at / MINUTE);
    this.minutes[place] = minute;
    this.rests[place] = at - minute * MINUTE;
    this.whats[place] = (campaign << BITS) | kind;
  }

  private room(contacts: number, touches: number): void {
    if (this.contactCount + contacts > this.contacts.length) {
      const length = 2 * (this.contactCount + contacts);
      this.contacts = larger(this.contacts, new Uint32Array(length));
      this.starts = larger(this.starts, new Uint32Array(2 * length + 1));
    }
    if (this.count + touches > this.minutes.length) {
      const length = 2 * (this.count + touches);
      this.minutes = larger(this.minutes, new Int32Array(length));
      this.rests = larger(this.rests, new Uint16Array(length));
      this.whats = larger(this.whats, new Uint32Array(length));
    }
  }
}

/** Of what was delivered: what is no message that arrived. */
const SENT_IS_NOT = CAME_BACK | VISIT;

export const NOTHING: Block = {
  accountStarts: new Uint32Array(1),
  contacts: new Uint32Array(0),
  starts: new Uint32Array(1),
  minutes: new Int32Array(0),
  rests: new Uint16Array(0),
  whats: new Uint16Array(0),
};

/** Touches that are none of `without`: where each begins, the place of its contact, and name and what it is. */
function eachPacked(packed: DataView, without: number, visit: (at: number, place: number, what: number) => void): void {
  for (let at = 0; at < packed.byteLength; at += TOUCH_BYTES) {
    const what = packed.getUint32(at + WHAT);
    if ((what & without) === 0) visit(at, packed.getInt32(at + 8), what);
  }
}

/** Of 8 bytes as PostgreSQL sends a timestamptz, in whole milliseconds. */
export function instantIn(packed: DataView, at: number): EpochMs {
  return Math.floor((packed.getInt32(at) * TWO_32 + packed.getUint32(at + 4)) / 1000) + EPOCH_2000;
}

export function instantOf({ minutes, rests }: Block, i: number): EpochMs {
  return (minutes[i] ?? 0) * MINUTE + (rests[i] ?? 0);
}

export function campaignIn(what: number): number {
  return what >>> BITS;
}

export function isFirst(what: number): boolean {
  return (what & FIRST) !== 0;
}

/** Whether it is one where what reached people counts, or what they did. A visit is of both. */
export function isTouch(what: number, basis: 'delivered' | 'engaged'): boolean {
  const kind = what & KIND;
  return kind === CODE.visit || (kind === CODE.sent) === (basis === 'delivered');
}

const NEVER: readonly EpochMs[] = [];

/** When a contact did something of a kind, oldest first. @param campaign by its number; null: of any */
export function timesOf(block: Block, contact: number, did: Did, campaign: number | null): readonly EpochMs[] {
  const { starts, whats } = block;
  const [from, end] = [starts[2 * contact + 1] ?? 0, starts[2 * contact + 2] ?? 0];
  if (from === end) return NEVER;
  const times: EpochMs[] = [];
  for (let i = from; i < end; i++) {
    const what = whats[i] ?? 0;
    if (KINDS[what & KIND] !== did || (campaign !== null && campaignIn(what) !== campaign)) continue;
    times.push(instantOf(block, i));
  }
  return times;
}

export function bytesOf({ accountStarts, contacts, starts, minutes, rests, whats }: Block): number {
  return [accountStarts, contacts, starts, minutes, rests, whats].reduce((sum, one) => sum + one.byteLength, 0);
}

function larger<T extends Int32Array | Uint16Array | Uint32Array>(old: T, room: T): T {
  room.set(old);
  return room;
}
