import type { EpochMs } from '#lib/kernel';

/** A second is finer than clocks of machines agree, and coarse enough that a wish carried out twice has one time. */
const SECOND_MS = 1_000;

/** How far the database's clock is ahead of this machine's, in whole seconds. */
export function clockAhead(here: { readonly before: EpochMs; readonly after: EpochMs }, database: EpochMs): number {
  const ahead = Math.round((database - (here.before + here.after) / 2) / SECOND_MS) * SECOND_MS;
  return ahead === 0 ? 0 : ahead; // Never -0.
}

/**
 * When a wish was expressed by the database's clock, by which every consent is told: a clock of a center that is slow
 * must not put a no before the yes that it followed. Never later than now.
 */
export function inDatabaseTime(at: EpochMs, ahead: number, databaseNow: EpochMs): EpochMs {
  return Math.min(at + ahead, databaseNow);
}
