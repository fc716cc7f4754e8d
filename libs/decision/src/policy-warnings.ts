import type { EpochMs } from '#lib/kernel';
import { dayOf } from './calendar.js';
import { LONGEST_DAYS } from './exact-duration.js';
import { DAY } from './local-time.js';
import { hoursOf } from './packs/law.js';
import { appliesLaw, type Policy } from './policy.js';
import { silencedIn } from './quiet-hours-problems.js';
import type { ReferenceData } from './reference-data.js';

/**
 * What is allowed in a policy and does nothing, or nothing for some people: one sentence each, starting with where, for
 * whoever publishes it. A version that has been in force may go on with dates that are over, so this refuses nothing.
 *
 * @param now when it is published
 */
export function policyWarnings(policy: Policy, now: EpochMs, { packs = [] }: Partial<ReferenceData> = {}): string[] {
  // Of a day that is over on every clock of the world nobody can say that it is still to come.
  const yesterday = Math.floor(now / DAY) - 2;
  return [
    ...policy.quietHours.flatMap(({ dates = [] }, i) =>
      dates.flatMap(({ from, to }, k) => {
        const isOver = (dayOf(to) ?? Infinity) <= yesterday;
        return isOver ? [`quietHours[${i}].dates[${k}] "${from} to ${to}" are over: leave them out`] : [];
      }),
    ),
    ...(policy.warmUps ?? []).flatMap(({ startsOn, ceilings }, i) => {
      const first = dayOf(startsOn) ?? Infinity;
      if (first + ceilings.length - 1 <= yesterday) {
        return [`warmUps[${i}] began on ${startsOn} and is over: leave it out, or give it a first day that is to come`];
      }
      const isFar = first > now / DAY + LONGEST_DAYS;
      return isFar ? [`warmUps[${i}] begins on ${startsOn}: nothing leaves by what it warms up before`] : [];
    }),
    ...(appliesLaw(policy) ? silentPlaces(policy, packs) : []),
  ];
}

/** Places whose law leaves no minute beside the brand's own hours: contacts there get nothing, ever. */
function silentPlaces({ quietHours, jurisdiction }: Policy, packs: ReferenceData['packs']): string[] {
  return packs.flatMap((pack) =>
    silencedIn(
      { country: pack.countries[0] ?? null, region: pack.region },
      quietHours,
      hoursOf(pack, jurisdiction),
    ).map((problem) => `${problem} where the pack ${pack.id} applies: contacts there get none`),
  );
}
