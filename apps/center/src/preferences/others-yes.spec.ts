import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recipientStore } from '#lib/consent';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { follow, formOf, get, post, undo } from '../testing/page-client.js';
import { yesSince } from '../testing/yes-since.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

/** Where the newsletter stands. */
const standing = async (person: SomePerson) => {
  const point = world.email(person);
  const states = (await world.db.transaction((tx) => recipientStore.consents(tx, [point]))).get(point);
  return states?.get(world.topics.newsletter)?.status ?? null;
};

describe('a form that is sent again after somebody else at the address has said yes', () => {
  it.each(['stop_all', 'leave'])('is a no of its own, which holds for the address: %s', async (act) => {
    const person = await world.person(['newsletter']);
    const other = await world.double(person, []);
    const url = world.optOut(person);
    const form = formOf(await (await get(url)).text());
    await follow(url, await post(url, act, form));
    const once = await world.history(person);
    // Nothing happened since: it is told once more.
    await follow(url, await post(url, act, form));
    expect(await world.history(person)).toEqual(once);
    await yesSince(world, other);
    expect(await standing(other)).toBe('granted');
    await follow(url, await post(url, act, form));
    expect(await standing(other)).toBe('withdrawn');
    expect((await world.history(person)).length).toBeGreaterThan(once.length);
  });

  it.each(['manage', 'optOut'] as const)('leaves once more what it unticks where it is saved, by %s', async (link) => {
    const person = await world.person(['newsletter']);
    const other = await world.double(person, []);
    const url = await world[link](person);
    const form = formOf(await (await get(url)).text()).filter(([name]) => name !== 'cell');
    await follow(url, await post(url, 'save', form));
    await follow(url, await post(url, 'save', form));
    await yesSince(world, other);
    expect(await standing(other)).toBe('granted');
    // It is met by the page as it is now.
    expect((await post(url, 'save', form)).status).toBe(409);
    expect(await standing(other)).toBe('withdrawn');
  });

  it.each(['manage', 'optOut'] as const)('says nothing by a box that is left as it was, by %s', async (link) => {
    const person = await world.person(['newsletter']);
    const other = await world.double(person, []);
    const url = await world[link](person);
    await follow(url, await post(url, 'stop_all', formOf(await (await get(url)).text())));
    await yesSince(world, other);
    const before = await world.everything();
    const same = await post(url, 'save', formOf(await (await get(url)).text()));
    expect(new URL(same.headers.get('location') ?? '', url).searchParams.get('done')).toBe('same');
    expect(await world.everything()).toBe(before);
    expect(await standing(other)).toBe('granted');
  });

  it('is undone all the same, and an undo that was pressed twice is told', async () => {
    const person = await world.person(['newsletter']);
    const other = await world.double(person, []);
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'stop_all', formOf(await (await get(url)).text())));
    await yesSince(world, other);
    const first = await undo(url, query);
    expect(await standing(person)).toBe('granted');
    await yesSince(world, other);
    expect((await undo(url, query)).query.get('done')).toBe(first.query.get('done'));
    expect(await standing(other)).toBe('granted');
  });
});
