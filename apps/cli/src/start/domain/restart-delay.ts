const DELAYS_MS = [250, 500, 1_000, 2_000, 4_000] as const;
/** A process that ran this long has recovered from whatever ended it before. */
const RECOVERED_MS = 60_000;

/** How often a process ended in a row, now that it ended once more after `ranMs`. */
export function endsInARow(before: number, ranMs: number): number {
  return ranMs > RECOVERED_MS ? 1 : before + 1;
}

/** How long to wait before the next start, after so many ends in a row; null to give up. */
export function restartDelayMs(endsInARow: number): number | null {
  return DELAYS_MS[endsInARow - 1] ?? null;
}
