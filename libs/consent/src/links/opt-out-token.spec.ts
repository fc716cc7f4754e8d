import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { makeOptOutToken, readOptOutToken, type OptOutLink } from './opt-out-token.js';

const KEY = Buffer.alloc(32, 7);
const LINK: OptOutLink = {
  contactPointId: '01938f5e-7c1a-7abc-8def-000000000001' as ContactPointId,
  scopeId: '01938f5e-7c1a-7abc-8def-000000000002',
  messageId: '01938f5e-7c1a-7abc-8def-000000000003' as MessageId,
};
const TOKEN = makeOptOutToken(KEY, LINK);

const links = fc.tuple(fc.uuid(), fc.uuid(), fc.uuid()).map(([point, scopeId, message]): OptOutLink => ({
  contactPointId: point as ContactPointId,
  scopeId,
  messageId: message as MessageId,
}));
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

const spelledRight = fc
  .uint8Array({ minLength: 66, maxLength: 66 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));

/** A token over these bytes with a code that is right for them. */
const sealed = (bytes: Buffer): string =>
  Buffer.concat([bytes, createHmac('sha256', KEY).update(bytes).digest().subarray(0, 16)]).toString('base64url');

describe('an opt-out token', () => {
  it('says again what it was made of, under the same key alone', () => {
    fc.assert(
      fc.property(links, keys, keys, (link, key, otherKey) => {
        const token = makeOptOutToken(key, link);
        expect(token).toMatch(/^[A-Za-z0-9_-]{88}$/);
        expect(readOptOutToken(key, token)).toEqual(link);
        if (!key.equals(otherKey)) expect(readOptOutToken(otherKey, token)).toBeNull();
      }),
    );
  });

  it('stays the same for ever: this one, computed with Python, is in mails that were sent', () => {
    expect(TOKEN).toBe('AQEBk49efBp6vI3vAAAAAAABAZOPXnwaeryN7wAAAAAAAgGTj158Gnq8je8AAAAAAAMPvdwmvhUpXvZMYPiL7u7H');
  });

  it('is nothing with any single bit changed', () => {
    const bytes = Buffer.from(TOKEN, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readOptOutToken(KEY, changed.toString('base64url'))).toBeNull();
    }
  });

  it('is nothing when cut short, made longer or spelled otherwise', () => {
    for (let length = 0; length < TOKEN.length; length++)
      expect(readOptOutToken(KEY, TOKEN.slice(0, length))).toBeNull();
    const spellings = [
      `${TOKEN}A`,
      `${TOKEN}=`,
      ` ${TOKEN}`,
      `${TOKEN}\n`,
      TOKEN.replace(/.$/, '+'),
      TOKEN.toUpperCase(),
      `${TOKEN}${TOKEN}`,
    ];
    for (const other of spellings) expect(readOptOutToken(KEY, other)).toBeNull();
  });

  it('of another kind or version is nothing, even with a code that is right', () => {
    const link = Buffer.from(TOKEN, 'base64url').subarray(0, 50);
    expect(readOptOutToken(KEY, sealed(link))).toEqual(LINK);
    for (let value = 0; value < 256; value++) {
      for (const place of [0, 1]) {
        if (link[place] === value) continue;
        const other = Buffer.from(link);
        other[place] = value;
        expect(readOptOutToken(KEY, sealed(other))).toBeNull();
      }
    }
  });

  it('cannot be had from text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), spelledRight), (text) => {
        expect(readOptOutToken(KEY, text)).toBeNull();
      }),
    );
  });

  it('is not made of anything but UUIDs', () => {
    expect(() => makeOptOutToken(KEY, { ...LINK, scopeId: 'newsletter' })).toThrow(RangeError);
  });
});
