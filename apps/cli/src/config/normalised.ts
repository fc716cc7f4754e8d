import { PolicyBody, SENDER_KINDS } from '#lib/sending';
import type { ConfigGroup, Facts } from './domain/config-state.js';

/** What the gateway fills in where a file leaves it out. */
const DEFAULTS: Readonly<Partial<Record<ConfigGroup, Facts>>> = {
  brands: { storageLocations: [], page: {} },
  purposes: { keepEvidence: 'P3Y' },
  topics: { descriptions: {} },
  providers: { enabled: true, priority: 100, atLeastOnce: [], sendingDomains: [], settings: {} },
  'double-opt-in': { enabled: true, required: false, validDays: 7, mailsPerDay: 3 },
};
/** What it counts or keeps itself. */
const ITS_OWN = [
  'key',
  'id',
  'version',
  'hash',
  'expanded',
  'status',
  'hasSecret',
  'secret',
  'circuit',
  'resumesAt',
  'createdAt',
  'updatedAt',
];

/** The same facts in the one form in which they can be compared, whoever wrote them down. */
export function normalised(group: ConfigGroup, facts: Facts): Facts {
  const own = Object.fromEntries(Object.entries(facts).filter(([name]) => !ITS_OWN.includes(name)));
  const whole = { ...DEFAULTS[group], ...own };
  switch (group) {
    case 'notices':
      return { ...whole, wordings: wordings(whole['wordings']) };
    case 'campaigns': {
      // One that is stopped stays so, wherever its file is applied; one that is not says nothing.
      const { status = 'active' } = facts;
      return status === 'active' ? whole : { ...whole, status };
    }
    case 'policies':
      return { ...PolicyBody.partial({ jurisdiction: true }).parse(whole) };
    case 'templates':
      return { ...whole, contents: contents(whole['contents'], { subject: '', html: null }) };
    case 'blocks':
      return { ...whole, contents: contents(whole['contents'], { html: null, text: null }) };
    case 'providers':
      return { ...whole, settings: settings(whole['kind'], whole['settings']) };
    case 'double-opt-in': {
      // It is the name of the file.
      const { channel: _, ...rest } = whole;
      return rest;
    }
    default:
      return whole;
  }
}

/** As it is answered a wording stands beside its hash. */
function wordings(given: unknown): Facts {
  return mapped(given, (one) => (typeof one === 'string' ? one : (one as Facts)['wording']));
}

/**
 * Git may write other line ends than were sent, and a file that begins with a byte order mark is read without it: a
 * version that differs in nothing else is none.
 */
function contents(given: unknown, defaults: Facts): Facts {
  return mapped(given, (one) =>
    mapped({ ...defaults, ...(one as Facts) }, (form) =>
      typeof form === 'string' ? form.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n') : form,
    ),
  );
}

function settings(kind: unknown, given: unknown): unknown {
  const found = Object.entries(SENDER_KINDS).find(([name]) => name === kind)?.[1];
  const parsed = found?.settings.safeParse(given);
  return parsed?.success === true ? parsed.data : given;
}

function mapped(given: unknown, change: (one: unknown) => unknown): Facts {
  return Object.fromEntries(Object.entries((given ?? {}) as Facts).map(([name, one]) => [name, change(one)]));
}
