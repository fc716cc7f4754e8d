import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { DAY, MINUTE, readingAt } from './local-time.js';
import { endOfTerm, isInForce } from './packs/term.js';
import type { Situation } from './situation.js';

/** Changes of the clocks of several zones may follow each other within an hour; they come at quarters of one. */
const QUARTER = 15 * MINUTE;
/** By then every zone of the database has come to rules that repeat from year to year, and a year shows all of them. */
const RULES_REPEAT = Date.UTC(2100, 0, 1);
const A_YEAR_AND_MORE = 400 * DAY;

/**
 * Whether the weekly windows of all quiet hours together leave no minute free from `at` to the message's end, whatever
 * the clocks do: policy, law and contact may each leave some, and none in common.
 *
 * Windows are figures of clocks, so as long as the clocks stand as far apart as they do a week is like every other; and
 * a minute that is covered in such a week is quiet in each, nights of change included, because those only make a window
 * longer. So it is enough to look at one week for each way the clocks stand. Dates and holidays could only add to it.
 */
export function isNeverFree({ facts, quietHours, zones }: Situation, at: EpochMs): boolean {
  const { expiresAt } = facts.message;
  const lasting = quietHours.filter(({ term }) => {
    if (term === undefined) return true;
    const end = endOfTerm(term, zones);
    return isInForce(term, zones, at) && (end === null || end >= expiresAt);
  });
  const until = Math.min(expiresAt, Math.max(at, RULES_REPEAT) + A_YEAR_AND_MORE);
  return waysToStand(zones, at, until).every((instant) => {
    const minutes = new Uint8Array((7 * DAY) / MINUTE);
    for (const { calendar } of lasting) calendar.markWeek(minutes, (zone) => readingAt(zone, instant) - instant);
    return !minutes.includes(0);
  });
}

/** An instant for each way in which the clocks stand to UTC between two instants. */
function waysToStand(zones: readonly Zone[], from: EpochMs, to: EpochMs): EpochMs[] {
  const standAt = (instant: EpochMs): string => zones.map((zone) => readingAt(zone, instant) - instant).join();
  const found = new Map<string, EpochMs>();
  let before = standAt(from);
  found.set(before, from);
  for (let day = from; day < to; day += DAY) {
    const end = Math.min(day + DAY, to);
    const after = standAt(end);
    if (after === before) continue;
    before = after;
    const firstQuarter = Math.ceil(day / QUARTER) * QUARTER;
    for (let quarter = firstQuarter; quarter <= end; quarter += QUARTER) {
      found.set(standAt(quarter), quarter);
    }
  }
  return [...found.values()];
}
