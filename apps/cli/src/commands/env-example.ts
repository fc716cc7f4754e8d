import fs from 'node:fs';
import { z } from 'zod';
import { describeConfig } from '#lib/platform';
import { parseCommandLine } from '../command.js';

const ENV_EXAMPLE = {
  name: 'env-example',
  summary: 'writes every setting with what it means, to the file or to standard output',
  options: z.object({ file: z.string().min(1).optional().describe('for example .env.example') }),
  positionals: ['file'] as const,
};

export async function run(argv: readonly string[]): Promise<number> {
  const { file } = parseCommandLine(ENV_EXAMPLE, argv);
  if (file === undefined) process.stdout.write(describeConfig());
  else fs.writeFileSync(file, describeConfig());
  return 0;
}
