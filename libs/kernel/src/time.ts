import type { Zone } from 'luxon';
import type { EpochMs } from './words.js';

/** The only way to learn what time it is. Rules take `now` as an argument instead. */
export interface Clock {
  now(): EpochMs;
  /** Milliseconds that never step back, for deadlines inside one process. */
  monotonic(): number;
}

/** The time zone database in use. Pure code is handed one and never consults the runtime's own. */
export interface ZoneSource {
  /** Version of the IANA database, such as '2026f'; stamped into every decision. */
  readonly version: string;
  /** The zone of that IANA name (links resolved, case as in the database), or null when there is none. */
  zone(name: string): Zone | null;
}
