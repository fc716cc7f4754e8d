import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalHash, type Json } from './canonical-hash.js';

describe('the canonical hash', () => {
  it('is that of another implementation of RFC 8785, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalize(value);
        expect(canonicalHash(value as Json)).toEqual(
          createHash('sha256')
            .update(text ?? '')
            .digest(),
        );
      }),
    );
  });

  it('orders names that look like numbers by their text', () => {
    const text = '{"1":0,"10":0,"9":0,"a":0}';
    expect(canonicalHash({ 9: 0, 10: 0, a: 0, 1: 0 })).toEqual(createHash('sha256').update(text).digest());
  });
});
