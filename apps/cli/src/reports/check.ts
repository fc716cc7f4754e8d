import { z } from 'zod';
import { LedgerService } from '#lib/ledger';
import {
  InvariantService,
  KeptConsentsService,
  KeptMessagesService,
  KeptTouchesService,
  MoneyService,
} from '#lib/reporting';
import { CommandEnd, parseCommandLine } from '../command.js';
import { keysFromEnvironment } from '../ledger/check.js';
import { withDatabase } from '../ledger/sources.js';

const CHECK = {
  name: 'reports check',
  summary: 'do the reports add up, and do they agree with messages, touches, facts and the log?',
  options: z.object({ json: z.boolean().default(false).describe('for programs') }),
};

/** Exit codes: 0 all adds up, 1 something does not. */
export async function run([part, ...argv]: readonly string[]): Promise<number> {
  if (part !== 'check') throw new CommandEnd('consentctl reports check [--json]', part === '--help' ? 0 : 2);
  const { json } = parseCommandLine(CHECK, argv);
  const keys = keysFromEnvironment();
  const ledger = keys === null ? null : new LedgerService(keys);
  const differences = await withDatabase((database) => {
    const kept = new KeptTouchesService(database);
    const messages = new KeptMessagesService(database);
    const consents = new KeptConsentsService(database);
    return new InvariantService(database, new MoneyService(database, kept), kept, messages, consents).check(
      ledger === null ? null : (tx, ids) => ledger.disclosures(tx, ids),
    );
  });
  if (json) console.log(JSON.stringify({ differences }));
  else {
    for (const { brandId, what, expected, found } of differences)
      console.log(`${brandId}: ${what}: ${expected} is expected, ${found} is found`);
    if (keys === null)
      console.log('Instants of touches were not compared: without MASTER_KEY what entries disclose cannot be read.');
    console.log(differences.length === 0 ? 'All reports add up.' : `${differences.length} figures do not add up.`);
  }
  return differences.length === 0 ? 0 : 1;
}
