import { z } from 'zod';
import { articleOf, isKeptLongEnough, LEGAL_BASES, type Purpose } from '#lib/consent';
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

const keepEvidence = z
  .string()
  .regex(/^P[0-9]{1,3}[YMD]$/, { error: 'must be a duration in years, months or days, such as P3Y', abort: true })
  .refine(isKeptLongEnough, 'must be a year or longer: evidence is what people and auditors go by, too')
  .meta({
    description:
      'How long evidence of consent is kept after it was given and after every use; what a law says besides counts too. A year at least; P3Y when left out.',
  });

/** What was said before its words were looked at stays as it was said. */
const legalBasis = facts.legalBasis.refine(
  (basis) => articleOf(basis) !== null,
  `must be one of ${LEGAL_BASES.join(', ')}, or a code such as eu-gdpr:A6-1-f`,
);

export const PurposeRequest = z
  .strictObject({ ...facts, legalBasis, keepEvidence: keepEvidence.optional() })
  .meta({ id: 'PurposeRequest' });
export type PurposeRequest = z.infer<typeof PurposeRequest>;

export const PurposeAnswer = z
  .strictObject({ key: Key, ...facts, keepEvidence, createdAt: Instant, updatedAt: Instant })
  .meta({ id: 'Purpose', description: 'Why data is used, and how silence is read.' });
export const PurposePage = pageOf('PurposePage', PurposeAnswer);

export function toPurposeAnswer({
  createdAt,
  updatedAt,
  keepEvidence,
  ...purpose
}: Purpose): z.infer<typeof PurposeAnswer> {
  return { ...purpose, keepEvidence: keepEvidence ?? 'P3Y', createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}
