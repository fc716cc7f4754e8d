import { NO_CHANNEL, PLACES, START, type StateGraph } from './state-graph.js';

/** What taking a channel away costs, as a share of all: of the chance to convert, and of the value to be expected. */
export interface RemovalEffects {
  /** That a path that begins converts, and the value to be expected of it. */
  readonly chance: number;
  readonly expected: number;
  readonly onConversions: Float64Array;
  readonly onValue: Float64Array;
}

const MAX_SWEEPS = 1_000_000;

/**
 * A chain where each channel is one state, solved at once: N = (I - Q)^-1 says how often state j is visited from i, and
 * what goes through c is N_sc / N_cc (the chance to come there at all) times what follows from there.
 */
export function effectsByInverse(graph: StateGraph, channels: number): RemovalEffects {
  const { size } = graph;
  const visits = inverse(graph);
  const onward = (first: Float64Array): Float64Array =>
    first.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += (visits[i * size + j] ?? 0) * (first[j] ?? 0);
      return sum;
    });
  const chance = onward(graph.converts);
  const expected = onward(graph.earns);
  const effects = emptyEffects(chance, expected, channels);
  for (let state = 0; state < size; state++) {
    const channel = graph.channels[state * PLACES] ?? NO_CHANNEL;
    if (channel === NO_CHANNEL) continue;
    const reached = (visits[START * size + state] ?? 0) / (visits[state * size + state] ?? 1);
    effects.onConversions[channel] = shareOf(reached * (chance[state] ?? 0), effects.chance);
    effects.onValue[channel] = shareOf(reached * (expected[state] ?? 0), effects.expected);
  }
  return effects;
}

/** (I - Q)^-1 by elimination. Every state leads to an end, so no pivot is 0 and none needs to be looked for. */
function inverse({ size, starts, targets, chances }: StateGraph): Float64Array {
  const left = new Float64Array(size * size);
  const right = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    left[i * size + i] = 1;
    right[i * size + i] = 1;
    for (let edge = starts[i] ?? 0; edge < (starts[i + 1] ?? 0); edge++) {
      const at = i * size + (targets[edge] ?? 0);
      left[at] = (left[at] ?? 0) - (chances[edge] ?? 0);
    }
  }
  for (let pivot = 0; pivot < size; pivot++) {
    const row = pivot * size;
    const by = left[row + pivot] ?? 1;
    for (let j = 0; j < size; j++) {
      left[row + j] = (left[row + j] ?? 0) / by;
      right[row + j] = (right[row + j] ?? 0) / by;
    }
    for (let i = 0; i < size; i++) {
      const factor = i === pivot ? 0 : (left[i * size + pivot] ?? 0);
      if (factor === 0) continue;
      for (let j = 0; j < size; j++) {
        left[i * size + j] = (left[i * size + j] ?? 0) - factor * (left[row + j] ?? 0);
        right[i * size + j] = (right[i * size + j] ?? 0) - factor * (right[row + j] ?? 0);
      }
    }
  }
  return right;
}

/**
 * The same for any chain, where several states hold a channel: what goes through c is, over the states with c, the chance to
 * come there before any other of them, times what follows from there. The equations are sparse and solved by sweeping over
 * them in the order of the paths. All terms are positive, so a sweep never overshoots, and it ends when nothing changes any
 * more in the last place of a double.
 */
export function effectsBySweeps(graph: StateGraph, channels: number): RemovalEffects {
  const chance = onward(graph, graph.converts);
  const expected = onward(graph, graph.earns);
  const effects = emptyEffects(chance, expected, channels);
  const incoming = reversed(graph);
  for (let channel = 0; channel < channels; channel++) {
    const first = firstVisits(graph, incoming, channel);
    let converting = 0;
    let earning = 0;
    for (let state = 0; state < graph.size; state++) {
      if (!holds(graph, state, channel)) continue;
      converting += (first[state] ?? 0) * (chance[state] ?? 0);
      earning += (first[state] ?? 0) * (expected[state] ?? 0);
    }
    effects.onConversions[channel] = shareOf(converting, effects.chance);
    effects.onValue[channel] = shareOf(earning, effects.expected);
  }
  return effects;
}

/** Solves x = Qx + first, last states first. */
function onward({ size, starts, targets, chances }: StateGraph, first: Float64Array): Float64Array {
  const x = first.slice();
  for (let isDone = false, sweep = 0; !isDone; sweep++) {
    isDone = true;
    mustSettle(sweep);
    for (let i = size - 1; i >= 0; i--) {
      let sum = first[i] ?? 0;
      for (let edge = starts[i] ?? 0; edge < (starts[i + 1] ?? 0); edge++)
        sum += (chances[edge] ?? 0) * (x[targets[edge] ?? 0] ?? 0);
      if (sum === x[i]) continue;
      x[i] = sum;
      isDone = false;
    }
  }
  return x;
}

interface Incoming {
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  readonly chances: Float64Array;
}

/** For states with the channel: the chance that it is the first of them; for others: visits before the first of them. */
function firstVisits(graph: StateGraph, incoming: Incoming, channel: number): Float64Array {
  const { size } = graph;
  const isEnd = Uint8Array.from({ length: size }, (_, state) => Number(holds(graph, state, channel)));
  const x = new Float64Array(size);
  for (let isDone = false, sweep = 0; !isDone; sweep++) {
    isDone = true;
    mustSettle(sweep);
    for (let i = 0; i < size; i++) {
      let sum = i === START ? 1 : 0;
      for (let edge = incoming.starts[i] ?? 0; edge < (incoming.starts[i + 1] ?? 0); edge++) {
        const source = incoming.sources[edge] ?? 0;
        if (isEnd[source] === 0) sum += (incoming.chances[edge] ?? 0) * (x[source] ?? 0);
      }
      if (sum === x[i]) continue;
      x[i] = sum;
      // What is at an end goes nowhere.
      if (isEnd[i] === 0) isDone = false;
    }
  }
  return x;
}

/** A loop that is left less than once in 2^50 times is lost in the rounding of a double. */
function mustSettle(sweep: number): void {
  if (sweep > MAX_SWEEPS) throw new RangeError('paths go in circles too often for a chain to be solved');
}

function reversed({ size, starts, targets, chances }: StateGraph): Incoming {
  const into = new Uint32Array(size + 1);
  for (const target of targets) into[target + 1] = (into[target + 1] ?? 0) + 1;
  for (let i = 0; i < size; i++) into[i + 1] = (into[i + 1] ?? 0) + (into[i] ?? 0);
  const next = into.slice();
  const incoming = {
    starts: into,
    sources: new Uint32Array(targets.length),
    chances: new Float64Array(targets.length),
  };
  for (let from = 0; from < size; from++)
    for (let edge = starts[from] ?? 0; edge < (starts[from + 1] ?? 0); edge++) {
      const target = targets[edge] ?? 0;
      const at = next[target] ?? 0;
      incoming.sources[at] = from;
      incoming.chances[at] = chances[edge] ?? 0;
      next[target] = at + 1;
    }
  return incoming;
}

function holds({ channels }: StateGraph, state: number, channel: number): boolean {
  const at = state * PLACES;
  return channels[at] === channel || channels[at + 1] === channel || channels[at + 2] === channel;
}

function emptyEffects(chance: Float64Array, expected: Float64Array, channels: number): RemovalEffects {
  return {
    chance: chance[START] ?? 0,
    expected: expected[START] ?? 0,
    onConversions: new Float64Array(channels),
    onValue: new Float64Array(channels),
  };
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
