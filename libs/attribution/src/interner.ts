const EMPTY = -1;

/** Gives each different number (an integer below 2^53) the next index, in the order in which they come. */
export class NumberInterner {
  private slots = new Int32Array(1024).fill(EMPTY);
  private keys = new Float64Array(512);
  private count = 0;

  get size(): number {
    return this.count;
  }

  keyAt(index: number): number {
    return this.keys[index] ?? NaN;
  }

  find(key: number): number {
    return this.slots[this.slotOf(key)] ?? EMPTY;
  }

  intern(key: number): number {
    const slot = this.slotOf(key);
    const known = this.slots[slot] ?? EMPTY;
    if (known !== EMPTY) return known;
    if (this.count === this.keys.length) {
      this.grow();
      return this.intern(key);
    }
    this.slots[slot] = this.count;
    this.keys[this.count] = key;
    return this.count++;
  }

  private slotOf(key: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(key) & mask;
    for (;;) {
      const index = this.slots[slot] ?? EMPTY;
      if (index === EMPTY || this.keys[index] === key) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const keys = new Float64Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    this.slots = new Int32Array(keys.length * 2).fill(EMPTY);
    for (let index = 0; index < this.count; index++) this.slots[this.slotOf(keys[index] ?? 0)] = index;
  }
}

function hashOf(key: number): number {
  const low = key | 0;
  const high = (key / 4_294_967_296) | 0;
  let hash = Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2_ae35);
  return hash ^ (hash >>> 13);
}

/** Gives each different sequence the next index, and keeps all of them one after the other. */
export class SequenceInterner<Elements extends Uint32Array | Uint8Array> {
  private slots = new Int32Array(1024).fill(EMPTY);
  private ends = new Uint32Array(512);
  private hashes = new Int32Array(512);
  private count = 0;

  /** @param store room for the sequences; `larger` makes more of it */
  constructor(
    private store: Elements,
    private readonly larger: (length: number) => Elements,
  ) {}

  static ofBytes(): SequenceInterner<Uint8Array> {
    return new SequenceInterner<Uint8Array>(new Uint8Array(1 << 16), (length) => new Uint8Array(length));
  }

  static ofNumbers(): SequenceInterner<Uint32Array> {
    return new SequenceInterner<Uint32Array>(new Uint32Array(1 << 12), (length) => new Uint32Array(length));
  }

  get size(): number {
    return this.count;
  }

  /** All sequences one after the other; `startAt(i)` to `startAt(i + 1)` is the one with index `i`. */
  get elements(): Elements {
    return this.store;
  }

  startAt(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] ?? 0);
  }

  /** Which of two sequences comes first, element by element; a beginning of another comes before it. */
  compare(a: number, b: number): number {
    const endA = this.startAt(a + 1);
    const endB = this.startAt(b + 1);
    let i = this.startAt(a);
    let j = this.startAt(b);
    for (; i < endA && j < endB; i++, j++) {
      const difference = (this.store[i] ?? 0) - (this.store[j] ?? 0);
      if (difference !== 0) return difference;
    }
    return endA - i - (endB - j);
  }

  /** @returns the index of `from[start..end)`; it is new when the index equals the `size` of before */
  intern(from: Elements, start: number, end: number): number {
    const hash = hashOfAll(from, start, end);
    const slot = this.slotOf(hash, from, start, end);
    const index = this.slots[slot] ?? EMPTY;
    return index === EMPTY ? this.added(hash, slot, from, start, end) : index;
  }

  /** @returns the index of `from[start..end)`; -1 where there is none */
  find(from: Elements, start: number, end: number): number {
    return this.slots[this.slotOf(hashOfAll(from, start, end), from, start, end)] ?? EMPTY;
  }

  private slotOf(hash: number, from: Elements, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const index = this.slots[slot] ?? EMPTY;
      if (index === EMPTY || (this.hashes[index] === hash && this.isSame(index, from, start, end))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private isSame(index: number, from: Elements, start: number, end: number): boolean {
    const at = this.startAt(index);
    if ((this.ends[index] ?? 0) - at !== end - start) return false;
    const shift = at - start;
    for (let i = start; i < end; i++) if (this.store[i + shift] !== from[i]) return false;
    return true;
  }

  private added(hash: number, slot: number, from: Elements, start: number, end: number): number {
    const index = this.count++;
    const at = this.startAt(index);
    const length = at + end - start;
    if (length > this.store.length) {
      const larger = this.larger(Math.max(length, this.store.length * 2));
      larger.set(this.store);
      this.store = larger;
    }
    for (let i = start; i < end; i++) this.store[at + i - start] = from[i] ?? 0;
    this.slots[slot] = index;
    this.hashes[index] = hash;
    this.ends[index] = length;
    if (this.count === this.ends.length) this.grow();
    return index;
  }

  private grow(): void {
    const ends = new Uint32Array(this.ends.length * 2);
    ends.set(this.ends);
    const hashes = new Int32Array(ends.length);
    hashes.set(this.hashes);
    this.ends = ends;
    this.hashes = hashes;
    this.slots = new Int32Array(ends.length * 2).fill(EMPTY);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.count; index++) {
      let slot = (hashes[index] ?? 0) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = index;
    }
  }
}

function hashOfAll(from: Uint32Array | Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (from[i] ?? 0), 0x0100_0193);
  return hash ^ (hash >>> 15);
}
