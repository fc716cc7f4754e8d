import type { BrandId } from '#lib/kernel';
import type { Database } from '#lib/platform';
import {
  checkSignatures,
  CompactRange,
  leafHash,
  logKeysFor,
  Malformed,
  parseNote,
  parseSignatureLine,
  parseSignedCheckpoint,
  readEntry,
  TILE_WIDTH,
  type TrustPolicy,
} from '#lib/proof';
import { type AuditReport, Findings, type OnProgress } from './audit.js';
import { type AuditedCheckpoint, type AuditedHead, auditStore } from './audit.store.js';
import { auditChains } from './audit-chains.js';
import { auditKept } from './audit-kept.js';
import { typeProblem } from './domain/check-type.js';
import { GrowingTiles } from './domain/growing-tiles.js';
import { stated } from './domain/stated.js';
import { TimeBounds, type TimeTolerance } from './domain/time-bounds.js';
import { checkGuards } from './guards.js';
import { type LedgerKeys, slotMac } from './sealing.js';
import { tileStore } from './tile.store.js';

export interface DatabaseAudit {
  /** Without it no signature is checked. */
  readonly policy: TrustPolicy | null;
  /** Without them nobody can tell whether what waits was appended by us. */
  readonly keys: LedgerKeys | null;
  /** What the signer remembers to have signed last, from its file. */
  readonly memory?: string;
  /** What the publisher remembers to have put into the database, from its file. */
  readonly kept?: string;
  readonly tolerance?: TimeTolerance;
  readonly onProgress?: OnProgress;
}

export const DATABASE_STEPS = [
  'guards',
  'positions',
  'strays',
  'pending',
  'entries',
  'types',
  'chains',
  'heads',
  'tiles',
  'head',
  'checkpoints',
  'signatures',
  'times',
  'memory',
  'kept',
];

const TOLERANCE: TimeTolerance = { lateMs: 3_600_000, skewMs: 5_000 };
const NO_KEYS = 'without MASTER_KEY what entries disclose cannot be read';
const CHUNK = 2_048;
const PAGE = 500;

/**
 * Checks all of the ledger in its database, from its entries alone: everything that was derived from them, and everything
 * that was signed about them, must be what comes out of hashing them again. Appending and publishing may go on meanwhile.
 */
export async function auditDatabase(database: Database, options: DatabaseAudit): Promise<AuditReport> {
  const audit = new Audit(database, options);
  return audit.run();
}

class Audit {
  private readonly found = new Findings(DATABASE_STEPS);
  private readonly tree = GrowingTiles.empty();
  private readonly times: TimeBounds;
  private readonly ids = new Set<string>();
  private checkpoints: AuditedCheckpoint[] = [];
  private cursor = { size: -1, id: 0 };
  private isLastPage = false;
  private hasTimes = false;
  private origin: string | null = null;
  /** The last entry that says how far chains reach. */
  private lastHeads: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly options: DatabaseAudit,
  ) {
    this.times = new TimeBounds(options.tolerance ?? TOLERANCE);
  }

  async run(): Promise<AuditReport> {
    const { tx } = this.database;
    const { found } = this;
    const [violation] = await checkGuards(tx);
    found.is('guards', violation === undefined, `${violation?.object}: ${violation?.problem}`);
    const gap = await auditStore.gap(tx);
    found.is('positions', gap === null, gap ?? '');
    const stray = await auditStore.stray(tx);
    found.is('strays', stray === null, `entry ${stray} has no position and waits for none`);
    await this.pending();
    const fullTiles = await auditStore.tileCount(tx);
    const head = await auditStore.head(tx);
    const size = head?.size ?? (await auditStore.placedEnd(tx));
    const lists = new Set(await auditStore.headsLists(tx));
    if (this.options.keys === null) for (const step of ['chains', 'heads']) found.unchecked(step, NO_KEYS);
    else await auditChains(this.database, this.options.keys, found);
    const memory = this.memory();
    await auditKept(tx, this.options.kept, found);
    await this.checkpointsAt(0);
    await this.entries(size, memory);
    if (found.resultOf('entries') === 'fails' && this.tree.size < size) return this.report();

    if (this.lastHeads !== null && !lists.has(this.lastHeads)) {
      found.fails('heads', `the list behind the entry ${this.lastHeads} is gone`);
    }
    if (head === null) found.fails('head', 'the row is gone that says how many entries there are, and their root');
    else found.is('head', this.tree.root().equals(head.root) && rangeIs(head), 'the entries have another root');
    if (fullTiles > fullTilesOf(size)) found.fails('tiles', 'there are tiles of more entries than there are');
    found.holds('tiles');
    const beyond = await this.nextCheckpoint();
    if (beyond !== null) {
      const problem = `a checkpoint of ${beyond.size} entries was signed, and there are ${size}`;
      // It may have been signed since the head was read.
      const now = await auditStore.head(tx);
      if (beyond.size > (now?.size ?? size)) found.fails('checkpoints', problem);
    }
    found.holds('checkpoints');
    if (this.options.policy === null) found.unchecked('signatures', 'no policy was given');
    else found.holds('signatures');
    if (this.hasTimes) found.holds('times');
    else found.unchecked('times', 'no witness that the policy trusts has cosigned');
    this.afterMemory(memory, size);
    return this.report();
  }

  private report(): AuditReport {
    return this.found.report(this.origin, this.tree.size, [
      'signatures',
      'times',
      'memory',
      'kept',
      'pending',
      'chains',
      'heads',
    ]);
  }

  private async pending(): Promise<void> {
    const { keys } = this.options;
    for (let after = 0; ;) {
      const slots = await auditStore.pending(this.database.tx, after, PAGE);
      for (const { n, brandId, mac, seals, sound } of slots) {
        if (!sound) this.found.fails('pending', `an entry of the slot ${n} that waits is not what was appended`);
        if (keys !== null && !slotMac(keys, brandId as BrandId | null, seals).equals(mac)) {
          this.found.fails('pending', `the slot ${n} that waits was not appended by this deployment`);
        }
      }
      const last = slots.at(-1);
      if (last === undefined || slots.length < PAGE) break;
      after = last.n;
    }
    if (keys === null) this.found.unchecked('pending', 'without MASTER_KEY nobody can tell who appended what waits');
    else this.found.holds('pending');
  }

  private async entries(size: number, memory: Remembered | null): Promise<void> {
    const { found, tree } = this;
    while (tree.size < size) {
      const end = Math.min(tree.size + CHUNK, size);
      const entries = await auditStore.entries(this.database.tx, tree.size, end);
      if (entries.length !== end - tree.size) {
        return found.fails('entries', `of the entries ${tree.size} to ${end - 1} there are ${entries.length}`);
      }
      for (const { leaf, brandId } of entries) {
        this.entry(leaf, brandId);
        for (const tile of tree.append(leafHash(leaf))) {
          const stored = await auditStore.tile(this.database.tx, tile.level, tile.index);
          const name = `tile ${tile.index} of level ${tile.level}`;
          if (stored === null) await this.mayBeUnpublished(name, tree.size);
          else if (!stored.hashes.equals(tile.hashes) || !stored.root.equals(tile.root)) {
            found.fails('tiles', `${name} is not that of its entries`);
          }
        }
        if (memory?.size === tree.size) found.is('memory', memory.root.equals(tree.root()), FORK);
        await this.checkpointsAt(tree.size);
      }
      this.options.onProgress?.(tree.size, size);
    }
    found.holds('entries');
    found.holds('types');
  }

  private entry(leaf: Buffer, brandId: string | null): void {
    const idx = this.tree.size;
    try {
      const { id, at } = stated(leaf);
      if (this.ids.has(id)) this.found.fails('entries', `the id of entry ${idx} occurs twice`);
      this.ids.add(id);
      const entry = readEntry(leaf);
      const { t, br = null } = entry.clear;
      if (t === 'subject.heads') this.lastHeads = id;
      if (br !== brandId) this.found.fails('positions', `entry ${idx} stands in the log as one of another brand`);
      const wrong = typeProblem(entry);
      if (wrong !== null) this.found.fails('types', `entry ${idx} ${wrong}`);
      const late = this.times.entry(idx, at);
      if (late !== null) this.found.fails('times', late);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.found.fails('entries', `entry ${idx}: ${error.message}`);
    }
  }

  /** Only what a checkpoint covers has to be in tiles. */
  private async mayBeUnpublished(name: string, size: number): Promise<void> {
    const newest = await tileStore.newest(this.database.tx);
    if (newest !== null && newest.size >= size) this.found.fails('tiles', `${name} is missing`);
  }

  /** All checkpoints of the tree as it is now. */
  private async checkpointsAt(size: number): Promise<void> {
    for (
      let next = await this.nextCheckpoint();
      next !== null && next.size <= size;
      next = await this.nextCheckpoint()
    ) {
      this.checkpoints.shift();
      this.checkpoint(next);
    }
  }

  private async nextCheckpoint(): Promise<AuditedCheckpoint | null> {
    if (this.checkpoints.length === 0 && !this.isLastPage) {
      this.checkpoints = await auditStore.checkpoints(this.database.tx, this.cursor, PAGE);
      this.isLastPage = this.checkpoints.length < PAGE;
      this.cursor = this.checkpoints.at(-1) ?? this.cursor;
    }
    return this.checkpoints[0] ?? null;
  }

  private checkpoint(row: AuditedCheckpoint): void {
    const { origin, size, root, note, lines } = row;
    const { found } = this;
    this.origin = origin;
    try {
      if (!areAsTheySay(row)) {
        found.fails('signatures', `a row below the checkpoint of ${size} entries says otherwise than its cosignature`);
      }
      const { checkpoint } = parseSignedCheckpoint(note);
      const same = checkpoint.size === size && checkpoint.origin === origin && checkpoint.root.equals(root);
      if (!same) found.fails('checkpoints', `the checkpoint of ${size} entries says something else than its row`);
      if (!root.equals(this.tree.root())) {
        found.fails('checkpoints', `a checkpoint of ${size} entries was signed, and they have another root now`);
      }
      this.signatures(origin, size, note, lines);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      found.fails('checkpoints', `the checkpoint of ${size} entries: ${error.message}`);
    }
  }

  private signatures(origin: string, size: number, noteText: string, lines: readonly string[]): void {
    const { policy } = this.options;
    if (policy === null) return;
    const note = parseNote(noteText);
    const byLog = checkSignatures(note, logKeysFor(policy, { origin, size }));
    if (byLog.verified.length === 0 || byLog.wrong.length > 0) {
      this.found.fails('signatures', `no log of the policy has signed the checkpoint of ${size} entries`);
    }
    const cosigned = checkSignatures(
      { text: note.text, signatures: lines.map(parseSignatureLine) },
      policy.witnesses.map(({ key }) => key),
    );
    if (cosigned.wrong.length > 0) {
      this.found.fails('signatures', `a cosignature of the checkpoint of ${size} entries is wrong`);
    }
    const times = cosigned.verified.flatMap(({ time }) => (time === null ? [] : [time * 1_000]));
    this.hasTimes ||= times.length > 0;
    const early = this.times.checkpoint(times);
    if (early !== null) this.found.fails('times', early);
  }

  private memory(): Remembered | null {
    if (this.options.memory === undefined) {
      this.found.unchecked('memory', 'the signer’s folder was not given');
      return null;
    }
    try {
      const { size, root } = parseSignedCheckpoint(this.options.memory).checkpoint;
      if (size === 0) this.found.holds('memory');
      return { size, root };
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.found.fails('memory', error.message);
      return null;
    }
  }

  private afterMemory(memory: Remembered | null, size: number): void {
    if (memory === null || memory.size <= size) return;
    this.found.fails(
      'memory',
      `the signer has signed ${memory.size} entries, and there are ${size}: it is an older database`,
    );
  }
}

/** The witness and the time in the table are those of the line, to whomever it belongs. */
function areAsTheySay({ lines, witnesses, times }: AuditedCheckpoint): boolean {
  return lines.every((line, i) => {
    const { name, signature } = parseSignatureLine(line);
    return name === witnesses[i] && signature.length >= 8 && String(signature.readBigUInt64BE() * 1000n) === times[i];
  });
}

interface Remembered {
  readonly size: number;
  readonly root: Buffer;
}

const FORK = 'the signer has signed another log';

function rangeIs({ size, root, range }: AuditedHead): boolean {
  try {
    return CompactRange.parse(size, range).root().equals(root);
  } catch {
    return false;
  }
}

function fullTilesOf(size: number): number {
  let count = 0;
  for (let below = Math.floor(size / TILE_WIDTH); below > 0; below = Math.floor(below / TILE_WIDTH)) count += below;
  return count;
}
