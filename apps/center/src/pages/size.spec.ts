import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { LANGUAGE_TAGS } from '../texts/texts.js';
import { formOf, get, post, set, ticked } from '../testing/page-client.js';

/** HTML and CSS, as they are sent. */
const MOST_BYTES = 20_000;
/** Beside the three of the world. */
const MORE_TOPICS = 17;
const NOTICE_CHARS = 1_500;
const VERSIONS = 10;

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
  await bigBrand();
}, 120_000);
afterAll(() => world.end());

/** Two bytes a letter, as in most scripts, and three in a few. */
const inArabic = (chars: number): string =>
  'نوافق على تلقي رسائل عن القهوة '.repeat(Math.ceil(chars / 31)).slice(0, chars);

/** A brand whose page is as long as a page of a careful brand becomes. */
async function bigBrand(): Promise<void> {
  const { tx } = world.db;
  for (let n = 0; n < MORE_TOPICS; n++)
    await tx.execute`
      INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels, descriptions)
      VALUES (${randomUUID()}, ${world.brandId}, ${world.purposes.commercial}, ${`topic-${n}`},
              ${JSON.stringify({ de: `Angebote im Bereich ${n}`, ar: `عروض القسم ${n}` })},
              ${JSON.stringify({ de: 'Was es bei uns gibt, einmal im Monat.', ar: inArabic(40) })})`;
  for (let version = 1; version <= VERSIONS; version++)
    for (const language of ['de', 'ar'])
      await tx.execute`
        INSERT INTO consent.notice (id, brand_id, key, version, language, wording, hash)
        VALUES (${randomUUID()}, ${world.brandId}, 'long', ${version}, ${language},
                ${language === 'ar' ? inArabic(NOTICE_CHARS) : `${version} `.padEnd(NOTICE_CHARS, 'Ich bin einverstanden. ')},
                ${Buffer.alloc(32, version)})`;
  await tx.execute`UPDATE consent.brand SET page = page || '{"notice": "long"}' WHERE id = ${world.brandId}`;
}

/** Somebody on four channels, with everything on record that people do: each version of the notice, several times. */
async function somebody(): Promise<SomePerson> {
  const n = randomUUID().slice(0, 8);
  const contactPoints = [
    { channel: 'email' as const, address: `ada-${n}@example.org` },
    { channel: 'sms' as const, address: '+4930123456789' },
    { channel: 'whatsapp' as const, address: '+4930123456789' },
    { channel: 'phone' as const, address: '+4930123456789' },
    {
      channel: 'teams' as const,
      address: JSON.stringify({
        tenant: '7a1f5c00-0000-4000-8000-000000000001',
        user: '7a1f5c00-0000-4000-8000-000000000002',
      }),
    },
    { channel: 'push' as const, address: JSON.stringify({ endpoint: `https://push.example/${n}`, keys: { p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM', auth: 'tBHItJI5svbpez7KI4CCXg' } }) }, // prettier-ignore
  ];
  const someone = await world.person([], { contactPoints });
  for (let version = 1; version <= VERSIONS; version++)
    for (let again = 0; again < 3; again++) await world.agree(someone, { key: 'long', version });
  return someone;
}

it.each(LANGUAGE_TAGS)('every state of a big page is small, in %s', async (tag) => {
  // So many looks at one page, in so many languages, would have to wait.
  const person = await somebody();
  const link = await world.manage(person);
  const manage = `${link}?lang=${tag}`;
  const optOut = `${world.optOut(person)}?lang=${tag}`;
  const whole = await (await get(manage)).text();

  const form = formOf(whole);
  // Whatever a person can get wrong in a browser, all at once.
  const wrong = set(set(form, 'quietFrom', '20:00'), 'pause', 'until');
  const pages: Record<string, Promise<Response>> = {
    manage: get(manage),
    'an old link': get(optOut),
    'with what is wrong': post(link, `save&lang=${tag}`, wrong),
    hours: get(`${manage}&part=hours`),
    'wrong hours': post(link, `save&part=hours&lang=${tag}`, wrong),
    stale: post(link, `save&lang=${tag}`, set(form, 'v', 'old')),
    ...Object.fromEntries([1, 16, 31].map((from) => [`the record from ${from}`, get(`${manage}&record=${from}`)])),
  };
  const sizes: Record<string, number> = {};
  for (const [name, page] of Object.entries(pages)) sizes[name] = Buffer.byteLength(await (await page).text());
  expect(Object.entries(sizes).filter(([, bytes]) => bytes > MOST_BYTES)).toEqual([]);
});

it('what does not fit beside the topics is saved on a page of its own, and nothing is ticked or left by it', async () => {
  const someone = await somebody();
  const url = await world.manage(someone);
  const main = await (await get(`${url}?lang=ar`)).text();
  expect(main).not.toContain('quietFrom');
  const [, way = ''] = /<a href="(\?[^"]*part[^"]*)#hours">/.exec(main) ?? [];
  const hours = await (await get(url + way.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'))).text();
  expect([hours.includes('name="quietFrom"'), hours.includes('type="checkbox"')]).toEqual([true, false]);
  expect(hours).toMatch(/<form[^]*<a href="\?lang&#x3D;ar">[^]*name="quietFrom"/);
  const before = await world.history(someone);
  const saved = await post(
    url,
    'save&part=hours&lang=ar',
    set(set(formOf(hours), 'quietFrom', '20:00'), 'quietTo', '07:00'),
  );
  expect([saved.status, await world.history(someone)]).toEqual([303, before]);
  // The page without them leaves them as they are.
  const again = await (await get(`${url}?lang=ar`)).text();
  expect(ticked(again)).toEqual(ticked(main));
  expect((await post(url, 'save&lang=ar', set(formOf(again), 'frequency', 'weekly'))).status).toBe(303);
  const now = await (await get(`${url}?lang=ar&part=hours`)).text();
  expect([...now.matchAll(/type="time"[^>]* value="([^"]+)"/g)].map(([, time]) => time)).toEqual(['20:00', '07:00']);

  // What was left meanwhile is not sent along by a page that does not show it.
  const form = formOf(now);
  await world.consent(someone.externalId, 'withdrawn', ['newsletter']);
  const stale = await post(url, 'save&part=hours&lang=ar', form);
  const kept = formOf(await stale.text());
  expect([stale.status, kept.filter(([name]) => name === 'cell').length]).toEqual([
    409,
    form.filter(([name]) => name === 'cell').length - 1,
  ]);
});
