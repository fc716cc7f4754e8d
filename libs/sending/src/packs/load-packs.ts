import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalHash, type Json } from '#lib/consent';
import { type Pack, packProblems, type PackStamp } from '#lib/decision';
import { PackFile } from './pack-schema.js';

/** The jurisdiction packs of an installation. */
export interface PackLibrary {
  /** The edition in use of every pack, in order of their ids. */
  readonly current: readonly Pack[];
  /**
   * The editions that a decision was made under, from its stamps: for deciding again what was decided then. Null when
   * one of them is not there any more.
   */
  editions(stamps: readonly PackStamp[]): readonly Pack[] | null;
}

/** Nothing may be decided with packs of which one cannot be read: the process does not start. */
export class PacksUnusable extends Error {
  override readonly name = 'PacksUnusable';

  constructor(readonly problems: readonly string[]) {
    super(['The jurisdiction packs cannot be used.', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

/**
 * Reads `<id>.json` of the folder, the editions in use, and `superseded/<id>@<version>.json`, those they replaced.
 * @throws PacksUnusable naming everything that is wrong
 */
export function loadPacks(folder: string): PackLibrary {
  const problems: string[] = [];
  const current = read(folder, ({ id }) => `${id}.json`, problems);
  const past = read(path.join(folder, 'superseded'), ({ id, version }) => `${id}@${version}.json`, problems);
  if (current.length === 0) problems.push(`there is no pack in ${folder}`);
  problems.push(...current.flatMap(packProblems), ...past.flatMap(packProblems), ...editionProblems(current, past));
  if (problems.length > 0) throw new PacksUnusable(problems);

  const editions = new Map([...current, ...past].map((pack) => [nameOf(pack), pack]));
  const asked = new Map<string, readonly Pack[]>();
  return {
    current,
    editions(stamps) {
      const key = stamps.map(nameOf).join(' ');
      // The same array each time, so that what is worked out from it once is remembered.
      const known = asked.get(key);
      if (known !== undefined) return known;
      const found = stamps.flatMap((stamp) => editions.get(nameOf(stamp)) ?? []);
      if (found.length < stamps.length) return null;
      asked.set(key, found);
      return found;
    },
  };
}

/** `packs` beside package.json, in the sources as in the build and in the image. */
export function packsFolder(): string {
  for (let place = import.meta.dirname; place !== path.dirname(place); place = path.dirname(place)) {
    if (existsSync(path.join(place, 'package.json'))) return path.join(place, 'packs');
  }
  throw new PacksUnusable([`there is no package.json above ${import.meta.dirname}`]);
}

/** SHA-256 of the canonical JSON (RFC 8785) of an edition, in hexadecimal. */
export function packDigest(pack: Pack): string {
  return canonicalHash(JSON.parse(JSON.stringify(pack)) as Json).toString('hex');
}

function read(folder: string, expectedName: (pack: Pack) => string, problems: string[]): Pack[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().flatMap((name) => {
    const pack = parse(path.join(folder, name), name, problems);
    if (pack === null) return [];
    if (name !== expectedName(pack)) problems.push(`${name}: must be named ${expectedName(pack)}`);
    return [pack];
  });
}

function parse(file: string, name: string, problems: string[]): Pack | null {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    problems.push(`${name}: is not JSON (${error instanceof Error ? error.message : String(error)})`);
    return null;
  }
  const parsed = PackFile.safeParse(content);
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.map((issue) => `${name}: /${issue.path.join('/')} ${issue.message}`));
  return null;
}

/** One edition of a pack is in use, it is younger than those before, and no place has two packs of its own. */
function editionProblems(current: readonly Pack[], past: readonly Pack[]): string[] {
  const problems: string[] = [];
  for (const [i, pack] of current.entries()) {
    if (current.some((other, k) => k < i && other.id === pack.id)) problems.push(`pack ${pack.id}: is there twice`);
    for (const old of past.filter(({ id }) => id === pack.id)) {
      if (old.version >= pack.version) {
        problems.push(`pack ${pack.id}: edition ${old.version} is superseded by ${pack.version}, which is not younger`);
      }
    }
    for (const country of pack.region === null ? pack.countries : []) {
      const other = current.find((p, k) => k < i && p.region === null && p.countries.includes(country));
      if (other !== undefined) problems.push(`${country}: packs ${other.id} and ${pack.id} are both about it`);
    }
    const twin = current.find((p, k) => k < i && pack.region !== null && p.region === pack.region);
    if (twin !== undefined) problems.push(`${pack.region}: packs ${twin.id} and ${pack.id} are both about it`);
  }
  return problems;
}

function nameOf({ id, version }: PackStamp): string {
  return `${id}@${version}`;
}
