import { z } from 'zod';
import { type ApiKey, KeptAddresses, KeyService } from '#lib/consent';
import { saysSomething } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, deriveKeys, systemClock } from '#lib/platform';
import { parseCommandLine } from '../command.js';
import { settingsFrom } from './issue-operator-key.js';

const ADOPT = {
  name: 'adopt',
  summary:
    'lists API keys that are not bound to MASTER_KEY; --by: has rows that versions before December 2026 wrote believed as they are, once: binds these keys, and tells the log which addresses are kept of whom was erased or suppressed',
  options: z.object({
    by: z.string().trim().refine(saysSomething, 'must not be empty').max(200).optional().describe('who has looked at them, and says so'), // prettier-ignore
  }),
};

/**
 * Nothing else has a row believed that the log does not tell of: by what the database says of itself, a deployment that was
 * upgraded looks like one whose rows somebody wrote.
 *
 * @returns 0 when every key that has not ended is bound, 1 when not
 */
export async function run(argv: readonly string[]): Promise<number> {
  const { by } = parseCommandLine(ADOPT, argv);
  const config = settingsFrom(process.env);
  const ring = deriveKeys(config.MASTER_KEY);
  const database = new Database({ url: config.DATABASE_URL, max: 2, name: 'consent-gateway cli' });
  try {
    const ledger = new LedgerService({ kek: ring.ledgerKek, macKey: ring.ledgerMac });
    const keys = new KeyService(database, ledger, ring);
    if (by !== undefined) {
      const addresses = await new KeptAddresses(database, ledger).adopt(by);
      console.log(addresses === null ? 'The log was told of addresses before.' : `addresses told: ${addresses}`);
      const bound = await keys.adopt({ by, at: systemClock.now() });
      console.log(bound === null ? 'Keys were bound before.' : `keys bound: ${bound}`);
    }
    const unbound = await keys.unbound();
    for (const key of unbound) console.log(lineOf(key));
    if (unbound.length > 0) console.log(by === undefined ? LOOK : CHANGED);
    return unbound.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
}

const LOOK =
  'These keys open nothing, and nothing was changed. If this is the first start after an upgrade from a version before December 2026, and each of them is known: consentctl adopt --by NAME. Otherwise somebody wrote these rows; revoke what is not yours.';
const CHANGED = 'These keys open nothing: since they were bound somebody wrote or changed them. Revoke them, and issue new ones.'; // prettier-ignore

function lineOf({ id, publicId, brand, name, scopes }: ApiKey): string {
  return [id, publicId, brand ?? 'operator', JSON.stringify(name), scopes.join(',')].join('  ');
}
