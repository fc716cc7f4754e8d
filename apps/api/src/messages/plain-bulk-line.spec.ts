import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../test/support/runs.js';
import { BulkLine, plainBulkLine } from './message-request.schema.js';

const LEAST = { idempotencyKey: 'order-4711', to: 'c-1', template: 'Welcome', topic: 'newsletter' };
const MOST = {
  ...LEAST,
  templateVersion: 3,
  purpose: 'commercial',
  campaign: 'Spring-2027',
  step: 'first',
  variant: 'b',
  language: 'de',
  variables: { name: 'Ada', list: [1, null, { x: true }] },
  sendAt: '2027-03-01T10:00:00+01:00',
  expiresAt: '2027-03-02T10:00:00Z',
  policy: 'default',
  priority: 9,
  override: { reason: 'a recall' },
};
const ODD = ['', 'x', 'X y', 'a\u0000', 'x'.repeat(300), null, -1, 10, 1.5, true, [], {}, [null], { x: 1 }, '2027-02-30T10:00:00Z', '2026-01-01T00:00:00Z', 'ä ö']; // prettier-ignore

describe('a plain line of a bulk', () => {
  it('is read as the schema reads it, also where every member is there', () => {
    for (const line of [LEAST, MOST]) expect(plainBulkLine(structuredClone(line))).toEqual(BulkLine.parse(line));
  });

  it('with an override for no reason is none', () => {
    for (const reason of [' ', '\u200b']) expect(plainBulkLine({ ...MOST, override: { reason } })).toBeNull();
  });

  it('is one that the schema takes, and reads the same', () => {
    const seen = { plain: 0, refused: 0 };
    const change = fc.tuple(fc.constantFrom(...Object.keys(MOST), 'surplus'), fc.constantFrom(...ODD, undefined));
    fc.assert(
      fc.property(fc.constantFrom(LEAST, MOST), fc.array(change, { maxLength: 3 }), (line, changes) => {
        const text = JSON.stringify({ ...line, ...Object.fromEntries(changes) });
        const plain = plainBulkLine(JSON.parse(text));
        const asked = BulkLine.safeParse(JSON.parse(text));
        if (!asked.success) seen.refused++;
        if (plain === null) return;
        seen.plain++;
        expect({ text, data: plain }).toEqual({ text, data: asked.data });
      }),
      { numRuns: runs(2000) },
    );
    expect(Math.min(seen.plain, seen.refused)).toBeGreaterThan(0);
  });
});
