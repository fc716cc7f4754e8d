import type { EpochMs } from '#lib/kernel';
import type { CopiedRow } from '#lib/platform';
import { IdTable } from './id-table.js';
import { CAME_BACK, EPOCH_2000, FLAGS, REPLY, VISIT } from './kept-touches.js';
import { NameTable, type TouchName } from './name-table.js';

/** Accounts whose touches are put in order together, while they are in the processor's caches. */
const PART_ACCOUNTS = 1024;
/** Bytes of a touch while it waits: when, message or order (8 each), contact, name and what it is (4 each). */
const TOUCH_BYTES = 24;
const PACKED_BYTES = 16;
const WORDS = TOUCH_BYTES / 4;
const DOUBLES = TOUCH_BYTES / 8;
const BLOCK_TOUCHES = 128;
/**
 * Of a slab, 38 MB: so much at once is taken from the system and given back to it by itself. What is smaller stays with the
 * process when it is free, in pieces, and the reports that follow come on top of it. Pages are real when they are written to.
 */
const BLOCKS = 12_288;
const TWO_32 = 2 ** 32;
/** In front of what is kept: a click or a reply, no message that left. */
const ENGAGED = 1 << FLAGS;
const BITS = FLAGS + 1;
const NO_ACCOUNT = -1;
const CLICKED = 'c'.charCodeAt(0);
const REPLIED = 'r'.charCodeAt(0);
/** Where the bytes of a field are behind its length. */
const UUID_FIELD = 20;
const INT_FIELD = 12;
/** Behind every message. */
const NO_MESSAGE = 0xffff_ffff;

/** All touches of one account, as they are kept. */
export interface GatheredAccount {
  readonly account: string;
  readonly contacts: readonly string[];
  readonly delivered: Buffer;
  readonly engaged: Buffer;
}

/**
 * All touches of a brand, put together by account: in whatever order they come, a row says the same afterwards. They wait in
 * 24 bytes each, sorted roughly by account as they come, and are put in order some accounts at a time.
 *
 * First come the people of accounts and what came back, then visits, then touches; each is a row of COPY with the columns that
 * its method names.
 */
export class AllTouches {
  private readonly contacts = new IdTable();
  private accounts = new IdTable();
  private readonly back = new IdTable();
  private readonly named = new NameTable();
  /** By the number of a contact. */
  private accountOf = new Int32Array(1024).fill(NO_ACCOUNT);
  private placeOf = new Uint32Array(1024);
  private versionOf: Float64Array | null = new Float64Array(1024).fill(-1);
  /** Contacts by account, in order, and where those of each account begin; of accounts that have people. */
  private people = new Uint32Array(0);
  private peopleStarts = new Uint32Array(1);
  private readonly blocks = new Blocks();
  private visits = 0;
  private readonly ahead = new Set<number>();

  /** @param through what happened later is left out */
  constructor(private readonly through: EpochMs) {}

  /** Who belongs to which account since when: contact_id, account_id, n. The highest n counts. */
  belongs({ view, start }: CopiedRow): void {
    const contact = this.contact(view, start + 4);
    const isOfNone = view.getInt32(start + UUID_FIELD) < 0;
    const n = wholeAt(view, start + UUID_FIELD + (isOfNone ? 4 : UUID_FIELD) + 4);
    const versions = this.versionOf;
    if (versions === null) throw new Error('people are in their places already');
    if (n < (versions[contact] ?? 0)) return;
    versions[contact] = n;
    this.accountOf[contact] = isOfNone ? NO_ACCOUNT : this.accounts.add(view, start + UUID_FIELD + 4);
  }

  /** Everybody has been said to belong somewhere, or does not. */
  settlePeople(): void {
    this.versionOf = null;
    this.sortAccounts();
    const starts = new Uint32Array(this.accounts.size + 1);
    for (let contact = 0; contact < this.contacts.size; contact++) {
      const account = this.accountOf[contact] ?? NO_ACCOUNT;
      if (account !== NO_ACCOUNT) starts[account + 1]! += 1;
    }
    for (let account = 0; account < this.accounts.size; account++) starts[account + 1]! += starts[account]!;
    const next = starts.slice();
    const people = new Uint32Array(starts[this.accounts.size] ?? 0);
    for (let contact = 0; contact < this.contacts.size; contact++) {
      const account = this.accountOf[contact] ?? NO_ACCOUNT;
      if (account !== NO_ACCOUNT) people[next[account]!++] = contact;
    }
    const inOrder = (a: number, b: number): number => this.contacts.compare(a, b);
    for (let account = 0; account < this.accounts.size; account++) {
      const ofAccount = people.subarray(starts[account], starts[account + 1]);
      if (ofAccount.length > 1) ofAccount.sort(inOrder);
      ofAccount.forEach((contact, place) => (this.placeOf[contact] = place));
    }
    [this.people, this.peopleStarts] = [people, starts];
  }

  /** A message that came back: message_id. */
  cameBack({ view, start }: CopiedRow): void {
    this.back.add(view, start + 4);
  }

  /** Visits in the order of their ids: contact_id, at, and what it is named by as `NameTable` has it. */
  visit(row: CopiedRow): void {
    const { view, start } = row;
    const name = this.named.add(row, start + UUID_FIELD + INT_FIELD);
    this.put(view, start, start + UUID_FIELD, NO_MESSAGE, this.visits++, (name << BITS) | VISIT);
  }

  /** contact_id, at, message_id, type, and what it is named by. */
  touch(row: CopiedRow): void {
    const { view, start } = row;
    const message = start + UUID_FIELD + INT_FIELD + 4;
    const type = message + 16;
    const name = this.named.add(row, type + 4 + view.getInt32(type));
    const what = this.whatIs(view.getUint8(type + 4), view, message);
    this.put(
      view,
      start,
      start + UUID_FIELD,
      view.getUint32(message),
      view.getUint32(message + 4),
      (name << BITS) | what,
    );
  }

  /** Types of touches that make paths differ in their first letter: sent, clicked, replied. */
  private whatIs(letter: number, view: DataView, message: number): number {
    if (letter === CLICKED) return ENGAGED;
    if (letter === REPLIED) return ENGAGED | REPLY;
    return this.back.find(view, message) >= 0 ? CAME_BACK : 0;
  }

  /** What touches are named by, by the numbers that they have here. */
  names(): TouchName[] {
    return this.named.all();
  }

  /** Contacts with a touch that is still to happen. */
  touchedAhead(): string[] {
    return [...this.ahead].map((contact) => this.contacts.textOf(contact));
  }

  /**
   * Accounts with touches, some at a time.
   * @param ids of names, by their numbers here
   * @param unclear is told accounts that are left out: two touches of an instant are of messages whose ids begin alike
   */
  *packed(ids: ArrayLike<number>, unclear: (account: string) => void): Generator<GatheredAccount[]> {
    for (let part = 0; part * PART_ACCOUNTS < this.accounts.size; part++)
      yield this.packedPart(part * PART_ACCOUNTS, this.blocks.of(part), ids, unclear);
  }

  /** Numbered by their ids, so that rows are written in the order of the index that they are found by. */
  private sortAccounts(): void {
    const order = Uint32Array.from({ length: this.accounts.size }, (_, account) => account);
    order.sort((a, b) => this.accounts.compare(a, b));
    const sorted = new IdTable();
    const numbers = new Int32Array(order.length);
    for (const account of order) numbers[account] = sorted.addOf(this.accounts, account);
    for (let contact = 0; contact < this.contacts.size; contact++) {
      const account = this.accountOf[contact] ?? NO_ACCOUNT;
      if (account !== NO_ACCOUNT) this.accountOf[contact] = numbers[account] ?? NO_ACCOUNT;
    }
    this.accounts = sorted;
  }

  private contact(view: DataView, start: number): number {
    const contact = this.contacts.add(view, start);
    if (contact >= this.accountOf.length) {
      const length = 2 * this.accountOf.length;
      this.accountOf = larger(this.accountOf, new Int32Array(length).fill(NO_ACCOUNT));
      this.placeOf = larger(this.placeOf, new Uint32Array(length));
      if (this.versionOf !== null) this.versionOf = larger(this.versionOf, new Float64Array(length).fill(-1));
    }
    return contact;
  }

  private put(view: DataView, start: number, at: number, high: number, low: number, what: number): void {
    // Instants are kept in whole milliseconds.
    const ms = Math.floor(wholeAt(view, at + 4) / 1000) + EPOCH_2000;
    const contact = this.contact(view, start + 4);
    if (ms > this.through) {
      this.ahead.add(contact);
      return;
    }
    let account = this.accountOf[contact] ?? NO_ACCOUNT;
    // Whoever has no account is one.
    if (account === NO_ACCOUNT) this.accountOf[contact] = account = this.accounts.add(view, start + 4);
    this.blocks.add((account / PART_ACCOUNTS) | 0, ms, high, low, contact, what);
  }

  private packedPart(
    first: number,
    touches: Touches,
    ids: ArrayLike<number>,
    unclear: (account: string) => void,
  ): GatheredAccount[] {
    const starts = new Uint32Array(PART_ACCOUNTS + 1);
    for (let touch = 0; touch < touches.count; touch++) starts[this.accountAt(touches, touch) - first + 1]! += 1;
    for (let i = 0; i < PART_ACCOUNTS; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    const order = new Uint32Array(touches.count);
    for (let touch = 0; touch < touches.count; touch++) order[next[this.accountAt(touches, touch) - first]!++] = touch;
    const rows: GatheredAccount[] = [];
    for (let i = 0; i < PART_ACCOUNTS; i++) {
      const ofAccount = order.subarray(starts[i], starts[i + 1]);
      if (ofAccount.length === 0) continue;
      const account = this.accounts.textOf(first + i);
      sortTouches(ofAccount, touches);
      if (isUnclear(ofAccount, touches)) unclear(account);
      else
        rows.push({ account, contacts: this.peopleOf(first + i, account), ...this.inBytes(ofAccount, touches, ids) });
    }
    return rows;
  }

  private accountAt({ words }: Touches, touch: number): number {
    return this.accountOf[words[touch * WORDS + 4] ?? 0] ?? NO_ACCOUNT;
  }

  private peopleOf(account: number, text: string): string[] {
    if (account + 1 >= this.peopleStarts.length) return [text];
    const people = this.people.subarray(this.peopleStarts[account], this.peopleStarts[account + 1]);
    return people.length === 0 ? [text] : Array.from(people, (contact) => this.contacts.textOf(contact));
  }

  private inBytes(order: Uint32Array, { words, doubles }: Touches, ids: ArrayLike<number>) {
    let [ofDelivered, ofEngaged] = [0, 0];
    for (const touch of order) {
      const what = words[touch * WORDS + 5] ?? 0;
      if ((what & ENGAGED) === 0) ofDelivered += PACKED_BYTES;
      if ((what & (ENGAGED | VISIT)) !== 0) ofEngaged += PACKED_BYTES;
    }
    const bytes = Buffer.allocUnsafe(ofDelivered + ofEngaged);
    const delivered = bytes.subarray(0, ofDelivered);
    const engaged = bytes.subarray(ofDelivered);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    [ofDelivered, ofEngaged] = [0, ofDelivered];
    for (const touch of order) {
      const what = words[touch * WORDS + 5] ?? 0;
      const us = ((doubles[touch * DOUBLES] ?? 0) - EPOCH_2000) * 1000;
      const place = this.placeOf[words[touch * WORDS + 4] ?? 0] ?? 0;
      const name = ((ids[what >>> BITS] ?? 0) << FLAGS) | (what & (CAME_BACK | VISIT | REPLY));
      if ((what & ENGAGED) === 0) ofDelivered = write(view, ofDelivered, us, place, name);
      if ((what & (ENGAGED | VISIT)) !== 0) ofEngaged = write(view, ofEngaged, us, place, name);
    }
    return { delivered, engaged };
  }
}

/** Touches in the order in which they came. */
interface Touches {
  readonly count: number;
  /** Six of each touch: two of when, message or order, contact, name and what it is. */
  readonly words: Uint32Array;
  /** Three of each touch, of the same memory: when is the first. */
  readonly doubles: Float64Array;
}

/** Touches on their way, a list of blocks for each part of the accounts. */
class Blocks {
  private readonly slabs: { readonly words: Uint32Array; readonly doubles: Float64Array }[] = [];
  private used = 0;
  private readonly parts: { readonly blocks: number[]; count: number }[] = [];

  add(part: number, ms: number, high: number, low: number, contact: number, what: number): void {
    let list = this.parts[part];
    if (list === undefined) {
      while (this.parts.length <= part) this.parts.push({ blocks: [], count: 0 });
      list = this.parts[part]!;
    }
    const inBlock = list.count % BLOCK_TOUCHES;
    if (inBlock === 0) list.blocks.push(this.free());
    list.count++;
    const block = list.blocks[list.blocks.length - 1]!;
    const { words, doubles } = this.slabs[(block / BLOCKS) | 0]!;
    const touch = (block % BLOCKS) * BLOCK_TOUCHES + inBlock;
    doubles[touch * DOUBLES] = ms;
    words[touch * WORDS + 2] = high;
    words[touch * WORDS + 3] = low;
    words[touch * WORDS + 4] = contact;
    words[touch * WORDS + 5] = what;
  }

  /** In one piece. */
  of(part: number): Touches {
    const { blocks, count } = this.parts[part] ?? { blocks: [], count: 0 };
    const doubles = new Float64Array(Math.max(blocks.length, 1) * BLOCK_TOUCHES * DOUBLES);
    blocks.forEach((block, i) => {
      const from = (block % BLOCKS) * BLOCK_TOUCHES * DOUBLES;
      const slab = this.slabs[(block / BLOCKS) | 0];
      if (slab !== undefined)
        doubles.set(slab.doubles.subarray(from, from + BLOCK_TOUCHES * DOUBLES), i * BLOCK_TOUCHES * DOUBLES);
    });
    return { count, doubles, words: new Uint32Array(doubles.buffer) };
  }

  private free(): number {
    if (this.used === this.slabs.length * BLOCKS) {
      const memory = new ArrayBuffer(BLOCKS * BLOCK_TOUCHES * TOUCH_BYTES);
      this.slabs.push({ words: new Uint32Array(memory), doubles: new Float64Array(memory) });
    }
    return this.used++;
  }
}

/** By time, then by message, then visits by their ids. */
function sortTouches(order: Uint32Array, touches: Touches): void {
  if (order.length > 64) {
    order.sort((a, b) => compare(touches, a, b));
    return;
  }
  for (let i = 1; i < order.length; i++) {
    const touch = order[i] ?? 0;
    let place = i;
    for (; place > 0 && compare(touches, order[place - 1] ?? 0, touch) > 0; place--)
      order[place] = order[place - 1] ?? 0;
    order[place] = touch;
  }
}

function compare({ words, doubles }: Touches, a: number, b: number): number {
  const later = (doubles[a * DOUBLES] ?? 0) - (doubles[b * DOUBLES] ?? 0);
  if (later !== 0) return later;
  const high = (words[a * WORDS + 2] ?? 0) - (words[b * WORDS + 2] ?? 0);
  return high === 0 ? (words[a * WORDS + 3] ?? 0) - (words[b * WORDS + 3] ?? 0) : high;
}

/** Two that are alike as far as is known here, and are not the same. */
function isUnclear(order: Uint32Array, touches: Touches): boolean {
  const { words } = touches;
  for (let i = 1; i < order.length; i++) {
    const [a = 0, b = 0] = [order[i - 1], order[i]];
    if (compare(touches, a, b) !== 0) continue;
    const [whatA = 0, whatB = 0] = [words[a * WORDS + 5], words[b * WORDS + 5]];
    if (words[a * WORDS + 4] !== words[b * WORDS + 4] || (whatA | ENGAGED) !== (whatB | ENGAGED)) return true;
  }
  return false;
}

function write(bytes: DataView, at: number, us: number, place: number, name: number): number {
  const high = Math.floor(us / TWO_32);
  bytes.setInt32(at, high);
  bytes.setUint32(at + 4, us - high * TWO_32);
  bytes.setInt32(at + 8, place);
  bytes.setUint32(at + 12, name);
  return at + PACKED_BYTES;
}

/** Of the 8 bytes of a bigint, or of a timestamptz, whose microseconds fit for some 280 years. */
function wholeAt(view: DataView, at: number): number {
  return view.getInt32(at) * TWO_32 + view.getUint32(at + 4);
}

function larger<T extends Float64Array | Int32Array | Uint32Array>(old: T, room: T): T {
  room.set(old);
  return room;
}
