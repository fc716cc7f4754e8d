import { z } from 'zod';
import {
  CONSENT_EVIDENCE,
  CONSENT_KINDS,
  LEGAL_FORCES,
  MESSAGE_MARKS,
  type Pack,
  type PackCap,
  type PackConsent,
  type PackDuty,
  type PackQuietHours,
  type PackRevocation,
} from '#lib/decision';
import { CHANNELS, MESSAGE_CLASSES } from '#lib/kernel';

const id = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-11-21');
const text = z.string().trim().min(1).max(600);
const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]);

const cited = {
  id,
  title: text,
  force: z.enum(LEGAL_FORCES),
  source: z.strictObject({ cite: text, url: z.url({ protocol: /^https?$/ }), seenOn: date }),
  from: date.nullable(),
  to: date.nullable(),
  replaces: id.optional(),
  channels: z.array(z.enum(CHANNELS)),
  classes: z.array(z.enum(MESSAGE_CLASSES)),
};

const QuietHours = z.strictObject({
  ...cited,
  kind: z.literal('quiet_hours'),
  windows: z.array(z.strictObject({ days: z.array(weekday), start: z.string(), end: z.string() })),
  holidays: z.boolean(),
}) satisfies z.ZodType<PackQuietHours>;

const Cap = z.strictObject({
  ...cited,
  kind: z.literal('frequency_cap'),
  limit: z.int().min(0),
  window: z.string(),
  scope: z.enum(['any', 'topic']),
}) satisfies z.ZodType<PackCap>;

const Consent = z.strictObject({
  ...cited,
  kind: z.literal('consent'),
  accepts: z.array(
    z.strictObject({
      kind: z.enum(CONSENT_KINDS),
      evidence: z.array(z.enum(CONSENT_EVIDENCE)),
      lasts: z.string().nullable(),
    }),
  ),
}) satisfies z.ZodType<PackConsent>;

const Revocation = z.strictObject({
  ...cited,
  kind: z.literal('revocation'),
  keywords: z.array(text),
  scope: z.enum(['sender', 'channel']),
  withinBusinessDays: z.int().min(1).nullable(),
}) satisfies z.ZodType<PackRevocation>;

const Duty = z.strictObject({
  ...cited,
  kind: z.literal('duty'),
  keepEvidence: z.string().nullable(),
  mustCarry: z.array(z.enum(MESSAGE_MARKS)),
}) satisfies z.ZodType<PackDuty>;

/** The shape of `packs/*.json`. `packProblems` judges whether what it says makes sense. */
export const PackFile = z.strictObject({
  id,
  version: date,
  title: text,
  countries: z.array(z.string().regex(/^[A-Z]{2}$/, 'must be ISO 3166-1 alpha-2')).min(1),
  region: z
    .string()
    .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'must be ISO 3166-2')
    .nullable(),
  rules: z.array(z.discriminatedUnion('kind', [QuietHours, Cap, Consent, Revocation, Duty])).min(1),
}) satisfies z.ZodType<Pack>;
