/**
 * The first account that names the domain, or else the first that names none: one that signs for a domain of its own
 * carries no other's mail.
 * @param accounts in the order in which they are preferred
 */
export function accountFor<T extends { readonly sendingDomains: readonly string[] }>(
  accounts: readonly T[],
  domain: string | null,
): T | undefined {
  const named = domain === null ? undefined : accounts.find(({ sendingDomains }) => sendingDomains.includes(domain));
  return named ?? accounts.find(({ sendingDomains }) => sendingDomains.length === 0);
}
