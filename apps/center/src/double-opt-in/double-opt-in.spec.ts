import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentService, ContactService, MergeService, recipientStore } from '#lib/consent';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { press as pressAt, pressOn, unescaped } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
});
afterAll(() => world.end());

const headers = { 'user-agent': 'Mozilla/5.0' };
const read = async (answer: Response) => ({ status: answer.status, text: await answer.text() });
/** As whoever follows the link does. */
const press = async (url: string) => read(await pressAt(url, headers));
const stop = async (person: SomePerson, act: 'stop_all' | 'leave') => {
  expect((await fetch(`${world.optOut(person)}?act=${act}`, { method: 'POST', redirect: 'manual' })).status).toBe(200);
};
const standing = async (person: SomePerson) => {
  const point = world.email(person);
  const states = (await world.db.transaction((tx) => recipientStore.consents(tx, [point]))).get(point);
  const { newsletter, events, products } = world.topics;
  return [world.purposes.commercial, newsletter, events, products].map((scope) => states?.get(scope)?.status ?? null);
};

describe('the link that asks for a confirmation', () => {
  it.each(['stop_all', 'leave'] as const)('is over once the person has said no by %s', async (act) => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    await stop(person, act);
    const before = await standing(person);
    const over = await press(`${url.slice(0, -4)}AAAA`);
    for (const answer of [await press(url), { status: (await fetch(url)).status, text: over.text }])
      expect(answer).toEqual(over);
    expect(await standing(person)).toEqual(before);
    expect(before).toContain('withdrawn');
  });

  it.each(['is somebody else’s', 'was taken off'])('is over once the address %s', async (what) => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    const address = await world.addressOf(person);
    const put = (to: string) =>
      world.app
        .get(ContactService, { strict: false })
        .put(world.brandId, person.externalId, { contactPoints: [{ channel: 'email', address: to }] }, 'spec');
    if (what === 'was taken off') await put(`new-${person.externalId}@people.example`);
    else
      await world.app
        .get(MergeService, { strict: false })
        .reassigned(world.brandId, { channel: 'email', address }, null, 'spec');
    const over = await press(`${url.slice(0, -4)}AAAA`);
    expect(await press(url)).toEqual(over);
    // Also where a program brings the address back that it does not know to be gone.
    await put(address);
    expect(await press(url)).toEqual(over);
    expect(await standing(person)).not.toContain('confirmed');
  });

  it('confirms when the person was asked anew', async () => {
    const person = await world.person([]);
    const first = await world.confirmation(person);
    await stop(person, 'stop_all');
    await world.db.tx.execute`UPDATE consent.double_opt_in SET requested_at = requested_at - interval '2 minutes'`;
    const second = await world.confirmation(person);
    expect((await press(first)).status).toBe(404);
    expect((await press(second)).text).toContain('Bestätigt');
    expect(await standing(person)).toEqual(['confirmed', 'confirmed', 'confirmed', null]);
  });
});

it('asks again whoever read other words than the page has now, and records those that were read', async () => {
  const person = await world.person([]);
  const url = await world.confirmation(person);
  const page = await (await fetch(`${url}?lang=de`)).text();
  const rename = (de: string) =>
    world.db.tx
      .execute`UPDATE consent.topic SET labels = ${JSON.stringify({ de, en: 'Newsletter' })} WHERE id = ${world.topics.newsletter}`;
  await rename('Angebote von 400 Partnern');
  const before = await standing(person);
  const again = await read(await pressOn(url, page, headers));
  expect([again.status, again.text]).toEqual([200, expect.stringContaining('Angebote von 400 Partnern')]);
  expect(await standing(person)).toEqual(before);
  expect((await read(await pressOn(url, again.text, headers))).text).toContain('Bestätigt');
  expect(await standing(person)).toContain('confirmed');
  const [event] = await world.db.tx.sql<{ wording: string }>`
    SELECT wording FROM consent.consent_event
     WHERE contact_point_id = ${world.email(person)} AND kind = 'confirmed' ORDER BY id DESC LIMIT 1`;
  expect(event?.wording).toContain('Angebote von 400 Partnern');
  await rename('Newsletter');
});

it('takes no yes from a POST without the words of its page, and shows it the page', async () => {
  const person = await world.person([]);
  const url = await world.confirmation(person);
  const page = await (await fetch(`${url}?lang=tr`)).text();
  const another = await (await fetch(await world.confirmation(await world.person([])))).text();
  const words = (html: string): string => unescaped(/name="words" value="([^"]+)"/.exec(html)?.[1] ?? '');
  const denial = await (await fetch(`${url}/not-me?lang=tr`)).text();
  const before = await world.everything();
  for (const body of [
    ...['', 'List-Unsubscribe=One-Click', 'words=', 'words=Evet'],
    // Served behind another link, or for the other button.
    ...[words(another), words(denial), `${words(page)}!`].map((one) => new URLSearchParams({ words: one }).toString()),
  ]) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${url}?lang=tr`, { method: 'POST', headers: { ...headers, ...type }, body });
    expect([answer.status, await answer.text()]).toEqual([200, page]);
  }
  expect(await world.everything()).toBe(before);
  expect((await read(await pressOn(url, page, headers))).text).toContain('Onaylandı');
  expect(await standing(person)).toContain('confirmed');
  expect(await world.evidence(person)).toMatchObject({ language: 'tr', asServed: true });
});

it.each([
  ['de', /„<bdi>(Newsletter|Veranstaltungen)<\/bdi> und <bdi>(Newsletter|Veranstaltungen)<\/bdi>“/],
  ['en', /“<bdi>(Newsletter|Events)<\/bdi> and <bdi>(Newsletter|Events)<\/bdi>”/],
  // In no language of its labels: then in the brand's, and said so.
  ['ar', /<bdi lang="de">(Newsletter|Veranstaltungen)<\/bdi> و<bdi lang="de">(Newsletter|Veranstaltungen)<\/bdi>/],
])('the page of a confirmation names several things as a sentence does, in %s', async (tag, words) => {
  const url = await world.confirmation(await world.person([]));
  expect(await (await fetch(`${url}?lang=${tag}`)).text()).toMatch(words);
});

describe('"this was not me"', () => {
  it('withdraws what something else had confirmed, for good', async () => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    expect((await press(url)).text).toContain('Bestätigt');
    expect(await (await fetch(`${url}/not-me`)).text()).toContain('<form');
    expect((await press(`${url}/not-me`)).text).toContain('Vermerkt');
    expect(await standing(person)).toEqual(['withdrawn', 'withdrawn', 'withdrawn', null]);
    expect((await press(url)).text).toContain('Vermerkt');
    expect(await standing(person)).toEqual(['withdrawn', 'withdrawn', 'withdrawn', null]);
    expect((await world.history(person)).slice(-3)).toEqual(
      ['commercial', 'events', 'newsletter'].map((scope) => `email withdrawn ${scope} double_opt_in`),
    );
  });

  it('leaves alone what the person had agreed to beside it', async () => {
    const person = await world.person(['products']);
    const url = await world.confirmation(person);
    await press(url);
    await press(`${url}/not-me`);
    expect(await standing(person)).toEqual(['granted', 'withdrawn', 'withdrawn', 'granted']);
  });

  it.each([
    [
      ['newsletter', 'events'],
      ['granted', 'withdrawn', 'withdrawn', null],
      ['withdrawn events', 'withdrawn newsletter'],
    ],
    [['newsletter'], ['granted', 'withdrawn', 'refused', null], ['withdrawn newsletter', 'refused events']],
    [['products'], ['granted', 'refused', 'refused', 'granted'], ['refused events', 'refused newsletter']],
    [[], ['refused', 'refused', 'refused', null], ['refused commercial', 'refused events', 'refused newsletter']],
  ])('says no to all that was asked for, also to what stood before: %j', async (topics, stands, noes) => {
    const person = await world.person(topics);
    const url = await world.confirmation(person);
    expect(await (await fetch(`${url}/not-me?lang=en`)).text()).toContain('Then nothing is sent to you about');
    const [before, entries] = [await world.history(person), await world.entries()];
    expect((await press(`${url}/not-me?lang=en`)).text).toContain('Nothing is sent to you about');
    expect(await standing(person)).toEqual(stands);
    const said = (await world.history(person)).slice(before.length);
    expect(said.toSorted()).toEqual(noes.map((no) => `email ${no} double_opt_in`).toSorted());
    expect((await world.entries()).slice(entries.length)).toHaveLength(noes.length);
    // Once: pressed again it changes nothing.
    expect((await press(`${url}/not-me?lang=en`)).text).toContain('Nothing is sent to you about');
    expect(await world.history(person)).toHaveLength(before.length + noes.length);
  });

  it('is recorded also where all of it was left since it was confirmed', async () => {
    const person = await world.person(['products']);
    const url = await world.confirmation(person);
    await press(url);
    await world.consent(person.externalId, 'withdrawn', ['newsletter', 'events']);
    const before = await world.history(person);
    await press(`${url}/not-me`);
    expect((await world.history(person)).slice(before.length).toSorted()).toEqual(
      ['events', 'newsletter'].map((topic) => `email withdrawn ${topic} double_opt_in`),
    );
    expect(await standing(person)).toEqual(['granted', 'withdrawn', 'withdrawn', 'granted']);
  });
});

describe('what a confirmation answers', () => {
  const eventsOf = async (person: SomePerson) => {
    const points = await world.app.get(ConsentService, { strict: false }).history(world.brandId, person.externalId);
    return (points ?? []).flatMap(({ events }) => events);
  };
  const named = (events: Awaited<ReturnType<typeof eventsOf>>, kind: string) =>
    Object.fromEntries(events.filter((one) => one.kind === kind).map((one) => [one.topic ?? one.purpose, one]));

  it('is the request of the same thing: each topic its own, and the purpose its own', async () => {
    const person = await world.person([]);
    const url = await world.confirmation(person);
    await press(url);
    const events = await eventsOf(person);
    const [asked, confirmed] = [named(events, 'requested'), named(events, 'confirmed')];
    const things = ['commercial', 'newsletter', 'events'];
    expect(things.map((one) => confirmed[one]?.requestId)).toEqual(things.map((one) => asked[one]?.id));
    expect(new Set(things.map((one) => asked[one]?.id)).size).toBe(3);
    // It was not them: all of it goes with the purpose that it brought.
    await press(`${url}/not-me`);
    expect((await standing(person)).slice(0, 3)).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
    const noes = named(await eventsOf(person), 'withdrawn');
    expect(things.map((one) => noes[one]?.requestId)).toEqual(things.map((one) => asked[one]?.id));
  });
});
