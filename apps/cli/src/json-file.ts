import fs from 'node:fs';
import { withoutByteOrderMark } from '#lib/platform';
import { CommandEnd } from './command.js';
import { operatingError } from './operating-error.js';

/**
 * What a JSON file holds, of whatever shape.
 * @throws CommandEnd with that exit code when it cannot be read; what is in the file is not repeated
 */
export function readJsonFile(file: string, exitCode = 2): unknown {
  try {
    const text = withoutByteOrderMark(fs.readFileSync(file)).toString('utf8');
    if (text.trim() === '') throw new CommandEnd(`${file} is empty`, exitCode);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof CommandEnd || !(error instanceof Error)) throw error;
    const [place = ''] = /at position .*/.exec(error.message) ?? [];
    if (error instanceof SyntaxError) throw new CommandEnd(`${file} is not JSON ${place}`.trim(), exitCode);
    // Of a folder the operating system does not say which.
    throw new CommandEnd(operatingError(Object.assign(error, { path: file })) ?? String(error), exitCode);
  }
}
