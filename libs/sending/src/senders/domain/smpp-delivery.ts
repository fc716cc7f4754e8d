/** A deliver_sm, as far as it says something: a receipt for a message, or what a person wrote (SMPP 3.4, 4.6 and appendix B). */
export type SmppDelivery =
  | { readonly kind: 'receipt'; readonly ref: string; readonly state: string }
  | { readonly kind: 'text'; readonly from: string; readonly text: string };

export interface DeliverFields {
  readonly esmClass: number;
  readonly sourceTon: number;
  readonly source: string;
  readonly text: string;
  /** The optional parameters, where the center gives them. */
  readonly receiptedId: string | null;
  readonly messageState: number | null;
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
  text,
  receiptedId,
  messageState,
}: DeliverFields): SmppDelivery | null {
  const type = esmClass & TYPE_OF_MESSAGE;
  if (type === 0) {
    const from = sourceTon === INTERNATIONAL && /^\d/.test(source) ? `+${source}` : source;
    return { kind: 'text', from, text };
  }
  if (type !== RECEIPT) return null;
  const ref = receiptedId ?? /\bid:(\S+)/i.exec(text)?.[1];
  const state = (messageState === null ? undefined : STATES[messageState]) ?? /\bstat:([A-Z]{1,7})/i.exec(text)?.[1];
  return ref === undefined || state === undefined ? null : { kind: 'receipt', ref, state: state.toUpperCase() };
}
