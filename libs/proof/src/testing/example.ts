import { writeCheckpoint } from '../checkpoint.js';
import { consistencyProof } from '../consistency.js';
import { cosign } from '../cosignature.js';
import { writeEntryBundle } from '../entry-bundle.js';
import { inclusionProof } from '../inclusion.js';
import { leafHash } from '../merkle.js';
import { signNote, writeNote } from '../signed-note.js';
import { rootOf, type SubtreeHash } from '../subtrees.js';
import { tilePath } from '../tile-path.js';
import { hashesInTiles, tilesOf, writeTile } from '../tiles.js';
import { writeHashLines, writeTlogProof } from '../tlog-proof.js';
import { writeTrustPolicy } from '../trust-policy-text.js';
import { COSIGNATURE_V1, ED25519 } from '../verifier-key.js';
import { keyPair } from './keys.js';

const ORIGIN = 'consent.example.com/ledger';

/** The files of the worked example in docs/ledger-format.md: a log of three entries, of which `entry` is the second. */
export function workedExample(entry: Uint8Array) {
  const log = keyPair(ORIGIN, ED25519, 1);
  const witness = keyPair('witness.example.com/w1', COSIGNATURE_V1, 2);
  const entries = [Buffer.from('first'), entry, Buffer.from('third')];
  const hashes = entries.map(leafHash);
  const tileBytes = writeTile(hashes);
  const at = (size: number): SubtreeHash => hashesInTiles(size, () => tileBytes);
  const checkpointOf = (size: number) => ({ origin: ORIGIN, size, root: rootOf(size, at(size)), extensions: [] });

  const text = writeCheckpoint(checkpointOf(3));
  const olderText = writeCheckpoint(checkpointOf(2));
  const note = {
    text,
    signatures: [signNote(text, log.key, log.privateKey), cosign(text, witness.key, witness.privateKey, 1_795_000_000)],
  };
  return {
    proof: writeTlogProof({
      extra: null,
      index: 1,
      hashes: inclusionProof(1, 3, at(3)),
      checkpoint: checkpointOf(3),
      note,
    }),
    policy: writeTrustPolicy({
      logs: [{ key: log.key, url: null }],
      witnesses: [{ name: 'w1', key: witness.key, url: null }],
      groups: [],
      quorum: 'w1',
    }),
    olderCheckpoint: writeNote({ text: olderText, signatures: [signNote(olderText, log.key, log.privateKey)] }),
    consistency: writeHashLines(consistencyProof(2, 3, at(3))),
    tiles: [...tilesOf(3)].map((tile) => ({ path: tilePath(tile), hex: tileBytes.toString('hex') })),
    bundle: writeEntryBundle(entries).subarray(0, 9).toString('hex'),
  };
}
