import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';

/** The rights of whoever issues a key. */
export interface Grantor {
  readonly brandId: BrandId | null;
  readonly scopes: readonly string[];
  readonly test: boolean;
}

/** Scopes that reach beyond one brand. */
const OPERATOR_ONLY: readonly string[] = ['metrics:read'];

/**
 * Nobody gives more than they have: a key stays inside its grantor's brand, scopes and test mode.
 * @throws DomainError forbidden, invalid_request
 */
export function decideIssue(
  wanted: {
    readonly brandId: BrandId | null;
    readonly scopes: readonly string[];
    readonly test: boolean;
    readonly expiresAt: EpochMs | null;
  },
  grantor: Grantor | null,
  now: EpochMs,
): void {
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
    const detail = 'must lie in the future';
    throw new DomainError('invalid_request', 'Choose a later end.', {
      violations: [{ pointer: '/expiresAt', detail }],
    });
  }
  const beyond = wanted.brandId === null ? [] : wanted.scopes.filter((scope) => OPERATOR_ONLY.includes(scope));
  if (beyond.length > 0) {
    const detail = `${beyond.join(', ')} reaches beyond one brand; only a key without a brand can have it`;
    throw new DomainError('invalid_request', 'Leave the scope out.', {
      violations: [{ pointer: '/scopes', detail }],
    });
  }
  if (grantor === null) return;
  if (grantor.brandId !== null && wanted.brandId !== grantor.brandId) {
    throw new DomainError('forbidden', 'A key of a brand can only issue keys of that brand.');
  }
  const missing = wanted.scopes.filter((scope) => !grantor.scopes.includes(scope));
  if (missing.length > 0) {
    throw new DomainError('forbidden', `Your own key lacks ${missing.join(', ')}, so it cannot give that to another.`);
  }
  if (grantor.test && !wanted.test) {
    throw new DomainError('forbidden', 'A test key can only issue test keys.');
  }
}
