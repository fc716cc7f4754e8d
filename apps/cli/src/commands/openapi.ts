import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { parseCommandLine } from '../command.js';

const OPENAPI = {
  name: 'openapi',
  summary: 'writes the OpenAPI document of this version; the same bytes each time',
  options: z.object({ file: z.string('which file?').min(1, 'which file?').describe('for example docs/openapi.json') }),
  positionals: ['file'] as const,
};

const PRINTER = fileURLToPath(new URL('../../../api/src/print-openapi.js', import.meta.url));
const MAX_BYTES = 64 * 1024 * 1024;

/** The api describes itself, in a process of its own: no application reaches into another. */
export async function run(argv: readonly string[]): Promise<number> {
  const { file } = parseCommandLine(OPENAPI, argv);
  const { stdout } = await promisify(execFile)(process.execPath, [PRINTER], { maxBuffer: MAX_BYTES });
  fs.writeFileSync(file, stdout);
  return 0;
}
