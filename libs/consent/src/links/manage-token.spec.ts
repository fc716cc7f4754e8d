import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { makeManageToken, readManageToken } from './manage-token.js';
import { makeOptOutToken, readOptOutToken } from './opt-out-token.js';
import { readPageLink } from './page-link.js';

const KEY = Buffer.alloc(32, 7);
const NOW = Date.parse('2026-11-25T12:00:00Z');
const POINT = '01938f5e-7c1a-7abc-8def-000000000001' as ContactPointId;
const MESSAGE = '01938f5e-7c1a-7abc-8def-000000000003' as MessageId;
const LINK = { contactPointId: POINT, messageId: MESSAGE, expiresAt: NOW + 1 };

describe('a manage token', () => {
  it('says again what it was made of until it expires, under the same key alone', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.option(fc.uuid()),
        fc.integer({ min: NOW - 1e9, max: NOW + 1e12 }),
        (point, message, expiresAt) => {
          const link = { contactPointId: point as ContactPointId, messageId: message as MessageId | null, expiresAt };
          const token = makeManageToken(KEY, link);
          expect(token).toMatch(/^[A-Za-z0-9_-]{88}$/);
          expect(readManageToken(KEY, token, NOW)).toEqual(expiresAt > NOW ? link : null);
          expect(readManageToken(Buffer.alloc(32, 8), token, NOW)).toBeNull();
        },
      ),
    );
  });

  it('is over at the very instant', () => {
    const token = makeManageToken(KEY, LINK);
    expect(readManageToken(KEY, token, NOW)).toEqual(LINK);
    expect(readManageToken(KEY, token, NOW + 1)).toBeNull();
  });

  it('of the same instant is another one each time', () => {
    expect(makeManageToken(KEY, LINK)).not.toBe(makeManageToken(KEY, LINK));
  });

  it('is nothing with any single bit changed, its kind and its expiry included', () => {
    const bytes = Buffer.from(makeManageToken(KEY, LINK), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readPageLink(KEY, changed.toString('base64url'), NOW)).toBeNull();
    }
  });

  it('is no opt-out token, and an opt-out token is none', () => {
    const optOut = makeOptOutToken(KEY, { contactPointId: POINT, scopeId: MESSAGE, messageId: MESSAGE });
    expect(readOptOutToken(KEY, makeManageToken(KEY, LINK))).toBeNull();
    expect(readManageToken(KEY, optOut, NOW)).toBeNull();
    expect(readPageLink(KEY, optOut, NOW)?.access).toBe('reduce');
    expect(readPageLink(KEY, makeManageToken(KEY, LINK), NOW)?.access).toBe('manage');
  });
});
