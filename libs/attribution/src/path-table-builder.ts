import { CreditSums } from './channel-credit.js';
import { ExactSums } from './exact-sums.js';
import { SequenceInterner } from './interner.js';
import { fullPathShares, type Milestones, NO_MILESTONES, wShapedShares } from './models/milestones.js';
import { timeDecayShares } from './models/time-decay.js';
import type { PathTable } from './path-table.js';

export const DEFAULT_HALF_LIFE_DAYS = 7;

/** A path without touches. */
export const NO_PATH = -1;

/** One row: a path and what came of it. */
export interface PathRow {
  /** Channels, oldest first. */
  readonly path: readonly string[];
  readonly conversions: number;
  readonly value?: number;
  readonly nulls?: number;
  /** Days from each touch to the conversion. */
  readonly ages?: readonly number[];
  readonly milestones?: Milestones;
}

/** Gathers rows into a table: equal paths become one, and what needs ages or milestones is credited at once. */
export class PathTableBuilder {
  private readonly ids = new Map<string, number>();
  private readonly paths = SequenceInterner.ofNumbers();
  private readonly conversions = new ExactSums(256);
  private readonly value = new ExactSums(256);
  private readonly nulls = new ExactSums(256);
  /** One each: conversions, value, nulls of paths without touches. */
  private readonly empty = new ExactSums(3);
  private readonly decay = new CreditSums(16);
  private readonly wShaped = new CreditSums(16);
  private readonly fullPath = new CreditSums(16);
  private shares = new Float64Array(64);
  private scratch = new Uint32Array(64);
  private convertingRows = 0;
  private rowsWithoutAges = 0;
  private rowsOfRisingAges = 0;
  private rowsWithoutMilestones = 0;
  private readonly halfLifeDays: number;

  constructor({ halfLifeDays = DEFAULT_HALF_LIFE_DAYS }: { readonly halfLifeDays?: number } = {}) {
    this.halfLifeDays = halfLifeDays;
  }

  add(row: PathRow): void {
    const { conversions, value = 0, nulls = 0, ages, milestones = NO_MILESTONES } = row;
    const path = this.pathOf(row.path);
    if (ages !== undefined && ages.length !== row.path.length)
      throw new RangeError('a path has as many ages as touches');
    const hasMilestones = row.milestones !== undefined;
    this.addRow(path, conversions, value, nulls, ages && Float64Array.from(ages), milestones, hasMilestones);
  }

  /** @returns the index by which `addRow` knows this path, or NO_PATH */
  pathOf(channels: readonly string[]): number {
    const count = channels.length;
    if (count === 0) return NO_PATH;
    if (count > this.scratch.length) this.scratch = new Uint32Array(count * 2);
    for (let i = 0; i < count; i++) this.scratch[i] = this.idOf(channels[i] ?? '');
    return this.paths.intern(this.scratch, 0, count);
  }

  /** The number of a channel for `addNulls`. */
  numberOf(channel: string): number {
    return this.idOf(channel);
  }

  /** A row of which nothing came. @param channels by their numbers, oldest first */
  addNulls(channels: Uint32Array, nulls: number): void {
    const path = channels.length === 0 ? NO_PATH : this.paths.intern(channels, 0, channels.length);
    this.addRow(path, 0, 0, nulls, undefined, NO_MILESTONES, false);
  }

  /** How many touches a path has. */
  lengthOf(path: number): number {
    return path === NO_PATH ? 0 : this.paths.startAt(path + 1) - this.paths.startAt(path);
  }

  addRow(
    path: number,
    conversions: number,
    value: number,
    nulls: number,
    ages: Float64Array | undefined,
    milestones: Milestones,
    hasMilestones: boolean,
  ): void {
    if (path === NO_PATH) {
      this.empty.add(0, conversions);
      this.empty.add(1, value);
      this.empty.add(2, nulls);
      return;
    }
    this.conversions.add(path, conversions);
    this.value.add(path, value);
    this.nulls.add(path, nulls);
    if (conversions === 0 && value === 0) return;
    this.convertingRows++;
    if (ages === undefined) this.rowsWithoutAges++;
    else if (isRising(ages, this.lengthOf(path))) this.rowsOfRisingAges++;
    if (!hasMilestones) this.rowsWithoutMilestones++;
    this.creditRow(path, conversions, value, ages, milestones);
  }

  build(): PathTable {
    const names = [...this.ids.keys()];
    const byName = names.map((_, id) => id).sort((a, b) => compare(names[a] ?? '', names[b] ?? ''));
    const rankOf = new Uint32Array(names.length);
    byName.forEach((id, rank) => (rankOf[id] = rank));
    const order = this.inOrder(rankOf);
    const table = {
      starts: new Uint32Array(order.length + 1),
      steps: new Uint32Array(this.paths.startAt(order.length)),
      conversions: new Float64Array(order.length),
      value: new Float64Array(order.length),
      nulls: new Float64Array(order.length),
    };
    let at = 0;
    order.forEach((path, place) => {
      const end = this.paths.startAt(path + 1);
      for (let i = this.paths.startAt(path); i < end; i++) table.steps[at++] = rankOf[this.paths.elements[i] ?? 0] ?? 0;
      table.starts[place + 1] = at;
      table.conversions[place] = this.conversions.at(path);
      table.value[place] = this.value.at(path);
      table.nulls[place] = this.nulls.at(path);
    });
    const credit = (sums: CreditSums) => ({
      conversions: Float64Array.from(byName, (id) => sums.conversions.at(id)),
      value: Float64Array.from(byName, (id) => sums.value.at(id)),
    });
    return {
      channels: byName.map((id) => names[id] ?? ''),
      size: order.length,
      ...table,
      unattributed: { conversions: this.empty.at(0), value: this.empty.at(1), nulls: this.empty.at(2) },
      byRow: {
        time_decay: credit(this.decay),
        w_shaped: credit(this.wShaped),
        full_path: credit(this.fullPath),
      },
      convertingRows: this.convertingRows,
      rowsWithoutAges: this.rowsWithoutAges,
      rowsWithoutMilestones: this.rowsWithoutMilestones,
      rowsOfRisingAges: this.rowsOfRisingAges,
    };
  }

  private idOf(channel: string): number {
    const known = this.ids.get(channel);
    if (known !== undefined) return known;
    const id = this.ids.size;
    this.ids.set(channel, id);
    return id;
  }

  private creditRow(
    path: number,
    conversions: number,
    value: number,
    ages: Float64Array | undefined,
    milestones: Milestones,
  ): void {
    const start = this.paths.startAt(path);
    const count = this.paths.startAt(path + 1) - start;
    if (count > this.shares.length) this.shares = new Float64Array(count * 2);
    const { shares } = this;
    const give = (sums: CreditSums): void => {
      for (let i = 0; i < count; i++) sums.add(this.paths.elements[start + i] ?? 0, shares[i] ?? 0, conversions, value);
    };
    if (ages === undefined) shares.fill(1 / count, 0, count);
    else timeDecayShares(ages, count, this.halfLifeDays, shares);
    give(this.decay);
    wShapedShares(count, milestones, shares);
    give(this.wShaped);
    fullPathShares(count, milestones, shares);
    give(this.fullPath);
  }

  /** The paths, ordered by the ranks of their channels. */
  private inOrder(rankOf: Uint32Array): Uint32Array {
    const { elements, size } = this.paths;
    const begin = this.beginnings(rankOf);
    const order = Uint32Array.from({ length: size }, (_, i) => i);
    return order.sort((a, b) => {
      const sooner = (begin[a] ?? 0) - (begin[b] ?? 0);
      if (sooner !== 0) return sooner;
      const endA = this.paths.startAt(a + 1);
      const endB = this.paths.startAt(b + 1);
      let j = this.paths.startAt(b);
      for (let i = this.paths.startAt(a); i < endA && j < endB; i++, j++) {
        const difference = (rankOf[elements[i] ?? 0] ?? 0) - (rankOf[elements[j] ?? 0] ?? 0);
        if (difference !== 0) return difference;
      }
      return endA - this.paths.startAt(a) - (endB - this.paths.startAt(b));
    });
  }

  /** The ranks of as many first channels of each path as one number holds, in which most paths differ. */
  private beginnings(rankOf: Uint32Array): Float64Array {
    const { elements, size } = this.paths;
    const base = rankOf.length + 1;
    const held = Math.floor(53 / Math.log2(base));
    const begin = new Float64Array(size);
    for (let path = 0; path < size; path++) {
      const start = this.paths.startAt(path);
      const end = this.paths.startAt(path + 1);
      let key = 0;
      for (let i = start; i < start + held; i++) key = key * base + (i < end ? (rankOf[elements[i] ?? 0] ?? 0) + 1 : 0);
      begin[path] = key;
    }
    return begin;
  }
}

/** By code units, as in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether a touch is older than the one before it. */
function isRising(ages: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if ((ages[i] ?? 0) > (ages[i - 1] ?? 0)) return true;
  return false;
}
