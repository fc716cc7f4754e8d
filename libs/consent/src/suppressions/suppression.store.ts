import type { BrandId, Channel, ContactId, ContactPointId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { SuppressionFact, SuppressionPeriod, SuppressionReason } from './domain/suppressions-of.js';

/** An address as suppressions know it: by its keyed hash alone. */
export interface AddressKey {
  readonly brandId: BrandId;
  readonly channel: Channel;
  readonly addressHash: Buffer;
}

/** One thing that happened, to be written down. */
export interface NewFact extends SuppressionFact, AddressKey {
  readonly code: string | null;
  readonly eventKey: string;
}

/** Everything known about one address. */
export interface AddressHistory {
  readonly key: AddressKey;
  readonly facts: readonly SuppressionFact[];
  readonly reachedAt: EpochMs | null;
  /** As it stands in the table. */
  readonly recorded: readonly SuppressionPeriod[];
}

/** A person who has, or had, an address. */
export interface Holder {
  readonly contactId: ContactId;
  readonly subjectId: SubjectId;
  readonly pointId: ContactPointId;
  /** What their chain discloses is destroyed, or will be. */
  readonly isErased?: boolean;
}

/** What the table says of one address and reason. */
export interface StandingRow extends AddressKey, SuppressionPeriod {
  readonly entryId: EntryId;
}

export function nameOf({ brandId, channel, addressHash }: AddressKey): string {
  return `${brandId} ${channel} ${addressHash.toString('hex')}`;
}

const columns = (keys: readonly AddressKey[]) => ({
  brands: keys.map((key) => key.brandId),
  channels: keys.map((key) => key.channel),
  hashes: keys.map((key) => key.addressHash),
});

/** SQL on addresses that must not be written to. Writers hold the lock of the address. */
export const suppressionStore = {
  /** Puts all who write about these addresses in order; held until the transaction ends. Taken in one order by everybody. */
  async lock(tx: Tx, keys: readonly AddressKey[]): Promise<void> {
    const names = [...new Set(keys.map(nameOf))];
    await tx.execute`
      SELECT pg_advisory_xact_lock(k)
        FROM (SELECT DISTINCT hashtextextended(name, 0) AS k FROM unnest(${names}::text[]) AS n (name) ORDER BY 1) AS keys`;
  },

  /** The addresses of contact points. */
  async keysOf(tx: Tx, pointIds: readonly ContactPointId[]): Promise<Map<ContactPointId, AddressKey>> {
    const rows = await tx.sql<AddressKey & { id: ContactPointId }>`
      SELECT id, brand_id AS "brandId", channel, address_hash AS "addressHash"
        FROM consent.contact_point
       WHERE id = ANY (${[...new Set(pointIds)]}::uuid[])`;
    return new Map(rows.map(({ id, ...key }) => [id, key]));
  },

  /** Everybody who has, or had, an address; in one order. */
  async holders(tx: Tx, { brandId, channel, addressHash }: AddressKey): Promise<Holder[]> {
    return tx.sql<Holder>`
      SELECT p.contact_id AS "contactId", c.subject_id AS "subjectId", p.id AS "pointId"
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id
       WHERE p.brand_id = ${brandId} AND p.channel = ${channel} AND p.address_hash = ${addressHash}
       ORDER BY p.contact_id, p.id`;
  },

  /** The same people, with who of them is erased. */
  async living(tx: Tx, holders: readonly Holder[]): Promise<Holder[]> {
    if (holders.length === 0) return [];
    const rows = await tx.sql<{ id: ContactId }>`
      SELECT id FROM consent.contact
       WHERE id = ANY (${holders.map(({ contactId }) => contactId)}::uuid[]) AND erased_at IS NOT NULL`;
    const erased = new Set(rows.map(({ id }) => id));
    return holders.map((holder) => ({ ...holder, isErased: erased.has(holder.contactId) }));
  },

  /** What is in force at the addresses that these people have, or had; each once. */
  async standingAt(
    tx: Tx,
    contactIds: readonly ContactId[],
  ): Promise<(AddressKey & { readonly period: SuppressionPeriod; readonly holder: Holder })[]> {
    const rows = await tx.sql<AddressKey & SuppressionPeriod & Holder>`
      SELECT DISTINCT ON (s.brand_id, s.channel, s.address_hash, s.reason)
             s.brand_id AS "brandId", s.channel, s.address_hash AS "addressHash", s.reason, s.since, s.until,
             p.contact_id AS "contactId", c.subject_id AS "subjectId", p.id AS "pointId"
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id
        JOIN consent.suppression s ON (s.brand_id, s.channel, s.address_hash) = (p.brand_id, p.channel, p.address_hash)
       WHERE p.contact_id = ANY (${[...contactIds]}::uuid[])
       ORDER BY s.brand_id, s.channel, s.address_hash, s.reason, p.id`;
    return rows.map(({ brandId, channel, addressHash, reason, since, until, ...holder }) => ({
      ...{ brandId, channel, addressHash, holder },
      period: { reason, since, until },
    }));
  },

  /** Everything in the table, in the order of its key, after one row. */
  async standing(tx: Tx, after: StandingRow | null, limit: number): Promise<StandingRow[]> {
    const { brandId = null, channel = '', addressHash = Buffer.alloc(0), reason = '' } = after ?? {};
    return tx.sql<StandingRow>`
      SELECT brand_id AS "brandId", channel, address_hash AS "addressHash", reason, since, until, entry_id AS "entryId"
        FROM consent.suppression
       WHERE ${brandId}::uuid IS NULL
          OR (brand_id, channel, address_hash, reason) > (${brandId}::uuid, ${channel}, ${addressHash}::bytea, ${reason})
       ORDER BY brand_id, channel, address_hash, reason LIMIT ${limit}::int`;
  },

  /** Those of these rows that are there now, as they are now. */
  async stillStanding(tx: Tx, rows: readonly StandingRow[]): Promise<StandingRow[]> {
    const { brands, channels, hashes } = columns(rows);
    return tx.sql<StandingRow>`
      SELECT brand_id AS "brandId", channel, address_hash AS "addressHash", reason, since, until, entry_id AS "entryId"
        FROM unnest(${brands}::uuid[], ${channels}::text[], ${hashes}::bytea[], ${rows.map(({ reason }) => reason)}::text[])
               AS k (brand_id, channel, address_hash, reason)
        JOIN consent.suppression USING (brand_id, channel, address_hash, reason)`;
  },

  /** Writes down what is new. */
  async addFacts(tx: Tx, facts: readonly NewFact[], recordedAt: EpochMs): Promise<void> {
    if (facts.length === 0) return;
    const { brands, channels, hashes } = columns(facts);
    await tx.execute`
      INSERT INTO consent.suppression_fact (id, brand_id, channel, address_hash, kind, lifts, code, message_id, event_key,
                                            occurred_at, recorded_at)
      SELECT f.*, ${toIso(recordedAt)}
        FROM unnest(${facts.map((f) => f.id)}::uuid[], ${brands}::uuid[], ${channels}::text[], ${hashes}::bytea[],
                    ${facts.map((f) => f.kind)}::text[], ${facts.map((f) => f.lifts)}::text[], ${facts.map((f) => f.code)}::text[],
                    ${facts.map((f) => f.messageId)}::uuid[], ${facts.map((f) => f.eventKey)}::text[],
                    ${facts.map((f) => toIso(f.occurredAt))}::timestamptz[]) AS f
      ON CONFLICT ON CONSTRAINT suppression_fact_event_key DO NOTHING`;
  },

  /** Notes signs of life; the latest counts, in whatever order they come. */
  async addReached(tx: Tx, reached: readonly (AddressKey & { readonly at: EpochMs })[]): Promise<void> {
    if (reached.length === 0) return;
    const { brands, channels, hashes } = columns(reached);
    await tx.execute`
      INSERT INTO consent.reached_address (brand_id, channel, address_hash, reached_at)
      SELECT r.brand_id, r.channel, r.address_hash, max(r.at)
        FROM unnest(${brands}::uuid[], ${channels}::text[], ${hashes}::bytea[],
                    ${reached.map(({ at }) => toIso(at))}::timestamptz[]) AS r (brand_id, channel, address_hash, at)
       GROUP BY 1, 2, 3
      ON CONFLICT (brand_id, channel, address_hash) DO UPDATE
         SET reached_at = EXCLUDED.reached_at
       WHERE reached_address.reached_at < EXCLUDED.reached_at`;
  },

  /**
   * Keeps of these signs of life, and of the last that is known of each address, those that end a bounce which no earlier
   * one ended: as many as the address has bounced, and a sign that is told late.
   */
  async keepSigns(
    tx: Tx,
    signs: readonly (AddressKey & { readonly at: EpochMs })[],
    recordedAt: EpochMs,
  ): Promise<void> {
    if (signs.length === 0) return;
    const { brands, channels, hashes } = columns(signs);
    await tx.execute`
      WITH sign AS MATERIALIZED (
        SELECT * FROM unnest(${brands}::uuid[], ${channels}::text[], ${hashes}::bytea[],
                             ${signs.map(({ at }) => toIso(at))}::timestamptz[]) AS s (brand_id, channel, address_hash, at))
      INSERT INTO consent.sign_of_life (brand_id, channel, address_hash, reached_at, recorded_at)
      SELECT DISTINCT s.brand_id, s.channel, s.address_hash, s.at, ${toIso(recordedAt)}::timestamptz
        FROM sign s
        JOIN consent.suppression_fact f USING (brand_id, channel, address_hash)
       WHERE f.kind IN ('hard_bounce', 'soft_bounce') AND f.occurred_at <= s.at
         AND NOT EXISTS (SELECT FROM consent.sign_of_life o
                          WHERE (o.brand_id, o.channel, o.address_hash) = (s.brand_id, s.channel, s.address_hash)
                            AND o.reached_at >= f.occurred_at AND o.reached_at <= s.at)
         AND NOT EXISTS (SELECT FROM sign o
                          WHERE (o.brand_id, o.channel, o.address_hash) = (s.brand_id, s.channel, s.address_hash)
                            AND o.at >= f.occurred_at AND o.at < s.at)
      ON CONFLICT DO NOTHING`;
  },

  /** Everything known about these addresses. */
  async histories(tx: Tx, keys: readonly AddressKey[]): Promise<AddressHistory[]> {
    const unique = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    const { brands, channels, hashes } = columns(unique);
    const facts = await tx.sql<SuppressionFact & AddressKey>`
      SELECT f.id, f.brand_id AS "brandId", f.channel, f.address_hash AS "addressHash", f.kind, f.lifts,
             f.message_id AS "messageId", f.occurred_at AS "occurredAt"
        FROM unnest(${brands}::uuid[], ${channels}::text[], ${hashes}::bytea[]) AS k (brand_id, channel, address_hash)
        JOIN consent.suppression_fact f USING (brand_id, channel, address_hash)`;
    const reached = await tx.sql<AddressKey & { reachedAt: EpochMs }>`
      SELECT brand_id AS "brandId", channel, address_hash AS "addressHash", reached_at AS "reachedAt"
        FROM unnest(${brands}::uuid[], ${channels}::text[], ${hashes}::bytea[]) AS k (brand_id, channel, address_hash)
        JOIN consent.reached_address USING (brand_id, channel, address_hash)`;
    const recorded = await tx.sql<SuppressionPeriod & AddressKey>`
      SELECT brand_id AS "brandId", channel, address_hash AS "addressHash", reason, since, until
        FROM unnest(${brands}::uuid[], ${channels}::text[], ${hashes}::bytea[]) AS k (brand_id, channel, address_hash)
        JOIN consent.suppression USING (brand_id, channel, address_hash)`;
    const of = <Row extends AddressKey>(rows: readonly Row[], key: AddressKey): Row[] =>
      rows.filter((row) => nameOf(row) === nameOf(key));
    return unique.map((key) => ({
      key,
      facts: of(facts, key),
      reachedAt: of(reached, key)[0]?.reachedAt ?? null,
      recorded: of(recorded, key),
    }));
  },

  async put(tx: Tx, key: AddressKey, period: SuppressionPeriod, entryId: EntryId): Promise<void> {
    const { reason, since, until } = period;
    await tx.execute`
      INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, until, entry_id)
      VALUES (${key.brandId}, ${key.channel}, ${key.addressHash}, ${reason}, ${toIso(since)},
              ${until === null ? null : toIso(until)}, ${entryId})
      ON CONFLICT (brand_id, channel, address_hash, reason) DO UPDATE
         SET since = EXCLUDED.since, until = EXCLUDED.until, entry_id = EXCLUDED.entry_id`;
  },

  async remove(tx: Tx, { brandId, channel, addressHash }: AddressKey, reason: SuppressionReason): Promise<void> {
    await tx.execute`
      DELETE FROM consent.suppression
       WHERE brand_id = ${brandId} AND channel = ${channel} AND address_hash = ${addressHash} AND reason = ${reason}`;
  },
};
