import { setTimeout as sleep } from 'node:timers/promises';
import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { type Database, systemClock } from '#lib/platform';
import {
  type Checkpoint,
  leafHash,
  parseSignedCheckpoint,
  type TileName,
  TILE_WIDTH,
  writeEntryBundle,
  writeHashLines,
  verifyInclusion,
  writeTlogProof,
} from '#lib/proof';
import { tileStore } from './tile.store.js';
import { proveConsistency, TileProver } from './tile-proofs.js';

/** Where an entry stands, and what witnesses say of its age. */
export interface PublishedEntry {
  readonly id: EntryId;
  readonly status: 'pending' | 'integrated' | 'published';
  readonly idx: number | null;
  readonly notBefore: EpochMs | null;
  readonly notAfter: EpochMs | null;
}

export interface PublishedFigures {
  /** Entries in the newest checkpoint, and entries with a position that it does not cover. */
  readonly size: number;
  readonly unpublished: number;
  readonly ageMs: number;
  readonly problem: string | null;
  /** Entries that were not what had been appended when their turn came. */
  readonly quarantined: number;
}

const LOOK_MS = 100;
const NOT_SHOWN = { note: null, idx: null, leaf: null, brandId: null } as const;

/** The log as it is shown to the outside: only what stands in a signed checkpoint, and nothing personal. */
export class PublishedLog {
  private next: Promise<void> | undefined;
  private prover: TileProver;

  constructor(private readonly database: Database) {
    this.prover = new TileProver(database.tx);
  }

  /** The newest checkpoint with the cosignatures that it has; null before the first. */
  async checkpoint(): Promise<string | null> {
    const newest = await tileStore.newest(this.database.tx);
    if (newest === null) return null;
    const lines = await tileStore.cosignatures(this.database.tx, newest.id);
    return newest.note + lines.map(({ line }) => `${line}\n`).join('');
  }

  /** How many entries stand in the newest checkpoint. */
  async size(): Promise<number> {
    return (await tileStore.newest(this.database.tx))?.size ?? 0;
  }

  /** How far what is shown is behind, how old it is, what forbids to sign more, and what was set aside. */
  async figures(): Promise<PublishedFigures> {
    const { tx } = this.database;
    const newest = await tileStore.newest(tx);
    const head = await tileStore.head(tx);
    return {
      size: newest?.size ?? 0,
      unpublished: Math.max(0, head.size - (newest?.size ?? 0)),
      ageMs: newest === null ? 0 : Math.max(0, systemClock.now() - newest.signedAt),
      problem: await tileStore.problem(tx),
      quarantined: await tileStore.quarantined(tx),
    };
  }

  /** A tile of hashes or a bundle of entries; null unless the newest checkpoint covers all of it. */
  async tile({ level, index, width }: TileName): Promise<Buffer | null> {
    const { tx } = this.database;
    const start = index * TILE_WIDTH;
    const size = await this.size();
    if (start + width > Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level))) return null;
    if (level !== 'entries') return tileStore.tile(tx, { level, index, width });
    const leaves = await tileStore.leaves(tx, start, start + width);
    return leaves.length === width ? writeEntryBundle(leaves) : null;
  }

  /** Where an entry of this brand is; null when there is none. @param waitMs how long to wait for it to be published */
  async entry(id: EntryId, brandId: BrandId, waitMs = 0): Promise<PublishedEntry | null> {
    const { tx } = this.database;
    const deadline = systemClock.monotonic() + waitMs;
    for (;;) {
      const placed = await tileStore.placed(tx, id);
      const newest = await tileStore.newest(tx);
      if (placed !== null && placed.brandId !== brandId) return null;
      const isPublished = placed !== null && newest !== null && placed.idx < newest.size;
      if (isPublished) {
        const bounds = await tileStore.bounds(tx, newest.origin, placed.idx);
        return { id, status: 'published', idx: placed.idx, ...bounds };
      }
      if (placed === null && !(await tileStore.isPending(tx, id, brandId))) {
        // Between the two questions it may have got its position.
        if ((await tileStore.placed(tx, id)) === null) return null;
        continue;
      }
      if (systemClock.monotonic() >= deadline) {
        const status = placed === null ? 'pending' : 'integrated';
        return { id, status, idx: placed?.idx ?? null, notBefore: null, notAfter: null };
      }
      await this.aMoment();
    }
  }

  /** A `.tlog-proof` file for an entry of this brand under the newest checkpoint; null unless it is published. */
  async proof(id: EntryId, brandId: BrandId): Promise<string | null> {
    const { note, idx, leaf, brandId: br } = (await tileStore.shown(this.database.tx, id)) ?? NOT_SHOWN;
    if (note === null || idx === null || leaf === null || br !== brandId) return null;
    const signed = parseSignedCheckpoint(note);
    if (idx >= signed.checkpoint.size) return null;
    const hashes = await this.inclusion(idx, leaf, signed.checkpoint);
    return writeTlogProof({ extra: null, index: idx, hashes, ...signed });
  }

  /** The hashes, one to a line, that show that the log has only grown; null when it was never that large. */
  async consistency(from: number, to: number): Promise<string | null> {
    if (from > to || to > (await this.size())) return null;
    return writeHashLines(await proveConsistency(this.database.tx, from, to));
  }

  /** Proofs share most of their tiles. Those of before a database was restored prove nothing in it: they are read again. */
  private async inclusion(index: number, leaf: Buffer, { size, root }: Checkpoint): Promise<Buffer[]> {
    if (this.prover.isLarge) this.prover = new TileProver(this.database.tx);
    const hashes = await this.prover.inclusion(index, size);
    if (verifyInclusion({ index, size, root, leafHash: leafHash(leaf) }, hashes).holds) return hashes;
    this.prover = new TileProver(this.database.tx);
    return this.prover.inclusion(index, size);
  }

  /** Everybody who waits looks again at the same time. */
  private aMoment(): Promise<void> {
    this.next ??= sleep(LOOK_MS).then(() => {
      this.next = undefined;
    });
    return this.next;
  }
}
