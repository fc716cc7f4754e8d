import fs from 'node:fs';
import { z } from 'zod';
import {
  decide,
  type Decision,
  type Pack,
  type ReferenceData,
  RULES,
  RULES_VERSIONS,
  rulesOf,
  type RulesVersion,
} from '#lib/decision';
import { installedPacks, reference, tablesOf } from '#lib/sending';
import { parseCommandLine } from '../command.js';
import { goldenCases } from './golden-cases.js';
import type { GoldenCase } from './golden-parts.js';

const GOLDEN = {
  name: 'golden',
  summary:
    'writes the golden decisions anew and says which verdicts changed: what is in the file keeps its case and its rules and gets the verdict that those give now; what is new is added, as are cases that newer rules decide otherwise. Exit code 1 when a verdict changed, which only a new version of the rules may do.',
  options: z.object({
    file: z.string('which file?').min(1, 'which file?').describe('for example test/golden/decisions.ndjson'),
  }),
  positionals: ['file'] as const,
};

/** A line of the corpus: a case and what was decided about it, by the rules it names. Instants in milliseconds, as in the ledger. */
export interface GoldenLine extends Omit<GoldenCase, 'tables'> {
  readonly decision: Decision;
}

export async function run(argv: readonly string[]): Promise<number> {
  const { file } = parseCommandLine(GOLDEN, argv);
  const before = fs.existsSync(file) ? readGolden(fs.readFileSync(file, 'utf8')) : [];
  const changed: string[] = [];
  const kept = before.map((line) => {
    const again = withDecision(
      line,
      packsOf(line),
      rulesOf(line.decision) ?? RULES,
      tablesOf(reference, line.decision),
    );
    if (JSON.stringify(again.decision) !== JSON.stringify(line.decision))
      changed.push(changeOf(line.id, line.decision, again.decision));
    return again;
  });
  const newest = new Map(kept.map((line) => [line.id, line]));
  const otherwise = [...newest.values()].flatMap(byNewerRules);
  const added = goldenCases()
    .filter(({ id }) => !newest.has(id))
    .flatMap(byAllRules);
  const lines = [...kept, ...otherwise, ...added];
  fs.writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  for (const line of changed) console.log(line);
  console.log(
    `${lines.length} golden decisions: ${added.length} new, ${otherwise.length} otherwise by newer rules, ${changed.length} changed`,
  );
  return changed.length === 0 ? 0 : 1;
}

export function readGolden(text: string): GoldenLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenLine);
}

/** The editions that it was decided under before, or those of today where one is gone. */
function packsOf({ decision }: GoldenLine): readonly Pack[] {
  return installedPacks().editions(decision.packs ?? []) ?? reference.packs;
}

function withDecision(
  { id, now, policy, facts }: GoldenCase,
  packs: readonly Pack[],
  rules: RulesVersion,
  tables: Partial<ReferenceData> = {},
): GoldenLine {
  return { id, now, policy, facts, decision: decide(facts, policy, now, { ...reference, ...tables, packs, rules }) };
}

/** The case as each newer version of the rules decides it, where that is otherwise than the one before. */
function byNewerRules(line: GoldenLine): GoldenLine[] {
  let last = line;
  return RULES_VERSIONS.flatMap((rules) => {
    if (rules <= (rulesOf(line.decision) ?? RULES)) return [];
    const next = withDecision(line, packsOf(line), rules, tablesForNewerRules(line));
    if (verdictOf(next) === verdictOf(last)) return [];
    last = next;
    return [next];
  });
}

/** The world it was decided in; but newer rules ask tables of places for what only those of today say. */
function tablesForNewerRules({ decision }: GoldenLine): Partial<ReferenceData> {
  return { ...tablesOf(reference, decision), places: reference.places };
}

/** A new case, by today's rules, and by every version between which and its neighbour the verdict changes. */
function byAllRules(one: GoldenCase): GoldenLine[] {
  const { tzdb = reference.zones.version, ...others } = one.tables ?? {};
  const tables = tablesOf(reference, { local: { tzdb, ...others } });
  const all = RULES_VERSIONS.map((rules) => withDecision(one, reference.packs, rules, tables));
  const verdicts = all.map(verdictOf);
  const changes = (i: number) => i > 0 && i < verdicts.length && verdicts[i] !== verdicts[i - 1];
  return all.filter((_, i) => i === all.length - 1 || changes(i) || changes(i + 1));
}

/** All but by which rules, and whether those asked the tables of places. */
function verdictOf({ decision: { rules: _, local, ...others } }: GoldenLine): string {
  const { places: __, ...clock } = local;
  return JSON.stringify({ ...others, local: clock });
}

function changeOf(id: string, before: Decision, after: Decision): string {
  const [was, is] = [before, after].map(({ outcome, reason, notBefore }) => `${outcome} ${reason} ${notBefore}`);
  return `${id}, rules ${before.rules ?? 1}: ${was === is ? 'the same outcome, told differently' : `${was} is now ${is}`}`;
}
