import { type LogSource, Unavailable } from '#lib/ledger';
import {
  type BundleCheck,
  type BundleVerdict,
  CompactRange,
  leafHash,
  Malformed,
  parseEntryBundle,
  parseSignedCheckpoint,
  readEntry,
  TILE_WIDTH,
  tilePath,
} from '#lib/proof';

type Complete = Omit<BundleCheck, 'step'> & { readonly step: 'complete' };

/**
 * Whether a bundle of a brand or a period leaves nothing out: every entry of the log up to its checkpoint is read, from
 * anybody who has a copy, and those that name the brand and lie in the period must be the ones in the bundle. Of a person
 * or a campaign the log does not say which entries are theirs; of a person the bundle itself proves it.
 */
export async function completeness(
  log: LogSource,
  { scope, size }: Pick<BundleVerdict, 'scope' | 'size'>,
  shown: ReadonlySet<number>,
  root: Buffer,
): Promise<Complete> {
  const told = (result: Complete['result'], problem: string): Complete => ({ step: 'complete', result, problem });
  if (scope === null || size === null) return told('unchecked', 'what it needs does not hold');
  if (scope.subjects !== null || scope.campaign !== null) {
    return told('unchecked', 'the log does not say whose an entry is, nor of which campaign');
  }
  try {
    const tree = CompactRange.empty();
    for await (const entry of entriesOf(log, size)) {
      const { br, at } = readEntry(entry).clear;
      const when = typeof at === 'string' ? at : '';
      const isAsked =
        br === scope.brand && (scope.from === null || when >= scope.from) && (scope.to === null || when < scope.to);
      if (isAsked && !shown.has(tree.size))
        return told('fails', `entry ${tree.size} was asked for and is not in the bundle`);
      tree.append(leafHash(entry));
    }
    return tree.root().equals(root) ? told('holds', '') : told('fails', 'the copy is of another log than the bundle');
  } catch (error) {
    if (error instanceof Unavailable) return told('unchecked', error.message);
    if (error instanceof Malformed) return told('fails', error.message);
    throw error;
  }
}

/** The first entries of a log, which may have grown since. */
async function* entriesOf(log: LogSource, size: number): AsyncGenerator<Buffer> {
  const note = await log.checkpoint();
  const now = note === null ? 0 : parseSignedCheckpoint(note).checkpoint.size;
  if (now < size) throw new Unavailable(`the copy has ${now} entries, and the bundle is of ${size}`);
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const name = tilePath({ level: 'entries', index, width: Math.min(TILE_WIDTH, now - index * TILE_WIDTH) });
    const bytes = await log.read(name);
    if (bytes === null) throw new Malformed('tile', `${name} is missing`);
    const entries = parseEntryBundle(bytes, Math.min(TILE_WIDTH, now - index * TILE_WIDTH));
    yield* entries.slice(0, size - index * TILE_WIDTH);
  }
}
