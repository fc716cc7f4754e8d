import type { EpochMs } from '#lib/kernel';
import { IdTable } from '../../money/domain/id-table.js';
import type { ContentDone, ContentFigures } from './activity-figures.js';
import type { Engagement } from './activity.js';

type Kind = Exclude<Engagement['kind'], 'reply'>;
const KINDS: readonly Kind[] = ['click', 'visit', 'event', 'submit', 'registration', 'attendance', 'download'];
/** Bits of a kind, below the number of the address. */
const KIND_BITS = 3;
const KIND = (1 << KIND_BITS) - 1;
/** Of each act: whose account it is kept with, which account it counts for, who it was, and what was done where. */
const WORDS = 4;

/** Acts in columns: when, and `WORDS` numbers each. */
class Acts {
  count = 0;
  private at = new Float64Array(64);
  private words = new Uint32Array(64 * WORDS);

  get bytes(): number {
    return this.at.byteLength + this.words.byteLength;
  }

  add(at: EpochMs, of: number, account: number, person: number, what: number): void {
    if (this.count === this.at.length) {
      this.at = larger(this.at, new Float64Array(2 * this.count));
      this.words = larger(this.words, new Uint32Array(2 * this.count * WORDS));
    }
    this.at[this.count] = at;
    this.words.set([of, account, person, what], WORDS * this.count++);
  }

  /** Adds those of another, but of some accounts. */
  addOf(acts: Acts, without: ReadonlySet<number>): void {
    acts.each((at, of, account, person, what) => {
      if (!without.has(of)) this.add(at, of, account, person, what);
    });
  }

  each(visit: (at: EpochMs, of: number, account: number, person: number, what: number) => void): void {
    const { at, words } = this;
    for (let i = 0; i < this.count; i++)
      visit(at[i]!, words[WORDS * i]!, words[WORDS * i + 1]!, words[WORDS * i + 2]!, words[WORDS * i + 3]!);
  }

  /** Without room for more. */
  trimmed(): this {
    this.at = this.at.slice(0, Math.max(1, this.count));
    this.words = this.words.slice(0, WORDS * Math.max(1, this.count));
    return this;
  }
}

/** Accounts that are read anew before all are put together once more. */
const MOST_LATER = 2_000;

/** Everything that anybody did at some addresses: 24 bytes for each act. It is replaced, and never changed. */
export class ContentActs {
  private constructor(
    /** The addresses, as `addressOf` writes them, by their numbers. */
    readonly addresses: readonly string[],
    /** Accounts and people by numbers; only added to, and shared by what was known earlier and later. */
    private readonly ids: IdTable,
    private readonly acts: Acts,
    /** Accounts that were read once more since, and what they did. */
    private readonly anew: ReadonlySet<number>,
    private readonly later: Acts,
  ) {}

  static of(addresses: readonly string[], read: ContentActsRead): ContentActs {
    return new ContentActs(addresses, read.ids, read.acts.trimmed(), new Set(), new Acts());
  }

  get bytes(): number {
    return this.acts.bytes + this.later.bytes + 24 * this.ids.size;
  }

  /** To read some accounts once more. */
  reading(): ContentActsRead {
    return new ContentActsRead(this.addresses, this.ids);
  }

  /** The same with what was read of some accounts in place of what was known of them. */
  with(accounts: readonly string[], read: ContentActsRead): ContentActs {
    const numbers = new Set(accounts.map((account) => this.ids.addText(account)));
    const anew = new Set([...this.anew, ...numbers]);
    const later = new Acts();
    later.addOf(this.later, numbers);
    later.addOf(read.acts, new Set());
    if (anew.size <= MOST_LATER) return new ContentActs(this.addresses, this.ids, this.acts, anew, later.trimmed());
    const all = new Acts();
    all.addOf(this.acts, anew);
    all.addOf(later, new Set());
    return new ContentActs(this.addresses, this.ids, all.trimmed(), new Set(), new Acts());
  }

  /** Of a period: how often and by how many people something was done at the addresses. */
  figures({ from, to }: { readonly from: EpochMs; readonly to: EpochMs }): ContentFigures {
    return (nameOf) => {
      const names = [...new Set(this.addresses.map(nameOf))];
      const numbers = Uint32Array.from(this.addresses, (address) => names.indexOf(nameOf(address)));
      const counts = [...names, null].map((): Counted => new Counted(this.ids.size));
      const whole = counts[names.length] ?? new Counted(0);
      this.each((at, _account, person, what) => {
        if (at < from || at >= to) return;
        const kind = KINDS[what & KIND] ?? 'event';
        counts[numbers[what >>> KIND_BITS] ?? 0]?.add(kind, person);
        whole.add(kind, person);
      });
      return {
        byName: new Map(names.flatMap((name, i) => (name === null ? [] : [[name, counts[i] ?? whole]]))),
        all: whole,
      };
    };
  }

  /** What some people and accounts did there between two instants, oldest first, with nothing else of it. */
  of(whose: ReadonlySet<string>, { from, to }: { readonly from: EpochMs; readonly to: EpochMs }): Engagement[] {
    const wanted = new Uint8Array(this.ids.size);
    for (const id of whose) {
      const number = this.ids.numberOf(id);
      if (number >= 0) wanted[number] = 1;
    }
    const engagements: Engagement[] = [];
    this.each((at, account, person, what) => {
      if (at < from || at >= to || (wanted[account] !== 1 && wanted[person] !== 1)) return;
      engagements.push({
        ...{ id: '', kind: KINDS[what & KIND] ?? 'event', at, channel: null, campaign: null },
        ...{ contact: this.ids.textOf(person), account: this.ids.textOf(account) },
        about: this.addresses[what >>> KIND_BITS] ?? null,
      });
    });
    return engagements.sort((a, b) => a.at - b.at);
  }

  private each(visit: (at: EpochMs, account: number, person: number, what: number) => void): void {
    const { anew } = this;
    const isAnew = new Uint8Array(this.ids.size);
    for (const account of anew) isAnew[account] = 1;
    this.acts.each((at, of, account, person, what) => {
      if (isAnew[of] !== 1) visit(at, account, person, what);
    });
    this.later.each((at, _of, account, person, what) => visit(at, account, person, what));
  }
}

/** What is read of acts, row by row; those at other addresses are left out. */
export class ContentActsRead {
  readonly acts = new Acts();
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(
    addresses: readonly string[],
    readonly ids = new IdTable(),
  ) {
    this.numbers = new Map(addresses.map((address, i) => [address, i]));
  }

  /** @param address as `addressOf` writes it. @returns -1 for one that is not asked about */
  numberOf(address: string): number {
    return this.numbers.get(address) ?? -1;
  }

  /**
   * @param of with whose account it is kept, by numbers of `ids`, as the next two
   * @param person the account where nobody is named
   * @param address by its number
   */
  add(at: EpochMs, of: number, account: number, person: number, kind: string, address: number): void {
    const known = KINDS.indexOf(kind as Kind);
    if (known < 0) throw new Error(`nobody can ${kind}`);
    this.acts.add(at, of, account, person, address * 2 ** KIND_BITS + known);
  }
}

class Counted implements ContentDone {
  clicks = 0;
  visits = 0;
  downloads = 0;
  people = 0;
  /** A bit for each person that was seen. */
  private readonly seen: Uint8Array;

  constructor(people: number) {
    this.seen = new Uint8Array((people + 7) >>> 3);
  }

  add(kind: Kind, person: number): void {
    if (kind === 'click') this.clicks++;
    else if (kind === 'visit') this.visits++;
    else if (kind === 'download') this.downloads++;
    const [byte, bit] = [person >>> 3, 1 << (person & 7)];
    const known = this.seen[byte] ?? 0;
    if ((known & bit) !== 0) return;
    this.seen[byte] = known | bit;
    this.people++;
  }
}

function larger<T extends Float64Array | Uint32Array>(old: T, room: T): T {
  room.set(old);
  return room;
}
