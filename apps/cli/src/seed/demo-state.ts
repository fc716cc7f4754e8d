import path from 'node:path';
import { z } from 'zod';

/** What is remembered of the demo between two starts. The keys are there in clear: it is a demo on one machine. */
export const DemoState = z.object({
  operatorKey: z.string(),
  key: z.string(),
  testKey: z.string(),
  /** Of the set-up that was seeded: definitions and SMTP port. */
  setup: z.string(),
  /** How often the story was begun. Each telling has people of its own: one that was cut short is in nobody's way. */
  stories: z.number().int(),
  /** Whether one came to its end. */
  told: z.boolean(),
  /** How often a made-up year was begun, each in a brand of its own, and the key that opens the reports of the one that came to its end. */
  years: z.number().int().default(0),
  yearKey: z.string().optional(),
});
export type DemoState = z.infer<typeof DemoState>;

export function demoStateFile(dataDir: string): string {
  return path.join(dataDir, 'demo.json');
}
