import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { Database, firstIdAt, type Tx } from '#lib/platform';
import type { Goal } from '../messages/domain/best-arm.js';
import { type ArmResult, type Verdict, verdictOf } from './domain/experiment.js';

/** How the variants of a step stand, and whether one may be called the winner. */
export interface VariantResult {
  readonly goal: Goal;
  readonly variants: readonly ArmResult[];
  readonly verdict: Verdict;
}

/** Which messages are compared, and by what. */
export interface VariantQuestion {
  /** Null: all steps together. */
  readonly step: string | null;
  readonly goal: Goal;
  /** Those that were accepted in so many days. */
  readonly days: number;
}

const DAY_MS = 86_400_000;

/** Compares the variants of a campaign by what came of their messages. */
@Injectable()
export class VariantService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws DomainError not_found */
  async compare(
    brandId: BrandId,
    campaign: string,
    { step, goal, days }: VariantQuestion,
    now: EpochMs,
  ): Promise<VariantResult> {
    // The clock of the process that accepted a message may be a day behind that of this one, and that much is read more.
    const first = firstIdAt(now - (days + 1) * DAY_MS);
    const variants = await this.database.transaction(async (tx) => {
      const id = await campaignId(tx, brandId, campaign);
      // Touches lie in the order of their messages, and so of time: the period is read by its ids, and nothing else.
      await tx.sql`SELECT set_config('enable_seqscan', 'off', true)`;
      // Machines that open and click are no people.
      return tx.sql<ArmResult>`
        SELECT variant, count(*) FILTER (WHERE sent) AS sent, count(*) FILTER (WHERE met) AS met
          FROM (SELECT message_id, min(variant) AS variant, bool_or(type = 'sent') AS sent,
                       bool_or(type = ${goal} AND NOT automated) AS met
                  FROM sending.touch
                 WHERE message_id >= ${first}::uuid AND brand_id = ${brandId} AND campaign_id = ${id}
                   AND variant IS NOT NULL AND NOT test AND type IN ('sent', ${goal})
                   AND (${step}::text IS NULL OR step = ${step}::text)
                 GROUP BY message_id) AS seen
         GROUP BY variant
         ORDER BY variant`;
    });
    return { goal, variants, verdict: verdictOf(variants) };
  }
}

async function campaignId(tx: Tx, brandId: BrandId, key: string): Promise<string> {
  const rows = await tx.sql<{ id: string }>`
    SELECT id FROM sending.campaign WHERE brand_id = ${brandId} AND key = ${key}`;
  const [row] = rows;
  if (row === undefined) throw new DomainError('not_found', 'There is no such campaign. GET /v1/campaigns lists them.');
  return row.id;
}
