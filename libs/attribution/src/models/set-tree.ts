import type { ChannelSets } from './channel-sets.js';

const NONE = -1;
const ROOT = 0;
/** A node with at least one branch for so many channels has a place for each channel; others are gone through branch by branch. */
const WIDE = 8;
/** Of each node, beside each other: the channel that leads to it, the set that ends there, the node after all that hang on it,
 * and where its places in `branches` begin, if it has some. */
const FIELDS = 4;
const [CHANNEL, SET, AFTER, PLACES] = [0, 1, 2, 3];

/** Of each node with places that a walk has come to and not left yet: which, how far in `whole` it is, and where what it hangs on ends. */
const OPEN_FIELDS = 3;
const [NODE, NEXT, END] = [0, 1, 2];

/** Some sets of channels as a tree: a set is the way from the root along its channels in order. */
export class SetTree {
  /** In the order of a walk through all of them. */
  private readonly nodes: Int32Array;
  private readonly branches: Int32Array;
  private readonly isIn: Uint8Array;
  private open = new Int32Array(64 * OPEN_FIELDS);

  /**
   * @param some numbers of sets
   * @param channels how many there are of all sets
   */
  constructor(sets: ChannelSets, some: readonly number[], channels: number) {
    this.isIn = new Uint8Array(channels);
    const { nodes, counts } = grown(sets, some);
    this.nodes = nodes;
    let wide = 0;
    counts.forEach((count, node) => {
      if (count * WIDE >= channels) nodes[node * FIELDS + PLACES] = channels * wide++;
    });
    this.branches = new Int32Array(channels * wide).fill(NONE);
    for (let node = 0; node < counts.length; node++) {
      const places = this.of(node, PLACES);
      if (places === NONE) continue;
      for (let child = node + 1; child < this.of(node, AFTER); child = this.of(child, AFTER))
        this.branches[places + this.of(child, CHANNEL)] = child;
    }
  }

  /** Calls `visit` for every set of the tree that is part of `whole`, itself included; in order, channel by channel. */
  forEachPart(whole: Uint32Array, visit: (set: number) => void): void {
    for (const channel of whole) this.isIn[channel] = 1;
    this.walk(whole, visit);
    for (const channel of whole) this.isIn[channel] = 0;
  }

  /**
   * Nodes stand in the order of the walk: what follows one is the next, or, where its channel is not in, the one after all
   * that hang on it. Of those with places, `open` holds those on the way. No calls within calls: a set may have any number of channels.
   */
  private walk(whole: Uint32Array, visit: (set: number) => void): void {
    const { nodes, branches, isIn } = this;
    // Each that is open has a channel of its own, and the root none.
    const most = (whole.length + 1) * OPEN_FIELDS;
    if (most > this.open.length) this.open = new Int32Array(most * 2);
    const { open } = this;
    let last = -OPEN_FIELDS;
    let node = ROOT;
    let end = this.of(ROOT, AFTER);
    for (;;) {
      while (node < end) {
        const at = node * FIELDS;
        if (node !== ROOT && isIn[nodes[at + CHANNEL] ?? 0] === 0) {
          node = nodes[at + AFTER] ?? end;
          continue;
        }
        const set = nodes[at + SET] ?? NONE;
        if (set !== NONE) visit(set);
        if (nodes[at + PLACES] === NONE) {
          node += 1;
          continue;
        }
        const next = last < 0 ? 0 : (open[last + NEXT] ?? 0);
        last += OPEN_FIELDS;
        open[last + NODE] = node;
        open[last + NEXT] = next;
        open[last + END] = end;
        break;
      }
      if (last < 0) return;
      const wide = open[last + NODE] ?? ROOT;
      const places = this.of(wide, PLACES);
      let next = open[last + NEXT] ?? 0;
      let child = NONE;
      while (child === NONE && next < whole.length) child = branches[places + (whole[next++] ?? 0)] ?? NONE;
      if (child !== NONE) {
        open[last + NEXT] = next;
        node = child;
        end = this.of(child, AFTER);
      } else {
        node = this.of(wide, AFTER);
        end = open[last + END] ?? 0;
        last -= OPEN_FIELDS;
      }
    }
  }

  private of(node: number, field: number): number {
    return this.nodes[node * FIELDS + field] ?? NONE;
  }
}

/** All nodes, and how many branches each has. */
function grown(sets: ChannelSets, some: readonly number[]): { nodes: Int32Array; counts: Uint32Array } {
  const { members } = sets;
  // As many as there would be if no two sets began alike.
  let most = 1;
  for (const set of some) most += sets.countOf(set);
  const nodes = new Int32Array(most * FIELDS).fill(NONE);
  const counts = new Uint32Array(most);
  const way = new Int32Array(most);
  let [count, deep] = [1, 0];
  const leave = (left: number): void => {
    while (deep > left) nodes[(way[deep--] ?? ROOT) * FIELDS + AFTER] = count;
  };
  for (const set of Int32Array.from(some).sort((a, b) => sets.compare(a, b))) {
    const [start, end] = [sets.startOf(set), sets.startOf(set + 1)];
    let shared = 0;
    while (shared < deep && nodes[(way[shared + 1] ?? ROOT) * FIELDS + CHANNEL] === members[start + shared]) shared++;
    leave(shared);
    for (let i = start + shared; i < end; i++) {
      counts[way[deep] ?? ROOT]! += 1;
      nodes[count * FIELDS + CHANNEL] = members[i] ?? NONE;
      way[++deep] = count++;
    }
    nodes[(way[end - start] ?? ROOT) * FIELDS + SET] = set;
  }
  leave(0);
  nodes[ROOT * FIELDS + AFTER] = count;
  return { nodes: nodes.slice(0, count * FIELDS), counts: counts.slice(0, count) };
}
