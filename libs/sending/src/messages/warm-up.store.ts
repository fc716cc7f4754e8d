import type { WarmUpState } from '#lib/decision';
import type { BrandId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** A warm-up rule of one brand for one provider or domain, on one local day of the brand. */
export interface BoundWarmUp {
  readonly brandId: BrandId;
  /** Id of the policy's rule. */
  readonly rule: string;
  readonly key: string;
  /** `2026-11-21` in the brand's zone. */
  readonly day: string;
  /** Days over which bounces and complaints are looked at, that one being the last. */
  readonly lookBackDays: number;
}

/** One day of a warm-up, as the facts of a decision name it. */
export type WarmUpDay = Pick<WarmUpState, 'rule' | 'key' | 'day'>;

/** How a message that left under a warm-up was received. */
export interface WarmUpReport extends WarmUpDay {
  readonly brandId: BrandId;
  readonly what: 'bounced' | 'complained';
}

/** SQL on what left under each warm-up on each day, and how it was received. */
export const warmUpStore = {
  /** How far they are; in the order asked. */
  async read(tx: Tx, wanted: readonly BoundWarmUp[]): Promise<WarmUpState[]> {
    const rows = await tx.sql<{ sent: number; recent: number; bounced: number; complained: number }>`
      SELECT coalesce(sum(d.sent) FILTER (WHERE d.day = w.day), 0) AS sent,
             coalesce(sum(d.sent), 0) AS recent,
             coalesce(sum(d.bounced), 0) AS bounced,
             coalesce(sum(d.complained), 0) AS complained
        FROM unnest(${wanted.map((w) => w.brandId)}::uuid[], ${wanted.map((w) => w.rule)}::text[],
                    ${wanted.map((w) => w.key)}::text[], ${wanted.map((w) => w.day)}::date[],
                    ${wanted.map((w) => w.lookBackDays)}::int[])
             WITH ORDINALITY AS w (brand_id, rule, key, day, look_back, n)
        LEFT JOIN sending.warm_up_day d
               ON d.brand_id = w.brand_id AND d.rule = w.rule AND d.key = w.key
              AND d.day BETWEEN w.day - w.look_back + 1 AND w.day
       GROUP BY w.n
       ORDER BY w.n`;
    return wanted.map(({ rule, key, day }, i) => {
      const { sent = 0, recent = 0, bounced = 0, complained = 0 } = rows[i] ?? {};
      return { rule, key, day, sent, recent: { sent: recent, bounced, complained } };
    });
  },

  /** The same for whoever is about to hand over: locked, in one order for everybody, until the transaction ends. */
  async lock(tx: Tx, wanted: readonly BoundWarmUp[]): Promise<WarmUpState[]> {
    const inOrder = [...wanted].sort((a, b) => (warmUpKey(a) < warmUpKey(b) ? -1 : 1));
    await tx.execute`
      INSERT INTO sending.warm_up_day (brand_id, rule, key, day)
      SELECT * FROM unnest(${inOrder.map((w) => w.brandId)}::uuid[], ${inOrder.map((w) => w.rule)}::text[],
                           ${inOrder.map((w) => w.key)}::text[], ${inOrder.map((w) => w.day)}::date[])
      ON CONFLICT DO NOTHING`;
    await tx.execute`
      SELECT 1
        FROM unnest(${inOrder.map((w) => w.brandId)}::uuid[], ${inOrder.map((w) => w.rule)}::text[],
                    ${inOrder.map((w) => w.key)}::text[], ${inOrder.map((w) => w.day)}::date[])
             WITH ORDINALITY AS w (brand_id, rule, key, day, n)
        JOIN sending.warm_up_day d USING (brand_id, rule, key, day)
       ORDER BY w.n
         FOR NO KEY UPDATE OF d`;
    return this.read(tx, wanted);
  },

  /** Counts hand-overs. A hand-over is never taken back: what the provider refused was asked for all the same. */
  async spend(tx: Tx, taken: readonly (BoundWarmUp & { readonly count: number })[]): Promise<void> {
    await tx.execute`
      UPDATE sending.warm_up_day d
         SET sent = d.sent + t.count
        FROM unnest(${taken.map((t) => t.brandId)}::uuid[], ${taken.map((t) => t.rule)}::text[],
                    ${taken.map((t) => t.key)}::text[], ${taken.map((t) => t.day)}::date[],
                    ${taken.map((t) => t.count)}::int[]) AS t (brand_id, rule, key, day, count)
       WHERE d.brand_id = t.brand_id AND d.rule = t.rule AND d.key = t.key AND d.day = t.day`;
  },

  /** Counts messages that bounced or were complained about, against the days on which they left. */
  async received(tx: Tx, reports: readonly WarmUpReport[]): Promise<void> {
    await tx.execute`
      UPDATE sending.warm_up_day d
         SET bounced = d.bounced + c.bounced, complained = d.complained + c.complained
        FROM (SELECT brand_id, rule, key, day, count(*) FILTER (WHERE what = 'bounced') AS bounced,
                     count(*) FILTER (WHERE what = 'complained') AS complained
                FROM unnest(${reports.map((r) => r.brandId)}::uuid[], ${reports.map((r) => r.rule)}::text[],
                            ${reports.map((r) => r.key)}::text[], ${reports.map((r) => r.day)}::date[],
                            ${reports.map((r) => r.what)}::text[]) AS r (brand_id, rule, key, day, what)
               GROUP BY brand_id, rule, key, day) AS c
       WHERE d.brand_id = c.brand_id AND d.rule = c.rule AND d.key = c.key AND d.day = c.day`;
  },
};

export function warmUpKey({ brandId, rule, key, day }: Omit<BoundWarmUp, 'lookBackDays'>): string {
  return `${brandId} ${rule} ${key} ${day}`;
}
