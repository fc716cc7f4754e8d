import type { BrandId, Channel, ContactId, ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** SQL on whose an address is that something came back from. */
export const inboundStore = {
  /**
   * Whoever has one of the addresses or what one of them is another name of, or else whoever had it: they answer what
   * they were sent there. In the order of the people, in which locks are taken.
   * @param pointId a contact point whose address it is, too; one of another brand or channel does not count
   */
  async pointsAt(
    tx: Tx,
    brandId: BrandId,
    channel: Channel,
    hashes: readonly Buffer[],
    pointId: ContactPointId | null = null,
  ): Promise<{ readonly id: ContactPointId; readonly contactId: ContactId; readonly isInUse: boolean }[]> {
    const points = await tx.sql<{ id: ContactPointId; contactId: ContactId; isInUse: boolean }>`
      WITH address AS (
        SELECT unnest(${[...hashes]}::bytea[]) AS hash
        UNION
        SELECT address_hash FROM consent.address_alias
         WHERE brand_id = ${brandId} AND channel = ${channel} AND alias_hash = ANY (${[...hashes]}::bytea[])
        UNION
        SELECT address_hash FROM consent.contact_point
         WHERE id = ${pointId} AND brand_id = ${brandId} AND channel = ${channel})
      SELECT p.id, coalesce(c.merged_into, c.id) AS "contactId", p.ended_at IS NULL AS "isInUse"
        FROM address
        JOIN consent.contact_point p ON p.brand_id = ${brandId} AND p.channel = ${channel} AND p.address_hash = address.hash
        JOIN consent.contact c ON c.id = p.contact_id
       ORDER BY 2, p.id`;
    const inUse = points.filter(({ isInUse }) => isInUse);
    return inUse.length > 0 ? inUse : points;
  },

  /** Which of the addresses somebody has, or which are other names of one; or else which of them somebody had. */
  async knownAmong(tx: Tx, brandId: BrandId, channel: Channel, hashes: readonly Buffer[]): Promise<readonly Buffer[]> {
    const rows = await tx.sql<{ hash: Buffer; isInUse: boolean }>`
      WITH given AS (
        SELECT hash, hash AS address FROM unnest(${[...hashes]}::bytea[]) AS g (hash)
        UNION
        SELECT alias_hash, address_hash FROM consent.address_alias
         WHERE brand_id = ${brandId} AND channel = ${channel} AND alias_hash = ANY (${[...hashes]}::bytea[]))
      SELECT given.hash, bool_or(p.ended_at IS NULL) AS "isInUse"
        FROM given
        JOIN consent.contact_point p ON p.brand_id = ${brandId} AND p.channel = ${channel} AND p.address_hash = given.address
       GROUP BY given.hash`;
    const inUse = rows.filter(({ isInUse }) => isInUse);
    return (inUse.length > 0 ? inUse : rows).map(({ hash }) => hash);
  },

  async addAlias(tx: Tx, brandId: BrandId, channel: Channel, alias: Buffer, address: Buffer): Promise<void> {
    await tx.execute`
      INSERT INTO consent.address_alias (brand_id, channel, alias_hash, address_hash)
      VALUES (${brandId}, ${channel}, ${alias}, ${address}) ON CONFLICT DO NOTHING`;
  },
};
