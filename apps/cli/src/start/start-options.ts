import { z } from 'zod';
import type { CommandShape } from '../command.js';

const StartOptions = z.object({
  dataDir: z
    .string()
    .min(1, 'must name a directory')
    .default('.local/data')
    .describe('where the database and the keys live (default .local/data)'),
  port: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number')
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_530, 'must lie between 1 and 65530')
    .optional()
    .describe(
      'port of the api; center, worker, mailbox page, SMTP and witness take the five after it (default: free ones from 8080)',
    ),
  readyFile: z
    .string()
    .min(1, 'must name a file')
    .optional()
    .describe('for programs: written when everything is ready, removed on stop'),
  copyOf: z
    .string()
    .min(1, 'must name a directory')
    .optional()
    .describe('a stopped data directory of this version with which a new database begins, in place of an empty one'),
  noDemo: z.boolean().default(false).describe('set up the demo brand and its keys, but send nothing'),
  noYear: z.boolean().default(false).describe('play the demo, but write no made-up year for the reports'),
});

export type StartOptions = z.infer<typeof StartOptions>;

export const START: CommandShape<typeof StartOptions> = {
  name: 'start',
  summary: 'runs the whole gateway on this machine',
  options: StartOptions,
};
