import type { ReportedFact } from '#lib/reporting';
import { YEAR } from './calendar.js';
import { Draw } from './draw.js';

export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly industry: string;
  readonly revenueClass: string;
  readonly tier: 'A' | 'B' | 'C';
  readonly region: string;
  readonly country: 'DE' | 'AT' | 'CH' | 'US';
  readonly currency: 'EUR' | 'CHF' | 'USD';
  /** Days before the end on which we heard of each other last; null: we still do. */
  readonly quietSince: number | null;
  readonly people: readonly Member[];
}

/** A member of a buying committee. */
export interface Member {
  readonly externalId: string;
  readonly account: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly address: string;
  readonly language: 'de' | 'en';
  readonly zone: string;
  readonly country: string;
  readonly role: string;
  /** Days before the end on which they say yes; null: nobody ever asked them. */
  readonly joins: number | null;
  /** As of the company. */
  readonly quietSince: number | null;
  readonly topics: readonly Topic[];
}

export const TOPICS = ['newsletter', 'product-news', 'events'] as const;
export type Topic = (typeof TOPICS)[number];

/** Companies of a whole year; with four people each. */
export const COMPANIES = 40;
/** One in so many went quiet, longer ago than a sale takes, and was taken out of the campaigns. */
const GONE_QUIET = 9;
/** One in so many was never asked: a salesperson typed them in. */
const NEVER_ASKED = 26;

const NAMES = 'Alster Birken Clausen Dorn Elbtal Falken Greif Hagen Isar Jansen Kessel Linden Moor Neckar Ostwind Priel Quell Rabe Saale Tannen'; // prettier-ignore
const INDUSTRIES = [
  ['Maschinenbau', 'Maschinenbau GmbH'],
  ['Logistik', 'Logistik AG'],
  ['Lebensmittel', 'Lebensmittel KG'],
  ['Chemie', 'Chemie GmbH'],
  ['Handel', 'Handels GmbH'],
] as const;
const PLACES = [
  { region: 'Nord', country: 'DE', currency: 'EUR', zone: 'Europe/Berlin' },
  { region: 'Süd', country: 'DE', currency: 'EUR', zone: 'Europe/Berlin' },
  { region: 'West', country: 'DE', currency: 'EUR', zone: 'Europe/Berlin' },
  { region: 'Österreich', country: 'AT', currency: 'EUR', zone: 'Europe/Vienna' },
  { region: 'Schweiz', country: 'CH', currency: 'CHF', zone: 'Europe/Zurich' },
  { region: 'USA', country: 'US', currency: 'USD', zone: 'America/New_York' },
] as const;
/** How often each place is drawn, in the order of the places. */
const PLACE_OF = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4, 5] as const;
export const REGIONS: readonly string[] = PLACES.map(({ region }) => region);
const TIERS = [
  { tier: 'A', revenueClass: 'über 250 Mio. €', people: 6 },
  { tier: 'B', revenueClass: '50–250 Mio. €', people: 4 },
  { tier: 'C', revenueClass: 'unter 50 Mio. €', people: 2 },
] as const;
const ROLES = ['Entscheider', 'Technik', 'Einkauf', 'Anwender', 'Finanzen', 'Empfehler'] as const;
const FIRST = 'Anna Bernd Carla David Eva Frank Gesa Hannes Ida Jonas Karin Lars Mia Nils Olga Paul Rieke Sven Tanja Uwe'.split(' '); // prettier-ignore
const LAST = 'Albers Brandt Conrad Dierks Ehlers Friese Gerken Hinrichs Ihle Jessen Kruse Lorenz Meinert Nolte Ohlsen Petersen Rieck Stahl Thoms Voss'.split(' '); // prettier-ignore

/** Companies with those who decide there, of a year. All are made up, their addresses reserved (RFC 2606). */
export function companiesOf(seed: number, count: number): Company[] {
  const draw = new Draw(seed, 'companies');
  const names = NAMES.split(' ').flatMap((name) => draw.some(INDUSTRIES, 2).map((industry) => ({ name, industry })));
  let number = 0;
  const companies = draw.some(names, count).map(({ name, industry: [industry, suffix] }, i): Company => {
    const place = PLACES[PLACE_OF[i % PLACE_OF.length] ?? 0] ?? PLACES[0];
    const { tier, revenueClass, people: size } = TIERS[i % 4 === 3 ? 1 : i % 4] ?? TIERS[2];
    const quietSince = i % GONE_QUIET === GONE_QUIET - 1 ? 190 + ((i * 13) % 60) : null;
    const account = `${name}er ${suffix}`;
    const domain = `${name.toLowerCase()}-${industry.toLowerCase()}.example`;
    const people = Array.from({ length: size }, (_, n): Member => {
      number++;
      const [firstName, lastName] = [draw.one(FIRST), draw.one(LAST)];
      const late = draw.chance(0.35);
      const isAsked = number % NEVER_ASKED !== 0;
      return {
        externalId: `seed-${String(number).padStart(3, '0')}`,
        account,
        firstName,
        lastName,
        address: `${firstName}.${lastName}.${number}@${domain}`.toLowerCase(),
        language: place.country === 'US' ? 'en' : 'de',
        zone: place.zone,
        country: place.country,
        role: ROLES[n % ROLES.length] ?? 'Anwender',
        quietSince,
        joins: isAsked ? (late ? draw.whole(8, YEAR - 10) : YEAR) : null,
        topics: TOPICS.filter((topic) => draw.chance(topic === 'newsletter' ? 0.85 : 0.7)),
      };
    });
    const { region, country, currency } = place;
    return { name: account, domain, industry, revenueClass, tier, region, country, currency, quietSince, people };
  });
  return companies;
}

/** Companies that sales found by itself, of whom marketing knows nobody. */
export const FOUND_BY_SALES: readonly Company[] = [
  {
    ...{ name: 'Uferland Handels GmbH', domain: 'uferland-handel.example', industry: 'Handel', tier: 'B' },
    ...{ revenueClass: TIERS[1].revenueClass, ...PLACES[0], quietSince: null, people: [] },
  },
  {
    ...{ name: 'Wattenberg Logistik AG', domain: 'wattenberg-logistik.example', industry: 'Logistik', tier: 'C' },
    ...{ revenueClass: TIERS[2].revenueClass, ...PLACES[1], quietSince: null, people: [] },
  },
];

export function accountFacts(companies: readonly Company[]): ReportedFact[] {
  return companies.map(({ name, industry, revenueClass, tier, region }) => ({
    id: name,
    at: 0,
    kind: 'account',
    accounts: [name],
    contacts: [],
    toFact: (ids) => ({ kind: 'account', accountId: ids.account(name), name, industry, revenueClass, tier, region }),
  }));
}
