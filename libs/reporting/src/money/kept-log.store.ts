import type { BrandId, EpochMs } from '#lib/kernel';
import { sqlPart, toIso, type Tx } from '#lib/platform';
import { AllTouches } from './domain/all-touches.js';
import type { TouchName } from './domain/name-table.js';

/** Whose touches are read, and nothing that was recorded or happens later. */
export interface LogScope {
  readonly brandId: BrandId;
  readonly through: EpochMs;
}

/** SQL that reads the whole log of touches, in one pass and in no order. */
export const keptLogStore = {
  async all(tx: Tx, { brandId, through }: LogScope): Promise<AllTouches> {
    const then = sqlPart`${toIso(through)}::timestamptz`;
    const ofBrand = sqlPart`brand_id = ${brandId}::uuid AND recorded_at <= ${then}`;
    const all = new AllTouches(through);
    // One process sends what it reads; a second one would only hand it on to the first.
    await tx.sql`SELECT set_config('max_parallel_workers_per_gather', '0', true)`;
    await tx.copyOut(sqlPart`SELECT contact_id, account_id, n FROM consent.contact_account WHERE ${ofBrand}`, (row) =>
      all.belongs(row),
    );
    all.settlePeople();
    await tx.copyOut(sqlPart`SELECT message_id FROM sending.came_back WHERE ${ofBrand}`, (row) => all.cameBack(row));
    await tx.copyOut(
      sqlPart`
      SELECT (body ->> 'contactId')::uuid, at, body ->> 'channel', NULL::uuid, NULL::uuid, body ->> 'campaign',
             NULL::uuid, body ->> 'page', NULL::text, NULL::text
        FROM (SELECT DISTINCT ON (external_id COLLATE "C") external_id, at, body, retracted FROM reporting.fact
               WHERE kind = 'visit' AND ${ofBrand} ORDER BY external_id COLLATE "C", version DESC) visit
       WHERE NOT retracted
       ORDER BY external_id COLLATE "C"`,
      (row) => all.visit(row),
    );
    await tx.copyOut(
      sqlPart`
      SELECT contact_id, at, message_id, type, channel, campaign_id, topic_id, NULL::text, template_id, NULL::text, step, variant
        FROM sending.path_touch WHERE ${ofBrand}`,
      (row) => all.touch(row),
    );
    return all;
  },

  /** Gives each name an id, in the order of the names. */
  async idsOf(tx: Tx, brandId: BrandId, names: readonly TouchName[]): Promise<number[]> {
    const columns = [
      names.map(({ channel }) => channel),
      names.map(({ campaignId }) => campaignId),
      names.map(({ topicId }) => topicId),
      names.map(({ campaign }) => campaign),
      names.map(({ templateId }) => templateId),
      names.map(({ page }) => page),
      names.map(({ step }) => step),
      names.map(({ variant }) => variant),
    ];
    await tx.sql`
      INSERT INTO reporting.touch_name (brand_id, channel, campaign_id, topic_id, campaign, template_id, page, step, variant)
      SELECT ${brandId}::uuid, g.* FROM unnest(${columns[0]}::text[], ${columns[1]}::uuid[], ${columns[2]}::uuid[], ${columns[3]}::text[],
                                               ${columns[4]}::uuid[], ${columns[5]}::text[], ${columns[6]}::text[],
                                               ${columns[7]}::text[]) AS g
      ON CONFLICT DO NOTHING`;
    const rows = await tx.sql<{ id: number } & TouchName>`
      SELECT id, channel, campaign_id::text AS "campaignId", topic_id::text AS "topicId", campaign,
             template_id::text AS "templateId", page, step, variant
        FROM reporting.touch_name WHERE brand_id = ${brandId}`;
    const keyOf = ({ channel, campaignId, topicId, campaign, templateId, page, step, variant }: TouchName): string =>
      JSON.stringify([channel, campaignId, topicId, campaign, templateId, page, step, variant]);
    const ids = new Map(rows.map((row) => [keyOf(row), row.id]));
    return names.map((name) => {
      const id = ids.get(keyOf(name));
      if (id === undefined) throw new Error('a name of touches was given no id');
      return id;
    });
  },

  /** Puts these people on the list of those whose touches are to be kept anew. */
  async putOnList(tx: Tx, brandId: BrandId, contacts: readonly string[]): Promise<void> {
    await tx.execute`
      INSERT INTO reporting.touched (brand_id, whose)
      SELECT ${brandId}::uuid, whose FROM unnest(${contacts}::uuid[]) AS whose`;
  },
};
