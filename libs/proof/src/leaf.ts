/** An entry in a bundle of a tiled log is prefixed with its length in two bytes (C2SP tlog-tiles). */
export const MAX_LEAF_BYTES = 65_535;

/** Clear members sort after `_sd` and `_sd_alg` because their names start with a lower-case letter. */
const CLEAR_MEMBERS = /^(?:"[a-z][a-z0-9_]*":|$)/;

/** Names of the members in clear. */
export const CLEAR_NAME = /^[a-z][a-z0-9_]*$/;

/** base64url of 32 bytes: 43 characters hold 258 bits, so the last one has only sixteen choices. */
export const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** Characters from one digest in a leaf to the next: two quotation marks and a comma around 43. */
const DIGEST_STEP = 46;

/** Any number of them as they stand in a leaf: looked at together, because a look costs more than what is looked at. */
const DIGESTS = /^(?:|"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"(?:,"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")*)$/;

/**
 * The text of a ledger entry, whose UTF-8 is the leaf: strict RFC 8785 JSON of the clear members, plus `_sd` with the
 * digests of what is disclosed apart and of the decoys, sorted, and `_sd_alg` (RFC 9901, section 4.2.4.1).
 *
 * @param clear What everybody may read for ever; nothing personal, nothing that links two entries of a person. The
 *   canonical text of the members without the braces around them, so the first has the least name of all.
 * @param digests Of disclosures, and of decoys: base64url of 32 random bytes each, which hide how many disclosures
 *   there are. Sorted in place, so that nobody learns which is which.
 * @throws RangeError when the entry cannot be written or exceeds 65,535 bytes.
 */
export function buildLeaf(clear: string, digests: string[]): string {
  if (!CLEAR_MEMBERS.test(clear)) throw new RangeError('the first name cannot name a clear member');
  digests.sort();
  for (let i = 1; i < digests.length; i++) {
    if (digests[i] === digests[i - 1]) throw new RangeError('a digest stands in a leaf only once');
  }
  // Digests need no escapes.
  const own = digests.length === 0 ? '' : `"${digests.join('","')}"`;
  const isWhole = own.length === Math.max(0, DIGEST_STEP * digests.length - 1);
  if (!isWhole || !DIGESTS.test(own)) throw new RangeError('a digest is base64url of 32 bytes');
  const leaf = `{"_sd":[${own}],"_sd_alg":"sha-256"${clear === '' ? '' : ','}${clear}}`;
  if (Buffer.byteLength(leaf) > MAX_LEAF_BYTES) throw new RangeError(`a leaf has at most ${MAX_LEAF_BYTES} bytes`);
  return leaf;
}
