import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { describeInBrowser, keepPicture } from '../../../../test/support/browser.js';
import { LONG } from '../../../../test/support/form.js';
import { SomeBrand } from '../testing/some-brand.js';

const REPORTS = ['exits', 'email', 'channels', 'content', 'consents'];

let brand: SomeBrand;
let url: string;
beforeAll(async () => {
  brand = await SomeBrand.start();
  await brand.send('PUT', '/v1/campaigns/Spring-2027', { name: 'Spring', policy: 'default' });
  for (let i = 0; i < 4; i++) await brand.contact(`p${i}`);
  for (let i = 0; i < 3; i++) await brand.say(`p${i}`, i < 2 ? 'granted' : 'refused');
  for (let i = 0; i < 12; i++) {
    const about = { template: 'news', topic: 'newsletter', step: `mail-${i % 3}`, variant: i % 2 === 0 ? 'A' : 'B' };
    await brand.api.send('POST', '/v1/messages', {
      ...{ key: brand.key, headers: { 'idempotency-key': randomUUID() } },
      body: { to: `p${i % 4}`, ...about, ...(i % 4 === 0 ? {} : { campaign: 'Spring-2027' }) },
    });
  }
  await brand.api.app.listen(0, '127.0.0.1');
  url = await brand.api.app.getUrl();
}, 120_000);
afterAll(() => brand.stop());

describeInBrowser('the pages of reports', (browser) => {
  it('are signed in to, walked through to a ledger entry and left, without a script and without a fault that axe finds', async () => {
    const page = await browser.newPage({ locale: 'de-DE', viewport: { width: 1280, height: 900 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).origin));
    await page.goto(`${url}/reports/exits`);
    expect(await browser.violationsOf(page)).toEqual([]);
    await keepPicture(page, 'sign-in');
    await page.getByLabel('API-Schlüssel').fill('cg_live_wrong');
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByText('Dieser Schlüssel öffnet die Berichte nicht').waitFor();
    await page.getByLabel('API-Schlüssel').fill(brand.key);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByRole('heading', { name: 'Ausstiegsbericht', exact: true }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');

    // The long form looks at every report; the short one at the one with most on it and at one on a phone in the dark.
    for (const [i, key] of (LONG ? REPORTS : REPORTS.slice(0, 2)).entries()) {
      await page.emulateMedia({ colorScheme: i % 2 === 0 ? 'light' : 'dark' });
      await page.setViewportSize({ width: i % 3 === 1 ? 390 : 1280, height: 900 });
      await page.goto(`${url}/reports/${key}?language=${i % 2 === 0 ? 'de' : 'en'}`);
      expect([key, await browser.violationsOf(page)]).toEqual([key, []]);
      const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect([key, wide]).toEqual([key, 0]);
      await keepPicture(page, key);
    }

    await page.goto(`${url}/reports/exits?language=de`);
    await page.getByLabel('Schritt').fill('mail-1');
    await page.getByRole('button', { name: 'Anwenden' }).click();
    await page.getByRole('link', { name: 'mail-1' }).first().click();
    await page.getByRole('row', { name: 'Summe' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Nachrichten' }).waitFor();
    if (LONG) expect(await browser.violationsOf(page)).toEqual([]);
    await keepPicture(page, 'messages');
    await page.getByRole('main').getByRole('table').getByRole('link').first().click();
    await page.getByText('send.accepted').waitFor();
    expect(await browser.violationsOf(page)).toEqual([]);
    await keepPicture(page, 'message');
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.getByLabel('API-Schlüssel').waitFor();
    await page.goto(`${url}/reports`);
    await page.getByLabel('API-Schlüssel').waitFor();
    expect(new Set(asked)).toEqual(new Set([url]));
  });
});
