import { z } from 'zod';
import { LEGAL_FORCES, ZONE_ORIGINS } from '#lib/decision';
import { ENFORCEMENT_MODELS } from '#lib/kernel';
import { said } from '../policies/policy-body.js';

export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const text = (description: string, example: string) => said(z.string().optional(), description, example);
const textOrNull = (description: string, example: string) =>
  said(z.string().nullable().optional(), description, example);
const count = (description: string, example: number) => said(z.int().min(0).optional(), description, example);
const yes = (description: string) => said(z.literal(true).optional(), `${description}; left out: not.`, true);
const instant = (description: string) =>
  said(z.iso.datetime().nullable().optional(), `${description} ISO 8601 in UTC.`, '2026-11-22T07:00:00.000Z');

/** What checks say of what they looked at, by name; each check has some of them. */
export const DETAIL = {
  rule: textOrNull(
    'Of every rule: its id, `pack/rule` of one of the law, `contact` of what the contact chose; null: none asks for anything.',
    'night',
  ),
  scope: textOrNull('What a cap, a rate or a warm-up counts, or what a consent is for (`purpose`, `topic`).', 'topic'),
  key: textOrNull('Which one of those.', 'newsletter'),
  enforcement: said(z.enum(ENFORCEMENT_MODELS).optional(), '`consent`: model of the purpose.', 'restrictive'),
  status: textOrNull('`consent`: where it stands; null: nothing was ever recorded.', 'confirmed'),
  validUntil: instant('`consent`: until when it holds; null: no end.'),
  event: textOrNull('`consent`, `jurisdiction`: the event that counts; null: there is none.', 'event-1'),
  campaign: text('`campaign`: its key.', 'autumn'),
  expiresAt: instant('`expiry`: from when on it never leaves.'),
  pausedUntil: instant('`pause`: the contact’s break; null: none.'),
  sendAt: instant('`send_time`: not before; null: no such wish.'),
  since: instant('`suppression`: since when.'),

  usage: count('`frequency_cap`: hand-overs that count.', 2),
  limit: count('`frequency_cap`: the most there may be.', 3),
  effectiveLimit: count('`frequency_cap`: the most for a message of this priority, where some are kept.', 2),
  segment: text('`frequency_cap`: whom it is about.', 'vip'),
  digest: yes('`frequency_cap`: what it holds may go into a digest'),
  holdsUntil: instant('`frequency_cap`: as long as it may hold the message (`maxDefer`).'),
  nextFreeAt: instant('`frequency_cap`, `warm_up`: when there is room; null: never.'),
  overridden: yes('`frequency_cap`: lifted from this message; `jurisdiction`: overridden by the policy'),

  window: textOrNull(
    '`frequency_cap`: its length, or a unit of the calendar; `quiet_hours`: hours that are quiet now, null: none.',
    '21:00-08:00',
  ),
  dates: text('`quiet_hours`: dates that are quiet now.', '2026-12-24 to 2026-12-26'),
  holiday: text('`quiet_hours`: the holiday that it is.', 'Christmas Day'),
  holidaysUnknown: text('`quiet_hours`: countries without a table, with spaces between; `?`: not even the country is known.', 'AQ'), // prettier-ignore
  zone: text('The clock that tells; of a cap of the calendar, the one that its window is on.', 'Europe/Berlin'),
  zones: text(
    '`quiet_hours`: every clock that may be the contact’s, with spaces between.',
    'Europe/London Europe/Jersey',
  ),
  zoneFrom: said(z.enum(ZONE_ORIGINS).optional(), '`quiet_hours`: what told the zone.', 'profile'),
  zonesSkipped: text('`quiet_hours`: sources that named a zone nobody knows.', 'device Mars/Olympus'),
  contactZone: textOrNull('`quiet_hours`: zone of the profile, as it stands there.', 'Europe/Berlin'),
  never: yes('`quiet_hours`: together they leave no hour'),

  day: said(z.int().optional(), '`warm_up`: which of its days it is, counted from 1; less: it has not begun.', 3),
  sent: count('`warm_up`: hand-overs of the day.', 48),
  ceiling: said(z.int().min(0).nullable().optional(), '`warm_up`: the most of the day; null: no more ceiling.', 100),
  halted: said(z.boolean().optional(), '`warm_up`: whether it is halted, because it was ill received.', false),
  haltedBy: said(z.enum(['bounced', 'complained']).optional(), '`warm_up`: by what.', 'bounced'),
  recentSent: count('`warm_up`, halted: hand-overs of the days that it looks back on.', 140),
  recentBounced: count('`warm_up`, halted: of those, bounced.', 12),
  recentComplained: count('`warm_up`, halted: of those, complained about.', 1),

  force: said(z.enum(LEGAL_FORCES).optional(), '`jurisdiction`: what the rule rests on.', 'statute'),
  kind: text('`jurisdiction`: what the rule is about that was overridden.', 'consent'),
  basis: textOrNull('`jurisdiction`: the kind of consent that was found; null: none.', 'express'),
  missing: textOrNull(
    '`jurisdiction`: evidence that the consent lacks, with spaces between; null: nothing.',
    'wording',
  ),
  endsAt: instant('`jurisdiction`: when the permission ends; null: no end.'),
  packs: count('`jurisdiction`: how many packs apply, none of which asks for a permission.', 1),
  waived: yes('`jurisdiction`: the policy applies no law, with a reason'),
} as const;
