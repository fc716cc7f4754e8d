import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { saysSomething } from '#lib/kernel';
import { ERASED_FILE, KEY_FILE, LedgerService, memoryName, readKeys } from '#lib/ledger';
import { systemClock } from '#lib/platform';
import { CommandEnd, parseCommandLine } from '../command.js';
import { keysFromEnvironment } from './check.js';
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
  const resumption = await withDatabase((database) =>
    database.transaction((tx) => new LedgerService(keys).resume(tx, key.name, actor, systemClock.now())),
  );
  if (resumption === null) throw new CommandEnd(`There is no log that ${key.name} does not follow already.`, 2);
  console.log(`${key.name} follows ${resumption.follows} after ${resumption.size} entries`);
  return 0;
}
