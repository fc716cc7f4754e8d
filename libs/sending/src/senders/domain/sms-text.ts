/**
 * How a text travels as SMS (3GPP TS 23.038 and 23.040): in the default alphabet of seven bits where every character of
 * it is there, else in UCS-2; in one part, or in several that the phone puts together again.
 */
export interface SmsText {
  readonly encoding: 'gsm7' | 'ucs2';
  /** Each part as octets of the short message, without its header: one octet a septet for gsm7, big-endian for ucs2. */
  readonly parts: readonly Buffer[];
}

/** TS 23.038, 6.2.1: the place in the text is the code. Escape (0x1b) stands for itself and is in no text. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** TS 23.038, 6.2.1.1: what follows an escape. */
const EXTENDED: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};
const ESCAPE = 0x1b;
const CODES = new Map<string, readonly number[]>([
  ...[...BASIC].flatMap((character, code): [string, number[]][] => (code === ESCAPE ? [] : [[character, [code]]])),
  ...Object.entries(EXTENDED).map(([character, code]): [string, number[]] => [character, [ESCAPE, code]]),
]);

/** Units of one part: alone, and beside the six octets of a header that numbers the parts (TS 23.040, 9.2.3.24.1). */
const GSM7 = { alone: 160, together: 153 } as const;
const UCS2 = { alone: 70, together: 67 } as const;
/** The header numbers parts with one octet. */
const MOST_PARTS = 255;

/** @returns null for a text that needs more parts than can be numbered */
export function smsText(text: string): SmsText | null {
  const septets = [...text].map((character) => CODES.get(character));
  const isBasic = septets.every((codes) => codes !== undefined);
  // Neither an escaped character nor a pair of surrogates is cut in two.
  const units = isBasic ? septets : [...text].map((character) => utf16(character));
  const limits = isBasic ? GSM7 : UCS2;
  const parts = split(units, limits);
  if (parts.length > MOST_PARTS) return null;
  const octets = (part: readonly number[]): Buffer =>
    isBasic ? Buffer.from(part) : Buffer.from(part.flatMap((unit) => [unit >> 8, unit & 0xff]));
  return { encoding: isBasic ? 'gsm7' : 'ucs2', parts: parts.map(octets) };
}

function split(
  characters: readonly (readonly number[])[],
  { alone, together }: { readonly alone: number; readonly together: number },
): number[][] {
  const all = characters.flat();
  if (all.length <= alone) return [all];
  const parts: number[][] = [[]];
  for (const units of characters) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + units.length <= together) last.push(...units);
    else parts.push([...units]);
  }
  return parts;
}

function utf16(character: string): number[] {
  return Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
}
