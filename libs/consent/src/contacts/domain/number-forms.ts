import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Channel } from '#lib/kernel';

/** Channels on which an address is the number of a telephone. */
export const NUMBERED: ReadonlySet<Channel> = new Set<Channel>(['sms', 'whatsapp', 'phone']);

/**
 * The forms in which one number of a mobile phone is written, the given one first: where a country once put a digit into
 * its mobile numbers, or took it out again, people and providers go on using both. Providers of WhatsApp name a person by
 * whichever form their account was made with.
 *
 * - Mexico: `+52 1` and ten digits until 2019, `+52` and ten digits since (Plan Técnico Fundamental de Numeración 2018).
 * - Argentina: `+54 9` and ten digits from abroad, `+54` and ten digits within (ENACOM, Resolución 46/1997).
 * - Brazil: a 9 before the eight digits of a mobile number, which began with 6 to 9 (Anatel, Resolução 553/2010).
 */
export function numberForms(channel: Channel, number: string): readonly string[] {
  if (!NUMBERED.has(channel)) return [number];
  const dialled = asDialledWithin(number);
  if (dialled !== null) return [number, ...numberForms(channel, dialled)];
  for (const [form, other] of FORMS) {
    if (form.test(number)) return [number, number.replace(form, other)];
  }
  return [number];
}

/** The one of its forms by which a number is compared: as it is dialled from abroad today. */
export function comparedNumber(number: string): string {
  for (const [form, other] of FORMER) {
    if (form.test(number)) return number.replace(form, other);
  }
  return asDialledWithin(number) ?? number;
}

/** Whatever is the same address: a number is one number in each of its forms, whether it is called or written to. */
export function everywhereWritten(channel: Channel, normalized: string): { channel: Channel; address: string }[] {
  const channels = NUMBERED.has(channel) ? [...NUMBERED] : [channel];
  return numberForms(channel, normalized).flatMap((address) => channels.map((one) => ({ channel: one, address })));
}

/** A mobile phone of Argentina as it is called from another town, after the code of the country: its area, a 15 and the rest. */
function asDialledWithin(number: string): string | null {
  if (!/^\+54[1-8]\d{11}$/.test(number)) return null;
  const read = parsePhoneNumberFromString(number)?.number ?? '';
  return MOBILE_OF_ARGENTINA.test(read) ? read : null;
}

const MOBILE_OF_ARGENTINA = /^\+549([1-8]\d{9})$/;

/** What is made of a form to compare it. */
const FORMER: readonly (readonly [RegExp, string])[] = [
  [/^\+521([2-9]\d{9})$/, '+52$1'],
  [/^\+54([1-8]\d{9})$/, '+549$1'],
  [/^\+55([1-9]\d)([6-9]\d{7})$/, '+55$19$2'],
];

const FORMS: readonly (readonly [RegExp, string])[] = [
  ...FORMER,
  [/^\+52([2-9]\d{9})$/, '+521$1'],
  [MOBILE_OF_ARGENTINA, '+54$1'],
  [/^\+55([1-9]\d)9([6-9]\d{7})$/, '+55$1$2'],
];
