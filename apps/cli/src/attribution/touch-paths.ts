import { once } from 'node:events';
import { z } from 'zod';
import { conversionPaths, ConversionsReader, PATHS_HEADER, pathRow, TouchesReader } from '#lib/attribution';
import { CommandEnd, parseCommandLine } from '../command.js';
import { readFile } from './read-file.js';

const PIECE_CHARS = 64 * 1024;

const OPTIONS = z.object({
  touches: z.string().describe('CSV with touch_id,account_id,contact_id,ts,channel[,campaign][,cost][,message]'),
  conversions: z.string().describe('CSV with conversion_id,account_id,ts,value[,lead_ts][,opp_ts][,contact_id]'),
  lookbackDays: z.coerce.number().positive().default(90).describe('how long before a conversion a touch counts'),
  unit: z
    .enum(['account', 'contact'])
    .default('account')
    .describe('whose touches make a path: all contacts of the account, or each contact for itself'),
  dimension: z.enum(['channel', 'campaign']).default('channel').describe('what the touches of a path are called'),
  collapseSend: z
    .boolean()
    .default(false)
    .describe('the same message (column `message`) to several contacts of an account within a day is one touch'),
  reset: z.boolean().default(false).describe('a touch counts for the next conversion only'),
  asOf: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('nothing later counts; the latest time in the files when left out'),
});

/** `consentctl touch-paths`: the paths that `consentctl attribute` reads, out of touches and conversions. */
export async function run(argv: readonly string[]): Promise<number> {
  const options = parseCommandLine(
    {
      name: 'touch-paths',
      summary: 'turns touches and conversions into the CSV of paths that attribute reads, on standard output',
      options: OPTIONS,
      positionals: ['touches', 'conversions'],
    },
    argv,
  );
  const touches = new TouchesReader(options.dimension, options.unit);
  const log = readFile(options.touches, touches);
  const conversions = readFile(options.conversions, new ConversionsReader());
  const { lookbackDays, unit, reset, collapseSend, asOf } = options;
  const limit = asOf === undefined ? {} : { asOf: Date.parse(asOf) };
  const paths = conversionPaths(log, conversions, { lookbackDays, unit, reset, collapseSend, ...limit });
  let piece = `${PATHS_HEADER}\n`;
  for (;;) {
    const next = paths.next();
    if (!next.done) piece += `${pathRow(log, next.value)}\n`;
    if ((next.done === true || piece.length > PIECE_CHARS) && !process.stdout.write(piece)) await drained();
    if (next.done === true) {
      const { withoutTouch, nulls, open, medianCycleDays } = next.value;
      const cycle = medianCycleDays === null ? 'no' : `a median of ${medianCycleDays.toFixed(1)} days`;
      process.stderr.write(
        `${next.value.conversions} conversions, ${withoutTouch} of them without a touch; ${nulls} null paths; ${open} ${unit}(s) open (${cycle} sales cycle)\n`,
      );
      if (touches.withoutUnit > 0)
        process.stderr.write(`${touches.withoutUnit} touches name no ${unit} and are on no path\n`);
      return 0;
    }
    if (piece.length > PIECE_CHARS) piece = '';
  }
}

async function drained(): Promise<void> {
  try {
    await once(process.stdout, 'drain');
  } catch (error) {
    throw new CommandEnd(`The paths could not be written: ${String(error)}`, 1);
  }
}
