import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentService, ContactService, MergeService, recipientStore } from '#lib/consent';
import type { ContactPointId } from '#lib/kernel';
import { CenterWorld } from '../testing/center-world.js';
import { cell, follow, formOf, get, post, set, ticked, undo } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

describe('leaving', () => {
  it('what the link is about takes one POST, says so and can be undone', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = world.optOut(person);
    const { html, query } = await follow(url, await post(url, 'leave'));
    expect(html).toContain('Sie erhalten „<bdi>Newsletter</bdi>“ per E-Mail nicht mehr');
    expect(html).toContain('Das gilt ab sofort');
    expect((await world.history(person)).at(-1)).toBe('email withdrawn newsletter page');

    expect((await undo(url, query)).html).toContain('Zurückgenommen');
    expect((await world.history(person)).at(-1)).toBe('email granted newsletter page_undo');
    expect((await undo(url, query)).query.get('done')).toBe('not_undone');
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
    expect(ticked(html)).toContain(cell(world, kept, 'newsletter'));
    await follow(url, await post(url, 'save', set(formOf(html), 'pause', '30')));
    expect((await contacts.find(world.brandId, kept.externalId))?.pausedUntil).not.toBeNull();
    const { html: stopped } = await follow(url, await post(url, 'stop_all'));
    expect(stopped).toContain('Sie erhalten nichts mehr von uns');
    const points = [world.email(kept), kept.points.sms as ContactPointId];
    const states = await world.db.transaction((tx) => recipientStore.consents(tx, points));
    const { commercial } = world.purposes;
    expect(points.map((id) => states.get(id)?.get(commercial)?.status)).toEqual(['withdrawn', 'withdrawn']);
  });

  it.each([
    ['a mail about a topic', 'events', undefined],
    ['a mail that was asked for from one about a topic', null, 'events'],
  ] as const)('by a link that manages from %s takes one of two equal buttons', async (_what, topic, asked) => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world.manageFromMail(person, topic, asked);
    const html = await (await get(url)).text();
    const box = /<form class="out".*?<\/form>/s.exec(html)?.[0] ?? '';
    expect(box.match(/<button class="plain"/g)).toHaveLength(2);
    expect(box).toContain('„<bdi>Veranstaltungen</bdi>“ per E-Mail abbestellen');
    const { html: left } = await follow(url, await post(url, `leave&scope=${world.topics.events}`));
    expect(left).toContain('Sie erhalten „<bdi>Veranstaltungen</bdi>“ per E-Mail nicht mehr');
    expect((await world.history(person)).at(-1)).toBe('email withdrawn events page');
  });

  it('by a link that manages from a mail about nothing that can be left offers everything alone', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manageFromMail(person, null);
    const html = await (await get(url)).text();
    expect(/<form class="out".*?<\/form>/s.exec(html)?.[0].match(/<button/g)).toHaveLength(1);
    const before = await world.everything();
    for (const scope of [world.purposes.orders, '00000000-0000-4000-8000-000000000000', 'x'])
      await post(url, `leave&scope=${scope}`);
    expect(await world.everything()).toBe(before);
  });

  it('through a link that names something leaves that, whatever the address says', async () => {
    const person = await world.person(['newsletter', 'events']);
    const url = world.optOut(person);
    await follow(url, await post(url, `leave&scope=${world.topics.events}`));
    expect((await world.history(person)).at(-1)).toBe('email withdrawn newsletter page');
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

describe('taking back', () => {
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
    const said = {
      channel: 'email',
      purpose: 'commercial',
      kind: 'granted',
      wording: 'Yes, please.',
      method: 'phone',
      evidence: {},
    } as const;
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

describe('somebody who opens a link very often', () => {
  const busyPage = async (url: string) => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => get(url)));
    const busy = answers.filter(({ status }) => status === 429);
    expect(busy.length).toBeGreaterThan(0);
    expect(Number(busy[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    return (await busy[0]?.text()) ?? '';
  };

  it('is asked to wait, in words, and can leave all the same', async () => {
    const person = await world.person(['newsletter']);
    const url = world.optOut(person);
    expect(await busyPage(url)).toContain('Stopping messages works at any time');
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    expect((await world.history(person)).at(-1)).toBe('email withdrawn newsletter one_click');
  });

  it.each(['optOut', 'manage'] as const)('has the button there, and is told what came of it: %s', async (kind) => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world[kind](person);
    const html = await busyPage(url);
    const labels = [...html.matchAll(/<button[^>]*>([^<]+)</g)].map(([, label]) => label);
    expect(labels).toEqual([...(kind === 'optOut' ? ['Unsubscribe'] : []), 'Stop everything']);
    const actions = [...html.matchAll(/formaction="([^"]+)"/g)].map(([, each = '']) => each);
    const action = actions.at(-1)?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? '';
    const answer = await fetch(new URL(action, url), { method: 'POST', redirect: 'manual' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('You no longer receive anything from us');
    expect((await world.history(person)).filter((line) => line.startsWith('email withdrawn')).sort()).toEqual([
      'email withdrawn commercial page',
      'email withdrawn events page',
      'email withdrawn newsletter page',
    ]);
  });
});
