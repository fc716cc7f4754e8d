import type { Tx } from '#lib/platform';
import { HASH_BYTES, TILE_WIDTH } from '#lib/proof';
import { GrowingTiles } from './domain/growing-tiles.js';
import { LedgerDamaged } from './sequencer.js';
import { tileStore } from './tile.store.js';

/** The edges of the tree that the full tiles make, at most of this size. */
export async function resumeTiles(tx: Tx, size: number): Promise<GrowingTiles> {
  const full = await tileStore.fullTiles(tx, 0);
  const leaves = full * TILE_WIDTH;
  if (leaves > size) throw new LedgerDamaged(`there are tiles of ${leaves} entries, and the head has ${size}`);
  const edges: Buffer[][] = full === 0 ? [] : [[]];
  for (let level = 1, below = full; below > 0; level++) {
    const whole = Math.floor(below / TILE_WIDTH);
    const roots = await tileStore.roots(tx, level - 1, whole * TILE_WIDTH, below);
    if (roots.length !== (below - whole * TILE_WIDTH) * HASH_BYTES) {
      throw new LedgerDamaged(`of the tiles at level ${level - 1} some are missing`);
    }
    edges.push(hashesIn(roots));
    below = whole;
  }
  return full === 0 ? GrowingTiles.empty() : GrowingTiles.resume(leaves, edges);
}

function hashesIn(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, i) =>
    bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}
