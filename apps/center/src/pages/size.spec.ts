import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CenterWorld } from '../testing/center-world.js';
import { everyNth } from '../../../../test/support/form.js';
import { agreed, inArabic, makeBig, somebody, topicKeys, topicWays } from '../testing/big-brand.js';
import { ErasureService } from '#lib/consent';
import { formOf, get, post, set, ticked, unescaped } from '../testing/page-client.js';
import { after } from '../testing/page-states.js';
import { LANGUAGE_TAGS, sayIn } from '../texts/texts.js';

/** HTML and CSS, as they are sent. */
const MOST_BYTES = 20_000;
const DAY = 86_400_000;

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
  await makeBig(world);
}, 120_000);
afterAll(() => world.end());

it.each(everyNth(4, LANGUAGE_TAGS))('every state of a big page is small, in %s', async (tag) => {
  // So many looks at one page, in so many languages, would have to wait.
  const person = await somebody(world);
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

/** Saves a page of the topics with its first ticked box unticked. */
async function withoutFirst(url: string, html: string) {
  const [, action = ''] = /<form method="post" action="\?act&#x3D;save([^"]+)"/.exec(html) ?? [];
  const form = formOf(html);
  const [gone] = form.filter(([name]) => name === 'cell');
  const rest = form.filter((field) => field !== gone);
  return { saved: await post(url, `save${unescaped(action)}`, rest), gone, action };
}

/** The pages of the topics, from the first on, as somebody finds them who follows the links. */
async function topicPages(url: string): Promise<string[]> {
  const pages = [await (await get(url)).text()];
  for (let way = topicWays(pages[0] ?? '').at(-1); way !== undefined && pages.length < 50; way = onward(pages))
    pages.push(await (await get(new URL(way, url).href)).text());
  return pages;
}

/** The way that has not led here. */
function onward(pages: readonly string[]): string | undefined {
  const ways = topicWays(pages.at(-1) ?? '');
  return ways.length > 1 ? ways[1] : undefined;
}

const namesIn = (html: string): string[] =>
  [...html.matchAll(/type="checkbox" name="cell" value="([^"]+)"/g)].map(([, name = '']) => name);

it.each(everyNth(4, LANGUAGE_TAGS))(
  'every state of the page of somebody who agreed to everything is small, in %s',
  async (tag) => {
    const person = await agreed(world);
    const link = await world.manage(person);
    const manage = `${link}?lang=${tag}`;
    const sizes: Record<string, number> = {};
    const measure = async (name: string, page: Promise<Response>): Promise<string> => {
      const html = await (await page).text();
      sizes[name] = Buffer.byteLength(html);
      return html;
    };
    const parts = await topicPages(manage);
    for (const [n, part] of parts.entries()) sizes[`part ${n + 1}`] = Buffer.byteLength(part);
    // Each box stands on one of the pages, and on one alone.
    expect(parts.flatMap(namesIn).toSorted()).toEqual([...new Set(parts.flatMap(namesIn))].toSorted());
    expect(parts.flatMap(namesIn)).toHaveLength(6 * ((await topicKeys(world)).length + 1));

    const [first = ''] = parts;
    const wrong = set(set(set(formOf(first), 'quietFrom', '20:00'), 'pause', 'until'), 'frequency', 'never');
    await measure('an old link', get(`${world.optOut(person)}?lang=${tag}`));
    await measure('the hours', get(`${manage}&part=hours`));
    await measure('with what is wrong', post(link, `save&lang=${tag}&topics=1`, wrong));
    await measure('wrong hours', post(link, `save&part=hours&lang=${tag}`, wrong));
    await measure('stale', post(link, `save&lang=${tag}&topics=1`, set(formOf(first), 'v', 'old')));
    for (const from of [1, 16]) await measure(`the record from ${from}`, get(`${manage}&record=${from}`));

    const stopped = await after(link, `stop_all&lang=${tag}`);
    await measure('stopped', get(stopped));
    const change = new URL(stopped).searchParams.get('done') ?? '';
    const back = await measure('all taken back', get(await after(link, `undo&change=${change}&lang=${tag}`)));
    expect(back).toContain(sayIn(tag)('list.more', { n: 6 * ((await topicKeys(world)).length + 1) - 11 }));

    // All at once of what can stand in the way, and messages that wait.
    await world.pause(person, Date.now() + 20 * DAY);
    for (let n = 0; n < 25; n++) await world.hold(person, 'quiet_hours', Date.now() + DAY + n);
    await world.db.tx.execute`
    INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
    SELECT brand_id, channel, address_hash, 'bounce', now(), gen_random_uuid()
      FROM consent.contact_point WHERE id = ANY(${Object.values(person.points)}) ON CONFLICT DO NOTHING`;
    await measure('blocked and paused, with messages that wait', get(manage));
    await measure('asked to be erased', get(await after(link, `erase&lang=${tag}`)));
    const refusal = { reason: 'not_the_person' as const, language: 'ar', explanation: inArabic(1_000) };
    await world.app.get(ErasureService, { strict: false }).refuse(world.brandId, person.externalId, refusal, 'spec');
    await measure('refused', get(manage));
    expect(Object.entries(sizes).filter(([, bytes]) => bytes > MOST_BYTES)).toEqual([]);
  },
);

it('what does not fit beside the topics is saved on a page of its own, and nothing is ticked or left by it', async () => {
  const someone = await somebody(world);
  const url = await world.manage(someone);
  const main = await (await get(`${url}?lang=ar`)).text();
  expect(main).not.toContain('quietFrom');
  const [, way = ''] = /<a href="(\?[^"]*part[^"]*)#hours">/.exec(main) ?? [];
  const hours = await (await get(url + unescaped(way))).text();
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

  // Neither what is ticked nor what was left meanwhile is sent along by a page that does not show it.
  const form = formOf(now);
  expect(form.filter(([name]) => name === 'cell')).toEqual([]);
  await world.consent(someone.externalId, 'withdrawn', ['newsletter']);
  const stale = await post(url, 'save&part=hours&lang=ar', form);
  const left = await world.history(someone);
  expect([stale.status, (await post(url, 'save&part=hours&lang=ar', formOf(await stale.text()))).status]).toEqual([
    ...[409, 303],
  ]);
  expect(await world.history(someone)).toEqual(left);
});

it('what is unticked on one page of the topics is left, and the other pages stay as they are', async () => {
  const person = await agreed(world);
  const url = await world.manage(person);
  const pages = await topicPages(`${url}?lang=de`);
  expect(pages.length).toBeGreaterThan(1);
  const last = pages.at(-1) ?? '';
  const before = await world.history(person);
  const { saved, gone } = await withoutFirst(url, last);
  const next = new URL(saved.headers.get('location') ?? '', url);
  expect([saved.status, next.searchParams.has('topics')]).toEqual([303, true]);
  const history = await world.history(person);
  expect([history.length, history.filter((event) => / withdrawn \S+ page$/.test(event)).length]).toEqual([
    ...[before.length + 1, 1],
  ]);
  // That it is saved takes room, so fewer topics may stand there.
  const left = ticked(last).filter((name) => name !== gone?.[1]);
  const now = ticked(await (await get(next.href)).text());
  expect([now.length > 0, now]).toEqual([true, left.slice(0, now.length)]);
  expect(ticked(await (await get(`${url}?lang=de`)).text())).toEqual(ticked(pages[0] ?? ''));
});

it('what was unticked stays so when the form comes back and has no room for it', async () => {
  const person = await agreed(world);
  const url = await world.manage(person);
  const [first = ''] = await topicPages(`${url}?lang=de`);
  const form = formOf(first);
  const [gone] = form.filter(([name]) => name === 'cell');
  const before = await world.history(person);
  // Something is wrong with what stands on the page of the hours: that page comes back.
  const rest = form.filter((field) => field !== gone);
  const hours = await post(url, 'save&lang=de&topics=1', [...rest, ['quietFrom', '20:00'], ['quietTo', '']]);
  expect(hours.status).toBe(422);
  expect((await world.history(person)).slice(before.length)).toHaveLength(1);
  const mended = set(set(formOf(await hours.text()), 'quietFrom', '20:00'), 'quietTo', '07:00');
  expect((await post(url, 'save&part=hours&lang=de', mended)).status).toBe(303);
  expect((await world.history(person)).slice(before.length)).toHaveLength(1);
});

it('an entry of the record is small whatever it rests on, and each long text is read whole, part by part', async () => {
  const person = await agreed(world);
  const wording = inArabic(4_000);
  await world.agree(person, { key: 'longest', version: 1 }, 'ar', wording);
  const url = await world.manage(person);
  const sizes: Record<string, number> = {};
  const look = async (name: string, query: string): Promise<string> => {
    const html = await (await get(`${url}${query}`)).text();
    sizes[name] = Buffer.byteLength(html);
    return html;
  };
  const linkTo = (html: string, text: string): string | undefined =>
    [...html.matchAll(/<a href="([^"]+)">/g)]
      .map(([, href = '']) => unescaped(href))
      .find((href) => new URLSearchParams(href.split('#')[0]).get('text') === text);

  const [notice] = await world.db.tx.sql<{ wording: string }>`
    SELECT wording FROM consent.notice WHERE brand_id = ${world.brandId} AND key = 'longest'`;
  for (const [which, whole] of [
    ['1', notice?.wording],
    ['2', wording],
  ] as const) {
    let html = await look('the entry', '?lang=de&record=1');
    const read: string[] = [];
    for (let n = 1; ; n++) {
      const way = linkTo(html, `${which}.${n}`);
      if (way === undefined) break;
      html = await look(`text ${which}, part ${n}`, way.split('#')[0] ?? '');
      const [, part = ''] = /<blockquote[^>]*>([^]*?)<\/blockquote>/.exec(html) ?? [];
      read.push(part);
    }
    expect([which, read.join('')]).toEqual([which, whole]);
  }
  for (const tag of LANGUAGE_TAGS) {
    await look(`the entry, ${tag}`, `?lang=${tag}&record=1`);
    await look(`a part, ${tag}`, `?lang=${tag}&record=1&text=1.1`);
  }
  expect(await look('no such part', '?lang=de&record=1&text=1.99')).not.toContain('<blockquote>');
  expect(Object.keys(sizes).length).toBeGreaterThan(25);
  expect(Object.entries(sizes).filter(([, bytes]) => bytes > MOST_BYTES)).toEqual([]);
});

it('each entry of a record of long texts is on one of its pages', async () => {
  const person = await world.person([]);
  const count = 17;
  for (let n = 0; n < count; n++)
    await world.agree(person, { key: 'long', version: 1 + (n % 10) }, 'ar', `${n} ${inArabic(2_650)}`);
  const url = await world.manage(person);
  const seen = new Set<string>();
  for (let query: string | undefined = '?lang=ar&record=1'; query !== undefined;) {
    const html: string = await (await get(`${url}${query}`)).text();
    for (const [, text = ''] of html.matchAll(/<blockquote[^>]*>(\d+) /g)) seen.add(text);
    const links = [...html.matchAll(/<a href="([^"]+record[^"]+)">/g)].map(
      ([, href = '']) => unescaped(href).split('#')[0] ?? '',
    );
    const at: number = Number(new URLSearchParams(query).get('record'));
    query = links.find(
      (href): boolean => Number(new URLSearchParams(href).get('record')) > at && !href.includes('text='),
    );
  }
  expect(seen.size).toBe(count);
});

it('taking back what was done on a later page of the topics leads back to that page', async () => {
  const person = await agreed(world);
  const url = await world.manage(person);
  const last = (await topicPages(`${url}?lang=de`)).at(-1) ?? '';
  const { saved, action } = await withoutFirst(url, last);
  const told = await (await get(new URL(saved.headers.get('location') ?? '', url).href)).text();
  const [, takeBack = ''] = /action="(\?[^"]*act&#x3D;undo[^"]*)"/.exec(told) ?? [];
  const undone = await fetch(url + unescaped(takeBack), { method: 'POST', redirect: 'manual' });
  const where = new URL(undone.headers.get('location') ?? '', url);
  expect([undone.status, where.searchParams.get('topics')]).toEqual([
    303,
    new URLSearchParams(unescaped(action)).get('topics'),
  ]);
  const html = await (await get(where.href)).text();
  expect([ticked(html).length > 0, html.includes('name="frequency"')]).toEqual([true, false]);
  expect(ticked(last)).toEqual(expect.arrayContaining(ticked(html)));
});

it.each(['de', 'ar'])('of dozens of addresses that are all blocked a few are named, in %s', async (tag) => {
  const contactPoints = Array.from({ length: 40 }, (_, n) => ({
    channel: 'email' as const,
    address: `an-address-of-somebody-${tag}-${n}@subdomain.of.somewhere.example`,
  }));
  const person = await world.person([], { contactPoints });
  await world.db.tx.execute`
    INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
    SELECT brand_id, channel, address_hash, 'bounce', now(), gen_random_uuid()
      FROM consent.contact_point WHERE contact_id = (SELECT id FROM consent.contact WHERE external_id = ${person.externalId})`;
  const url = await world.manage(person);
  for (const query of [`?lang=${tag}`, `?lang=${tag}&part=hours`, `?lang=${tag}&record=1`]) {
    const html = await (await get(url + query)).text();
    expect([query, Buffer.byteLength(html) <= MOST_BYTES, html.includes('33')]).toEqual([query, true, true]);
  }
});
