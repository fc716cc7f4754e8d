import type { EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { KINDS_TO_WAKE, type ToWake } from './domain/lane.js';
import type { Message } from './domain/message.js';

type Due = ToWake & Pick<Message, 'id'>;

/** SQL on which waiting messages are to be woken. */
export const dueStore = {
  /**
   * Waiting messages whose instant has come, each put off until `again` so that it is woken once per round.
   * @param limit of each class: a mailing that became due before a live message does not stand before it
   */
  async take(tx: Tx, now: EpochMs, again: (kind: ToWake) => EpochMs, limit: number): Promise<Due[]> {
    const instants = KINDS_TO_WAKE.map((kind) => [`${kind.channel} ${kind.class} ${kind.priority}`, again(kind)]);
    return tx.sql<Due>`
      WITH live AS MATERIALIZED (
        SELECT id FROM sending.message
         WHERE due_at <= ${toIso(now)} AND status = 'queued' AND class = 'transactional'
         ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED),
      others AS MATERIALIZED (
        SELECT id FROM sending.message
         WHERE due_at <= ${toIso(now)} AND status = 'queued' AND class = 'commercial'
         ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED),
      due AS MATERIALIZED (SELECT id FROM live UNION ALL SELECT id FROM others)
      UPDATE sending.message m
         SET due_at = to_timestamp((${JSON.stringify(Object.fromEntries(instants))}::jsonb ->> (m.channel || ' ' || m.class || ' ' || m.priority))::float8 / 1000)
        FROM due
       WHERE m.id = due.id AND m.status = 'queued'
      RETURNING m.id, m.channel, m.class, m.priority`;
  },
};
