import type { BrandId, EpochMs } from '#lib/kernel';
import { column, type CopyTarget, plainList, type SqlPart, sqlPart, toIso, type Tx } from '#lib/platform';
import { addressOf } from '../facts/domain/fact.js';
import { factsEach, type KeptScope, OF_CONTACT, peopleOf } from '../money/kept-scope.js';
import { type Act, packedActs } from './domain/account-acts.js';
import { type ActChanges, type ActSort, dayOf, startOf } from './domain/act-cells.js';
import type { ActDay } from './domain/act-figures.js';

/** What is kept of the acts of accounts, packed as `domain/account-acts.ts` reads them. */
export type PackedActs = Map<string, string>;

const ACTS: CopyTarget<{ readonly brandId: BrandId; readonly account: string; readonly acts: string }> = {
  table: 'reporting.account_acts',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    account_id: column.uuid(({ account }) => account),
    acts: column.text(({ acts }) => acts),
  },
};
const DAYS: CopyTarget<ActDay & { readonly brandId: BrandId }> = {
  table: 'reporting.act_day',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    sort: column.text(({ sort }) => sort),
    day: column.timestamptz(({ day }) => startOf(day)),
    cells: column.bytea(({ cells }) => cells),
  },
};

/** Of a fact `f` that is a visit or an event of one's own. */
export const KIND = sqlPart`CASE f.kind WHEN 'visit' THEN 'visit' ELSE coalesce(f.body ->> 'action', 'event') END`;
export const PAGE = sqlPart`coalesce(f.body ->> 'page', f.body ->> 'about')`;

/** Makes `act`: the latest version of each visit and event of these accounts. */
export function actsOfThese(scope: KeptScope): SqlPart {
  const ofAccountAlone = sqlPart`(f.body ->> 'accountId')::uuid = a.id AND f.kind = 'custom' AND f.body ->> 'contactId' IS NULL`;
  return sqlPart`
      ${peopleOf(scope)},
      act AS (
        SELECT w.account, w.contact_id AS whose, true AS of_contact, f.*
          FROM whose w CROSS JOIN ${factsEach(scope, OF_CONTACT)} f WHERE f.kind IN ('visit', 'custom')
        UNION ALL
        SELECT a.id, a.id, false, f.* FROM asked a CROSS JOIN ${factsEach(scope, ofAccountAlone)} f)`;
}

/** SQL on what is kept of what people did. Whoever writes holds the lock of what is kept of touches. */
export const keptActStore = {
  /** Acts of these accounts, as facts have them. */
  async facts(tx: Tx, scope: KeptScope): Promise<PackedActs> {
    return packed(
      await tx.composed<ActTuple>(sqlPart`
      WITH ${actsOfThese(scope)}
      SELECT account::text, whose::text, of_contact, ${KIND}, at, ${PAGE} FROM act f
       WHERE at <= ${toIso(scope.through)}::timestamptz`),
    );
  },

  /** Puts whoever has one in the future on the list of those that are kept anew. */
  async putAhead(tx: Tx, scope: KeptScope): Promise<void> {
    await tx.composed(sqlPart`
      WITH ${actsOfThese(scope)}
      INSERT INTO reporting.touched (brand_id, whose)
      SELECT DISTINCT brand_id, whose FROM act WHERE at > ${toIso(scope.through)}::timestamptz`);
  },

  /** The same of everybody. */
  async readAll(
    tx: Tx,
    { brandId, through }: { readonly brandId: BrandId; readonly through: EpochMs },
  ): Promise<PackedActs> {
    const then = sqlPart`${toIso(through)}::timestamptz`;
    const all: PackedActs = new Map();
    await tx.composed(sqlPart`
      DECLARE all_acts NO SCROLL CURSOR FOR
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId} AND recorded_at <= ${then} ORDER BY contact_id, n DESC),
      f AS (
        SELECT DISTINCT ON (kind, external_id) kind, at, body, retracted, (body ->> 'contactId')::uuid AS contact
          FROM reporting.fact WHERE brand_id = ${brandId} AND kind IN ('visit', 'custom') AND recorded_at <= ${then}
         ORDER BY kind, external_id, version DESC)
      SELECT (CASE WHEN contact IS NULL THEN (body ->> 'accountId')::uuid ELSE coalesce(b.account_id, contact) END)::text AS account,
             coalesce(contact, (body ->> 'accountId')::uuid)::text, contact IS NOT NULL, ${KIND}, at, ${PAGE}
        FROM f LEFT JOIN belongs b ON b.contact_id = f.contact
       WHERE NOT retracted
       ORDER BY account`);
    const ahead = new Set<string>();
    let open: ActTuple[] = [];
    for (;;) {
      const rows = await tx.composed<ActTuple>(sqlPart`FETCH 5000 FROM all_acts`);
      const last = rows.at(-1)?.[0];
      const known = [...open, ...rows].filter(([, whose, , , at]) => at <= through || ahead.add(whose) === undefined);
      // The account that the rows end with may go on in the next.
      open = known.filter(([account]) => account === last);
      for (const [account, acts] of packed(known.filter(([account]) => account !== last))) all.set(account, acts);
      if (rows.length === 0) break;
    }
    await tx.execute`CLOSE all_acts`;
    if (ahead.size > 0)
      await tx.execute`
        INSERT INTO reporting.touched (brand_id, whose) SELECT ${brandId}::uuid, whose FROM unnest(${[...ahead]}::uuid[]) AS whose`;
    return all;
  },

  /** @returns what was kept of these accounts */
  async forget(tx: Tx, brandId: BrandId, accounts: readonly string[]): Promise<PackedActs> {
    const rows = await tx.sql<{ account: string; acts: string }>`
      DELETE FROM reporting.account_acts
       WHERE brand_id = ${brandId} AND account_id = ANY (${plainList(accounts)}::uuid[])
      RETURNING account_id::text AS account, acts`;
    return new Map(rows.map(({ account, acts }) => [account, acts]));
  },

  async forgetAll(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`DELETE FROM reporting.account_acts WHERE brand_id = ${brandId}`;
    await tx.execute`DELETE FROM reporting.act_day WHERE brand_id = ${brandId}`;
  },

  async keep(tx: Tx, brandId: BrandId, acts: PackedActs): Promise<void> {
    await tx.copy(
      ACTS,
      [...acts].map(([account, one]) => ({ brandId, account, acts: one })),
    );
  },

  /** What is kept of some accounts; null: of all. */
  async kept(tx: Tx, brandId: BrandId, accounts: readonly string[] | null): Promise<PackedActs> {
    const ofThem = accounts === null ? sqlPart`` : sqlPart`AND account_id = ANY (${plainList(accounts)}::uuid[])`;
    const rows = await tx.composed<[string, string]>(sqlPart`
      SELECT account_id::text, acts FROM reporting.account_acts WHERE brand_id = ${brandId} ${ofThem}`);
    return new Map(rows);
  },

  /** Ids of pages by their names; those that have none are given one. */
  async pageIds(tx: Tx, brandId: BrandId, pages: readonly string[]): Promise<Map<string, number>> {
    if (pages.length === 0) return new Map();
    await tx.execute`
      INSERT INTO reporting.page_name (brand_id, name) SELECT ${brandId}::uuid, name FROM unnest(${[...pages]}::text[]) AS name
      ON CONFLICT DO NOTHING`;
    return keptActStore.knownPages(tx, brandId, pages);
  },

  /** The same of those that have one. */
  async knownPages(tx: Tx, brandId: BrandId, pages: readonly string[]): Promise<Map<string, number>> {
    const rows = await tx.sql<{ id: number; name: string }>`
      SELECT p.id, p.name FROM unnest(${[...pages]}::text[]) AS g (name)
        JOIN reporting.page_name p ON p.brand_id = ${brandId} AND md5(p.name) = md5(g.name) AND p.name = g.name`;
    return new Map(rows.map(({ id, name }) => [name, id]));
  },

  async pageNames(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
    const rows = await tx.sql<{ id: number; name: string }>`
      SELECT id, name FROM reporting.page_name WHERE id = ANY (${plainList(ids)}::bigint[])`;
    return new Map(rows.map(({ id, name }) => [id, name]));
  },

  /** Takes days out, to be put back changed. */
  async takeDays(tx: Tx, brandId: BrandId, days: readonly ActChanges[]): Promise<ActDay[]> {
    const rows = await tx.sql<{ sort: ActSort; day: EpochMs; cells: Buffer }>`
      DELETE FROM reporting.act_day d
       USING unnest(${days.map(({ sort }) => sort)}::text[], ${days.map(({ day }) => toIso(startOf(day)))}::timestamptz[]) AS g (sort, day)
       WHERE d.brand_id = ${brandId} AND d.sort = g.sort AND d.day = g.day
      RETURNING d.sort, d.day, d.cells`;
    return rows.map(({ day, ...row }) => ({ ...row, day: dayOf(day) }));
  },

  async keepDays(tx: Tx, brandId: BrandId, days: readonly ActDay[]): Promise<void> {
    await tx.copy(
      DAYS,
      days.filter(({ cells }) => cells.length > 0).map((day) => ({ ...day, brandId })),
    );
  },

  /** Days of these sorts that begin between two instants; the second excluded. */
  async days(
    tx: Tx,
    brandId: BrandId,
    sorts: readonly ActSort[],
    { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  ): Promise<ActDay[]> {
    const rows = await tx.sql<{ sort: ActSort; day: EpochMs; cells: Buffer }>`
      SELECT sort, day, cells FROM reporting.act_day
       WHERE brand_id = ${brandId} AND sort = ANY (${[...sorts]}::text[])
         AND day >= ${toIso(from)}::timestamptz AND day < ${toIso(to)}::timestamptz
       ORDER BY sort, day`;
    return rows.map(({ day, ...row }) => ({ ...row, day: dayOf(day) }));
  },
};

type ActTuple = [
  account: string,
  whose: string,
  isOfContact: boolean,
  kind: Act['kind'],
  at: EpochMs,
  page: string | null,
];

function packed(rows: readonly ActTuple[]): PackedActs {
  const acts = new Map<string, Act[]>();
  for (const [account, whose, isOfContact, kind, at, page] of rows) {
    const act = { whose, isOfContact, kind, at, page: page === null ? '' : addressOf(page) };
    const there = acts.get(account);
    if (there === undefined) acts.set(account, [act]);
    else there.push(act);
  }
  return new Map([...acts].map(([account, some]) => [account, packedActs(some)]));
}
