import { z } from 'zod';
import { PERSON_PAGE_LANGUAGES } from '#lib/sending';
import { Instant, line, Uuid } from '../http/scalars.schema.js';

export const ExportQuery = z.strictObject({
  format: z.enum(['json', 'html']).default('json').meta({ description: 'html is the same for reading, as one page.' }),
  language: z.enum(PERSON_PAGE_LANGUAGES).default('en').meta({ description: 'Of the page.' }),
});
export type ExportQuery = z.infer<typeof ExportQuery>;

export const ReceiptPath = z.strictObject({ externalId: line(200), eventId: Uuid });
export type ReceiptPath = z.infer<typeof ReceiptPath>;

export const ReceiptQuery = z.strictObject({
  profile: z
    .enum(['iso27560', 'kantara'])
    .default('iso27560')
    .meta({ description: 'ISO/IEC TS 27560 in DPV’s words as JSON-LD, or the Kantara Consent Receipt 1.1.' }),
});
export type ReceiptQuery = z.infer<typeof ReceiptQuery>;

const whatever = z.record(z.string(), z.json());

/** Its inner shapes follow what is kept; only the outline is promised. */
export const PersonExportAnswer = z
  .strictObject({
    generatedAt: Instant,
    controller: z.strictObject({ name: z.string(), address: z.string(), country: z.string(), contact: z.string() }),
    person: whatever,
    contactPoints: z
      .array(whatever)
      .meta({ description: 'Each with suppressions, where it stands, and its history with all evidence.' }),
    messages: z
      .array(whatever)
      .meta({ description: 'Each with its decisions, the facts they were made on, and its touches.' }),
    facts: z.array(whatever).meta({
      description: 'What other systems reported about the person: each version of each fact that names them.',
    }),
    ledger: z.array(whatever).meta({ description: 'Every ledger entry about the person with what it discloses.' }),
  })
  .meta({ id: 'PersonExport', description: 'Everything that is kept about one person (Art. 15 and 20 GDPR).' });

export const ReceiptAnswer = whatever.meta({
  id: 'ConsentReceipt',
  description: 'A consent receipt of the profile asked for.',
});
