import { z } from 'zod';
import { makeFolder } from '../database/make-folder.js';
import { CommandEnd, parseCommandLine } from '../command.js';
import { measureAccept } from './accept.js';
import { attributionText, measureAttribution } from './attribution.js';
import { batchText, measureBatch } from './batch.js';
import { measureBulk } from './bulk.js';
import { decideText, measureDecide } from './decide.js';
import { historyText, measureHistory } from './history.js';
import { measureImport } from './import.js';
import { measureLedger } from './ledger.js';
import { mailingsText, measureMailings } from './mailings.js';
import { measureMoney, moneyText } from './money.js';
import { measureOptOut } from './optout.js';
import { measurePipeline } from './pipeline.js';
import { touchesText, measureTouches } from './touches.js';
import { channelsText, measureChannels } from './channels.js';
import { acceptText, bulkText, importText, ledgerText, optOutText, pipelineText } from './report-text.js';

const OPTIONS = z.object({
  what: z
    .enum([
      'pipeline',
      'accept',
      'bulk',
      'decide',
      'batch',
      'history',
      'optout',
      'import',
      'ledger',
      'attribution',
      'touches',
      'mailings',
      'channels',
    ])
    .describe(
      'pipeline: to the end of every message; accept: single requests; bulk: one long request and its memory; decide: the decision alone; batch: decide --batch and its memory; history: backtest and replay of a long past; optout: people who leave under load; import: a file of people; ledger: appends, publishing, proofs and bundles; attribution: a file of paths; touches: what is asked of ten million touches, and how PostgreSQL finds it; mailings: reports on messages, links and consents of a year; channels: hand-overs on each channel beside the library of its protocol alone',
    ),
  decisions: z.coerce
    .number()
    .int()
    .min(1000)
    .max(100_000_000)
    .optional()
    .describe('decide, history: how many; 500,000 or 200,000 when left out'),
  html: z.string().optional().describe('history: writes the backtest with its chart to this file'),
  cases: z.coerce.number().int().min(1000).max(100_000_000).default(1_000_000).describe('batch: how many'),
  messages: z.coerce
    .number()
    .int()
    .min(500)
    .max(10_000_000)
    .default(20_000)
    .describe('pipeline: messages of one round; mailings: messages of the year'),
  rounds: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(2)
    .describe('pipeline, attribution: rounds, each beside baselines'),
  backend: z.enum(['redis', 'postgres']).default('redis').describe('where the queues are'),
  seconds: z.coerce.number().int().min(1).max(600).default(10).describe('accept, optout, ledger: how long'),
  rate: z.coerce
    .number()
    .int()
    .min(10)
    .max(20_000)
    .optional()
    .describe('optout: messages offered a second; left out: 1,000, or what it has just been seen to send less a tenth'),
  lines: z.coerce.number().int().min(5_000).max(10_000_000).default(100_000).describe('bulk: of the longer request'),
  contacts: z.coerce.number().int().min(1).max(100_000).default(5_000).describe('bulk: to so many people in turn'),
  entries: z.coerce
    .number()
    .int()
    .min(10_000)
    .max(10_000_000)
    .default(1_000_000)
    .describe('ledger: in the log when proofs are measured'),
  rows: z.coerce
    .number()
    .int()
    .min(1000)
    .max(10_000_000)
    .optional()
    .describe('import, attribution: rows of the file; 100,000 people or 1,000,000 paths when left out'),
  connections: z.coerce.number().int().min(1).max(500).default(50).describe('accept: requests at once'),
  touches: z.coerce
    .number()
    .int()
    .min(100_000)
    .max(100_000_000)
    .optional()
    .describe(
      'touches: how many there are, 10,000,000 when left out; attribution: so many in PostgreSQL instead of a file',
    ),
  profile: z.string().optional().describe('folder for CPU profiles of api and workers'),
  statements: z
    .boolean()
    .default(false)
    .describe('pipeline, import: also prints what each statement costs PostgreSQL, which costs some per cent itself'),
  json: z.boolean().default(false).describe('prints one JSON object'),
});

/** `consentctl bench`: measures the decision or attribution alone, or starts a whole gateway of its own, measures that and ends it. */
export async function bench(argv: readonly string[]): Promise<number> {
  const options = parseCommandLine(
    { name: 'bench', summary: 'measures the pipeline on this machine', options: OPTIONS, positionals: ['what'] },
    argv,
  );
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  if (options.profile !== undefined) makeFolder(options.profile);
  try {
    if (options.what === 'decide') {
      const report = measureDecide({ decisions: options.decisions ?? 500_000 });
      console.log(options.json ? JSON.stringify(report) : decideText(report));
      return 0;
    }
    if (options.what === 'batch') {
      const report = await measureBatch(options, log);
      console.log(options.json ? JSON.stringify(report) : batchText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'history') {
      const report = await measureHistory({ decisions: options.decisions ?? 200_000, html: options.html }, log);
      console.log(options.json ? JSON.stringify(report) : historyText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'accept') {
      const report = await measureAccept(options, log);
      console.log(options.json ? JSON.stringify(report) : acceptText(report));
      return 0;
    }
    if (options.what === 'bulk') {
      const report = await measureBulk(options, log);
      console.log(options.json ? JSON.stringify(report) : bulkText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'optout') {
      const report = await measureOptOut(options, log);
      console.log(options.json ? JSON.stringify(report) : optOutText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'import') {
      const report = await measureImport({ rows: options.rows ?? 100_000, statements: options.statements }, log);
      console.log(options.json ? JSON.stringify(report) : importText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'ledger') {
      const report = await measureLedger(options, log);
      console.log(options.json ? JSON.stringify(report) : ledgerText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'attribution' && options.touches !== undefined) {
      const report = await measureMoney({ touches: options.touches }, log);
      console.log(options.json ? JSON.stringify(report) : moneyText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'attribution') {
      const report = await measureAttribution({ rows: options.rows ?? 1_000_000, rounds: options.rounds }, log);
      console.log(options.json ? JSON.stringify(report) : attributionText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'touches') {
      const report = await measureTouches({ touches: options.touches ?? 10_000_000 }, log);
      console.log(options.json ? JSON.stringify(report) : touchesText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'mailings') {
      const report = await measureMailings(options, log);
      console.log(options.json ? JSON.stringify(report) : mailingsText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    if (options.what === 'channels') {
      const report = await measureChannels(options, log);
      console.log(options.json ? JSON.stringify(report) : channelsText(report));
      return report.checks.every(({ passed }) => passed) ? 0 : 1;
    }
    const report = await measurePipeline(options, log);
    console.log(options.json ? JSON.stringify(report) : pipelineText(report));
    return report.checks.every(({ passed }) => passed) ? 0 : 1;
  } catch (error) {
    if (error instanceof CommandEnd || !(error instanceof Error)) throw error;
    throw new CommandEnd(error.message, 1);
  }
}

export const run = bench;
