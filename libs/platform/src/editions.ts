import { readdirSync, readFileSync } from 'node:fs';

/**
 * The editions of a table that have been superseded, by their version: a decision is made again from what was known when
 * it was made. Each is a file in `folder` that is named after its version, with `_` for each `/`, and is read when it is
 * first asked for.
 *
 * @returns what gives an edition, the same object each time; null where there is none of that version
 */
export function supersededIn<T>(
  folder: URL,
  read: (text: string, version: string) => T,
): (version: string) => T | null {
  let files: ReadonlyMap<string, string> | undefined;
  const editions = new Map<string, T>();
  return (version) => {
    const known = editions.get(version);
    if (known !== undefined) return known;
    files ??= new Map(readdirSync(folder).map((file) => [file.replace(/\.json$/, '').replaceAll('_', '/'), file]));
    const file = files.get(version);
    if (file === undefined) return null;
    const edition = read(readFileSync(new URL(file, folder), 'utf8'), version);
    editions.set(version, edition);
    return edition;
  };
}
