import type { EpochMs } from '#lib/kernel';
import { dayOf } from './calendar.js';
import { LONGEST_DAYS } from './exact-duration.js';
import { DAY } from './local-time.js';
import { applicablePacks, hoursOf } from './packs/law.js';
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

/**
 * Places whose law leaves no minute beside the brand's own hours: contacts there get nothing, ever. All packs of a place
 * are its law together: that of a region and that of its country may each leave some, and none in common.
 */
function silentPlaces({ quietHours, jurisdiction }: Policy, packs: ReferenceData['packs']): string[] {
  if (jurisdiction === undefined) return [];
  const warnings = placesOf(packs).flatMap(({ country, region }) => {
    const there = applicablePacks(packs, [{ country, regions: region === null ? null : [region] }], jurisdiction);
    const law = there
      .map((pack) => ({ pack, hours: hoursOf(pack, jurisdiction) }))
      .filter(({ hours }) => hours.length > 0);
    if (law.length === 0) return [];
    const where = `where ${packNames(law.map(({ pack }) => pack.id))}: contacts there get none`;
    const hours = law.flatMap((one) => one.hours);
    return silencedIn({ country, region }, quietHours, hours).map((problem) => `${problem} ${where}`);
  });
  return [...new Set(warnings)];
}

/** Each country that a pack is about, and each region of one. */
function placesOf(packs: ReferenceData['packs']): { readonly country: string; readonly region: string | null }[] {
  const places = packs.flatMap(({ countries, region }) => countries.map((country) => ({ country, region })));
  return [...new Map(places.map((place) => [`${place.country} ${place.region ?? ''}`, place])).values()];
}

function packNames(ids: readonly string[]): string {
  return ids.length === 1 ? `the pack ${ids[0] ?? ''} applies` : `the packs ${ids.join(', ')} apply`;
}
