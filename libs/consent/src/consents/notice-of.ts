import { type BrandId, type ContactId, DomainError, type EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { consentStore, type Evidence } from './consent.store.js';
import { type ConsentEventKind, isReducing } from './domain/consent-fold.js';

/** By so much the clocks of callers may be wrong. */
export const CLOCK_SKEW_MS = 5 * 60_000;

const PUBLISHED_LATER =
  'Nobody can have read a notice before it was published; give the words that they read in "wording", and name no notice.';

/** A notice by its name, or as it was served. */
interface Named {
  readonly kind: ConsentEventKind;
  readonly notice?: { readonly key: string; readonly version: number; readonly language: string };
  readonly served?: string;
  readonly occurredAt?: EpochMs;
}

/**
 * Whether a wording was published too late to be what somebody read at an instant.
 * @param occurredAt null: now
 */
export function isPublishedAfter(publishedAt: EpochMs, occurredAt: EpochMs | null | undefined): boolean {
  return occurredAt != null && publishedAt > occurredAt + CLOCK_SKEW_MS;
}

/**
 * A serving is of one person: what one of them was shown says nothing of another.
 * @throws DomainError invalid_request
 */
export async function refuseServedToAnother(
  tx: Tx,
  { kind, served }: Pick<Named, 'kind' | 'served'>,
  contactId: ContactId,
): Promise<void> {
  // A no holds whatever was read.
  if (served === undefined || isReducing(kind)) return;
  if (await consentStore.isServedToAnother(tx, served, contactId))
    throw new DomainError(
      'invalid_request',
      'This was served to somebody else; record each serving by itself: POST /v1/served-notices.',
      { violations: [{ pointer: '/served', detail: 'is the evidence of another person' }] },
    );
}

/**
 * What somebody read before they said yes, as it was published; null where nothing is named.
 * @throws DomainError unknown_notice; invalid_request when it was another one that was served, or it was served or
 * published too late
 */
export async function noticeOf(
  tx: Tx,
  brandId: BrandId,
  { kind, notice, served, occurredAt }: Named,
): Promise<Evidence['notice']> {
  const named =
    notice === undefined ? null : await consentStore.notice(tx, brandId, notice.key, notice.version, notice.language);
  if (notice !== undefined && named === null)
    throw new DomainError(
      'unknown_notice',
      'Publish the notice first, in this version and language: POST /v1/notices.',
    );
  if (named !== null && !isReducing(kind) && isPublishedAfter(named.publishedAt, occurredAt))
    throw new DomainError('invalid_request', PUBLISHED_LATER, {
      violations: [{ pointer: '/notice', detail: 'was published after the consent was given' }],
    });
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
