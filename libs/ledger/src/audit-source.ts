import {
  boundsOf,
  checkTime,
  judgeCheckpoint,
  leafHash,
  Malformed,
  parseEntryBundle,
  parseSignedCheckpoint,
  seenAs,
  type SignedCheckpoint,
  type Tile,
  TILE_WIDTH,
  tilePath,
  type TrustPolicy,
} from '#lib/proof';
import { type AuditReport, Findings, type OnProgress, Unavailable } from './audit.js';
import { GrowingTiles } from './domain/growing-tiles.js';
import { stated } from './domain/stated.js';

/** Where a log is published: an address, a folder, a database. @throws Unavailable when it cannot be asked now. */
export interface LogSource {
  /** The newest checkpoint; null when there is none. */
  checkpoint(): Promise<string | null>;
  /** A resource by its path, such as `tile/0/000`; null when it is not there. */
  read(path: string): Promise<Buffer | null>;
}

export interface SourceAudit {
  /** Whom to trust; without it nobody's signature is checked. */
  readonly policy: TrustPolicy | null;
  /** A checkpoint from before, of which this log must be a continuation. */
  readonly older?: SignedCheckpoint;
  readonly onProgress?: OnProgress;
}

const STEPS = ['checkpoint', 'log', 'witnesses', 'entries', 'times', 'tiles', 'root'];

/**
 * Checks all of a published log as a stranger would: that the checkpoint is signed and witnessed, that every entry is
 * there and well formed and says a time that can be true by when witnesses had seen it, that the tiles are those of the entries and the root that of the checkpoint, and that it
 * continues what was seen before. Reads everything once, in order, and keeps the right edge of the tree and the ids.
 */
export async function auditSource(source: LogSource, options: SourceAudit): Promise<AuditReport> {
  const { policy, older } = options;
  const found = new Findings(older === undefined ? STEPS : [...STEPS, 'consistency']);
  let signed: SignedCheckpoint | null = null;
  try {
    signed = await readCheckpoint(source, found);
    if (signed !== null) {
      judge(signed, policy, found);
      await readAll(source, signed, options, found);
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    for (const step of STEPS) if (found.resultOf(step) === 'unchecked') found.unchecked(step, error.message);
  }
  const optional = ['times', ...(policy === null ? ['log', 'witnesses'] : [])];
  return found.report(signed?.checkpoint.origin ?? null, signed?.checkpoint.size ?? null, optional);
}

async function readCheckpoint(source: LogSource, found: Findings): Promise<SignedCheckpoint | null> {
  const text = await source.checkpoint();
  // Whoever publishes nothing says nothing that could be wrong; or it is another address.
  if (text === null) throw new Unavailable('no log is published there');
  try {
    const signed = parseSignedCheckpoint(text);
    found.holds('checkpoint');
    return signed;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    found.fails('checkpoint', error.message);
    return null;
  }
}

function judge(signed: SignedCheckpoint, policy: TrustPolicy | null, found: Findings): void {
  if (policy === null) {
    for (const step of ['log', 'witnesses']) found.unchecked(step, 'no policy was given');
    return;
  }
  const { log, quorum } = judgeCheckpoint(policy, signed);
  found.is('log', log.holds, log.holds ? '' : log.problem);
  found.is('witnesses', quorum.holds, quorum.holds ? '' : quorum.problem);
}

async function readAll(
  source: LogSource,
  signed: SignedCheckpoint,
  { policy, older, onProgress }: SourceAudit,
  found: Findings,
): Promise<void> {
  const { checkpoint } = signed;
  const { size, root, origin } = checkpoint;
  const seen =
    policy === null ? [] : [...(older === undefined ? [] : seenAs(policy, older)), ...seenAs(policy, signed)];
  if (seen.length === 0) found.unchecked('times', 'no witness that a policy trusts has cosigned');
  const tree = GrowingTiles.empty();
  const ids = new Set<string>();
  const atOlder = (): void => {
    if (older === undefined || tree.size !== older.checkpoint.size) return;
    const same = tree.root().equals(older.checkpoint.root);
    found.is('consistency', same, `its first ${tree.size} entries are not those of the older checkpoint`);
  };
  if (older !== undefined && older.checkpoint.origin !== origin) {
    found.fails('consistency', `the older checkpoint is of ${older.checkpoint.origin}`);
  } else if (older !== undefined && older.checkpoint.size > size) {
    found.fails('consistency', `it has shrunk from ${older.checkpoint.size} entries to ${size}`);
  }
  atOlder();
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const path = tilePath({ level: 'entries', index, width });
    const bytes = await source.read(path);
    if (bytes === null) return found.fails('entries', `${path} is missing`);
    let entries: Buffer[];
    try {
      entries = parseEntryBundle(bytes, width);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return found.fails('entries', `${path}: ${error.message}`);
    }
    for (const entry of entries) {
      const told = readOnce(entry, ids);
      if ('problem' in told) found.fails('entries', `entry ${tree.size}: ${told.problem}`);
      else if (seen.length > 0) {
        const time = checkTime(told.at, boundsOf(tree.size, seen));
        if (!time.holds) found.fails('times', `entry ${tree.size}: ${time.problem}`);
      }
      for (const tile of tree.append(leafHash(entry))) {
        await compare(source, { level: tile.level, index: tile.index, width: TILE_WIDTH }, tile.hashes, found);
      }
      atOlder();
    }
    onProgress?.(tree.size, size);
  }
  for (const { level, index, hashes } of tree.partial()) {
    await compare(source, { level, index, width: hashes.length / 32 }, hashes, found);
  }
  found.holds('entries');
  if (seen.length > 0) found.holds('times');
  found.holds('tiles');
  found.is('root', tree.root().equals(root), 'the entries have another root than the checkpoint');
}

async function compare(source: LogSource, tile: Tile, hashes: Buffer, found: Findings): Promise<void> {
  const path = tilePath(tile);
  const bytes = await source.read(path);
  if (bytes === null) found.fails('tiles', `${path} is missing`);
  else if (!bytes.equals(hashes)) found.fails('tiles', `${path} is not that of its entries`);
}

/** When an entry says to have been appended; or that it is not canonical, or its id was there before. */
function readOnce(entry: Buffer, ids: Set<string>): { readonly at: string } | { readonly problem: string } {
  try {
    const { id, at } = stated(entry);
    if (ids.has(id)) return { problem: 'its id occurs twice' };
    ids.add(id);
    return { at: new Date(at).toISOString() };
  } catch (error) {
    if (error instanceof Malformed) return { problem: error.message };
    throw error;
  }
}
