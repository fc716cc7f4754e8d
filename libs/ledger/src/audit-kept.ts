import type { Tx } from '#lib/platform';
import { HASH_BYTES, Malformed } from '#lib/proof';
import type { Findings } from './audit.js';
import { foldKept, type KeptMemory, parseKept } from './kept-checkpoints.js';
import { type KeptRow, tileStore } from './tile.store.js';

const STEP = 'kept';
const PAGE = 500;

/**
 * Whether the checkpoints and cosignatures in the database are those that the publisher put there: all up to one by a
 * hash, in the order in which they were put there, and the newest line by line. What came after it was last written down
 * may be there as well.
 * @param text of the publisher's file; undefined when it was not given
 */
export async function auditKept(tx: Tx, text: string | undefined, found: Findings): Promise<void> {
  const memory = read(text, found);
  if (memory === null) return;
  const { covered, newest } = memory;
  let digest: Buffer = Buffer.alloc(HASH_BYTES);
  let isNewestThere = newest === null;
  for await (const row of rowsUpTo(tx, newest?.id ?? covered)) {
    if (row.id <= covered) digest = foldKept(digest, row);
    if (row.id !== newest?.id) continue;
    isNewestThere = true;
    if (row.note !== newest.note) found.fails(STEP, 'the newest checkpoint is another one than was kept');
    if (newest.lines.some((line) => !row.lines.includes(line))) {
      found.fails(STEP, 'a cosignature of the newest checkpoint is gone');
    }
  }
  if (!digest.equals(memory.digest)) {
    found.fails(STEP, `a checkpoint or a cosignature that was kept is gone or was changed, of those up to ${covered}`);
  }
  if (!isNewestThere) found.fails(STEP, 'the newest checkpoint that was kept is gone');
  found.holds(STEP);
}

async function* rowsUpTo(tx: Tx, last: number): AsyncGenerator<KeptRow> {
  for (let after = 0; after < last;) {
    const rows = await tileStore.kept(tx, after, PAGE);
    yield* rows.filter(({ id }) => id <= last);
    const end = rows.at(-1);
    if (end === undefined) return;
    after = end.id;
  }
}

function read(text: string | undefined, found: Findings): KeptMemory | null {
  if (text === undefined) {
    found.unchecked(STEP, 'the publisher’s folder was not given, or it has not published since it remembers');
    return null;
  }
  try {
    return parseKept(text);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    found.fails(STEP, error.message);
    return null;
  }
}
