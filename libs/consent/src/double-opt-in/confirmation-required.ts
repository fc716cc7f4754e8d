import { type BrandId, type Channel, DomainError } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { type ConsentEventKind, isReducing } from '../consents/domain/consent-fold.js';
import { type EvidenceGround, GROUNDS, hasGround } from '../consents/domain/evidence-ground.js';
import { doubleOptInStore } from './double-opt-in.store.js';

/**
 * Refuses a yes to a restrictive purpose that nobody confirmed, where the brand takes no other on the channel. What the
 * owner of an address does there themselves (their page, a keyword) does not come this way. What was confirmed elsewhere
 * comes with what shows it.
 * @throws DomainError conflict, invalid_request
 */
export async function requireConfirmation(
  tx: Tx,
  brandId: BrandId,
  channel: Channel,
  purposeId: string,
  kind: ConsentEventKind,
  input: EvidenceGround & { readonly request?: string },
): Promise<void> {
  if (isReducing(kind) || kind === 'requested') return;
  if (kind === 'confirmed' && (input.request !== undefined || hasGround(input))) return;
  if (!(await doubleOptInStore.isRequired(tx, brandId, channel, purposeId))) return;
  if (kind === 'confirmed')
    throw new DomainError(
      'invalid_request',
      `Nothing shows that it was confirmed: name the request, or give ${GROUNDS}, as the system has it where it was.`,
      { violations: [{ pointer: '/evidence', detail: 'required here, as is what it confirms' }] },
    );
  throw new DomainError(
    'conflict',
    `This brand takes confirmed consents alone on ${channel}: ask with POST /v1/double-opt-ins, or record what was confirmed elsewhere as confirmed, with its evidence.`,
  );
}
