import { z } from 'zod';
import type { Purpose } from '#lib/consent';
import { ENFORCEMENT_MODELS } from '#lib/kernel';
import { toIso } from '#lib/platform';
import { pageOf } from '../http/page.schema.js';
import { Instant, Key, TextByLanguage } from '../http/scalars.schema.js';

const facts = {
  enforcement: z.enum(ENFORCEMENT_MODELS).meta({
    id: 'EnforcementModel',
    description:
      'restrictive: only an opt-in passes; permissive: only an opt-out blocks; disabled: rests on another legal basis, and only objection, complaint and hard bounce block.',
  }),
  legalBasis: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits and _ . : -')
    .meta({ description: 'Why the data may be used (GDPR Article 6).', examples: ['consent', 'legitimate_interests'] }),
  labels: TextByLanguage,
};

export const PurposeRequest = z.strictObject(facts).meta({ id: 'PurposeRequest' });
export type PurposeRequest = z.infer<typeof PurposeRequest>;

export const PurposeAnswer = z
  .strictObject({ key: Key, ...facts, createdAt: Instant, updatedAt: Instant })
  .meta({ id: 'Purpose', description: 'Why data is used, and how silence is read.' });
export const PurposePage = pageOf('PurposePage', PurposeAnswer);

export function toPurposeAnswer({ createdAt, updatedAt, ...purpose }: Purpose): z.infer<typeof PurposeAnswer> {
  return { ...purpose, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}
