import { z } from 'zod';
import { type WeightSet, weightSetProblems } from '#lib/attribution';
import { CommandEnd } from '../command.js';
import { readJsonFile } from '../json-file.js';

const WEIGHT_FILE = z.strictObject({
  name: z.string(),
  version: z.number().int(),
  weights: z.record(z.string(), z.number()),
  otherwise: z.number().default(1),
  signedOff: z.array(
    z.strictObject({ role: z.string().min(1), name: z.string().min(1), at: z.iso.datetime({ offset: true }) }),
  ),
});

/** @throws CommandEnd when the file holds no weight set, or one that does not count */
export function readWeightSet(file: string): WeightSet {
  const parsed = WEIGHT_FILE.safeParse(readJsonFile(file, 1));
  if (!parsed.success)
    throw new CommandEnd(
      parsed.error.issues.map(({ path, message }) => `${file}, ${path.join('.')}: ${message}`).join('\n'),
      1,
    );
  const { signedOff, weights, ...rest } = parsed.data;
  const set = {
    ...rest,
    weights: new Map(Object.entries(weights)),
    signedOff: signedOff.map(({ role, name, at }) => ({ role, name, at: Date.parse(at) })),
  };
  const problems = weightSetProblems(set);
  if (problems.length > 0) throw new CommandEnd(problems.map((problem) => `${file}: ${problem}`).join('\n'), 1);
  return set;
}
