import { base, type GoldenCase, HOUR, night, one, policy } from './golden-parts.js';

/** Hours at which the clocks of two releases of the time zone database read differently, in winter and on nights of change. */
const CLOCKS = [
  ['America/Vancouver', '2026-12-01T04:30Z'],
  ['America/Vancouver', '2026-12-01T15:30Z'],
  ['America/Edmonton', '2026-12-01T03:30Z'],
  ['America/Winnipeg', '2026-12-01T13:30Z'],
  ['America/Havana', '2026-12-01T02:30Z'],
  ['Africa/Casablanca', '2026-12-01T07:30Z'],
  ['Europe/Chisinau', '2027-03-28T05:30Z'],
] as const;

/**
 * Decisions by tables that have been superseded since, each beside the same case by those of today: a release of the time
 * zone database, of the holidays or of the tables of places changes what is decided from then on, and nothing that was.
 */
export function editions(): GoldenCase[] {
  const restDays = policy({ quietHours: [night({ id: 'rest', windows: [], holidays: true })] });
  const constitutionDay = Date.parse('2026-12-08T07:00Z');
  const inTashkent = { ...base, contact: { ...base.contact, zone: 'Asia/Tashkent', country: 'UZ' } };
  const inDetroit = { ...base, contact: { ...base.contact, zone: null, country: 'US', region: 'US-MI', postalCode: '48201' } }; // prettier-ignore
  const nights = policy({ quietHours: [night()] });
  const morning = Date.parse('2026-11-23T13:30Z');
  return [
    ...CLOCKS.flatMap(([zone, at]) =>
      [undefined, '2025b'].map(
        (tzdb) =>
        asOf({ tzdb }, one(`edition/${zone}-${at}`, { ...base, contact: { ...base.contact, zone } }, nights, Date.parse(at))), // prettier-ignore
      ),
    ),
    ...[undefined, 'date-holidays-3.36.1'].flatMap((holidays) =>
      [-24, 0, 24].map((hours) =>
        asOf({ holidays }, one(`edition/UZ${hours}h`, inTashkent, restDays, constitutionDay + hours * HOUR)),
      ),
    ),
    ...[undefined, '2026f/libphonenumber-9.0.35/gazetteer-2021/iso-3166-2026-03/own-2'].map((places) =>
      asOf({ places }, one('edition/US-MI-48201', inDetroit, nights, morning)),
    ),
  ];
}

/** The case by superseded tables, or by those of today where none is named. */
function asOf(named: { tzdb?: string; holidays?: string; places?: string }, { id, ...others }: GoldenCase): GoldenCase {
  const [version] = Object.values(named).filter((one) => one !== undefined);
  return version === undefined ? { id, ...others } : { id: `${id}-by-${version}`, ...others, tables: named };
}
