import type { SendResult } from '../channel-sender.js';

/** Command states of SMPP 3.4, 5.1.3, by what they mean for a message. */
const LATER = new Set([
  0x04, // ESME_RINVBNDSTS: wrong bind state
  0x05, // already bound
  0x08, // system error
  0x0d, // bind failed
  0x0e, // invalid password
  0x0f, // invalid system id
  0x14, // queue full
  0x45, // submit failed
  0x58, // throttled
  0x64, // temporary application error
]);
/** ESME_RINVDSTADR: there is no such number. */
const NO_SUCH_NUMBER = 0x0b;

/** How long to leave a center alone that says it is asked too fast. */
const THROTTLED_MS = 1_000;

/** What a center's answer to `submit_sm` means. `part` counts from 0: a later one may have parts before it at the center. */
export function smppOutcome(status: number, part: number): SendResult {
  const code = `smpp_${status.toString(16).padStart(8, '0')}`;
  if (part > 0) return { kind: 'ambiguous', code };
  if (LATER.has(status)) return { kind: 'transient', code, retryAfterMs: status === 0x58 ? THROTTLED_MS : null };
  return { kind: 'rejected', code, hardBounce: status === NO_SUCH_NUMBER };
}
