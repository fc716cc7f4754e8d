import { z } from 'zod';
import { SUPPRESSION_REASONS, type SuppressionChange, type SuppressionPeriod } from '#lib/consent';
import { toIso } from '#lib/platform';
import { ChannelName, Instant, line, toInstant, Uuid } from '../http/scalars.schema.js';

const Address = z.string().min(1).max(2048);

export const SuppressionRequest = z
  .strictObject({
    channel: ChannelName,
    address: Address,
    reason: z.enum(['manual', 'objection', 'complaint']).meta({
      description:
        'manual: nothing is sent; objection (GDPR Art. 21): nothing commercial; complaint: nothing, for ever.',
    }),
    note: line(500).optional().meta({ description: 'Why; kept sealed in the ledger.' }),
  })
  .meta({ id: 'SuppressionRequest', description: 'An address that must not be written to, known or not.' });
export type SuppressionRequest = z.infer<typeof SuppressionRequest>;

export const LiftRequest = z
  .strictObject({ channel: ChannelName, address: Address, reason: z.enum(SUPPRESSION_REASONS) })
  .meta({ id: 'SuppressionLiftRequest' });
export type LiftRequest = z.infer<typeof LiftRequest>;

export const FindRequest = z
  .strictObject({ channel: ChannelName, address: Address })
  .meta({ id: 'SuppressionFindRequest', description: 'In a body, because addresses do not belong into URLs.' });
export type FindRequest = z.infer<typeof FindRequest>;

const Period = z
  .strictObject({
    reason: z.enum(SUPPRESSION_REASONS),
    since: Instant,
    until: Instant.nullable().meta({ description: 'Null: no end by itself.' }),
  })
  .meta({ id: 'Suppression' });

export const SuppressionsAnswer = z
  .strictObject({ suppressions: z.array(Period) })
  .meta({ id: 'Suppressions', description: 'What is in force for the address; each stands and ends for itself.' });

export const SuppressionChangeAnswer = z
  .strictObject({
    suppressions: z.array(Period),
    inFlight: z
      .array(Uuid)
      .meta({ description: 'Messages whose hand-over had started before this; no other starts after it.' }),
  })
  .meta({ id: 'SuppressionChange' });

export function toPeriods(periods: readonly SuppressionPeriod[]): z.infer<typeof Period>[] {
  return periods.map(({ reason, since, until }) => ({ reason, since: toIso(since), until: toInstant(until) }));
}

export function toSuppressionChange({ suppressions, inFlight }: SuppressionChange) {
  return { suppressions: toPeriods(suppressions), inFlight: [...inFlight] };
}
