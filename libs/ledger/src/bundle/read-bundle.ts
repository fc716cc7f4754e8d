import fs from 'node:fs';
import path from 'node:path';
import { type Files, Malformed, readZip } from '#lib/proof';

/**
 * Reads bundles one after the other, each archive into the same memory: how much is needed is what the largest takes,
 * whenever the runtime clears away what nobody looks at any more. So only the files of the last one can be looked at.
 */
export class BundleReader {
  private room = Buffer.alloc(0);

  /**
   * The files of a bundle: an archive, or the folder into which somebody has unpacked it. Good until the next is read.
   * @throws Malformed when the archive is damaged or the folder holds a link, or an error of the file system
   */
  read(place: string): Files {
    return fs.statSync(place).isDirectory() ? readFolder(place) : readZip(this.readFile(place));
  }

  private readFile(place: string): Buffer {
    const file = fs.openSync(place, 'r');
    try {
      const { size } = fs.fstatSync(file);
      if (size > this.room.length) this.room = Buffer.allocUnsafeSlow(size);
      let at = 0;
      for (let read = -1; at < size && read !== 0; at += read) read = fs.readSync(file, this.room, at, size - at, at);
      return this.room.subarray(0, at);
    } finally {
      fs.closeSync(file);
    }
  }
}

function readFolder(place: string): Files {
  const all = fs.readdirSync(place, { recursive: true, withFileTypes: true });
  const other = all.find((entry) => !entry.isFile() && !entry.isDirectory());
  // What a link leads to lies beside the evidence, and nobody has looked at it.
  if (other !== undefined) throw new Malformed('bundle', `${other.name} is neither a file nor a folder`);
  const names = all.filter((entry) => entry.isFile());
  return new Map(
    names.map(({ name, parentPath }) => {
      const file = path.join(parentPath, name);
      return [path.relative(place, file).replaceAll('\\', '/'), fs.readFileSync(file)];
    }),
  );
}
