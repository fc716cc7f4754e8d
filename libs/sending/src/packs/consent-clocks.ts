import type { RunwayClock } from '#lib/consent';
import { endOfPermission, type Pack } from '#lib/decision';
import type { PlaceSource, ZoneSource } from '#lib/kernel';

/**
 * Which laws let an implied consent run out, and when: every permission of the packs that does not last for ever. Where
 * a country has several zones the earliest counts, as it does for a decision about somebody whose zone is not known.
 */
export function consentClocks(packs: readonly Pack[], zones: ZoneSource, places: PlaceSource): RunwayClock[] {
  return packs.flatMap((pack) =>
    pack.rules.flatMap((rule) => {
      if (rule.kind !== 'consent') return [];
      return rule.accepts.flatMap(({ kind, lasts }) =>
        lasts === null ? [] : pack.countries.map((country) => clockOf(pack.id, country, kind, lasts, zones, places)),
      );
    }),
  );
}

function clockOf(
  law: string,
  country: string,
  basis: string,
  lasts: string,
  zones: ZoneSource,
  places: PlaceSource,
): RunwayClock {
  const inCountry = (places.zonesOfCountry(country) ?? []).flatMap((name) => zones.zone(name) ?? []);
  if (inCountry.length === 0) throw new RangeError(`no zone is known of ${country}`);
  const endsAt: RunwayClock['endsAt'] = (at) => {
    const end = endOfPermission(at, lasts, inCountry);
    if (end === null) throw new RangeError(`${lasts} is not a duration in years and months`);
    return end;
  };
  return { law, country, basis, endsAt };
}
