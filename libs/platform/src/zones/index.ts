import { readFileSync } from 'node:fs';
import type { ZoneSource } from '#lib/kernel';
import { supersededIn } from '../editions.js';
import { parseTzdb, type Tzdb } from './tzdb.js';
import { adviceOnZone } from './zone-advice.js';

let loaded: Tzdb | undefined;

/** Read on first use from the file beside this module, in the sources as in the build. */
function database(): Tzdb {
  loaded ??= parseTzdb(readFileSync(new URL('./tzdb.json', import.meta.url), 'utf8'));
  return loaded;
}

/**
 * The time zones of the product: a pinned copy of the IANA database, the same on every machine,
 * whatever Node, ICU or operating system it runs on. A zone is the same object each time.
 *
 * @throws Error on first use when the data file is missing or damaged.
 */
export const tzdb: ZoneSource = {
  get version() {
    return database().version;
  },
  zone: (name) => database().zone(name),
};

const superseded = supersededIn(new URL('./superseded/', import.meta.url), parseTzdb);

/**
 * The release of the database by which a decision was made, as it names it: each is kept in `superseded` when the next
 * one takes its place. Null where there is no such release.
 */
export function tzdbEdition(version: string): ZoneSource | null {
  return version === tzdb.version ? tzdb : superseded(version);
}

/** Every name that `tzdb.zone` accepts, links such as `Asia/Calcutta` included, in order of code units. */
export function ianaNames(): readonly string[] {
  return database().names;
}

/**
 * What to write instead of a zone that somebody typed, as the rest of a sentence that begins with the name
 * (`is an offset, ...`); null when there is nothing against it.
 */
export function zoneAdvice(name: string): string | null {
  return adviceOnZone(database(), name);
}
