import { z } from 'zod';
import type { Brand } from '#lib/consent';
import { pageOf } from '../http/page.schema.js';
import { Country, Instant, Key, Language, line, Zone } from '../http/scalars.schema.js';
import { toIso } from '#lib/platform';
import { patternProblem, shapeProblems } from '#lib/sending';

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1f4fbf');

const BrandPageLook = z
  .strictObject({
    accent: z
      .strictObject({ light: colour, dark: colour })
      .optional()
      .meta({ description: 'Of buttons and links, on light (#ffffff) and on dark (#15171b) paper: at least 4.5:1.' }),
    privacyUrl: z
      .url({ protocol: /^https$/ })
      .max(500)
      .optional(),
    contactUrl: z
      .string()
      .max(500)
      .regex(/^(https:\/\/|mailto:)[^\s<>"]+$/, 'must be an https: or mailto: address')
      .optional()
      .meta({ description: 'Where somebody answers questions.' }),
    phone: z
      .string()
      .regex(/^\+[1-9][0-9]{6,14}$/, 'must be a number such as +493012345678')
      .optional()
      .meta({
        description:
          'Telephone of somebody who answers questions, in the E.164 form. Receipts in the Kantara form must name one; without it they say that it was not stated.',
      }),
    link: z
      .strictObject({ template: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/), purpose: Key })
      .optional()
      .meta({
        description:
          'Transactional template that shows {{preferencesUrl}}, sent to whoever asks on the page for a fresh link.',
      }),
    notice: Key.optional().meta({
      description:
        'Key of a published notice. Whoever can say yes on the page reads its newest version there, and each yes is linked to it as served; 4,000 bytes at most.',
    }),
  })
  .meta({ id: 'BrandPageLook', description: 'The pages on which contacts say what they want.' });

const fieldName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'must begin with a letter, and have letters, digits and _');
const record = z.strictObject({ record: fieldName });
const fieldsOf = z.record(
  fieldName,
  z.union([
    z.enum(['text', 'number', 'boolean']),
    record,
    z.strictObject({ list: z.union([z.enum(['text', 'number']), record]) }),
  ]),
);

const DataShapeBody = z
  .strictObject({
    variables: fieldsOf.meta({ description: 'What `variables` of a message hold.' }),
    attributes: fieldsOf.optional().meta({ description: 'What `attributes` of a contact hold; left out: anything.' }),
    records: z.record(fieldName, fieldsOf).meta({ description: 'Kinds of records, by name.' }),
  })
  .superRefine((shape, context) => {
    for (const { pointer, detail } of shapeProblems(shape))
      context.addIssue({ code: 'custom', path: pointer.split('/').slice(1), message: detail });
  })
  .meta({
    id: 'DataShape',
    description:
      'What is sent along with messages. Templates that are published afterwards refer to what is declared here and to nothing else, over six records at most.',
  });

const namePattern = z
  .string()
  .max(200)
  .superRefine((text, context) => {
    const problem = patternProblem(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

const facts = {
  name: line(200).meta({ description: 'As contacts know it.' }),
  legalName: line(300).meta({ description: 'The company that answers for what is sent.' }),
  postalAddress: z.string().min(1).max(1000).meta({ description: 'Printed in commercial mail.' }),
  defaultLanguage: Language,
  defaultZone: Zone,
  country: Country,
  senderName: line(200).meta({ description: 'Name in the From line.' }),
  senderEmail: z.email().max(254).meta({ description: 'Address in the From line.' }),
  storageLocations: z
    .array(Country)
    .max(50)
    .refine((all) => new Set(all).size === all.length, 'must name each country once')
    .optional()
    .meta({
      description:
        'Countries in which personal data is kept. Receipts of consents must say so (ISO/IEC TS 27560); without it they say that it was not stated.',
    }),
  page: BrandPageLook.optional(),
  dataShape: DataShapeBody.optional(),
  names: z.strictObject({ template: namePattern.optional(), campaign: namePattern.optional() }).optional().meta({
    id: 'NamePatterns',
    description:
      'How new templates and campaigns are named: letters, digits and hyphens, with {word}, {number}, {year}, {month}, {day} and choices, such as {NURTURE|EVENT}-{word}-v{number}-{year}-{month}.',
  }),
  tracking: z
    .strictObject({
      purpose: Key.meta({ description: 'Purpose under which people agree to be counted.' }),
      links: z.boolean().default(true).meta({ description: 'Links of mails lead through the center and are counted.' }),
      opens: z.boolean().default(true).meta({ description: 'Mails carry an image that tells when they are opened.' }),
    })
    .optional()
    .meta({
      id: 'BrandTracking',
      description:
        'What is counted of what people do with e-mails, of those alone whose consent to this purpose is in force when the mail leaves and when they click. Left out: nothing is counted.',
    }),
};

export const BrandRequest = z.strictObject(facts).meta({ id: 'BrandRequest' });
export type BrandRequest = z.infer<typeof BrandRequest>;

export const BrandAnswer = z
  .strictObject({ key: Key, ...facts, createdAt: Instant, updatedAt: Instant })
  .meta({ id: 'Brand', description: 'The identity that speaks. Every other resource belongs to one.' });
export const BrandPage = pageOf('BrandPage', BrandAnswer);

export function toBrandAnswer({
  createdAt,
  updatedAt,
  id: _,
  dataShape,
  ...brand
}: Brand): z.infer<typeof BrandAnswer> {
  const storageLocations = [...(brand.storageLocations ?? [])];
  const shape = dataShape === undefined ? {} : { dataShape: DataShapeBody.parse(dataShape) };
  return { ...brand, ...shape, storageLocations, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}
