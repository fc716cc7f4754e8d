import { ianaNames, places } from '#lib/platform';
import { drawOf } from './figures.js';

/** Cases one a line, in pieces; each call goes on up to that share of all of them. */
export interface CaseSource {
  upTo(share: number): Generator<string>;
}

/** More than a stream remembers. */
const POLICIES = 300;
/** Cases in a row with the same policy, as somebody writes them who has one and changes it. */
const IN_A_ROW = 500;
const PIECE_CASES = 64;
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Los_Angeles',
] as const;
const COUNTRIES = [
  ...(['US', 'DE', 'FR', 'CA', 'GB', 'AT', 'CH', 'AU', 'BR', 'ZA', 'NL', 'NO', 'ES', 'PT', 'IT', 'PL', 'RU'] as const),
  ...(['IN', 'JP', 'MX', 'ID', 'KZ', 'MN', 'NZ', 'CL', 'AR', 'CD', 'TR', 'TH', 'PH', 'SI', 'UG'] as const),
] as const;
const DAY = 86_400_000;
const FROM = Date.UTC(2026, 0, 1);

/**
 * `usual`: one policy, one week, six zones, as one sender's traffic is. `hostile`: no two about the same place and time,
 * any region of a country, codes that are refused now and then, two years, and more policies than are remembered.
 */
export type CaseKind = 'usual' | 'hostile';

/** The same cases on every machine. */
export function casesOf(kind: CaseKind, cases: number): CaseSource {
  const isUsual = kind === 'usual';
  const draw = drawOf(20_261_126);
  const whole = (below: number): number => Math.floor(draw() * below);
  const of = <T>(values: readonly [T, ...(readonly T[])]): T => values[whole(values.length)] ?? values[0];
  const zones = ianaNames();
  const policies = Array.from({ length: POLICIES }, (_, i) => JSON.stringify(policyOf(i)));
  const letter = (): string => String.fromCharCode(65 + whole(26));
  const contact = (): object => {
    if (isUsual) return { zone: of(ZONES), erased: false, pausedUntil: null };
    const country = draw() < 0.02 ? `${letter()}${letter()}` : of(COUNTRIES);
    const regions = places.regionsOfCountry?.(country) ?? [];
    return {
      zone: draw() < 0.3 ? null : zones[whole(zones.length)],
      erased: false,
      pausedUntil: null,
      country,
      ...(draw() < 0.5 && { region: regions[whole(regions.length)] ?? null }),
      ...(draw() < 0.5 && { postalCode: String(10_000 + whole(90_000)) }),
      ...(draw() < 0.5 && { phonePrefix: `+${1 + whole(99)}${whole(100_000)}` }),
    };
  };
  const iso = (at: number): string => new Date(at).toISOString();
  const one = (i: number): string => {
    const now = FROM + whole(isUsual ? 7 * DAY : 2 * 365 * DAY);
    const consent = { status: 'confirmed', since: iso(now - 300 * DAY), validUntil: null, eventId: `event-${i}` };
    const facts = {
      message: { class: 'commercial', channel: of(['email', 'sms']), sendAt: null, expiresAt: iso(now + 3 * DAY) },
      contact: contact(),
      contactPoint: { valid: true },
      brand: { zone: 'Europe/Berlin', country: 'DE' },
      purpose: { key: 'commercial', enforcement: 'restrictive' },
      topic: { key: 'newsletter' },
      campaign: { key: `campaign-${whole(1000)}`, status: 'active' },
      consent: { purpose: consent, topic: consent },
      suppressions: [],
      capUses: Array.from({ length: whole(6) }, (_, n) => ({
        at: iso(now - (n + 1) * 1.1 * DAY),
        channel: 'email',
        class: 'commercial',
        purpose: 'commercial',
        topic: 'newsletter',
        campaign: null,
      })),
      rates: [],
    };
    const policy = policies[isUsual ? 0 : Math.floor(i / IN_A_ROW) % POLICIES];
    return `{"id":"case-${i}","now":"${iso(now)}","policy":${policy},"facts":${JSON.stringify(facts)}}\n`;
  };
  let made = 0;
  return {
    *upTo(share) {
      const end = Math.round(cases * share);
      while (made < end) {
        let piece = '';
        for (let n = 0; n < PIECE_CASES && made < end; n++) piece += one(made++);
        yield piece;
      }
    },
  };
}

/** Hours of its own, holidays, caps, and the law where the contact is. */
function policyOf(i: number): object {
  const night = {
    id: 'night',
    channels: ['email', 'sms'],
    classes: ['commercial'],
    windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: `2${i % 4}:${10 + (i % 50)}`, end: '08:00' }],
    action: 'defer',
  };
  const cap = {
    id: 'weekly',
    scope: 'topic',
    limit: 1 + (i % 5),
    window: 'P7D',
    action: 'defer',
    classes: { bound: ['commercial'], counted: ['commercial'] },
  };
  return {
    key: `policy-${i}`,
    version: 1,
    caps: [cap, { ...cap, id: 'daily', scope: 'any', window: { unit: 'day', zone: 'contact' } }],
    quietHours: [night, { ...night, id: 'rest', windows: [], holidays: true }],
    jurisdiction: { packs: 'contact' },
  };
}
