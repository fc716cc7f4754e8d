import os from 'node:os';
import { z } from 'zod';
import { DemoState, demoStateFile } from '../seed/demo-state.js';
import { Child } from './child.js';
import { readJson, writeJson } from './kept-file.js';

/** Where the first year goes; one that was cut short stays as it is, and the next goes into a brand of its own. */
const BRAND = 'hafenwerk';
const Told = z.object({ reportsKey: z.string() });

/**
 * The child that fills the reports of a first start with a made-up year, in a brand of its own. It begins when all else is
 * ready, goes behind everybody in the queue for the processor, and is not begun again when one has come to its end.
 */
export class MadeUpYear {
  private child: Child | undefined;
  private readonly file: string;

  constructor(
    private readonly dataDir: string,
    private readonly onLine: (line: string) => void,
  ) {
    this.file = demoStateFile(dataDir);
  }

  /** Writes it. @returns the key that opens its reports; null when it did not come to its end */
  async write(settings: NodeJS.ProcessEnv): Promise<string | null> {
    const state = readJson(this.file, DemoState);
    if (state === null) return null;
    const years = state.years + 1;
    writeJson(this.file, { ...state, years });
    let key: string | undefined;
    const brand = years === 1 ? BRAND : `${BRAND}-${years}`;
    const args = ['seed', '--story', '--gently', '--brand', brand, '--data-dir', this.dataDir];
    this.child = new Child({
      name: 'year',
      script: new URL('../main.js', import.meta.url),
      args,
      onLine: this.onLine,
      onMessage: (message) => (key = Told.safeParse(message).data?.reportsKey),
    });
    letOthersPass(this.child.pid);
    this.child.begin(settings);
    const { code } = await this.child.ended;
    if (code !== 0 || key === undefined) return null;
    writeJson(this.file, { ...state, years, yearKey: key });
    return key;
  }

  async stop(graceMs: number): Promise<void> {
    await this.child?.stop(graceMs);
  }
}

function letOthersPass(pid: number): void {
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, which its end tells, or may not be asked; then it takes its turn like any other.
  }
}
