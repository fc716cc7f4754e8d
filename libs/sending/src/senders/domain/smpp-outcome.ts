import type { SendResult } from '../channel-sender.js';

/** ESME_RTHROTTLED and ESME_RMSGQFUL: the center takes fewer at a time, and did not take this one. */
const THROTTLES = new Set([0x58, 0x14]);
/** Other command states of SMPP 3.4, 5.1.3, that pass: what is wrong with the account waits for somebody to mend it. */
const LATER = new Set([
  0x04, // ESME_RINVBNDSTS: wrong bind state
  0x05, // already bound
  0x08, // system error
  0x0a, // invalid source address: `from` of the account
  0x0d, // bind failed
  0x0e, // invalid password
  0x0f, // invalid system id
  0x45, // submit failed
  0x48, // invalid type of the source's number
  0x49, // invalid numbering plan of the source
  0x53, // invalid system type
  0x64, // temporary application error
]);
/** ESME_RINVDSTADR: there is no such number. */
const NO_SUCH_NUMBER = 0x0b;

/**
 * ESME_RALYBND, said of a bind: somebody else holds as many connections as the account may have. Nothing is wrong with
 * the account; whoever is bound hands over.
 */
export const ALREADY_BOUND = 0x05;

/** How long to leave a center alone that says it is asked too fast. */
export const THROTTLED_MS = 1_000;

/** Whether a part that was answered so was not taken, and may be submitted again once the center was left alone. */
export function isThrottle(status: number): boolean {
  return THROTTLES.has(status);
}

/** What a center's answer to `submit_sm` means. `part` counts from 0: a later one has parts before it at the center. */
export function smppOutcome(status: number, part: number): SendResult {
  const code = `smpp_${status.toString(16).padStart(8, '0')}`;
  const throttle = isThrottle(status) ? ({ retryAfterMs: THROTTLED_MS, throttled: true } as const) : null;
  if (part > 0) return { kind: 'ambiguous', code, ...throttle };
  if (throttle !== null) return { kind: 'transient', code, ...throttle };
  if (LATER.has(status)) return { kind: 'transient', code, retryAfterMs: null };
  return { kind: 'rejected', code, hardBounce: status === NO_SUCH_NUMBER };
}

const FIRST_BREAK_MS = 1_000;
const LONGEST_BREAK_MS = 30_000;

/** How long to leave a center alone that could not be reached or did not bind, so many times in a row. */
export function bindBreakMs(failures: number): number {
  return Math.min(FIRST_BREAK_MS * 2 ** Math.min(failures - 1, 10), LONGEST_BREAK_MS);
}
