import type { HolidaySource, PlaceSource, ZoneSource } from '#lib/kernel';
import type { Pack } from './packs/pack.js';
import type { RulesVersion } from './rules-version.js';

/**
 * What is true of the world and not of a message: clocks, places, holidays, laws. Pinned data with a version each, so
 * that a decision can be made again on what was known when it was made.
 */
export interface ReferenceData {
  readonly zones: ZoneSource;
  readonly places: PlaceSource;
  readonly holidays: HolidaySource;
  /** Every pack there is; which of them apply depends on the policy and on where the contact is. */
  readonly packs: readonly Pack[];
  /** By which rules of this code a decision of the past is made again; left out: those of today. */
  readonly rules?: RulesVersion;
}
