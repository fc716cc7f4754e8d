import { type Database, toIso } from '#lib/platform';

/** One opt-out as its caller saw it, by the clock of this machine, which is also the database's. */
export interface OptOut {
  readonly externalId: string;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** What the ledger and the messages say of opt-outs. */
export interface Judged {
  readonly withdrawals: number;
  /** Messages to people who had left, accepted before, that were dropped for it. */
  readonly caught: number;
  /** Hand-overs to people who left, at an earlier position than their withdrawal: what the judge would also see later. */
  readonly startedBefore: number;
  /** Of these, those that started while the opt-out was being asked for: it waited for their transaction, or they won. */
  readonly startedMeanwhile: number;
  /** At a later position, to the same contact point about the same topic. There must be none. */
  readonly startedAfter: number;
  /** The same by the clock: started after the answer. There must be none. */
  readonly startedAfterAnswer: number;
}

/** Compares each hand-over with the withdrawal of the same contact point and topic, by position in the ledger and by time. */
export async function judgeOptOuts(reader: Database, optOuts: readonly OptOut[]): Promise<Judged> {
  const [row] = await reader.tx.sql<Judged>`
    WITH left_at AS MATERIALIZED (
      SELECT e.contact_point_id, e.topic_id, l.idx, o.asked_at, o.answered_at
        FROM unnest(${optOuts.map(({ externalId }) => externalId)}::text[],
                    ${optOuts.map(({ askedAt }) => toIso(askedAt))}::timestamptz[],
                    ${optOuts.map(({ answeredAt }) => toIso(answeredAt))}::timestamptz[])
             AS o (external_id, asked_at, answered_at)
        JOIN consent.contact c ON c.external_id = o.external_id
        JOIN consent.contact_point p ON p.contact_id = c.id
        JOIN consent.consent_event e ON e.contact_point_id = p.id AND e.kind = 'withdrawn' AND e.topic_id IS NOT NULL
        JOIN ledger.log l ON l.id = e.entry_id
    ), messages AS MATERIALIZED (
      SELECT m.reason, m.entry_ids, w.idx AS left_idx, w.asked_at, w.answered_at
        FROM left_at w
        JOIN sending.message m ON m.contact_point_id = w.contact_point_id AND m.topic_id = w.topic_id
    ), starts AS MATERIALIZED (
      SELECT l.idx, m.left_idx, m.asked_at, m.answered_at,
             (convert_from(l.leaf, 'UTF8')::json ->> 'at')::timestamptz AS at
        FROM messages m, unnest(m.entry_ids) AS entry (id)
        JOIN ledger.log l ON l.id = entry.id
       WHERE position('"t":"send.handover_started"' IN convert_from(l.leaf, 'UTF8')) > 0
    )
    SELECT (SELECT count(*) FROM left_at) AS withdrawals,
           (SELECT count(*) FROM messages WHERE reason = 'consent_withdrawn') AS caught,
           (SELECT count(*) FROM starts WHERE idx < left_idx) AS "startedBefore",
           (SELECT count(*) FROM starts WHERE idx < left_idx AND at >= asked_at) AS "startedMeanwhile",
           (SELECT count(*) FROM starts WHERE idx > left_idx) AS "startedAfter",
           (SELECT count(*) FROM starts WHERE at > answered_at) AS "startedAfterAnswer"`;
  if (row === undefined) throw new Error('PostgreSQL did not answer');
  return row;
}
