import { describe, expect, it } from '@jest/globals';
import { readSession, SESSION_MS, writeSession } from './session.js';

const KEY = Buffer.alloc(32, 7);
const SESSION = { keyId: '019aa4d6-0c00-7000-8000-000000000000', expiresAt: 1_800_000_000_000 };
const NOW = SESSION.expiresAt - SESSION_MS;

describe('a session', () => {
  const value = writeSession(KEY, SESSION);

  it('is read as it was written, until it ends', () => {
    expect(readSession(KEY, value, NOW)).toEqual(SESSION);
    expect(readSession(KEY, value, SESSION.expiresAt - 1)).toEqual(SESSION);
    expect(readSession(KEY, value, SESSION.expiresAt)).toBeNull();
  });

  it('is nothing when one character of it is another', () => {
    for (let i = 0; i < value.length; i++) {
      const other = value[i] === '0' ? '1' : '0';
      expect([i, readSession(KEY, value.slice(0, i) + other + value.slice(i + 1), NOW)]).toEqual([i, null]);
    }
  });

  it.each(['', 'v1', value.slice(0, -1), `${value}0`, `${value}\n`, value.replace('v1', 'v2')])(
    'is nothing when it is written as %j',
    (other) => expect(readSession(KEY, other, NOW)).toBeNull(),
  );

  it('is nothing under another key', () => {
    expect(readSession(Buffer.alloc(32, 8), value, NOW)).toBeNull();
  });
});
