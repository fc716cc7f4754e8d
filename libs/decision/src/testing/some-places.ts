import type { HolidaySource, PlaceSource } from '#lib/kernel';

const COUNTRIES: Readonly<Record<string, readonly string[]>> = {
  DE: ['Europe/Berlin'],
  GB: ['Europe/London'],
  GG: ['Europe/Guernsey'],
  US: ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'Pacific/Honolulu'],
  FR: ['Europe/Paris'],
};
const REGIONS: Readonly<Record<string, readonly string[]>> = {
  'US-TX': ['America/Chicago', 'America/Denver'],
  'US-NY': ['America/New_York'],
};
const PHONES: Readonly<Record<string, ReturnType<PlaceSource['ofPhone']>>> = {
  '+1212': { country: 'US', regions: ['US-NY'], zones: ['America/New_York'] },
  '+49171': { country: 'DE', regions: null, zones: null },
  '+447': { country: 'GB', countries: ['GB', 'GG'], regions: null, zones: null },
};

/** A small world, for specs only. */
export const somePlaces: PlaceSource = {
  version: 'some places',
  zonesOfCountry: (country) => COUNTRIES[country] ?? null,
  zonesOfRegion: (region) => REGIONS[region] ?? null,
  zonesOfPostalCode: (country, code) => (country === 'US' && code === '79901' ? ['America/Denver'] : null),
  ofPhone: (prefix) => PHONES[prefix] ?? null,
  countryOfZone: (zone) => Object.keys(COUNTRIES).find((country) => COUNTRIES[country]?.includes(zone)) ?? null,
  regionsOfCountry: (country) => (country === 'US' ? Object.keys(REGIONS) : null),
};

/** A few public holidays of that world: all keep Christmas, Texas a day of its own, France and Germany theirs. */
export const someHolidays: HolidaySource = {
  version: 'some holidays',
  hasTable: (country) => COUNTRIES[country] !== undefined,
  holiday(country, region, date) {
    if (COUNTRIES[country] === undefined) throw new RangeError(`no table for ${country}`);
    if (date.endsWith('-12-25')) return 'Christmas Day';
    if (country === 'US' && date === '2025-03-02') return region === null || region === 'US-TX' ? 'Texas Day' : null;
    if (country === 'FR' && date.endsWith('-07-14')) return 'Bastille Day';
    return country === 'DE' && date.endsWith('-10-03') ? 'Unity Day' : null;
  },
};
