import { z } from 'zod';
import { RULES } from '#lib/decision';
import { toIso } from '#lib/platform';
import { replay, type ReplayDifference } from '#lib/sending';
import { parseCommandLine } from '../command.js';
import { PERIOD_OPTIONS, periodOf, withHistory } from './open-history.js';

const REPLAY = {
  name: 'replay',
  summary:
    'makes every stored decision again from its facts, by the policy version, the tables and the rules that it names, using DATABASE_URL and MASTER_KEY; changes nothing. Exit code 1 when one comes out differently; that the rules of today would say something else is told, and is no difference.',
  options: z.object({
    ...PERIOD_OPTIONS,
    json: z
      .boolean()
      .default(false)
      .describe('prints one JSON object a line: each decision of which there is something to say, then the counts'),
  }),
};

export async function run(argv: readonly string[]): Promise<number> {
  const { from, to, brand, json } = parseCommandLine(REPLAY, argv);
  const period = periodOf({ from, to });
  const counts = await withHistory(brand, ({ brandId, ...stores }) =>
    replay(stores, { ...period, brandId }, (difference) =>
      console.log(json ? JSON.stringify({ ...difference, at: toIso(difference.at) }) : textOf(difference)),
    ),
  );
  const { decisions, same, different, underOtherTables, underOlderRules, otherwiseToday, erased } = counts;
  if (json) console.log(JSON.stringify(counts));
  else {
    const tables =
      underOtherTables === 0
        ? ''
        : ` (${underOtherTables} by the zones, places or holidays of today, because this release has not those that they name)`;
    console.log(
      `${decisions} decisions made again: ${same} the same${tables}, ${different} different; ${erased} erased`,
    );
    if (underOlderRules > 0)
      console.log(
        `${underOlderRules} were made again by older rules of this code; of those, ${otherwiseToday} would be another decision by rules ${RULES}, those of today`,
      );
  }
  return different === 0 ? 0 : 1;
}

function textOf({ kind, entry, position, at, type, factsDigest, differences }: ReplayDifference): string {
  const lines = differences.map(
    ({ pointer, recorded, derived }) =>
      `  ${pointer}: recorded ${JSON.stringify(recorded)}, now ${JSON.stringify(derived)}`,
  );
  const what = kind === 'difference' ? 'differs' : 'the same by its rules, another by those of today';
  return [`${position} ${entry} ${type} ${toIso(at)} facts ${factsDigest ?? 'unknown'}: ${what}`, ...lines].join('\n');
}
