import fs from 'node:fs';
import { z } from 'zod';
import { CHANNELS } from '#lib/kernel';
import { RUNWAY_WORDS, RunwayService, runwayPage, runwayText } from '#lib/sending';
import { CommandEnd, parseCommandLine } from '../command.js';
import { withHistory } from '../history/open-history.js';

const RUNWAY = {
  name: 'runway',
  summary: 'says how many contact points become unsendable week by week, and why, using DATABASE_URL and MASTER_KEY',
  options: z.object({
    brand: z.string('which brand?').describe('key of the brand'),
    weeks: z.coerce.number().int().min(1).max(104).default(26).describe('how many weeks ahead'),
    purpose: z
      .string()
      .optional()
      .describe('key of one purpose; left out: every one that messages are sent for, where it takes an opt-in'),
    channel: z.enum(CHANNELS).optional().describe('one channel; left out: all'),
    html: z.string().optional().describe('writes a page with a chart to this file besides'),
    language: z
      .enum(Object.keys(RUNWAY_WORDS) as ['en', 'de'])
      .default('en')
      .describe('of the page'),
    json: z.boolean().default(false).describe('prints one JSON object'),
  }),
};

export async function run(argv: readonly string[]): Promise<number> {
  const { brand, weeks, purpose = null, channel = null, html, language, json } = parseCommandLine(RUNWAY, argv);
  return withHistory(brand, async ({ database, brandId }) => {
    if (brandId === null) throw new CommandEnd('Name the brand.', 2);
    const runway = await new RunwayService(database).report({ brandId, weeks, purpose, channel });
    if (html !== undefined) fs.writeFileSync(html, runwayPage(runway, brand, language));
    console.log(json ? JSON.stringify(runway) : runwayText(runway));
    return 0;
  });
}
