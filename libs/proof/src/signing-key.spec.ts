import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Malformed } from './malformed.js';
import { parseSigningKey, signingKey, writeSigningKey } from './signing-key.js';
import { checkSignatures, signNote } from './signed-note.js';
import { COSIGNATURE_V1, ED25519, writeVerifierKey } from './verifier-key.js';

/** The pair in the documentation of Go's sumdb/note. */
const GO_SIGNER = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const GO_VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

describe('a signing key', () => {
  it('is written and read as Go does', () => {
    const read = parseSigningKey(GO_SIGNER);
    expect(writeVerifierKey(read.key)).toBe(GO_VERIFIER);
    expect(writeSigningKey(read)).toBe(GO_SIGNER);
  });

  it('makes signatures that its verifier key finds right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const made = parseSigningKey(writeSigningKey(signingKey('log.example', ED25519, seed)));
        const signature = signNote('text\n', made.key, made.privateKey);
        const checked = checkSignatures({ text: 'text\n', signatures: [signature] }, [made.key]);
        expect([checked.verified.length, checked.wrong.length]).toEqual([1, 0]);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a verifier key', GO_VERIFIER],
    ['a line feed at the end', `${GO_SIGNER}\n`],
    ['another id', GO_SIGNER.replace('c74f20a3', 'c74f20a4')],
    ['another name', GO_SIGNER.replace('PeterNeumann', 'PeterNewman')],
    ['no name', GO_SIGNER.replace('PeterNeumann', '')],
    ['a shorter key', GO_SIGNER.slice(0, -4)],
    ['another type', writeSigningKey(signingKey('w', COSIGNATURE_V1, Buffer.alloc(32, 7))).replace('+BA', '+Bg')],
  ])('is not %s', (_name, text) => {
    expect(() => parseSigningKey(text)).toThrow(Malformed);
  });

  it('answers every text with a key or with Malformed, and never shows it', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(GO_SIGNER.length), (noise, at) => {
        const text = GO_SIGNER.slice(0, at) + noise + GO_SIGNER.slice(at);
        try {
          expect(writeSigningKey(parseSigningKey(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
          expect(String(error)).not.toContain(GO_SIGNER.slice(-20));
        }
      }),
    );
  });
});
