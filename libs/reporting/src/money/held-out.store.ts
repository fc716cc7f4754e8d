import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { HeldOut } from './domain/held-out.js';
import { NO_NAME } from './domain/no-name.js';

interface HeldOutScope {
  readonly asOf: EpochMs;
  /** Before this. */
  readonly to: EpochMs;
  readonly unit: 'account' | 'contact';
  /** Key; left out: of all campaigns. */
  readonly campaign: string | undefined;
}

/** SQL on whom experiments left alone. */
export const heldOutStore = {
  /**
   * Whoever was ever left alone before the end of a period, with the first message of a variant that they were sent of the
   * same campaign. Uses message_held_out_idx, and touch_contact_idx of these people alone.
   */
  async before(tx: Tx, brandId: BrandId, { asOf, to, unit, campaign }: HeldOutScope): Promise<HeldOut[]> {
    // Most brands hold nobody out: they do not pay for who belongs to whom.
    const some = await tx.sql`
      SELECT 1 FROM sending.reported_message WHERE brand_id = ${brandId} AND reason = 'holdout' AND ended_at < ${toIso(to)} LIMIT 1`;
    if (some.length === 0) return [];
    const rows = await tx.sql<{
      campaign: string;
      unit: string;
      at: EpochMs;
      variant: string | null;
      sentAt: EpochMs | null;
    }>`
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId} AND recorded_at <= ${toIso(asOf)} ORDER BY contact_id, n DESC),
      held AS (
        SELECT coalesce(m.campaign, ${NO_NAME}::text) AS campaign, date_trunc('milliseconds', min(m.ended_at)) AS at,
               CASE WHEN ${unit}::text = 'account' THEN coalesce(b.account_id, m.contact_id) ELSE m.contact_id END AS unit
          FROM sending.reported_message m LEFT JOIN belongs b ON b.contact_id = m.contact_id
         WHERE m.brand_id = ${brandId} AND m.reason = 'holdout' AND NOT m.test
           AND m.ended_at < ${toIso(to)} AND m.ended_at <= ${toIso(asOf)}
           AND (${campaign ?? null}::text IS NULL OR m.campaign = ${campaign ?? null}::text)
         GROUP BY 1, 3),
      people AS (
        SELECT unit, unit AS contact_id FROM held
         UNION
        SELECT held.unit, b.contact_id FROM held JOIN belongs b ON b.account_id = held.unit WHERE ${unit}::text = 'account'),
      first AS (
        SELECT DISTINCT ON (held.campaign, held.unit) held.campaign, held.unit, t.variant, date_trunc('milliseconds', t.at) AS at
          FROM held
          JOIN people p ON p.unit = held.unit
          JOIN sending.reported_touch t ON t.contact_id = p.contact_id AND coalesce(t.campaign, ${NO_NAME}::text) = held.campaign
         WHERE t.brand_id = ${brandId} AND NOT t.test AND t.type = 'sent' AND t.variant IS NOT NULL
           AND t.at <= ${toIso(asOf)} AND t.recorded_at <= ${toIso(asOf)}
         ORDER BY held.campaign, held.unit, t.at, t.message_id)
      SELECT held.campaign, held.unit::text AS unit, held.at, first.variant, first.at AS "sentAt"
        FROM held LEFT JOIN first ON first.campaign = held.campaign AND first.unit = held.unit
       ORDER BY held.campaign COLLATE "C", held.unit`;
    return rows.map(({ variant, sentAt, ...held }) => ({
      ...held,
      sent: variant === null || sentAt === null ? null : { variant, at: sentAt },
    }));
  },
};
