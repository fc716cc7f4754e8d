import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.js';
import { type Leaves, type Subtree, subtreesOf } from './subtrees.js';

/**
 * What is needed of the leaves from `start` to `end` to put them together with their neighbours: the hashes of the
 * full subtrees they fall into (`subtreesOf`), from left to right. `CompactRange` is the case that starts at 0,
 * made for appending.
 */
export interface RangeHashes extends Leaves {
  readonly hashes: readonly Uint8Array[];
}

/** A leaf, by its hash, as a range of its own. To append it is to merge it at the right. */
export function rangeOfLeaf(index: number, hash: Uint8Array): RangeHashes {
  return { start: index, end: index + 1, hashes: [hash] };
}

/**
 * The range over the leaves of two that touch.
 *
 * @throws RangeError when they do not touch, or when either has not one hash of 32 bytes for each of its subtrees.
 */
export function mergeRanges(left: RangeHashes, right: RangeHashes): RangeHashes {
  if (left.end !== right.start) throw new RangeError(`a range up to ${left.end} is not followed by ${right.start}`);
  const nodes: Node[] = [];
  for (const node of [...nodesOf(left), ...nodesOf(right)]) nodes.push(joined(nodes, node));
  return { start: left.start, end: right.end, hashes: nodes.map(({ hash }) => hash) };
}

/** Root of the tree whose leaves the range holds from the first on. */
export function rootOfRange(range: RangeHashes): Buffer {
  if (range.start !== 0) throw new RangeError('only a range from the first leaf on has a root');
  const hashes = nodesOf(range).map(({ hash }): Buffer => Buffer.from(hash));
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
}

interface Node {
  readonly subtree: Subtree;
  readonly hash: Uint8Array;
}

/** Takes off the end of `nodes` every left sibling of `node`, of what that makes, and so on, and gives the whole. */
function joined(nodes: Node[], node: Node): Node {
  const { level, index } = node.subtree;
  const left = nodes.at(-1);
  if (index % 2 === 0 || left?.subtree.level !== level || left.subtree.index !== index - 1) return node;
  nodes.pop();
  return joined(nodes, {
    subtree: { level: level + 1, index: (index - 1) / 2 },
    hash: nodeHash(left.hash, node.hash),
  });
}

function nodesOf(range: RangeHashes): Node[] {
  const { start, end, hashes } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new RangeError(`${start} to ${end} is no range of leaves`);
  }
  const subtrees = subtreesOf(range);
  if (hashes.length !== subtrees.length) {
    throw new RangeError(`${start} to ${end} are ${subtrees.length} subtrees, not ${hashes.length}`);
  }
  return hashes.map((hash, i) => {
    if (hash.length !== HASH_BYTES) throw new RangeError(`a hash has ${HASH_BYTES} bytes`);
    return { subtree: subtrees[i] ?? { level: 0, index: 0 }, hash };
  });
}
