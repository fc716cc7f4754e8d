import type { EntryId, SubjectId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { type JsonValue, readDisclosure } from '#lib/proof';
import { type LedgerKeys, openDisclosures, subjectKey } from './sealing.js';

/** An entry as it was appended, whether it has a position yet or not. */
export interface AppendedEntry {
  /** Its key in the table: ascends along each chain. */
  readonly n: number;
  readonly id: EntryId;
  readonly clear: Readonly<Record<string, JsonValue>>;
  /** Null when it discloses nothing, or nothing any more. */
  readonly disclosed: Readonly<Record<string, JsonValue>> | null;
}

/** Entries that are read at once. */
export const READ_PAGE = 2_000;

interface Row {
  readonly n: number;
  readonly id: EntryId;
  readonly leaf: Buffer;
  readonly subjectId: SubjectId | null;
  readonly secret: Buffer | null;
  readonly sealed: Buffer | null;
}

/** Every entry that has a position, or was not set aside, and whose type begins with one of these words, in the order of their keys. */
export async function* readAll(tx: Tx, keys: LedgerKeys, kinds: readonly string[]): AsyncGenerator<AppendedEntry[]> {
  const wanted = kinds.map((kind) => Buffer.from(`"t":"${kind}.`));
  for (let after = -1; ;) {
    const rows = await tx.sql<Row>`
      SELECT e.n, e.id, e.leaf, d.subject_id AS "subjectId", s.secret, d.sealed
        FROM (SELECT * FROM ledger.entry WHERE n > ${after}::bigint ORDER BY n LIMIT ${READ_PAGE}::int) e
        LEFT JOIN ledger.disclosure d ON d.n = e.n
        LEFT JOIN ledger.subject s ON s.id = d.subject_id
       WHERE NOT EXISTS (SELECT 1 FROM ledger.quarantine q WHERE q.n = e.n)
          OR e.n < (SELECT p.n + p.count FROM ledger.placement p WHERE p.n <= e.n ORDER BY p.n DESC LIMIT 1)
       ORDER BY e.n`;
    const found = rows.filter(({ leaf }) => wanted.some((bytes) => leaf.includes(bytes)));
    yield found.map(({ n, id, leaf, subjectId, secret, sealed }) => {
      const clear = JSON.parse(leaf.toString('utf8')) as AppendedEntry['clear'];
      if (subjectId === null || secret === null || sealed === null) return { n, id, clear, disclosed: null };
      const texts = openDisclosures(subjectKey(keys, subjectId, secret), id, sealed).split('\n');
      const disclosed = texts.map(readDisclosure).map(({ name, value }) => [name, value] as const);
      const isLinkAlone = disclosed.length === 1 && disclosed[0]?.[0] === 'subj';
      return { n, id, clear, disclosed: isLinkAlone ? null : Object.fromEntries(disclosed) };
    });
    const [row] = await tx.sql<{ last: number | null; count: number }>`
      SELECT max(n) AS last, count(*)::bigint AS count
        FROM (SELECT n FROM ledger.entry WHERE n > ${after}::bigint ORDER BY n LIMIT ${READ_PAGE}::int) e`;
    if (row === undefined || row.last === null || row.count < READ_PAGE) return;
    after = row.last;
  }
}

/** How many entries have a position: about as many as `readAll` reads. 0 where the head was taken away, which `fsck` says. */
export async function logSize(tx: Tx): Promise<number> {
  const [head] = await tx.sql<{ size: number }>`SELECT size FROM ledger.head`;
  return head?.size ?? 0;
}
