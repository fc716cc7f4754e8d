import type { LedgerService } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { Change } from './setup-change.js';

/** What earlier versions wrote without the log being told of it, and the entry that says that it was told afterwards. */
const ADOPTIONS = { addresses: 'addresses.adopted', keys: 'keys.adopted' } as const;
export type Adopted = keyof typeof ADOPTIONS;

/**
 * Whether the log says that it was told of these rows; others who ask wait until this transaction ends. That it does not
 * say so is no reason to believe a row: whoever writes rows writes those of the log as well. Only an operator's word is.
 */
export async function isAdopted(tx: Tx, ledger: LedgerService, what: Adopted): Promise<boolean> {
  await tx.execute`SELECT pg_advisory_xact_lock(hashtext('consent.adoption'))`;
  return (await ledger.firstOf(tx, ADOPTIONS[what])) !== null;
}

/** Says so in the log, in the transaction of `isAdopted`. */
export async function adopted(
  tx: Tx,
  ledger: LedgerService,
  what: Adopted,
  cnt: number,
  change: Change,
): Promise<void> {
  await ledger.append(tx, [{ type: ADOPTIONS[what], at: change.at, clear: { cnt }, disclosed: { actor: change.by } }]);
}
