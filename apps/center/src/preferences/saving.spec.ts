import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CenterWorld } from '../testing/center-world.js';
import { cell, follow, formOf, get, post, set, ticked } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

describe('saving', () => {
  it('is one transaction with one ledger entry for each change, and says what changed', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    let fields = formOf(await (await get(url)).text());
    fields = fields.filter(([, value]) => value !== cell(world, person, 'events'));
    fields = set(set(set(fields, 'frequency', 'weekly'), 'quietFrom', '20:00'), 'quietTo', '09:00');
    fields = set(set([...fields, ['cell', cell(world, person, 'products')]], 'pause', '30'), 'language', 'fr');
    const before = await world.entries();
    const { html } = await follow(url, await post(url, 'save', fields));
    expect((await world.entries()).slice(before.length).sort()).toEqual([
      'consent.granted',
      'consent.withdrawn',
      'contact.changed',
      'contact.changed',
      'contact.changed',
    ]);
    expect(ticked(html).sort()).toEqual([cell(world, person, 'newsletter'), cell(world, person, 'products')].sort());
    expect(html).toMatch(/value="weekly" checked/);
    expect(html).toMatch(/value="keep" checked/);
    expect((await world.history(person)).slice(-2)).toEqual([
      'email withdrawn events page',
      'email granted products page',
    ]);
  });

  it('twice is the same as once', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const fields = set(formOf(await (await get(url)).text()), 'frequency', 'monthly');
    await follow(url, await post(url, 'save', fields));
    const again = formOf(await (await get(url)).text());
    const before = await world.everything();
    const { query } = await follow(url, await post(url, 'save', again));
    expect(query.get('done')).toBe('same');
    expect(await world.everything()).toBe(before);
  });

  it('on a page that is no longer true changes nothing, and shows what was entered once more', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text());
    await world.consent(person.externalId, 'granted', ['events']);
    const before = await world.everything();
    const answer = await post(
      url,
      'save',
      set([...fields, ['cell', cell(world, person, 'products')]], 'frequency', 'weekly'),
    );
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(html).toContain('hat sich etwas geändert');
    expect(ticked(html).sort()).toEqual([cell(world, person, 'newsletter'), cell(world, person, 'products')].sort());
    expect(html).toMatch(/value="weekly" checked/);
    expect(await world.everything()).toBe(before);
    await follow(url, await post(url, 'save', formOf(html)));
    expect((await world.history(person)).slice(-2)).toEqual([
      'email withdrawn events page',
      'email granted products page',
    ]);
  });

  it.each([
    ['a day that is none', 'pause', 'until'],
    ['a frequency that is none', 'frequency', 'hourly'],
    ['a zone that is none', 'zone', 'Europe/Atlantis'],
    ['a zone that is an offset', 'zone', 'EST'],
    ['quiet hours without an end', 'quietFrom', '20:00'],
    ['a language nobody offered', 'language', 'tlh'],
  ])('%s changes nothing and is said', async (_what, name, value) => {
    const person = await world.person();
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text());
    const before = await world.everything();
    const answer = await post(url, 'save', set(fields, name, value));
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('nicht lesbar');
    expect(await world.everything()).toBe(before);
  });

  it('from a page of somebody else changes nothing', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text()).filter(([name]) => name !== 'cell');
    const before = await world.everything();
    expect((await post(url, 'save', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(303);
    expect(await world.everything()).toBe(before);
  });
});

describe('two people with one address', () => {
  it('each leave for themselves: a stop is recorded although the other had left before', async () => {
    const other = await world.person(['newsletter']);
    const person = await world.double(other, ['newsletter']);
    await world.consent(other.externalId, 'withdrawn', []);
    const url = world.optOut(person);
    await follow(url, await post(url, 'stop_all'));
    expect(await world.history(person)).toContain('email withdrawn commercial page');
  });

  it('each say yes for themselves: a yes counts although the other had left the purpose', async () => {
    const other = await world.person(['newsletter']);
    const person = await world.double(other, ['newsletter']);
    await world.consent(other.externalId, 'withdrawn', []);
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text());
    const { html } = await follow(url, await post(url, 'save', [...fields, ['cell', cell(world, person, 'events')]]));
    expect(ticked(html)).toEqual([cell(world, person, 'events')]);
  });
});

it('a yes on the page says where the person was, so that what the law has kept is kept', async () => {
  const person = await world.person([], { country: 'DE', region: 'DE-BY' });
  const url = await world.manage(person);
  const fields = formOf(await (await get(url)).text());
  await post(url, 'save', [...fields, ['cell', cell(world, person, 'newsletter')]]);
  const rows = await world.db.tx.sql`
    SELECT DISTINCT jurisdiction FROM consent.consent_event WHERE contact_point_id = ${world.email(person)}`;
  expect(rows).toEqual([{ jurisdiction: 'DE-BY' }]);
});

describe('an objection', () => {
  it('is taken back by the person who says yes, by nobody else, and comes back with the yes undone', async () => {
    const person = await world.person(['newsletter', 'events']);
    await world.object(person);
    const url = await world.manage(person);
    const html = await (await get(url)).text();
    expect(html).toContain('Sie haben der Werbung an <bdi>a***@e***.org</bdi> widersprochen');
    expect(ticked(html)).toEqual([]);
    // A link that reduces only, and a save that ticks nothing, leave it alone.
    await post(world.optOut(person), 'save', [...formOf(html), ['cell', cell(world, person, 'newsletter')]]);
    await post(url, 'save', formOf(html));
    expect(await (await get(url)).text()).toContain('widersprochen');

    const before = await world.entries();
    const saved = await post(url, 'save', [...formOf(html), ['cell', cell(world, person, 'newsletter')]]);
    const { html: after, query } = await follow(url, saved);
    expect((await world.entries()).slice(before.length)).toContain('suppression.removed');
    expect(after).not.toContain('widersprochen');
    expect(ticked(after)).toEqual([cell(world, person, 'newsletter')]);

    const undone = await fetch(`${url}?act=undo&change=${query.get('done') ?? ''}`, {
      method: 'POST',
      redirect: 'manual',
    });
    expect((await follow(url, undone)).html).toContain('widersprochen');
  });

  it('leaves behind what anybody with the address had agreed to, and nothing comes back but what is ticked', async () => {
    const person = await world.person([]);
    const other = await world.double(person, ['newsletter', 'events']);
    await world.object(person);
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text());
    const { html } = await follow(
      url,
      await post(url, 'save', [...fields, ['cell', cell(world, person, 'newsletter')]]),
    );
    expect(ticked(html)).toEqual([cell(world, person, 'newsletter')]);
    expect(ticked(await (await get(await world.manage(other))).text())).toEqual([]);
  });
});
