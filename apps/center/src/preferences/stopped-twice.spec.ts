import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { follow, get, post, undo } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const UNDO = /act&#x3D;undo&amp;change&#x3D;/;
const stands = async (person: SomePerson): Promise<string[]> => {
  const rows = await world.db.tx.sql<{ line: string }>`
    SELECT coalesce(t.key, p.key) || ' ' || s.status AS line
      FROM consent.consent_state s JOIN consent.purpose p ON p.id = s.purpose_id
      LEFT JOIN consent.topic t ON t.id = s.scope_id
     WHERE s.contact_point_id = ${world.email(person)} AND s.status <> 'invalidated' ORDER BY 1`;
  return rows.map(({ line }) => line);
};
const stop = async (url: string) => follow(url, await post(url, 'stop_all'));

describe('"stop everything" behind a manage link', () => {
  it.each([2, 3])('that is pressed %d times is recorded each time, and taken back as one', async (times) => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    const before = await stands(person);
    await stop(url);
    const once = (await world.history(person)).length;
    let last = await stop(url);
    for (let n = 2; n < times; n++) last = await stop(url);
    expect((await world.history(person)).length).toBeGreaterThan(once);
    expect(last.html).toMatch(UNDO);
    expect((await undo(url, last.query)).html).toContain('Zurückgenommen. Es ist wieder wie vorher.');
    expect(await stands(person)).toEqual(before);
  });

  it('is taken back by the page of the first press as well, and by neither once something else was said', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    const before = await stands(person);
    const first = await stop(url);
    await stop(url);
    expect((await undo(url, first.query)).html).toContain('Zurückgenommen. Es ist wieder wie vorher.');
    expect(await stands(person)).toEqual(before);
    // It is over, and so are its pages, also once they have stopped again.
    await stop(url);
    expect(await (await get(`${url}?done=${first.query.get('done') ?? ''}`)).text()).not.toMatch(UNDO);

    const other = await world.person(['newsletter']);
    const theirs = await world.manage(other);
    const [one, two] = [await stop(theirs), await stop(theirs)];
    await world.consent(other.externalId, 'withdrawn', ['newsletter']);
    for (const { query } of [one, two]) await undo(theirs, query);
    expect(await stands(other)).toContain('newsletter withdrawn');
  });

  it('gives nothing back to whoever stopped what others or another word had left on their own', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    await world.consent(person.externalId, 'withdrawn', ['newsletter']);
    const before = await stands(person);
    await stop(url);
    await world.consent(person.externalId, 'withdrawn', ['newsletter']);
    const { html } = await stop(url);
    expect(html).not.toMatch(UNDO);
    expect(before).toContain('newsletter withdrawn');
  });

  it('by the link of an old mail gives no undo of what was stopped by another page', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    await stop(url);
    const mailed = world.optOut(person);
    const answer = await post(mailed, 'stop_all');
    expect(
      await (
        answer.status === 303
          ? get(new URL(answer.headers.get('location') ?? '', mailed).href)
          : Promise.resolve(answer)
      ).then((page) => page.text()),
    ).not.toMatch(UNDO);
  });

  it('after an undo is one of its own, with its undo', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    const before = await stands(person);
    await undo(url, (await stop(url)).query);
    const again = await stop(url);
    expect(again.html).toMatch(UNDO);
    expect((await undo(url, again.query)).html).toContain('Zurückgenommen. Es ist wieder wie vorher.');
    expect(await stands(person)).toEqual(before);
  });
});
