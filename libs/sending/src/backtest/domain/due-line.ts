import type { EpochMs } from '#lib/kernel';

/** What waits, by the instant at which it is due; a binary heap. Equals come in the order in which they were put. */
export class DueLine<T> {
  private readonly heap: { readonly at: EpochMs; readonly n: number; readonly what: T }[] = [];
  private count = 0;

  put(at: EpochMs, what: T): void {
    this.heap.push({ at, n: this.count++, what });
    for (let i = this.heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.isBefore(i, parent)) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  /** Takes out the first that is due at `until` or before. */
  take(until: EpochMs): { readonly at: EpochMs; readonly what: T } | null {
    const [first] = this.heap;
    if (first === undefined || first.at > until) return null;
    this.swap(0, this.heap.length - 1);
    this.heap.pop();
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (this.isBefore(child, least)) least = child;
      if (least === i) return first;
      this.swap(i, least);
      i = least;
    }
  }

  private isBefore(i: number, j: number): boolean {
    const [a, b] = [this.heap[i], this.heap[j]];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.n < b.n);
  }

  private swap(i: number, j: number): void {
    const [a, b] = [this.heap[i], this.heap[j]];
    if (a === undefined || b === undefined) return;
    [this.heap[i], this.heap[j]] = [b, a];
  }
}
