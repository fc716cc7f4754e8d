import { z } from 'zod';
import { LedgerService } from '#lib/ledger';
import { Reconciler } from '#lib/sending';
import { CommandEnd, parseCommandLine } from '../command.js';
import { keysFromEnvironment } from './check.js';
import { progressBar } from './report.js';
import { withDatabase } from './sources.js';

const RECONCILE = {
  name: 'ledger reconcile',
  summary:
    'makes what decisions read again from the log, and says where the tables differ; red readiness until they do not',
  options: z.object({ json: z.boolean().default(false).describe('for programs') }),
};

export async function reconcile(argv: readonly string[]): Promise<number> {
  const { json } = parseCommandLine(RECONCILE, argv);
  const keys = keysFromEnvironment();
  if (keys === null) throw new CommandEnd('MASTER_KEY is missing: without it what entries disclose cannot be read.', 2);
  const { entries, differences } = await withDatabase((database) =>
    new Reconciler(database, new LedgerService(keys), keys).run(progressBar()),
  );
  if (json) console.log(JSON.stringify({ entries, differences }));
  else {
    for (const { table, row, problem } of differences) console.log(`${table} ${row}: ${problem}`);
    const sum = differences.length === 0 ? 'The tables say what the log says' : `${differences.length} rows differ`;
    console.log(`${sum} (${entries.toLocaleString('en')} entries).`);
  }
  return differences.length === 0 ? 0 : 1;
}
