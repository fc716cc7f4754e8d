import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConsentService, ContactService } from '#lib/consent';
import { BehindWire } from '../testing/behind-wire.js';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { cell, follow, formOf, general, get, post, pressOn, set, ticked, unescaped } from '../testing/page-client.js';
import { KeptWishes } from './kept-wishes.js';

let world: CenterWorld;
let behind: BehindWire;
beforeAll(async () => {
  world = await CenterWorld.start();
  behind = await BehindWire.of(world);
}, 120_000);
afterAll(async () => {
  await behind.end();
  await world.end();
});
afterEach(() => behind.stopAll());

describe('the link of a confirmation while the database is away', () => {
  const headers = { 'accept-language': 'pl' };

  it('says in the language of its reader that nothing is recorded, and confirms when it is pressed again', async () => {
    const person = await world.person([]);
    const { url } = await behind.start();
    const link = (await world.confirmation(person)).replace(world.url, url);
    const page = await (await fetch(`${link}?lang=de`)).text();
    const [action = ''] = actionsIn(page);
    const body = () => new URLSearchParams({ words: unescaped(/name="words" value="([^"]+)"/.exec(page)?.[1] ?? '') });
    await behind.wire.cut();
    for (const [address, init, buttons] of [
      [link, {}, ['To nie ja']],
      [`${link}/not-me`, {}, ['To nie ja']],
      [link, { method: 'POST' }, ['To nie ja']],
      [
        `${link}${action.replace('lang=de', 'lang=pl')}`,
        { method: 'POST', body: body() },
        ['Spróbuj ponownie', 'To nie ja'],
      ],
    ] as const) {
      const answer = await fetch(address, { ...init, headers });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
      const html = await answer.text();
      expect(html).toContain('To nasz błąd');
      expect(html.match(/<button[^>]*>[^<]*/g)?.map((one) => one.replace(/<[^>]*>/, ''))).toEqual(buttons);
    }
    expect((await fetch(`${link.slice(0, -4)}AAAA`, { method: 'POST' })).status).toBe(404);
    const again = await (await fetch(link + action, { method: 'POST', body: body() })).text();
    await behind.wire.connect();
    const confirmed = await pressOn(link, again);
    expect(await confirmed.text()).toContain('Bestätigt');
    expect(await world.history(person)).toContain('email confirmed newsletter double_opt_in');
  }, 60_000);

  it.each(['from the page that was read before', 'from the page that stands in for it'] as const)(
    'takes "this was not me" %s, with its words and its time',
    async (from) => {
      const person = await world.person([]);
      const { app, url } = await behind.start();
      const link = (await world.confirmation(person)).replace(world.url, url);
      const page = `${link}/not-me?lang=de`;
      const read = await (await fetch(page)).text();
      await behind.wire.cut();
      const html = from.includes('before') ? read : await (await fetch(page)).text();
      const [words = ''] = [...html.matchAll(/name="words" value="([^"]+)"/g)].map(([, value]) => value);
      const body = new URLSearchParams({ words });
      const answer = await fetch(new URL(actionsIn(html)[0] ?? '', page), { method: 'POST', body });
      const pressedAt = Date.now();
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/ist aufgeschrieben/)]);

      await rename('Angebote von 400 Partnern');
      await behind.wire.connect();
      await app.get(KeptWishes).carryOutAll();
      await rename('Newsletter');
      const points = (await world.app.get(ConsentService).history(world.brandId, person.externalId)) ?? [];
      const said = points.flatMap(({ events }) => events).filter(({ kind }) => kind === 'refused');
      expect(said.map(({ topic }) => topic)).toEqual(expect.arrayContaining(['newsletter', 'events']));
      const question = 'Dann erhalten Sie nichts zu „Veranstaltungen und Newsletter“, und wir vermerken, dass Sie es nicht angefragt haben.'; // prettier-ignore
      const wording = from.includes('before') ? `${question} · Das war ich nicht` : 'Das war ich nicht';
      for (const event of said) {
        expect(event.wording).toBe(wording);
        expect(Math.abs(event.occurredAt - pressedAt)).toBeLessThan(2_000);
      }
      expect(await world.evidence(person)).toMatchObject({ asServed: true, kept: true, language: 'de' });
      expect(await (await fetch(link)).text()).toContain('Vermerkt');
    },
    60_000,
  );

  it('counts also where the link has run out by the time the database is back', async () => {
    const person = await world.person([]);
    const { app, url } = await behind.start();
    const link = (await world.confirmation(person)).replace(world.url, url);
    await behind.wire.cut();
    expect((await fetch(`${link}/not-me`, { method: 'POST' })).status).toBe(200);
    await world.db.tx
      .execute`UPDATE consent.double_opt_in SET expires_at = clock_timestamp() + interval '1 millisecond'`;
    await behind.wire.connect();
    await app.get(KeptWishes).carryOutAll();
    expect(await world.history(person)).toContain('email refused newsletter double_opt_in');
  }, 60_000);
});

describe('a form that is saved while the database is away', () => {
  it('is taken as far as it lets less through, and says that the rest is not', async () => {
    const person = await world.person(['newsletter', 'events']);
    await world.consent(person.externalId, 'granted', ['newsletter'], 'sms');
    const { app, url } = await behind.start();
    const link = (await world.manage(person)).replace(world.url, url);
    const fields = formOf(await (await get(link)).text());
    await behind.wire.cut();
    const off = fields.filter(([name]) => name !== 'cell');
    const form = set(set(set([...off, ['cell', cell(world, person, 'products')]], 'frequency', 'weekly'), 'pause', '30'), 'language', 'fr'); // prettier-ignore
    const answer = await post(link, 'save', form, { 'accept-language': 'de' });
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toMatch(/Ihr Wunsch von .* ist aufgeschrieben/);
    expect(html).toContain('Was Sie eingeschaltet oder sonst geändert haben, ist nicht übernommen');

    await behind.wire.connect();
    await app.get(KeptWishes).carryOutAll();
    const after = await (await get(link)).text();
    expect(ticked(after)).toEqual([]);
    expect((await world.history(person)).filter((line) => /withdrawn/.test(line)).sort()).toEqual([
      'email withdrawn commercial page',
      'email withdrawn events page',
      'email withdrawn newsletter page',
      'sms withdrawn commercial page',
      'sms withdrawn newsletter page',
    ]);
    expect(after).toMatch(/value="weekly" checked/);
    expect(after).toMatch(/value="keep" checked/);
    expect((await world.app.get(ContactService).find(world.brandId, person.externalId))?.language).toBe('de');
    expect(await world.evidence(person)).toMatchObject({ kept: true, link: 'manage' });
  }, 60_000);

  it('leaves alone what the form did not show, and what was set by then', async () => {
    const person = await world.person(['newsletter', 'events']);
    const { app, url } = await behind.start();
    const link = (await world.manage(person)).replace(world.url, url);
    const fields = formOf(await (await get(link)).text());
    await behind.wire.cut();
    const less = set(
      fields.filter(([, value]) => value !== cell(world, person, 'events')),
      'pause',
      '90',
    );
    expect((await post(link, 'save', less)).status).toBe(200);
    // Elsewhere, while this center cannot see it.
    await world.consent(person.externalId, 'granted', ['products']);
    const there = await world.manage(person);
    await follow(there, await post(there, 'save', set(formOf(await (await get(there)).text()), 'pause', '30')));
    const paused = (await world.app.get(ContactService).find(world.brandId, person.externalId))?.pausedUntil;
    await behind.wire.connect();
    await app.get(KeptWishes).carryOutAll();
    const names = ['newsletter', 'products'] as const;
    expect(ticked(await (await get(link)).text())).toEqual([
      ...names.map((topic) => cell(world, person, topic)),
      general(world, person),
    ]);
    expect((await world.app.get(ContactService).find(world.brandId, person.externalId))?.pausedUntil).toBe(paused);
  }, 60_000);

  it.each([
    ['30', 'Pacific/Pago_Pago', 'manage', 'Pacific/Pago_Pago'],
    ['until', 'Pacific/Kiritimati', 'manage', 'Pacific/Kiritimati'],
    ['until', '', 'manage', 'America/New_York'],
    ['until', null, 'manage', 'Asia/Tokyo'],
    ['until', 'Pacific/Kiritimati', 'optOut', 'Asia/Tokyo'],
  ] as const)(
    'has a break of %s that ends where it says: by %j over %s in %s',
    async (pause, zone, link, ends) => {
      const person = await world.person(['newsletter'], { zone: 'America/New_York', wishes: { zone: 'Asia/Tokyo' } });
      const { app, url } = await behind.start();
      const address = (await world[link](person)).replace(world.url, url);
      const html = await (await get(address)).text();
      const [, first = ''] = /name="pauseDay"[^>]* min="([^"]+)"/.exec(html) ?? [];
      const day = (days: number) => new Date(Date.parse(first) + days * 86_400_000).toISOString().slice(0, 10);
      await behind.wire.cut();
      const form = set(set(formOf(html), 'pause', pause), 'pauseDay', day(12)).filter(([name]) => name !== 'zone');
      expect((await post(address, 'save', zone === null ? form : set(form, 'zone', zone))).status).toBe(200);
      await behind.wire.connect();
      await app.get(KeptWishes).carryOutAll();
      const rows = await world.db.tx.sql`
      SELECT to_char(paused_until AT TIME ZONE ${ends}, 'YYYY-MM-DD HH24:MI') AS until
        FROM consent.contact WHERE external_id = ${person.externalId}`;
      expect(rows).toEqual([{ until: `${day(pause === 'until' ? 13 : 31)} 00:00` }]);
      expect((await world.app.get(ContactService).find(world.brandId, person.externalId))?.wishes.zone).toBe(
        'Asia/Tokyo',
      );
    },
    60_000,
  );

  it('that would only add is not taken, and says so with a way out', async () => {
    const person = await world.person([]);
    const { url } = await behind.start();
    const link = (await world.manage(person)).replace(world.url, url);
    const fields = formOf(await (await get(link)).text());
    await behind.wire.cut();
    const answer = await post(link, 'save', [...fields, ['cell', cell(world, person, 'events')]]);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await answer.text()).toContain('is not recorded yet');
    await behind.wire.connect();
  }, 60_000);
});

it('a request to be erased is taken while the database is away', async () => {
  const person = await world.person(['newsletter']);
  const { app, url } = await behind.start();
  const link = (await world.manage(person)).replace(world.url, url);
  await behind.wire.cut();
  const answer = await post(link, 'erase', [], { 'accept-language': 'de' });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('ist aufgeschrieben')]);
  await behind.wire.connect();
  await app.get(KeptWishes).carryOutAll();
  const html = await (await get(link)).text();
  expect(html).toContain('Sie haben die Löschung verlangt');
  expect(ticked(html)).toEqual([]);
}, 60_000);

it('two centers that share a folder carry out each wish once', async () => {
  const people = [
    await world.person(['newsletter']),
    await world.person(['newsletter']),
    await world.person(['newsletter']),
  ];
  const [clicking, leaving, saving] = people as [SomePerson, SomePerson, SomePerson];
  const asked = await world.person([]);
  const { app, url } = await behind.start();
  const { app: other } = await behind.start();
  const at = (link: string): string => link.replace(world.url, url);
  const confirm = at(await world.confirmation(asked));
  const manage = at(await world.manage(saving));
  const fields = formOf(await (await get(manage)).text()).filter(([name]) => name !== 'cell');
  await behind.wire.cut();
  await fetch(at(world.optOut(clicking)), { method: 'POST' });
  await post(at(world.optOut(leaving)), 'leave');
  await post(manage, 'save', fields);
  await fetch(`${confirm}/not-me`, { method: 'POST' });
  await behind.wire.connect();
  // As a crash between the commit and the deletion of the file would: each file is there for both, whole.
  const folder = behind.folder;
  const copies = await Promise.all(
    (await readdir(folder)).map(async (name) => [name, await readFile(path.join(folder, name))] as const),
  );
  expect(copies).toHaveLength(4);
  const both = () => Promise.all([app, other].map((one) => one.get(KeptWishes).carryOutAll()));
  await both();
  for (const [name, content] of copies) await writeFile(path.join(folder, name), content);
  await both();
  expect(await readdir(folder)).toEqual([]);
  const noes = async (person: SomePerson) =>
    (await world.history(person)).filter((line) => /withdrawn|refused/.test(line)).sort();
  expect(await noes(clicking)).toEqual(['email withdrawn newsletter one_click']);
  expect(await noes(leaving)).toEqual(['email withdrawn newsletter page']);
  expect(await noes(saving)).toEqual(['email withdrawn commercial page', 'email withdrawn newsletter page']);
  expect(await noes(asked)).toEqual(
    ['commercial', 'events', 'newsletter'].map((scope) => `email refused ${scope} double_opt_in`),
  );
}, 60_000);

/** Where the buttons of a page post, or its form. */
function actionsIn(html: string): string[] {
  return [...html.matchAll(/(?:form)?action="([^"]+)"/g)].map(([, action = '']) =>
    action.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'),
  );
}

async function rename(de: string): Promise<void> {
  const labels = JSON.stringify({ de, en: 'Newsletter' });
  await world.db.tx.execute`UPDATE consent.topic SET labels = ${labels} WHERE id = ${world.topics.newsletter}`;
}
