import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContactService } from '#lib/consent';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { cell, follow, formOf, get, post, set, undo, wordsIn } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

describe('what is recorded is what was read', () => {
  it('so a topic that got other words since is asked about again', async () => {
    const person = await world.person([]);
    const url = await world.manage(person);
    const fields: [string, string][] = [
      ...formOf(await (await get(url)).text()),
      ['cell', cell(world, person, 'events')],
    ];
    await describeEvents('Täglich zehn Angebote von 400 Partnern.');
    const before = await world.everything();
    const answer = await post(url, 'save', fields);
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(html).toContain('Täglich zehn Angebote von 400 Partnern.');
    expect(await world.everything()).toBe(before);
    await follow(url, await post(url, 'save', formOf(html)));
    expect(await newest(person)).toMatchObject({ kind: 'granted', wording: expect.stringContaining('400 Partnern') });
    await describeEvents('Verkostungen in Ihrer Nähe.');
  });

  it.each(['manage', 'optOut'] as const)('of a button that reads otherwise since, behind %s', async (kind) => {
    const person = await world.person(['events', 'newsletter']);
    const url = kind === 'optOut' ? world.optOut(person, 'events') : await world.manageFromMail(person, 'events');
    const html = await (await get(url)).text();
    const read = '„Veranstaltungen“ per E-Mail abbestellen';
    const leave = (actionsIn(html).find((action) => action.includes('act=leave')) ?? '').slice('?act='.length);
    await labelEvents('Angebote von 400 Partnern');
    try {
      await follow(url, await post(url, leave, wordsIn(html, read)));
      expect(await newest(person)).toMatchObject({ kind: 'withdrawn', wording: read });
      expect(await world.evidence(person)).toMatchObject({ asServed: true });
      // What nobody served is not believed, and the no is taken all the same.
      await post(url, leave, [['words', 'AAAAAAAAAAAAAAAAAAAAAA de Gern weiter so']]);
      const present = '„Angebote von 400 Partnern“ per E-Mail abbestellen';
      expect(await newest(person)).toMatchObject({ kind: 'withdrawn', wording: present });
      expect(await world.evidence(person)).toMatchObject({ asServed: false });
    } finally {
      await labelEvents('Veranstaltungen');
    }
  });

  it.each([
    ['the brand calls itself otherwise', 'name', 'Südwind Tee'],
    ['the brand speaks another language, in which words stand that the page has not', 'default_language', 'en'],
  ])('so a page is asked about again when %s since', async (_what, column, value) => {
    const person = await world.person([]);
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text());
    const before = await world.brandColumn(column, value);
    try {
      expect((await post(url, 'save', [...fields, ['cell', cell(world, person, 'events')]])).status).toBe(409);
    } finally {
      await world.brandColumn(column, before);
    }
    expect((await post(url, 'save', [...fields, ['cell', cell(world, person, 'events')]])).status).toBe(303);
  });

  it('in the language in which it was read, also when the person has another by then', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const actions = actionsIn(await (await get(url)).text());
    await world.app.get(ContactService).put(world.brandId, person.externalId, { language: 'fr' }, 'spec');
    const leave = actions.find((action) => action.includes('act=stop_all')) ?? '';
    await follow(url, await fetch(new URL(leave, url), { method: 'POST', redirect: 'manual' }));
    expect(await newest(person)).toMatchObject({ kind: 'withdrawn', wording: 'Alles abbestellen' });
  });

  it('from a page that only tells to wait', async () => {
    const person = await world.person(['newsletter']);
    const url = world.optOut(person);
    const busy = await busyPage(url);
    const leave = actionsIn(busy).find((action) => action.includes('act=leave')) ?? '';
    expect((await fetch(new URL(leave, url), { method: 'POST' })).status).toBe(200);
    expect(await newest(person)).toMatchObject({ kind: 'withdrawn', method: 'page', wording: 'Unsubscribe' });
  });

  it.each(['manage', 'optOut'] as const)('of what was taken back: the words of the button, behind %s', async (kind) => {
    const person = await world.person(['newsletter']);
    const url = await world[kind](person);
    const { html, query } = await follow(url, await post(url, 'stop_all'));
    expect(html).toMatch(/<a href="[^"]*done[^"]*"[^>]*lang="fr"/);
    await undo(url, query, wordsIn(html, 'Rückgängig machen'));
    expect(await newest(person)).toMatchObject({ kind: 'invalidated', wording: 'Rückgängig machen' });
    expect(await world.evidence(person)).toMatchObject({ asServed: true });
  });
});

it('what was entered is saved also by somebody who looked too often', async () => {
  const person = await world.person(['newsletter']);
  const url = await world.manage(person);
  const fields = formOf(await (await get(url)).text()).filter(([name]) => name !== 'cell');
  await busyPage(url);
  const answer = await post(url, 'save', set(fields, 'frequency', 'weekly'), { 'accept-language': 'de' });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Ihre Auswahl ist gespeichert')]);
  expect((await world.history(person)).filter((line) => line.includes('withdrawn'))).toHaveLength(2);
});

it('what was agreed to at an address stays on record when the address changes, and names its channel', async () => {
  const person = await world.person(['newsletter']);
  const contactPoints = [{ channel: 'email' as const, address: `new-${person.externalId}@example.org` }];
  await world.app.get(ContactService).put(world.brandId, person.externalId, { contactPoints }, 'spec');
  const html = await (await get(`${await world.manage(person)}?record=1&lang=en`)).text();
  const record = html.slice(html.indexOf('id="record"')).replaceAll(/<\/?bdi[^>]*>/g, '');
  expect(record).toContain('<strong>Agreed</strong>: “Newsletter” by e-mail');
  expect(record).toContain('<strong>Agreed</strong>: In general: “Marketing” by e-mail');
  expect(await world.history(person)).toContain('email granted newsletter web_form');
});

/** Where the forms of a page post. */
function actionsIn(html: string): string[] {
  return [...html.matchAll(/(?:form)?action="([^"]+)"/g)].map(([, action = '']) =>
    action.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'),
  );
}

async function busyPage(url: string): Promise<string> {
  for (let looks = 0; looks < 200; looks++) {
    const answer = await get(url, { 'accept-language': 'en' });
    if (answer.status === 429) return answer.text();
  }
  throw new Error('nobody was told to wait');
}

async function describeEvents(de: string): Promise<void> {
  await world.db.tx.execute`
    UPDATE consent.topic SET descriptions = ${JSON.stringify({ de })} WHERE id = ${world.topics.events}`;
}

async function labelEvents(de: string): Promise<void> {
  await world.db.tx.execute`
    UPDATE consent.topic SET labels = ${JSON.stringify({ de, en: 'Events' })} WHERE id = ${world.topics.events}`;
}

async function newest(person: SomePerson) {
  const [event] = await world.db.tx.sql`
    SELECT kind, method, wording FROM consent.consent_event WHERE contact_point_id = ${person.points['email']!}
     ORDER BY recorded_at DESC, id DESC LIMIT 1`;
  return event;
}
