import type { EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** SQL on providers that asked to be left alone for a while. */
export const providerStore = {
  /** The latest instant that was asked for counts, whoever hears of it and in whatever order. */
  async pause(tx: Tx, pauses: readonly { readonly id: string; readonly until: EpochMs }[]): Promise<void> {
    await tx.execute`
      UPDATE sending.provider p
         SET resumes_at = greatest(p.resumes_at, asked.until)
        FROM (SELECT id, max(until) AS until
                FROM unnest(${pauses.map(({ id }) => id)}::uuid[], ${pauses.map(({ until }) => toIso(until))}::timestamptz[])
                     AS a (id, until)
               GROUP BY id) AS asked
       WHERE p.id = asked.id`;
  },
};
