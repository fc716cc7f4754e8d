import type { EpochMs } from '#lib/kernel';

/** Marks of doubt on a confirmation: what a person with a browser would hardly do, and a mail scanner does. */
export const CONFIRMATION_FLAGS = ['fast', 'scanner', 'no_user_agent', 'not_from_page'] as const;
export type ConfirmationFlag = (typeof CONFIRMATION_FLAGS)[number];

/** What is known about the request that confirmed. */
export interface ConfirmationTraces {
  /** When the message with the link left; null when nobody knows. */
  readonly leftAt: EpochMs | null;
  readonly at: EpochMs;
  readonly userAgent: string | null;
  /** The browser's own word on where a request came from (Fetch Metadata); null where it says nothing. */
  readonly fetchSite: string | null;
  /** Whether the client is one that would have sent Fetch Metadata. */
  readonly fetchMode: string | null;
}

/** A message has to arrive, be seen, and be read. */
export const FAST_MS = 10_000;

const SCANNERS =
  /bot\b|crawl|spider|scan|preview|curl|wget|python|httpclient|okhttp|java\/|go-http|headless|phantom|barracuda|proofpoint|mimecast|safelinks|urldefense|trend ?micro|symantec|fireeye|checkpoint|bitdefender|sophos|libwww|axios|node-fetch|undici/i;

/**
 * Why a confirmation may not be the person's own doing. It is recorded with the evidence and decides nothing: people
 * are sometimes quick, and browsers differ.
 */
export function confirmationFlags({
  leftAt,
  at,
  userAgent,
  fetchSite,
  fetchMode,
}: ConfirmationTraces): ConfirmationFlag[] {
  const flags: ConfirmationFlag[] = [];
  if (leftAt !== null && at - leftAt < FAST_MS) flags.push('fast');
  if (userAgent === null || userAgent.trim() === '') flags.push('no_user_agent');
  else if (SCANNERS.test(userAgent)) flags.push('scanner');
  const saysMore = fetchSite !== null || fetchMode !== null;
  if (saysMore && (fetchSite !== 'same-origin' || fetchMode !== 'navigate')) flags.push('not_from_page');
  return flags;
}
