import { HASH_BYTES, Malformed } from '#lib/proof';
import type { Findings } from './audit.js';
import { foldKept, type KeptMemory, parseKept } from './kept-checkpoints.js';
import type { KeptRow } from './tile.store.js';

const STEP = 'kept';

/**
 * Whether the checkpoints and cosignatures in the database are those that the publisher put there: all up to one by a
 * hash, and the newest line by line. What came after it was last written down may be there as well.
 */
export class KeptAudit {
  private readonly memory: KeptMemory | null;
  private digest: Buffer = Buffer.alloc(HASH_BYTES);
  private isCovered = false;
  private isNewestThere = false;

  /** @param text of the publisher's file; undefined when it was not given */
  constructor(
    text: string | undefined,
    private readonly found: Findings,
  ) {
    this.memory = this.read(text);
    this.isCovered = this.memory?.covered === 0;
    this.isNewestThere = this.memory?.newest === null;
  }

  /** In the order of their ids. */
  row(row: KeptRow): void {
    if (this.memory === null) return;
    const { covered, digest, newest } = this.memory;
    if (row.id <= covered) this.digest = foldKept(this.digest, row);
    if (row.id === covered) this.isCovered = this.digest.equals(digest);
    if (row.id !== newest?.id) return;
    const missing = newest.lines.find((line) => !row.lines.includes(line));
    this.isNewestThere = true;
    if (row.note !== newest.note) this.found.fails(STEP, 'the newest checkpoint is another one than was kept');
    if (missing !== undefined) this.found.fails(STEP, 'a cosignature of the newest checkpoint is gone');
  }

  end(): void {
    if (this.memory === null) return;
    const what = 'a checkpoint or a cosignature that was kept';
    if (!this.isCovered)
      this.found.fails(STEP, `${what} is gone or was changed, of those up to ${this.memory.covered}`);
    if (!this.isNewestThere) this.found.fails(STEP, `the newest checkpoint that was kept is gone`);
    this.found.holds(STEP);
  }

  private read(text: string | undefined): KeptMemory | null {
    if (text === undefined) {
      this.found.unchecked(STEP, 'the publisher’s folder was not given, or it has not published since it remembers');
      return null;
    }
    try {
      return parseKept(text);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.found.fails(STEP, error.message);
      return null;
    }
  }
}
