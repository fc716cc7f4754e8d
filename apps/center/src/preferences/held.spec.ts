import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { LANGUAGE_TAGS, LANGUAGES } from '../texts/texts.js';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { cell, follow, formOf, get, post, set, undo } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const HOUR = 3_600_000;

/** The lines of the page about what is held back, in English. */
const heldOn = (html: string): string[] => {
  const section = /<h2>Held back for you<\/h2>([^]*?)<\/section>/.exec(html)?.[1] ?? '';
  return [...section.matchAll(/<p[^>]*>([^]*?)<\/p>/g)].map(([, line = '']) => line.replaceAll(/<[^>]+>/g, '').trim());
};
const NOTHING = ['Nothing is being held back.'];
const about = (name: string): unknown => expect.stringMatching(new RegExp(`^“${name}” by e-mail will leave `));
const english = (url: string): string => `${url}${url.includes('?') ? '&' : '?'}lang=en`;
const pageOf = async (url: string) => (await get(english(url))).text();

describe('the page of somebody for whom messages are held back', () => {
  let person: SomePerson;
  let url: string;
  beforeEach(async () => {
    person = await world.person(['newsletter', 'events']);
    url = await world.manage(person);
    await world.hold(person, 'quiet_hours', Date.now() + 6 * HOUR, 'events');
    await world.hold(person, 'quiet_hours', Date.now() + 7 * HOUR, 'newsletter');
    await world.hold(person, 'quiet_hours', Date.now() + 8 * HOUR, null);
    expect(heldOn(await pageOf(url))).toEqual([about('Events'), about('Newsletter'), about('Orders')]);
  });

  it('names none that comes no more once everything is left, keeps those for an order, and has all again by an undo', async () => {
    const { query } = await follow(url, await post(url, 'stop_all'));
    const told = await pageOf(`${url}?done=${query.get('done')}`);
    expect([told.includes('You no longer receive anything from us'), heldOn(told)]).toEqual([true, [about('Orders')]]);
    await undo(url, query);
    expect(heldOn(await pageOf(url))).toEqual([about('Events'), about('Newsletter'), about('Orders')]);
  });

  it('names none about a topic that was unticked, also where there are more of them than it names', async () => {
    for (let i = 0; i < 20; i++) await world.hold(person, 'rate_limit', Date.now() + HOUR, 'events');
    expect(heldOn(await pageOf(url))).toHaveLength(20);
    const fields = formOf(await pageOf(url)).filter(([, value]) => value !== cell(world, person, 'events'));
    await follow(url, await post(url, 'save', fields));
    expect(heldOn(await pageOf(url))).toEqual([about('Newsletter'), about('Orders')]);
  });

  it('names no advertising to whoever objected to it, and nothing at all where an address is blocked', async () => {
    await world.object(person);
    expect(heldOn(await pageOf(url))).toEqual([about('Orders')]);
    await world.suppress(person, 'complaint');
    expect(heldOn(await pageOf(url))).toEqual(NOTHING);
  });

  it('names none that will end all the same: of a campaign that was stopped, or too old by then', async () => {
    const campaign = randomUUID();
    const { tx } = world.db;
    await tx.execute`
      INSERT INTO sending.campaign (id, brand_id, key, name, status, policy_key)
      VALUES (${campaign}, ${world.brandId}, ${campaign}, 'Autumn', 'active', 'default')`;
    await tx.execute`
      UPDATE sending.message SET campaign_id = ${campaign}
       WHERE contact_point_id = ${world.email(person)} AND topic_id = ${world.topics.events}`;
    expect(heldOn(await pageOf(url))).toContainEqual(about('Events'));
    await tx.execute`UPDATE sending.campaign SET status = 'stopped' WHERE id = ${campaign}`;
    expect(heldOn(await pageOf(url))).toEqual([about('Newsletter'), about('Orders')]);
    await tx.execute`
      UPDATE sending.message SET expires_at = not_before
       WHERE contact_point_id = ${world.email(person)} AND topic_id = ${world.topics.newsletter}`;
    expect(heldOn(await pageOf(url))).toEqual([about('Orders')]);
  });

  it.each([
    ['a break', { pause: '30' }],
    ['hours of their own', { quietFrom: '18:00', quietTo: '12:00' }],
  ])('says after %s was chosen that it is being checked again, and no time that has come', async (_name, chosen) => {
    const fields = Object.entries(chosen).reduce(
      (all, [name, value]) => set(all, name, value),
      formOf(await pageOf(url)),
    );
    await follow(url, await post(url, 'save', fields));
    expect(heldOn(await pageOf(url)).toSorted()).toEqual(
      ['Events', 'Newsletter', 'Orders'].map((name) => `“${name}” by e-mail is being checked again.`),
    );
  });
});

it.each(LANGUAGE_TAGS)('that one is being checked again is said without a time: %s', async (language) => {
  const person = await world.person(['events']);
  await world.hold(person, 'paused', Date.now() - HOUR);
  const html = await (await get(`${await world.manage(person)}?lang=${language}`)).text();
  expect(html).toContain(LANGUAGES[language].texts['held.again'].replace('{thing}', ''));
});
