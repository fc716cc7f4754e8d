import fs from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { CommandEnd, parseCommandLine } from '../command.js';
import { AnswerStream } from './answer-stream.js';

const DECIDE = {
  name: 'decide',
  summary:
    'decides about cases from standard input, one JSON object a line, without a database; docs/schemas says what a case is. Exit code 1 when a line could not be decided.',
  options: z.object({
    batch: z.boolean().default(false).describe('needed: answers one verdict a line, in the order of the cases'),
    explain: z.boolean().default(false).describe('adds a sentence for people to each verdict'),
  }),
};

export async function run(argv: readonly string[]): Promise<number> {
  const { batch, explain } = parseCommandLine(DECIDE, argv);
  if (!batch) throw new CommandEnd('consentctl decide reads a stream: say --batch.', 2);
  // Node reads a directory as if there were nothing.
  if (fs.fstatSync(0).isDirectory()) throw new CommandEnd('Standard input is a directory; name a file of cases.', 2);
  const stream = new AnswerStream({ explain });
  try {
    await pipeline(Readable.from(stream.answers(process.stdin), { highWaterMark: 1 }), process.stdout, { end: false });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    // Whoever reads has seen enough.
    if (code === 'EPIPE') return 1;
    // Told by whoever runs the command.
    if (syscall === 'write') return 2;
    throw error;
  }
  if (stream.refused > 0) process.stderr.write(`${stream.refused} line(s) could not be decided\n`);
  return stream.refused > 0 ? 1 : 0;
}
