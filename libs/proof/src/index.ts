/** What makes history provable: canonical bytes, commitments and the Merkle tree. Pure; node:crypto only hashes. */
export * from './canonical-json.js';
export * from './disclosure.js';
export * from './leaf.js';
export * from './merkle.js';
