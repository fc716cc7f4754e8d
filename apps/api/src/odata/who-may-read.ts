import type { Principal } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import type { FeedSet } from '#lib/reporting';

/** Rows about single messages and people need the scope for those, besides the one for reports. */
export function mayRead({ scopes }: Principal, { isOfPeople }: FeedSet): boolean {
  return !isOfPeople || scopes.includes('messages:read');
}

/** @throws DomainError forbidden */
export function refuseUnlessMayRead(caller: Principal, set: FeedSet): void {
  if (!mayRead(caller, set))
    throw new DomainError('forbidden', 'This is about single messages: use an API key with the scope messages:read.');
}
