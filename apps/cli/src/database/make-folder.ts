import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those it lies in, where they are missing. Level by level: Node's own `recursive` never ends where a
 * folder that is there takes no others, such as /proc.
 * @throws Error of the operating system, which names the file that stands in the way.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const place = path.resolve(folder);
  const above = path.dirname(place);
  if (above !== place) makeFolder(above, mode);
  const found = fs.statSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found !== undefined) {
    throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${place}'`), { code: 'ENOTDIR', path: place });
  }
  try {
    fs.mkdirSync(place, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
