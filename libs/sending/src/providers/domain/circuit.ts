import type { EpochMs } from '#lib/kernel';
import type { HandOverResult } from '../../messages/domain/settle.js';

/**
 * What the recent calls of a provider's account say of it, over all processes. Null in its place: nothing but answers.
 *   counting  a call failed within the last minute; how many were answered since, and how many failed
 *   open      nothing is handed over until `until`; from then on one message at a time tries, until `probeUntil`
 */
export type Circuit =
  | { readonly kind: 'counting'; readonly since: EpochMs; readonly answered: number; readonly failed: number }
  | {
      readonly kind: 'open';
      readonly until: EpochMs;
      /** How often it was opened without an answer in between. */
      readonly times: number;
      /** Until when somebody tries; null when nobody does. */
      readonly probeUntil: EpochMs | null;
    };

export const CIRCUIT_STATES = ['closed', 'open', 'half_open'] as const;
export type CircuitState = (typeof CIRCUIT_STATES)[number];

/** What one call said of the account it was made with; null: nothing. */
export type Heard = 'answered' | 'failed' | null;

/** One call that is over. */
export interface HeardCall {
  readonly heard: Heard;
  /** It was the one that tried while the circuit was half open. */
  readonly isProbe: boolean;
}

/** Calls are counted together for this long after the first that failed. */
const WINDOW_MS = 60_000;
/** So many must fail, and not fewer than are answered. */
const OPENS_AT = 5;
const FIRST_BREAK_MS = 30_000;
const LONGEST_BREAK_MS = 5 * 60_000;
/** While one tries, the others ask again after this long; a try is mostly over sooner. */
const OTHERS_WAIT_MS = 15_000;

/** What a server says of one recipient; with 421 it says of itself that it closes (RFC 5321, 3.8). */
const OF_ONE_RECIPIENT = /^smtp_rcpt_(?!421)/;
/** What was refused before anybody was called. */
const REFUSED_BY_US = /^invalid_address|_too_large$/;

export function circuitState(circuit: Circuit | null, now: EpochMs): CircuitState {
  if (circuit?.kind !== 'open') return 'closed';
  return now < circuit.until ? 'open' : 'half_open';
}

/** When a message asks again that may not be handed over because of the circuit. */
export function asksAgainAt(circuit: Circuit | null, now: EpochMs): EpochMs {
  return circuit?.kind === 'open' && now < circuit.until ? circuit.until : now + OTHERS_WAIT_MS;
}

/** The circuit with somebody who tries until `until`; null when nobody may. */
export function withProbe(circuit: Circuit | null, now: EpochMs, until: EpochMs): Circuit | null {
  if (circuit?.kind !== 'open' || circuitState(circuit, now) !== 'half_open') return null;
  return circuit.probeUntil !== null && now < circuit.probeUntil ? null : { ...circuit, probeUntil: until };
}

/**
 * What the end of a hand-over says of the account. A refusal is an answer: the provider is there. So is one for now
 * that is about the recipient alone, as when a mail server greylists, and that it is asked too fast. What never came to a call says nothing, and
 * neither does an account that an operator has to mend.
 */
export function heardOf(result: HandOverResult | null): Heard {
  switch (result?.kind) {
    case 'accepted':
      return 'answered';
    case 'rejected':
      return REFUSED_BY_US.test(result.code) ? null : 'answered';
    case 'transient':
      if (result.code === 'sender_closed') return null;
      return isThere(result) || OF_ONE_RECIPIENT.test(result.code) ? 'answered' : 'failed';
    case 'ambiguous':
      return isThere(result) ? 'answered' : 'failed';
    case 'not_begun':
    case 'not_rendered':
    case 'misconfigured':
    case undefined:
      return null;
  }
}

function isThere(result: { readonly throttled?: true; readonly onlyThis?: true }): boolean {
  return result.throttled === true || result.onlyThis === true;
}

/**
 * The circuit after calls that ended. Closed, it opens when within a minute at least five failed and not fewer than were
 * answered. Open, it hears only of the one that tries: an answer closes it, a failure opens it for twice as long, and
 * what says nothing lets the next one try. Calls that were begun before it opened change nothing.
 */
export function circuitAfter(circuit: Circuit | null, calls: readonly HeardCall[], now: EpochMs): Circuit | null {
  if (circuit?.kind === 'open') {
    const tried = calls.find(({ isProbe }) => isProbe);
    if (tried === undefined) return circuit;
    if (tried.heard === 'answered') return null;
    return tried.heard === 'failed' ? opened(circuit.times + 1, now) : { ...circuit, probeUntil: null };
  }
  const failed = calls.filter(({ heard }) => heard === 'failed').length;
  const answered = calls.filter(({ heard }) => heard === 'answered').length;
  const before = circuit !== null && now - circuit.since < WINDOW_MS ? circuit : null;
  if (before === null && failed === 0) return null;
  const counting: Circuit = {
    kind: 'counting',
    since: before?.since ?? now,
    answered: (before?.answered ?? 0) + answered,
    failed: (before?.failed ?? 0) + failed,
  };
  return counting.failed >= OPENS_AT && counting.failed >= counting.answered ? opened(1, now) : counting;
}

function opened(times: number, now: EpochMs): Circuit {
  const breakMs = Math.min(FIRST_BREAK_MS * 2 ** Math.min(times - 1, 10), LONGEST_BREAK_MS);
  return { kind: 'open', until: now + breakMs, times, probeUntil: null };
}
