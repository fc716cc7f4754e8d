import { ExactSums } from '../exact-sums.js';
import { SequenceInterner } from '../interner.js';
import type { PathTable } from '../path-table.js';

/** The different sets of channels of all paths, numbered in the order in which they come. */
export class ChannelSets {
  readonly size: number;
  readonly conversions: Float64Array;
  readonly value: Float64Array;
  readonly nulls: Float64Array;
  private readonly sets = SequenceInterner.ofNumbers();

  constructor(table: PathTable) {
    const setOfPath = new Uint32Array(table.size);
    let scratch = new Uint32Array(64);
    for (let path = 0; path < table.size; path++) {
      const start = table.starts[path] ?? 0;
      const end = table.starts[path + 1] ?? 0;
      if (end - start > scratch.length) scratch = new Uint32Array((end - start) * 2);
      setOfPath[path] = this.sets.intern(scratch, 0, distinct(table.steps, start, end, scratch));
    }
    this.size = this.sets.size;
    const sumBySet = (parts: Float64Array): Float64Array => {
      const sums = new ExactSums(this.size);
      parts.forEach((part, path) => sums.add(setOfPath[path] ?? 0, part));
      return sums.rounded();
    };
    this.conversions = sumBySet(table.conversions);
    this.value = sumBySet(table.value);
    this.nulls = sumBySet(table.nulls);
  }

  /** Channels of all sets one after the other, in order within each; `startOf(set)` to `startOf(set + 1)` are those of one. */
  get members(): Uint32Array {
    return this.sets.elements;
  }

  startOf(set: number): number {
    return this.sets.startAt(set);
  }

  /** How many channels a set has. */
  countOf(set: number): number {
    return this.sets.startAt(set + 1) - this.sets.startAt(set);
  }

  /** The channels of a set, in order. */
  membersOf(set: number): Uint32Array {
    return this.sets.elements.subarray(this.sets.startAt(set), this.sets.startAt(set + 1));
  }

  /** Which of two sets comes first, channel by channel. */
  compare(a: number, b: number): number {
    return this.sets.compare(a, b);
  }
}

/** Longer paths are sorted; to put each step where it belongs is quicker for short ones, and quadratic. */
const LONG = 64;

/** Writes the different ones of `steps[start..end)` in order into `into`. @returns how many there are */
function distinct(steps: Uint32Array, start: number, end: number, into: Uint32Array): number {
  let count = 0;
  if (end - start > LONG) {
    into.set(steps.subarray(start, end));
    for (const step of into.subarray(0, end - start).sort())
      if (count === 0 || into[count - 1] !== step) into[count++] = step;
    return count;
  }
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
