import { KeyService } from '#lib/consent';
import { LedgerService } from '#lib/ledger';
import { type Config, Database, deriveKeys, readConfig, SCOPES, systemClock } from '#lib/platform';
import { CommandEnd } from '../command.js';

/**
 * Makes an operator key with every scope, on the deployment's own machine: whoever can read the database and the
 * master key needs no other key to do so. It is the only way to a first key; there is no built-in one.
 *
 * @returns the text of the key, which is stored nowhere.
 * @throws CommandEnd when the settings cannot be used.
 */
export async function issueOperatorKey(env: NodeJS.ProcessEnv, name: string): Promise<string> {
  const config = settingsFrom(env);
  const ring = deriveKeys(config.MASTER_KEY);
  const database = new Database({ url: config.DATABASE_URL, max: 2, name: 'consent-gateway cli' });
  try {
    const keys = new KeyService(database, new LedgerService({ kek: ring.ledgerKek, macKey: ring.ledgerMac }), ring);
    const request = { brand: null, name, scopes: SCOPES, test: false, expiresAt: null };
    return (await keys.issue(request, { by: 'operator', at: systemClock.now() }, null)).text;
  } finally {
    await database.close();
  }
}

/** @throws CommandEnd when the settings cannot be used. */
export function settingsFrom(env: NodeJS.ProcessEnv): Config {
  try {
    return readConfig(env);
  } catch (error) {
    throw new CommandEnd(error instanceof Error ? error.message : String(error), 2);
  }
}
