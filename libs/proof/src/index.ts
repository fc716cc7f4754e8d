/**
 * What makes history provable, and all that a stranger must trust to check it: canonical bytes, commitments, the Merkle
 * tree and its proofs, signed checkpoints, and whom to believe. Pure; of the outside it uses node:crypto alone.
 */
export * from './bundle/index.js';
export * from './canonical-json.js';
export * from './checkpoint.js';
export * from './compact-range.js';
export * from './consistency.js';
export * from './cosignature.js';
export * from './disclosure.js';
export * from './entry-bundle.js';
export * from './inclusion.js';
export { buildLeaf, MAX_LEAF_BYTES } from './leaf.js';
export { type Check, Malformed } from './malformed.js';
export * from './merkle.js';
export * from './note-signature.js';
export * from './signed-note.js';
export { parseSigningKey, SEED_BYTES, type SigningKey, signingKey, writeSigningKey } from './signing-key.js';
export * from './subject-heads.js';
export { type Leaves, rootOf, type Subtree, type SubtreeHash, subtreesOf } from './subtrees.js';
export * from './tile-path.js';
export * from './tiles.js';
export * from './tlog-proof.js';
export * from './trust-policy.js';
export { parseTrustPolicy, writeTrustPolicy } from './trust-policy-text.js';
export { MAX_TEXT_BYTES } from './text.js';
export * from './verdict.js';
export {
  ED25519,
  COSIGNATURE_V1,
  parseVerifierKey,
  type SignatureType,
  type VerifierKey,
  verifierKey,
  writeVerifierKey,
} from './verifier-key.js';
export * from './verify-entry.js';
