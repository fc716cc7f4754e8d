import type { EntryId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { Tx } from '#lib/platform';

/** What earlier versions wrote without the log being told of it, and the entry that says that it was told afterwards. */
const ADOPTIONS = { addresses: 'addresses.adopted', keys: 'keys.adopted' } as const;
export type Adopted = keyof typeof ADOPTIONS;

/**
 * Whether the log says that it was told of these rows; when not, others who ask wait until this transaction ends. Nobody's
 * row is believed here: whoever could say that the log was not told yet would have whatever they wrote taken for true.
 */
export async function isAdopted(tx: Tx, ledger: LedgerService, what: Adopted): Promise<boolean> {
  await tx.execute`SELECT pg_advisory_xact_lock(hashtext('consent.adoption'))`;
  const [noted] = await tx.sql<{ entryId: EntryId }>`
    SELECT entry_id AS "entryId" FROM consent.adoption WHERE what = ${what}`;
  const type = ADOPTIONS[what];
  const entry = noted === undefined ? null : await ledger.entry(tx, noted.entryId);
  if (entry !== null && (JSON.parse(entry.leaf.toString('utf8')) as { t?: unknown }).t === type) return true;
  const said = await ledger.firstOf(tx, type);
  if (said !== null) await note(tx, what, said);
  return said !== null;
}

/** Says so in the log, in the transaction of `isAdopted`. */
export async function adopted(tx: Tx, ledger: LedgerService, what: Adopted, cnt: number, at: number): Promise<void> {
  const [entry] = await ledger.append(tx, [
    { type: ADOPTIONS[what], at, clear: { cnt }, disclosed: { actor: 'upgrade' } },
  ]);
  if (entry !== undefined) await note(tx, what, entry.id);
}

async function note(tx: Tx, what: Adopted, entryId: EntryId): Promise<void> {
  await tx.execute`
    INSERT INTO consent.adoption (what, entry_id) VALUES (${what}, ${entryId})
    ON CONFLICT (what) DO UPDATE SET entry_id = EXCLUDED.entry_id`;
}
