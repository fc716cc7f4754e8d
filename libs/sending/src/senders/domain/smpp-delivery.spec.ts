import { describe, expect, it } from '@jest/globals';
import { answeredIds, type DeliverFields, readDelivery, wordsOf } from './smpp-delivery.js';

const deliver = (fields: Partial<DeliverFields>) =>
  readDelivery({ esmClass: 4, sourceTon: 1, source: '4915123456789', destination: '49301', text: '', header: [], segment: null, receiptedId: null, messageState: null, textId: null, ...fields }); // prettier-ignore
const TEXT = 'id:abc-1 sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:Hello';

describe('what a center delivers', () => {
  it.each<[string, Partial<DeliverFields>, unknown]>([
    ['a receipt in words', { text: TEXT }, { kind: 'receipt', ref: 'abc-1', state: 'DELIVRD', afterMs: 60_000 }],
    [
      'a receipt in parameters',
      { receiptedId: 'x', messageState: 5 },
      { kind: 'receipt', ref: 'x', state: 'UNDELIV', afterMs: null },
    ],
    [
      'parameters before words',
      { text: TEXT, receiptedId: 'x', messageState: 3 },
      { kind: 'receipt', ref: 'x', state: 'EXPIRED', afterMs: 60_000 },
    ],
    [
      'a state that is none',
      { text: TEXT, messageState: 99 },
      { kind: 'receipt', ref: 'abc-1', state: 'DELIVRD', afterMs: 60_000 },
    ],
    [
      'words in another case',
      { text: 'ID:7 STAT:undeliv' },
      { kind: 'receipt', ref: '7', state: 'UNDELIV', afterMs: null },
    ],
    ['a receipt that names nothing', { text: 'stat:DELIVRD' }, null],
    ['a receipt that says nothing', { text: 'id:7' }, null],
    ['what a person wrote', { esmClass: 0, text: 'STOP' }, { kind: 'text', from: '+4915123456789', text: 'STOP' }],
    ['what the center has a name for', { esmClass: 0, text: 'STOP', textId: 'mo-1' }, { kind: 'text', from: '+4915123456789', text: 'STOP', id: 'smpp text mo-1' }], // prettier-ignore
    ['a person who writes what looks like a receipt', { esmClass: 0x40, text: TEXT }, { kind: 'text', from: '+4915123456789', text: TEXT }], // prettier-ignore
    [
      'a short code',
      { esmClass: 0, sourceTon: 3, source: '72345', text: 'x' },
      { kind: 'text', from: '72345', text: 'x' },
    ],
    ...Object.entries<Partial<DeliverFields>>({
      '8 7': { header: [Uint8Array.of(0x24, 1, 3), Uint8Array.of(0, 3, 7, 3, 2)] },
      '16 1 7': { header: [Uint8Array.of(8, 4, 1, 7, 3, 2)] },
      'sar 300': { segment: [300, 3, 2] },
    }).map(([reference, said]): [string, Partial<DeliverFields>, unknown] => [
      `a part of a long text, ${reference}`,
      { esmClass: 0x40, text: 'ST', ...said },
      { kind: 'text', from: '+4915123456789', text: 'ST', part: { to: '49301', reference, total: 3, number: 2 } },
    ]),
    ...[
      [Uint8Array.of(0, 3, 7, 1, 1)],
      [Uint8Array.of(0, 3, 7, 2, 3)],
      [Uint8Array.of(0, 3, 7, 2, 0)],
      [Uint8Array.of(0, 3, 7)],
      [Uint8Array.of()],
      [Uint8Array.of(5, 4, 1, 2, 3, 4)],
    ].map((header): [string, Partial<DeliverFields>, unknown] => [
      `a text that says of itself what cannot be, ${header.map((one) => [...one].join(' ')).join()}`,
      { esmClass: 0x40, text: 'STOP', header },
      { kind: 'text', from: '+4915123456789', text: 'STOP' },
    ]),
    ['an acknowledgement of a handset', { esmClass: 0x08, text: TEXT }, null],
  ])('%s', (_name, fields, expected) => expect(deliver(fields)).toEqual(expected));

  it.each([
    ['with seconds', 'submit date:261121120000 done date:261121120042', 42_000],
    ['over midnight', 'submit date:2612312350 done date:2701010010', 20 * 60_000],
    ['at once', 'submit date:2611211200 done date:2611211200', 0],
    ['before it was taken', 'submit date:2611211201 done date:2611211200', null],
    ['after a month', 'submit date:2611211201 done date:2701211201', null],
    ['on no day', 'submit date:2611211200 done date:2613451200', null],
    ['at an end that is not said', 'done date:2611211200', null],
  ])('how long it took: %s', (_name, dates, after) => {
    expect(deliver({ text: `id:1 ${dates} stat:DELIVRD` })).toMatchObject({ afterMs: after });
  });

  it.each([
    ['decimal for hexadecimal', '305419896', null, ['305419896', '12345678']],
    ['with letters', '2882400018', null, ['2882400018', 'abcdef12', 'ABCDEF12']],
    ['short, with zeros', '255', null, ['255', 'ff', 'FF', '000000ff', '000000FF', '597', '0000000597']],
    ['hexadecimal for decimal', 'FF', null, ['FF', '255', '0000000255']],
    ['what is no number', 'a-1', null, ['a-1']],
    ['as it was answered', '255', 'as_answered', ['255']],
    ['known to be decimal', '255', 'decimal', ['ff', 'FF', '000000ff', '000000FF']],
    ['known to be hexadecimal', '10', 'hexadecimal', ['16', '0000000016']],
  ] as const)('its ids: %s', (_name, ref, notation, ids) => {
    const all = answeredIds(ref, notation);
    expect(all.slice(0, 1)).toEqual(ids.slice(0, 1));
    expect(all).toEqual(expect.arrayContaining([...ids]));
  });

  it.each<[string, unknown, string]>([
    ['a text', 'STOP', 'STOP'],
    ['bytes of ASCII', Buffer.from('STOP'), 'STOP'],
    ['bytes of UTF-8', Buffer.from('Grüße'), 'Grüße'],
    ['bytes of Latin-1', Buffer.from('Grüße', 'latin1'), 'Grüße'],
    ['bytes that are no text', Buffer.from([0x01, 0x06, 0x02, 0x53]), ''],
    ['nothing', undefined, ''],
  ])('its words, given %s', (_name, message, words) => expect(wordsOf(message)).toBe(words));
});
