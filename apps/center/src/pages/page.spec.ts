import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser, keepPicture } from '../../../../test/support/browser.js';
import { type RunningCenter, startCenter, TOKEN } from '../testing/running-center.js';
import { everyNth } from '../../../../test/support/form.js';

let center: RunningCenter;
beforeAll(async () => {
  center = await startCenter('http://127.0.0.1');
});
beforeEach(() => {
  center.consents.calls = [];
});
afterAll(() => center.close());

/** Contrast ratio (WCAG 2.2) of the text of an element against what is behind it. */
async function contrastOf(page: Page, selector: string): Promise<number> {
  const [text, behind] = await page.evaluate<[string, string]>(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    let behind = element;
    while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
    return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
  })()`);
  const [a, b] = [luminance(text), luminance(behind)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(color: string): number {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color);
  if (parts === null) throw new Error(`not an opaque colour: ${color}`);
  const [r = 0, g = 0, b = 0] = parts.slice(1).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describeInBrowser('the opt-out page in a browser', (browser) => {
  // In the short form on a phone in the light and on a screen in the dark.
  describe.each(
    everyNth(3, [
      [390, 'light'],
      [390, 'dark'],
      [1280, 'light'],
      [1280, 'dark'],
    ] as const),
  )('%s pixels wide, %s', (width, colorScheme) => {
    it('can be read and used', async () => {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, locale: 'de-DE' });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${center.url}/u/${TOKEN}`);

      for (const selector of ['h1', '.lead', 'main > p', '.note', 'button']) {
        expect(await contrastOf(page, selector)).toBeGreaterThanOrEqual(4.5);
      }
      await keepPicture(page, `leave-${width}-${colorScheme}`);
      const button = await page.getByRole('button', { name: 'Abbestellen', exact: true }).boundingBox();
      expect(button?.height).toBeGreaterThanOrEqual(44);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('3px');
      expect(center.consents.calls).toHaveLength(0);

      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Ihr Wunsch ist vermerkt' }).waitFor();
      await keepPicture(page, `kept-${width}-${colorScheme}`);
      expect(complaints).toEqual([]);
    });
  });

  it('needs no script', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false, locale: 'en-GB' });
    await page.goto(`${center.url}/u/${TOKEN}`);
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.locator('h1', { hasText: 'Your wish is kept' }).waitFor();
  });

  it('cannot be shown inside another page', async () => {
    const page = await browser.newPage();
    await page.setContent(`<iframe src="${center.url}/u/${TOKEN}"></iframe>`);
    await page.waitForTimeout(300);
    expect(
      await page
        .frames()[1]
        ?.locator('button')
        .count()
        .catch(() => 0),
    ).toBe(0);
  });
});
