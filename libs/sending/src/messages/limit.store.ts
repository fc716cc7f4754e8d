import { type CapUse, gcraTatInForce, gcraTurn, type RateLimit, type RateState } from '#lib/decision';
import type { BrandId, ContactId, EpochMs, MessageId } from '#lib/kernel';
import { column, type CopyTarget, toIso, type Tx, uuidList } from '#lib/platform';
import { ContactUses } from './domain/contact-uses.js';

/** A hand-over that takes a place under caps. Keys, not ids, as they were at that moment. */
export interface NewCapUse extends Omit<CapUse, 'alsoAt'> {
  readonly contactId: ContactId;
  readonly messageId: MessageId;
  readonly test: boolean;
}

/** Which bucket is drawn on: one for a limit, and one of their own for its test messages. */
export interface Drawn {
  readonly brandId: BrandId;
  readonly limit: RateLimit;
  readonly test: boolean;
}

/** A bucket and those who wait for it, all in microseconds since 1970. */
export interface Bucket extends Drawn {
  /** Under the limit as it is now. */
  tat: number;
  /** The last hand-over that drew on it. */
  spent: number;
  /** When the last of those who wait is to ask again: no more than advice. */
  tail: number;
  /** The last turn that one of them was given. */
  turn: number;
}

/** A row of `capUses`, in the order of its columns; most people are in no segment, and a list of none costs as much to read. */
type CapUseRow = readonly [
  contactId: ContactId,
  messageId: MessageId,
  at: EpochMs,
  channel: NewCapUse['channel'],
  messageClass: NewCapUse['class'],
  purpose: string,
  topic: string | null,
  campaign: string | null,
  segments: readonly string[] | null,
  test: boolean,
];

/** More hand-overs than these are not read one by one for one batch. */
const MANY_USES = 10_000;

type BucketRow = Pick<Bucket, 'tat' | 'spent' | 'tail' | 'turn'> & { readonly n: number };

const PLACES: CopyTarget<NewCapUse> = {
  table: 'sending.cap_use',
  columns: {
    contact_id: column.uuid((u) => u.contactId),
    message_id: column.uuid((u) => u.messageId),
    at: column.timestamptz((u) => u.at),
    channel: column.text((u) => u.channel),
    class: column.text((u) => u.class),
    purpose: column.text((u) => u.purpose),
    topic: column.text((u) => u.topic),
    campaign: column.text((u) => u.campaign),
    segments: column.texts((u) => u.segments ?? []),
    test: column.boolean((u) => u.test),
  },
};

/** SQL on what is counted: places under caps, which the contact's lock guards, and token buckets with locks of their own. */
export const limitStore = {
  /**
   * Places taken since an instant, by contact (`capKey`). Test messages count test messages only.
   * @param most of one kind that anybody asks for: where there are very many, the newest of each, and two more: one may be
   *   the asking message's own, and the other tells that there are more
   */
  async capUses(
    tx: Tx,
    contactIds: readonly ContactId[],
    since: EpochMs,
    most: number,
  ): Promise<Map<string, ContactUses>> {
    const all = await tx.rows<CapUseRow>`
      SELECT contact_id, message_id, at, channel, class, purpose, topic, campaign, nullif(segments, '{}'), test
        FROM sending.cap_use
       WHERE contact_id = ANY (${uuidList(contactIds)}::uuid[]) AND at > ${toIso(since)}
       LIMIT ${MANY_USES + 1}`;
    const rows = all.length <= MANY_USES ? all : await newestUses(tx, contactIds, since, most + 2);
    const byContact = new Map<string, ContactUses>();
    for (const row of rows) {
      const key = capKey(row[0], row[9]);
      let uses = byContact.get(key);
      if (uses === undefined) byContact.set(key, (uses = new ContactUses()));
      uses.add(row[1], toCapUse(row));
    }
    return byContact;
  },

  /** Takes the places of messages that are handed over for the first time. */
  async takePlaces(tx: Tx, uses: readonly NewCapUse[]): Promise<void> {
    await tx.copy(PLACES, uses);
  },

  /** Takes the places of messages that are tried again: what was counted then is counted now. */
  async retakePlaces(tx: Tx, uses: readonly NewCapUse[]): Promise<void> {
    await tx.execute`
      INSERT INTO sending.cap_use (contact_id, message_id, at, channel, class, purpose, topic, campaign, segments, test)
      SELECT contact_id, message_id, at, channel, class, purpose, topic, campaign,
             ARRAY(SELECT jsonb_array_elements_text(segments)), test
        FROM unnest(${uses.map((u) => u.contactId)}::uuid[], ${uses.map((u) => u.messageId)}::uuid[],
                    ${uses.map((u) => toIso(u.at))}::timestamptz[], ${uses.map((u) => u.channel)}::text[],
                    ${uses.map((u) => u.class)}::text[], ${uses.map((u) => u.purpose)}::text[], ${uses.map((u) => u.topic)}::text[],
                    ${uses.map((u) => u.campaign)}::text[], ${uses.map((u) => JSON.stringify(u.segments ?? []))}::jsonb[],
                    ${uses.map((u) => u.test)}::boolean[])
             AS u (contact_id, message_id, at, channel, class, purpose, topic, campaign, segments, test)
      ON CONFLICT (contact_id, message_id) DO UPDATE SET at = EXCLUDED.at`;
  },

  /** Every hand-over to these people: what their consents were used for. */
  async uses(
    tx: Tx,
    contactIds: readonly ContactId[],
  ): Promise<Pick<NewCapUse, 'at' | 'channel' | 'purpose' | 'topic'>[]> {
    return tx.sql<Pick<NewCapUse, 'at' | 'channel' | 'purpose' | 'topic'>>`
      SELECT at, channel, purpose, topic
        FROM sending.cap_use
       WHERE contact_id = ANY (${[...contactIds]}::uuid[]) AND NOT test`;
  },

  /** What counts for one contact counts for another too. */
  async copyPlaces(tx: Tx, from: ContactId, into: ContactId): Promise<void> {
    await tx.execute`
      INSERT INTO sending.cap_use (contact_id, message_id, at, channel, class, purpose, topic, campaign, segments, test)
      SELECT ${into}, message_id, at, channel, class, purpose, topic, campaign, segments, test
        FROM sending.cap_use
       WHERE contact_id = ${from}
      ON CONFLICT (contact_id, message_id) DO NOTHING`;
  },

  /** Gives places back: the provider refused for good, or the hand-over is known not to have begun. */
  async givePlacesBack(tx: Tx, places: readonly { contactId: ContactId; messageId: MessageId }[]): Promise<void> {
    await tx.execute`
      DELETE FROM sending.cap_use c
       USING unnest(${places.map((p) => p.contactId)}::uuid[], ${places.map((p) => p.messageId)}::uuid[]) AS p (contact_id, message_id)
       WHERE c.contact_id = p.contact_id AND c.message_id = p.message_id`;
  },

  /** How far buckets are drawn on, without a lock: good enough for a first look. */
  async peek(tx: Tx, wanted: readonly Drawn[]): Promise<Bucket[]> {
    const rows = await tx.sql<BucketRow>`
      SELECT w.n, coalesce(b.tat, 0) AS tat, coalesce(b.spent, 0) AS spent, coalesce(b.tail, 0) AS tail, coalesce(b.turn, 0) AS turn
        FROM unnest(${wanted.map((w) => w.brandId)}::uuid[], ${wanted.map((w) => w.limit.scope)}::text[],
                    ${wanted.map(storedKey)}::text[], ${wanted.map((w) => w.limit.rule)}::text[])
             WITH ORDINALITY AS w (brand_id, scope, key, rule, n)
        LEFT JOIN sending.rate_bucket b USING (brand_id, scope, key, rule)
       ORDER BY w.n`;
    return wanted.map((drawn, i) => toBucket(drawn, rows[i] ?? NEVER_USED));
  },

  /** The same under lock, in one order for everybody. Taken last before deciding, held until commit. */
  async lock(tx: Tx, wanted: readonly Drawn[]): Promise<Bucket[]> {
    const inOrder = [...wanted].sort((a, b) => (bucketKey(a) < bucketKey(b) ? -1 : 1));
    const known = await lockKnown(tx, inOrder);
    if (known.length === inOrder.length) return known;
    // An insert waits for whoever holds the row, so it is left out once all are there.
    await tx.execute`
      INSERT INTO sending.rate_bucket (brand_id, scope, key, rule)
      SELECT * FROM unnest(${inOrder.map((w) => w.brandId)}::uuid[], ${inOrder.map((w) => w.limit.scope)}::text[],
                           ${inOrder.map(storedKey)}::text[], ${inOrder.map((w) => w.limit.rule)}::text[])
      ON CONFLICT DO NOTHING`;
    return lockKnown(tx, inOrder);
  },

  async saveBuckets(tx: Tx, buckets: readonly Bucket[]): Promise<void> {
    await tx.execute`
      UPDATE sending.rate_bucket b
         SET tat = s.tat, spent = s.spent, tail = s.tail, turn = s.turn
        FROM unnest(${buckets.map((b) => b.brandId)}::uuid[], ${buckets.map((b) => b.limit.scope)}::text[],
                    ${buckets.map(storedKey)}::text[], ${buckets.map((b) => b.limit.rule)}::text[],
                    ${buckets.map((b) => b.tat)}::bigint[], ${buckets.map((b) => b.spent)}::bigint[],
                    ${buckets.map((b) => b.tail)}::bigint[], ${buckets.map((b) => b.turn)}::bigint[])
             AS s (brand_id, scope, key, rule, tat, spent, tail, turn)
       WHERE b.brand_id = s.brand_id AND b.scope = s.scope AND b.key = s.key AND b.rule = s.rule`;
  },

  /**
   * The lines of these rules begin anew, and their buckets owe what the rules now say: both were reckoned by what the rules
   * said before. Waits for whoever draws on one of them, and keeps others from it until the transaction ends; in the order
   * in which `lock` takes them. Done once, when the rules are published, and not where a bucket is read: policies of a brand
   * that call a rate by the same name share its bucket, and one would forgive what the other owes.
   */
  async restart(tx: Tx, brandId: BrandId, rules: readonly Pace[]): Promise<void> {
    const pace = new Map(rules.map((rule) => [rule.rule, rule]));
    const rows = await tx.sql<Omit<BucketRow, 'n'> & { scope: string; key: string; rule: string }>`
      SELECT scope, key, rule, tat, spent, tail, turn FROM sending.rate_bucket
       WHERE brand_id = ${brandId} AND rule = ANY (${[...pace.keys()]}::text[])
       ORDER BY (scope || ' ' || key || ' ' || rule) COLLATE "C"
         FOR NO KEY UPDATE`;
    const owed = rows.map(({ rule, tat, spent }) => {
      const now = pace.get(rule);
      return now === undefined ? tat : gcraTatInForce({ ...now, tat, spent });
    });
    await tx.execute`
      UPDATE sending.rate_bucket b
         SET tail = 0, tat = s.tat
        FROM unnest(${rows.map((row) => row.scope)}::text[], ${rows.map((row) => row.key)}::text[],
                    ${rows.map((row) => row.rule)}::text[], ${owed}::bigint[]) AS s (scope, key, rule, tat)
       WHERE b.brand_id = ${brandId} AND b.scope = s.scope AND b.key = s.key AND b.rule = s.rule`;
  },
};

/** The newest of each kind. */
function newestUses(
  tx: Tx,
  contactIds: readonly ContactId[],
  since: EpochMs,
  most: number,
): Promise<readonly CapUseRow[]> {
  return tx.rows<CapUseRow>`
    SELECT contact_id, message_id, at, channel, class, purpose, topic, campaign, nullif(segments, '{}'), test
      FROM (SELECT *, row_number() OVER (PARTITION BY contact_id, channel, class, purpose, topic, campaign, segments, test
                                         ORDER BY at DESC) AS nth
              FROM sending.cap_use
             WHERE contact_id = ANY (${uuidList(contactIds)}::uuid[]) AND at > ${toIso(since)}) AS u
     WHERE nth <= ${most}`;
}

/** A literal, because objects that are spread together are each of a new kind to V8. */
function toCapUse(row: CapUseRow): Omit<CapUse, 'alsoAt'> {
  return {
    at: row[2],
    channel: row[3],
    class: row[4],
    purpose: row[5],
    topic: row[6],
    campaign: row[7],
    segments: row[8] ?? [],
  };
}

/** Locks those buckets that exist and reads them as they are then, in the order in which they are asked for. */
async function lockKnown(tx: Tx, inOrder: readonly Drawn[]): Promise<Bucket[]> {
  const rows = await tx.sql<BucketRow>`
    SELECT w.n, b.tat, b.spent, b.tail, b.turn
      FROM unnest(${inOrder.map((w) => w.brandId)}::uuid[], ${inOrder.map((w) => w.limit.scope)}::text[],
                  ${inOrder.map(storedKey)}::text[], ${inOrder.map((w) => w.limit.rule)}::text[])
           WITH ORDINALITY AS w (brand_id, scope, key, rule, n)
      JOIN sending.rate_bucket b USING (brand_id, scope, key, rule)
     ORDER BY w.n
       FOR NO KEY UPDATE OF b`;
  return rows.flatMap((row) => {
    const drawn = inOrder[row.n - 1];
    return drawn === undefined ? [] : [toBucket(drawn, row)];
  });
}

const NEVER_USED: BucketRow = { n: 0, tat: 0, spent: 0, tail: 0, turn: 0 };

function toBucket({ brandId, limit, test }: Drawn, { tat, spent, tail, turn }: BucketRow): Bucket {
  return { brandId, limit, test, tat, spent, tail, turn };
}

/** What a rule allows, whatever it is counted in. */
export type Pace = Pick<RateLimit, 'rule' | 'emissionIntervalUs' | 'burst'>;

/** Under which key the places of a contact are found. */
export function capKey(contactId: ContactId, test: boolean): string {
  return test ? `${contactId} test` : contactId;
}

export function bucketKey(bucket: Drawn): string {
  return `${bucket.brandId} ${bucket.limit.scope} ${storedKey(bucket)} ${bucket.limit.rule}`;
}

/** What limits count has no spaces in its name, so the buckets of test messages cannot be taken for others. */
function storedKey({ limit: { key }, test }: Drawn): string {
  return test ? `test ${key}` : key;
}

export function rateState({ limit, tat }: Bucket): RateState {
  const { rule, scope, key, emissionIntervalUs, burst } = limit;
  return { rule, scope, key, emissionIntervalUs, burst, tat };
}

/** The bucket as one sees it who had to wait: no burst, and a place behind the one before. */
export function rateStateInLine(bucket: Bucket): RateState {
  const { rule, scope, key, emissionIntervalUs } = bucket.limit;
  return { rule, scope, key, emissionIntervalUs, burst: 1, tat: turnIn(bucket, bucket.turn) };
}

/** When the next who waits may leave, behind the turn given. */
export function turnIn({ limit, tat }: Bucket, last: number): number {
  return gcraTurn({ emissionIntervalUs: limit.emissionIntervalUs, burst: limit.burst, tat, last });
}
