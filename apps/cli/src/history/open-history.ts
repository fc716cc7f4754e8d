import { findBrandId } from '#lib/consent';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { CannotOpen, LedgerService } from '#lib/ledger';
import { type Config, Database, deriveKeys, instantInput, isDatabaseAway, readConfig } from '#lib/platform';
import type { Period } from '#lib/sending';
import { z } from 'zod';
import { CommandEnd } from '../command.js';

/** The past as commands may read it. */
export interface History {
  readonly database: Database;
  readonly ledger: LedgerService;
  readonly brandId: BrandId | null;
}

const instant = z.string().transform((text, context) => {
  const read = instantInput.safeParse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (read.success) return read.data;
  context.addIssue({
    code: 'custom',
    message: 'must be ISO 8601, such as 2026-11-21 (UTC) or 2026-11-21T16:00:00+01:00',
  });
  return z.NEVER;
});

/** Options of commands about a part of the past. */
export const PERIOD_OPTIONS = {
  from: instant.optional().describe('first instant, ISO 8601; left out: from the beginning'),
  to: instant.optional().describe('first instant after it, ISO 8601; left out: to the end'),
  brand: z.string().optional().describe('key of one brand; left out: every brand'),
};

/** The part of the past that the options name. @throws CommandEnd */
export function periodOf({ from, to }: { readonly from?: EpochMs; readonly to?: EpochMs }): Omit<Period, 'brandId'> {
  if (from !== undefined && to !== undefined && from >= to)
    throw new CommandEnd('--to: must be later than --from; it is the first instant after the period', 2);
  return { from: from ?? null, to: to ?? null };
}

/** Opens the deployment of DATABASE_URL and MASTER_KEY for `work`, and closes it. @throws CommandEnd */
export async function withHistory<T>(brand: string | undefined, work: (history: History) => Promise<T>): Promise<T> {
  const config = settingsFrom(process.env);
  const { ledgerKek, ledgerMac } = deriveKeys(config.MASTER_KEY);
  const database = new Database({ url: config.DATABASE_URL, max: 2, name: 'consent-gateway cli' });
  try {
    const brandId = brand === undefined ? null : await findBrandId(database.tx, brand, null);
    return await work({ database, ledger: new LedgerService({ kek: ledgerKek, macKey: ledgerMac }), brandId });
  } catch (error) {
    if (error instanceof DomainError) throw new CommandEnd(error.detail, 2);
    if (error instanceof CannotOpen) throw new CommandEnd(`${error.message}.`, 2);
    if (isDatabaseAway(error)) throw new CommandEnd(`PostgreSQL cannot be reached at DATABASE_URL: ${(error as Error).message}`, 2); // prettier-ignore
    throw error;
  } finally {
    await database.close();
  }
}

function settingsFrom(env: NodeJS.ProcessEnv): Config {
  try {
    return readConfig(env);
  } catch (error) {
    throw new CommandEnd(error instanceof Error ? error.message : String(error), 2);
  }
}
