import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { IMPORT_FORMATS, type ImportFormat, ImportService, type ImportSummary } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { deriveKeys, readConfig } from '#lib/platform';
import { StartedMessages } from '#lib/sending';
import { CommandEnd, parseCommandLine } from '../command.js';
import { type History, withHistory } from '../history/open-history.js';
import { importText } from './domain/import-text.js';
import { LinesRead } from './domain/lines-read.js';
import { progressLine } from './domain/progress-line.js';
import { ResultFile } from './result-file.js';

const IMPORT = {
  name: 'import',
  summary: 'brings in contacts and consents from a CSV or NDJSON file, using DATABASE_URL and MASTER_KEY',
  options: z.object({
    file: z.string().optional().describe('the file; its rows are described in docs/imports.md'),
    brand: z.string('which brand?').describe('key of the brand'),
    format: z.enum(IMPORT_FORMATS).optional().describe('csv or ndjson; left out: by the ending of the file'),
    dryRun: z.boolean().default(false).describe('says what would be done, and does nothing'),
    results: z.string().optional().describe('writes what became of each row to this file, .csv or .ndjson'),
    undo: z
      .uuid('is the id of an import, as the import printed it')
      .optional()
      .describe('takes back the import with this id instead'),
    json: z.boolean().default(false).describe('prints one JSON object'),
  }),
  positionals: ['file'] as const,
};

/** Redrawing more often than this helps nobody. */
const REDRAW_MS = 200;

export async function run(argv: readonly string[]): Promise<number> {
  const { file, brand, format, dryRun, results, undo, json } = parseCommandLine(IMPORT, argv);
  return withHistory(brand, async (history) => {
    const { brandId } = history;
    if (brandId === null) throw new CommandEnd('Name the brand.', 2);
    const service = serviceOf(history);
    if (undo !== undefined) {
      const undone = await service.undo(brandId, undo, 'operator');
      console.log(
        json
          ? JSON.stringify(undone)
          : `${undone.retracted} consents taken back, ${undone.contactPointsEnded} contact points ended`,
      );
      return 0;
    }
    if (file === undefined) throw new CommandEnd('Name the file, or --undo an import.', 2);
    const request = { brandId, file, format: format ?? formatOf(file), dryRun, results };
    const summary = await importFile(service, request);
    const { id, counts, inFlight } = summary;
    const undoHint = id === null ? '' : `\n\nTake it back with: consentctl import --brand ${brand} --undo ${id}`;
    console.log(json ? JSON.stringify(summary) : importText(counts, inFlight.length, dryRun) + undoHint);
    return counts.refused > 0 ? 1 : 0;
  });
}

function serviceOf({ database, ledger }: History): ImportService {
  return new ImportService(
    database,
    ledger,
    deriveKeys(readConfig(process.env).MASTER_KEY),
    new StartedMessages(ledger),
  );
}

async function importFile(
  service: ImportService,
  {
    brandId,
    file,
    format,
    dryRun,
    results,
  }: { brandId: BrandId; file: string; format: ImportFormat; dryRun: boolean; results: string | undefined },
): Promise<ImportSummary> {
  const totalBytes = sizeOf(file);
  const out = results === undefined ? null : new ResultFile(results, file);
  const stream = fs.createReadStream(file, { highWaterMark: 256 * 1024 });
  const started = performance.now();
  const read = new LinesRead();
  let [rows, bytes, drawn] = [0, 0, -REDRAW_MS];
  const draw = (): void => {
    const now = performance.now() - started;
    if (!process.stderr.isTTY || now - drawn < REDRAW_MS) return;
    drawn = now;
    process.stderr.write(`\r\u001b[2K${progressLine({ bytes, totalBytes, rows, seconds: now / 1000 })}`);
  };
  try {
    const rowsIn = Readable.from(counted(stream, read), { objectMode: false });
    const steps = service.run(rowsIn, { brandId, actor: 'operator', format, source: path.basename(file), dryRun });
    for await (const step of steps) {
      if (step.kind === 'end') return step.summary;
      rows += step.rows.length;
      bytes = read.bytesUpTo(step.rows.at(-1)?.line ?? 0);
      out?.write(step.rows);
      draw();
    }
    throw new Error('an import ended without a summary');
  } catch (error) {
    if (error instanceof DomainError) throw new CommandEnd(told(error), 2);
    throw error;
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
    out?.close();
  }
}

async function* counted(stream: AsyncIterable<Buffer>, read: LinesRead): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    read.add(chunk);
    yield chunk;
  }
}

function formatOf(file: string): ImportFormat {
  if (/\.(csv|tsv|txt)$/i.test(file)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(file)) return 'ndjson';
  throw new CommandEnd('Say --format csv or --format ndjson: the ending of the file does not.', 2);
}

function sizeOf(file: string): number {
  try {
    return fs.statSync(file).size;
  } catch (error) {
    throw new CommandEnd(`${file}: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

function told({ detail, extra }: DomainError): string {
  return [detail, ...(extra.violations ?? []).map((violation) => `- ${violation.detail}`)].join('\n');
}
