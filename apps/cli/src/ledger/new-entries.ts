import type { AuditStep, LogSource } from '#lib/ledger';
import {
  boundsOf,
  type Checkpoint,
  checkTime,
  CompactRange,
  hashesInTiles,
  leafHash,
  Malformed,
  parseEntryBundle,
  readEntry,
  type SeenSize,
  subtreesOf,
  TILE_WIDTH,
  tilePath,
  tilesFor,
} from '#lib/proof';

/**
 * Reads the entries that a log has got since a checkpoint: they are well formed, together with what was there before they
 * make the tree that is signed now, and the time that each says can be true by when witnesses had seen the log with it
 * and without. Says how many there are, and how many of them are alerts.
 * @param seen when trusted witnesses had seen the log at either checkpoint
 */
export async function readNewEntries(
  log: LogSource,
  before: Checkpoint | null,
  now: Checkpoint,
  seen: readonly SeenSize[],
): Promise<AuditStep[]> {
  const fails = (problem: string): AuditStep[] => [{ step: 'entries', result: 'fails', problem }];
  const from = before?.size ?? 0;
  try {
    const tree = await treeOf(log, from, now.size);
    if (before !== null && !tree.root().equals(before.root))
      return fails('the tiles are not those of the older checkpoint');
    let alerts = 0;
    const bounds = boundsOf(now.size - 1, seen);
    let untrue = '';
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < now.size; index++) {
      const entries = await bundle(log, index, now.size);
      // The first bundle begins with entries that were there before.
      for (const entry of entries.slice(tree.size - index * TILE_WIDTH)) {
        const { t, at } = readEntry(entry).clear;
        if (t === 'integrity.alert') alerts += 1;
        const time = checkTime(typeof at === 'string' ? at : '', bounds);
        if (!time.holds && untrue === '') untrue = `entry ${tree.size}: ${time.problem}`;
        tree.append(leafHash(entry));
      }
    }
    if (!tree.root().equals(now.root)) return fails('they do not make the tree that is signed');
    const told = alerts === 0 ? '' : `, ${alerts} of them say that the log’s integrity is in question`;
    return [
      { step: 'entries', result: 'holds', problem: `${now.size - from} new${told}` },
      ...(seen.length === 0
        ? []
        : [{ step: 'times', result: untrue === '' ? 'holds' : 'fails', problem: untrue } as const]),
    ];
  } catch (error) {
    if (error instanceof Malformed) return fails(error.message);
    throw error;
  }
}

/** The right edge of the tree of the first entries, from its tiles. */
async function treeOf(log: LogSource, from: number, size: number): Promise<CompactRange> {
  const leaves = { start: 0, end: from };
  const tiles = new Map<string, Buffer>();
  for (const tile of tilesFor([leaves], size)) {
    const bytes = await log.read(tilePath(tile));
    if (bytes !== null) tiles.set(tilePath(tile), bytes);
  }
  const hashOf = hashesInTiles(size, (tile) => tiles.get(tilePath(tile)));
  return CompactRange.parse(from, Buffer.concat(subtreesOf(leaves).map((subtree) => Buffer.from(hashOf(subtree)))));
}

async function bundle(log: LogSource, index: number, size: number): Promise<Buffer[]> {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const name = tilePath({ level: 'entries', index, width });
  const bytes = await log.read(name);
  if (bytes === null) throw new Malformed('tile', `${name} is missing`);
  return parseEntryBundle(bytes, width);
}
