import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { writeCheckpoint } from './checkpoint.js';
import { consistencyProof } from './consistency.js';
import { cosign } from './cosignature.js';
import { disclose, encodeDisclosure } from './disclosure.js';
import { inclusionProof } from './inclusion.js';
import { buildLeaf } from './leaf.js';
import { signNote, writeNote } from './signed-note.js';
import { keyPair } from './testing/keys.js';
import { entriesOf, TreeModel } from './testing/model.js';
import { writeHashLines, writeTlogProof } from './tlog-proof.js';
import { writeTrustPolicy } from './trust-policy-text.js';
import { type Evidence, type StepName, verdictOn } from './verdict.js';
import { COSIGNATURE_V1, ED25519, verifierKey } from './verifier-key.js';

const log = keyPair('log.example', ED25519, 1);
const witness = keyPair('witness.example', COSIGNATURE_V1, 2);
const shown = disclose('AAECAwQFBgcICQoLDA0ODw', 'message', { id: 1 });
const wire = encodeDisclosure(shown.text);
const clear =
  '"at":"2026-11-21T16:00:00.123Z","id":"0190a0b0-0000-7000-8000-00000000000e","now":"2026-11-21T16:00:00.100Z","t":"send.ended","v":1';
const entry = Buffer.from(buildLeaf(clear, [shown.digest]));
const INDEX = 70;
const tree = new TreeModel(entriesOf(100).map((other, i) => (i === INDEX ? entry : other)));
const text = (size: number, of = tree): string =>
  writeCheckpoint({ origin: 'log.example', size, root: of.head(0, size), extensions: [] });
const signedBy = (signer: typeof log, body: string): string =>
  writeNote({ text: body, signatures: [signNote(body, signer.key, signer.privateKey)] });
const policy = writeTrustPolicy({
  logs: [{ key: log.key, url: null }],
  witnesses: [{ name: 'w', key: witness.key, url: null }],
  groups: [],
  quorum: 'w',
});
const proofOf = (index: number, size = 100): string => {
  const body = text(size);
  const signatures = [
    signNote(body, log.key, log.privateKey),
    cosign(body, witness.key, witness.privateKey, 1_760_000_000),
  ];
  const checkpoint = { origin: 'log.example', size, root: tree.head(0, size), extensions: [] };
  return writeTlogProof({
    extra: null,
    index,
    hashes: inclusionProof(index, size, tree.hashOf),
    checkpoint,
    note: { text: body, signatures },
  });
};
const older = {
  checkpoint: signedBy(log, text(60)),
  consistency: writeHashLines(consistencyProof(60, 100, tree.hashOf)),
};
const evidence: Evidence = { entry, disclosures: [wire], proof: proofOf(INDEX), policy, older };

const failing = (changed: Partial<Evidence>): Partial<Record<StepName, string>> => {
  const { holds, steps } = verdictOn({ ...evidence, ...changed });
  const results = steps.filter(({ result }) => result !== 'holds').map(({ step, result }) => [step, result]);
  expect(holds).toBe(results.length === 0);
  return Object.fromEntries(results) as Partial<Record<StepName, string>>;
};

describe('a verdict', () => {
  it('holds step by step, and says what, where and when', () => {
    const verdict = verdictOn(evidence);
    expect(verdict.steps.map(({ step }) => step)).toEqual([
      'entry',
      'disclosures',
      'policy',
      'proof',
      'log',
      'witnesses',
      'inclusion',
      'consistency',
    ]);
    expect(verdict).toMatchObject({
      holds: true,
      place: { origin: 'log.example', size: 100, index: INDEX },
      witnessed: [{ witness: 'w', time: 1_760_000_000 }],
      entry: { clear: { t: 'send.ended' }, disclosed: [{ name: 'message', value: { id: 1 } }] },
    });
  });

  it('holds without disclosures and without an older checkpoint, which is then no step', () => {
    expect(failing({ disclosures: [] })).toEqual({});
    const { older: _older, ...rest } = evidence;
    expect(verdictOn(rest).steps).toHaveLength(7);
    expect(verdictOn(rest).holds).toBe(true);
  });

  const text60 = text(60);
  const forked = new TreeModel(entriesOf(100));
  it.each<[string, Partial<Evidence>, Partial<Record<StepName, string>>]>([
    ['another entry', { entry: Buffer.from(entry.toString().replace('ended', 'begun')) }, { inclusion: 'fails' }],
    [
      'bytes that are no entry',
      { entry: Buffer.from('x') },
      { entry: 'fails', disclosures: 'unchecked', inclusion: 'fails' },
    ],
    [
      'a disclosure of another entry',
      { disclosures: [encodeDisclosure(shown.text.replace('1', '2'))] },
      { disclosures: 'fails' },
    ],
    ['a disclosure twice', { disclosures: [wire, wire] }, { disclosures: 'fails' }],
    ['another position', { proof: proofOf(INDEX).replace('index 70', 'index 71') }, { inclusion: 'fails' }],
    ['the proof of another position', { proof: proofOf(71) }, { inclusion: 'fails' }],
    ['another size', { proof: proofOf(INDEX).replace('\n100\n', '\n101\n') }, { log: 'fails', witnesses: 'fails' }],
    [
      'a proof that is none',
      { proof: 'x' },
      { proof: 'fails', log: 'unchecked', witnesses: 'unchecked', inclusion: 'unchecked', consistency: 'unchecked' },
    ],
    [
      'a policy that is none',
      { policy: 'x' },
      { policy: 'fails', log: 'unchecked', witnesses: 'unchecked', consistency: 'unchecked' },
    ],
    ['a policy without the log', { policy: policy.replace(/^log.*\n/, '') }, { log: 'fails', consistency: 'fails' }],
    ['no cosignature', { proof: proofOf(INDEX).replace(/— witness.*\n/, '') }, { witnesses: 'fails' }],
    [
      'an older checkpoint of another history',
      { older: { ...older, checkpoint: signedBy(log, text(60, forked)) } },
      {},
    ],
    [
      'an older checkpoint by nobody known',
      { older: { ...older, checkpoint: signedBy(keyPair('log.example', ED25519, 3), text60) } },
      { consistency: 'fails' },
    ],
    [
      'an older checkpoint of another log',
      { older: { ...older, checkpoint: signedBy(log, text60.replace('log.', 'old.')) } },
      { consistency: 'fails' },
    ],
    ['no proof of consistency', { older: { ...older, consistency: '' } }, { consistency: 'fails' }],
    ['an older checkpoint that is none', { older: { ...older, checkpoint: '' } }, { consistency: 'fails' }],
    ['hashes that are none', { older: { ...older, consistency: 'x\n' } }, { consistency: 'fails' }],
  ])('on %s', (name, changed, expected) => {
    // A proof shows the way to a root; that root and size belong together is what the log signs.
    // The forked history shares its first 60 entries, so it is the same until entry 70 is among them.
    expect(failing(changed)).toEqual(expected);
    if (name === 'an older checkpoint of another history') {
      const fork = signedBy(log, text(80, forked));
      const consistency = writeHashLines(consistencyProof(80, 100, tree.hashOf));
      expect(failing({ older: { checkpoint: fork, consistency } })).toEqual({ consistency: 'fails' });
    }
  });
});

describe('a proof of somebody else', () => {
  // A leaf of the Sigsum test log with its tree head, cosignatures and inclusion proof, as published among the tests of
  // freedomofpress/sigsum-ts (src/tests/verify.test.ts). Sigsum signs and cosigns C2SP checkpoints under this origin.
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
  const logKey = hex('4644af2abd40f4895a003bca350f9d5912ab301a49c77f13e5b6d905c20a5fe6');
  const origin = `sigsum.org/v1/tree/${sha256(logKey).toString('hex')}`;
  const leaf = Buffer.concat([
    sha256(sha256(Buffer.from('test\n'))),
    hex(
      '7fdadea21d3268bceb9c4959f25ed8d7a0be2e23637bbcf795b861498626928bcde9180591c5d3c1d6b15b0b6a36df329226d312cde0bb36331888194df1680a',
    ),
    hex('00004cce3ad5f54dceb2e20788b72b1c91a8c3913e7866670f5752fe14009f4d'),
  ]);
  /** Public keys of witnesses, and their cosignatures. */
  const heads = [
    [
      '1c25f8a44c635457e2e391d1efbca7d4c2951a0aef06225a881e46b98962ac6c',
      '5c5fa4d25f7734caf519c41b25e40220d54a7b1637cb608a034d7ee7878501313b36c8b8c0e4b61c7bb7d1f123aa856ffdb80e035650eac4b59be0f877d68e00',
    ],
    [
      '28c92a5a3a054d317c86fc2eeb6a7ab2054d6217100d0be67ded5b74323c5806',
      '62b2733f600df0cf2b2fe6e3e2b5e525048280872b68df3fc4b08409e325c857b5aa4b96806ced5fcb8edf4eb138e13772f48d55cc0de821bb8e6866443e7602',
    ],
    [
      'f4855a0f46e8a3e23bb40faf260ee57ab8a18249fa402f2ca2d28a60e1a3130e',
      '87c38ca5122a164450c93656a10b36deade0d031501d63ea9377d24608ad0d45949d938129c7e780495332aa09c44f8bf00a08ffe689a470504c25beb8bdfc07',
    ],
  ] as const;
  const signature =
    'a3e28bf1b8e97664ba2505ed1f02373af70ad86f5a794b8ddf77c9dfc2cda3766479cc53906312dc705f5892472eb1b1a60843f1fd0e0ea3442b6df6a7f11805';
  const root = hex('f24ca2b7b234c380438fbeb7e6a3e7481705adf22b8ecab47ca049b31b642bd8');
  const hashes = [
    '77c4b148100a011c490dd23bead8e08f9bdafe27675082f6ec00b0725b8ef8fd',
    '0736f9e2aad3b8c89c4dbb01f71d3c38d0ace393079dcaf8edd9b61ab9adca84',
    'abc5352f9af6df2f2c0a06381043393af36555170c01b3004507af7d36fd22a4',
    '4e301e7ae4f9abb0c710cae380daa991b95528b0d631ce04a001c28236e4f938',
    'b6be547daa4f6b3d42628bb14020e9b2d73a4ee8cf3c4e0a3b88793916926f27',
  ].map(hex);

  it('holds in every step that is not about our own entries', () => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(1749045854n);
    const key = verifierKey(origin, ED25519, logKey);
    const known = heads.map(([publicKey, cosignature], i) => {
      const witnessKey = verifierKey(`test${i}`, COSIGNATURE_V1, hex(publicKey));
      return { key: witnessKey, signature: Buffer.concat([time, hex(cosignature)]) };
    });
    const checkpoint = { origin, size: 930, root, extensions: [] };
    const proof = writeTlogProof({
      extra: null,
      index: 929,
      hashes,
      checkpoint,
      note: {
        text: writeCheckpoint(checkpoint),
        signatures: [
          { name: origin, keyId: key.id, signature: hex(signature) },
          ...known.map((one) => ({ name: one.key.name, keyId: one.key.id, signature: one.signature })),
        ],
      },
    });
    const trusted = writeTrustPolicy({
      logs: [{ key, url: null }],
      witnesses: known.map((one, i) => ({ name: `test${i}`, key: one.key, url: null })),
      groups: [{ name: 'all', threshold: 3, members: ['test0', 'test1', 'test2'] }],
      quorum: 'all',
    });
    const verdict = verdictOn({ entry: leaf, disclosures: [], proof, policy: trusted });
    expect(Object.fromEntries(verdict.steps.map(({ step, result }) => [step, result]))).toEqual({
      entry: 'fails',
      disclosures: 'unchecked',
      policy: 'holds',
      proof: 'holds',
      log: 'holds',
      witnesses: 'holds',
      inclusion: 'holds',
    });
    expect(verdict.witnessed.map(({ time: seconds }) => seconds)).toEqual([1749045854, 1749045854, 1749045854]);
  });
});
