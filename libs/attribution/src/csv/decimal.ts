const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** Powers of ten that a double holds exactly; with at most 15 digits before, one division rounds once and rightly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const MAX_DIGITS = 15;

/** A decimal of `bytes[start..end)` without spaces around it; NaN for what is none, Infinity for what is too large. */
export function decimalOf(bytes: Uint8Array, start: number, end: number): number {
  let digits = 0;
  let mantissa = 0;
  let point = -1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + byte - 48;
      digits++;
    } else if (byte === 46 && point < 0) point = digits;
    else return slowly(bytes, start, end);
  }
  if (digits === 0) return NaN;
  if (digits > MAX_DIGITS) return slowly(bytes, start, end);
  return point < 0 ? mantissa : mantissa / (POWERS[digits - point] ?? NaN);
}

function slowly(bytes: Uint8Array, start: number, end: number): number {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return DECIMAL.test(text) ? Number(text) : NaN;
}

/** The first place from `start` that is no space or tab. */
export function afterBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
}

/** The place behind the last byte before `end` that is no space or tab. */
export function beforeBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(bytes[at - 1])) at--;
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}
