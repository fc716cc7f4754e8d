import fs from 'node:fs';
import { z } from 'zod';
import { policyProblems } from '#lib/decision';
import { plainIssues, toIso } from '#lib/platform';
import { backtest, type BacktestReport, PolicyBody, reference } from '#lib/sending';
import { CommandEnd, parseCommandLine } from '../command.js';
import { readJsonFile } from '../json-file.js';
import { backtestHtml } from './backtest-html.js';
import { backtestText } from './backtest-text.js';
import { PERIOD_OPTIONS, periodOf, withHistory } from './open-history.js';

const BACKTEST = {
  name: 'backtest',
  summary:
    'says what a draft policy would have made of past messages, using DATABASE_URL and MASTER_KEY; changes nothing',
  options: z.object({
    policy: z.string('which file?').describe('file with the draft: the body of POST /v1/policies, key optional'),
    ...PERIOD_OPTIONS,
    json: z.boolean().default(false).describe('prints one JSON object'),
    html: z.string().optional().describe('writes the report with a chart to this file besides'),
  }),
};

/** Drafts have no version yet. */
const Draft = z.strictObject({ key: z.string().default('draft'), version: z.int().default(0), ...PolicyBody.shape });

export async function run(argv: readonly string[]): Promise<number> {
  const { policy, from, to, brand, json, html } = parseCommandLine(BACKTEST, argv);
  const draft = readDraft(policy);
  if (html !== undefined) writeHtml(html, '');
  const period = periodOf({ from, to });
  const report = await withHistory(brand, ({ brandId, ...stores }) => backtest(stores, { ...period, brandId }, draft));
  if (html !== undefined) writeHtml(html, backtestHtml(report));
  console.log(json ? JSON.stringify(withInstants(report)) : backtestText(report));
  return 0;
}

/** Once before the past is read, which may take minutes, so that a file that cannot be written is told at once. */
function writeHtml(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    throw new CommandEnd(`${file}: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

function readDraft(file: string): z.infer<typeof Draft> {
  const parsed = Draft.safeParse(readJsonFile(file));
  if (!parsed.success) {
    throw new CommandEnd(
      parsed.error.issues
        .flatMap(plainIssues)
        .map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`)
        .join('\n'),
      2,
    );
  }
  const problems = policyProblems({ ...parsed.data, version: 1 }, reference);
  if (problems.length > 0) throw new CommandEnd(problems.join('\n'), 2);
  return parsed.data;
}

function withInstants({ from, to, ...report }: BacktestReport): object {
  return { from: from === null ? null : toIso(from), to: to === null ? null : toIso(to), ...report };
}
