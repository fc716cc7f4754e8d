import { z } from 'zod';
import { parseCommandLine } from '../command.js';
import { issueOperatorKey } from './issue-operator-key.js';

const OPERATOR_KEY = {
  name: 'operator-key',
  summary: 'issues an API key of the operator, using DATABASE_URL and MASTER_KEY; it is shown this once',
  options: z.object({
    name: z
      .string()
      .min(1, 'must not be empty')
      .max(200, 'is too long')
      .default('operator')
      .describe('to tell keys apart'),
  }),
};

export async function run(argv: readonly string[]): Promise<number> {
  const { name } = parseCommandLine(OPERATOR_KEY, argv);
  console.log(await issueOperatorKey(process.env, name));
  return 0;
}
