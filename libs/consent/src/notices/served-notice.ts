import type { BrandId, EpochMs } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import { newId, toIso, type Tx } from '#lib/platform';
import type { Change } from '../setup-change.js';

/** A version of a notice in one language, as it was published. */
export interface PublishedWording {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly language: string;
  readonly wording: string;
  /** SHA-256 of the canonical JSON of {key, language, version, wording}. */
  readonly hash: Buffer;
}

/** Where a wording was put before somebody. */
export interface Serving {
  /** Such as web_form, page. */
  readonly via: string;
  readonly source: string | null;
  readonly servedAt: EpochMs;
}

/** The newest version of a notice in all its languages; empty when nothing was published under the key. */
export async function newestWordings(tx: Tx, brandId: BrandId, key: string): Promise<PublishedWording[]> {
  return tx.sql<PublishedWording>`
    SELECT id, key, version, language, wording, hash FROM consent.notice
     WHERE brand_id = ${brandId} AND key = ${key}
       AND version = (SELECT max(version) FROM consent.notice WHERE brand_id = ${brandId} AND key = ${key})
     ORDER BY language`;
}

/** Records within the caller's transaction that a wording was put before somebody, and answers its id. Names nobody. */
export async function recordServed(
  tx: Tx,
  ledger: LedgerService,
  brandId: BrandId,
  notice: Omit<PublishedWording, 'wording'>,
  { via, source, servedAt }: Serving,
  change: Change,
): Promise<string> {
  const id = newId();
  const { key, version, language } = notice;
  const [entry] = await ledger.append(tx, [
    {
      type: 'notice.served',
      at: change.at,
      brandId,
      clear: { doc: notice.hash.toString('hex'), via },
      disclosed: {
        notice: { id: notice.id, key, language, version },
        event: { id, source, at: toIso(servedAt) },
        actor: change.by,
      },
    },
  ]);
  if (entry === undefined) throw new Error('the ledger gave no entry');
  await tx.execute`
    INSERT INTO consent.served_notice (id, brand_id, notice_id, via, source, served_at, recorded_at, entry_id)
    VALUES (${id}, ${brandId}, ${notice.id}, ${via}, ${source}, ${toIso(servedAt)}, ${toIso(change.at)}, ${entry.id})`;
  return id;
}
