import { type BrandId, type Channel, DomainError } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { type ConsentEventKind, isReducing } from '../consents/domain/consent-fold.js';
import { doubleOptInStore } from './double-opt-in.store.js';

/**
 * Refuses a yes to a restrictive purpose that nobody confirmed, where the brand takes no other on the channel. What the
 * owner of an address does there themselves (their page, a keyword) does not come this way.
 * @throws DomainError conflict
 */
export async function requireConfirmation(
  tx: Tx,
  brandId: BrandId,
  channel: Channel,
  purposeId: string,
  kind: ConsentEventKind,
): Promise<void> {
  if (isReducing(kind) || kind === 'confirmed' || kind === 'requested') return;
  if (!(await doubleOptInStore.isRequired(tx, brandId, channel, purposeId))) return;
  throw new DomainError(
    'conflict',
    `This brand takes confirmed consents alone on ${channel}: ask with POST /v1/double-opt-ins, or record what was confirmed elsewhere as confirmed, with its evidence.`,
  );
}
