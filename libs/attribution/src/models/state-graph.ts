import { ExactSums } from '../exact-sums.js';
import { NumberInterner } from '../interner.js';
import type { PathTable } from '../path-table.js';
import { ModelProblem } from './model-problem.js';

export type MarkovOrder = 1 | 2 | 3;

/**
 * The Markov chain of all paths: states are windows of `order` channels that follow each other (a shorter path is one
 * state), runs of the same state once, from START to a conversion or to nothing. States are in such an order that without
 * loops each would come before all that it leads to.
 */
export interface StateGraph {
  readonly size: number;
  /** Edges out of state `i` are `starts[i]` to `starts[i + 1] - 1`: where they lead, and how likely each is taken. */
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
  readonly chances: Float64Array;
  /**
   * How likely a state is followed by a conversion at once, and the value that is to be expected of that: in a power of two that
   * is as much as the most that any path earned, so that values are as small as chances and no sum of theirs is too large.
   */
  readonly converts: Float64Array;
  readonly earns: Float64Array;
  /** Which channels each state holds; three places a state, NO_CHANNEL where it holds fewer. */
  readonly channels: Int32Array;
}

export const START = 0;
export const NO_CHANNEL = -1;
/** Places of a state in `StateGraph.channels`. */
export const PLACES = 3;
/** An edge is one number below 2^53, made of two states. */
const MAX_STATES = 2 ** 26;

export function stateGraph(table: PathTable, order: MarkovOrder): StateGraph {
  const base = table.channels.length + 1;
  if (base ** order > Number.MAX_SAFE_INTEGER)
    throw new ModelProblem(
      `There are too many channels for a chain of order ${order}: ask for a lower order, or for other models.`,
    );
  const counted = count(table, order, base);
  if (counted.states.size > MAX_STATES)
    throw new ModelProblem(
      `There are too many different windows for a chain of order ${order}: ask for a lower order, or for other models.`,
    );
  return inOrder(counted, base, order);
}

/** How often paths went along each edge, and how they ended; states and edges by the order in which they came. */
interface Counted {
  readonly states: NumberInterner;
  readonly edges: Edges;
  readonly taken: ExactSums;
  readonly converted: ExactSums;
  readonly value: ExactSums;
  readonly left: ExactSums;
}

/** Edges by the state that they leave and the step that is taken there, from START by the state where a path begins. */
class Edges {
  private readonly ways = new NumberInterner();
  private targets = new Uint32Array(1024);

  /** @param base more than the largest step */
  constructor(private readonly base: number) {}

  get size(): number {
    return this.ways.size;
  }

  begin(state: number): number {
    return this.leadingTo(this.ways.intern(state), state);
  }

  /** Where it leads is told with `leadingTo` of an edge that is new: its number is `size` of before. */
  of(from: number, step: number): number {
    return this.ways.intern(MAX_STATES + from * this.base + step);
  }

  leadingTo(edge: number, state: number): number {
    if (edge >= this.targets.length) {
      const targets = new Uint32Array(edge * 2);
      targets.set(this.targets);
      this.targets = targets;
    }
    this.targets[edge] = state;
    return edge;
  }

  targetOf(edge: number): number {
    return this.targets[edge] ?? 0;
  }

  sourceOf(edge: number): number {
    const way = this.ways.keyAt(edge);
    return way < MAX_STATES ? START : Math.floor((way - MAX_STATES) / this.base);
  }
}

function count(table: PathTable, order: MarkovOrder, base: number): Counted {
  const states = new NumberInterner();
  states.intern(START); // No window is 0.
  const counted = {
    states,
    edges: new Edges(base),
    taken: new ExactSums(256),
    converted: new ExactSums(256),
    value: new ExactSums(256),
    left: new ExactSums(256),
  };
  const { edges, taken } = counted;
  const older = base ** (order - 1);
  const unit = unitOf(table.value);
  for (let path = 0; path < table.size; path++) {
    const conversions = table.conversions[path] ?? 0;
    const weight = conversions + (table.nulls[path] ?? 0);
    if (weight === 0) continue;
    const start = table.starts[path] ?? 0;
    const end = table.starts[path + 1] ?? 0;
    const firstWhole = Math.min(start + order, end) - 1;
    let window = 0;
    for (let touch = start; touch <= firstWhole; touch++) window = window * base + (table.steps[touch] ?? 0) + 1;
    let from = states.intern(window);
    taken.add(edges.begin(from), weight);
    for (let touch = firstWhole + 1; touch < end; touch++) {
      const step = (table.steps[touch] ?? 0) + 1;
      const next = (window % older) * base + step;
      if (next === window) continue;
      window = next;
      const known = edges.size;
      const edge = edges.of(from, step);
      if (edge === known) edges.leadingTo(edge, states.intern(window));
      taken.add(edge, weight);
      from = edges.targetOf(edge);
    }
    counted.converted.add(from, conversions);
    counted.value.add(from, (table.value[path] ?? 0) / unit);
    counted.left.add(from, weight);
  }
  for (let edge = 0; edge < edges.size; edge++) counted.left.addSum(edges.sourceOf(edge), taken, edge);
  return counted;
}

/** The power of two by which the largest of these is at least 1 and less than 2; 1 of nothing. */
function unitOf(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most === 0 ? 1 : 2 ** Math.min(Math.floor(Math.log2(most)), 1023);
}

function inOrder(
  { states, edges, taken, converted, value, left }: Counted,
  base: number,
  chainOrder: MarkovOrder,
): StateGraph {
  const size = states.size;
  const out = grouped(edges, size);
  const order = forwards(out, size);
  const placeOf = new Uint32Array(size);
  order.forEach((state, place) => (placeOf[state] = place));
  const graph = {
    size,
    starts: new Uint32Array(size + 1),
    targets: new Uint32Array(edges.size),
    chances: new Float64Array(edges.size),
    converts: new Float64Array(size),
    earns: new Float64Array(size),
    channels: new Int32Array(size * PLACES).fill(NO_CHANNEL),
  };
  let at = 0;
  order.forEach((state, place) => {
    const all = left.at(state);
    for (let i = out.starts[state] ?? 0; i < (out.starts[state + 1] ?? 0); i++) {
      graph.targets[at] = placeOf[out.targets[i] ?? 0] ?? 0;
      graph.chances[at++] = taken.at(out.edges[i] ?? 0) / all;
    }
    graph.starts[place + 1] = at;
    if (all > 0) {
      graph.converts[place] = converted.at(state) / all;
      graph.earns[place] = value.at(state) / all;
    }
    if (!Number.isFinite(graph.earns[place] ?? 0) || !Number.isFinite(graph.converts[place] ?? 0))
      throw new ModelProblem(
        `A path earned too much for how rarely it converted to be counted in a chain of order ${chainOrder}: give conversions and values in other units, or ask for other models.`,
      );
    let window = states.keyAt(state);
    for (let i = place * PLACES; window > 0; i++) {
      graph.channels[i] = (window % base) - 1;
      window = Math.floor(window / base);
    }
  });
  return graph;
}

/** Edges by the state that they leave, in the order in which they came. */
interface Grouped {
  readonly starts: Uint32Array;
  readonly edges: Uint32Array;
  readonly targets: Uint32Array;
}

function grouped(edges: Edges, size: number): Grouped {
  const starts = new Uint32Array(size + 1);
  for (let edge = 0; edge < edges.size; edge++) starts[edges.sourceOf(edge) + 1]! += 1;
  for (let i = 0; i < size; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const next = starts.slice();
  const sorted = { edges: new Uint32Array(edges.size), targets: new Uint32Array(edges.size) };
  for (let edge = 0; edge < edges.size; edge++) {
    const from = edges.sourceOf(edge);
    const at = next[from] ?? 0;
    sorted.edges[at] = edge;
    sorted.targets[at] = edges.targetOf(edge);
    next[from] = at + 1;
  }
  return { starts, ...sorted };
}

/** States, each before those it leads to but for loops: the reverse of the order in which a search in depth leaves them. */
function forwards({ starts, targets }: Grouped, size: number): Uint32Array {
  const order = new Uint32Array(size);
  const next = starts.slice(0, size);
  const isSeen = new Uint8Array(size);
  const way = [START];
  isSeen[START] = 1;
  let place = size;
  while (way.length > 0) {
    const state = way.at(-1) ?? START;
    const edge = next[state] ?? 0;
    if (edge === (starts[state + 1] ?? 0)) {
      order[--place] = state;
      way.pop();
      continue;
    }
    next[state] = edge + 1;
    const target = targets[edge] ?? 0;
    if (isSeen[target] === 1) continue;
    isSeen[target] = 1;
    way.push(target);
  }
  return order;
}
