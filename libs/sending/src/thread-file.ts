import fs from 'node:fs';
import path from 'node:path';

/**
 * The file that a thread begins with. It is built, and lies in dist/ even while this file is read from its source.
 * @param place below libs/sending/src: `templates/render-thread.cjs`
 */
export function threadFile(place: string): string {
  const here = import.meta.dirname;
  const folders = [here, path.resolve(here, '../../../dist/libs/sending/src')];
  const found = folders.map((folder) => path.join(folder, place)).find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`${place} is not built: npm run build`);
  return found;
}
