import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { consentStore, type Evidence } from './consent.store.js';

/** By so much the clocks of callers may be wrong. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** A notice by its name, or as it was served. */
interface Named {
  readonly notice?: { readonly key: string; readonly version: number; readonly language: string };
  readonly served?: string;
  readonly occurredAt?: EpochMs;
}

/**
 * What somebody read before they said yes, as it was published; null where nothing is named.
 * @throws DomainError unknown_notice; invalid_request when it was another one that was served, or was served too late
 */
export async function noticeOf(
  tx: Tx,
  brandId: BrandId,
  { notice, served, occurredAt }: Named,
): Promise<Evidence['notice']> {
  const named =
    notice === undefined ? null : await consentStore.notice(tx, brandId, notice.key, notice.version, notice.language);
  if (notice !== undefined && named === null)
    throw new DomainError(
      'unknown_notice',
      'Publish the notice first, in this version and language: POST /v1/notices.',
    );
  if (served === undefined) return named;
  const shown = await consentStore.servedNotice(tx, brandId, served);
  if (shown === null)
    throw new DomainError('unknown_notice', 'Record first that the notice was served: POST /v1/served-notices.');
  if (named !== null && named.id !== shown.id)
    throw new DomainError(
      'invalid_request',
      'What was served is not the notice that is named; leave one of them out.',
      {
        violations: [{ pointer: '/served', detail: 'is about another notice' }],
      },
    );
  if (occurredAt !== undefined && shown.servedAt > occurredAt + CLOCK_SKEW_MS)
    throw new DomainError(
      'invalid_request',
      'A yes follows what was read; give the notice that was served before it.',
      {
        violations: [{ pointer: '/served', detail: 'was served after the consent was given' }],
      },
    );
  return shown;
}
