import type { BrandId, EpochMs } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { PageSettings } from '../brands/domain/page-settings.js';
import { newestWordings, type PublishedWording, recordServed } from '../notices/served-notice.js';
import { preferenceStore } from './preference.store.js';

/** What was read before somebody said yes, and the id of the record of it. */
export interface ShownNotice {
  readonly notice: PublishedWording;
  readonly served: string | null;
}

/** What a brand's page shows to whoever can say yes on it, in each language; empty when that is nothing. */
export async function noticesOf(tx: Tx, brandId: BrandId, { notice }: PageSettings): Promise<PublishedWording[]> {
  return notice === undefined ? [] : newestWordings(tx, brandId, notice);
}

/**
 * Records, when the form comes back, that its notice was served: looking at a page writes nothing. Null where the page
 * shows none. Stale: the form showed another one than the page would show now.
 * @param shownId of the notice that the form named
 */
export async function recordShown(
  tx: Tx,
  ledger: LedgerService,
  brandId: BrandId,
  shownId: string | null,
  now: EpochMs,
): Promise<ShownNotice | null | 'stale'> {
  const { page } = await preferenceStore.brand(tx, brandId);
  const notices = await noticesOf(tx, brandId, page);
  const notice = notices.find(({ id }) => id === shownId);
  if (notice === undefined) return notices.length === 0 && shownId === null ? null : 'stale';
  const serving = { via: 'page', source: 'preference page', servedAt: now };
  const served = await recordServed(tx, ledger, brandId, notice, serving, { by: 'contact', at: now });
  return { notice, served };
}
