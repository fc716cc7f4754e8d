import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { describeInBrowser, keepPicture } from '../../../../test/support/browser.js';
import { LONG } from '../../../../test/support/form.js';
import { SomeBrand } from '../testing/some-brand.js';

const REPORTS = ['exits', 'email', 'channels', 'content', 'consents'];
/** On money; the first two are what the short form looks at, each in another look. */
const OF_MONEY = [
  ...['attribution?intervals=true&show=conversions', 'variants?unit=contact', 'acquisition', 'snapshots'],
  ...['segments?segment=industry', 'sources', 'pages', 'assets?per=asset', 'journeys?goal=click', 'silence', 'links'],
  'positions',
  ...['models', 'campaigns', 'funnel', 'revenue?segment=persona', 'sales', 'paths', 'accounts', 'quality'],
];
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 1280 },
] as const;

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
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const day = at.slice(0, 10);
  const value = { amount: 123_456, currency: 'EUR' };
  const events = [
    ...[0, 1, 2].map((n) => ({ type: 'visit', id: `v${n}`, at, contact: `p${n}`, channel: n === 0 ? 'fair' : 'cpc' })),
    { type: 'account', id: 'Stahlwerk an der Ruhr', industry: 'Steel', tier: 'A', region: 'North' },
    { type: 'stage', id: 's', at, lead: 'l', stage: 'mql', contact: 'p1', persona: 'Engineer' },
    {
      type: 'opportunity',
      id: 'o',
      at,
      closedAt: at,
      status: 'won',
      account: 'Stahlwerk an der Ruhr',
      value,
      lead: 'l',
    },
    { type: 'opportunity', id: 'p', at, closedAt: at, status: 'won', contact: 'p1', value },
    { type: 'cost', id: 'c', category: 'ad_spend', from: day, to: day, value, channel: 'cpc' },
    { type: 'target', id: 't', measure: 'won', from: day, to: day, value },
  ];
  await brand.send('POST', '/v1/events', { events });
  await brand.api.app.listen(0, '127.0.0.1');
  url = await brand.api.app.getUrl();
}, 120_000);
afterAll(() => brand.stop());

/** Words and numbers of tables that begin on one line and end on another. */
const BROKEN_WORDS = `[...document.querySelectorAll('.table th, .table td')].flatMap((cell) => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const broken = [];
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
    for (const { 0: word, index } of text.textContent.matchAll(/[^\\s\\-\\/]+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
    }
  return broken;
})`;

/** Of A4 across, less its margins, in CSS pixels: 269 mm. */
const PAPER_WIDTH = 1016;

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

    // The long form looks at every report; the short one at the one with most on it.
    for (const [i, key] of (LONG ? REPORTS : REPORTS.slice(0, 1)).entries()) {
      await page.emulateMedia({ colorScheme: i % 2 === 0 ? 'light' : 'dark' });
      await page.setViewportSize({ width: i % 3 === 1 ? 390 : 1280, height: 900 });
      await page.goto(`${url}/reports/${key}?language=${i % 2 === 0 ? 'de' : 'en'}`);
      expect([key, await browser.violationsOf(page)]).toEqual([key, []]);
      const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect([key, wide]).toEqual([key, 0]);
      await keepPicture(page, key);
    }

    // On money each report once, in the long form in every look.
    for (const [i, report] of (LONG ? OF_MONEY : OF_MONEY.slice(0, 2)).entries()) {
      for (const [j, { colorScheme, width }] of LOOKS.entries()) {
        if (!LONG && j !== i) continue;
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const language = j % 2 === 0 ? 'de' : 'en';
        await page.goto(`${url}/reports/${report}${report.includes('?') ? '&' : '?'}language=${language}`);
        const look = `${report} ${colorScheme} ${width}`;
        expect([look, await browser.violationsOf(page)]).toEqual([look, []]);
        const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        expect([look, wide]).toEqual([look, 0]);
        await keepPicture(page, look.replaceAll(/[^a-z0-9]+/g, '-'));
        if (j > 1) continue;
        // What is wider than the paper is printed smaller: the widest table fits on a sheet as it is.
        await page.emulateMedia({ media: 'print' });
        await page.setViewportSize({ width: PAPER_WIDTH, height: 700 });
        const beside = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect([look, beside]).toEqual([look, 0]);
        expect([look, await page.evaluate(BROKEN_WORDS)]).toEqual([look, []]);
        await keepPicture(page, `print-${look.replaceAll(/[^a-z0-9]+/g, '-')}`);
        await page.emulateMedia({ media: 'screen' });
      }
    }
    await page.setViewportSize({ width: 1280, height: 900 });

    await page.goto(`${url}/reports/exits?language=de`);
    await page.getByText('Filter', { exact: true }).click();
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
    await page.getByRole('main').getByRole('table').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Beweis' }).waitFor();
    for (const [i, { colorScheme, width }] of LOOKS.entries()) {
      if (!LONG && i > 1) continue;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      expect(await browser.violationsOf(page)).toEqual([]);
      const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect(wide).toEqual(0);
      await keepPicture(page, `entry-${colorScheme}-${width}`);
    }
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.getByLabel('API-Schlüssel').waitFor();
    await page.goto(`${url}/reports`);
    await page.getByLabel('API-Schlüssel').waitFor();
    expect(new Set(asked)).toEqual(new Set([url]));
  });
});
