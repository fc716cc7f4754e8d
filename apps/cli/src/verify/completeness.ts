import { type LogSource, Unavailable } from '#lib/ledger';
import {
  type BundleCheck,
  type BundleVerdict,
  CompactRange,
  isWholeHistory,
  judgeCheckpoint,
  leafHash,
  Malformed,
  parseEntryBundle,
  parseSignedCheckpoint,
  readEntry,
  type SignedCheckpoint,
  TILE_WIDTH,
  tilePath,
  type TrustPolicy,
} from '#lib/proof';

type Complete = Omit<BundleCheck, 'step'> & { readonly step: 'complete' };

/**
 * Whether a bundle of a brand or a period leaves nothing out: every entry of the log up to its checkpoint is read, from
 * anybody who has a copy, and those that name the brand and lie in the period must be the ones in the bundle. Of a person
 * or a campaign the log does not say which entries are theirs; of a person the bundle itself proves it, and the copy has the
 * same tree.
 */
export async function completeness(
  log: LogSource,
  { scope, size, origin }: Pick<BundleVerdict, 'scope' | 'size' | 'origin'>,
  shown: ReadonlySet<number>,
  root: Buffer,
  policy: TrustPolicy,
): Promise<Complete> {
  const told = (result: Complete['result'], problem: string): Complete => ({ step: 'complete', result, problem });
  if (scope === null || size === null) return told('unchecked', 'what it needs does not hold');
  // Of a person the bundle proves it by itself; the copy shows only that it is of the same log.
  const isProven = isWholeHistory(scope);
  if (!isProven && (scope.subjects !== null || scope.campaign !== null)) {
    return told('unchecked', 'the log does not say whose an entry is, nor of which campaign');
  }
  try {
    const signed = await checkpointOf(log);
    const copy = signed.checkpoint;
    if (copy.origin !== origin) return told('unchecked', `the copy is of ${copy.origin}`);
    if (copy.size < size) return told('unchecked', `the copy has ${copy.size} entries, and the bundle is of ${size}`);
    const tree = CompactRange.empty();
    let missing: number | null = null;
    let isSame = false;
    for await (const entry of entriesOf(log, copy.size)) {
      const { br, at } = readEntry(entry).clear;
      const when = typeof at === 'string' ? at : '';
      const isAsked =
        !isProven &&
        tree.size < size &&
        br === scope.brand &&
        (scope.from === null || when >= scope.from) &&
        (scope.to === null || when < scope.to);
      if (isAsked && !shown.has(tree.size)) missing ??= tree.size;
      tree.append(leafHash(entry));
      isSame ||= tree.size === size && tree.root().equals(root);
      if (isSame) break;
    }
    // Only a copy that is right tells anything of the bundle.
    if (isSame && missing === null) return told('holds', '');
    if (isSame) return told('fails', `entry ${missing} was asked for and is not in the bundle`);
    if (!tree.root().equals(copy.root))
      return told('unchecked', 'the copy is damaged: its entries do not make the root of its own checkpoint');
    const { log: who } = judgeCheckpoint(policy, signed);
    return who.holds
      ? told('fails', 'the copy is of another log than the bundle, and the log has signed both')
      : told('unchecked', `the copy is of another log than the bundle: ${who.problem}`);
  } catch (error) {
    if (error instanceof Unavailable) return told('unchecked', error.message);
    if (error instanceof Malformed) return told('unchecked', `the copy is damaged: ${error.message}`);
    throw error;
  }
}

async function checkpointOf(log: LogSource): Promise<SignedCheckpoint> {
  const note = await log.checkpoint();
  if (note === null) throw new Unavailable('no log is published there');
  return parseSignedCheckpoint(note);
}

/** The entries of a log of this size. */
async function* entriesOf(log: LogSource, size: number): AsyncGenerator<Buffer> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const name = tilePath({ level: 'entries', index, width });
    const bytes = await log.read(name);
    if (bytes === null) throw new Malformed('tile', `${name} is missing`);
    yield* parseEntryBundle(bytes, width);
  }
}
