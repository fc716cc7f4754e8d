import { canonicalize, type JsonObject } from './canonical-json.js';
import type { Disclosure } from './disclosure.js';

/** An entry in a bundle of a tiled log is prefixed with its length in two bytes (C2SP tlog-tiles). */
export const MAX_LEAF_BYTES = 65_535;

/** Clear members sort after `_sd` and `_sd_alg` because their names start with a lower-case letter. */
const CLEAR_NAME = /^[a-z][a-z0-9_]*$/;

/** base64url of 32 bytes: 43 characters hold 258 bits, so the last one has only sixteen choices. */
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * The bytes of a ledger entry: strict RFC 8785 JSON of the clear members, plus `_sd` with the digests of
 * what is disclosed apart and of the decoys, sorted, and `_sd_alg` (RFC 9901, section 4.2.4.1).
 *
 * @param clear What everybody may read for ever; nothing personal, nothing that links two entries of a person.
 * @param decoyDigests base64url of 32 random bytes each; they hide how many disclosures there are.
 * @throws NotCanonical, RangeError when the entry cannot be written or exceeds 65,535 bytes.
 */
export function buildLeaf(
  clear: JsonObject,
  disclosures: readonly Pick<Disclosure, 'digest'>[],
  decoyDigests: readonly string[],
): Buffer {
  for (const name of Object.keys(clear)) {
    if (!CLEAR_NAME.test(name)) throw new RangeError(`${name} cannot name a clear member`);
  }
  const digests = [...disclosures.map(({ digest }) => digest), ...decoyDigests].sort();
  digests.forEach((digest, i) => {
    if (!DIGEST.test(digest)) throw new RangeError('a digest is base64url of 32 bytes');
    if (digest === digests[i - 1]) throw new RangeError('a digest stands in a leaf only once');
  });
  // The canonical text of all members together: the two of our own come first, digests need no escapes.
  const rest = canonicalize(clear).slice(1);
  const own = `{"_sd":[${digests.map((digest) => `"${digest}"`).join(',')}],"_sd_alg":"sha-256"`;
  const leaf = Buffer.from(rest === '}' ? own + rest : `${own},${rest}`, 'utf8');
  if (leaf.length > MAX_LEAF_BYTES) throw new RangeError(`a leaf has at most ${MAX_LEAF_BYTES} bytes`);
  return leaf;
}
