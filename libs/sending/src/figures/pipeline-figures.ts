import type { Tx } from '#lib/platform';
import type { CircuitState } from '../providers/domain/circuit.js';

/** How the pipeline stands, over all brands. */
export interface PipelineFigures {
  /** Messages by channel, status and reason; together they are all that were ever accepted. */
  readonly messages: readonly {
    readonly channel: string;
    readonly status: string;
    readonly reason: string | null;
    readonly count: number;
  }[];
  /** Requests that were ever accepted, counted by their keys. Less all messages it must be 0, at every moment. */
  readonly accepted: number;
  /** Provider accounts to which nothing is handed over because too much failed there, by channel. */
  readonly circuits: readonly {
    readonly channel: string;
    readonly state: Exclude<CircuitState, 'closed'>;
    readonly count: number;
  }[];
  /** Messages that could be attempted now and are not, and how long the first of them has waited. */
  readonly due: { readonly count: number; readonly oldestAgeMs: number };
}

/** Counts every message: for a metrics page that is read once a minute, not for a request. */
export async function pipelineFigures(tx: Tx): Promise<PipelineFigures> {
  // One statement, one snapshot: a message accepted between two counts would look like one that was lost. The keys are
  // counted first and stay when there is no message at all, which would be the worst loss.
  const counted = await tx.sql<{
    channel: string | null;
    status: string;
    reason: string | null;
    count: number;
    accepted: number;
  }>`
    SELECT m.channel, m.status, m.reason, m.count, k.accepted
      FROM (SELECT count(*) AS accepted FROM sending.idempotency) k
      LEFT JOIN (SELECT channel, status, reason, count(*) AS count FROM sending.message GROUP BY channel, status, reason) m
             ON true`;
  const messages = counted.flatMap(({ channel, status, reason, count }) =>
    channel === null ? [] : [{ channel, status, reason, count }],
  );
  const [due] = await tx.sql<{ count: number; age: number | null }>`
    SELECT count(*) AS count, (extract(epoch FROM clock_timestamp() - min(due_at)) * 1000)::bigint AS age
      FROM sending.message
     WHERE due_at <= clock_timestamp()`;
  const circuits = await tx.sql<PipelineFigures['circuits'][number]>`
    SELECT channel, CASE WHEN (circuit ->> 'until')::bigint > extract(epoch FROM clock_timestamp()) * 1000
                         THEN 'open' ELSE 'half_open' END AS state, count(*) AS count
      FROM sending.provider
     WHERE enabled AND circuit ->> 'kind' = 'open'
     GROUP BY 1, 2`;
  return {
    messages,
    circuits,
    accepted: counted[0]?.accepted ?? 0,
    due: { count: due?.count ?? 0, oldestAgeMs: due?.age ?? 0 },
  };
}
