import { Duration } from 'luxon';
import type { PersonExport } from './person-export.js';
import type { PersonField } from './person-texts.js';
import { apart, code, escape, type Html, type PersonWords } from './person-words.js';

/** What is kept about a person beside addresses and consents, each with what it is called. */
export function personFields(person: PersonExport['person'], words: PersonWords): Html {
  const lines = Object.entries(person).flatMap(([name, value]) => {
    const shown = isEmpty(value) ? '' : fieldOf(name, value, words);
    return shown === '' ? [] : [`<dt>${words.wordFor(`field.${name}`, null)}</dt><dd>${shown}</dd>`];
  });
  return `<dl>${lines.join('\n')}</dl>`;
}

/** What an entry says that it changed: of choices also to what, which is nothing where there is none any more. */
export function changesIn(change: unknown, words: PersonWords): Html[] {
  if (typeof change !== 'object' || change === null) return [];
  return Object.entries(change).flatMap(([name, value]) => {
    const [choice, wish] = name.split('.');
    if (choice === 'wishes' && wish !== undefined) return wishChanged(wish as keyof Wishes, value, words);
    if (name === 'language' || name === 'pausedUntil') {
      const set: unknown = typeof value === 'number' ? new Date(value).toISOString() : value;
      return [`${words.say(`field.${name}`)}: ${isEmpty(set) ? NONE : fieldOf(name, set, words)}`];
    }
    // Who it was joined with is a number of the operator's, and stands above.
    return Object.hasOwn(FIELDS, name) ? [words.wordFor(`field.${name}`, null)] : [];
  });
}

const NONE = '–';

const FIELDS: Readonly<Record<Exclude<PersonField, 'externalId' | 'erasedAt' | 'language' | 'pausedUntil'>, true>> = {
  ...{ account: true, zone: true, deviceZone: true, country: true, region: true, postalCode: true },
  ...{ segments: true, attributes: true, wishes: true, mergedInto: true },
};

function wishChanged(name: keyof Wishes, value: unknown, words: PersonWords): Html[] {
  const heading = { zone: 'field.zone', quietHours: 'quiet.heading', frequency: 'frequency.heading' } as const;
  if (!Object.hasOwn(heading, name)) return [];
  if (isEmpty(value)) return [`${words.say(heading[name])}: ${NONE}`];
  const wishes = wishesOf({ [name]: value }, words);
  return name === 'frequency' ? wishes.map((wish) => `${words.say(heading[name])}: ${wish}`) : wishes;
}

function fieldOf(name: string, value: unknown, words: PersonWords): Html {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  switch (name) {
    case 'language':
      return named('language', text, words);
    case 'country':
      return named('region', text, words);
    case 'pausedUntil':
    case 'erasedAt':
      return words.time(text);
    case 'zone':
    case 'deviceZone':
      return escape(words.times.zoneName(text));
    case 'mergedInto':
      return code(text);
    case 'segments':
      return listOf((value as readonly string[]).map((one) => apart(one)));
    case 'attributes':
      return listOf(Object.entries(value as object).map(([key, one]) => `${apart(key)}: ${apart(asText(one))}`));
    case 'wishes':
      return listOf(wishesOf(value as Wishes, words));
    default:
      return apart(text);
  }
}

/** As `Wishes` of a contact, read out of JSON. */
interface Wishes {
  readonly zone?: string;
  readonly quietHours?: readonly { readonly days: readonly number[]; readonly start: string; readonly end: string }[];
  readonly frequency?: readonly {
    readonly limit: number;
    readonly window: string;
    readonly channel: string | null;
    readonly topic: string | null;
  }[];
}

const EVERY_DAY = 7;

function wishesOf({ zone, quietHours = [], frequency = [] }: Wishes, words: PersonWords): Html[] {
  const { language, times } = words;
  return [
    ...(zone === undefined ? [] : [`${words.say('field.zone')}: ${escape(times.zoneName(zone))}`]),
    ...quietHours.map(({ days, start, end }) => {
      const when = days.length === EVERY_DAY ? '' : ` (${escape(times.weekdays(days, 'long'))})`;
      return `${words.say('quiet.heading')}: <bdi dir="ltr">${escape(`${start}–${end}`)}</bdi>${when}`;
    }),
    ...frequency.map(({ limit, window, channel, topic }) => {
      const values = { window: escape(lengthOf(window, language)), n: escape(String(limit)) };
      const on = [channel === null ? '' : words.wordFor(`channel.${channel}`, null), topic === null ? '' : code(topic)];
      return [words.say('own.allowance', values), ...on.filter((part) => part !== '')].join(', ');
    }),
  ];
}

/** "7 Tage". */
function lengthOf(window: string, locale: string): string {
  const duration = Duration.fromISO(window, { locale });
  return duration.isValid ? duration.toHuman() : window;
}

function named(type: 'language' | 'region', value: string, { language }: PersonWords): Html {
  try {
    const name = new Intl.DisplayNames([language], { type }).of(value);
    if (name !== undefined && name !== value) return escape(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // A code of no known form is shown as it is.
  }
  return apart(value);
}

function listOf(lines: readonly Html[]): Html {
  if (lines.length < 2) return lines.join('');
  return `<ul>${lines.map((line) => `<li>${line}</li>`).join('')}</ul>`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}
