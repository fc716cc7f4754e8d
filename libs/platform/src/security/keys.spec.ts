import { describe, expect, it } from '@jest/globals';
import { hashApiKey, isSameSecret, newApiKey, publicIdOf } from './api-key.js';
import { deriveKeys, hashAddress, seal, unseal } from './keys.js';

describe('API keys', () => {
  it('tells a mistyped key by its checksum', () => {
    const { text, publicId } = newApiKey(false);
    expect(text).toMatch(/^cg_live_/);
    expect(publicIdOf(text)).toBe(publicId);
    for (let i = 8; i < text.length; i++) {
      const other = text[i] === 'x' ? 'y' : 'x';
      expect(publicIdOf(text.slice(0, i) + other + text.slice(i + 1))).toBeNull();
    }
  });

  it('is known by its hash only', () => {
    const key = newApiKey(true);
    expect(key.text).toMatch(/^cg_test_/);
    expect(isSameSecret(key.text, key.secretHash)).toBe(true);
    expect(isSameSecret(newApiKey(true).text, key.secretHash)).toBe(false);
    expect(hashApiKey(key.text)).toEqual(key.secretHash);
  });
});

describe('derived keys', () => {
  const ring = deriveKeys(Buffer.alloc(32, 7));

  it('are the same for the same master key and different for each use', () => {
    expect(deriveKeys(Buffer.alloc(32, 7))).toEqual(ring);
    expect(new Set(Object.values(ring).map((key) => key.toString('hex'))).size).toBe(Object.keys(ring).length);
  });

  it('open what they sealed, in its context and unchanged', () => {
    const sealed = seal(ring.secrets, Buffer.from('hunter2'), 'provider 1');
    expect(unseal(ring.secrets, sealed, 'provider 1').toString()).toBe('hunter2');
    expect(() => unseal(ring.secrets, sealed, 'provider 2')).toThrow();
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(15) ^ 1, 15);
    expect(() => unseal(ring.secrets, changed, 'provider 1')).toThrow();
  });

  it('hash an address for one brand and channel', () => {
    const hash = (brand: string, channel: string): string =>
      hashAddress(ring.addresses, brand, channel, 'ada@example.org').toString('hex');
    expect(new Set([hash('a', 'email'), hash('b', 'email'), hash('a', 'teams')]).size).toBe(3);
  });
});
