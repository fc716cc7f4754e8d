import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContactService, recipientStore } from '#lib/consent';
import { consentObstacle } from '#lib/decision';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { cell, follow, formOf, general, get, post, set, ticked } from '../testing/page-client.js';

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
    fields = set(fields, 'zone', 'Asia/Tokyo');
    const before = await world.entries();
    const { html } = await follow(url, await post(url, 'save', fields));
    expect((await world.entries()).slice(before.length).sort()).toEqual([
      'consent.granted',
      'consent.withdrawn',
      ...['language', 'pause', 'frequency', 'quiet hours', 'zone'].map(() => 'contact.changed'),
    ]);
    expect(ticked(html).sort()).toEqual(
      [cell(world, person, 'newsletter'), cell(world, person, 'products'), general(world, person)].sort(),
    );
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

  it('takes what was unticked, and leaves quiet hours of whatever form as they are where nobody changed them', async () => {
    const contacts = world.app.get(ContactService, { strict: false });
    const days = [1, 2, 3, 4, 5, 6, 7] as const;
    for (const quietHours of [
      [
        { days: [1, 2, 3, 4, 5] as const, start: '20:00', end: '08:00' },
        { days: [6, 7] as const, start: '00:00', end: '23:59' },
      ],
      [{ days, start: '18:00', end: '24:00' }],
    ]) {
      const person = await world.person(['newsletter']);
      await contacts.put(world.brandId, person.externalId, { wishes: { quietHours } }, 'spec');
      const url = await world.manage(person);
      const form = formOf(await (await get(url)).text());
      const { html } = await follow(
        url,
        await post(
          url,
          'save',
          form.filter(([name]) => name !== 'cell'),
        ),
      );
      expect(ticked(html)).toEqual([]);
      expect((await contacts.find(world.brandId, person.externalId))?.wishes).toEqual({ quietHours });
    }
  });

  it('shows quiet hours that have a form of their own, and ends them where their box is unticked', async () => {
    const contacts = world.app.get(ContactService, { strict: false });
    const quietHours = [
      { days: [6, 7] as const, start: '00:00', end: '23:59' },
      { days: [1, 2, 3, 4, 5, 6, 7] as const, start: '18:00', end: '24:00' },
    ];
    const person = await world.person(['newsletter']);
    await contacts.put(world.brandId, person.externalId, { wishes: { quietHours } }, 'spec');
    const url = await world.manage(person);
    const html = await (await get(url)).text();
    expect(html).toMatch(/<small>Sa und So <bdi dir="ltr">00:00–23:59<\/bdi><\/small>/);
    expect(html).toMatch(/name="quietFrom" value="18:00"/);
    expect(html).toMatch(/name="quietTo" value="00:00"/);
    const fields = formOf(html).filter(([, value]) => value !== 'keep');
    expect(fields).toHaveLength(formOf(html).length - 1);
    // A form that comes back has the box as it was left.
    const wrong = await post(url, 'save', set(fields, 'quietTo', '18:00'));
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toMatch(/name="otherHours" value="keep"><span>/);
    await follow(url, await post(url, 'save', fields));
    expect((await contacts.find(world.brandId, person.externalId))?.wishes).toEqual({
      quietHours: quietHours.slice(1),
    });
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
    expect(html).toMatch(/<p>Eingeschaltet: .*Veranstaltungen/);
    const own = (['newsletter', 'events', 'products'] as const).map((topic) => cell(world, person, topic));
    expect(ticked(html).sort()).toEqual([...own, general(world, person)].sort());
    expect(html).toMatch(/value="weekly" checked/);
    expect(await world.everything()).toBe(before);
    await follow(url, await post(url, 'save', formOf(html)));
    expect((await world.history(person)).slice(-1)).toEqual(['email granted products page']);
  });

  describe('by a form that was sent once more', () => {
    const filled = async (url: string, person: SomePerson) => {
      const fields = formOf(await (await get(url)).text()).filter(
        ([, value]) => value !== cell(world, person, 'events'),
      );
      const more: [string, string][] = [...fields, ['cell', cell(world, person, 'products')]];
      return set(set(set(more, 'frequency', 'weekly'), 'pause', '30'), 'zone', 'Asia/Tokyo');
    };

    it('records nothing anew, and tells what its first sending did: one press of the button after the other, or both at once', async () => {
      for (const isAtOnce of [false, true]) {
        const person = await world.person(['newsletter', 'events']);
        const url = await world.manage(person);
        const fields = await filled(url, person);
        const send = () => post(url, 'save', fields);
        const before = (await world.entries()).length;
        const [first, second] = isAtOnce ? await Promise.all([send(), send()]) : [await send(), await send()];
        const [once, again] = [await follow(url, first), await follow(url, second)];
        expect(Object.fromEntries(again.query)).toEqual(Object.fromEntries(once.query));
        expect(again.query.get('done')).toMatch(/^[0-9a-f-]{36}$/);
        expect(again.html).toMatch(/Ausgeschaltet: .*Veranstaltungen/);
        expect(again.html).toContain('Rückgängig');
        const choices = ['pause', 'frequency', 'zone'].map(() => 'contact.changed');
        expect((await world.entries()).slice(before).sort()).toEqual([
          ...['consent.granted', 'consent.withdrawn', ...choices],
        ]);
      }
    });

    it('from another window where the same was chosen, too', async () => {
      const person = await world.person(['newsletter', 'events']);
      const [url, other] = [await world.manage(person), await world.manage(person)];
      const [here, there] = [await filled(url, person), await filled(other, person)];
      const { query } = await follow(url, await post(url, 'save', here));
      const before = await world.everything();
      expect((await follow(other, await post(other, 'save', there))).query.get('done')).toBe(query.get('done'));
      expect(await world.everything()).toBe(before);
    });

    it('warns all the same where anything else happened, before its first sending or after it', async () => {
      const contacts = world.app.get(ContactService, { strict: false });
      const objected = (person: SomePerson) => world.object(person);
      const chosen = (person: SomePerson) =>
        contacts.put(world.brandId, person.externalId, { language: 'fr', saidAt: Date.now() }, 'spec');
      const granted = (person: SomePerson) => world.consent(person.externalId, 'granted', ['events']);
      for (const [between, later] of [
        [granted, null],
        [null, granted],
        [null, objected],
        [null, chosen],
      ]) {
        const person = await world.person(['newsletter']);
        const url = await world.manage(person);
        const fields = set(formOf(await (await get(url)).text()), 'frequency', 'weekly');
        await between?.(person);
        // In another window, on a page that is true.
        const there = set(formOf(await (await get(url)).text()), 'frequency', 'weekly');
        await follow(url, await post(url, 'save', there));
        await later?.(person);
        const before = await world.everything();
        expect((await post(url, 'save', fields)).status).toBe(409);
        expect(await world.everything()).toBe(before);
      }
    });
  });

  it('after everything was left, takes the box of other messages at its word when the last topic goes', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    await post(url, 'stop_all');
    const form = async () => formOf(await (await get(url)).text());
    await post(url, 'save', [...(await form()), ['cell', cell(world, person, 'events')]]);
    const both = [cell(world, person, 'events'), general(world, person)].sort();
    expect(ticked(await (await get(url)).text()).sort()).toEqual(both);
    const { html } = await follow(
      url,
      await post(
        url,
        'save',
        (await form()).filter(([, value]) => value !== cell(world, person, 'events')),
      ),
    );
    expect(ticked(html)).toEqual([general(world, person)]);
    const said = (await world.history(person)).filter((line) => line.startsWith('email'));
    expect(said.slice(-2)).toEqual(['email withdrawn events page', 'email granted commercial page']);
  });

  it('on a page from before everything was left elsewhere brings nothing back that nobody ticked or chose again', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    const old = formOf(await (await get(url)).text());
    await post(url, 'stop_all');
    const contacts = world.app.get(ContactService, { strict: false });
    const days = [1, 2, 3, 4, 5, 6, 7] as const;
    const told = { zone: 'Asia/Tokyo', quietHours: [{ days, start: '20:00', end: '09:00' }] };
    await contacts.put(world.brandId, person.externalId, { wishes: told, language: 'fr', saidAt: Date.now() }, 'spec');
    const stopped = await world.history(person);
    // One box they untick themselves, and one that was empty they tick.
    const without = old.filter(([, value]) => value !== cell(world, person, 'events'));
    const entered = set([...without, ['cell', cell(world, person, 'products')]], 'frequency', 'weekly');
    const answer = await post(url, 'save', entered);
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(ticked(html)).toEqual([cell(world, person, 'products')]);
    expect(html).toMatch(/<p>Désactivé : .*Newsletter/);
    expect(html).toMatch(/value="weekly" checked/);
    const again = formOf(html).filter(([name]) => name !== 'cell');
    await follow(url, await post(url, 'save', again));
    // What they unticked they leave once more.
    expect((await world.history(person)).toSorted()).toEqual([...stopped, 'email withdrawn events page'].toSorted());
    expect(await contacts.find(world.brandId, person.externalId)).toMatchObject({
      ...{ language: 'fr', wishes: { ...told, frequency: [{ window: 'P7D' }] } },
    });
  });

  it.each([
    ['a day that is none', 'pause', 'until', 'pauseDay'],
    ['a frequency that is none', 'frequency', 'hourly', 'frequency'],
    ['a zone that is none', 'zone', 'Europe/Atlantis', 'zone'],
    ['a zone that is an offset', 'zone', 'EST', 'zone'],
    ['quiet hours without an end', 'quietFrom', '20:00', 'quietTo'],
    ['quiet hours without a start', 'quietTo', '08:00', 'quietFrom'],
    ['a language nobody offered', 'language', 'tlh', 'language'],
  ])('%s changes nothing, is said, and named', async (_what, name, value, wrong) => {
    const person = await world.person();
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text());
    const before = await world.everything();
    const answer = await post(url, 'save', set(fields, name, value));
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toContain('nicht lesbar');
    // The summary leads to the field, which says what is wrong with it; what was typed is still there.
    expect([...html.matchAll(/<li><a href="#(\w+)">[^<]+:/g)].map(([, id]) => id)).toEqual([wrong]);
    const field = new RegExp(`<[^>]* id="${wrong}"[^>]*>`).exec(html)?.[0] ?? '';
    expect(field).toContain(`aria-describedby="not-${wrong}"`);
    if (wrong !== 'frequency') expect(field).toContain('aria-invalid="true"');
    expect(html).toMatch(new RegExp(`<strong class="wrong" id="not-${wrong}">[^<]+`));
    if (name.startsWith('quiet')) expect(html).toMatch(new RegExp(`name="${name}"[^>]* value="${value}"`));
    expect(await world.everything()).toBe(before);
  });

  it('an entry that cannot be read keeps no unticked box from being a no, and agrees to nothing', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    const form = formOf(await (await get(url)).text());
    const fields = form.filter(([, value]) => value !== cell(world, person, 'events'));
    const typed = set(set(fields, 'quietFrom', '20:00'), 'frequency', 'weekly');
    const before = (await world.history(person)).length;
    const answer = await post(url, 'save', [...typed, ['cell', cell(world, person, 'products')]]);
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect((await world.history(person)).slice(before)).toEqual(['email withdrawn events page']);
    expect(html).toContain('nicht lesbar. Bitte sehen');
    expect(html).toMatch(/<p>Ausgeschaltet: .*Veranstaltungen/);
    // The rest is still there to be saved.
    await follow(url, await post(url, 'save', set(formOf(html), 'quietTo', '07:00')));
    expect((await world.history(person)).slice(before + 1)).toEqual(['email granted products page']);
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

describe('what can still come', () => {
  const passes = async (person: SomePerson) => {
    const states = (await world.db.transaction((tx) => recipientStore.consents(tx, [world.email(person)]))).get(
      world.email(person),
    );
    return Object.entries({ general: world.purposes.commercial, ...world.topics })
      .filter(([, id]) =>
        [world.purposes.commercial, id].every(
          (scope) => consentObstacle('restrictive', states?.get(scope) ?? null, Date.now()) === null,
        ),
      )
      .map(([name]) => name);
  };

  it('has a box, and with every box unticked nothing does, about a topic or about none', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const html = await (await get(url)).text();
    expect(await passes(person)).toEqual(['general', 'newsletter']);
    expect(ticked(html)).toEqual([cell(world, person, 'newsletter'), general(world, person)]);
    expect(html).toContain(
      'Kommt zusammen mit <bdi>Newsletter</bdi>, <bdi>Veranstaltungen</bdi> und <bdi>Neue Sorten</bdi>',
    );

    const none = formOf(html).filter(([name]) => name !== 'cell');
    const { html: after } = await follow(url, await post(url, 'save', none));
    expect(await passes(person)).toEqual([]);
    expect(ticked(after)).toEqual([]);
    expect(after).toContain(
      'Ausgeschaltet: „<bdi>Newsletter</bdi>“ per E-Mail und „Andere Nachrichten: <bdi>Werbung</bdi>“ per E-Mail',
    );
  });

  it('ends with the purpose, although a topic of it is still ticked, as the page says', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text()).filter(([, value]) => value !== general(world, person));
    const { html } = await follow(url, await post(url, 'save', fields));
    expect(ticked(html)).toEqual([]);
    expect(await passes(person)).toEqual([]);
  });
});

describe('the words that are kept of a yes', () => {
  const wordsOf = async (person: SomePerson) => {
    const rows = await world.db.tx.sql<{ scope: string; kind: string; wording: string }>`
      SELECT coalesce(t.key, p.key) AS scope, e.kind, e.wording
        FROM consent.consent_event e JOIN consent.purpose p ON p.id = e.purpose_id LEFT JOIN consent.topic t ON t.id = e.topic_id
       WHERE e.contact_point_id = ${world.email(person)} ORDER BY e.occurred_at, e.id`;
    return rows.map(({ scope, kind, wording }) => `${kind} ${scope}: ${wording}`);
  };
  const ABOVE = 'Was Sie erhalten möchten · Ein Häkchen heißt ja. Sie können es jederzeit ändern.';
  const BOX = 'Newsletter · Was wir rösten und warum, etwa einmal in der Woche. · ☑ E-Mail';
  const REST =
    'Andere Nachrichten: Werbung · Kommt zusammen mit Newsletter, Veranstaltungen und Neue Sorten. Ohne Häkchen hier kommt auch davon nichts.';

  it('are those of the box that was ticked, and where the page says what comes with it', async () => {
    const person = await world.person([]);
    const url = await world.manage(person);
    const html = await (await get(url)).text();
    await post(url, 'save', [...formOf(html), ['cell', cell(world, person, 'newsletter')]]);
    expect(await wordsOf(person)).toEqual([
      `granted commercial: ${ABOVE} · ${BOX} · ${REST}`,
      `granted newsletter: ${ABOVE} · ${BOX}`,
    ]);
    // Nothing is kept that was not on the page, in this order.
    const seen = html
      .replace(/<input[^>]*checkbox[^>]*>/g, '☑ ')
      .replace(/<[^>]+>/g, '')
      .replaceAll('&#x27;', "'");
    for (const part of [...ABOVE.split(' · '), ...BOX.split(' · '), ...REST.split(' · ')]) expect(seen).toContain(part);
  });

  it('are those of its own box where that was ticked too, and of the empty box where it was left', async () => {
    const person = await world.person([]);
    const url = await world.manage(person);
    const both = [cell(world, person, 'newsletter'), general(world, person)];
    await post(url, 'save', [
      ...formOf(await (await get(url)).text()),
      ...both.map((key): [string, string] => ['cell', key]),
    ]);
    expect((await wordsOf(person))[0]).toBe(`granted commercial: ${ABOVE} · ${REST} · ☑ E-Mail`);
    const fields = formOf(await (await get(url)).text()).filter(([, value]) => value !== both[0]);
    await post(url, 'save', fields);
    expect((await wordsOf(person)).at(-1)).toBe(`withdrawn newsletter: ${ABOVE} · ${BOX.replace('☑', '☐')}`);
  });
});

describe('a yes where nothing can come', () => {
  it.each([
    ['complaint', 'Das kann niemand aufheben'],
    ['bounce', 'Das endet von selbst'],
    ['manual', 'bis wir es aufheben'],
  ] as const)('is noted, not called switched on: %s', async (reason, lifts) => {
    const person = await world.person([]);
    await world.suppress(person, reason);
    const url = await world.manage(person);
    const fields = formOf(await (await get(url)).text());
    const { html } = await follow(
      url,
      await post(url, 'save', [...fields, ['cell', cell(world, person, 'newsletter')]]),
    );
    expect(html).toContain('Vermerkt. Davon kommt nichts, solange gilt, was unten steht: „<bdi>Newsletter</bdi>“');
    expect(html).not.toMatch(/Eingeschaltet|ab sofort/);
    expect(html).toContain(lifts);
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
    expect(ticked(html)).toEqual([cell(world, person, 'events'), general(world, person)]);
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
    expect(ticked(after)).toEqual([cell(world, person, 'newsletter'), general(world, person)]);

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
    expect(ticked(html)).toEqual([cell(world, person, 'newsletter'), general(world, person)]);
    expect(ticked(await (await get(await world.manage(other))).text())).toEqual([]);
  });
});
