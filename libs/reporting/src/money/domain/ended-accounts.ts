import { SequenceInterner } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { instantAt } from './kept-touches.js';

/** Paths that accounts ended with. */
export interface KeptEnds {
  /** Those that were over at an instant, and for how many accounts each: ids of names, oldest first. */
  readonly over: readonly { readonly path: Uint32Array; readonly accounts: number }[];
  /** How many accounts had a touch after that instant. Their paths go on, and nobody asks for them. */
  readonly open: number;
}

/** Accounts by the bytes of their ids, and paths by those of their names; only added to, and shared by what was known earlier
 * and later. */
interface Known {
  readonly accounts: SequenceInterner<Uint8Array>;
  readonly paths: SequenceInterner<Uint8Array>;
}

const ID_BYTES = 16;
/** Before the names of a path: the account, the instant of its last touch as PostgreSQL has it, how many bytes of names. */
const HEAD_BYTES = ID_BYTES + 8 + 4;
const NAME_BYTES = 4;
const NOTHING = Buffer.alloc(0);

/** The path that the last touch of each account of a brand ends, in columns of numbers. It is replaced, and never changed. */
export class EndedAccounts {
  private constructor(
    private readonly known: Known,
    /** By accounts; NaN for those without a touch. Epoch milliseconds. */
    private readonly lastAt: Float64Array,
    private readonly path: Uint32Array,
    private readonly isCollapsed: boolean,
  ) {}

  /**
   * @param isCollapsed whether of the same message to several people only the first is in a path
   * @param like others of the same brand, with which accounts are shared
   */
  static none(isCollapsed = false, like: EndedAccounts | null = null): EndedAccounts {
    const accounts = like?.known.accounts ?? SequenceInterner.ofBytes();
    const known = { accounts, paths: SequenceInterner.ofBytes() };
    return new EndedAccounts(known, new Float64Array(), new Uint32Array(), isCollapsed);
  }

  /** About how much of the memory of the process it takes. */
  get bytes(): number {
    const { accounts, paths } = this.known;
    return 50 * this.lastAt.length + accounts.elements.length + paths.elements.length + 30 * paths.size;
  }

  /**
   * The same with what is told of some accounts in place of what was known of them.
   * @param without accounts of which nothing may be left
   * @param packed those of which something is, one after the other: 16 bytes of its id, 8 of the instant, 4 of a length, names;
   *   where paths are collapsed, 4 of another and a byte for each name that stays, or none where all of them do
   */
  with(without: readonly string[], packed: readonly Buffer[]): EndedAccounts {
    const { accounts, paths } = this.known;
    const ids: number[] = [];
    const of: number[] = [];
    const at: number[] = [];
    for (const account of without) {
      ids.push(accounts.intern(Buffer.from(account.replaceAll('-', ''), 'hex'), 0, ID_BYTES));
      at.push(NaN);
      of.push(0);
    }
    for (const rows of packed) {
      for (let i = 0; i < rows.length;) {
        const end = i + HEAD_BYTES + rows.readUInt32BE(i + ID_BYTES + 8);
        ids.push(accounts.intern(rows, i, i + ID_BYTES));
        at.push(instantAt(rows, i + ID_BYTES));
        const [apart, next] = this.isCollapsed ? apartAt(rows, end) : [NOTHING, end];
        if (apart.length === 0) of.push(paths.intern(rows, i + HEAD_BYTES, end));
        else {
          const stay = stayingOf(rows.subarray(i + HEAD_BYTES, end), apart);
          of.push(paths.intern(stay, 0, stay.length));
        }
        i = next;
      }
    }
    const lastAt = new Float64Array(accounts.size).fill(NaN);
    lastAt.set(this.lastAt);
    const path = new Uint32Array(accounts.size);
    path.set(this.path);
    ids.forEach((id, i) => {
      lastAt[id] = at[i] ?? NaN;
      path[id] = of[i] ?? 0;
    });
    return new EndedAccounts(this.known, lastAt, path, this.isCollapsed);
  }

  /** How accounts that are none of these ended in a period. */
  in(
    { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
    openAfter: EpochMs,
    but: readonly string[],
  ): KeptEnds {
    const { elements, size } = this.known.paths;
    const counts = new Uint32Array(size);
    const excluded = this.flagged(but);
    let open = 0;
    for (let account = 0; account < this.lastAt.length; account++) {
      const at = this.lastAt[account] ?? NaN;
      if (!(at >= from && at < to) || excluded[account] === 1) continue;
      const path = this.path[account] ?? 0;
      if (at > openAfter) open++;
      else counts[path] = (counts[path] ?? 0) + 1;
    }
    const over: { path: Uint32Array; accounts: number }[] = [];
    const view = new DataView(elements.buffer, elements.byteOffset);
    counts.forEach((accounts, path) => {
      if (accounts === 0) return;
      over.push({ path: namesIn(view, this.known.paths.startAt(path), this.known.paths.startAt(path + 1)), accounts });
    });
    return { over, open };
  }

  /** How many accounts that are none of these were touched at or after an instant. */
  since(from: EpochMs, but: readonly string[]): number {
    const excluded = this.flagged(but);
    return this.lastAt.reduce((sum, at, account) => sum + Number(at >= from && excluded[account] !== 1), 0);
  }

  private flagged(ids: readonly string[]): Uint8Array {
    const { accounts } = this.known;
    const flags = new Uint8Array(this.lastAt.length);
    for (const id of ids) {
      const account = accounts.find(Buffer.from(id.replaceAll('-', ''), 'hex'), 0, ID_BYTES);
      if (account >= 0 && account < flags.length) flags[account] = 1;
    }
    return flags;
  }
}

function apartAt(rows: Buffer, at: number): readonly [Buffer, number] {
  const end = at + 4 + rows.readUInt32BE(at);
  return [rows.subarray(at + 4, end), end];
}

function stayingOf(names: Buffer, apart: Buffer): Buffer {
  const stay = Buffer.allocUnsafe(names.length);
  let length = 0;
  apart.forEach((one, i) => {
    if (one === 1) length += names.copy(stay, length, NAME_BYTES * i, NAME_BYTES * (i + 1));
  });
  return stay.subarray(0, length);
}

function namesIn(view: DataView, start: number, end: number): Uint32Array {
  const names = new Uint32Array((end - start) / NAME_BYTES);
  for (let i = 0; i < names.length; i++) names[i] = view.getUint32(start + NAME_BYTES * i);
  return names;
}
