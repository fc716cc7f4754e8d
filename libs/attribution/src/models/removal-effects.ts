import { type Components, componentsOf } from './components.js';
import { NO_CHANNEL, PLACES, START, type StateGraph } from './state-graph.js';

/** What taking a channel away costs, as a share of all: of the chance to convert, and of the value to be expected. */
export interface RemovalEffects {
  /** That a path that begins converts, and the value to be expected of it. */
  readonly chance: number;
  readonly expected: number;
  readonly onConversions: Float64Array;
  readonly onValue: Float64Array;
}

/** Edges that are gone along at most until one equation is solved by sweeping: some seconds. */
const MOST_STEPS = 500_000_000;

/** That a chain goes in circles so often that sweeping over it takes too long. */
export class Unsettled extends RangeError {}

/** How many edges were gone along: for one equation, and for all of a chain. */
class Effort {
  private ofEquation = 0;
  private ofAll = 0;

  constructor(private readonly most: number) {}

  begin(): void {
    this.ofEquation = 0;
  }

  /**
   * @param steps of each equation
   * @param equations that are solved together
   * @throws Unsettled
   */
  spend(steps: number, equations = 1): void {
    this.ofEquation += steps;
    this.ofAll += steps * equations;
    if (this.ofEquation > MOST_STEPS || this.ofAll > this.most) throw new Unsettled('paths go in circles for too long');
  }
}

/**
 * Any chain by one factorisation for all channels: N = (I - Q)^-1 says how often state j is visited from i. Of the states S
 * that hold a channel, f N_SS = N_sS gives the chance f to come to each before any other of them; what goes through the
 * channel is f times what follows from there. Of a channel that is one state alone that is N_sc / N_cc.
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
  for (let channel = 0; channel < channels; channel++) {
    const members: number[] = [];
    for (let state = 0; state < size; state++) if (holds(graph, state, channel)) members.push(state);
    const first = firstAmong(visits, size, members);
    let [converting, earning] = [0, 0];
    members.forEach((state, i) => {
      converting += (first[i] ?? 0) * (chance[state] ?? 0);
      earning += (first[i] ?? 0) * (expected[state] ?? 0);
    });
    effects.onConversions[channel] = shareOf(converting, effects.chance);
    effects.onValue[channel] = shareOf(earning, effects.expected);
  }
  return effects;
}

/** Of some states: the chance that each is the first of them to which a path comes. Gauss with the largest pivot. */
function firstAmong(visits: Float64Array, size: number, members: readonly number[]): Float64Array {
  const n = members.length;
  const rows = members.map((column) => {
    const row = Float64Array.from(members, (from) => visits[from * size + column] ?? 0);
    return { row, right: visits[START * size + column] ?? 0 };
  });
  for (let pivot = 0; pivot < n; pivot++) {
    let best = pivot;
    const sizeOf = (at: number): number => Math.abs(rows[at]?.row[pivot] ?? 0);
    for (let i = pivot + 1; i < n; i++) if (sizeOf(i) > sizeOf(best)) best = i;
    const [by, other] = [rows[best], rows[pivot]];
    if (by === undefined || other === undefined) throw new Error('there is a row for each state');
    rows[pivot] = by;
    rows[best] = other;
    for (let i = pivot + 1; i < n; i++) {
      const one = rows[i];
      const factor = (one?.row[pivot] ?? 0) / (by.row[pivot] ?? 1);
      if (one === undefined || factor === 0) continue;
      for (let j = pivot + 1; j < n; j++) one.row[j] = (one.row[j] ?? 0) - factor * (by.row[j] ?? 0);
      one.right -= factor * by.right;
    }
  }
  const first = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const one = rows[i];
    let sum = one?.right ?? 0;
    for (let j = i + 1; j < n; j++) sum -= (one?.row[j] ?? 0) * (first[j] ?? 0);
    first[i] = sum / (one?.row[i] ?? 1);
  }
  return first;
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
    // Left of the pivot all is done, and right of it nothing is begun.
    for (let j = pivot; j < size; j++) left[row + j] = (left[row + j] ?? 0) / by;
    for (let j = 0; j <= pivot; j++) right[row + j] = (right[row + j] ?? 0) / by;
    for (let i = 0; i < size; i++) {
      const factor = i === pivot ? 0 : (left[i * size + pivot] ?? 0);
      if (factor === 0) continue;
      const other = i * size;
      for (let j = pivot; j < size; j++) left[other + j] = (left[other + j] ?? 0) - factor * (left[row + j] ?? 0);
      for (let j = 0; j <= pivot; j++) right[other + j] = (right[other + j] ?? 0) - factor * (right[row + j] ?? 0);
    }
  }
  return right;
}

/**
 * The same of a chain of so many states that an inverse takes too long: its equations are sparse and solved by sweeping over
 * them, part after part of those that go in circles, each until nothing changes any more in the last place of a double. All
 * terms are positive, so a sweep never overshoots, and in whatever order they are made they end with the same bits.
 * @param most edges that may be gone along for all of it
 * @throws Unsettled where paths go in circles so often that this takes too long
 */
export function effectsBySweeps(graph: StateGraph, channels: number, most = Infinity): RemovalEffects {
  const parts = componentsOf(graph);
  const effort = new Effort(most);
  const chance = onward(graph, parts, graph.converts, effort);
  const expected = onward(graph, parts, graph.earns, effort);
  const effects = emptyEffects(chance, expected, channels);
  const incoming = reversed(graph);
  for (let some = 0; some < channels; some += TOGETHER) {
    const first = firstVisits(graph, parts, incoming, some, effort);
    for (let channel = some; channel < Math.min(some + TOGETHER, channels); channel++) {
      let converting = 0;
      let earning = 0;
      for (let state = 0; state < graph.size; state++) {
        if (!holds(graph, state, channel)) continue;
        const visit = first[state * TOGETHER + channel - some] ?? 0;
        converting += visit * (chance[state] ?? 0);
        earning += visit * (expected[state] ?? 0);
      }
      effects.onConversions[channel] = shareOf(converting, effects.chance);
      effects.onValue[channel] = shareOf(earning, effects.expected);
    }
  }
  return effects;
}

/** Solves x = Qx + first, last states first. */
function onward(
  { starts, targets, chances }: StateGraph,
  { states, starts: partStarts }: Components,
  first: Float64Array,
  effort: Effort,
): Float64Array {
  const x = first.slice();
  effort.begin();
  for (let part = partStarts.length - 2; part >= 0; part--) {
    const [from, to] = [partStarts[part] ?? 0, partStarts[part + 1] ?? 0];
    let isDone = false;
    while (!isDone) {
      isDone = true;
      let steps = 0;
      for (let place = to - 1; place >= from; place--) {
        const i = states[place] ?? 0;
        const end = starts[i + 1] ?? 0;
        let sum = first[i] ?? 0;
        for (let edge = starts[i] ?? 0; edge < end; edge++) sum += (chances[edge] ?? 0) * (x[targets[edge] ?? 0] ?? 0);
        steps += end - (starts[i] ?? 0) + 1;
        if (sum === x[i]) continue;
        x[i] = sum;
        // A state alone does not lead to itself.
        isDone = to - from === 1;
      }
      effort.spend(steps);
    }
  }
  return x;
}

interface Incoming {
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  readonly chances: Float64Array;
}

/** Channels whose equations are solved in one sweep: what a sweep waits for is the edges, which are the same for all. */
const TOGETHER = 4;

/**
 * Of `TOGETHER` channels beside each other, from `some` on. For states with the channel: the chance that it is the first of
 * them; for others: visits before the first of them.
 */
function firstVisits(
  graph: StateGraph,
  { states, starts: partStarts }: Components,
  { starts, sources, chances }: Incoming,
  some: number,
  effort: Effort,
): Float64Array {
  const { size, channels } = graph;
  // A bit for each of the channels that a state holds.
  const ends = new Uint8Array(size);
  for (let at = 0; at < size * PLACES; at++) {
    const channel = (channels[at] ?? NO_CHANNEL) - some;
    if (channel >= 0 && channel < TOGETHER) ends[Math.floor(at / PLACES)]! |= 1 << channel;
  }
  const x = new Float64Array(size * TOGETHER);
  // What goes on from a state: what is at an end goes nowhere.
  const on = new Float64Array(size * TOGETHER);
  effort.begin();
  for (let part = 0; part + 1 < partStarts.length; part++) {
    const [from, to] = [partStarts[part] ?? 0, partStarts[part + 1] ?? 0];
    let isDone = false;
    while (!isDone) {
      isDone = true;
      let steps = 0;
      for (let place = from; place < to; place++) {
        const i = states[place] ?? 0;
        const end = starts[i + 1] ?? 0;
        let a = i === START ? 1 : 0;
        let [b, c, d] = [a, a, a];
        for (let edge = starts[i] ?? 0; edge < end; edge++) {
          const chance = chances[edge] ?? 0;
          const source = (sources[edge] ?? 0) * TOGETHER;
          a += chance * (on[source] ?? 0);
          b += chance * (on[source + 1] ?? 0);
          c += chance * (on[source + 2] ?? 0);
          d += chance * (on[source + 3] ?? 0);
        }
        steps += end - (starts[i] ?? 0) + 1;
        const at = i * TOGETHER;
        if (a === x[at] && b === x[at + 1] && c === x[at + 2] && d === x[at + 3]) continue;
        const isEnd = ends[i] ?? 0;
        const goesOn =
          ((isEnd & 1) === 0 && a !== x[at]) ||
          ((isEnd & 2) === 0 && b !== x[at + 1]) ||
          ((isEnd & 4) === 0 && c !== x[at + 2]) ||
          ((isEnd & 8) === 0 && d !== x[at + 3]);
        x[at] = a;
        x[at + 1] = b;
        x[at + 2] = c;
        x[at + 3] = d;
        on[at] = (isEnd & 1) === 0 ? a : 0;
        on[at + 1] = (isEnd & 2) === 0 ? b : 0;
        on[at + 2] = (isEnd & 4) === 0 ? c : 0;
        on[at + 3] = (isEnd & 8) === 0 ? d : 0;
        // A state alone does not lead to itself.
        if (goesOn) isDone = to - from === 1;
      }
      effort.spend(steps, TOGETHER);
    }
  }
  return x;
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
