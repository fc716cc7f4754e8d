import fs from 'node:fs';
import path from 'node:path';
import { type Files, readZip } from '#lib/proof';

/**
 * The files of a bundle: an archive, or the folder into which somebody has unpacked it.
 * @throws Malformed when the archive is damaged, or an error of the file system
 */
export function readBundle(place: string): Files {
  if (!fs.statSync(place).isDirectory()) return readZip(fs.readFileSync(place));
  const names = fs.readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names.map(({ name, parentPath }) => {
      const file = path.join(parentPath, name);
      return [path.relative(place, file).replaceAll('\\', '/'), fs.readFileSync(file)];
    }),
  );
}
