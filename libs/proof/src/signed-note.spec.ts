import { describe, expect, it } from '@jest/globals';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { parseSignedCheckpoint } from './checkpoint.js';
import { cosign, cosignedMessage } from './cosignature.js';
import { Malformed } from './malformed.js';
import { parseSignatureLine } from './note-signature.js';
import { checkSignatures, MAX_SIGNATURES, parseNote, signNote, writeNote } from './signed-note.js';
import {
  COSIGNATURE_V1,
  ED25519,
  isSignedBy,
  parseVerifierKey,
  verifierKey,
  writeVerifierKey,
} from './verifier-key.js';

// The example of the package sumdb/note of Go's x/mod: text, key, signature, and the seed in its signer key.
const NEUMANN = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const NEUMANN_SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NEUMANN_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ROOT_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const NOTE = `${TEXT}\n${NEUMANN_LINE}`;

const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });
const publicKeyOf = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);

describe('a verifier key', () => {
  // C2SP signed-note; sumdb/note of Go's x/mod; transparency-dev/formats, note_cosigv1_test.go.
  it.each([
    ['example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k', ED25519],
    [NEUMANN, ED25519],
    ['remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2', COSIGNATURE_V1],
  ])('%s is read and written', (text, type) => {
    const key = parseVerifierKey(text);
    expect(key.type).toBe(type);
    expect(writeVerifierKey(key)).toBe(text);
    expect(verifierKey(key.name, key.type, key.publicKey)).toEqual(key);
  });

  // The manglings of note_test.go, TestNewVerifier.
  it('is none of its parts, nor itself with a byte changed', () => {
    const isKey = (text: string): boolean => {
      try {
        return parseVerifierKey(text).name !== '';
      } catch (error) {
        if (error instanceof Malformed) return false;
        throw error;
      }
    };
    const taken: string[] = [];
    for (let i = 0; i < NEUMANN.length; i++) {
      for (let j = i; j <= NEUMANN.length; j++) taken.push(...[NEUMANN.slice(i, j)].filter(isKey));
      const next = String.fromCharCode(NEUMANN.charCodeAt(i) + 1);
      taken.push(...[NEUMANN.slice(0, i) + next + NEUMANN.slice(i + 1)].filter(isKey));
    }
    expect(taken).toEqual([NEUMANN]);
  });

  it.each([
    ['a key too long, its id right', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['a type that nobody knows, its id right', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['an id in capitals', 'PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['no name', '+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['a line feed', `${NEUMANN}\n`],
  ])('has not %s', (_name, text) => {
    expect(() => parseVerifierKey(text)).toThrow(Malformed);
  });

  it.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\u2003b', 'a\u0085b', 'a\u3000b', 'a\nb', 'a\u0001b', '\ud800'])(
    'has not the name %j',
    (name) => {
      expect(() => verifierKey(name, ED25519, Buffer.alloc(32))).toThrow(RangeError);
    },
  );
});

describe('a signed note', () => {
  it('is the one of sumdb/note, and so is what we sign', () => {
    const key = parseVerifierKey(NEUMANN);
    expect(checkSignatures(parseNote(NOTE), [key])).toEqual({ verified: [{ key, time: null }], wrong: [] });
    const signature = signNote(TEXT, key, privateKeyOf(NEUMANN_SEED));
    expect(writeNote({ text: TEXT, signatures: [signature] })).toBe(NOTE);
  });

  it('is the one of C2SP signed-note', () => {
    const key = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
    const note = parseNote(
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
    );
    expect(checkSignatures(note, [key]).verified).toHaveLength(1);
  });

  it('with two signatures is read in full, and what nobody knows is passed over', () => {
    const note = parseNote(`${NOTE}${ROOT_LINE}`);
    expect(note.signatures.map(({ name }) => name)).toEqual(['PeterNeumann', 'EnochRoot']);
    expect(writeNote(note)).toBe(`${NOTE}${ROOT_LINE}`);
    expect(checkSignatures(note, [parseVerifierKey(NEUMANN)])).toMatchObject({ verified: [{}], wrong: [] });
    expect(checkSignatures(note, [])).toEqual({ verified: [], wrong: [] });
    // The name alone, or the id alone, does not make a signature known.
    const key = parseVerifierKey(NEUMANN);
    const others = [
      { ...key, name: 'other' },
      { ...key, id: key.id + 1 },
    ];
    expect(checkSignatures(note, others)).toEqual({ verified: [], wrong: [] });
  });

  it('whose signature by a known key is wrong says so, also beside a right one', () => {
    const key = parseVerifierKey(NEUMANN);
    const wrong = NEUMANN_LINE.replace('x08go/Z', 'x08go/a');
    expect(checkSignatures(parseNote(`${NOTE}${wrong}`), [key])).toEqual({
      verified: [{ key, time: null }],
      wrong: ['PeterNeumann+c74f20a3'],
    });
    const changed = parseNote(NOTE.replace('problem is', 'problem Is'));
    expect(checkSignatures(changed, [key])).toMatchObject({ verified: [], wrong: ['PeterNeumann+c74f20a3'] });
    const short = `${TEXT}\n— PeterNeumann ${Buffer.from('c74f20a300', 'hex').toString('base64')}\n`;
    expect(checkSignatures(parseNote(short), [key])).toMatchObject({ verified: [], wrong: ['PeterNeumann+c74f20a3'] });
  });

  it('may have empty lines in its text, and ends it at the last', () => {
    const text = 'a\n\nb\n\n\nc\n';
    expect(parseNote(`${text}\n${NEUMANN_LINE}`).text).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['no signature', `${TEXT}\n`],
    ['no empty line', `${TEXT}${NEUMANN_LINE}`],
    ['no line feed at its end', NOTE.slice(0, -1)],
    ['a carriage return', NOTE.replace('\n', '\r\n')],
    ['a control character', NOTE.replace('If', 'I\u0000f')],
    ['a lone surrogate', NOTE.replace('If', 'I\ud800f')],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['two spaces', NOTE.replace('Neumann x', 'Neumann  x')],
    ['a space at the end of a line', NOTE.replace('AM=\n', 'AM= \n')],
    ['no padding', NOTE.replace('AM=\n', 'AM\n')],
    ['stray bits in the base64', NOTE.replace('AM=\n', 'AN=\n')],
    ['base64url', NOTE.replace('go/Z', 'go_Z')],
    ['a plus in the name', NOTE.replace('— PeterN', '— Peter+N')],
    ['four bytes of signature', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['something after the signatures', `${NOTE}more\n`],
    ['too many signatures', `${TEXT}\n${NEUMANN_LINE.repeat(MAX_SIGNATURES + 1)}`],
    ['too many bytes', `${'a'.repeat(1_048_576)}\n\n${NEUMANN_LINE}`],
  ])('has not %s', (_name, note) => {
    expect(() => parseNote(note)).toThrow(Malformed);
  });

  it('is UTF-8, and a byte order mark is part of its text', () => {
    expect(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(NOTE)]))).toThrow(Malformed);
    expect(() => parseNote(Buffer.concat([Buffer.of(0xc0, 0x80), Buffer.from(NOTE)]))).toThrow(Malformed);
    expect(parseNote(Buffer.from(`\ufeff${NOTE}`)).text).toBe(`\ufeff${TEXT}`);
  });

  it('with as many signatures as are allowed is read', () => {
    expect(parseNote(`${TEXT}\n${NEUMANN_LINE.repeat(MAX_SIGNATURES)}`).signatures).toHaveLength(MAX_SIGNATURES);
  });

  it('is not written when it could not be read', () => {
    const signature = parseSignatureLine(NEUMANN_LINE.trimEnd());
    expect(() => writeNote({ text: 'no line feed', signatures: [signature] })).toThrow(Malformed);
    expect(() => writeNote({ text: TEXT, signatures: [] })).toThrow(Malformed);
    expect(() => writeNote({ text: TEXT, signatures: [{ ...signature, name: 'a b' }] })).toThrow(Malformed);
  });
});

describe('a cosignature', () => {
  const seed = Buffer.alloc(32, 9);
  const key = verifierKey('witness.example/w1', COSIGNATURE_V1, publicKeyOf(privateKeyOf(seed)));
  // C2SP tlog-cosignature, "Ed25519 signed message".
  const CHECKPOINT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

  it('signs the message of the example in C2SP tlog-cosignature', () => {
    expect(cosignedMessage(CHECKPOINT, 1679315147).toString()).toBe(
      'cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
    );
  });

  it('has in the example of the specification the time that the example names', () => {
    const { note, checkpoint } = parseSignedCheckpoint(
      `${CHECKPOINT}\n` +
        '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
        '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n',
    );
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163, extensions: [] });
    expect(note.signatures[1]?.signature.readBigUInt64BE(0)).toBe(1679315147n);
    expect(note.signatures[1]?.signature).toHaveLength(72);
  });

  it('holds with its time, and not with another time, text or length', () => {
    const line = cosign(CHECKPOINT, key, privateKeyOf(seed), 1679315147);
    const check = (text: string, signature: Buffer) =>
      checkSignatures({ text, signatures: [{ ...line, signature }] }, [key]);
    expect(check(CHECKPOINT, line.signature)).toEqual({ verified: [{ key, time: 1679315147 }], wrong: [] });
    expect(isSignedBy(key, cosignedMessage(CHECKPOINT, 1679315147), line.signature.subarray(8))).toBe(true);
    for (let at = 0; at < 72; at++) {
      const spoilt = Buffer.from(line.signature);
      spoilt[at] = (spoilt[at] ?? 0) ^ (1 << ((at * 5) % 8));
      expect(check(CHECKPOINT, spoilt).verified).toEqual([]);
    }
    expect(check(`${CHECKPOINT}extension\n`, line.signature).verified).toEqual([]);
    expect(check(CHECKPOINT, line.signature.subarray(8)).verified).toEqual([]);
    expect(check(CHECKPOINT, Buffer.concat([line.signature, Buffer.of(0)])).verified).toEqual([]);
  });

  it('is no signature of a note, nor the other way round', () => {
    const log = verifierKey(key.name, ED25519, key.publicKey);
    const line = cosign(CHECKPOINT, key, privateKeyOf(seed), 1);
    const asNote = { ...line, keyId: log.id, signature: line.signature.subarray(8) };
    expect(checkSignatures({ text: CHECKPOINT, signatures: [asNote] }, [log]).wrong).toHaveLength(1);
    expect(() => cosign(CHECKPOINT, log, privateKeyOf(seed), 1)).toThrow(RangeError);
    expect(() => signNote(CHECKPOINT, key, privateKeyOf(seed))).toThrow(RangeError);
    for (const time of [-1, 1.5, 2 ** 53])
      expect(() => cosign(CHECKPOINT, key, privateKeyOf(seed), time)).toThrow(RangeError);
  });
});
