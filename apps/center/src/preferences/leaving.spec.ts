import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConsentService,
  ContactService,
  ExportService,
  MergeService,
  recipientStore,
  StandingService,
} from '#lib/consent';
import type { ContactPointId } from '#lib/kernel';
import { boxName } from './box-name.js';
import { CenterWorld } from '../testing/center-world.js';
import { sayImplied } from '../testing/implied-yes.js';
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
    const history = await world.history(person);
    expect(history.at(-1)).toBe('email invalidated newsletter page_undo');
    // Once more finds it taken back, and takes nothing back again; nor does it once they have left anew.
    expect((await undo(url, query)).html).toContain('Zurückgenommen');
    expect(await world.history(person)).toEqual(history);
    await follow(url, await post(url, 'leave'));
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
      'email withdrawn * page',
      'email withdrawn commercial page',
      'email withdrawn events page',
      'email withdrawn newsletter page',
      'sms withdrawn * page',
      'sms withdrawn commercial page',
      'sms withdrawn newsletter page',
    ]);
    expect((await world.history(person)).length).toBe(before + 7);
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

  it('gives back what was implied as what it was', async () => {
    const person = await world.person([]);
    await sayImplied(world, person, 'implied_inquiry', { wording: 'Yes, please.', method: 'phone' });
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'leave'));
    expect((await undo(url, query)).html).toContain('Zurückgenommen');
    const stands = await world.db.tx.sql`
      SELECT s.status, e.legal_basis FROM consent.consent_state s JOIN consent.consent_event e ON e.id = s.event_id
       WHERE s.contact_point_id = ${world.email(person)} AND s.scope_id = ${world.topics.newsletter}`;
    expect(stands).toEqual([{ status: 'granted', legal_basis: 'implied_inquiry' }]);
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
      'email withdrawn * page',
      'email withdrawn commercial page',
      'email withdrawn events page',
      'email withdrawn newsletter page',
    ]);
  });
});

describe('what is added after somebody left everything', () => {
  const add = (key: string, enforcement = 'permissive', basis = 'legitimate_interests') => world.db.tx.execute`
    INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
    VALUES (${randomUUID()}, ${world.brandId}, ${key}, ${enforcement}, ${basis}, '{"de": "Später"}')`;
  const isTicked = async (person: Awaited<ReturnType<typeof world.person>>, key: string): Promise<boolean> => {
    const [purpose] = await world.db.tx.sql<{ id: string }>`SELECT id FROM consent.purpose WHERE key = ${key}`;
    const name = boxName({ pointId: world.email(person), purposeId: purpose?.id ?? '', topicId: null });
    return ticked(await (await get(await world.manage(person))).text()).includes(name);
  };

  it('has its box, not ticked, stands in the record of what they said, and comes back when they take it back', async () => {
    const [person, other] = [await world.person(['newsletter']), await world.person(['newsletter'])];
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'stop_all'));
    await add('later');
    const manage = await world.manage(person);
    const html = await (await get(`${manage}?record=1`)).text();
    expect(html).toContain('Was später dazukommt');
    expect(await isTicked(person, 'later')).toBe(false);
    expect(await isTicked(other, 'later')).toBe(true);
    await undo(url, query);
    expect(await isTicked(person, 'later')).toBe(true);
  });

  it('does not stand in what they are told holds today, nor does what others refused or what ran out', async () => {
    const told = async ({ externalId }: { readonly externalId: string }, purpose: string) => {
      const standings = await world.app.get(StandingService, { strict: false }).find(world.brandId, externalId);
      const record = await world.app.get(ExportService, { strict: false }).person(world.brandId, externalId, 'spec');
      return [standings?.points, record.standings].map((points) => {
        const email = points?.find(({ channel }) => channel === 'email');
        return email?.states.find((one) => one.purpose === purpose)?.status;
      });
    };
    const say = (externalId: string, purpose: string, more: object = {}) =>
      world.app.get(ConsentService).record(
        world.brandId,
        externalId,
        { channel: 'email', purpose, topics: [], kind: 'granted', legalBasis: 'consent', method: 'spec', wording: 'Yes', evidence: {}, ...more },
        'spec',
      ); // prettier-ignore
    await add('contracted', 'disabled', 'contract');
    const [person, other] = [await world.person(['newsletter']), await world.person(['newsletter'])];
    await say(person.externalId, 'contracted');
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'stop_all'));
    expect(await told(person, 'contracted')).toEqual(['granted', 'granted']);
    await world.db.tx.execute`
      UPDATE consent.purpose SET enforcement = 'permissive', legal_basis = 'legitimate_interests' WHERE key = 'contracted'`;
    expect(await told(person, 'contracted')).toEqual(['withdrawn', 'withdrawn']);
    await undo(url, query);
    expect(await told(person, 'contracted')).toEqual(['granted', 'granted']);

    const double = await world.double(other, ['newsletter']);
    expect(await told(other, 'commercial')).toEqual(['granted', 'granted']);
    await world.consent(double.externalId, 'withdrawn', []);
    expect(await told(other, 'commercial')).toEqual(['withdrawn', 'withdrawn']);
    const third = await world.person([]);
    const [from, to] = [2, 1].map((years) => new Date(Date.now() - years * 365 * 86_400_000).getTime());
    await say(third.externalId, 'commercial', { occurredAt: from, validUntil: to });
    expect(await told(third, 'commercial')).toEqual(['expired', 'expired']);
  });
});

describe('a topic that is added after somebody came back', () => {
  type Person = Awaited<ReturnType<typeof world.person>>;
  const add = async (topics: readonly string[]): Promise<{ purposeId: string; topicIds: string[] }> => {
    const purposeId = randomUUID();
    await world.db.tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (${purposeId}, ${world.brandId}, ${purposeId}, 'permissive', 'legitimate_interests', '{"de": "Tipps"}')`;
    return { purposeId, topicIds: await Promise.all(topics.map((name) => addTopic(purposeId, name))) };
  };
  const addTopic = async (purposeId: string, name: string): Promise<string> => {
    const id = randomUUID();
    await world.db.tx.execute`
      INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels)
      VALUES (${id}, ${world.brandId}, ${purposeId}, ${id}, ${JSON.stringify({ de: name })})`;
    return id;
  };
  const nameOf = (person: Person, scopeId: string): string =>
    boxName({ pointId: world.email(person), purposeId: scopeId, topicId: null });
  const tick = async (person: Person, scopeIds: readonly string[]): Promise<void> => {
    const url = await world.manage(person);
    const boxes = scopeIds.map((id): [string, string] => ['cell', nameOf(person, id)]);
    await follow(url, await post(url, 'save', [...formOf(await (await get(url)).text()), ...boxes]));
  };
  /** What of these is ticked, and what decisions read of it: `-` for nothing, where nothing is in the way. */
  const stand = async (person: Person, scopeIds: readonly string[]): Promise<string[]> => {
    const boxes = ticked(await (await get(await world.manage(person))).text());
    const states = (await recipientStore.consents(world.db.tx, [world.email(person)])).get(world.email(person));
    return scopeIds.map(
      (id) => `${boxes.includes(nameOf(person, id)) ? 'on' : 'off'} ${states?.get(id)?.status ?? '-'}`,
    );
  };
  const say = (person: Person, purpose: string, topics: readonly string[], kind: 'granted' | 'imported' = 'granted') =>
    world.app.get(ConsentService).record(
      world.brandId,
      person.externalId,
      { channel: 'email', purpose, topics, kind, legalBasis: 'consent', method: 'phone', wording: 'Yes', occurredAt: Date.now(), evidence: {} },
      'spec',
    ); // prettier-ignore

  it.each(['everything', 'the purpose'])(
    'with one topic to what they had left with %s is not on by that',
    async (left) => {
      const [person, other] = [await world.person([]), await world.person([])];
      const url = world.optOut(person);
      if (left === 'everything') await post(url, 'stop_all');
      const { purposeId, topicIds } = await add(['Hinweise', 'Kniffe']);
      const [hints = '', tricks = ''] = topicIds;
      if (left === 'the purpose') {
        const manage = await world.manage(person);
        const fields = formOf(await (await get(manage)).text()).filter(
          ([, value]) => value !== nameOf(person, purposeId),
        );
        await follow(manage, await post(manage, 'save', fields));
      }
      expect(await stand(person, [purposeId, hints, tricks])).toEqual([
        'off withdrawn',
        expect.stringMatching('off'),
        expect.stringMatching('off'),
      ]);
      await tick(person, [hints]);
      expect(await stand(person, [purposeId, hints, tricks])).toEqual(['on granted', 'on granted', 'off withdrawn']);
      const later = await addTopic(purposeId, 'Später');
      expect(await stand(person, [purposeId, hints, tricks, later])).toEqual([
        'on granted',
        'on granted',
        'off withdrawn',
        'off withdrawn',
      ]);
      expect(await stand(other, [purposeId, hints, tricks, later])).toEqual(['on -', 'on -', 'on -', 'on -']);
      // It is theirs to choose, and nobody's but theirs.
      await tick(person, [later]);
      expect(await stand(person, [purposeId, later, await addTopic(purposeId, 'Noch einer')])).toEqual([
        'on granted',
        'on granted',
        'off withdrawn',
      ]);
    },
  );

  it('by the api is on where they came back to the purpose as a whole, and not where it came with a topic', async () => {
    const [whole, part] = [await world.person([]), await world.person([])];
    for (const one of [whole, part]) await post(world.optOut(one), 'stop_all');
    const {
      purposeId,
      topicIds: [hints = ''],
    } = await add(['Hinweise']);
    await say(whole, purposeId, []);
    await say(part, purposeId, [hints]);
    const later = await addTopic(purposeId, 'Später');
    expect(await stand(whole, [purposeId, hints, later])).toEqual(['on granted', 'on -', 'on -']);
    expect(await stand(part, [purposeId, hints, later])).toEqual(['on granted', 'on granted', 'off withdrawn']);
    await say(part, purposeId, []);
    expect(await stand(part, [purposeId, hints, later])).toEqual(['on granted', 'on granted', 'on -']);
  });

  it('is not on by what a list claims of it, and that is what they are told', async () => {
    const person = await world.person([]);
    await post(world.optOut(person), 'stop_all');
    const {
      purposeId,
      topicIds: [hints = ''],
    } = await add(['Hinweise']);
    await tick(person, [hints]);
    const later = await addTopic(purposeId, 'Später');
    const told = async (externalId: string) => {
      const standings = await world.app.get(StandingService, { strict: false }).find(world.brandId, externalId);
      const states = standings?.points.find(({ channel }) => channel === 'email')?.states ?? [];
      return [hints, later].map((id) => states.find(({ topic }) => topic === id)?.status);
    };
    await say(person, purposeId, [later], 'imported');
    expect([await stand(person, [hints, later]), await told(person.externalId)]).toEqual([
      ['on granted', 'off withdrawn'],
      ['granted', 'withdrawn'],
    ]);
    await say(person, purposeId, [later]);
    expect([await stand(person, [hints, later]), await told(person.externalId)]).toEqual([
      ['on granted', 'on granted'],
      ['granted', 'granted'],
    ]);
  });

  it('after an undo of the tick that brought the purpose is left like all of it', async () => {
    const person = await world.person([]);
    await post(world.optOut(person), 'stop_all');
    const {
      purposeId,
      topicIds: [hints = ''],
    } = await add(['Hinweise']);
    const url = await world.manage(person);
    const fields: [string, string][] = [...formOf(await (await get(url)).text()), ['cell', nameOf(person, hints)]];
    const { query } = await follow(url, await post(url, 'save', fields));
    const later = await addTopic(purposeId, 'Später');
    await undo(url, query);
    expect((await stand(person, [purposeId, hints, later])).map((one) => one.split(' ')[0])).toEqual([
      'off',
      'off',
      'off',
    ]);
  });
});
