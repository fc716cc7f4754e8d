import { z } from 'zod';
import { readBundle } from '#lib/ledger';
import { BUNDLE_EXIT_CODES, type Files, Malformed, verdictJson, verdictText, verifyBundle } from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { readFile, readPolicyText } from '../ledger/check.js';

const VERIFY = {
  name: 'verify',
  summary:
    'checks a bundle of evidence, record by record; exit codes: 0 it holds, 1 it does not, 2 it could not be checked',
  options: z.object({
    bundle: z.string('which bundle?').min(1).describe('the archive, or the folder into which it was unpacked'),
    policy: z
      .string('whom do you trust? --policy FILE')
      .min(1)
      .describe('whom to trust (tlog-policy), from elsewhere than the bundle'),
    older: z.string().min(1).optional().describe('a checkpoint from before, for which the bundle was asked ("since")'),
    json: z.boolean().default(false).describe('for programs'),
  }),
  positionals: ['bundle'] as const,
};

export async function run(argv: readonly string[]): Promise<number> {
  const { bundle, policy, older, json } = parseCommandLine(VERIFY, argv);
  const verdict = verifyBundle({
    policy: readPolicyText(policy),
    files: open(bundle),
    ...(older === undefined ? {} : { older: readFile(older) }),
  });
  console.log(json ? verdictJson(verdict) : verdictText(verdict));
  return BUNDLE_EXIT_CODES[verdict.verdict];
}

function open(place: string): Files {
  try {
    return readBundle(place);
  } catch (error) {
    if (error instanceof Malformed) throw new CommandEnd(error.message, 1);
    throw new CommandEnd(`${place} cannot be read.`, 2);
  }
}
