import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { parseSignedCheckpoint, type SignedCheckpoint, writeCheckpoint } from './checkpoint.js';
import { cosign } from './cosignature.js';
import { Malformed } from './malformed.js';
import type { NoteSignature } from './note-signature.js';
import { signNote } from './signed-note.js';
import { keyPair } from './testing/keys.js';
import { judgeCheckpoint } from './trust-policy.js';
import { MAX_OF_A_KIND, parseTrustPolicy, writeTrustPolicy } from './trust-policy-text.js';
import { COSIGNATURE_V1, ED25519, writeVerifierKey } from './verifier-key.js';

const log = keyPair('log.example', ED25519, 1);
const rotated = keyPair('log.example', ED25519, 2);
const NAMES = ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'];
const witnesses = NAMES.map((name, i) => keyPair(`${name}.example`, COSIGNATURE_V1, 10 + i));
const vkey = (i: number): string => writeVerifierKey((witnesses[i] ?? log).key);
const SHORT = writeVerifierKey(log.key).split('+').slice(0, 2).join('+');
const LOG = `log ${writeVerifierKey(log.key)}\n`;

/** The example of C2SP tlog-policy with keys put in. */
const EXAMPLE = `${LOG}
witness X1 ${vkey(0)}
witness X2 ${vkey(1)}
witness X3 ${vkey(2)}
group X-witnesses 2 X1 X2 X3

witness Y1 ${vkey(3)}
witness Y2 ${vkey(4)}
witness Y3 ${vkey(5)}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

const text = writeCheckpoint({ origin: 'log.example', size: 7, root: Buffer.alloc(32, 3), extensions: [] });
const cosigned = (which: readonly number[], ...more: NoteSignature[]): SignedCheckpoint => ({
  checkpoint: parseSignedCheckpoint(`${text}\n— a AAAAAAA=\n`).checkpoint,
  note: {
    text,
    signatures: [
      signNote(text, log.key, log.privateKey),
      ...witnesses
        .filter((_, i) => which.includes(i))
        .map(({ key, privateKey }, i) => cosign(text, key, privateKey, 100 + i)),
      ...more,
    ],
  },
});

describe('a policy', () => {
  const policy = parseTrustPolicy(EXAMPLE);

  it('of the example in C2SP tlog-policy asks for two of X and one of Y, and for nothing else', () => {
    for (let set = 0; set < 64; set++) {
      const which = NAMES.map((_, i) => i).filter((i) => (set >> i) % 2 === 1);
      const enough = which.filter((i) => i < 3).length >= 2 && which.some((i) => i >= 3);
      const { log: signed, quorum, witnessed } = judgeCheckpoint(policy, cosigned(which));
      expect([signed.holds, quorum.holds]).toEqual([true, enough]);
      expect(witnessed).toEqual(which.map((i, at) => ({ witness: NAMES[i], time: 100 + at })));
    }
  });

  it('believes when a checkpoint was seen only as far as any so many as it asks for say so', () => {
    const times = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 });
    const which = fc.subarray([0, 1, 2, 3, 4, 5]);
    fc.assert(
      fc.property(times, which, (at, present) => {
        const timeOf = (i: number): number => (at[i] ?? 0) * 1_000;
        const lines = present.flatMap((i) => {
          const own = witnesses[i];
          return own === undefined ? [] : cosign(text, own.key, own.privateKey, at[i] ?? 0);
        });
        // All sets that would do: two of X and one of Y.
        const sets = present.flatMap((a) =>
          present.flatMap((b) => present.flatMap((c) => (a < b && b < 3 && c >= 3 ? [[a, b, c].map(timeOf)] : []))),
        );
        const { seen } = judgeCheckpoint(policy, cosigned([], ...lines));
        expect(seen).toEqual(
          sets.length === 0
            ? null
            : {
                first: Math.min(...sets.map((set) => Math.max(...set))),
                last: Math.max(...sets.map((set) => Math.min(...set))),
              },
        );
      }),
      { numRuns: runs(300) },
    );
    const x = (seconds: number) => cosign(text, witnesses[0]!.key, witnesses[0]!.privateKey, seconds);
    const anybody = parseTrustPolicy(`${LOG}witness X1 ${vkey(0)}\nwitness X2 ${vkey(1)}\nquorum none\n`);
    expect(judgeCheckpoint(anybody, cosigned([1], x(7))).seen).toEqual({ first: 7_000, last: 100_000 });
    expect(judgeCheckpoint(anybody, cosigned([])).seen).toBeNull();
    // Whoever is not asked says nothing.
    const second = parseTrustPolicy(`${LOG}witness X1 ${vkey(0)}\nwitness X2 ${vkey(1)}\nquorum X2\n`);
    expect(judgeCheckpoint(second, cosigned([1], x(7))).seen).toEqual({ first: 100_000, last: 100_000 });
  });

  it('counts a witness once, however often it cosigns', () => {
    const [x1] = witnesses;
    const again = x1 === undefined ? [] : [1, 2, 3].map((time) => cosign(text, x1.key, x1.privateKey, time));
    expect(judgeCheckpoint(policy, cosigned([0, 3], ...again)).quorum.holds).toBe(false);
  });

  it('is not met when a known witness or log is shown with a wrong signature, whatever the others say', () => {
    const [x1 = log] = witnesses;
    const wrong = { ...cosign(`${text}more\n`, x1.key, x1.privateKey, 1) };
    expect(judgeCheckpoint(policy, cosigned([0, 1, 3], wrong)).quorum.holds).toBe(false);
    const wrongLog = signNote(`${text}more\n`, log.key, log.privateKey);
    expect(judgeCheckpoint(policy, cosigned([0, 1, 3], wrongLog)).log.holds).toBe(false);
  });

  it('takes any of its logs whose name is the origin, and no other', () => {
    const both = parseTrustPolicy(`${LOG}log ${writeVerifierKey(rotated.key)}\nquorum none\n`);
    expect(judgeCheckpoint(both, cosigned([])).log.holds).toBe(true);
    const next = parseTrustPolicy(`log ${writeVerifierKey(rotated.key)}\nquorum none\n`);
    expect(judgeCheckpoint(next, cosigned([])).log).toEqual({ holds: false, problem: 'log.example has not signed' });
    // The same key under the name of another log signs nothing here.
    const other = keyPair('other.example', ED25519, 1);
    const elsewhere = parseTrustPolicy(`log ${writeVerifierKey(other.key)}\nquorum none\n`);
    const signed = cosigned([], signNote(text, other.key, other.privateKey));
    expect(judgeCheckpoint(elsewhere, signed).log.holds).toBe(false);
    expect(judgeCheckpoint(parseTrustPolicy('quorum none\n'), cosigned([])).log.holds).toBe(false);
  });

  it('takes a key that signs no more for what it has signed, and says so in one way', () => {
    const until = (size: number): string =>
      `${LOG}# until ${size} ${SHORT}\nlog ${writeVerifierKey(rotated.key)}\nquorum none\n`;
    // The checkpoint is of 7 entries.
    expect(judgeCheckpoint(parseTrustPolicy(until(7)), cosigned([])).log.holds).toBe(true);
    const over = parseTrustPolicy(until(6));
    expect(judgeCheckpoint(over, cosigned([])).log).toEqual({ holds: false, problem: 'log.example has not signed' });
    // Whatever it says of a later one is nobody's word, be it wrong or right.
    const later = cosigned([], signNote(text, rotated.key, rotated.privateKey));
    expect(judgeCheckpoint(over, later).log.holds).toBe(true);
    expect(over.logs.map((one) => one.until)).toEqual([6, undefined]);
    expect(writeTrustPolicy(over)).toBe(until(6));
    expect(judgeCheckpoint({ ...over, logs: over.logs.slice(0, 1) }, cosigned([])).log).toEqual({
      holds: false,
      problem: 'the policy knows no log log.example that signs 7 entries',
    });
  });

  it('asks of a checkpoint from before others joined for those who were asked then, and says so in one way', () => {
    const text = (...former: string[]): string =>
      `${LOG}${W}group both 2 a b\nquorum both\n${former.map((one) => `# quorum until ${one}\n`).join('')}`;
    // The checkpoint is of 7 entries.
    const holds = (policy: string, witnesses: number[]) =>
      judgeCheckpoint(parseTrustPolicy(policy), cosigned(witnesses)).quorum.holds;
    expect([holds(text(), [0]), holds(text('7 a'), [0]), holds(text('6 a'), [0])]).toEqual([false, true, false]);
    expect([holds(text('7 a'), [1]), holds(text('6 a'), [0, 1])]).toEqual([false, true]);
    // The first that covers it was asked for.
    expect([holds(text('9 b', '8 a'), [0]), holds(text('9 b', '8 a'), [1]), holds(text('9 b', '6 a'), [1])]).toEqual([
      ...[true, false, true],
    ]);
    expect(writeTrustPolicy(parseTrustPolicy(text('9 b', '8 a')))).toContain(
      '# quorum until 9 b\n# quorum until 8 a\n',
    );
  });

  it('of one witness, or of none, asks for that', () => {
    const one = parseTrustPolicy(`${LOG}witness w ${vkey(0)}\nquorum w\n`);
    expect(judgeCheckpoint(one, cosigned([])).quorum.holds).toBe(false);
    expect(judgeCheckpoint(one, cosigned([0])).quorum.holds).toBe(true);
    const none = parseTrustPolicy(`${LOG}quorum none\n`);
    expect(judgeCheckpoint(none, cosigned([])).quorum.holds).toBe(true);
  });

  it('may have comments, white space and URLs, and is written in one way', () => {
    const spaced = ` # who\n\n\t log\t${writeVerifierKey(log.key)}  https://log.example/\n \nwitness w#1 ${vkey(0)} u\ngroup g all w#1 \nquorum\tg\n#\n`;
    const read = parseTrustPolicy(spaced);
    expect(read.logs[0]?.url).toBe('https://log.example/');
    const written = writeTrustPolicy(read);
    expect(written).toBe(
      `log ${writeVerifierKey(log.key)} https://log.example/\nwitness w#1 ${vkey(0)} u\ngroup g 1 w#1\nquorum g\n`,
    );
    expect(parseTrustPolicy(written)).toEqual(read);
    expect(writeTrustPolicy(parseTrustPolicy(written))).toBe(written);
  });

  const W = `witness a ${vkey(0)}\nwitness b ${vkey(1)}\n`;
  it.each([
    ['no quorum', LOG],
    ['two quorums', `${LOG}quorum none\nquorum none\n`],
    ['no line feed at its end', `${LOG}quorum none`],
    ['a carriage return', `${LOG}quorum none\r\n`],
    ['a delete character', `${LOG}# \u007f\nquorum none\n`],
    ['an unknown line', `${LOG}Quorum none\n`],
    ['a quorum that is not defined', `${LOG}quorum a\n`],
    ['a quorum that is defined below', `${LOG}quorum a\n${W}`],
    ['a log key for a witness', `witness a ${writeVerifierKey(log.key)}\nquorum none\n`],
    ['a witness key for a log', `log ${vkey(0)}\nquorum none\n`],
    ['a log twice', `${LOG}${LOG}quorum none\n`],
    [
      'a key twice under two names',
      `witness a ${vkey(0)}\nwitness b ${writeVerifierKey(keyPair('b', COSIGNATURE_V1, 10).key)}\nquorum none\n`,
    ],
    [
      'the key of a log for a witness',
      `${LOG}witness b ${writeVerifierKey(keyPair('b', COSIGNATURE_V1, 1).key)}\nquorum none\n`,
    ],
    ['a name twice', `witness a ${vkey(0)}\nwitness a ${vkey(1)}\nquorum none\n`],
    ['the name of a witness for a group', `${W}group a any b\nquorum none\n`],
    ['the name none', `witness none ${vkey(0)}\nquorum none\n`],
    ['none in a group', `${W}group g any none\nquorum g\n`],
    ['itself in a group', `${W}group g any g\nquorum g\n`],
    ['a member that is defined below', `group g any a\n${W}quorum g\n`],
    ['a member twice', `${W}group g 2 a a\nquorum g\n`],
    ['a member of two groups', `${W}group g any a\ngroup h any a b\nquorum h\n`],
    ['an empty group', `${W}group g any\nquorum g\n`],
    ['a threshold of 0', `${W}group g 0 a b\nquorum g\n`],
    ['a threshold above its members', `${W}group g 3 a b\nquorum g\n`],
    ['a threshold with a leading zero', `${W}group g 01 a b\nquorum g\n`],
    ['a third word after a log', `log ${writeVerifierKey(log.key)} url more\nquorum none\n`],
    ['a fourth word after a witness', `witness a ${vkey(0)} url more\nquorum none\n`],
    ['two names for a quorum', `${W}quorum a b\n`],
    ['no name for a quorum', 'quorum\n'],
    ['a former quorum of nobody', `${LOG}${W}quorum a\n# quorum until 7 c\n`],
    ['a former quorum that is none', `${LOG}${W}quorum a\n# quorum until 7 none\n`],
    ['a former quorum that is defined below', `${LOG}# quorum until 7 a\n${W}quorum a\n`],
    ['a former quorum without a size', `${LOG}${W}quorum a\n# quorum until a\n`],
    ['a former quorum without a space', `${LOG}${W}quorum a\n#quorum until 7 b\n`],
    ['two former quorums up to one size', `${LOG}${W}quorum a\n# quorum until 7 b\n# quorum until 7 a\n`],
    ['an end of nobody', `# until 7 log.example+00000000\n${LOG}quorum none\n`],
    ['an end of a key below', `# until 7 ${SHORT}\n${LOG}quorum none\n`],
    ['two ends of a key', `${LOG}# until 7 ${SHORT}\n# until 7 ${SHORT}\nquorum none\n`],
    ['an end that is no number', `${LOG}# until tomorrow ${SHORT}\nquorum none\n`],
    ['an end without a space', `${LOG}#until 7 ${SHORT}\nquorum none\n`],
    ['an end with a colon', `${LOG}# until: 7 ${SHORT}\nquorum none\n`],
    ['an end in large letters', `${LOG}# Until 7 ${SHORT}\nquorum none\n`],
    ['an end with a remark', `${LOG}# until 7 ${SHORT} rotated\nquorum none\n`],
    ['no key for a witness', 'witness a\nquorum none\n'],
  ])('has not %s', (_name, wrong) => {
    expect(() => parseTrustPolicy(wrong)).toThrow(Malformed);
  });

  it('says in which line it is wrong', () => {
    expect(() => parseTrustPolicy(`${LOG}\nquorum a\n`)).toThrow(
      'tlog-policy: line 3: the quorum is not defined above',
    );
  });

  it('has at most 256 of a kind', () => {
    const group = (i: number): string => `group g${i} 1 ${i === 0 ? 'a' : `g${i - 1}`}\n`;
    const groups = (n: number): string => Array.from({ length: n }, (_, i) => group(i)).join('');
    expect(parseTrustPolicy(`${W}${groups(MAX_OF_A_KIND)}quorum g255\n`).groups).toHaveLength(MAX_OF_A_KIND);
    expect(() => parseTrustPolicy(`${W}${groups(MAX_OF_A_KIND + 1)}quorum g255\n`)).toThrow(Malformed);
  });

  it('is not written when it would be read as another', () => {
    for (const url of ['', 'a b', 'a\nquorum none']) {
      expect(() => writeTrustPolicy({ ...policy, logs: [{ key: log.key, url }] })).toThrow(Malformed);
    }
    expect(() => writeTrustPolicy({ ...policy, quorum: 'nobody' })).toThrow(Malformed);
    expect(() => writeTrustPolicy({ ...policy, groups: [] })).toThrow(Malformed);
  });

  it('judges any tree of groups as one would by hand', () => {
    const shape = fc.record({
      a: fc.integer({ min: 1, max: 3 }),
      b: fc.integer({ min: 1, max: 3 }),
      c: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(shape, fc.subarray([0, 1, 2, 3, 4, 5]), ({ a, b, c }, which) => {
        const read = parseTrustPolicy(
          EXAMPLE.replace('X-witnesses 2', `X-witnesses ${a}`).replace('any', `${b}`).replace('all', `${c}`),
        );
        const met = [which.filter((i) => i < 3).length >= a, which.filter((i) => i >= 3).length >= b];
        expect(judgeCheckpoint(read, cosigned(which)).quorum.holds).toBe(met.filter(Boolean).length >= c);
      }),
      { numRuns: runs(40) },
    );
  });
});
