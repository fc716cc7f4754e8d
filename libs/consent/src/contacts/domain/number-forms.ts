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
  for (const [form, other] of FORMS) {
    if (form.test(number)) return [number, number.replace(form, other)];
  }
  return [number];
}

/** Whatever is the same address: a number is one number in each of its forms, whether it is called or written to. */
export function everywhereWritten(channel: Channel, normalized: string): { channel: Channel; address: string }[] {
  const channels = NUMBERED.has(channel) ? [...NUMBERED] : [channel];
  return numberForms(channel, normalized).flatMap((address) => channels.map((one) => ({ channel: one, address })));
}

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^\+521([2-9]\d{9})$/, '+52$1'],
  [/^\+52([2-9]\d{9})$/, '+521$1'],
  [/^\+549([1-8]\d{9})$/, '+54$1'],
  [/^\+54([1-8]\d{9})$/, '+549$1'],
  [/^\+55([1-9]\d)9([6-9]\d{7})$/, '+55$1$2'],
  [/^\+55([1-9]\d)([6-9]\d{7})$/, '+55$19$2'],
];
