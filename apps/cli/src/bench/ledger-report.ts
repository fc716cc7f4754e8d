import type { Latency } from './figures.js';

export interface LedgerOptions {
  readonly seconds: number;
  /** In the log when proofs are measured. */
  readonly entries: number;
}

export interface Appending {
  readonly appendsPerSecond: number;
  /** From the commit of an append to the first signed checkpoint that covers it. */
  readonly publishedMs: Latency;
}

export interface Overhead {
  /** Business rows, and appends, of one transaction. */
  readonly each: number;
  readonly ratio: number;
  readonly rounds: readonly number[];
  readonly barePerSecond: number;
  /** Processor time of a business row with its append or bare insert in microseconds, in this process and in PostgreSQL; what places the entries is not in it. */
  readonly cpuUs: { readonly bare: Cost; readonly appended: Cost };
}

export interface Cost {
  readonly node: number;
  readonly postgres: number;
}

export interface LedgerReport {
  readonly bench: 'ledger';
  /** Durable single-entry appends, each a transaction of its own. */
  readonly fullSpeed: Appending;
  /** The same by callers who share transactions, as those who accept, attempt and settle messages do: each waits until its own is durable. */
  readonly grouped: Appending;
  readonly atRate: Appending & { readonly rate: number };
  /** The plainest transaction, one row, with an append against the same with a bare insert of the same bytes, in alternating rounds. */
  readonly overhead: Overhead;
  /** The same of a business transaction of the product itself: a consent is recorded. */
  readonly businessOverhead: Overhead;
  /** The same of transactions that many share, as those of the pipeline. */
  readonly sharedOverhead: Overhead;
  readonly drain: {
    readonly entries: number;
    readonly positionsPerSecond: number;
    readonly publishedPerSecond: number;
  };
  /** `emptyMs`: a query for nothing, in turns with them, which is what the machine itself takes at that hour. */
  readonly proofs: { readonly entries: number; readonly ms: Latency; readonly emptyMs: Latency };
  readonly bytesPerEntry: number;
  readonly bundle: {
    readonly records: number;
    readonly builtMs: number;
    readonly verifiedMs: number;
    readonly mb: number;
  };
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}
