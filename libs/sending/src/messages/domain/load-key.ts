import type { Channel } from '#lib/kernel';

/** Channels on which the contact's own address says which host answers, and not the account. */
const BY_ADDRESS: ReadonlySet<Channel> = new Set(['push', 'teams', 'webhook']);

/** Whose answers are waited for: an account's, or those of one host among the many to which the account's messages go. */
export interface LoadKey {
  readonly key: string;
  readonly isHost: boolean;
}

export function loadKeyOf(providerId: string, channel: Channel, address: string | null): LoadKey {
  const host = address !== null && BY_ADDRESS.has(channel) ? hostOf(address) : null;
  return host === null ? { key: providerId, isHost: false } : { key: `${providerId} ${host}`, isHost: true };
}

/** Of a URL, or of the subscription to push messages that has one (RFC 8030). Null: the sender will refuse it. */
function hostOf(address: string): string | null {
  try {
    return new URL(address.startsWith('{') ? (JSON.parse(address) as { endpoint: string }).endpoint : address).host;
  } catch {
    return null;
  }
}
