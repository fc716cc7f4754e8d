import type { ConsentState, Facts } from '#lib/decision';
import { CHANNELS, ENFORCEMENT_MODELS } from '#lib/kernel';
import { audiences } from './golden-audiences.js';
import { editions } from './golden-editions.js';
import {
  base,
  BOTH,
  cap,
  consent,
  DAY,
  type GoldenCase,
  HOUR,
  house,
  night,
  NOON,
  one,
  policy,
  use,
  WEEK,
} from './golden-parts.js';

/** Nights on which clocks are set forward or back, by a whole hour or half of one, at midnight or not, or a day is skipped. */
const NIGHTS = [
  ['Europe/Berlin', '2026-03-28T23:00Z'],
  ['Europe/Berlin', '2026-10-24T22:00Z'],
  ['America/New_York', '2026-03-08T05:00Z'],
  ['America/New_York', '2026-11-01T04:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T13:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T13:30Z'],
  ['America/Santiago', '2026-09-06T02:00Z'],
  ['America/Santiago', '2026-04-05T01:00Z'],
  ['Africa/Cairo', '2026-04-23T20:00Z'],
  ['Africa/Casablanca', '2026-02-15T00:00Z'],
  ['Asia/Beirut', '2026-03-28T20:00Z'],
  ['America/Havana', '2026-11-01T03:00Z'],
  ['Pacific/Apia', '2011-12-30T08:00Z'],
  ['Asia/Kathmandu', '2026-06-01T15:00Z'],
  ['Pacific/Kiritimati', '2026-06-01T07:00Z'],
] as const;

/** Every case that is made. Cases are added, never changed: what was decided about one must stay decided. */
export function goldenCases(): GoldenCase[] {
  return [
    ...people(),
    ...consents(),
    ...timed(),
    ...caps(),
    ...nights(),
    ...rates(),
    ...together(),
    ...warmUps(),
    ...laws(),
    ...places(),
    ...audiences(),
    ...editions(),
  ];
}

function people(): GoldenCase[] {
  const since = NOON - DAY;
  return [
    one('person/erased', { ...base, contact: { ...base.contact, erased: true } }),
    one('person/no-address', { ...base, contactPoint: null }),
    one('person/address-that-is-none', { ...base, contactPoint: { valid: false } }),
    ...(['bounce', 'complaint', 'manual'] as const).map((reason) =>
      one(`person/suppressed-${reason}`, { ...base, suppressions: [{ reason, since }] }),
    ),
    one('person/suppressed-for-all-reasons', {
      ...base,
      suppressions: (['manual', 'bounce', 'complaint'] as const).map((reason, i) => ({ reason, since: since + i })),
    }),
    ...CHANNELS.flatMap((channel) =>
      BOTH.map((messageClass) =>
        one(
          `channel/${channel}-${messageClass}`,
          {
            ...base,
            message: { ...base.message, channel, class: messageClass },
            capUses: [use(NOON - DAY), use(NOON - HOUR)],
          },
          policy({ caps: [cap({ scope: 'channel' })], quietHours: [night({ classes: BOTH })] }),
          NOON + 11 * HOUR,
        ),
      ),
    ),
  ];
}

function consents(): GoldenCase[] {
  const states: [string, ConsentState | null][] = [
    ['none', null],
    ...(
      [
        'requested',
        'granted',
        'confirmed',
        'refused',
        'withdrawn',
        'revoked',
        'expired',
        'invalidated',
        'objected',
      ] as const
    ).map((status): [string, ConsentState] => [status, consent(status)]),
    ['ended', consent('granted', NOON)],
    ['ending', consent('confirmed', NOON + 1)],
  ];
  return ENFORCEMENT_MODELS.flatMap((enforcement) =>
    states.flatMap(([name, state]) => [
      one(`consent/${enforcement}-purpose-${name}`, {
        ...base,
        purpose: { ...base.purpose, enforcement },
        topic: null,
        consent: { purpose: state, topic: null },
      }),
      one(`consent/${enforcement}-topic-${name}`, {
        ...base,
        purpose: { ...base.purpose, enforcement },
        consent: { purpose: consent('confirmed'), topic: state },
      }),
    ]),
  );
}

function timed(): GoldenCase[] {
  const message = (change: Partial<Facts['message']>): Facts => ({ ...base, message: { ...base.message, ...change } });
  const campaign = (status: 'active' | 'stopped'): Facts => ({ ...base, campaign: { key: 'autumn', status } });
  return [
    one('time/expired-now', message({ expiresAt: NOON })),
    one('time/expires-in-a-millisecond', message({ expiresAt: NOON + 1 })),
    one('time/send-at-later', message({ sendAt: NOON + HOUR })),
    one('time/send-at-now', message({ sendAt: NOON })),
    one('time/send-at-in-the-night', message({ sendAt: NOON + 12 * HOUR })),
    one('time/expires-before-send-at', message({ sendAt: NOON + HOUR, expiresAt: NOON + HOUR })),
    one('time/expires-in-the-night', message({ expiresAt: NOON + 15 * HOUR }), house, NOON + 10 * HOUR),
    one('campaign/active', campaign('active')),
    one('campaign/stopped', campaign('stopped')),
    ...BOTH.map((messageClass) =>
      one(`pause/${messageClass}`, {
        ...message({ class: messageClass }),
        contact: { ...base.contact, pausedUntil: NOON + 3 * DAY },
      }),
    ),
    one('pause/over', { ...base, contact: { ...base.contact, pausedUntil: NOON } }),
  ];
}

function caps(): GoldenCase[] {
  const uses = [
    use(NOON - 6 * DAY),
    use(NOON - 3 * DAY),
    use(NOON - DAY, { channel: 'sms', topic: 'events', campaign: 'autumn' }),
  ];
  const facts: Facts = { ...base, campaign: { key: 'autumn', status: 'active' }, capUses: uses };
  return (['any', 'channel', 'topic', 'purpose', 'campaign'] as const).flatMap((scope) =>
    (['defer', 'drop'] as const).flatMap((action) =>
      [0, 1, 2, 3].map((limit) =>
        one(
          `cap/${scope}-${action}-${limit}`,
          facts,
          policy({ caps: [cap({ scope, action, limit })], quietHours: [night()] }),
        ),
      ),
    ),
  );
}

function nights(): GoldenCase[] {
  return NIGHTS.flatMap(([zone, begins]) =>
    [0, 0.5, 1.25, 2.5, 2.75, 3, 3.25, 3.5, 4.75, 6].map((hours) => {
      const now = Date.parse(begins) + hours * HOUR;
      const facts: Facts = {
        ...base,
        message: { ...base.message, expiresAt: now + 9 * DAY },
        contact: { ...base.contact, zone },
      };
      const windows = [
        { days: WEEK, start: '20:15', end: '01:30' },
        { days: WEEK, start: '01:45', end: '02:20' },
      ];
      return one(
        `night/${zone}-${begins.slice(0, 10)}+${hours}h`,
        facts,
        policy({ quietHours: [night({ windows })] }),
        now,
      );
    }),
  );
}

function rates(): GoldenCase[] {
  const bucket = (tat: number) =>
    ({ rule: 'pace', scope: 'channel', key: 'email', emissionIntervalUs: 100_000, burst: 2, tat }) as const;
  const soon: Facts = { ...base, message: { ...base.message, expiresAt: NOON + HOUR } };
  const late = (hours: number) => [bucket((NOON + hours * HOUR) * 1000)];
  return [
    ...[0, 100_000, 100_001, 5_100_000, 3_600_000_000].map((ahead) =>
      one(`rate/${ahead}us-ahead`, { ...base, rates: [bucket(ahead === 0 ? 0 : NOON * 1000 + ahead)] }),
    ),
    ...[1, 24].map((hours) => one(`rate/too-late-${hours}h`, { ...soon, rates: late(hours) })),
    one('rate/too-late-and-quiet', { ...soon, rates: late(24) }, policy({ quietHours: [night({ windows: [{ days: WEEK, start: '12:00', end: '12:30' }] })] })), // prettier-ignore
    one('rate/too-late-and-paused', { ...soon, rates: late(24), contact: { ...base.contact, pausedUntil: NOON + 2 * HOUR } }), // prettier-ignore
    ...[undefined, true as const].flatMap((inLine) =>
      [0, 11].map((hours) => {
        const facts = { ...base, message: { ...base.message, ...(inLine && { inLine }) }, rates: late(11) };
        const dropping = policy({ quietHours: [night({ action: 'drop' })] });
        return one(
          `rate/into-dropping-hours-${hours}h${inLine ? '-in-line' : ''}`,
          facts,
          dropping,
          NOON + hours * HOUR,
        );
      }),
    ),
  ];
}

/** Several rules at once, in several zones, hour by hour. */
function together(): GoldenCase[] {
  return [null, 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Chatham', 'Foo/Bar'].flatMap((zone) =>
    [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => {
      const now = NOON + hour * HOUR;
      const facts: Facts = {
        ...base,
        message: { ...base.message, sendAt: now + 5 * HOUR, expiresAt: now + 3 * DAY },
        contact: { ...base.contact, zone, pausedUntil: now + 7 * HOUR },
        consent: { purpose: consent('confirmed'), topic: consent('granted', now + 2 * DAY + hour * HOUR) },
        capUses: [use(now - 5 * DAY), use(now - 4.5 * DAY)],
        rates: [
          { rule: 'smtp', scope: 'provider', key: 'smtp', emissionIntervalUs: 1, burst: 1, tat: (now + HOUR) * 1000 },
        ],
      };
      return one(`together/${zone ?? 'no-zone'}+${hour}h`, facts, house, now);
    }),
  );
}

/** A new domain on its days, well and ill received. */
function warmUps(): GoldenCase[] {
  const rule = {
    id: 'new-domain',
    scope: 'sending_domain' as const,
    startsOn: '2026-11-20',
    ceilings: [50, 100, 200],
    halt: { bounced: 0.08, complained: 0.003, atLeast: 100, lookBackDays: 3 },
  };
  const well = { sent: 140, bounced: 2, complained: 0 };
  const states = [
    ['room', 99, well],
    ['full', 100, well],
    ['bounced', 10, { ...well, bounced: 20 }],
    ['complained', 10, { ...well, complained: 1 }],
  ] as const;
  return states.flatMap(([name, sent, recent]) =>
    ['2026-11-19', '2026-11-20', '2026-11-22'].map((startsOn) =>
      one(
        `warm-up/${name}-from-${startsOn}`,
        { ...base, warmUps: [{ rule: rule.id, key: 'news.example', day: '2026-11-21', sent, recent }] },
        policy({ warmUps: [{ ...rule, startsOn }] }),
      ),
    ),
  );
}

/** Consent of every kind and the hours of the law, in a few places. */
function laws(): GoldenCase[] {
  const kinds = ['express', 'soft_opt_in', 'implied_purchase', 'implied_inquiry'] as const;
  const places = [
    ['DE', null],
    ['CA', null],
    ['FR', null],
    ['US', 'US-TX'],
  ] as const;
  return places.flatMap(([country, region]) =>
    (['email', 'sms'] as const).flatMap((channel) =>
      kinds.map((kind) => {
        const basis = { kind, at: NOON - 200 * DAY, evidence: ['wording', 'method'] as const };
        const state = { ...consent('confirmed'), basis };
        return one(
          `law/${country}-${channel}-${kind}`,
          {
            ...base,
            message: { ...base.message, channel },
            contact: { ...base.contact, zone: null, country, region },
            consent: { purpose: state, topic: state },
          },
          policy({ jurisdiction: { packs: 'contact' } }),
        );
      }),
    ),
  );
}

/** No law by choice, and people of whom two places are told that cannot both be true. */
function places(): GoldenCase[] {
  const waived = policy({ jurisdiction: { packs: 'none', reason: 'employees only', actor: 'dpo' }, caps: [cap()] });
  const lawful = policy({ jurisdiction: { packs: 'contact' }, quietHours: [night({ when: { countries: ['CA'] } })] });
  const state = { ...consent('confirmed'), basis: { kind: 'express', at: NOON - 9 * DAY, evidence: ['written'] } } as const; // prettier-ignore
  const living = (country: string, region: string | null, postalCode?: string): Facts => ({
    ...base,
    message: { ...base.message, channel: 'sms' },
    contact: { ...base.contact, zone: null, country, region, ...(postalCode !== undefined && { postalCode }) },
    consent: { purpose: state, topic: state },
  });
  const reached = (country: string, region: string | null, phonePrefix: string): Facts => {
    const at = living(country, region);
    return { ...at, contact: { ...at.contact, phonePrefix } };
  };
  const numbers = [
    ['US', 'US-CA', '+1212555'],
    ['US', 'US-NY', '+1212555'],
    ['US', null, '+4930123'],
    ['DE', null, '+1212555'],
    ['US', null, '+1212555'],
    ['DE', 'DE-BY', '+1212555'],
    ['FR', 'FR-974', '+3314567'],
  ] as const;
  const homes = [
    ['US', 'CA-QC'],
    ['US', 'DE-BY'],
    ['US', 'US-KY'],
    ['MF', null],
    ['NC', null],
  ] as const;
  const territories = [
    ['US', 'US-GU', undefined],
    ['US', null, '00901'],
    ['US', null, '09012'],
    ['FR', 'FR-974', undefined],
    ['FR', null, '98800'],
    ['FR', 'FR-ZZ', undefined],
    ['FR', 'FR-IDF', '97400'],
    ['US', 'US-CA', '96910'],
    ['US', 'US-CA', '10001'],
    ['GB', null, 'BFPO 57'],
    ['NL', 'NL-BQ1', undefined],
  ] as const;
  const states = [
    ['33101', null, '+1212555'],
    ['10001', null, '+1212555'],
    ['33101', null, undefined],
    ['33101', 'US-NY', undefined],
  ] as const;
  return [
    one('law/none', base, waived),
    ...states.flatMap(([postalCode, region, phonePrefix]) =>
      [0, 6, 14.5].map((hours) => {
        const at = living('US', region, postalCode);
        return one(
          `state/${[postalCode, region, phonePrefix?.slice(1)].filter(Boolean).join('-')}-${hours}h`,
          { ...at, contact: { ...at.contact, ...(phonePrefix !== undefined && { phonePrefix }) } },
          policy({ jurisdiction: { packs: 'contact' } }),
          NOON + hours * HOUR,
        );
      }),
    ),
    ...territories.flatMap(([country, region, postalCode]) =>
      [0, 6, 12, 18].map((hours) =>
        one(
          `territory/${country}-${[region, postalCode].filter(Boolean).join('-')}-${hours}h`,
          living(country, region, postalCode),
          policy({ jurisdiction: { packs: 'contact' }, quietHours: [night()] }),
          NOON + hours * HOUR,
        ),
      ),
    ),
    ...numbers.flatMap(([country, region, prefix]) =>
      [0, 6, 12, 18].map((hours) =>
        one(
          `number/${prefix.slice(1)}-${region ?? country}-${hours}h`,
          reached(country, region, prefix),
          policy({ jurisdiction: { packs: 'contact' }, quietHours: [night()] }),
          NOON + hours * HOUR,
        ),
      ),
    ),
    ...[0, 6, 12, 18].map((hours) => {
      const at = living('US', 'US-CA');
      const facts = { ...at, contact: { ...at.contact, zone: 'UTC' } };
      return one(`clock/UTC-US-CA-${hours}h`, facts, policy({ quietHours: [night()] }), NOON + hours * HOUR);
    }),
    ...homes.flatMap(([country, region]) =>
      [0, 6, 12].map((hours) =>
        one(`law/${country}-${region ?? 'anywhere'}-${hours}h`, living(country, region), lawful, NOON + hours * HOUR),
      ),
    ),
  ];
}
