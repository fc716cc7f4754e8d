import type { Milestones } from '../models/milestones.js';
import { afterBlanks, beforeBlanks } from './decimal.js';

const SEMICOLON = 59;
const EQUALS = 61;

/** Reads `lc=0;oc=2;cw=3`, each of them optional; null when the cell says nothing. */
export function milestonesOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  touches: number,
): Milestones | null | 'wrong' {
  let leadCreation = -1;
  let opportunityCreation = -1;
  let closedWon = -1;
  let isEmpty = true;
  for (let at = start; at < end;) {
    let stop = at;
    while (stop < end && bytes[stop] !== SEMICOLON) stop++;
    const to = beforeBlanks(bytes, at, stop);
    const from = afterBlanks(bytes, at, to);
    at = stop + 1;
    if (from === to) continue;
    isEmpty = false;
    const equals = bytes.indexOf(EQUALS, from);
    if (equals < 0 || equals >= to) return 'wrong';
    const name = nameOf(bytes, from, beforeBlanks(bytes, from, equals));
    const place = placeOf(bytes, afterBlanks(bytes, equals + 1, to), to);
    if (place === NOWHERE) continue;
    if (!(place < touches)) return 'wrong';
    if (name === LC && leadCreation < 0) leadCreation = place;
    else if (name === OC && opportunityCreation < 0) opportunityCreation = place;
    else if (name === CW && closedWon < 0) closedWon = place;
    else return 'wrong';
  }
  return isEmpty ? null : { leadCreation, opportunityCreation, closedWon };
}

const NOWHERE = -1;
const LC = pair('l', 'c');
const OC = pair('o', 'c');
const CW = pair('c', 'w');

/** Two letters, small or capital, as one number. */
function nameOf(bytes: Uint8Array, from: number, to: number): number {
  return to - from === 2 ? (((bytes[from] ?? 0) | 32) << 8) | ((bytes[from + 1] ?? 0) | 32) : 0;
}

function pair(first: string, second: string): number {
  return (first.charCodeAt(0) << 8) | second.charCodeAt(0);
}

/** A whole number; NOWHERE when there is no text, NaN when there is another. */
function placeOf(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return NOWHERE;
  let place = 0;
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9) return NaN;
    place = place * 10 + digit;
  }
  return place;
}
