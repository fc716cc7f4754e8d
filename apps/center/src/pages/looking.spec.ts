import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { everyNth, LONG } from '../../../../test/support/form.js';
import { describeInBrowser } from '../../../../test/support/browser.js';
import { CenterWorld } from '../testing/center-world.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

/** Everything that can be asked of a page in its address; in the short form each of one of the two pages. */
const ASKED = [
  '',
  '?act=stop_all',
  '?act=leave',
  '?act=save&v=x&cell=x&frequency=monthly',
  '?act=undo&change=00000000-0000-4000-8000-000000000000',
  '?act=link',
  '?act=erase',
  '?act=export',
  '?act=export_page',
  '?act=resume',
  '?record=1',
];

/** Addresses that a browser can open, by the route that answers them; a person for each, so that none is looked at too often. */
async function pages(): Promise<Record<string, string[]>> {
  const confirm = await world.confirmation(await world.person([]));
  const optOut: string[] = [];
  const manage: string[] = [];
  for (const query of everyNth(2, ASKED)) optOut.push(world.optOut(await world.person()) + query);
  for (const query of everyNth(2, ASKED, 1)) manage.push((await world.manage(await world.person())) + query);
  return {
    'u/:token': optOut,
    'p/:token': manage,
    'c/:token': [confirm, `${confirm}/not-me`],
    // A counted link that is ours writes a touch, of those who agreed to that alone; see counted-links.spec.
    'l/:token': [`${world.url}/l/${'A'.repeat(88)}`],
    'o/:token': [`${world.url}/o/${'A'.repeat(88)}`],
    '': ['/livez', '/readyz', '/nothing'].map((path) => world.url + path),
  };
}

/** As machines do that look at mails before people: tries everything of a page but its buttons. */
const LIKE_A_SCANNER = `(async () => {
  const statuses = [];
  for (const method of ['GET', 'HEAD', 'OPTIONS']) statuses.push((await fetch(location.href, { method })).status);
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('input, select, a, button, summary')) {
    one.focus();
    one.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    if (one.matches('input[type=checkbox], input[type=radio]')) one.click();
    one.dispatchEvent(new Event('change', { bubbles: true }));
    one.blur();
  }
  window.scrollTo(0, document.body.scrollHeight);
  const links = [...document.querySelectorAll('a[href]')].filter(({ href }) => new URL(href).origin === location.origin);
  for (const { href } of links.slice(-3)) statuses.push((await fetch(href)).status);
  return { scripts: document.scripts.length, wasToldToWait: statuses.includes(429) };
})()`;

it('knows every route of the center', async () => {
  const folder = new URL('../', import.meta.url);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.controller.ts'))
    .map((name) => /@Controller\('?([^')]*)'?\)/.exec(readFileSync(new URL(name, folder), 'utf8'))?.[1]);
  expect(found.sort()).toEqual(Object.keys(await pages()).sort());
});

describeInBrowser('whoever only looks', (browser) => {
  it('changes not one row, in a browser that runs scripts, follows every link and tries every control', async () => {
    const routes = await pages();
    // Rights to run scripts of its own, which the pages' policy denies: the worst that a scanner can be.
    const page = await browser.newPage({ javaScriptEnabled: true, bypassCSP: true, locale: 'de-DE' });
    const before = await world.wholeDatabase();
    expect(Object.keys(before).length).toBeGreaterThan(20);
    const opened: string[] = [];
    for (const urls of Object.values(routes)) {
      for (const url of urls) {
        await page.goto(url);
        opened.push(url);
        expect([url, await page.evaluate(LIKE_A_SCANNER)]).toEqual([url, { scripts: 0, wasToldToWait: false }]);
      }
    }
    expect(opened).toHaveLength((LONG ? 2 : 1) * ASKED.length + 7);
    expect(await world.wholeDatabase()).toEqual(before);
    // And a button does change something, so the comparison sees what there is to see.
    await page.goto(routes['u/:token']?.[0] ?? '');
    await page.getByRole('button', { name: 'Alles abbestellen' }).click();
    await page.getByText('Sie erhalten nichts mehr von uns').waitFor();
    expect(await world.wholeDatabase()).not.toEqual(before);
  });

  it('back at the page from before they left everything finds every box as it is now', async () => {
    const page = await browser.newPage({ locale: 'de-DE' });
    await page.goto(await world.manage(await world.person(['newsletter', 'events'])));
    const boxes = async () => {
      const all = page.locator('input[name=cell]');
      return [await all.count(), await page.locator('input[name=cell]:checked').count()];
    };
    const [count = 0, ticked = 0] = await boxes();
    expect([count > 3, ticked]).toEqual([true, 3]);
    await page.getByRole('button', { name: 'Alles abbestellen' }).click();
    await page.getByText('Sie erhalten nichts mehr von uns').waitFor();
    await page.goBack();
    expect(await boxes()).toEqual([count, 0]);
  });
});
