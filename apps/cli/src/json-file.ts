import fs from 'node:fs';
import { CommandEnd } from './command.js';
import { operatingError } from './operating-error.js';

/** What a JSON file holds, of whatever shape. @throws CommandEnd with that exit code when it cannot be read */
export function readJsonFile(file: string, exitCode = 2): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `is not JSON: ${error.message}` : null;
    throw new CommandEnd(why === null ? (operatingError(error) ?? String(error)) : `${file} ${why}`, exitCode);
  }
}
