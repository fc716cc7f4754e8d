import fs from 'node:fs';
import { CsvProblem } from '#lib/attribution';
import { CommandEnd } from '../command.js';

const PIECE_BYTES = 1 << 20;

/**
 * Reads a file piece by piece, `-` being standard input.
 * @throws CommandEnd that names the file, and the line where something is wrong in it
 */
export function readFile<Read>(
  file: string,
  reader: { readonly push: (piece: Uint8Array) => void; readonly end: () => Read },
): Read {
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    const handle = file === '-' ? process.stdin.fd : fs.openSync(file, 'r');
    for (let length = 1; length > 0;) {
      length = readPiece(handle, piece);
      if (length > 0) reader.push(piece.subarray(0, length));
    }
    if (file !== '-') fs.closeSync(handle);
    return reader.end();
  } catch (error) {
    if (error instanceof CsvProblem) throw new CommandEnd(`${file}, ${error.message}`, 1);
    if (error instanceof Error && 'syscall' in error) throw new CommandEnd(`${file}: ${error.message}`, 1);
    throw error;
  }
}

/** A pipe that has nothing yet, or is at its end, says so by errors. */
function readPiece(handle: number, piece: Uint8Array): number {
  for (;;) {
    try {
      return fs.readSync(handle, piece);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
