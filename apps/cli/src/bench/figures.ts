import fs from 'node:fs';

/** Latencies in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** By the nearest rank; zeros when nothing was measured. */
export function latencyOf(samplesMs: readonly number[]): Latency {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  const rank = (p: number): number => round(sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? 0, 1);
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

export function perSecond(count: number, ms: number): number {
  return Math.round((count / ms) * 1000);
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Kernel clock ticks per second in /proc: 100 for every program on Linux. */
const TICKS_PER_SECOND = 100;

/**
 * Processor time in milliseconds that a process, its children and the children it has already buried have used; null
 * where there is no /proc to read it from.
 */
export function cpuMsOfTree(pid: number): number | null {
  const own = readStat(pid);
  if (own === null) return null;
  const children = fs.readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    return stat?.parent === pid ? [stat] : [];
  });
  const ticks = children.reduce((sum, child) => sum + child.ticks, own.ticks + own.buriedTicks);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

function readStat(pid: number): { parent: number; ticks: number; buriedTicks: number } | null {
  try {
    // The name of the program, in parentheses, may hold anything; what counts follows its end.
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (n: number): number => Number(fields[n - 3]);
    return { parent: field(4), ticks: field(14) + field(15), buriedTicks: field(16) + field(17) };
  } catch {
    return null;
  }
}

/** Uniform numbers that are the same on every machine. */
export function drawOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
