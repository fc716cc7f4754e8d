import { createHash } from 'node:crypto';
import type { Zone } from 'luxon';
import type { ZoneSource } from '#lib/kernel';
import { parsePosixRule, type LocalType } from './posix-rule.js';
import { TzdbZone, type ZoneHistory } from './tzdb-zone.js';

/** The data file, as `scripts/update-tzdb.mjs` writes it. */
export interface TzdbContent {
  /** Version of the IANA database, such as '2026f'. */
  readonly version: string;
  readonly zones: Readonly<Record<string, ZoneRecord>>;
  /** Other name to the zone it stands for. */
  readonly links: Readonly<Record<string, string>>;
}

interface ZoneRecord {
  /** [seconds east of UTC, 1 when daylight saving time, abbreviation]; the first holds before any transition. */
  readonly types: readonly (readonly [number, 0 | 1, string])[];
  /** Transitions in seconds since 1970, ascending; those that `rule` yields as well are left out. */
  readonly times: readonly number[];
  /** For each transition, the index into `types` of what holds from then on. */
  readonly to: readonly number[];
  /** POSIX TZ string for all time after the last transition. */
  readonly rule: string;
}

/** One version of the IANA time zone database, in memory. */
export class Tzdb implements ZoneSource {
  readonly version: string;
  /** Every accepted name, links included, in order of code units. */
  readonly names: readonly string[];
  readonly #records: ReadonlyMap<string, ZoneRecord>;
  readonly #targets: ReadonlyMap<string, string>;
  readonly #histories = new Map<string, ZoneHistory>();
  readonly #zones = new Map<string, TzdbZone>();

  constructor(content: TzdbContent) {
    this.version = content.version;
    this.#records = new Map(Object.entries(content.zones));
    this.#targets = new Map(Object.entries(content.links));
    this.names = [...this.#records.keys(), ...this.#targets.keys()].sort();
  }

  has(name: string): boolean {
    return this.#records.has(name) || this.#targets.has(name);
  }

  zone(name: string): Zone | null {
    const known = this.#zones.get(name);
    if (known !== undefined) return known;

    const history = this.#history(this.#targets.get(name) ?? name);
    if (history === null) return null;

    const zone = new TzdbZone(name, history);
    this.#zones.set(name, zone);
    return zone;
  }

  #history(name: string): ZoneHistory | null {
    const known = this.#histories.get(name);
    if (known !== undefined) return known;

    const record = this.#records.get(name);
    if (record === undefined) return null;

    const history = historyOf(record);
    this.#histories.set(name, history);
    return history;
  }
}

/**
 * Reads the data file.
 *
 * @throws Error when its content does not have the SHA-256 written in it: a zone that was damaged or
 * edited by hand must not decide when people are woken.
 */
export function parseTzdb(text: string): Tzdb {
  const { sha256, ...content } = JSON.parse(text) as TzdbContent & { readonly sha256: string };
  if (sha256OfTzdb(content) !== sha256) {
    throw new Error(
      'The time zone database is damaged. Restore tzdb.json or write it anew with scripts/update-tzdb.mjs.',
    );
  }
  return new Tzdb(content);
}

/** SHA-256 in hexadecimal of the content as JSON without white space. */
export function sha256OfTzdb({ version, zones, links }: TzdbContent): string {
  return createHash('sha256').update(JSON.stringify({ version, zones, links })).digest('hex');
}

function historyOf({ types, times, to, rule }: ZoneRecord): ZoneHistory {
  const localTypes = types.map(([seconds, isDst, abbreviation]): LocalType => ({
    seconds,
    isDst: isDst === 1,
    abbreviation,
  }));
  const at = (index: number): LocalType => {
    const type = localTypes[index];
    if (type === undefined) throw new Error(`The time zone database has no local type ${index} where it refers to it.`);
    return type;
  };
  return { initial: at(0), times, types: to.map(at), rule: parsePosixRule(rule) };
}
