import type { Channel } from '#lib/kernel';
import { checkAddress } from '../contacts/domain/address.js';
import type { ReadRow } from './read-rows.js';

/** Rows that share a transaction, and whom and which addresses they are about. */
export interface Batch {
  readonly rows: readonly ReadRow[];
  readonly isFirst: boolean;
  readonly about: ReadonlySet<string>;
}

/** An address, given as it is compared, as `addressKey` writes it. */
export type AddressKeyOf = (channel: Channel, normalized: string) => string;

/** There is a first batch also of a file without rows. */
export async function* batchesOf(
  rows: AsyncIterable<ReadRow>,
  size: number,
  keyOf: AddressKeyOf,
): AsyncGenerator<Batch> {
  let isFirst = true;
  let batch: ReadRow[] = [];
  const take = (): Batch => {
    const full = { rows: batch, isFirst, about: aboutOf(batch, keyOf) };
    [batch, isFirst] = [[], false];
    return full;
  };
  for await (const row of rows) if (batch.push(row) === size) yield take();
  if (batch.length > 0 || isFirst) yield take();
}

function aboutOf(rows: readonly ReadRow[], keyOf: AddressKeyOf): Set<string> {
  const about = new Set<string>();
  for (const read of rows) {
    if (read.kind !== 'row') continue;
    const { externalId, channel, address } = read.row;
    about.add(`p ${externalId}`);
    if (channel === undefined || address === undefined) continue;
    const checked = checkAddress(channel, address);
    if (checked.ok) about.add(keyOf(channel, checked.normalized));
  }
  return about;
}
