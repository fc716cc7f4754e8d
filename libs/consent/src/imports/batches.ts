import type { WrittenAddress } from '../contacts/address-hash.js';
import { checkAddress } from '../contacts/domain/address.js';
import type { ReadRow } from './read-rows.js';

/** Rows that share a transaction, and whom and which addresses they are about. */
export interface Batch {
  readonly rows: readonly ReadRow[];
  readonly isFirst: boolean;
  /** `p` and an external id, or an address as `addressKey` writes it. */
  readonly about: ReadonlySet<string>;
  /** The keyed hashes of the addresses of the rows, by their names; those that are none have none. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** There is a first batch also of a file without rows. Which addresses they are about is not looked up yet. */
export async function* batchesOf(rows: AsyncIterable<ReadRow>, size: number): AsyncGenerator<Batch> {
  let isFirst = true;
  let batch: ReadRow[] = [];
  const take = (): Batch => {
    const people = batch.flatMap((read) => (read.kind === 'row' ? [`p ${read.row.externalId}`] : []));
    const full = { rows: batch, isFirst, about: new Set(people), hashes: new Map<string, string>() };
    [batch, isFirst] = [[], false];
    return full;
  };
  for await (const row of rows) if (batch.push(row) === size) yield take();
  if (batch.length > 0 || isFirst) yield take();
}

/** The addresses that rows name, each once. */
export function writtenIn(rows: readonly ReadRow[]): WrittenAddress[] {
  const written = new Map<string, WrittenAddress>();
  for (const read of rows) {
    if (read.kind !== 'row') continue;
    const { channel, address } = read.row;
    if (channel === undefined || address === undefined) continue;
    const checked = checkAddress(channel, address);
    if (!checked.ok) continue;
    const one = { channel, address: checked.address };
    written.set(writtenName(one), one);
  }
  return [...written.values()];
}

export function writtenName({ channel, address }: WrittenAddress): string {
  return `${channel} ${address}`;
}
