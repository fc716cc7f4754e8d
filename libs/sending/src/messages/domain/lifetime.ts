import { DomainError, type EpochMs } from '#lib/kernel';
import { DEFAULT_LIFETIME_MS, MAX_LIFETIME_DAYS, MAX_LIFETIME_MS, type SendRequest } from './message.js';

type Times = Pick<SendRequest, 'sendAt' | 'expiresAt' | 'bestTime' | 'otherwise' | 'fallbackMs'>;

/** When a message ends unsent: as asked, or after the usual time and all that it was asked to wait for besides. */
export function expiryOf(request: Times, now: EpochMs): EpochMs {
  const { expiresAt, bestTime, otherwise = [], fallbackMs = 0 } = request;
  const asked = (bestTime?.withinMs ?? 0) + otherwise.length * fallbackMs;
  return expiresAt ?? mayLeaveAt(request, now) + Math.min(MAX_LIFETIME_MS, DEFAULT_LIFETIME_MS + asked);
}

/**
 * What is wrong with the times of a request, or null. A message does not wait for ever, and nobody can know so far ahead
 * what will be allowed; and a channel whose turn comes after the end would never have one.
 */
export function lifetimeProblem(request: Times, now: EpochMs): DomainError | null {
  const { sendAt, expiresAt, otherwise = [], fallbackMs = 0 } = request;
  if (sendAt !== undefined && sendAt > now + MAX_LIFETIME_MS)
    return problem('/sendAt', `must be within ${MAX_LIFETIME_DAYS} days from now`, 'Ask for it closer to the time.');
  const start = mayLeaveAt(request, now);
  if (expiresAt !== undefined && expiresAt > start + MAX_LIFETIME_MS) {
    const detail = `must be within ${MAX_LIFETIME_DAYS} days after the message may leave`;
    return problem('/expiresAt', detail, 'Ask for it closer to the time.');
  }
  if (otherwise.length === 0 || start + fallbackMs < expiryOf(request, now)) return null;
  const detail = 'must end before the message does, or no other channel ever has its turn';
  return problem('/fallbackAfterMinutes', detail, 'Send fewer minutes, or a later expiresAt.');
}

function mayLeaveAt({ sendAt }: Times, now: EpochMs): EpochMs {
  return Math.max(now, sendAt ?? now);
}

function problem(pointer: string, detail: string, advice: string): DomainError {
  return new DomainError('invalid_request', advice, { violations: [{ pointer, detail }] });
}
