const WORDS = 4;
const FEWEST = 1024;
const NONE = -1;
const DIGITS = Buffer.from('0123456789abcdef');
/** A hyphen wherever no byte is written. */
const TEXT = Buffer.alloc(36, '-');
/** Where the two digits of each byte are. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** Ids of 16 bytes, numbered from 0 in the order in which they come. */
export class IdTable {
  private words = new Uint32Array(FEWEST * WORDS);
  /** By what is in an id: its number, and 1 more. */
  private places = new Uint32Array(FEWEST * 2);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The number of the id that begins there. */
  add(view: DataView, start: number): number {
    return this.look(view, start, true);
  }

  /** @returns -1 for one that was never added */
  find(view: DataView, start: number): number {
    return this.look(view, start, false);
  }

  /** The number of an id as PostgreSQL writes it. @returns -1 for one that was never added, or is none */
  numberOf(id: string): number {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    return bytes.length === 16 ? this.find(new DataView(bytes.buffer, bytes.byteOffset), 0) : NONE;
  }

  /** The same of one as PostgreSQL writes it. */
  addText(id: string): number {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    return this.add(new DataView(bytes.buffer, bytes.byteOffset), 0);
  }

  /** In the order of their bytes. */
  compare(a: number, b: number): number {
    const { words } = this;
    for (let i = 0; i < WORDS; i++) {
      const difference = (words[a * WORDS + i] ?? 0) - (words[b * WORDS + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** As PostgreSQL writes it. */
  textOf(number: number): string {
    for (let i = 0; i < PLACES.length; i++) {
      const byte = byteOf(this.words, number, i);
      const place = PLACES[i] ?? 0;
      TEXT[place] = DIGITS[(byte >>> 4) & 15] ?? 0;
      TEXT[place + 1] = DIGITS[byte & 15] ?? 0;
    }
    return TEXT.toString('latin1');
  }

  /** Adds one that another table has. */
  addOf({ words }: IdTable, number: number): number {
    return this.add(new DataView(Uint8Array.from(PLACES, (_, i) => byteOf(words, number, i)).buffer), 0);
  }

  private look(view: DataView, start: number, mayAdd: boolean): number {
    const a = view.getUint32(start);
    const b = view.getUint32(start + 4);
    const c = view.getUint32(start + 8);
    const d = view.getUint32(start + 12);
    const { words } = this;
    const mask = this.places.length - 1;
    let place = mixed(a, b, c, d) & mask;
    for (;;) {
      const number = (this.places[place] ?? 0) - 1;
      if (number < 0) break;
      const at = number * WORDS;
      if (words[at + 3] === d && words[at + 2] === c && words[at + 1] === b && words[at] === a) return number;
      place = (place + 1) & mask;
    }
    if (!mayAdd) return NONE;
    const at = this.count * WORDS;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
    this.places[place] = ++this.count;
    if (this.count * WORDS === words.length) this.grow();
    return this.count - 1;
  }

  private grow(): void {
    const words = new Uint32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.places = new Uint32Array(this.places.length * 2);
    const mask = this.places.length - 1;
    for (let number = 0; number < this.count; number++) {
      const at = number * WORDS;
      let place = mixed(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0) & mask;
      while (this.places[place] !== 0) place = (place + 1) & mask;
      this.places[place] = number + 1;
    }
  }
}

/** Ids that are made after each other, as those of version 7, are far from each other in the table. */
function mixed(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function byteOf(words: Uint32Array, number: number, i: number): number {
  return ((words[number * WORDS + (i >> 2)] ?? 0) >>> (24 - 8 * (i & 3))) & 255;
}
