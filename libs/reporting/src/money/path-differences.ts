import type { Tx } from '#lib/platform';
import { EPOCH_2000, lastPath, type PathNames } from './domain/kept-touches.js';
import type { KeptScope } from './kept-scope.js';
import { keptStore } from './kept.store.js';
import { BASES, type Basis, DIMENSIONS } from './touch.store.js';

/** How many of these accounts are kept with another path at the end than their touches make. */
export async function pathsUnlikeTouches(
  tx: Tx,
  { brandId, accounts }: Pick<KeptScope, 'brandId' | 'accounts'>,
  names: PathNames,
): Promise<number> {
  const rows = await keptStore.accounts(tx, brandId, accounts);
  const unlike = new Set<string>();
  for (const basis of BASES)
    for (const by of DIMENSIONS) {
      const kept = (await keptStore.ends(tx, brandId, { basis, by, collapseSend: true }, accounts)).flatMap(rowsIn);
      const expected = rows.flatMap(({ account, [basis]: packed }) => packedEnd(account, packed, basis, by, names));
      const all = new Set([...kept, ...expected].map((row) => row.toString('hex')));
      for (const side of [kept, expected]) {
        const there = new Set(side.map((row) => row.toString('hex')));
        for (const row of all) if (!there.has(row)) unlike.add(row.slice(0, 32));
      }
    }
  return unlike.size;
}

/** As `keptStore.ends` packs it; nothing without a touch. */
function packedEnd(
  account: string,
  packed: Buffer,
  basis: Basis,
  by: (typeof DIMENSIONS)[number],
  { first, sends }: PathNames,
): Buffer[] {
  const path = lastPath(packed, first, basis === 'delivered' ? sends : undefined);
  if (path === null) return [];
  const at = Buffer.alloc(8);
  at.writeBigInt64BE(BigInt(path.lastAt - EPOCH_2000) * 1000n);
  return [
    Buffer.concat([
      Buffer.from(account.replaceAll('-', ''), 'hex'),
      at,
      ...sized(path.names[by]),
      ...sized(path.apart),
    ]),
  ];
}

function sized(bytes: Buffer): [Buffer, Buffer] {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return [size, bytes];
}

/** The rows of one answer, each by itself. */
function rowsIn(rows: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let from = 0; from < rows.length;) {
    const names = from + 24;
    const apart = names + 4 + rows.readUInt32BE(names);
    const end = apart + 4 + rows.readUInt32BE(apart);
    found.push(rows.subarray(from, end));
    from = end;
  }
  return found;
}
