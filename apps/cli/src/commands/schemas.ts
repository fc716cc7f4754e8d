import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { decisionSchemas } from '#lib/sending';
import { parseCommandLine } from '../command.js';
import { AnswerStream } from '../decide/answer-stream.js';

const SCHEMAS = {
  name: 'schemas',
  summary:
    'writes the JSON Schemas of decision cases and verdicts, and the verdicts of the examples; the same bytes each time',
  options: z.object({
    folder: z.string('which folder?').min(1, 'which folder?').describe('for example docs/schemas'),
  }),
  positionals: ['folder'] as const,
};

export async function run(argv: readonly string[]): Promise<number> {
  const { folder } = parseCommandLine(SCHEMAS, argv);
  for (const [name, schema] of Object.entries(decisionSchemas()))
    fs.writeFileSync(path.join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
  const examples = path.join(folder, 'examples');
  for (const name of fs.readdirSync(examples).filter((file) => file.endsWith('.cases.ndjson'))) {
    const answers = new AnswerStream({ explain: true }).answers(fs.createReadStream(path.join(examples, name)));
    const verdicts = Readable.from(answers);
    await pipeline(verdicts, fs.createWriteStream(path.join(examples, name.replace('.cases.', '.verdicts.'))));
  }
  return 0;
}
