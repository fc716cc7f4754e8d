import { z } from 'zod';
import { CHANNELS } from '#lib/kernel';
import { countryInput, instantInput, placeInput, regionInput, textProblem } from '#lib/platform';
import { BASES_OF_A_NO, LEGAL_BASES, OTHER_LEGAL_BASES } from '../consents/domain/legal-basis.js';

/** What a row may say about a consent. A request, an expiry or an invalidation is made here and nowhere else. */
export const IMPORT_KINDS = [
  'imported',
  'granted',
  'confirmed',
  'refused',
  'withdrawn',
  'revoked',
  'objected',
] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

const storable = z.string().superRefine((text, context) => {
  const problem = textProblem(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});
const line = (max: number) =>
  storable
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'must be one line without control characters');
const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits and hyphens, not starting with one');
/** Stands in the ledger in clear, so it cannot hold anything personal. */
const word = z.string().regex(/^[a-z0-9_]{1,32}$/, 'must be 1 to 32 lower-case letters, digits and underscores');
const named = z.record(z.string().min(1).max(100), z.json());

export const MAX_EXTERNAL_ID = 200;

/** One row of an import: a person, one address of theirs, and one thing they agreed to or took back. */
export const ImportRow = z
  .strictObject({
    externalId: line(MAX_EXTERNAL_ID).meta({ description: 'The contact’s id in your system; made when it is new.' }),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag such as de, en or pt-BR')
      .optional(),
    zone: z.string().min(1).max(64).optional().meta({ description: 'IANA time zone.' }),
    country: countryInput.optional(),
    region: regionInput.optional(),
    postalCode: line(20).optional(),
    account: line(200).optional(),
    attributes: named.optional().meta({ description: 'Added to those the contact has; in CSV `attributes.<name>`.' }),
    channel: z.enum(CHANNELS).optional(),
    address: z.string().min(1).max(2048).optional().meta({ description: 'Added to the contact; others stay.' }),
    purpose: key.optional().meta({ description: 'Left out: the row says nothing about consent.' }),
    topics: z
      .array(key)
      .max(100)
      .optional()
      .meta({ description: 'Left out: the purpose as a whole. In CSV divided by |.' }),
    kind: z.enum(IMPORT_KINDS).optional().meta({ description: '`imported` when left out.' }),
    legalBasis: z
      .enum([...LEGAL_BASES, ...OTHER_LEGAL_BASES, ...BASES_OF_A_NO], {
        error: `must be one of ${LEGAL_BASES.join(', ')}`,
      })
      .optional()
      .meta({ description: 'Left out: that of its purpose, and of a yes in the person’s own words consent.' }),
    method: word.optional(),
    source: line(2048).optional().meta({ description: 'Form name or URL where it was expressed.' }),
    wording: storable.min(1).max(4000).optional().meta({ description: 'Exact text of the control that was used.' }),
    notice: z
      .strictObject({ key, version: z.coerce.number().int().min(1), language: z.string().min(2).max(35) })
      .optional()
      .meta({ description: 'In CSV written key/version/language.' }),
    occurredAt: instantInput.optional().meta({ description: 'When the person expressed it.' }),
    validUntil: instantInput.optional(),
    jurisdiction: placeInput
      .optional()
      .meta({ description: 'Where the person was when they expressed it; left out: where the contact lives.' }),
    evidence: named.optional().meta({ description: 'Whatever else supports it; in CSV `evidence.<name>`.' }),
  })
  .meta({
    id: 'ImportRow',
    description: 'A person, one address of theirs, and one thing they agreed to or took back.',
  });
export type ImportRow = z.infer<typeof ImportRow>;

/** Where in a row something is wrong, and what; never the value. */
export function rowProblems(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => {
      const names = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.map(String).join('.')];
      const detail = issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message;
      return names.map((name) => (name === '' ? detail : `${name}: ${detail}`)).join('; ');
    })
    .join('; ');
}

/** Columns by name, without those that begin with `attributes.` and `evidence.`. */
export const COLUMNS: readonly string[] = Object.keys(ImportRow.shape).filter(
  (name) => name !== 'attributes' && name !== 'evidence',
);
