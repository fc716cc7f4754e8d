import fs from 'node:fs';
import path from 'node:path';
import { boundedBytes, type LogSource, PublishedLog, Unavailable } from '#lib/ledger';
import { Database } from '#lib/platform';
import { HASH_BYTES, parseEntryBundle, parseTilePath, TILE_WIDTH, tilePath, writeEntryBundle } from '#lib/proof';
import { CommandEnd } from '../command.js';

const TIMEOUT_MS = 20_000;
/** A bundle of 256 entries of 65,535 bytes each, with their lengths. */
const MOST_BYTES = 17 * 1024 * 1024;

export const SOURCE_HELP = 'where the log is: an address such as https://host/ledger, a folder, or "database"';

/** Opens the log at an address, in a folder that was exported, or in the database of DATABASE_URL, for `work`. */
export async function withSource<T>(where: string, work: (source: LogSource) => Promise<T>): Promise<T> {
  if (where === 'database') return withDatabase(async (database) => work(databaseSource(database)));
  if (/^https?:\/\//.test(where)) return work(withFullTiles(addressSource(where.replace(/\/+$/, ''))));
  if (!fs.existsSync(where)) throw new CommandEnd(`${where} is neither an address nor a folder.`, 2);
  return work(withFullTiles(folderSource(where)));
}

/** Only the database: reading what is published needs no other setting. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') throw new CommandEnd('DATABASE_URL is missing.', 2);
  const database = new Database({ url, max: 2, name: 'consent-gateway cli' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function databaseSource(database: Database): LogSource {
  const log = new PublishedLog(database);
  return { checkpoint: () => log.checkpoint(), read: (name) => log.tile(parseTilePath(name)) };
}

function folderSource(folder: string): LogSource {
  const read = (name: string): Buffer | null => {
    try {
      return fs.readFileSync(path.join(folder, name));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw new Unavailable(`${name} cannot be read`);
    }
  };
  return {
    checkpoint: () => Promise.resolve(read('checkpoint')?.toString('utf8') ?? null),
    read: (name) => Promise.resolve(read(name)),
  };
}

function addressSource(prefix: string): LogSource {
  const read = async (name: string): Promise<Buffer | null> => {
    const where = `${prefix}/${name}`;
    try {
      const answer = await fetch(where, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.status === 200) {
        const bytes = await boundedBytes(answer, MOST_BYTES);
        if (bytes === null) throw new Unavailable(`${where} answers too much`);
        return bytes;
      }
      await answer.body?.cancel();
      if (answer.status === 404 || answer.status === 410) return null;
      throw new Unavailable(`${where} answers ${answer.status}`);
    } catch (error) {
      throw error instanceof Unavailable ? error : new Unavailable(`${where} does not answer`);
    }
  };
  return { checkpoint: async () => (await read('checkpoint'))?.toString('utf8') ?? null, read };
}

/** A log may drop a partial tile once the full one is there (C2SP tlog-tiles, "Partial Tiles"). */
function withFullTiles(source: LogSource): LogSource {
  return {
    checkpoint: () => source.checkpoint(),
    async read(name) {
      const bytes = await source.read(name);
      const { level, index, width } = parseTilePath(name);
      if (bytes !== null || width === TILE_WIDTH) return bytes;
      const full = await source.read(tilePath({ level, index, width: TILE_WIDTH }));
      if (full === null) return null;
      if (level !== 'entries') return full.subarray(0, width * HASH_BYTES);
      return writeEntryBundle(parseEntryBundle(full, TILE_WIDTH).slice(0, width));
    },
  };
}
