import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContactService, recipientStore } from '#lib/consent';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { press as pressAt, pressOn } from '../testing/page-client.js';
import { yesSince } from '../testing/yes-since.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const headers = { 'user-agent': 'Mozilla/5.0' };
const NOTHING = 'Nothing is sent to you about';
const COMES = 'You get messages about';
const read = async (answer: Response) => ({ status: answer.status, text: await answer.text() });
const get = async (url: string) => read(await fetch(`${url}?lang=en`));
const press = async (url: string) => read(await pressAt(`${url}?lang=en`, headers));
const over = async (url: string) => get(`${url.slice(0, -4)}AAAA`);
/** Where the newsletter and the events stand. */
const standing = async (person: SomePerson) => {
  const point = world.email(person);
  const states = (await world.db.transaction((tx) => recipientStore.consents(tx, [point]))).get(point);
  return [world.topics.newsletter, world.topics.events].map((scope) => states?.get(scope)?.status ?? null);
};
describe('"this was not me" that is said again', () => {
  it('is a no once more after a yes that came in otherwise, to all that was asked for', async () => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    const page = (await get(`${url}/not-me`)).text;
    const say = async () => read(await pressOn(`${url}/not-me?lang=en`, page, headers));
    expect((await say()).text).toContain(NOTHING);
    await yesSince(world, person);
    expect(await standing(person)).toEqual(['granted', 'refused']);

    const shown = await get(`${url}/not-me`);
    expect([shown.status, shown.text]).toEqual([200, page]);
    // There is nothing to confirm: it was denied.
    expect(await get(url)).toEqual(await over(url));
    expect(await press(url)).toEqual(await over(url));
    expect(await standing(person)).toEqual(['granted', 'refused']);

    const before = await world.history(person);
    expect((await say()).text).toContain(NOTHING);
    expect(await standing(person)).toEqual(['withdrawn', 'refused']);
    const said = (await world.history(person)).slice(before.length);
    expect(said.toSorted()).toEqual(['email refused events double_opt_in', 'email withdrawn newsletter double_opt_in']);
    // It holds now: said once more it changes nothing.
    for (const address of [url, `${url}/not-me`]) expect((await get(address)).text).toContain(NOTHING);
    const all = await world.everything();
    expect((await say()).text).toContain(NOTHING);
    expect(await world.everything()).toBe(all);
  });

  it('ends also the yes that somebody else gave at the same address since', async () => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    await press(`${url}/not-me`);
    const other = await world.double(person, []);
    await yesSince(world, other, ['newsletter', 'events']);
    expect(await standing(other)).toEqual(['granted', 'granted']);
    expect((await get(`${url}/not-me`)).text).toContain('<form');
    expect((await press(`${url}/not-me`)).text).toContain(NOTHING);
    expect(await standing(other)).toEqual(['refused', 'refused']);
    expect((await get(`${url}/not-me`)).text).toContain(NOTHING);
  });
});

describe('the page of what was confirmed', () => {
  const put = (person: SomePerson, address: string) =>
    world.app
      .get(ContactService, { strict: false })
      .put(world.brandId, person.externalId, { contactPoints: [{ channel: 'email', address }] }, 'spec');

  it.each<[string, (person: SomePerson) => Promise<unknown>]>([
    ['everything was stopped', (person) => pressAt(`${world.optOut(person)}?act=stop_all`)],
    ['one of its topics was left', (person) => world.consent(person.externalId, 'withdrawn', ['events'])],
    ['the purpose was left', (person) => world.consent(person.externalId, 'withdrawn', [])],
    [
      'somebody else at the address left',
      async (person) => {
        const other = await world.double(person, []);
        return world.consent(other.externalId, 'withdrawn', ['newsletter']);
      },
    ],
    ['the address objected', (person) => world.object(person)],
    ['the address is blocked', (person) => world.suppress(person, 'manual')],
    ['the address was taken off', (person) => put(person, `new-${person.externalId}@people.example`)],
  ])('is over once %s, and "this was not me" can still be said', async (_what, happen) => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    const page = (await get(url)).text;
    const confirm = async () => read(await pressOn(`${url}?lang=en`, page, headers));
    expect((await confirm()).text).toContain(COMES);
    for (const answer of [await get(url), await confirm()]) expect(answer.text).toContain(COMES);
    await happen(person);
    const before = await world.history(person);
    for (const answer of [await get(url), await confirm()]) expect(answer).toEqual(await over(url));
    expect(await world.history(person)).toEqual(before);
    expect((await get(`${url}/not-me`)).text).toContain('<form');
    expect((await press(`${url}/not-me`)).text).toContain(NOTHING);
  });

  it('says again that messages come once it is agreed to again', async () => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    await press(url);
    await world.consent(person.externalId, 'withdrawn', ['newsletter']);
    expect((await get(url)).status).toBe(404);
    await yesSince(world, person);
    expect((await get(url)).text).toContain(COMES);
  });
});
