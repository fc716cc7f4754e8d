import { joinParts, nameOfColumn, type SqlPart, sqlPart, type Tx } from '#lib/platform';
import { CURRENCIES_BY_DIGITS } from '../domain/currency.js';
import { planForAll } from '../plan-for-all.js';
import {
  type FeedProperty,
  type FeedSet,
  type FeedSetName,
  type FeedType,
  type WorkedOutName,
} from './domain/feed-shape.js';
import type { FeedQuery } from './domain/feed-query.js';
import { behind, orderedBy, whereOf, written } from './feed-sql.js';
import { type FeedScope, MESSAGE_FEEDS } from './message-feeds.js';

/** One row, each value as text. */
export type FeedRow = readonly (string | null)[];

/** SQL on what other programs read. */
export const feedStore = {
  /** Rows of a source in the order of the query, up to `limit`, with the values of these properties. */
  async page(
    tx: Tx,
    source: SqlPart,
    { filter, order, token, skip }: FeedQuery,
    properties: readonly FeedProperty[],
    limit: number,
  ): Promise<FeedRow[]> {
    await planForAll(tx);
    const conditions = [
      ...(filter === null ? [] : [whereOf(filter)]),
      ...(token === null ? [] : [behind(order, token.after)]),
    ];
    return tx.composed<FeedRow>(sqlPart`
      SELECT ${joinParts(properties.map(written), ', ')}
        FROM (${source}) AS feed
       WHERE ${conditions.length === 0 ? sqlPart`true` : joinParts(conditions, ' AND ')}
       ORDER BY ${orderedBy(order)}
       LIMIT ${limit}::bigint OFFSET ${skip}::bigint`);
  },

  /** Begins to read every row that fulfils a condition, in the order of the key; `next` reads on. */
  async open(
    tx: Tx,
    source: SqlPart,
    { filter, order }: FeedQuery,
    properties: readonly FeedProperty[],
  ): Promise<void> {
    await planForAll(tx);
    await tx.composed(sqlPart`
      DECLARE feed_rows NO SCROLL CURSOR FOR
      SELECT ${joinParts(properties.map(written), ', ')}
        FROM (${source}) AS feed
       WHERE ${filter === null ? sqlPart`true` : whereOf(filter)}
       ORDER BY ${orderedBy(order)}`);
  },

  async next(tx: Tx): Promise<FeedRow[]> {
    return tx.rows<FeedRow>`FETCH 20000 FROM feed_rows`;
  },

  async count(tx: Tx, source: SqlPart, { filter }: Pick<FeedQuery, 'filter'>): Promise<number> {
    await planForAll(tx);
    const [row] = await tx.composed<[number]>(sqlPart`
      SELECT count(*) FROM (${source}) AS feed WHERE ${filter === null ? sqlPart`true` : whereOf(filter)}`);
    return row?.[0] ?? 0;
  },
};

/** Sets that SQL alone reads. */
export type ReadName = Exclude<FeedSetName, WorkedOutName>;

/** Where the rows of a set come from: columns are called as its properties are. */
export function sourceOfFeed(name: ReadName, scope: FeedScope): SqlPart {
  return SOURCES[name](scope);
}

/** Rows that were worked out, as a source like any other. */
export function sourceOfRows({ properties }: FeedSet, rows: readonly object[]): SqlPart {
  const columns = properties.map(({ name, type }) => sqlPart`${nameOfColumn(name)} ${SQL_TYPES[type]}`);
  return sqlPart`SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (${joinParts(columns, ', ')})`;
}

const SQL_TYPES: Readonly<Record<FeedType, SqlPart>> = {
  guid: sqlPart`uuid`,
  string: sqlPart`text`,
  instant: sqlPart`timestamptz`,
  date: sqlPart`date`,
  decimal: sqlPart`numeric`,
  int: sqlPart`integer`,
  boolean: sqlPart`boolean`,
};

const [NONE, THREE, FOUR] = ([0, 3, 4] as const).map((digits) => [...(CURRENCIES_BY_DIGITS.get(digits) ?? [])]);

/** A `Money` of a fact as a decimal of its currency. */
const amountOf = (money: SqlPart): SqlPart => sqlPart`
  (${money} ->> 'amount')::numeric / CASE WHEN ${money} ->> 'currency' = ANY (${NONE}::text[]) THEN 1
                                          WHEN ${money} ->> 'currency' = ANY (${THREE}::text[]) THEN 1000
                                          WHEN ${money} ->> 'currency' = ANY (${FOUR}::text[]) THEN 10000 ELSE 100 END`;

/** The last version of each fact by then, except those that were taken back. */
const factsOf = ({ brandId, asOf }: FeedScope, kinds: readonly string[]): SqlPart => sqlPart`
  (SELECT DISTINCT ON (kind, external_id) kind, external_id, version, at, retracted, body, recorded_at, entry_id
     FROM reporting.fact
    WHERE brand_id = ${brandId} AND kind = ANY (${[...kinds]}::text[]) AND recorded_at <= ${asOf}::timestamptz
    ORDER BY kind, external_id, version DESC) AS f
  WHERE NOT retracted`;

/** Every version by then. */
const versionsOf = ({ brandId, asOf }: FeedScope, kinds: readonly string[]): SqlPart => sqlPart`
  reporting.fact
  WHERE brand_id = ${brandId} AND kind = ANY (${[...kinds]}::text[]) AND recorded_at <= ${asOf}::timestamptz`;

const VALUE = sqlPart`body -> 'value'`;

const VISIT = sqlPart`
    external_id AS "Id", at AS "At", (body ->> 'contactId')::uuid AS "ContactId", body ->> 'channel' AS "Channel",
           body ->> 'campaign' AS "Campaign", version AS "Version", recorded_at AS "RecordedAt",
           entry_id AS "LedgerEntryId"`;
const CONVERSION = sqlPart`
    kind AS "Kind", external_id AS "Id", at AS "At", to_timestamp((body ->> 'closedAt')::numeric / 1000) AS "ClosedAt",
           coalesce(body ->> 'stage', body ->> 'status', body ->> 'name') AS "Name",
           (body ->> 'accountId')::uuid AS "AccountId", (body ->> 'contactId')::uuid AS "ContactId", body ->> 'lead' AS "Lead",
           body ->> 'campaign' AS "Campaign", body ->> 'region' AS "Region", body ->> 'productLine' AS "ProductLine",
           body ->> 'owner' AS "Owner", body ->> 'persona' AS "Persona", ${amountOf(VALUE)} AS "Amount",
           body -> 'value' ->> 'currency' AS "Currency", version AS "Version", recorded_at AS "RecordedAt",
           entry_id AS "LedgerEntryId"`;
const COST = sqlPart`
    external_id AS "Id", body ->> 'category' AS "Category", (body ->> 'from')::date AS "FirstDay",
           (body ->> 'to')::date AS "LastDay", at AS "From", ${amountOf(VALUE)} AS "Amount",
           body -> 'value' ->> 'currency' AS "Currency", body ->> 'channel' AS "Channel", body ->> 'campaign' AS "Campaign",
           version AS "Version", recorded_at AS "RecordedAt",
           entry_id AS "LedgerEntryId"`;

const SOURCES: Readonly<Record<ReadName, (scope: FeedScope) => SqlPart>> = {
  Touches: ({ brandId, asOf }) => sqlPart`
    SELECT message_id AS "MessageId", type AS "Type", at AS "At", event AS "Event", contact_id AS "ContactId",
           channel AS "Channel", campaign AS "Campaign", topic AS "Topic", step AS "Step", variant AS "Variant",
           bounce AS "Bounce", automated AS "Automated", recorded_at AS "RecordedAt", entry_id AS "LedgerEntryId"
      FROM sending.reported_feedback
     WHERE brand_id = ${brandId} AND NOT test AND NOT untracked AND recorded_at <= ${asOf}::timestamptz`,
  Visits: (scope) => sqlPart`SELECT ${VISIT} FROM ${factsOf(scope, ['visit'])}`,
  MessageEnds: ({ brandId, asOf }) => sqlPart`
    SELECT m.id AS "MessageId", m.contact_id AS "ContactId", m.channel AS "Channel", m.class AS "Class",
           m.campaign AS "Campaign", m.step AS "Step", m.variant AS "Variant", m.purpose AS "Purpose", m.topic AS "Topic",
           t.key AS "Template", t.version AS "TemplateVersion", m.accepted_at AS "AcceptedAt", m.ended_at AS "EndedAt",
           m.status AS "End", m.reason AS "Reason", m.entry_ids[cardinality(m.entry_ids)] AS "LedgerEntryId"
      FROM sending.reported_message m LEFT JOIN sending.reported_template t ON t.id = m.template_id
     WHERE m.brand_id = ${brandId} AND NOT m.test AND m.ended_at <= ${asOf}::timestamptz`,
  // The log is asked for the entries that a message names, and not searched.
  Decisions: ({ brandId, asOf }) => sqlPart`
    SELECT e.id AS "LedgerEntryId", m.id AS "MessageId", m.contact_id AS "ContactId", (l.leaf ->> 'at')::timestamptz AS "At",
           substr(l.leaf ->> 't', 6) AS "Step", m.channel AS "Channel", m.class AS "Class", m.campaign AS "Campaign",
           m.purpose AS "Purpose", m.topic AS "Topic", l.leaf ->> 'out' AS "Outcome", l.leaf ->> 'reason' AS "Reason",
           l.leaf ->> 'pol' AS "Policy", l.leaf ->> 'rules' AS "Rules", (l.leaf ->> 'att')::integer AS "Attempt"
      FROM sending.reported_message m
     CROSS JOIN LATERAL unnest(m.entry_ids) AS named (id)
      JOIN ledger.entry e ON e.id = named.id
     CROSS JOIN LATERAL (SELECT convert_from(e.leaf, 'UTF8')::jsonb AS leaf) l
     WHERE m.brand_id = ${brandId} AND NOT m.test AND m.accepted_at <= ${asOf}::timestamptz
       AND starts_with(l.leaf ->> 't', 'send.') AND (l.leaf ->> 'at')::timestamptz <= ${asOf}::timestamptz`,
  ConsentEvents: ({ brandId, asOf }) => sqlPart`
    SELECT id AS "Id", contact_id AS "ContactId", contact_point_id AS "ContactPointId", channel AS "Channel", purpose AS "Purpose",
           topic AS "Topic", kind AS "Kind", legal_basis AS "LegalBasis", method AS "Method", effective AS "Effective",
           jurisdiction AS "Jurisdiction", occurred_at AS "OccurredAt", recorded_at AS "RecordedAt", valid_until AS "ValidUntil",
           message_id AS "MessageId", entry_id AS "LedgerEntryId"
      FROM consent.reported_event
     WHERE brand_id = ${brandId} AND recorded_at <= ${asOf}::timestamptz`,
  ...MESSAGE_FEEDS,
  Snapshots: ({ brandId, asOf }) => sqlPart`
    SELECT to_char(s.month, 'YYYY-MM') AS "Month", s.month::timestamp AT TIME ZONE b.default_zone AS "From", s.report AS "Report",
           line.n::integer AS "Row", named.texts AS "RowName", col.it ->> 'key' AS "Column", col.it ->> 'kind' AS "Kind",
           col.it ->> 'unit' AS "Unit",
           CASE WHEN col.it ->> 'kind' = 'money' THEN ${amountOf(sqlPart`jsonb_build_object('amount', cell.it -> 'value', 'currency', col.it -> 'unit')`)}
                ELSE round((cell.it ->> 'value')::numeric, 6) END AS "Value",
           cell.it ->> 'notAvailable' AS "WhyNot", s.as_of AS "AsOf", s.made_at AS "RecordedAt",
           s.ledger_position::numeric AS "LedgerPosition", encode(s.sha256, 'hex') AS "Sha256", s.entry_id AS "LedgerEntryId"
      FROM reporting.snapshot s
      JOIN consent.reported_brand b ON b.id = s.brand_id
     CROSS JOIN LATERAL (SELECT s.body::jsonb AS it) kept
     CROSS JOIN LATERAL (
       SELECT n, it FROM jsonb_array_elements(kept.it -> 'rows') WITH ORDINALITY AS every (it, n)
        UNION ALL SELECT 0, kept.it -> 'total' WHERE jsonb_typeof(kept.it -> 'total') = 'object') line
     CROSS JOIN LATERAL jsonb_array_elements(kept.it -> 'columns') WITH ORDINALITY AS col (it, n)
     CROSS JOIN LATERAL (SELECT line.it -> 'cells' -> (col.n::integer - 1) AS it) cell
     CROSS JOIN LATERAL (
       SELECT coalesce(string_agg(coalesce(line.it -> 'cells' -> (t.n::integer - 1) ->> 'value', ''), ' · ' ORDER BY t.n), '') AS texts
         FROM jsonb_array_elements(kept.it -> 'columns') WITH ORDINALITY AS t (it, n)
        WHERE t.it ->> 'kind' = 'text') named
     WHERE s.brand_id = ${brandId} AND s.made_at <= ${asOf}::timestamptz AND col.it ->> 'kind' <> 'text'`,
  Dates: ({ brandId, asOf }) => sqlPart`
    SELECT day AS "Date", day::timestamp AT TIME ZONE zone AS "From", (day + 1)::timestamp AT TIME ZONE zone AS "To",
           extract(year FROM day)::integer AS "Year", extract(quarter FROM day)::integer AS "Quarter",
           extract(month FROM day)::integer AS "Month", extract(day FROM day)::integer AS "Day",
           extract(isodow FROM day)::integer AS "Weekday", extract(isoyear FROM day)::integer AS "IsoYear",
           extract(week FROM day)::integer AS "IsoWeek", to_char(day, 'YYYY-MM') AS "MonthKey",
           to_char(day, 'IYYY-"W"IW') AS "WeekKey"
      FROM (SELECT b.default_zone AS zone, generate_series(
                     date_trunc('year', least(b.created_at, first.at) AT TIME ZONE b.default_zone),
                     date_trunc('year', ${asOf}::timestamptz AT TIME ZONE b.default_zone) + interval '2 years - 1 day',
                     interval '1 day')::date AS day
              FROM consent.reported_brand b
             CROSS JOIN (SELECT min(at) AS at FROM reporting.fact
                          WHERE brand_id = ${brandId} AND kind <> 'account' AND kind <> 'asset'
                            AND recorded_at <= ${asOf}::timestamptz) first
             WHERE b.id = ${brandId}) days`,
  Conversions: (scope) =>
    sqlPart`SELECT ${CONVERSION} FROM ${factsOf(scope, ['stage', 'opportunity', 'order', 'custom'])}`,
  Costs: (scope) => sqlPart`SELECT ${COST} FROM ${factsOf(scope, ['cost'])}`,
  VisitVersions: (scope) => sqlPart`SELECT ${VISIT}, retracted AS "Retracted" FROM ${versionsOf(scope, ['visit'])}`,
  ConversionVersions: (scope) =>
    sqlPart`SELECT ${CONVERSION}, retracted AS "Retracted" FROM ${versionsOf(scope, ['stage', 'opportunity', 'order', 'custom'])}`,
  CostVersions: (scope) => sqlPart`SELECT ${COST}, retracted AS "Retracted" FROM ${versionsOf(scope, ['cost'])}`,
};
