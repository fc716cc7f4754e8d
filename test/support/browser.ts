import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { describeWithout, findProgram } from './optional-program.js';

const program = findProgram([
  process.env['CHROMIUM_PATH'],
  'chromium',
  'chromium-browser',
  'google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]);

const FLAGS = [
  '--no-sandbox', // Chromium refuses its sandbox to root, which is who runs the tests in a container.
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface TestBrowser {
  /** A page in a context of its own (no shared cookies), closed after the test. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
}

/** A suite that drives real pages in an installed Chromium. */
export function describeInBrowser(name: string, suite: (browser: TestBrowser) => void): void {
  if (program === undefined) return describeWithout('chromium', name);
  describe(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: program, args: FLAGS });
    });
    afterEach(async () => {
      for (const context of browser?.contexts() ?? []) await context.close();
    });
    afterAll(() => browser?.close());
    suite({
      async newPage(options = {}) {
        if (browser === undefined) throw new Error('the browser starts in beforeAll: open pages there or later');
        return (await browser.newContext(options)).newPage();
      },
    });
  });
}
