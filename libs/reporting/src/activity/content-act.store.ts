import type { BrandId, EpochMs } from '#lib/kernel';
import { type CopiedRow, sqlPart, toIso, type Tx } from '#lib/platform';
import { actsOfThese, KIND, PAGE } from '../kept-activity/kept-act.store.js';
import type { KeptScope } from '../money/kept-scope.js';

/** With whose account it is kept, which one it counts for, and who it was; what was done when, and where or about what. */
export type ContentActRow = [of: string, account: string, person: string, at: EpochMs, kind: string, about: string];

/** Where the link of a click `t` led: one look-up for each, because a brand has many times more links than clicks. */
const WHERE_IT_LED = sqlPart`LATERAL (
            SELECT l.address FROM sending.reported_link l
             WHERE l.message_id = t.message_id
               AND l.id = CASE WHEN t.event ~ '^link [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}( |$)' THEN substr(t.event, 6, 36)::uuid END
            OFFSET 0)`;

/** SQL on clicks, visits and events that say where or about what they were. */
export const contentActStore = {
  /** Of everybody: rows with the columns of `ContentActRow`. */
  async all(
    tx: Tx,
    { brandId, through }: { readonly brandId: BrandId; readonly through: EpochMs },
    visit: (row: CopiedRow) => void,
  ): Promise<void> {
    const then = sqlPart`${toIso(through)}::timestamptz`;
    await tx.copyOut(
      sqlPart`
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId}::uuid AND recorded_at <= ${then} ORDER BY contact_id, n DESC),
      f AS (
        SELECT DISTINCT ON (kind, external_id) kind, at, body, retracted FROM reporting.fact
         WHERE brand_id = ${brandId}::uuid AND kind IN ('visit', 'custom') AND recorded_at <= ${then}
         ORDER BY kind, external_id, version DESC),
      did AS (
        SELECT t.contact_id AS contact, NULL::uuid AS account, t.at, 'click' AS kind, l.address AS about
          FROM sending.path_touch t CROSS JOIN ${WHERE_IT_LED} l
         WHERE t.brand_id = ${brandId}::uuid AND t.type = 'clicked' AND t.recorded_at <= ${then}
        UNION ALL
        SELECT (body ->> 'contactId')::uuid, (body ->> 'accountId')::uuid, at, ${KIND}, ${PAGE} FROM f WHERE NOT retracted)
      SELECT CASE WHEN d.contact IS NULL THEN d.account ELSE coalesce(b.account_id, d.contact) END,
             coalesce(d.account, b.account_id, d.contact), coalesce(d.contact, d.account), d.at, d.kind, d.about
        FROM did d LEFT JOIN belongs b ON b.contact_id = d.contact
       WHERE d.at <= ${then} AND d.about IS NOT NULL`,
      visit,
    );
  },

  /** The same of some accounts. */
  async ofSome(tx: Tx, scope: KeptScope): Promise<ContentActRow[]> {
    const { brandId, through } = scope;
    const then = sqlPart`${toIso(through)}::timestamptz`;
    return tx.composed<ContentActRow>(sqlPart`
      WITH ${actsOfThese(scope)},
      did AS (
        SELECT w.account, w.account AS counts_for, w.contact_id AS whose, t.at, 'click' AS kind, l.address AS about
          FROM whose w JOIN sending.path_touch t ON t.contact_id = w.contact_id CROSS JOIN ${WHERE_IT_LED} l
         WHERE t.brand_id = ${brandId} AND t.type = 'clicked' AND t.recorded_at <= ${then}
        UNION ALL
        SELECT account, coalesce((body ->> 'accountId')::uuid, account), whose, at, ${KIND}, ${PAGE} FROM act f)
      SELECT account::text, counts_for::text, whose::text, at, kind, about FROM did
       WHERE at <= ${then} AND about IS NOT NULL`);
  },
};
