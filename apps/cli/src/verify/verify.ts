import { z } from 'zod';
import { readBundle } from '#lib/ledger';
import {
  BUNDLE_EXIT_CODES,
  type BundleVerdict,
  type Files,
  Malformed,
  parseSignedCheckpoint,
  verdictJson,
  verdictText,
  verifyBundle,
} from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { readFile, readPolicyText } from '../ledger/check.js';
import { SOURCE_HELP, withSource } from '../ledger/sources.js';
import { completeness } from './completeness.js';

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
    log: z
      .string()
      .min(1)
      .optional()
      .describe(`of a brand or a period: read the whole log, whether anything was left out; ${SOURCE_HELP}`),
    json: z.boolean().default(false).describe('for programs'),
  }),
  positionals: ['bundle'] as const,
};

export async function run(argv: readonly string[]): Promise<number> {
  const { bundle, policy, older, log, json } = parseCommandLine(VERIFY, argv);
  const files = open(bundle);
  const judged = verifyBundle({
    policy: readPolicyText(policy),
    files,
    ...(older === undefined ? {} : { older: readFile(older) }),
  });
  const verdict = log === undefined ? judged : await withWholeLog(judged, files, log);
  console.log(json ? verdictJson(verdict) : verdictText(verdict));
  return BUNDLE_EXIT_CODES[verdict.verdict];
}

async function withWholeLog(judged: BundleVerdict, files: Files, where: string): Promise<BundleVerdict> {
  const note = files.get('checkpoint');
  if (note === undefined || judged.size === null) return judged;
  const { root } = parseSignedCheckpoint(note).checkpoint;
  const complete = await withSource(where, (log) => completeness(log, judged, root));
  const isOpen = judged.verdict === 'holds' && complete.result === 'unchecked';
  const verdict = complete.result === 'fails' ? 'fails' : isOpen ? 'unchecked' : judged.verdict;
  return { ...judged, verdict, steps: [...judged.steps, complete] };
}

function open(place: string): Files {
  try {
    return readBundle(place);
  } catch (error) {
    if (error instanceof Malformed) throw new CommandEnd(error.message, 1);
    throw new CommandEnd(`${place} cannot be read.`, 2);
  }
}
