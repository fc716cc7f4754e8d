import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { saysSomething } from '#lib/kernel';
import { ERASED_FILE, KEY_FILE, LedgerService, memoryName, readKeys, type Resumption } from '#lib/ledger';
import { systemClock } from '#lib/platform';
import { type TrustedLog, type TrustPolicy, type VerifierKey, writeTrustPolicy } from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { writePrivately } from '../start/kept-file.js';
import { keysFromEnvironment, readPolicy } from './check.js';
import { logsWith, TRUST_POLICY_FILE } from './key-folder.js';
import { withDatabase } from './sources.js';

const RESUME = {
  name: 'ledger resume',
  summary:
    'says, once the opt-outs that a restored database has lost are repeated, that the log of LEDGER_DIR, which has a new name, goes on in it; messages leave again then',
  options: z.object({
    by: z
      .string('who says so? --by NAME')
      .trim()
      .refine(saysSomething, 'must not be empty')
      .max(200)
      .describe('who says so'),
    reason: z
      .string('why? --reason TEXT')
      .trim()
      .refine(saysSomething, 'must not be empty')
      .max(2000)
      .describe('what was lost, and what was repeated'),
  }),
};

export async function resume(argv: readonly string[]): Promise<number> {
  const actor = parseCommandLine(RESUME, argv);
  const folder = process.env['LEDGER_DIR'];
  const keys = keysFromEnvironment();
  if (folder === undefined || folder === '') throw new CommandEnd('LEDGER_DIR is missing.', 2);
  if (keys === null) throw new CommandEnd('MASTER_KEY is missing.', 2);
  const [{ key }] = readKeys(path.join(folder, KEY_FILE));
  if (fs.existsSync(path.join(folder, memoryName(key.name)))) {
    throw new CommandEnd(
      `${key.name} has been signed before: a log that was lost in part goes on under a new name.`,
      2,
    );
  }
  if (!fs.existsSync(path.join(folder, ERASED_FILE))) {
    throw new CommandEnd(
      `${ERASED_FILE} is not in LEDGER_DIR: copy it from the folder of the log before, so that whoever was erased is erased again before anything leaves. If it is lost, make an empty one, and erase again whom you know of.`,
      2,
    );
  }
  const policy = path.join(folder, TRUST_POLICY_FILE);
  // Before anything is said: a file that is no policy ends the command.
  const trust = fs.existsSync(policy) ? readPolicy(policy) : null;
  const resumption = await withDatabase((database) =>
    database.transaction(async (tx) => {
      const ledger = new LedgerService(keys);
      const hold = await ledger.hold(tx);
      const said = await ledger.resume(tx, key.name, actor, systemClock.now());
      // Its worker would go on signing, beyond what the new log follows.
      if (said !== null && hold?.kind !== 'contradicted') throw new CommandEnd(goesOn(said.follows, key.name), 2);
      return said;
    }),
  );
  if (resumption === null) throw new CommandEnd(`There is no log that ${key.name} does not follow already.`, 2);
  console.log(`${key.name} follows ${resumption.follows} after ${resumption.size} entries`);
  keepTrust(policy, trust, key, resumption);
  return 0;
}

const goesOn = (log: string, next: string): string =>
  `The log ${log} is signed, and nothing contradicts it: it goes on under its own name, and nothing was changed. If its key is lost, end the workers that have it and start one with this LEDGER_DIR first: it says that nobody has said that ${next} follows, and messages are held; then say this again.`;

/**
 * Has whoever trusts the new log trust the one before as well, for as many entries as it follows: what witnesses said of
 * those is all that shows when they were there.
 */
function keepTrust(file: string, known: TrustPolicy | null, key: VerifierKey, { follows, size }: Resumption): void {
  const isBefore = ({ key: { name } }: TrustedLog): boolean => name === follows;
  if (known?.logs.some(isBefore) !== true) {
    console.log(
      `${file} does not know ${follows}: put its lines from the policy of before there, each log with a comment "# until ${size} NAME+ID", or nothing shows when entries of before were there`,
    );
    return;
  }
  const logs = known.logs.map((log) => (isBefore(log) ? { ...log, until: Math.min(log.until ?? size, size) } : log));
  writePrivately(file, writeTrustPolicy({ ...known, logs: logsWith(logs, [key], null) }));
}
