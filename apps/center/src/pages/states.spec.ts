import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { everyNth, LONG } from '../../../../test/support/form.js';
import { describeInBrowser, keepPicture } from '../../../../test/support/browser.js';
import { CenterWorld } from '../testing/center-world.js';
import { after, type Posted, STATES, type Throttled } from '../testing/page-states.js';
import { type RunningCenter, startCenter } from '../testing/running-center.js';

const MOST_BYTES = 20_000;

let world: CenterWorld;
/** A center whose database does not answer. */
let away: RunningCenter;
beforeAll(async () => {
  world = await CenterWorld.start();
  // Where something can be agreed to, a notice stands above the button.
  await world.db.tx.execute`UPDATE consent.brand SET page = page || '{"notice": "form"}' WHERE id = ${world.brandId}`;
  away = await startCenter('http://127.0.0.1');
  away.consents.isAway = true;
}, 120_000);
afterAll(() => Promise.all([world.end(), away.close()]));

interface Look {
  readonly tag: 'de' | 'ar';
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
}

const TAGS = ['de', 'ar'] as const;
const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 390, 320] as const;
const EVERY_LOOK: readonly Look[] = TAGS.flatMap((tag) =>
  SCHEMES.flatMap((colorScheme) => WIDTHS.map((width) => ({ tag, colorScheme, width }))),
);

/**
 * In which looks the `index`th state is examined: in one, so that twelve states in a row are seen in all twelve.
 * `npm run test:long` sees each state in all of them.
 */
function looksOf(index: number): readonly Look[] {
  return everyNth(EVERY_LOOK.length, EVERY_LOOK, 5 * index);
}

it('sees every pair of direction, colour scheme and width, and each state', () => {
  const all = STATES.map((_state, index) => looksOf(index));
  expect(new Set(all.flat())).toEqual(new Set(EVERY_LOOK));
  expect(all.filter((looks) => looks.length === 0)).toEqual([]);
});

/** Everything that a page does beside being a document of ours. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    // That a page is an error page is said in the console, too.
    if (!/status of (4|5)\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const isFromUs = [world.url, away.url].some((url) => request.url().startsWith(url));
    const isOurs = isFromUs && request.resourceType() === 'document';
    if (!isOurs) complaints.push(`asks ${request.url()}`);
  });
  return complaints;
}

/** Has the browser send the form when it is told to go to its address, and show what is handed out to be kept. */
async function answerTo(page: Page, { url, form }: Posted): Promise<void> {
  await page.route(
    (asked) => asked.href.startsWith(url),
    async (route) => {
      const headers = { ...route.request().headers(), 'content-type': 'application/x-www-form-urlencoded' };
      const postData = new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])).toString();
      const response = await route.fetch({ method: 'POST', headers, postData, maxRedirects: 0 });
      const { 'content-disposition': _kept, ...shown } = response.headers();
      await route.fulfill({ response, headers: shown });
    },
  );
}

/** Has the browser ask so often that it is told to wait. */
async function askTooOften(page: Page, { url, until }: Throttled): Promise<void> {
  await page.route(
    (asked) => asked.href.startsWith(url),
    async (route) => {
      let response = await route.fetch();
      for (let looks = 1; looks < 400 && response.status() !== until; looks++) response = await route.fetch();
      expect(response.status()).toBe(until);
      await route.fulfill({ response });
    },
  );
}

/** One click is answered in the person's own language: a mailbox provider's browser says nothing about it. */
function spokenIn(name: string, tag: 'de' | 'ar'): string {
  return name.startsWith('one-click') ? 'de' : tag;
}

describeInBrowser('the page in a browser', (browser) => {
  it.each(STATES.map(([name, reach], index) => ({ name, reach, looks: looksOf(index) })))(
    '$name is accessible, light and dark, in both directions, fits 1280, 390 and 320 px (400 %), and asks nobody else',
    async ({ name, reach, looks }) => {
      const reached = await reach({ world, away });
      const url = typeof reached === 'string' ? reached : reached.url;
      const page = await browser.newPage({ bypassCSP: true });
      if (typeof reached !== 'string') await ('form' in reached ? answerTo(page, reached) : askTooOften(page, reached));
      const complaints = complaintsOf(page);
      for (const { tag, colorScheme, width } of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        // Some pages speak the language of the browser, because they know nobody.
        await page.setExtraHTTPHeaders({ 'accept-language': tag });
        await page.goto(`${url}${url.includes('?') ? '&' : '?'}lang=${tag}`);
        expect([name, await page.locator('html').getAttribute('lang')]).toEqual([name, spokenIn(name, tag)]);
        const picture = `${name}-${tag}-${colorScheme}-${width}`;
        await keepPicture(page, picture);
        expect([picture, await browser.violationsOf(page)]).toEqual([picture, []]);
        for (const other of WIDTHS) {
          await page.setViewportSize({ width: other, height: 900 });
          const isTooWide = await page.evaluate(`document.documentElement.scrollWidth > ${other}`);
          expect([picture, other, isTooWide]).toEqual([picture, other, false]);
        }
      }
      expect(complaints).toEqual([]);
    },
    LONG ? 600_000 : 120_000,
  );

  it('breaks the longest words of a brand, and never makes its reader scroll sideways', async () => {
    const brand = 'Donaudampfschifffahrtsgesellschaftskapitänsverein';
    const [before] = await world.db.tx.sql<{ name: string; labels: string }>`
      SELECT b.name, t.labels::text AS labels FROM consent.brand b JOIN consent.topic t ON t.brand_id = b.id
       WHERE t.id = ${world.topics.products}`;
    const name = async (called: string, labels: string) => {
      await world.db.tx.execute`UPDATE consent.brand SET name = ${called} WHERE id = ${world.brandId}`;
      await world.db.tx.execute`UPDATE consent.topic SET labels = ${labels} WHERE id = ${world.topics.products}`;
    };
    await name(brand, JSON.stringify({ de: 'Rechtsschutzversicherungsgesellschaften' }));
    const person = await world.person(['products']);
    const page = await browser.newPage({ viewport: { width: 320, height: 900 } });
    const manage = await world.manage(person);
    for (const url of [manage, world.optOut(person, 'products'), await world.confirmation(await world.person([]))]) {
      for (const tag of ['de', 'he']) {
        await page.goto(`${url}?lang=${tag}`);
        await keepPicture(page, `long-words-${tag}-320`);
        expect([tag, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([tag, 320]);
      }
    }
    await page.goto(await after(manage, 'stop_all'));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await name(before?.name ?? '', before?.labels ?? '{}');
  });

  it('keeps to its strict policy: nothing is refused that it needs', async () => {
    await world.look({ accent: { light: '#7a1f5c', dark: '#f0a6d8' } });
    const page = await browser.newPage({ colorScheme: 'light' });
    const complaints = complaintsOf(page);
    await page.goto(await world.manage(await world.person()));
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.pair button')).color`)).toBe(
      'rgb(122, 31, 92)',
    );
    await page.goto(await world.confirmation(await world.person([])));
    expect(await page.evaluate(`getComputedStyle(document.querySelector('main button')).backgroundColor`)).toBe(
      'rgb(122, 31, 92)',
    );
    expect(complaints).toEqual([]);
    await world.look({});
  });

  it('is small', async () => {
    const person = await world.person(['newsletter', 'events', 'products']);
    for (const url of [await world.manage(person), world.optOut(person)]) {
      for (const tag of ['de', 'en', 'ar']) {
        const bytes = Buffer.byteLength(await (await fetch(`${url}?lang=${tag}`)).text());
        expect([tag, bytes <= MOST_BYTES ? 'small' : bytes]).toEqual([tag, 'small']);
      }
    }
  });

  it('from the link in a mail to everything stopped takes two actions, by keyboard alone and without scripts', async () => {
    const person = await world.person();
    const page = await browser.newPage({ javaScriptEnabled: false, locale: 'de-DE' });
    await page.goto(world.optOut(person)); // the first action: the link in the mail
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press('Tab');
      if ((await page.locator(':focus').textContent()) === 'Alles abbestellen') break;
    }
    await page.keyboard.press('Enter'); // the second
    await page.getByRole('status').first().waitFor();
    expect(await page.getByRole('status').first().textContent()).toContain('Sie erhalten nichts mehr von uns');
    expect((await world.history(person)).at(-1)).toMatch(/withdrawn/);
  });

  it('a form that has gone stale is looked through and saved again by keyboard alone and without scripts', async () => {
    const person = await world.person(['newsletter']);
    const page = await browser.newPage({ javaScriptEnabled: false, locale: 'de-DE' });
    await page.goto(await world.manage(person));
    await page.getByRole('radio', { name: 'Höchstens eine Nachricht pro Woche' }).press('Space');
    await world.consent(person.externalId, 'granted', ['events']);
    await page.getByRole('button', { name: 'Speichern' }).press('Enter');
    await page.getByText('hat sich etwas geändert').waitFor();
    expect(await page.getByRole('radio', { name: 'Höchstens eine Nachricht pro Woche' }).isChecked()).toBe(true);
    const save = page.locator('button:focus', { hasText: 'Speichern' });
    for (let i = 0; i < 60 && (await save.count()) === 0; i++) await page.keyboard.press('Tab');
    expect(await save.count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByText('Ihre Auswahl ist gespeichert').waitFor();
    expect(await page.getByRole('radio', { name: 'Höchstens eine Nachricht pro Woche' }).isChecked()).toBe(true);
    // What they never touched is as it was said meanwhile.
    expect((await world.history(person)).at(-1)).toBe('email granted events web_form');
  });

  it('offers both ways out with the same weight', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(world.optOut(await world.person()));
    const looks = await page.evaluate<string[]>(`[...document.querySelectorAll('.pair button')].map((button) => {
      const { color, backgroundColor, fontSize, fontWeight, borderColor } = getComputedStyle(button);
      const { width, height } = button.getBoundingClientRect();
      return [color, backgroundColor, fontSize, fontWeight, borderColor, Math.round(width), Math.round(height)].join();
    })`);
    expect(looks).toHaveLength(2);
    expect(new Set(looks).size).toBe(1);
  });

  it('runs no script of anybody: names of topics and brands are text', async () => {
    await world.db.tx
      .execute`UPDATE consent.brand SET name = ${'<script>alert(1)</script>"><img src=x onerror=alert(1)>'} WHERE id = ${world.brandId}`;
    await world.db.tx
      .execute`UPDATE consent.topic SET labels = ${JSON.stringify({ de: '"><svg onload=alert(1)>{{7*7}}' })} WHERE id = ${world.topics.products}`;
    const page = await browser.newPage();
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(await world.manage(await world.person(['products'])), { waitUntil: 'networkidle' });
    expect(await page.locator('h1').textContent()).toContain('<script>alert(1)</script>');
    expect(await page.locator('legend', { hasText: '{{7*7}}' }).count()).toBe(1);
    expect(dialogs).toEqual([]);
  });
});
