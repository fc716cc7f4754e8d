import { canonicalize, type JsonValue } from '../canonical-json.js';
import { type Check, fails, HOLDS, Malformed, type Open } from '../malformed.js';
import { headCommitment, type HeadProof, subjectLabel, verifyHead } from '../subject-heads.js';
import { hashIn, isCount, isObject, onlyLineOf, parseCanonical } from './bundle-record.js';
import type { BundleScope } from './manifest.js';
import { type ChainLink, chainsOf, isThisExport, type LinkedRecord } from './verify-chains.js';

/** What `subject.json` holds: which entry says how far chains reach, and what it says of each of the person's. */
export interface SubjectFile {
  /** Position of a `subject.heads` entry; null before the first. */
  readonly heads: number | null;
  readonly proofs: readonly (HeadProof & { readonly id: string })[];
}

const FORMAT = 'subject.json';

export function writeSubjectFile({ heads, proofs }: SubjectFile): Buffer {
  const value = {
    heads,
    proofs: proofs.map(({ id, siblings, leaf }) => ({
      id,
      siblings: siblings.map((hash) => hash.toString('base64')),
      leaf: leaf === null ? null : [leaf.label.toString('base64'), leaf.commitment.toString('base64')],
    })),
  };
  return Buffer.from(`${canonicalize(value)}\n`);
}

/** @throws Malformed for every text that `writeSubjectFile` does not give. */
export function parseSubjectFile(bytes: Buffer): SubjectFile {
  const value = parseCanonical(FORMAT, onlyLineOf(FORMAT, bytes));
  if (!isObject(value ?? undefined)) throw new Malformed(FORMAT, 'is no object');
  const { heads, proofs, ...rest } = value as Readonly<Record<string, JsonValue>>;
  if (Object.keys(rest).length > 0) throw new Malformed(FORMAT, 'has a member more');
  if (!(heads === null || isCount(heads)) || !Array.isArray(proofs)) throw new Malformed(FORMAT, 'is incomplete');
  return { heads, proofs: proofs.map((one: JsonValue) => readProof(one)) };
}

function readProof(value: JsonValue): SubjectFile['proofs'][number] {
  if (!isObject(value)) throw new Malformed(FORMAT, 'a proof is no object');
  const { id, siblings, leaf, ...rest } = value;
  if (typeof id !== 'string' || !UUID.test(id) || !isList(siblings)) throw new Malformed(FORMAT, 'is incomplete');
  if (Object.keys(rest).length > 0) throw new Malformed(FORMAT, 'a proof has a member more');
  if (leaf !== null && !(isList(leaf) && leaf.length === 2)) throw new Malformed(FORMAT, 'is incomplete');
  const [label, commitment] = leaf === null ? [] : leaf.map((hash) => hashIn(FORMAT, hash));
  const record = label === undefined || commitment === undefined ? null : { label, commitment };
  return { id, siblings: siblings.map((hash) => hashIn(FORMAT, hash)), leaf: record };
}

/** Array.isArray does not narrow readonly arrays. */
const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** As whoever wrote it wrote it: what reads on past a wrong digit, or stops at it, would find roots of its own. */
const ROOT = /^[0-9a-f]{64}$/;

/** The count is of so much before the bundle's checkpoint at most; what was logged in between could be left out. */
const FRESH_MS = 600_000;

/**
 * Whether the log says of each of a person's chains what the bundle shows: that it had exactly these entries, the one
 * that records this export among them, shortly before the bundle's checkpoint.
 * @param seenAt when a trusted witness first saw that checkpoint, in milliseconds since 1970; null when none did, and
 *   undefined where none is trusted, so that nobody could tell
 * @throws Malformed
 */
export function checkHeads(
  bytes: Buffer,
  shown: readonly LinkedRecord[],
  scope: BundleScope,
  seenAt: number | null | undefined,
): Check | Open {
  const { heads, proofs } = parseSubjectFile(bytes);
  if (heads === null) return { open: 'no entry says how far the chains reach' };
  const entry = shown.find(({ idx }) => idx === heads)?.entry;
  const { t, root, size, at } = entry?.clear ?? {};
  const isRoot = typeof root === 'string' && ROOT.test(root);
  if (t !== 'subject.heads' || !isRoot || typeof size !== 'number' || typeof at !== 'string') {
    return fails(`record ${heads} does not say how far chains reach`);
  }
  const chains = chainsOf(shown);
  let open: Open | null = null;
  for (const id of scope.subjects ?? []) {
    const proof = proofs.find((one) => one.id === id);
    if (proof === undefined) return fails('there is no proof about one of the person’s chains');
    const label = subjectLabel(id);
    const proven = verifyHead(Buffer.from(root, 'hex'), label, proof);
    if (!proven.holds) return proven;
    const commitment = proof.leaf?.label.equals(label) === true ? proof.leaf.commitment : null;
    const check = checkReach(id, chains.get(id) ?? [], commitment, { heads, size });
    if ('open' in check) open ??= check;
    else if (!check.holds) return check;
  }
  if (open !== null) return open;
  if (seenAt === null)
    return { open: 'no witness says when the checkpoint was signed: what came since may be missing' };
  if (seenAt === undefined || seenAt - Date.parse(at) <= FRESH_MS) return HOLDS;
  const [counted, seen] = [at, new Date(seenAt).toISOString()];
  return {
    open: `chains were counted at ${counted}, and the checkpoint is of ${seen}: what came between may be missing`,
  };
}

/**
 * By the time of the heads entry the chain had reached number n; what comes after was not placed before it was counted.
 * The entry about this export is among those that were counted.
 */
function checkReach(
  id: string,
  chain: readonly ChainLink[],
  commitment: Buffer | null,
  { heads, size }: { readonly heads: number; readonly size: number },
): Check | Open {
  const reached = commitment === null ? 0 : numberOf(id, chain, commitment);
  if (reached === null) return fails(`entry ${heads} says that the person’s chain has an entry that is not shown`);
  const early = chain.find(({ n, record }) => n > reached && record.idx < size);
  if (early !== undefined) return fails(`record ${early.record.idx} is not among those that entry ${heads} counted`);
  const late = chain.find(({ n, record }) => n <= reached && record.idx >= heads);
  if (late !== undefined) return fails(`record ${late.record.idx} was counted by entry ${heads} before it was placed`);
  const last = chain.findLast(({ record }) => isThisExport(record));
  return last !== undefined && last.n <= reached
    ? HOLDS
    : { open: `entry ${heads} counted the chains before this export was recorded` };
}

/** Which entry of the chain was committed to; an entry that is not shown any more is known by what follows it. */
function numberOf(id: string, chain: readonly ChainLink[], commitment: Buffer): number | null {
  for (const { n, prev, record } of chain) {
    if (headCommitment(id, n, record.hash).equals(commitment)) return n;
    if (prev !== null && headCommitment(id, n - 1, Buffer.from(prev, 'base64url')).equals(commitment)) return n - 1;
  }
  return null;
}
