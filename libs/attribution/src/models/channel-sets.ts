import { ExactSums } from '../exact-sums.js';
import { NumberInterner } from '../interner.js';
import type { PathTable } from '../path-table.js';

/** The different sets of channels of all paths, as a tree: a set is the way from the root along its channels in order. */
export class ChannelSets {
  readonly size: number;
  readonly conversions: Float64Array;
  readonly value: Float64Array;
  readonly nulls: Float64Array;
  private readonly members: readonly Uint32Array[];
  private readonly edges: NumberInterner;
  /** Which node an edge leads to is its index + 1; which set ends at a node, or -1. */
  private readonly setAt: Int32Array;
  private readonly channels: number;

  constructor(table: PathTable) {
    this.channels = table.channels.length;
    this.edges = new NumberInterner();
    const setOfNode: number[] = [];
    const members: Uint32Array[] = [];
    const setOfPath = new Uint32Array(table.size);
    let scratch = new Uint32Array(64);
    for (let path = 0; path < table.size; path++) {
      const start = table.starts[path] ?? 0;
      const end = table.starts[path + 1] ?? 0;
      if (end - start > scratch.length) scratch = new Uint32Array((end - start) * 2);
      const count = distinct(table.steps, start, end, scratch);
      let node = ROOT;
      for (let i = 0; i < count; i++) node = this.edges.intern(node * this.channels + (scratch[i] ?? 0)) + 1;
      const known = setOfNode[node] ?? -1;
      setOfPath[path] = known < 0 ? members.length : known;
      if (known >= 0) continue;
      while (setOfNode.length <= node) setOfNode.push(-1);
      setOfNode[node] = members.length;
      members.push(scratch.slice(0, count));
    }
    this.members = members;
    this.size = members.length;
    this.setAt = Int32Array.from({ length: this.edges.size + 1 }, (_, node) => setOfNode[node] ?? -1);
    const sumBySet = (parts: Float64Array): Float64Array => {
      const sums = new ExactSums(this.size);
      parts.forEach((part, path) => sums.add(setOfPath[path] ?? 0, part));
      return sums.rounded();
    };
    this.conversions = sumBySet(table.conversions);
    this.value = sumBySet(table.value);
    this.nulls = sumBySet(table.nulls);
  }

  /** The channels of a set, in order. */
  membersOf(set: number): Uint32Array {
    return this.members[set] ?? new Uint32Array();
  }

  /** Calls `visit` for every set of the tree that is part of `whole`, itself included. */
  forEachPart(whole: Uint32Array, visit: (set: number) => void): void {
    this.walk(ROOT, whole, 0, visit);
  }

  private walk(node: number, whole: Uint32Array, from: number, visit: (set: number) => void): void {
    for (let i = from; i < whole.length; i++) {
      const edge = this.edges.find(node * this.channels + (whole[i] ?? 0));
      if (edge < 0) continue;
      const set = this.setAt[edge + 1] ?? -1;
      if (set >= 0) visit(set);
      this.walk(edge + 1, whole, i + 1, visit);
    }
  }
}

const ROOT = 0;

/** Writes the different ones of `steps[start..end)` in order into `into`. @returns how many there are */
function distinct(steps: Uint32Array, start: number, end: number, into: Uint32Array): number {
  let count = 0;
  for (let i = start; i < end; i++) {
    const step = steps[i] ?? 0;
    let at = count;
    while (at > 0 && (into[at - 1] ?? 0) > step) at--;
    if (at > 0 && into[at - 1] === step) continue;
    into.copyWithin(at + 1, at, count);
    into[at] = step;
    count++;
  }
  return count;
}
