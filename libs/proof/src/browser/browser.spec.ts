import { describe, expect, it } from '@jest/globals';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { ANY_CHARACTER } from '../../../../test/support/any-character.js';
import { runs } from '../../../../test/support/runs.js';
import { verifyEd25519 } from './ed25519.js';
import { PortableBuffer } from './portable-buffer.js';
import { sha256, sha512 } from './sha2.js';

const bytes = (max = 300) => fc.uint8Array({ maxLength: max });

describe('what stands in for node:crypto and Buffer in a browser', () => {
  it('hashes as Node does, at every length around a block', () => {
    for (let length = 0; length < 300; length++) {
      const message = Uint8Array.from({ length }, (_, i) => i * 7);
      expect(Buffer.from(sha256(message)).toString('hex')).toBe(createHash('sha256').update(message).digest('hex'));
      if (length % 7 > 0) continue;
      expect(Buffer.from(sha512(message)).toString('hex')).toBe(createHash('sha512').update(message).digest('hex'));
    }
  });

  it('verifies the signature of RFC 8032, section 7.1, test 3', () => {
    const key = Buffer.from('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'hex');
    const signature = Buffer.from(
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
      'hex',
    );
    expect(verifyEd25519(Buffer.from('af82', 'hex'), signature, key)).toBe(true);
    expect(verifyEd25519(Buffer.from('af83', 'hex'), signature, key)).toBe(false);
  });

  it('takes what Node has signed, and nothing of which a bit was changed', () => {
    for (let i = 0; i < 8; i++) {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
      const message = Buffer.from(`message ${i}`);
      const signature = sign(null, message, privateKey);
      expect(verifyEd25519(message, signature, raw)).toBe(true);
      const changed = Buffer.from(signature);
      changed[i * 8] = (changed[i * 8] ?? 0) ^ 1;
      expect(verifyEd25519(message, changed, raw)).toBe(false);
      expect(verifyEd25519(Buffer.from(`message ${i + 1}`), signature, raw)).toBe(false);
    }
  });

  it('takes no second form of a signature, and no point that is none', () => {
    const privateKey = createPrivateKey({
      key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 1)]),
      format: 'der',
      type: 'pkcs8',
    });
    const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
    const message = Buffer.from('x');
    const signature = sign(null, message, privateKey);
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    let s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + L;
    const larger = Buffer.from(signature);
    for (let i = 32; i < 64; i++, s >>= 8n) larger[i] = Number(s & 0xffn);
    expect(verifyEd25519(message, signature, raw)).toBe(true);
    expect(verifyEd25519(message, larger, raw)).toBe(false);
    expect(verifyEd25519(message, signature, Buffer.alloc(32, 0xff))).toBe(false);
  });

  it('looks at a part of other memory as Buffer does', () => {
    const memory = Uint8Array.from({ length: 20 }, (_, i) => i).buffer;
    for (const [start, length] of [
      [0, 20],
      [3, 5],
      [20, 0],
    ] as const) {
      const ours = PortableBuffer.from(memory, start, length);
      expect([...ours]).toEqual([...Buffer.from(memory, start, length)]);
      expect(ours.buffer).toBe(memory);
    }
    expect([...PortableBuffer.from(memory)]).toEqual([...Buffer.from(memory)]);
  });

  it('writes and reads text and numbers as Buffer does', () => {
    fc.assert(
      fc.property(bytes(), (input) => {
        const [ours, theirs] = [PortableBuffer.from(input), Buffer.from(input)];
        for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
          expect(ours.toString(encoding)).toBe(theirs.toString(encoding));
          expect([...PortableBuffer.from(theirs.toString(encoding), encoding)]).toEqual([
            ...Buffer.from(theirs.toString(encoding), encoding),
          ]);
        }
      }),
      { numRuns: runs(100) },
    );
    fc.assert(
      fc.property(fc.string({ unit: ANY_CHARACTER }), (text) => {
        for (const encoding of ['utf8', 'base64', 'base64url'] as const) {
          if (encoding !== 'utf8' && !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) continue;
          expect([...PortableBuffer.from(text, encoding)]).toEqual([...Buffer.from(text, encoding)]);
        }
        expect(PortableBuffer.byteLength(text)).toBe(Buffer.byteLength(text));
      }),
      { numRuns: runs(100) },
    );
    const digits = fc.string({ unit: fc.constantFrom(...'0189abcdefABCDEF', 'g', ' ', '\n', 'é', '０') });
    fc.assert(
      fc.property(digits, (text) => {
        expect([...PortableBuffer.from(text, 'hex')]).toEqual([...Buffer.from(text, 'hex')]);
      }),
      { numRuns: runs(300) },
    );
    const [ours, theirs] = [PortableBuffer.alloc(32), Buffer.alloc(32)];
    for (const buffer of [ours, theirs]) {
      buffer.writeUInt16BE(0x1234, 0);
      buffer.writeUInt16LE(0x1234, 2);
      buffer.writeUInt32BE(0xfedcba98, 4);
      buffer.writeUInt32LE(0xfedcba98, 8);
      buffer.writeBigUInt64BE(2n ** 60n + 5n, 12);
      buffer.writeUIntBE(2 ** 47 + 3, 22, 6);
    }
    expect([...ours]).toEqual([...theirs]);
    expect([ours.readUInt16BE(2), ours.readUInt32LE(4), ours.readBigUInt64BE(12), ours.readUInt16LE(0)]).toEqual([
      ...[theirs.readUInt16BE(2), theirs.readUInt32LE(4), theirs.readBigUInt64BE(12), theirs.readUInt16LE(0)],
    ]);
    fc.assert(
      fc.property(bytes(8), bytes(8), (a, b) => {
        expect(PortableBuffer.compare(a, b)).toBe(Buffer.compare(a, b));
        expect(PortableBuffer.from(a).equals(b)).toBe(Buffer.from(a).equals(b));
        expect([...PortableBuffer.concat([a, b])]).toEqual([...Buffer.concat([a, b])]);
      }),
    );
  });
});
