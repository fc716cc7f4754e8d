import type { Tx } from '#lib/platform';

/** How the pipeline stands, over all brands. */
export interface PipelineFigures {
  /** Messages by channel, status and reason; together they are all that were ever accepted. */
  readonly messages: readonly {
    readonly channel: string;
    readonly status: string;
    readonly reason: string | null;
    readonly count: number;
  }[];
  /** Messages that could be attempted now and are not, and how long the first of them has waited. */
  readonly due: { readonly count: number; readonly oldestAgeMs: number };
}

/** Counts every message: for a metrics page that is read once a minute, not for a request. */
export async function pipelineFigures(tx: Tx): Promise<PipelineFigures> {
  const messages = await tx.sql<PipelineFigures['messages'][number]>`
    SELECT channel, status, reason, count(*) AS count FROM sending.message GROUP BY channel, status, reason`;
  const [due] = await tx.sql<{ count: number; age: number | null }>`
    SELECT count(*) AS count, (extract(epoch FROM clock_timestamp() - min(due_at)) * 1000)::bigint AS age
      FROM sending.message
     WHERE due_at <= clock_timestamp()`;
  return { messages, due: { count: due?.count ?? 0, oldestAgeMs: due?.age ?? 0 } };
}
