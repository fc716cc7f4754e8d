import type { BrandId, Channel, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Circuit } from '../providers/domain/circuit.js';

interface ProviderCircuit {
  readonly id: string;
  readonly channel: Channel;
  readonly circuit: Circuit | null;
}

/** SQL on providers that are left alone for a while. */
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

  /** Makes those due that wait for a provider of the channel. Those in other hands are being looked at anyway. */
  async wakeBackedOff(tx: Tx, brandId: BrandId, channel: Channel): Promise<void> {
    await tx.execute`
      UPDATE sending.message SET not_before = clock_timestamp(), due_at = clock_timestamp()
       WHERE id IN (SELECT id FROM sending.message
                     WHERE brand_id = ${brandId} AND channel = ${channel} AND status = 'queued'
                       AND reason IN ('provider_backoff', 'provider_slow') AND due_at > clock_timestamp()
                       FOR NO KEY UPDATE SKIP LOCKED)`;
  },

  /** The circuits of these providers under lock, in one order for everybody. */
  async lockCircuits(tx: Tx, ids: readonly string[]): Promise<ProviderCircuit[]> {
    return tx.sql<ProviderCircuit>`
      SELECT id, channel, circuit FROM sending.provider WHERE id = ANY (${[...ids]}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  },

  /**
   * The same of one provider, unless somebody else has it: whoever decides about messages holds other locks and waits
   * for none of these.
   */
  async tryCircuit(tx: Tx, id: string): Promise<ProviderCircuit | null> {
    const rows = await tx.sql<ProviderCircuit>`
      SELECT id, channel, circuit FROM sending.provider WHERE id = ${id} FOR NO KEY UPDATE SKIP LOCKED`;
    return rows[0] ?? null;
  },

  async saveCircuit(tx: Tx, id: string, circuit: Circuit | null): Promise<void> {
    const json = circuit === null ? null : JSON.stringify(circuit);
    await tx.execute`UPDATE sending.provider SET circuit = ${json}::jsonb WHERE id = ${id}`;
  },
};
