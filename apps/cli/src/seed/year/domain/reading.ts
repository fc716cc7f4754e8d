import type { Fact, ReportedFact } from '#lib/reporting';
import { type Calendar, YEAR } from './calendar.js';
import type { Company, Member, Topic } from './company.js';
import { Draw } from './draw.js';
import type { Campaign } from './mailings.js';
import { ofContact } from './sales.js';

const SITE = 'hafenwerk.example';

/** What there is to read and to see, and where. */
const ASSETS = [
  { id: 'seed-asset-lager', name: 'Leitfaden Lagerlogistik', sort: 'whitepaper', page: `${SITE}/whitepaper/lager` },
  { id: 'seed-asset-flotte', name: 'Flotte in Zahlen', sort: 'whitepaper', page: `${SITE}/whitepaper/flotte` },
  { id: 'seed-asset-blog', name: 'Blog: Takt halten', sort: 'blog', page: `${SITE}/blog/takt-halten` },
  { id: 'seed-asset-tour', name: 'Rundgang WerkTakt', sort: 'video', page: `${SITE}/video/rundgang` },
] as const;

/** Where links of mails lead, whose clicks are counted. */
const LINKS: readonly string[] = [
  ...ASSETS.map(({ page }) => `https://www.${page}?utm_medium=email`),
  `https://www.${SITE}/preise?utm_medium=email`,
];

/** A newsletter leads everywhere, a product letter to prices and papers, an invitation to what there is to see. */
export function linksOf(topic: Topic): readonly string[] {
  if (topic === 'newsletter') return LINKS;
  return LINKS.filter(
    (link) => link.includes(topic === 'events' ? '/video/' : '/whitepaper/') || link.includes('/preise'),
  );
}

/** Of everybody: how many are looked for on pages, and how many of them send the form, come to an event, read on. */
const READS = 0.6;
/** Within so many days. */
const SEEN_DAYS = 3;
const SENDS = 0.25;
const PAGES = [`${SITE}/preise`, `${SITE}/kontakt`, ...ASSETS.map(({ page }) => page)] as const;
const SOURCES = [
  { source: 'google', medium: 'cpc' },
  { source: 'google', medium: 'organic' },
  { source: 'linkedin', medium: 'linkedin' },
  { source: 'fachmagazin', medium: 'blog' },
] as const;

/** Pages that people saw, forms they sent, papers they took along, events they had a place at. */
export function readingOf(
  seed: number,
  calendar: Calendar,
  companies: readonly Company[],
  campaigns: readonly Campaign[],
): ReportedFact[] {
  const draw = new Draw(seed, 'reading');
  const events = campaigns.filter(({ key, begins }) => key.startsWith('WEBINAR') && begins > EVENT_AFTER);
  const facts = companies.flatMap(({ people, quietSince }) =>
    people.flatMap((member) => {
      if (!draw.chance(READS)) return [];
      const id = `seed-read-${member.externalId}`;
      const before = Math.max(draw.whole(2, YEAR - 3), (quietSince ?? 0) + SEEN_DAYS);
      const seen = draw.some(PAGES, draw.whole(1, 3)).flatMap((page, i): ReportedFact[] => {
        const at = calendar.at(Math.max(1, before - i), draw.whole(7, 18));
        const { medium, source } = draw.one(SOURCES);
        const visit = { kind: 'visit', channel: medium, utm: { source, medium }, page } as const;
        const first = ofContact(`${id}-${i}`, at, member, visit);
        if (!draw.chance(SENDS)) return [first];
        const again = ofContact(`${id}-${i}-again`, at + HOUR, member, visit);
        const action = page.includes('whitepaper') ? ('download' as const) : ('submit' as const);
        return [first, again, did(`${id}-${i}-did`, at + 2 * HOUR, member, action, page)];
      });
      const event = draw.chance(0.3) && events.length > 0 ? draw.one(events) : null;
      if (event === null || event.begins - EVENT_AFTER < (quietSince ?? 0)) return seen;
      const registered = calendar.at(event.begins - 1, 11);
      const came = draw.chance(0.7)
        ? [did(`${id}-came`, calendar.at(event.begins - EVENT_AFTER, 10), member, 'attendance', event.key)]
        : [];
      return [...seen, did(`${id}-place`, registered, member, 'registration', event.key), ...came];
    }),
  );
  return [...ASSETS.map(toFact), ...facts];
}

/** Days from the first invitation to an event. */
const EVENT_AFTER = 9;
const HOUR = 3_600_000;
const WORDS = { submit: 'Formular', download: 'Download', registration: 'Anmeldung', attendance: 'Teilnahme' } as const;

function did(id: string, at: number, member: Member, action: keyof typeof WORDS, about: string): ReportedFact {
  return ofContact(id, at, member, { kind: 'custom', name: WORDS[action], action, about });
}

function toFact({ id, name, sort, page }: (typeof ASSETS)[number]): ReportedFact {
  const fact: Fact = { kind: 'asset', name, sort, pages: [page] };
  return { id, at: 0, kind: 'asset', accounts: [], contacts: [], toFact: () => fact };
}
