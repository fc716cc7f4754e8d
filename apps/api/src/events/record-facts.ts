import type { BrandId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { RecordBatch } from '#lib/reporting';

/** One ledger entry for all facts that came in together, which commits to them by their digest. */
export function recordFacts(ledger: LedgerService, brandId: BrandId, actor: string): RecordBatch {
  return (tx, { entryId, count, digest, at }) =>
    ledger.append(tx, [
      {
        ...{ id: entryId, type: 'facts.reported', brandId, at },
        ...{ clear: { root: digest, cnt: count }, disclosed: { actor } },
      },
    ]);
}
