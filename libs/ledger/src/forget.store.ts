import type { EntryId, SubjectId } from '#lib/kernel';
import { plainList, type Tx } from '#lib/platform';
import { OPERATOR } from './append.store.js';
import type { Sealed } from './sealing.js';

/** An entry about a person, with what it discloses. */
export interface SealedEntry {
  /** Its key in the table. */
  readonly n: number;
  readonly id: EntryId;
  readonly leaf: Buffer;
  readonly subjectId: SubjectId;
  readonly secret: Buffer;
  readonly sealed: Buffer;
}

/** The two functions that take disclosures away but for links. No entry changes by them, and nobody has a right to do it otherwise. */
export const forgetStore = {
  async subject(tx: Tx, id: SubjectId, newSecret: Buffer, kept: { n: number; sealed: Sealed }): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`
      SELECT ledger.forget_subject(${id}, ${newSecret}, ${kept.n}::bigint, ${Buffer.concat(kept.sealed)}) AS n`;
    return row?.n ?? 0;
  },

  async keepLinks(tx: Tx, links: readonly { readonly n: number; readonly sealed: Sealed }[]): Promise<number> {
    const ns = plainList(links.map(({ n }) => n));
    const sealed = links.map((link) => Buffer.concat(link.sealed));
    const [row] = await tx.sql<{ n: number }>`SELECT ledger.keep_links(${ns}::bigint[], ${sealed}::bytea[]) AS n`;
    return row?.n ?? 0;
  },

  /** Those of these entries that disclose something about a person, in the order of their chains. */
  async entries(tx: Tx, ids: readonly EntryId[]): Promise<SealedEntry[]> {
    return tx.sql<SealedEntry>`
      SELECT e.n, e.id, e.leaf, d.subject_id AS "subjectId", s.secret, d.sealed
        FROM ledger.entry e JOIN ledger.disclosure d USING (n) JOIN ledger.subject s ON s.id = d.subject_id
       WHERE e.id = ANY (${[...ids]}::uuid[]) AND d.subject_id <> ${OPERATOR} AND s.secret IS NOT NULL
       ORDER BY d.subject_id, e.n`;
  },

  /** The last entry of a chain that discloses anything; null when there is none. */
  async lastOf(tx: Tx, id: SubjectId): Promise<SealedEntry | null> {
    const [row] = await tx.sql<SealedEntry>`
      SELECT e.n, e.id, e.leaf, d.subject_id AS "subjectId", s.secret, d.sealed
        FROM ledger.disclosure d JOIN ledger.entry e USING (n) JOIN ledger.subject s ON s.id = d.subject_id
       WHERE d.subject_id = ${id} AND s.secret IS NOT NULL ORDER BY d.n DESC LIMIT 1`;
    return row ?? null;
  },
};
