import { describe, expect, it } from '@jest/globals';
import { type DeliverFields, readDelivery } from './smpp-delivery.js';

const deliver = (fields: Partial<DeliverFields>) =>
  readDelivery({ esmClass: 4, sourceTon: 1, source: '4915123456789', text: '', receiptedId: null, messageState: null, ...fields }); // prettier-ignore
const TEXT = 'id:abc-1 sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:Hello';

describe('what a center delivers', () => {
  it.each<[string, Partial<DeliverFields>, unknown]>([
    ['a receipt in words', { text: TEXT }, { kind: 'receipt', ref: 'abc-1', state: 'DELIVRD' }],
    ['a receipt in parameters', { receiptedId: 'x', messageState: 5 }, { kind: 'receipt', ref: 'x', state: 'UNDELIV' }],
    [
      'parameters before words',
      { text: TEXT, receiptedId: 'x', messageState: 3 },
      { kind: 'receipt', ref: 'x', state: 'EXPIRED' },
    ],
    ['a state that is none', { text: TEXT, messageState: 99 }, { kind: 'receipt', ref: 'abc-1', state: 'DELIVRD' }],
    ['words in another case', { text: 'ID:7 STAT:undeliv' }, { kind: 'receipt', ref: '7', state: 'UNDELIV' }],
    ['a receipt that names nothing', { text: 'stat:DELIVRD' }, null],
    ['a receipt that says nothing', { text: 'id:7' }, null],
    ['what a person wrote', { esmClass: 0, text: 'STOP' }, { kind: 'text', from: '+4915123456789', text: 'STOP' }],
    ['a person who writes what looks like a receipt', { esmClass: 0x40, text: TEXT }, { kind: 'text', from: '+4915123456789', text: TEXT }], // prettier-ignore
    [
      'a short code',
      { esmClass: 0, sourceTon: 3, source: '72345', text: 'x' },
      { kind: 'text', from: '72345', text: 'x' },
    ],
    ['an acknowledgement of a handset', { esmClass: 0x08, text: TEXT }, null],
  ])('%s', (_name, fields, expected) => expect(deliver(fields)).toEqual(expected));
});
