import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };

/**
 * Asks axe what is wrong with pages. They are written, one after the other, into a page of its own in which axe stays:
 * reading, compiling and warming it up anew for each takes three times what looking at a page does. What is looked at
 * has the elements, styles, size and colour scheme of the original; a page of ours does nothing by script.
 */
export class Examiner {
  private constructor(private readonly page: Page) {}

  static async open(context: BrowserContext): Promise<Examiner> {
    const page = await context.newPage();
    await page.addScriptTag({ path: AXE });
    return new Examiner(page);
  }

  /** Rules that the page breaks, each with the elements that break it. */
  async violationsOf(original: Page): Promise<string[]> {
    const { page } = this;
    const isDark = await original.evaluate<boolean>("matchMedia('(prefers-color-scheme: dark)').matches");
    await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' });
    await page.setViewportSize(original.viewportSize() ?? { width: 1280, height: 900 });
    return page.evaluate<string[]>(`(async () => {
      document.open();
      document.write(${JSON.stringify(await original.content())});
      document.close();
      const { violations } = await axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | '));
    })()`);
  }
}
