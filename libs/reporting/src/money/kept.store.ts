import type { BrandId, EpochMs } from '#lib/kernel';
import { column, type CopyTarget, plainList, sqlPart, toIso, type Tx } from '#lib/platform';
import { dayStart, type DayCounts, packedQuarters } from './domain/touch-days.js';
import type { LastPath } from './domain/kept-touches.js';
import { ordered } from './domain/unordered-touches.js';
import { planForOwnJoins } from '../plan-for-all.js';
import { type KeptScope, nameOfTouch, peopleOf, touchesOf } from './kept-scope.js';
import type { Basis, Dimension } from './touch.store.js';

/** All touches of one account, packed as `domain/kept-touches.ts` reads them. */
export interface PackedAccount {
  readonly account: string;
  readonly contacts: readonly string[];
  readonly delivered: Buffer;
  readonly engaged: Buffer;
}

/** All touches of one account, as they are kept. */
export interface KeptAccount {
  readonly account: string;
  readonly contacts: readonly string[];
  readonly delivered: Buffer;
  readonly engaged: Buffer;
}

type KeptAccountRow = Omit<KeptAccount, 'contacts'> & { readonly contacts: string };

/** How much of what is kept of a brand is the same as before. */
export interface KeptStand {
  /** Up to when it is whole: null while it is being made. */
  readonly through: EpochMs | null;
  /** When it was kept anew last, and when all of it was: numbers that rise. */
  readonly n: number;
  readonly allN: number;
}

/** What a day of UTC has of one name. */
export interface KeptDay {
  readonly day: EpochMs;
  readonly name: number;
  readonly quarters: Buffer;
}

/** Which of the paths that accounts end with. */
export interface EndsScope {
  readonly basis: Basis;
  readonly by: Dimension;
  /** Whether the same message to several people is one touch of them; left out: each is one. */
  readonly collapseSend?: boolean | undefined;
}

type Owned<T> = T & { readonly brandId: BrandId };
type Numbered<T> = Owned<T> & { readonly n: number };
type Path = LastPath & { readonly account: string; readonly basis: Basis };
type Day = DayCounts & { readonly basis: Basis };

const ACCOUNTS: CopyTarget<Numbered<PackedAccount>> = {
  table: 'reporting.account_touches',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    account_id: column.uuid(({ account }) => account),
    contacts: column.uuids(({ contacts }) => contacts),
    delivered: column.bytea(({ delivered }) => delivered),
    engaged: column.bytea(({ engaged }) => engaged),
    n: column.bigint(({ n }) => n),
  },
};
const PATHS: CopyTarget<Owned<Path>> = {
  table: 'reporting.account_path',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    account_id: column.uuid(({ account }) => account),
    basis: column.text(({ basis }) => basis),
    last_at: column.timestamptz(({ lastAt }) => lastAt),
    channel: column.bytea(({ names }) => names.channel),
    campaign: column.bytea(({ names }) => names.campaign),
    topic: column.bytea(({ names }) => names.topic),
    content: column.bytea(({ names }) => names.content),
    apart: column.bytea(({ apart }) => apart),
  },
};
const DAYS: CopyTarget<Numbered<Day>> = {
  table: 'reporting.touch_day',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    basis: column.text(({ basis }) => basis),
    day: column.timestamptz(({ day }) => dayStart(day)),
    name: column.bigint(({ name }) => name),
    quarters: column.bytea(packedQuarters),
    n: column.bigint(({ n }) => n),
  },
};

const NO_ID = '00000000-0000-0000-0000-000000000000';
/** Behind every other. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** That nothing follows, in four bytes. */
const NOTHING = Buffer.alloc(4);

/** SQL on what is kept of touches. */
export const keptStore = {
  /** One process at a time keeps what a brand's touches say. */
  async lock(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended('reporting.kept_touches ' || ${brandId}::text, 0))`;
  },

  /** Undefined where nothing was ever kept. */
  async stand(tx: Tx, brandId: BrandId): Promise<KeptStand | undefined> {
    const [row] = await tx.sql<KeptStand>`
      SELECT whole_until AS through, n, all_n AS "allN" FROM reporting.kept_touches WHERE brand_id = ${brandId}`;
    return row;
  },

  /** The number of what is about to be kept anew. Whoever draws it holds the lock. */
  async nextNumber(tx: Tx): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`SELECT nextval('reporting.kept_number') AS n`;
    if (row === undefined) throw new Error('a sequence has a next number');
    return row.n;
  },

  async setStand(tx: Tx, brandId: BrandId, { through, n, allN }: KeptStand): Promise<void> {
    await tx.execute`
      INSERT INTO reporting.kept_touches (brand_id, whole_until, n, all_n)
      VALUES (${brandId}, ${through === null ? null : toIso(through)}, ${n}, ${allN})
      ON CONFLICT (brand_id) DO UPDATE SET whole_until = EXCLUDED.whole_until, n = EXCLUDED.n, all_n = EXCLUDED.all_n`;
  },

  /** That reports of a brand are read, to the hour. */
  async noteAsked(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`
      UPDATE reporting.kept_touches SET asked_at = now()
       WHERE brand_id = ${brandId} AND (asked_at IS NULL OR asked_at < now() - interval '1 hour')`;
  },

  /** Brands whose reports were read in the last days; those of last last. */
  async askedOfLate(tx: Tx, days: number): Promise<BrandId[]> {
    const rows = await tx.sql<{ id: BrandId }>`
      SELECT brand_id AS id FROM reporting.kept_touches
       WHERE asked_at > now() - make_interval(days => ${days}::int) ORDER BY asked_at, brand_id`;
    return rows.map(({ id }) => id);
  },

  /** Brands of which nothing is kept yet, or of whose accounts something is to be kept anew. */
  async brandsToDo(tx: Tx): Promise<BrandId[]> {
    const rows = await tx.sql<{ id: BrandId }>`
      SELECT id FROM consent.reported_brand b
       WHERE NOT EXISTS (SELECT FROM reporting.kept_touches k WHERE k.brand_id = b.id)
          OR EXISTS (SELECT FROM reporting.touched t WHERE t.brand_id = b.id)
       ORDER BY id`;
    return rows.map(({ id }) => id);
  },

  /** Who is on the list: accounts, and people who may have none. */
  async waiting(tx: Tx, brandId: BrandId): Promise<string[]> {
    const rows = await tx.sql<{ id: string }>`
      SELECT whose::text AS id FROM reporting.touched WHERE brand_id = ${brandId}
      UNION SELECT a.account_id::text FROM reporting.touched t JOIN consent.contact_account a ON a.contact_id = t.whose
             WHERE t.brand_id = ${brandId} AND a.account_id IS NOT NULL`;
    return rows.map(({ id }) => id);
  },

  /** Some accounts whose touches or acts are kept, others each time. */
  async someAccounts(tx: Tx, brandId: BrandId, limit: number): Promise<string[]> {
    const rows = await tx.sql<{ id: string }>`
      SELECT id::text FROM (SELECT account_id AS id FROM reporting.account_touches WHERE brand_id = ${brandId}
                      UNION SELECT account_id FROM reporting.account_acts WHERE brand_id = ${brandId}) AS known
       ORDER BY random() LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  },

  /** Takes who was touched off the list. @returns accounts, and people who may have none */
  async take(tx: Tx, brandId: BrandId, limit: number): Promise<{ rows: number; accounts: string[] }> {
    const rows = await tx.sql<{ whose: string }>`
      DELETE FROM reporting.touched
       WHERE n = ANY (ARRAY(SELECT n FROM reporting.touched WHERE brand_id = ${brandId} ORDER BY n LIMIT ${limit}))
      RETURNING whose::text AS whose`;
    const ids = [...new Set(rows.map(({ whose }) => whose))];
    const found = await tx.sql<{ account: string }>`
      SELECT DISTINCT account_id::text AS account FROM consent.contact_account
       WHERE contact_id = ANY (${plainList(ids)}::uuid[]) AND account_id IS NOT NULL`;
    return { rows: rows.length, accounts: [...new Set([...ids, ...found.map(({ account }) => account)])] };
  },

  /** Instants are whole milliseconds: the end of the one that it is, so that all that was committed is before it. */
  async now(tx: Tx): Promise<EpochMs> {
    const [row] = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() + interval '1 millisecond' AS now`;
    if (row === undefined) throw new Error('the database did not say what time it is');
    return row.now;
  },

  /** Gives every name that these touches have an id, and puts whoever has a touch in the future on the list again. */
  async prepare(tx: Tx, scope: KeptScope): Promise<void> {
    const { brandId } = scope;
    await tx.composed(sqlPart`
      WITH ${peopleOf(scope)}, ${touchesOf(scope, 'until')}
      INSERT INTO reporting.touch_name (brand_id, channel, campaign_id, topic_id, campaign, template_id, page, step, variant)
      SELECT DISTINCT ${brandId}::uuid, channel, campaign_id, topic_id, campaign, template_id, page, step, variant FROM touch
      ON CONFLICT DO NOTHING`);
    await tx.composed(sqlPart`
      WITH ${peopleOf(scope)}, ${touchesOf(scope, 'after')}
      INSERT INTO reporting.touched (brand_id, whose) SELECT DISTINCT ${brandId}::uuid, contact_id FROM touch`);
  },

  /**
   * Begins to read touches out of the log, account by account; `nextPacked` reads on. Until the end of the transaction
   * statements are planned as this one is.
   */
  async openPacked(tx: Tx, scope: KeptScope): Promise<void> {
    await planForOwnJoins(tx);
    // All of it will be read.
    await tx.sql`SELECT set_config('cursor_tuple_fraction', '1', true)`;
    await tx.composed(sqlPart`
      DECLARE packed_touches NO SCROLL CURSOR FOR
      WITH ${peopleOf(scope)}, ${touchesOf(scope, 'until')},
      people AS (SELECT account, array_agg(contact_id ORDER BY contact_id) AS contacts FROM whose GROUP BY account),
      together AS (
        SELECT t.account,
               string_agg(timestamptz_send(t.at) || int4send(t.place) || int4send(n.id::int << 3 | t.flags)
                          || uuid_send(coalesce(t.message_id, ${LAST_ID}::uuid))
                          || CASE t.rest WHEN '' THEN ${NOTHING}::bytea ELSE int4send(octet_length(t.rest)) || textsend(t.rest) END,
                          ''::bytea) AS touches
          FROM touch t CROSS JOIN ${nameOfTouch(scope)} n
         GROUP BY t.account)
      SELECT t.account::text AS account, array_to_string(p.contacts, ' ') AS contacts, t.touches
        FROM together t JOIN people p ON p.account = t.account`);
  },

  async nextPacked(tx: Tx): Promise<PackedAccount[]> {
    const rows = await tx.sql<{ account: string; contacts: string; touches: Buffer }>`FETCH 2000 FROM packed_touches`;
    return rows.map(({ account, contacts, touches }) => ({
      ...{ account, contacts: contacts.split(' ') },
      ...ordered(touches),
    }));
  },

  async closePacked(tx: Tx): Promise<void> {
    await tx.execute`CLOSE packed_touches`;
  },

  async forgetAll(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`DELETE FROM reporting.touched WHERE brand_id = ${brandId}`;
    await tx.execute`DELETE FROM reporting.account_touches WHERE brand_id = ${brandId}`;
    await tx.execute`DELETE FROM reporting.account_path WHERE brand_id = ${brandId}`;
    await tx.execute`DELETE FROM reporting.touch_day WHERE brand_id = ${brandId}`;
  },

  /** @returns what was kept of them */
  async forget(tx: Tx, brandId: BrandId, accounts: readonly string[]): Promise<KeptAccount[]> {
    await tx.execute`
      DELETE FROM reporting.account_path
       WHERE brand_id = ${brandId} AND basis = ANY ('{delivered,engaged}'::text[]) AND account_id = ANY (${plainList(accounts)}::uuid[])`;
    const rows = await tx.sql<KeptAccountRow>`
      DELETE FROM reporting.account_touches
       WHERE brand_id = ${brandId} AND account_id = ANY (${plainList(accounts)}::uuid[])
      RETURNING account_id::text AS account, array_to_string(contacts, ' ') AS contacts, delivered, engaged`;
    return rows.map(withContacts);
  },

  async keepAccounts(tx: Tx, brandId: BrandId, n: number, rows: readonly PackedAccount[]): Promise<void> {
    await tx.copy(
      ACCOUNTS,
      rows.map((row) => ({ ...row, brandId, n })),
    );
  },

  async keepPaths(tx: Tx, brandId: BrandId, rows: readonly Path[]): Promise<void> {
    await tx.copy(
      PATHS,
      rows.map((row) => ({ ...row, brandId })),
    );
  },

  async keepDays(tx: Tx, brandId: BrandId, basis: Basis, n: number, rows: readonly DayCounts[]): Promise<void> {
    await tx.copy(
      DAYS,
      rows.map((row) => ({ ...row, basis, brandId, n })),
    );
  },

  /** Takes out what is kept of some names on some days. */
  async takeDays(tx: Tx, brandId: BrandId, basis: Basis, days: readonly DayCounts[]): Promise<KeptDay[]> {
    return tx.sql<KeptDay>`
      DELETE FROM reporting.touch_day d
       USING unnest(${days.map(({ day }) => toIso(dayStart(day)))}::timestamptz[], ${days.map(({ name }) => name)}::bigint[]) AS g (day, name)
       WHERE d.brand_id = ${brandId} AND d.basis = ${basis} AND d.day = g.day AND d.name = g.name
      RETURNING d.day, d.name, d.quarters`;
  },

  /** Days of which something was kept anew after a number. */
  async daysSince(tx: Tx, brandId: BrandId, basis: Basis, n: number): Promise<KeptDay[]> {
    return tx.sql<KeptDay>`
      SELECT day, name, quarters FROM reporting.touch_day WHERE brand_id = ${brandId} AND basis = ${basis} AND n > ${n}`;
  },

  /** Names of one sort, by their ids. */
  async names(tx: Tx, brandId: BrandId, by: Dimension): Promise<(string | null)[]> {
    const rows = await tx.sql<{ id: number; name: string | null }>`
      SELECT n.id, CASE ${by}::text WHEN 'channel' THEN n.channel WHEN 'topic' THEN t.key WHEN 'content' THEN coalesce(n.page, p.key)
                                     ELSE coalesce(n.campaign, c.key) END AS name
        FROM reporting.touch_name n
        LEFT JOIN sending.touch_key c ON c.id = n.campaign_id
        LEFT JOIN sending.touch_key t ON t.id = n.topic_id
        LEFT JOIN sending.reported_template p ON p.id = n.template_id
       WHERE n.brand_id = ${brandId}`;
    const names: (string | null)[] = [];
    for (const { id, name } of rows) names[id] = name;
    return names;
  },

  /**
   * Which messages were the same, by the ids of their names: those of one template, campaign and step. Null where nobody
   * knows of the message.
   */
  async sends(tx: Tx, brandId: BrandId): Promise<(string | null)[]> {
    const rows = await tx.sql<{ id: number; send: string }>`
      SELECT id, concat_ws(' ', template_id, campaign_id, step) AS send
        FROM reporting.touch_name WHERE brand_id = ${brandId} AND template_id IS NOT NULL`;
    const sends: (string | null)[] = [];
    for (const { id, send } of rows) sends[id] = send;
    return sends;
  },

  /** The variants that names are of, by their ids; null of those that are of none. */
  async variants(tx: Tx, brandId: BrandId): Promise<(string | null)[]> {
    const rows = await tx.sql<{ id: number; variant: string }>`
      SELECT id, variant FROM reporting.touch_name WHERE brand_id = ${brandId} AND variant IS NOT NULL`;
    const variants: (string | null)[] = [];
    for (const { id, variant } of rows) variants[id] = variant;
    return variants;
  },

  /** What is kept of accounts. */
  async accounts(tx: Tx, brandId: BrandId, accounts: readonly string[]): Promise<KeptAccount[]> {
    const rows = await tx.sql<KeptAccountRow>`
      SELECT account_id::text AS account, array_to_string(contacts, ' ') AS contacts, delivered, engaged
        FROM reporting.account_touches
       WHERE brand_id = ${brandId} AND account_id = ANY (${plainList(accounts)}::uuid[])`;
    return rows.map(withContacts);
  },

  /** The next accounts of a brand after one, in the order of their ids. */
  async accountsAfter(tx: Tx, brandId: BrandId, after: string | null, limit: number): Promise<KeptAccount[]> {
    const rows = await tx.sql<KeptAccountRow>`
      SELECT account_id::text AS account, array_to_string(contacts, ' ') AS contacts, delivered, engaged
        FROM reporting.account_touches
       WHERE brand_id = ${brandId} AND account_id > ${after ?? NO_ID}::uuid ORDER BY account_id LIMIT ${limit}`;
    return rows.map(withContacts);
  },

  /** Accounts that were kept anew after a number; those of which nothing is left, too. */
  async accountsSince(tx: Tx, brandId: BrandId, n: number, limit: number): Promise<string[]> {
    const rows = await tx.sql<{ account: string }>`
      SELECT account_id::text AS account FROM reporting.account_touches WHERE brand_id = ${brandId} AND n > ${n} LIMIT ${limit}`;
    return rows.map(({ account }) => account);
  },

  /**
   * The paths that accounts end with, packed as `domain/ended-accounts.ts` reads them.
   * @param collapseSend whether it is told with them which touches stay where the same message to several is one
   * @param accounts of these alone; null: of everybody
   */
  async ends(
    tx: Tx,
    brandId: BrandId,
    { basis, by, collapseSend = false }: EndsScope,
    accounts: readonly string[] | null,
  ): Promise<Buffer[]> {
    const ofThem = accounts === null ? sqlPart`` : sqlPart`AND account_id = ANY (${plainList(accounts)}::uuid[])`;
    const names = {
      channel: sqlPart`channel`,
      campaign: sqlPart`campaign`,
      topic: sqlPart`topic`,
      content: sqlPart`content`,
    }[by];
    const apart = collapseSend ? sqlPart`|| int4send(length(apart)) || apart` : sqlPart``;
    const rows = await tx.composed<[Buffer]>(sqlPart`
      SELECT string_agg(uuid_send(account_id) || timestamptz_send(last_at) || int4send(length(${names})) || ${names} ${apart}, ''::bytea)
        FROM reporting.account_path WHERE brand_id = ${brandId} AND basis = ${basis} ${ofThem}
       GROUP BY get_byte(uuid_send(account_id), 0)`);
    return rows.map(([packed]) => packed);
  },
};

function withContacts(row: KeptAccountRow): KeptAccount {
  return { ...row, contacts: row.contacts === '' ? [] : row.contacts.split(' ') };
}
