import type { StateGraph } from './state-graph.js';

/**
 * The states of a chain in parts: from each state of a part every other of it can be reached, and a part comes before all
 * that it leads to. What is said of a part follows from the parts before it alone, or from those behind it alone.
 */
export interface Components {
  /** States part by part; within a part in their own order. Part `i` is `states[starts[i]]` to `states[starts[i + 1] - 1]`. */
  readonly states: Uint32Array;
  readonly starts: Uint32Array;
}

const UNSEEN = 0xffff_ffff;

/** By a search in depth (Tarjan, 1972): a part is complete when nothing behind its first state leads before it. */
export function componentsOf({ size, starts, targets }: StateGraph): Components {
  const seenAs = new Uint32Array(size).fill(UNSEEN);
  const earliest = new Uint32Array(size);
  const isOpen = new Uint8Array(size);
  const next = starts.slice(0, size);
  const open: number[] = [];
  const way: number[] = [];
  const parts: number[][] = [];
  let seen = 0;
  const enter = (state: number): void => {
    seenAs[state] = seen;
    earliest[state] = seen++;
    isOpen[state] = 1;
    open.push(state);
    way.push(state);
  };
  const reach = (state: number, other: number): void => {
    if ((earliest[other] ?? 0) < (earliest[state] ?? 0)) earliest[state] = earliest[other] ?? 0;
  };
  for (let first = 0; first < size; first++) {
    if (seenAs[first] !== UNSEEN) continue;
    enter(first);
    for (let state = way.at(-1); state !== undefined; state = way.at(-1)) {
      const edge = next[state] ?? 0;
      if (edge < (starts[state + 1] ?? 0)) {
        next[state] = edge + 1;
        const target = targets[edge] ?? 0;
        if (seenAs[target] === UNSEEN) enter(target);
        else if (isOpen[target] === 1) reach(state, target);
        continue;
      }
      way.pop();
      const before = way.at(-1);
      if (before !== undefined) reach(before, state);
      if (earliest[state] !== seenAs[state]) continue;
      const part = open.splice(open.lastIndexOf(state));
      for (const one of part) isOpen[one] = 0;
      parts.push(part.sort((a, b) => a - b));
    }
  }
  const inOrder = { states: new Uint32Array(size), starts: new Uint32Array(parts.length + 1) };
  let at = 0;
  // A part is complete after all that it leads to.
  parts.reverse().forEach((part, i) => {
    for (const state of part) inOrder.states[at++] = state;
    inOrder.starts[i + 1] = at;
  });
  return inOrder;
}
