import { describe, expect, it } from '@jest/globals';
import { readHeader, toRow } from './csv-columns.js';

const KNOWN = ['externalId', 'channel', 'address', 'topics', 'notice', 'occurredAt'];

describe('the header of an import', () => {
  it.each([
    ['a column that is not known', ['externalId', 'colour'], ['the column "colour" is not known']],
    [
      'another spelling',
      ['externalId', 'occurred_at'],
      ['the column "occurred_at" is not known; did you mean occurredAt'],
    ],
    ['a slip', ['externalId', 'adress'], ['the column "adress" is not known; did you mean address']],
    ['no externalId', ['channel'], ['there is no column externalId']],
    ['a column twice', ['externalId', 'channel', 'channel'], ['the column "channel" stands twice']],
    ['a prototype', ['externalId', 'attributes.__proto__'], ['the column "attributes.__proto__" is not known']],
    [
      'data instead of a header, without showing it',
      ['crm-1', 'ada@example.org'],
      ['the column "crm-1" is not known', 'the column "…" is not known', 'there is no column externalId'],
    ],
  ])('is refused with %s', (_what, header, problems) => {
    expect(readHeader(header, KNOWN)).toEqual({ ok: false, problems });
  });

  it('says where each field of a row goes', () => {
    const check = readHeader(
      ['externalId', 'attributes.first', 'attributes.last', 'topics', 'notice', 'evidence.ip', 'evidence.written'],
      KNOWN,
    );
    if (!check.ok) throw new Error(check.problems.join());
    expect(toRow(check.columns, ['c1', 'Ada', ' ', 'news| events', 'terms/2/de', '192.0.2.1', 'TRUE'])).toEqual({
      externalId: 'c1',
      attributes: { first: 'Ada' },
      topics: ['news', 'events'],
      notice: { key: 'terms', version: '2', language: 'de' },
      evidence: { ip: '192.0.2.1', written: true },
    });
    expect(toRow(check.columns, ['c1', 'Ada'])).toBeNull();
  });
});
