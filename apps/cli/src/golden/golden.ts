import fs from 'node:fs';
import { z } from 'zod';
import { decide, type Decision, type Pack } from '#lib/decision';
import { installedPacks, reference } from '#lib/sending';
import { parseCommandLine } from '../command.js';
import { type GoldenCase, goldenCases } from './golden-cases.js';

const GOLDEN = {
  name: 'golden',
  summary:
    'writes the golden decisions anew and says which verdicts changed: what is in the file keeps its case and gets the verdict of today, what is new is added. Exit code 1 when a verdict changed.',
  options: z.object({
    file: z.string('which file?').min(1, 'which file?').describe('for example test/golden/decisions.ndjson'),
  }),
  positionals: ['file'] as const,
};

/** A line of the corpus: a case and what was decided about it. Instants in milliseconds, as in the ledger. */
export interface GoldenLine extends GoldenCase {
  readonly decision: Decision;
}

export async function run(argv: readonly string[]): Promise<number> {
  const { file } = parseCommandLine(GOLDEN, argv);
  const before = fs.existsSync(file) ? readGolden(fs.readFileSync(file, 'utf8')) : [];
  const known = new Set(before.map(({ id }) => id));
  const changed: string[] = [];
  const kept = before.map(({ decision, ...one }) => {
    const line = withDecision(one, installedPacks().editions(decision.packs ?? []) ?? reference.packs);
    if (JSON.stringify(line.decision) !== JSON.stringify(decision))
      changed.push(changeOf(one.id, decision, line.decision));
    return line;
  });
  const added = goldenCases().filter(({ id }) => !known.has(id));
  const lines = [...kept, ...added.map((one) => withDecision(one, reference.packs))];
  fs.writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  for (const line of changed) console.log(line);
  console.log(`${lines.length} golden decisions: ${added.length} new, ${changed.length} changed`);
  return changed.length === 0 ? 0 : 1;
}

export function readGolden(text: string): GoldenLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenLine);
}

/** @param packs the editions that it was decided under before, or those of today */
function withDecision({ id, now, policy, facts }: GoldenCase, packs: readonly Pack[]): GoldenLine {
  return { id, now, policy, facts, decision: decide(facts, policy, now, { ...reference, packs }) };
}

function changeOf(id: string, before: Decision, after: Decision): string {
  const [was, is] = [before, after].map(({ outcome, reason, notBefore }) => `${outcome} ${reason} ${notBefore}`);
  return `${id}: ${was === is ? 'the same outcome, told differently' : `${was} is now ${is}`}`;
}
