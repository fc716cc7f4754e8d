import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsentService } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { newId } from '#lib/platform';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { cell, formOf, get, post } from '../testing/page-client.js';
import { savedWhileAway } from '../testing/saved-while-away.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const consents = () => world.app.get(ConsentService, { strict: false });
/** What is there afterwards of the newsletter, and of a yes from between the two noes that is told at last. */
const noesTo = async (person: SomePerson) =>
  (await world.history(person)).filter((line) => line.startsWith('email withdrawn newsletter'));
const yesFrom = (person: SomePerson, occurredAt: number) => {
  const what = { channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind: 'granted' } as const;
  const how = { legalBasis: 'consent', method: 'web_form', source: 'https://www.nordlicht.example', wording: 'Ja.' };
  const input = { ...what, ...how, evidence: {}, occurredAt };
  return consents().record(world.brandId, person.externalId, input, 'spec');
};
/** One click in a mail; and a moment after it, in which they may have said yes elsewhere. */
const oneClick = async (person: SomePerson): Promise<number> => {
  const link = {
    ...{ contactPointId: world.email(person), scopeId: world.topics.newsletter },
    messageId: newId<MessageId>(),
  };
  await consents().withdrawByLink(link, { method: 'one_click', details: {} });
  await sleep(5);
  const between = Date.now();
  await sleep(5);
  return between;
};

describe('a box that was emptied since the page was made, and is unticked on it', () => {
  it.each(['manage', 'optOut'] as const)('is a no of its own, by %s', async (by) => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world[by](person);
    const form = formOf(await (await get(url)).text());
    const between = await oneClick(person);
    const without = form.filter(([, value]) => value !== cell(world, person, 'newsletter'));
    const answer = await post(url, 'save', without);
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringMatching(/<p>Ausgeschaltet: .*Newsletter/),
    ]);
    expect(await noesTo(person)).toEqual(['one_click', 'page'].map((how) => `email withdrawn newsletter ${how}`));
    await expect(yesFrom(person, between)).rejects.toMatchObject({ code: 'conflict' });
    // What was not touched says nothing.
    const before = await world.everything();
    expect((await post(url, 'save', form)).status).toBe(409);
    expect(await world.everything()).toBe(before);
  });

  it('is one also where the form was kept while the database was away', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const between = await oneClick(person);
    await savedWhileAway(world, url, { off: [cell(world, person, 'newsletter')], frequency: null, pause: null });
    expect(await noesTo(person)).toEqual(['one_click', 'page'].map((how) => `email withdrawn newsletter ${how}`));
    await expect(yesFrom(person, between)).rejects.toMatchObject({ code: 'conflict' });
  });
});
