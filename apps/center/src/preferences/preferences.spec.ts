import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeManageToken } from '#lib/consent';
import type { ContactPointId } from '#lib/kernel';
import { readFileSync } from 'node:fs';
import { PERSON_PAGE_STYLE, PERSON_TEXTS } from '#lib/sending';
import { hashOf } from '../pages/page.js';
import { CenterWorld } from '../testing/center-world.js';
import { LANGUAGE_TAGS } from '../texts/texts.js';
import { cell, follow, formOf, general, get, post, ticked } from '../testing/page-client.js';
import { everyNth } from '../../../../test/support/form.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

describe('the page', () => {
  it('ticks what is agreed to and nothing else', async () => {
    const person = await world.person(['events']);
    const html = await (await get(await world.manage(person))).text();
    expect(ticked(html)).toEqual([cell(world, person, 'events'), general(world, person)]);
  });

  it.each(everyNth(3, ['GET', 'HEAD', 'OPTIONS']))('is not changed by %s, a hundred times', async (method) => {
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

  it('writes a telephone number from left to right and on one line, also where sentences run the other way', async () => {
    const html = await (await get(`${await world.manage(await world.person())}?lang=ar`)).text();
    expect(html).toMatch(/<bdi>\u200e\+49\u00a0\*\*\*\u00a0\d\d<\/bdi>/);
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

describe('an opt-out link', () => {
  it('can only reduce, whatever its form says', async () => {
    const person = await world.person(['newsletter']);
    await world.consent(person.externalId, 'granted', ['newsletter'], 'sms');
    const url = world.optOut(person);
    const html = await (await get(url)).text();
    const all = (['newsletter', 'events', 'products'] as const).flatMap((topic) => [
      cell(world, person, topic),
      cell(world, person, topic, 'sms'),
    ]);
    all.push(general(world, person), general(world, person, 'sms'));
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

  it.each(LANGUAGE_TAGS)(
    'is told in words and in the brand’s frame in %s, and the page’s policy lets nothing else in',
    async (tag) => {
      await world.look({
        accent: { light: '#7a1f5c', dark: '#f0a6d8' },
        privacyUrl: 'https://www.nordlicht.example/privacy',
        link: { template: 'preference-link', purpose: 'orders' },
      });
      const person = await world.person(['newsletter']);
      const page = await fetch(`${await world.manage(person)}?act=export_page&lang=${tag}`, { method: 'POST' });
      const html = await page.text();
      expect(html).toContain(`<html lang="${tag}"`);
      expect(html).toContain('<bdi>Nordlicht Kaffee</bdi>');
      expect(html).toContain(PERSON_TEXTS[tag]['record.granted']);
      expect(html).toContain('https://www.nordlicht.example/privacy');
      const styles = [...html.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => hashOf(style));
      expect(styles).toHaveLength(2);
      expect(page.headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src ${styles.join(' ')}; frame-ancestors 'none'`,
      );
    },
  );

  it('looks like the other pages: what has the same name there has the same colour', () => {
    const css = readFileSync(new URL('../pages/page.css', import.meta.url), 'utf8');
    const own = [...PERSON_PAGE_STYLE.matchAll(/(--[\w-]+):(light-dark\([^)]+\))/g)];
    expect(own.length).toBeGreaterThan(5);
    for (const [, name = '', value = ''] of own) expect(css.replaceAll(', ', ',')).toContain(`${name}: ${value};`);
  });
});

describe('what was agreed to', () => {
  it('is paged through by plain links, newest first, and not one entry is left out', async () => {
    const person = await world.person([]);
    for (let n = 0; n < 70; n++) {
      await world.consent(person.externalId, 'granted', ['newsletter', 'events', 'products']);
    }
    await world.consent(person.externalId, 'withdrawn', ['events']);
    const kept = await world.history(person);
    expect(kept.length).toBeGreaterThan(200);
    const url = await world.manage(person);

    const first = await (await get(`${url}?lang=en`)).text();
    expect(entriesIn(first)).toHaveLength(3);
    let next = linkTo(first, `Show all ${kept.length} entries`);
    const seen: string[] = [];
    let pages = 0;
    for (; next !== null; pages += 1) {
      const html: string = await (await get(new URL(next, url).href)).text();
      expect(html).toContain(`Entries ${seen.length + 1} to `);
      expect(Buffer.byteLength(html)).toBeLessThanOrEqual(20_000);
      seen.push(...entriesIn(html));
      expect(linkTo(html, 'Newer entries') === null).toBe(pages === 0);
      next = linkTo(html, 'Older entries');
    }
    expect(pages).toBe(Math.ceil(kept.length / 15));
    expect(seen[0]).toBe('Stopped');
    expect(seen.slice(1).every((word) => word === 'Agreed')).toBe(true);
    expect(seen).toHaveLength(kept.length);
    // A page that there is none of is the last.
    const beyond = await (await get(`${url}?lang=en&record=999`)).text();
    expect(beyond).toContain(`to ${kept.length} of ${kept.length}`);
  });
});

/** What each entry of the record says happened. */
function entriesIn(html: string): string[] {
  return [...html.matchAll(/<li><strong>([^<]+)<\/strong>/g)].map(([, word = '']) => word);
}

/** Where the link with this text leads. */
function linkTo(html: string, label: string): string | null {
  const found = [...html.matchAll(/<a href="([^"]+)">([^<]+)<\/a>/g)].find(([, , text]) => text === label);
  return found?.[1]?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&') ?? null;
}

describe('what an old link is not enough for', () => {
  it.each(['erase', 'call_back', 'export', 'export_page', 'resume'])(
    '%s: a fresh link is offered, and nothing is recorded',
    async (act) => {
      const person = await world.person();
      const url = world.optOut(person);
      const before = await world.everything();
      const { html, query } = await follow(url, await post(url, act));
      expect(query.get('done')).toBe('link_needed');
      expect(html).toContain('Dafür ist ein neuer Link nötig');
      expect(html).not.toContain('Sie haben die Löschung verlangt');
      expect(html).toMatch(/role="status">.*?act&#x3D;link.*?<\/form>/s);
      expect(await world.everything()).toBe(before);
    },
  );
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
      'consent.withdrawn',
      'consent.withdrawn',
    ]);
    expect(await (await get(url)).text()).not.toContain('act&#x3D;erase');
    await post(url, 'erase');
    await post(world.optOut(await world.person()), 'erase');
    expect((await world.entries()).filter((type) => type === 'erasure.requested')).toHaveLength(1);
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

  it('is told until when the law has the proof of what they agreed to kept, and to whom they can complain', async () => {
    const person = await world.person();
    await world.erase(person, 'P2Y');
    const html = await (await get(world.optOut(person))).text();
    expect(html).not.toContain('nichts mehr gespeichert');
    expect(html).toMatch(/bis zum \d{1,2}\. \S+ \d{4} aufbewahren/);
    expect(html).toContain('bei einer Datenschutzbehörde beschweren');
  });
});
