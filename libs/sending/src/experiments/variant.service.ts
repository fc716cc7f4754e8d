import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { Database, firstIdAt, type Tx } from '#lib/platform';
import type { Goal } from '../messages/domain/best-arm.js';
import { type ArmResult, type Verdict, verdictOf } from './domain/experiment.js';

/** How variants stand, and whether one may be called the winner. */
export interface VariantResult {
  readonly goal: Goal;
  readonly variants: readonly ArmResult[];
  readonly verdict: Verdict;
}

/** Which messages are compared, and by what. */
export interface VariantQuestion {
  /** Null: all steps together. */
  readonly step: string | null;
  /** Key; null: all of them, and those of no experiment. */
  readonly experiment: string | null;
  readonly goal: Goal;
}

const DAY_MS = 86_400_000;

/**
 * Compares the variants of a campaign by the contacts who were in them, who were assigned and not their messages: who
 * clicks one mail of a campaign clicks the next. All since it began: a rule that may be asked every day holds only for
 * what is added to, and each period that moves along would be a trial of its own.
 */
@Injectable()
export class VariantService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws DomainError not_found */
  async compare(
    brandId: BrandId,
    campaign: string,
    { step, experiment, goal }: VariantQuestion,
  ): Promise<VariantResult> {
    const variants = await this.database.transaction(async (tx) => {
      const { id, first } = await campaignOf(tx, brandId, campaign);
      // Touches lie in the order of their messages, and so of time: the period is read by its ids, and nothing else.
      await tx.sql`SELECT set_config('enable_seqscan', 'off', true)`;
      // Machines that open and click are no people, who refused to be counted meets no goal, and what was said to somebody twice was said to one.
      // An arm of which nothing was sent yet is one while something may be: the others are not compared without it.
      return tx.sql<ArmResult>`
        SELECT experiment, variant, count(*) FILTER (WHERE sent) AS sent, count(*) FILTER (WHERE sent AND met) AS met
          FROM (SELECT m.experiment, t.contact_id, t.variant, bool_or(t.type = 'sent') AS sent,
                       bool_or(t.type = ${goal} AND NOT t.automated AND NOT t.untracked) AS met
                  FROM sending.touch t
                  LEFT JOIN (SELECT id, experiment FROM sending.message WHERE campaign_id = ${id} AND variant IS NOT NULL) m
                    ON m.id = t.message_id
                 WHERE t.message_id >= ${first}::uuid AND t.brand_id = ${brandId} AND t.campaign_id = ${id}
                   AND t.variant IS NOT NULL AND NOT t.test AND t.type IN ('sent', ${goal})
                   AND (${step}::text IS NULL OR t.step = ${step}::text)
                   AND (${experiment}::text IS NULL OR m.experiment = ${experiment}::text)
                 GROUP BY m.experiment, t.contact_id, t.variant
                HAVING bool_or(t.type = 'sent')
                UNION ALL
                SELECT DISTINCT experiment, NULL::uuid, variant, false, false FROM sending.message
                 WHERE campaign_id = ${id} AND variant IS NOT NULL AND variant <> 'holdout' AND NOT test AND ended_at IS NULL
                   AND (${step}::text IS NULL OR step = ${step}::text)
                   AND (${experiment}::text IS NULL OR experiment = ${experiment}::text)) AS seen
         GROUP BY experiment, variant
         ORDER BY experiment NULLS FIRST, variant`;
    });
    return { goal, variants, verdict: verdictOf(variants) };
  }
}

/** With the first id that one of its messages may have: it was begun with the campaign, or by who wrote down what was before. */
async function campaignOf(
  tx: Tx,
  brandId: BrandId,
  key: string,
): Promise<{ readonly id: string; readonly first: string }> {
  const [row] = await tx.sql<{ id: string; createdAt: EpochMs; oldest: string | null }>`
    SELECT id, created_at AS "createdAt",
           (SELECT m.id FROM sending.message m WHERE m.campaign_id = c.id AND m.variant IS NOT NULL ORDER BY m.id LIMIT 1) AS oldest
      FROM sending.campaign c WHERE brand_id = ${brandId} AND key = ${key}`;
  if (row === undefined) throw new DomainError('not_found', 'There is no such campaign. GET /v1/campaigns lists them.');
  const { id, createdAt, oldest } = row;
  // The clock of the process that accepted a message may be a day behind that of the database.
  const begun = firstIdAt(createdAt - DAY_MS);
  return { id, first: oldest !== null && oldest < begun ? oldest : begun };
}
