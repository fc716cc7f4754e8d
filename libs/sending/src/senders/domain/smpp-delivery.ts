import type { TextPart } from '../../returned/returned.js';

/** A deliver_sm or data_sm, as far as it says something: a receipt for a message, or what a person wrote (SMPP 3.4, 4.6 and appendix B). */
export type SmppDelivery =
  | {
      readonly kind: 'receipt';
      readonly ref: string;
      readonly state: string;
      /** How long after the center took it; null where it does not say so in a way that can be. */
      readonly afterMs: number | null;
    }
  | {
      readonly kind: 'text';
      readonly from: string;
      readonly text: string;
      readonly id?: string;
      readonly part?: TextPart;
    };

export interface DeliverFields {
  readonly esmClass: number;
  readonly sourceTon: number;
  readonly source: string;
  readonly destination: string;
  readonly text: string;
  /** Elements of the user data header, each with its identifier, its length and its data (TS 23.040, 9.2.3.24). */
  readonly header: readonly Uint8Array[];
  /** The optional parameters sar_msg_ref_num, sar_total_segments and sar_segment_seqnum. */
  readonly segment: readonly [reference: number, total: number, number: number] | null;
  /** The optional parameters, where the center gives them. */
  readonly receiptedId: string | null;
  readonly messageState: number | null;
  /** The center's name of a text that a person wrote, where it is known to give one. */
  readonly textId: string | null;
}

/**
 * The words of a text as the library gives them: a text, or bytes where the center says that it is no alphabet that it knows
 * (data_coding 2 and 4, by which some bring plain text). What is no text at all says nothing.
 */
export function wordsOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (!(message instanceof Uint8Array)) return '';
  let words: string;
  try {
    words = new TextDecoder('utf-8', { fatal: true }).decode(message);
  } catch {
    words = new TextDecoder('latin1').decode(message);
  }
  return /[^\P{Cc}\t\n\r]/u.test(words) ? '' : words;
}

/** SMPP 3.4, 5.2.28. */
const STATES: Readonly<Record<number, string>> = {
  1: 'ENROUTE',
  2: 'DELIVRD',
  3: 'EXPIRED',
  4: 'DELETED',
  5: 'UNDELIV',
  6: 'ACCEPTD',
  7: 'UNKNOWN',
  8: 'REJECTD',
};
const TYPE_OF_MESSAGE = 0x3c;
const RECEIPT = 0x04;
const INTERNATIONAL = 1;

/** Null for what is neither: acknowledgements of handsets, and receipts that name no message. */
export function readDelivery({
  esmClass,
  sourceTon,
  source,
  destination,
  text,
  header,
  segment,
  receiptedId,
  messageState,
  textId,
}: DeliverFields): SmppDelivery | null {
  const type = esmClass & TYPE_OF_MESSAGE;
  if (type === 0) {
    const from = sourceTon === INTERNATIONAL && /^\d/.test(source) ? `+${source}` : source;
    const part = partOf(header, segment);
    const name = textId === null ? {} : { id: `smpp text ${textId}` };
    return { kind: 'text', from, text, ...name, ...(part !== null && { part: { ...part, to: destination } }) };
  }
  if (type !== RECEIPT) return null;
  const ref = receiptedId ?? /\bid:(\S+)/i.exec(text)?.[1];
  const state = (messageState === null ? undefined : STATES[messageState]) ?? /\bstat:([A-Z]{1,7})/i.exec(text)?.[1];
  if (ref === undefined || state === undefined) return null;
  return { kind: 'receipt', ref, state: state.toUpperCase(), afterMs: afterMs(text) };
}

/** Which part of a long text it is; null for one that is whole, or says of itself what cannot be. */
function partOf(header: readonly Uint8Array[], segment: DeliverFields['segment']): Omit<TextPart, 'to'> | null {
  const parts = header.map(([kind, , ...data]): readonly [string, number?, number?] => {
    const [a, b, c, d] = data;
    return kind === 0x00 ? [`8 ${a}`, b, c] : kind === 0x08 ? [`16 ${a} ${b}`, c, d] : [''];
  });
  if (segment !== null) parts.push([`sar ${segment[0]}`, segment[1], segment[2]]);
  for (const [reference, total = 0, number = 0] of parts)
    if (total > 1 && number >= 1 && number <= total) return { reference, total, number };
  return null;
}

/** In which notation the ids of messages stand in receipts; `as_answered`: as in the answer to `submit_sm`. */
export type ReceiptIds = 'as_answered' | 'decimal' | 'hexadecimal';

/**
 * The ids under which the answer to `submit_sm` may have named the message of a receipt, the likeliest first. Some centers
 * answer in hexadecimal and write receipts in decimal, with zeros before the number or without: SMPP 3.3 had it so. Where
 * nobody said which it is, the id stands for itself first.
 */
export function answeredIds(ref: string, notation: ReceiptIds | null): readonly string[] {
  const forms: string[] = notation === 'decimal' || notation === 'hexadecimal' ? [] : [ref];
  if (notation !== 'as_answered' && notation !== 'hexadecimal' && /^\d{1,20}$/.test(ref)) {
    const hex = BigInt(ref).toString(16);
    forms.push(...[hex, hex.padStart(8, '0')].flatMap((form) => [form, form.toUpperCase()]));
  }
  if (notation !== 'as_answered' && notation !== 'decimal' && /^[0-9a-f]{1,16}$/i.test(ref)) {
    const decimal = BigInt(`0x${ref}`).toString();
    forms.push(decimal, decimal.padStart(10, '0'));
  }
  return [...new Set(forms)];
}

const LONGEST_MS = 30 * 86_400_000;

/**
 * From `submit date` to `done date` (appendix B: YYMMDDhhmm, or with seconds). Both are in the clock of the center, and
 * nothing says in which zone that is; between them no zone matters.
 */
function afterMs(text: string): number | null {
  const [submitted, done] = ['submit', 'done'].map((what) => {
    const [, digits = ''] = new RegExp(`\\b${what} date:\\s*(\\d{10}(?:\\d\\d)?)\\b`, 'i').exec(text) ?? [];
    const [year, month, day, hour, minute, second = '00'] = digits.match(/\d\d/g) ?? [];
    return Date.parse(`20${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  });
  const elapsed = (done ?? Number.NaN) - (submitted ?? Number.NaN);
  return elapsed >= 0 && elapsed <= LONGEST_MS ? elapsed : null;
}
