import fs from 'node:fs';
import { z } from 'zod';
import {
  BundleReader,
  ownPage,
  ownPrograms,
  type PlacesVerdict,
  placeText,
  verifyPlaces,
  wholeText,
} from '#lib/ledger';
import { BUNDLE_EXIT_CODES, type BundleVerdict, Malformed, parseSignedCheckpoint, parseTrustPolicy } from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { readCheckpointText, readPolicyText } from '../ledger/check.js';
import { SOURCE_HELP, withSource } from '../ledger/sources.js';
import { completeness } from './completeness.js';

const VERIFY = {
  name: 'verify',
  summary:
    'checks a bundle of evidence, record by record; exit codes: 0 it holds, 1 it does not, 2 it could not be checked',
  options: z.object({
    bundle: z
      .array(z.string().min(1), 'which bundle?')
      .min(1, 'which bundle?')
      .describe('the archive, or the folder into which it was unpacked; of a bundle in volumes all of them'),
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
    report: z
      .string()
      .min(1)
      .optional()
      .describe('write the page of this release with what is in the bundle, for people; of one archive or folder'),
    json: z.boolean().default(false).describe('for programs'),
  }),
  positionals: ['bundle'] as const,
};

export async function run(argv: readonly string[]): Promise<number> {
  const { bundle, policy, older, log, report, json } = parseCommandLine(VERIFY, argv);
  const evidence = {
    policy: readPolicyText(policy),
    own: ownPrograms(),
    ...(older === undefined ? {} : { older: readCheckpointText(older) }),
  };
  if (report !== undefined && bundle.length > 1)
    throw new CommandEnd('--report writes the page of one volume at a time.', 2);
  const judged = judge(bundle, () =>
    verifyPlaces(bundle, evidence, (verdict, place) => console.log(placeText(verdict, place, json))),
  );
  const whole = log === undefined ? judged.whole : await withWholeLog(judged, log, evidence.policy);
  console.log(wholeText(whole, json));
  if (report !== undefined) writePage(bundle[0] ?? '', report);
  return BUNDLE_EXIT_CODES[whole.verdict];
}

function writePage(bundle: string, file: string): void {
  try {
    fs.writeFileSync(file, ownPage(new BundleReader().read(bundle)));
  } catch {
    throw new CommandEnd(`${file} cannot be written, or ${bundle} has no table of contents.`, 2);
  }
}

async function withWholeLog(
  { whole, positions, checkpoint: note }: PlacesVerdict,
  where: string,
  policy: Buffer,
): Promise<PlacesVerdict['whole']> {
  // One volume is never all that was asked for.
  const isVolume = 'records' in whole && whole.steps.some(({ step }) => step === 'volumes');
  if (note === undefined || whole.size === null || isVolume) return whole;
  const { root } = parseSignedCheckpoint(note).checkpoint;
  const complete = await withSource(where, (log) =>
    completeness(log, whole, positions, root, parseTrustPolicy(policy)),
  );
  const isOpen = whole.verdict === 'holds' && complete.result === 'unchecked';
  const verdict: BundleVerdict['verdict'] =
    complete.result === 'fails' ? 'fails' : isOpen ? 'unchecked' : whole.verdict;
  return { ...whole, verdict, steps: [...whole.steps.filter(({ step }) => step !== 'complete'), complete] };
}

/** Ends the command where the places could not be gone through: with 1 where one is damaged, else with 2. */
export function judge(places: readonly string[], verify: () => PlacesVerdict): PlacesVerdict {
  try {
    return verify();
  } catch (error) {
    if (error instanceof Malformed) throw new CommandEnd(error.message, 1);
    // The file system names the call that it refused. Anything else is a mistake of ours, and says nothing of the files.
    if (error instanceof Error && 'syscall' in error) throw new CommandEnd(`${places.join(', ')} cannot be read.`, 2);
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new CommandEnd(`${places.join(', ')} could not be checked, by a mistake of this program: ${trace}`, 2);
  }
}
