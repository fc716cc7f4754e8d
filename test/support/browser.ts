import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { Examiner } from './accessibility.js';
import { describeWithout, findProgram } from './optional-program.js';
import { UsedPages } from './used-pages.js';

/** The shell alone draws a page for half of what the whole browser takes, which also draws windows that nobody sees. */
const program = findProgram([
  process.env['CHROMIUM_PATH'],
  'chromium-headless-shell',
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
  /** A page in a context of its own (no shared cookies), as good as new, until the test ends. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  /** What axe finds wrong with a page as it stands, by WCAG 2.2 AA and its best practices. */
  violationsOf(page: Page): Promise<string[]>;
}

/** With PICTURES=folder what the browser shows is kept there, to be looked at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

/** A suite that drives real pages in an installed Chromium. */
export function describeInBrowser(name: string, suite: (browser: TestBrowser) => void): void {
  if (program === undefined) return describeWithout('chromium', name);
  describe(name, () => {
    let browser: Browser | undefined;
    let examiner: Examiner | undefined;
    const started = (): Browser => {
      if (browser === undefined) throw new Error('the browser starts in beforeAll: open pages there or later');
      return browser;
    };
    let pages: UsedPages | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: program, args: FLAGS });
      pages = new UsedPages(browser);
    });
    afterEach(() => pages?.takeBack());
    afterAll(() => browser?.close());
    suite({
      async newPage(options = {}) {
        pages ??= new UsedPages(started());
        return pages.lend(options);
      },
      async violationsOf(page) {
        examiner ??= await Examiner.open(await started().newContext());
        return examiner.violationsOf(page);
      },
    });
  });
}
