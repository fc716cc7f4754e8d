import { z } from 'zod';
import type { AuditExport } from '#lib/ledger';
import { Instant, InstantInput, line, MixedKey, toInstant, Uuid } from '../http/scalars.schema.js';

export const AuditExportRequest = z
  .strictObject({
    contact: line(200).optional().meta({ description: 'Only this person, completely when nothing else narrows it.' }),
    campaign: MixedKey.optional().meta({ description: 'Only this campaign and its messages.' }),
    from: InstantInput.optional().meta({ description: 'Only what was recorded from this instant on.' }),
    to: InstantInput.optional().meta({ description: 'Only what was recorded before this instant.' }),
    since: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'Size of a checkpoint from before, to prove that the log has only grown since.' }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'must be after from',
  })
  .meta({ id: 'AuditExportRequest', description: 'What to show. An empty one is everything of the brand.' });
export type AuditExportRequest = z.infer<typeof AuditExportRequest>;

export const AuditExportPath = z.strictObject({ id: Uuid });
export type AuditExportPath = z.infer<typeof AuditExportPath>;

export const AuditExportVolume = z.strictObject({
  volume: z.coerce.number().int().min(1).optional().meta({ description: 'Which file of a bundle that has several.' }),
});
export type AuditExportVolume = z.infer<typeof AuditExportVolume>;

export const AuditExportAnswer = z
  .strictObject({
    id: Uuid,
    state: z
      .enum(['queued', 'building', 'ready', 'failed', 'expired'])
      .meta({ description: '`expired`: taken away, because its time is over or something in it was erased.' }),
    requestedAt: Instant,
    size: z.int().nullable().meta({ description: 'Entries of the log that the bundle covers, once that is fixed.' }),
    records: z.int().nullable().meta({ description: 'Entries in the bundle that were asked for.' }),
    bytes: z.int().nullable(),
    sha256: z.string().nullable().meta({ description: 'Of the file, hexadecimal; null when there are several.' }),
    volumes: z
      .array(
        z.strictObject({
          number: z.int(),
          records: z.int(),
          bytes: z.int(),
          sha256: z.string().meta({ description: 'Hexadecimal.' }),
        }),
      )
      .meta({ description: 'The files of the bundle: one, or several when it has more than 20,000 records.' }),
    failure: z.string().nullable().meta({
      description:
        'Such as `too_many_records` (more than a million: ask for a shorter period), `not_witnessed` (for a quarter of an hour no checkpoint reached the quorum of policy.txt: order again when the witnesses answer), `merged_meanwhile` (the contact became one with another after the order: order again, and the bundle has both) or `erased` (the contact was erased after the order, and nothing of theirs is told any more: their erasure has a receipt, and a bundle of the brand or of a period proves that their entries stand).',
    }),
    expiresAt: Instant.nullable().meta({ description: 'When the file is taken away.' }),
    entries: z.array(Uuid).meta({ description: 'The ledger entries that record the request.' }),
  })
  .meta({ id: 'AuditExport', description: 'An export for auditors and where it stands.' });

export function toAuditExportAnswer({
  requestedAt,
  expiresAt,
  entryIds,
  volumes,
  ...rest
}: AuditExport): z.infer<typeof AuditExportAnswer> {
  const at = { requestedAt: toInstant(requestedAt) ?? '', expiresAt: toInstant(expiresAt) };
  const numbered = volumes.map(({ records, bytes, sha256 }, i) => ({ number: i + 1, records, bytes, sha256 }));
  return { ...rest, ...at, volumes: numbered, entries: [...entryIds] };
}
