/**
 * The first account that names the domain, or else the first that names none: one that signs for a domain of its own
 * carries no other's mail, and a domain that has accounts of its own waits for them while they are disabled.
 * @param accounts in the order in which they are preferred
 * @returns an enabled one; undefined when the mail must wait for one
 */
export function accountFor<T extends { readonly sendingDomains: readonly string[]; readonly enabled: boolean }>(
  accounts: readonly T[],
  domain: string | null,
): T | undefined {
  const named = domain === null ? [] : accounts.filter(({ sendingDomains }) => sendingDomains.includes(domain));
  const candidates = named.length > 0 ? named : accounts.filter(({ sendingDomains }) => sendingDomains.length === 0);
  return candidates.find(({ enabled }) => enabled);
}
