import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentService, ContactService, makeManageToken, MergeService, recipientStore } from '#lib/consent';
import type { ContactPointId } from '#lib/kernel';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { redirect: 'manual', headers });
const post = (url: string, act: string, fields: [string, string][] = [], headers: Record<string, string> = {}) =>
  fetch(`${url}?act=${act}`, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });
/** Where a POST leads, and what is there. */
const follow = async (url: string, answer: Response): Promise<{ html: string; query: URLSearchParams }> => {
  expect(answer.status).toBe(303);
  const location = answer.headers.get('location') ?? '';
  const next = new URL(location, url);
  return { html: await (await get(next.href)).text(), query: next.searchParams };
};
/** The form as a browser would send it unchanged. */
const formOf = (html: string): [string, string][] => {
  const fields: [string, string][] = [['v', /name="v" value="([^"]+)"/.exec(html)?.[1] ?? '']];
  for (const [tag] of html.matchAll(/<input type="(?:checkbox|radio)"[^>]*>/g)) {
    const [name, value] = [/name="([^"]+)"/.exec(tag)?.[1], /value="([^"]+)"/.exec(tag)?.[1]];
    if (tag.includes(' checked') && !tag.includes(' disabled') && name && value) fields.push([name, value]);
  }
  for (const [, name, value] of html.matchAll(/<input type="(?:time|date)" name="([^"]+)"[^>]* value="([^"]*)">/g)) {
    fields.push([name ?? '', value ?? '']);
  }
  for (const [, name, options] of html.matchAll(/<select name="([^"]+)"[^>]*>(.*?)<\/select>/gs)) {
    fields.push([name ?? '', /value="([^"]*)"[^>]* selected/.exec(options ?? '')?.[1] ?? '']);
  }
  return fields;
};
const set = (fields: [string, string][], name: string, value: string): [string, string][] => [
  ...fields.filter(([known]) => known !== name),
  [name, value],
];
const cell = (person: SomePerson, topic: keyof CenterWorld['topics'], channel: 'email' | 'sms' = 'email') =>
  `${person.points[channel]}.${world.topics[topic]}`;
const ticked = (html: string): string[] => formOf(html).flatMap(([name, value]) => (name === 'cell' ? [value] : []));

describe('the page', () => {
  it('ticks what is agreed to and nothing else', async () => {
    const person = await world.person(['events']);
    const html = await (await get(await world.manage(person))).text();
    expect(ticked(html)).toEqual([cell(person, 'events')]);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('is not changed by %s, a hundred times', async (method) => {
    const person = await world.person();
    const urls = [world.optOut(person), await world.manage(person)];
    const before = await world.everything();
    for (let i = 0; i < 50; i++) {
      const query = ['', '?act=stop_all', '?act=save&v=x', '?act=undo&change=x', '?act=erase'][i % 5] ?? '';
      for (const url of urls) await fetch(url + query, { method });
    }
    expect(await world.everything()).toBe(before);
  });

  it('names no address and no token, and loads nothing', async () => {
    const person = await world.person();
    for (const url of [world.optOut(person), await world.manage(person)]) {
      const html = await (await get(url)).text();
      expect(html).not.toContain(url.split('/').at(-1));
      expect(html).not.toMatch(/ada\d+@example|\+4930/);
      expect(html).toContain('a***@e***.org');
      expect(html).not.toMatch(/src=|url\(|@import|<script|<link/i);
    }
  });

  it('speaks the language asked for, through every step', async () => {
    const person = await world.person();
    const url = await world.manage(person);
    expect(await (await get(url)).text()).toContain('<html lang="de" dir="ltr">');
    const html = await (await get(`${url}?lang=en`, { 'accept-language': 'de' })).text();
    expect(html).toContain('<html lang="en" dir="ltr">');
    const answer = await fetch(`${url}?act=stop_all&lang=en`, { method: 'POST', redirect: 'manual' });
    expect((await follow(url, answer)).html).toContain('You no longer receive anything from us');
  });
});

describe('saving', () => {
  it('is one transaction with one ledger entry for each change, and says what changed', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manage(person);
    let fields = formOf(await (await get(url)).text());
    fields = fields.filter(([, value]) => value !== cell(person, 'events'));
    fields = set(set(set(fields, 'frequency', 'weekly'), 'quietFrom', '20:00'), 'quietTo', '09:00');
    fields = set(set([...fields, ['cell', cell(person, 'products')]], 'pause', '30'), 'language', 'fr');
    const before = await world.entries();
    const { html } = await follow(url, await post(url, 'save', fields));
    expect((await world.entries()).slice(before.length).sort()).toEqual([
      'consent.granted',
      'consent.withdrawn',
      'contact.changed',
      'contact.changed',
      'contact.changed',
    ]);
    expect(ticked(html).sort()).toEqual([cell(person, 'newsletter'), cell(person, 'products')].sort());
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
    const answer = await post(url, 'save', set([...fields, ['cell', cell(person, 'products')]], 'frequency', 'weekly'));
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(html).toContain('hat sich etwas geändert');
    expect(ticked(html).sort()).toEqual([cell(person, 'newsletter'), cell(person, 'products')].sort());
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

describe('leaving', () => {
  it('what the link is about takes one POST, says so and can be undone', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = world.optOut(person);
    const { html, query } = await follow(url, await post(url, 'leave'));
    expect(html).toContain('Sie erhalten „<bdi>Newsletter</bdi>“ per E-Mail nicht mehr');
    expect(html).toContain('Das gilt ab sofort');
    expect((await world.history(person)).at(-1)).toBe('email withdrawn newsletter page');

    const change = query.get('done') ?? '';
    const undone = await fetch(`${url}?act=undo&change=${change}`, { method: 'POST', redirect: 'manual' });
    expect((await follow(url, undone)).html).toContain('Zurückgenommen');
    expect((await world.history(person)).at(-1)).toBe('email granted newsletter page_undo');
    const twice = await fetch(`${url}?act=undo&change=${change}`, { method: 'POST', redirect: 'manual' });
    expect((await follow(url, twice)).query.get('done')).toBe('not_undone');
  });

  it('everything leaves every purpose on every channel, and nothing that a contract needs', async () => {
    const person = await world.person(['newsletter', 'events']);
    await world.consent(person.externalId, 'granted', ['newsletter'], 'sms');
    const url = world.optOut(person);
    const before = (await world.history(person)).length;
    const { html } = await follow(url, await post(url, 'stop_all'));
    expect(html).toContain('Sie erhalten nichts mehr von uns');
    expect(
      (await world.history(person))
        .slice()
        .sort()
        .filter((line) => line.endsWith(' page')),
    ).toEqual([
      'email withdrawn commercial page',
      'email withdrawn events page',
      'email withdrawn newsletter page',
      'sms withdrawn commercial page',
      'sms withdrawn newsletter page',
    ]);
    expect((await world.history(person)).length).toBe(before + 5);
    const { query } = await follow(url, await post(url, 'stop_all'));
    expect(query.get('done')).toBe('same');
  });

  it('everything by the link of an old mail is meant for whom the person turned out to be', async () => {
    const kept = await world.person(['newsletter']);
    await world.consent(kept.externalId, 'granted', ['events'], 'sms');
    const contacts = world.app.get(ContactService);
    const [{ address } = { address: '' }] = await world.db.tx.sql<{ address: string }>`
      SELECT address FROM consent.contact_point WHERE id = ${world.email(kept)}`;
    const double = `${kept.externalId}-double`;
    const contactPoints = [{ channel: 'email' as const, address }];
    const { contact } = await contacts.put(world.brandId, double, { language: 'de', contactPoints }, 'spec');
    await world.consent(double, 'granted', ['newsletter']);
    const old = { externalId: double, points: { email: contact.contactPoints[0]?.id as ContactPointId } };
    await world.app.get(MergeService, { strict: false }).merge(world.brandId, kept.externalId, double, 'spec');

    const url = world.optOut(old);
    const html = await (await get(url)).text();
    expect(ticked(html)).toContain(cell(kept, 'newsletter'));
    await follow(url, await post(url, 'save', set(formOf(html), 'pause', '30')));
    expect((await contacts.find(world.brandId, kept.externalId))?.pausedUntil).not.toBeNull();
    const { html: stopped } = await follow(url, await post(url, 'stop_all'));
    expect(stopped).toContain('Sie erhalten nichts mehr von uns');
    const points = [world.email(kept), kept.points.sms as ContactPointId];
    const states = await world.db.transaction((tx) => recipientStore.consents(tx, points));
    const { commercial } = world.purposes;
    expect(points.map((id) => states.get(id)?.get(commercial)?.status)).toEqual(['withdrawn', 'withdrawn']);
  });

  it('is not undone by somebody who only has the link', async () => {
    const person = await world.person();
    const url = world.optOut(person);
    await post(url, 'stop_all');
    const before = await world.everything();
    const guess = '00000000-0000-4000-8000-000000000000';
    await fetch(`${url}?act=undo&change=${guess}`, { method: 'POST', redirect: 'manual' });
    expect(await world.everything()).toBe(before);
  });
});

describe('an opt-out link', () => {
  it('can only reduce, whatever its form says', async () => {
    const person = await world.person(['newsletter']);
    await world.consent(person.externalId, 'granted', ['newsletter'], 'sms');
    const url = world.optOut(person);
    const html = await (await get(url)).text();
    const all = (['newsletter', 'events', 'products'] as const).flatMap((topic) => [
      cell(person, topic),
      cell(person, topic, 'sms'),
    ]);
    const fields: [string, string][] = [
      ['v', formOf(html)[0]?.[1] ?? ''],
      ...all.map((key): [string, string] => ['cell', key]),
      ['frequency', 'any'],
      ['pause', 'none'],
      ['quietFrom', ''],
      ['quietTo', ''],
      ['zone', 'Asia/Tokyo'],
      ['language', 'fr'],
    ];
    const before = await world.everything();
    const { query } = await follow(url, await post(url, 'save', fields));
    expect(query.get('done')).toBe('same');
    expect(await world.everything()).toBe(before);
  });

  it('shows nothing of what is on record, and no other address', async () => {
    const person = await world.person();
    const html = await (await get(world.optOut(person))).text();
    expect(html).not.toContain('Wozu Sie wann ja gesagt haben');
    expect(html).not.toContain('Ja, Nordlicht Kaffee darf');
    expect(html).not.toContain('SMS');
    expect(html).toContain('Neuen Link senden');
  });

  it('is none at the door of links that may do more, and the other way round', async () => {
    const person = await world.person();
    const [optOut, manage] = [world.optOut(person), await world.manage(person)];
    expect((await get(optOut.replace('/u/', '/p/'))).status).toBe(200);
    expect((await get(manage.replace('/p/', '/u/'))).status).toBe(404);
    expect((await fetch(manage.replace('/p/', '/u/'), { method: 'POST' })).status).toBe(404);
  });
});

describe('a link that is none', () => {
  it('is answered with the same bytes, whatever is wrong with it', async () => {
    const person = await world.person();
    const good = await world.manage(person);
    const nobody = { contactPointId: '01938f5e-7c1a-7abc-8def-000000000001' as ContactPointId, messageId: null };
    const soon = Date.now() + 60_000;
    const moved = await world.person();
    const movedLink = await world.manage(moved);
    await world.db.tx.execute`UPDATE consent.contact_point SET ended_at = now() WHERE id = ${world.email(moved)}`;
    const urls = [
      world.manageUntil(person, Date.now() - 1),
      `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
      `${world.url}/p/${makeManageToken(world.keys.links, { ...nobody, expiresAt: soon })}`,
      `${world.url}/p/${makeManageToken(Buffer.alloc(32, 1), { ...nobody, expiresAt: soon })}`,
      movedLink,
      `${world.url}/p/x`,
    ];
    for (const method of ['GET', 'POST']) {
      const seen = await Promise.all(
        urls.map(async (url) => {
          const answer = await fetch(`${url}?act=stop_all`, { method, redirect: 'manual' });
          const { date: _date, ...headers } = Object.fromEntries(answer.headers);
          return JSON.stringify({ status: answer.status, headers, body: await answer.text() });
        }),
      );
      expect(new Set(seen).size).toBe(1);
      expect(seen[0]).toContain('"status":404');
    }
  });
});

describe('one’s own data', () => {
  it('comes as a page to read and as JSON, through a fresh link alone, and that it was read is recorded', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const page = await post(url, 'export_page');
    expect(page.headers.get('content-disposition')).toContain('personal-data.html');
    expect(await page.text()).toContain('ada');
    const before = await world.entries();
    const json = await post(url, 'export');
    expect(json.headers.get('content-type')).toContain('application/json');
    expect(JSON.stringify(await json.json())).toContain('@example.org');
    expect((await world.entries()).slice(before.length)).toEqual(['export.created']);
    expect((await post(world.optOut(person), 'export')).status).toBe(303);
  });
});

describe('asking for erasure', () => {
  it('stops everything at once, stands in the ledger, and is asked once', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const before = await world.entries();
    const { html } = await follow(url, await post(url, 'erase'));
    expect(html).toContain('Sie haben die Löschung verlangt');
    expect((await world.entries()).slice(before.length)).toEqual([
      'erasure.requested',
      'consent.withdrawn',
      'consent.withdrawn',
      'consent.withdrawn',
    ]);
    expect(await (await get(url)).text()).not.toContain('erase');
    await post(url, 'erase');
    await post(world.optOut(await world.person()), 'erase');
    expect((await world.entries()).filter((type) => type === 'erasure.requested')).toHaveLength(1);
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
    const { html } = await follow(url, await post(url, 'save', [...fields, ['cell', cell(person, 'events')]]));
    expect(ticked(html)).toEqual([cell(person, 'events')]);
  });
});

describe('taking back', () => {
  const undo = async (url: string, query: URLSearchParams) =>
    follow(
      url,
      await fetch(`${url}?act=undo&change=${query.get('done') ?? ''}`, { method: 'POST', redirect: 'manual' }),
    );

  it('an older change does not lift a later, wider opt-out', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'leave'));
    await world.consent(person.externalId, 'withdrawn', []);
    const before = await world.history(person);
    await undo(url, query);
    expect(await world.history(person)).toEqual(before);
  });

  it('gives back what was said in so many words, and nothing implied', async () => {
    const person = await world.person([]);
    const said = { channel: 'email', purpose: 'commercial', kind: 'granted', method: 'phone', evidence: {} } as const;
    await world.app
      .get(ConsentService)
      .record(
        world.brandId,
        person.externalId,
        { ...said, topics: ['newsletter'], legalBasis: 'implied_inquiry' },
        'spec',
      );
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'leave'));
    const { html } = await undo(url, query);
    expect((await world.history(person)).at(-1)).toBe('email withdrawn newsletter page');
    expect(html).not.toContain('Zurückgenommen');
  });
});

it('a yes on the page says where the person was, so that what the law has kept is kept', async () => {
  const person = await world.person([], { country: 'DE', region: 'DE-BY' });
  const url = await world.manage(person);
  const fields = formOf(await (await get(url)).text());
  await post(url, 'save', [...fields, ['cell', cell(person, 'newsletter')]]);
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
    await post(world.optOut(person), 'save', [...formOf(html), ['cell', cell(person, 'newsletter')]]);
    await post(url, 'save', formOf(html));
    expect(await (await get(url)).text()).toContain('widersprochen');

    const before = await world.entries();
    const saved = await post(url, 'save', [...formOf(html), ['cell', cell(person, 'newsletter')]]);
    const { html: after, query } = await follow(url, saved);
    expect((await world.entries()).slice(before.length)).toContain('suppression.removed');
    expect(after).not.toContain('widersprochen');
    expect(ticked(after)).toEqual([cell(person, 'newsletter')]);

    const undone = await fetch(`${url}?act=undo&change=${query.get('done') ?? ''}`, {
      method: 'POST',
      redirect: 'manual',
    });
    expect((await follow(url, undone)).html).toContain('widersprochen');
  });
});

describe('somebody who opens a link very often', () => {
  it('is asked to wait, in words, and can leave all the same', async () => {
    const person = await world.person(['newsletter']);
    const url = world.optOut(person);
    const answers = await Promise.all(Array.from({ length: 80 }, () => get(url)));
    const busy = answers.filter(({ status }) => status === 429);
    expect(busy.length).toBeGreaterThan(0);
    expect(Number(busy[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await busy[0]?.text()).toContain('Stopping messages works at any time');
    expect((await post(url, 'leave')).status).toBe(303);
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    expect((await world.history(person)).at(-1)).toBe('email withdrawn newsletter page');
  });
});

describe('a person who was erased', () => {
  it('is told so, and nothing is recorded', async () => {
    const person = await world.person();
    const urls = [world.optOut(person)];
    await world.erase(person);
    const before = await world.everything();
    for (const url of urls) {
      expect(await (await get(url)).text()).toContain('nichts mehr gespeichert');
      expect((await post(url, 'stop_all')).status).toBe(200);
    }
    expect(await world.everything()).toBe(before);
  });
});
