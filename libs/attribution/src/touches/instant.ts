const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const MINUTE = 60_000;
/** No clock was ever farther from UTC than 15 h 59 min (Manila before 1845: -15:56). */
const FARTHEST = 16 * 60 - 1;
export const DAY = 86_400_000;

/**
 * Epoch milliseconds of an ISO 8601 date or date with time; fractions of a millisecond are kept. Without an offset it is
 * UTC, so that the answer does not depend on the machine. NaN for what is none.
 */
export function instantOf(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset = 'Z'] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = parts;
  const date = new Date(0);
  date.setUTCFullYear(y, m - 1, d);
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d || min > 59) return NaN;
  // A day ends at 24:00 sharp, and a leap second comes at the end of an hour.
  const isEnd = h === 24 && min === 0 && s + Number(fraction) === 0;
  if ((h > 23 && !isEnd) || s > 60 || (s === 60 && min !== 59)) return NaN;
  const time = ((h * 60 + min) * 60 + s) * 1000 + Number(fraction) * 1000;
  return date.getTime() + time - offsetMinutes(offset) * MINUTE;
}

function offsetMinutes(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const digits = offset.slice(1).replace(':', '');
  const [hours, rest] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || '0')];
  const minutes = hours * 60 + rest;
  if (rest > 59 || minutes > FARTHEST) return NaN;
  return offset.startsWith('-') ? -minutes : minutes;
}
