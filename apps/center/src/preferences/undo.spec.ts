import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConsentService,
  ContactService,
  ErasureOrders,
  ImportService,
  InboundService,
  MergeService,
  recipientStore,
} from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { newId } from '#lib/platform';
import { Readable } from 'node:stream';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { sayImplied } from '../testing/implied-yes.js';
import { LANGUAGE_TAGS, sayIn } from '../texts/texts.js';
import { cell, follow, formOf, get, post, set, undo } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const service = <T>(type: abstract new (...args: never[]) => T): T => world.app.get<T>(type, { strict: false });
const record = (person: SomePerson, kind: 'invalidated' | 'expired') =>
  service(ConsentService).record(
    world.brandId,
    person.externalId,
    {
      ...{ channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind, legalBasis: 'audit' },
      ...{ method: 'audit', evidence: {} },
    },
    'spec',
  );

const ordered = (person: SomePerson, messageId: MessageId) =>
  service(ErasureOrders).order(
    world.brandId,
    person.externalId,
    { basis: 'gdpr_17_1_b', reason: null, note: null },
    { messageId, waitMs: 3_600_000 },
    'spec',
  );

/** What may happen between a change and the wish to take it back. */
const MEANWHILE: Record<string, (person: SomePerson) => Promise<unknown>> = {
  'they asked to be erased': async (person) => post(await world.manage(person), 'erase'),
  'it was ordered that they be erased': (person) => ordered(person, newId<MessageId>()),
  'they left once more by one click': (person) => fetch(world.optOut(person), { method: 'POST' }),
  'they wrote STOP': async (person) =>
    service(InboundService).text(world.brandId, 'email', await world.addressOf(person), 'STOP'),
  'somebody else turned out to be them': async (person) => {
    const other = await world.person(['events']);
    await service(MergeService).merge(world.brandId, person.externalId, other.externalId, 'spec');
  },
  'they objected': (person) => world.object(person),
  'their consent was found to be none': (person) => record(person, 'invalidated'),
  'their consent expired': (person) => record(person, 'expired'),
  'the address became somebody else’s': async (person) => {
    const address = await world.addressOf(person);
    await service(MergeService).reassigned(world.brandId, { channel: 'email', address }, null, 'spec');
  },
  'they got another address': (person) => {
    const contactPoints = [{ channel: 'email' as const, address: `new-${person.externalId}@people.example` }];
    return service(ContactService).put(world.brandId, person.externalId, { contactPoints }, 'spec');
  },
};

describe('an undo', () => {
  it.each(Object.keys(MEANWHILE))('gives nothing back when %s since, and says so', async (what) => {
    for (const link of [await world.person(['newsletter']), await world.person(['newsletter'])].entries()) {
      const [by, person] = link;
      const url = by === 0 ? world.optOut(person) : await world.manage(person);
      const { query } = await follow(url, await post(url, 'stop_all'));
      await MEANWHILE[what]?.(person);
      const before = await world.history(person);
      const secret: [string, string][] = [['undo', query.get('undo') ?? '']];
      const answer = await post(url, `undo&change=${query.get('done') ?? ''}`, secret);
      // A manage link ends with its address.
      if (answer.status !== 404) expect((await follow(url, answer)).query.get('done')).toBe('not_undone');
      expect(await world.history(person)).toEqual(before);
    }
  });

  it.each([
    ['optOut', 'one after the other'],
    ['manage', 'one after the other'],
    ['manage', 'both at once'],
  ] as const)('that is pressed twice is told as done, and done once: by %s, %s', async (link, how) => {
    const person = await world.person(['newsletter', 'events']);
    const url = await world[link](person);
    const { query } = await follow(url, await post(url, 'stop_all'));
    const before = (await world.history(person)).length;
    const press = () => undo(url, query);
    const [first, second] =
      how === 'both at once' ? await Promise.all([press(), press()]) : [await press(), await press()];
    expect(first.query.get('done')).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.query.get('done')).toBe(first.query.get('done'));
    expect(second.html).toContain('Zurückgenommen');
    const said = (await world.history(person)).slice(before);
    expect(new Set(said).size).toBe(said.length);
    // Not by whoever has not the secret of the answer, and not after something else.
    const other = world.optOut(person);
    const guessed = await post(other, `undo&change=${query.get('done') ?? ''}`, [['undo', 'A'.repeat(43)]]);
    expect((await follow(other, guessed)).query.get('done')).toBe('not_undone');
    await world.consent(person.externalId, 'granted', ['products']);
    expect((await press()).query.get('done')).toBe('not_undone');
  });

  it('gives nothing back that a list had brought which is taken back', async () => {
    const { person, importId } = await listed();
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'stop_all'));
    await service(ImportService).undo(world.brandId, importId, 'spec');
    const before = await world.history(person);
    expect((await undo(url, query)).query.get('done')).toBe('not_undone');
    expect(await world.history(person)).toEqual(before);
  });

  it('does not keep what a list had brought when the list is taken back, however often it was given back', async () => {
    const { person, importId } = await listed();
    for (const _time of [1, 2]) {
      const url = world.optOut(person);
      const { query } = await follow(url, await post(url, 'stop_all'));
      expect((await undo(url, query)).query.get('done')).not.toBe('not_undone');
      expect(await stands(person)).toEqual(['* invalidated', 'commercial granted', 'newsletter granted']);
    }
    for (const _time of [1, 2]) {
      await service(ImportService).undo(world.brandId, importId, 'spec');
      expect(await stands(person)).toEqual(['* invalidated', 'commercial invalidated', 'newsletter invalidated']);
    }
  });

  it('keeps what they had agreed to themselves beside the list', async () => {
    const { person, importId } = await listed(await world.person(['newsletter']));
    const url = world.optOut(person);
    await undo(url, (await follow(url, await post(url, 'stop_all'))).query);
    await service(ImportService).undo(world.brandId, importId, 'spec');
    expect(await stands(person)).toEqual(['* invalidated', 'commercial granted', 'newsletter granted']);
  });

  it.each(['an opt-out link', 'a manage link'])(
    'by %s gives back what stood, on its own basis, and agrees to nothing',
    async (by) => {
      const [person, silent] = [await world.person([]), await world.person([])];
      const until = Date.now() + 6 * 86_400_000;
      await sayImplied(world, person, 'implied_purchase', { wording: 'Order', method: 'shop', validUntil: until });
      for (const one of [person, silent]) {
        const of = async () => {
          const points = (await service(ConsentService).current(world.brandId, one.externalId)) ?? [];
          // A mail says nothing about who has the telephone, so its link gives nothing back there.
          const shown = points.filter(({ channel }) => by === 'a manage link' || channel === 'email');
          return shown.flatMap(({ states }) => states).filter(({ status }) => status !== 'invalidated');
        };
        const letting = () => recipientStore.consents(world.db.tx, [world.email(one)]);
        const [before, letBefore] = [await of(), await letting()];
        const url = by === 'a manage link' ? await world.manage(one) : world.optOut(one);
        const { query } = await follow(url, await post(url, 'stop_all'));
        expect(await of()).not.toEqual(before);
        expect((await undo(url, query)).html).toContain('Zurückgenommen');
        expect(await of()).toEqual(before);
        for (const [scope, state] of letBefore.get(world.email(one)) ?? [])
          expect((await letting()).get(world.email(one))?.get(scope)).toEqual(state);
        const said = (await world.history(one)).filter((line) => line.endsWith(' page_undo'));
        expect(said.filter((line) => !line.includes(' invalidated '))).toEqual([]);
        expect(said.length).toBeGreaterThan(1);
      }
      // A no that was taken back stands in the way of no list, which one that was not does.
      const rows = await world.db.tx.sql`
      SELECT s.refused_at FROM consent.consent_state s WHERE s.contact_point_id = ${world.email(silent)} AND s.refused_at IS NOT NULL`;
      expect(rows).toEqual([]);
    },
  );
});

/** Where somebody stands by e-mail. */
async function stands({ externalId }: SomePerson): Promise<string[]> {
  const points = (await service(ConsentService).current(world.brandId, externalId)) ?? [];
  return points
    .filter(({ channel }) => channel === 'email')
    .flatMap(({ states }) => states.map(({ purpose, topic, status }) => `${topic ?? purpose} ${status}`))
    .sort();
}

/** Somebody with a yes to the newsletter that a list brought. */
async function listed(known?: SomePerson): Promise<{ person: SomePerson; importId: string }> {
  const id = known?.externalId ?? `listed-${newId()}`;
  const row = {
    ...{ externalId: id, channel: 'email', purpose: 'commercial' },
    address: known === undefined ? `${id}@people.example` : await world.addressOf(known),
    ...{ topics: ['newsletter'], kind: 'granted', method: 'web_form', wording: 'Yes, please.' },
    occurredAt: known === undefined ? '2026-11-01T10:00:00Z' : new Date().toISOString(),
  };
  const request = { brandId: world.brandId, actor: 'spec', format: 'ndjson' as const, source: null, dryRun: false };
  let importId = '';
  for await (const step of service(ImportService).run(Readable.from([Buffer.from(JSON.stringify(row))]), request))
    if (step.kind === 'end') importId = step.summary.id ?? '';
  const points = (await service(ContactService).find(world.brandId, id))?.contactPoints ?? [];
  const point = points.find(({ channel }) => channel === 'email');
  return { person: { externalId: id, points: { email: point?.id } }, importId };
}

describe('an undo by an opt-out link', () => {
  it('takes a slip back at once, at the address of the mail alone', async () => {
    const person = await world.person(['newsletter']);
    await world.consent(person.externalId, 'granted', ['newsletter'], 'sms');
    const url = world.optOut(person);
    const { html, query } = await follow(url, await post(url, 'stop_all'));
    expect(html).toContain('act&#x3D;undo');
    await undo(url, query);
    const given = (await world.history(person)).filter((line) => line.endsWith(' page_undo'));
    expect(given.sort()).toEqual([
      'email invalidated * page_undo',
      'email invalidated commercial page_undo',
      'email invalidated newsletter page_undo',
    ]);
  });

  it('says that a part came back, where what it stopped on the telephone stays stopped', async () => {
    const [both, mail] = [await world.person(['newsletter']), await world.person(['newsletter'])];
    await world.consent(both.externalId, 'granted', ['newsletter'], 'sms');
    const told = async (person: SomePerson): Promise<string> => {
      const url = world.optOut(person);
      return (await undo(url, (await follow(url, await post(url, 'stop_all'))).query)).html;
    };
    expect(await told(both)).toContain('Zum Teil zurückgenommen');
    expect(await told(mail)).toContain('Zurückgenommen. Es ist wieder wie vorher.');
  });

  it('needs the secret that the answer to the change told, which no other change has', async () => {
    const [person, another] = [await world.person(['newsletter']), await world.person(['newsletter'])];
    const [url, elsewhere] = [world.optOut(person), world.optOut(another)];
    const { query } = await follow(url, await post(url, 'leave'));
    const other = await follow(elsewhere, await post(elsewhere, 'leave'));
    const before = await world.history(person);
    const change = query.get('done') ?? '';
    for (const secret of ['', 'A'.repeat(43), other.query.get('undo') ?? '']) {
      const made = new URLSearchParams({ done: change, undo: secret });
      expect((await undo(url, made)).query.get('done')).toBe('not_undone');
      expect(await (await get(`${url}?done=${change}&undo=${secret}`)).text()).not.toContain('act&#x3D;undo');
    }
    expect(await world.history(person)).toEqual(before);
    expect((await undo(url, query)).query.get('done')).not.toBe('not_undone');
    // Nothing in the database is the secret.
    expect(await world.everything()).not.toContain(query.get('undo'));
  });
});

describe('the page that tells what an opt-out link has done', () => {
  const pressed = async (
    act: string,
    more: (fields: [string, string][]) => [string, string][] = (fields) => fields,
  ) => {
    const person = await world.person(['newsletter']);
    const url = world.optOut(person);
    const html = await (await get(url)).text();
    return {
      person,
      url,
      html,
      fields: more(formOf(html)),
      send: (fields: [string, string][]) => post(url, act, fields),
    };
  };
  /** Whatever of a page a browser would ask for, write into its history or tell others. */
  const addressesIn = (html: string): string => [...html.matchAll(/(?:href|action)="([^"]*)"/g)].join(' ');

  it.each(['leave', 'stop_all', 'save'])('has its secret in no address, behind %s', async (act) => {
    const { fields, send, html: before } = await pressed(act, (all) => set(all, 'pause', '30'));
    const answer = await send(fields);
    expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([
      200,
      null,
      null,
    ]);
    const html = await answer.text();
    const secret = /name="undo" value="([^"]+)"/.exec(html)?.[1] ?? '';
    expect(secret).toHaveLength(43);
    expect(addressesIn(html)).not.toContain(secret);
    expect(before).not.toContain(secret);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it.each(['leave', 'save'])(
    'says the same when it is loaded again, records nothing anew, and undoes: %s',
    async (act) => {
      const { person, url, fields, send } = await pressed(act, (all) => all.filter(([name]) => name !== 'cell'));
      const first = await follow(url, await send(fields));
      const history = await world.history(person);
      const again = await follow(url, await send(fields));
      expect(Object.fromEntries(again.query)).toEqual(Object.fromEntries(first.query));
      expect(await world.history(person)).toEqual(history);
      expect((await undo(url, again.query)).html).toContain('Zurückgenommen');
      // Sent once more after that it is a wish of its own.
      await follow(
        url,
        await send(set(fields, 'v', /name="v" value="([^"]+)"/.exec(await (await get(url)).text())?.[1] ?? '')),
      );
      expect((await world.history(person)).length).toBeGreaterThan(history.length + 1);
    },
  );

  it('takes a form that was filled in otherwise for another one, also from the same page', async () => {
    const { person, url, fields, send } = await pressed('save', (all) => set(all, 'frequency', 'weekly'));
    await follow(url, await send(fields));
    const other = await send(set(fields, 'frequency', 'monthly'));
    expect(other.status).toBe(409);
    await follow(url, await post(url, 'save', formOf(await other.text())));
    const contact = await service(ContactService).find(world.brandId, person.externalId);
    expect(contact?.wishes.frequency).toMatchObject([{ window: 'P30D' }]);
  });

  it('counts a no that is said again after somebody said yes elsewhere, also by the same form', async () => {
    const { person, url, fields, send } = await pressed('stop_all');
    await follow(url, await send(fields));
    const there = await world.manage(person);
    const yes: [string, string] = ['cell', cell(world, person, 'newsletter')];
    await follow(there, await post(there, 'save', [...formOf(await (await get(there)).text()), yes]));
    await follow(url, await send(fields));
    const noes = (await world.history(person)).filter((line) => line === 'email withdrawn newsletter page');
    expect(noes).toHaveLength(2);
  });
});

it.each(['a manage link', 'an opt-out link'])(
  'a no that was taken beside what could not be read is taken back from the page that came back, by %s',
  async (by) => {
    const person = await world.person(['newsletter', 'events']);
    const url = by === 'a manage link' ? await world.manage(person) : world.optOut(person);
    const before = await stands(person);
    const form = formOf(await (await get(url)).text());
    const fields = form.filter(([, value]) => value !== cell(world, person, 'events'));
    const answer = await post(url, 'save', set(fields, 'pause', 'until'));
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toContain('Ausgeschaltet: ');
    expect(await stands(person)).not.toEqual(before);
    const [, done = ''] = /act&#x3D;undo&amp;change&#x3D;([0-9a-f-]{36})/.exec(html) ?? [];
    const [, secret = ''] = /name="undo" value="([^"]+)"/.exec(html) ?? [];
    expect([done.length, secret.length]).toEqual([36, by === 'a manage link' ? 0 : 43]);
    const undone = await undo(url, new URLSearchParams({ done, undo: secret }));
    expect(undone.html).toContain('Zurückgenommen');
    expect((await stands(person)).filter((line) => !line.endsWith(' invalidated'))).toEqual(before);
    // Where no no was taken there is nothing to take back.
    const same = await post(url, 'save', set(form, 'pause', 'until'));
    expect([same.status, (await same.text()).includes('act&#x3D;undo')]).toEqual([422, false]);
  },
);

it('an undo that leaves a no where nothing stood says so, and one that gives back what stood says that', async () => {
  const person = await world.person([]);
  const url = await world.manage(person);
  const box: [string, string] = ['cell', cell(world, person, 'newsletter')];
  const yes = await follow(url, await post(url, 'save', [...formOf(await (await get(url)).text()), box]));
  const { html } = await undo(url, yes.query);
  expect(html).toContain('Zurückgenommen. Was hier ausgeschaltet ist, bleibt aus, bis Sie es wieder auswählen.');
  expect(html).not.toContain('wieder wie vorher');
  expect((await stands(person)).filter((line) => !line.startsWith('*'))).toEqual([
    'commercial withdrawn',
    'newsletter withdrawn',
  ]);
  const no = await follow(url, await post(url, 'stop_all'));
  expect((await undo(url, no.query)).html).toContain('Zurückgenommen. Es ist wieder wie vorher.');
});

it.each(['could not be read', 'was made on an older page'])(
  'a no that was taken of a form which %s names what was under way, in every language',
  async (what) => {
    const isStale = what.endsWith('older page');
    for (const lang of LANGUAGE_TAGS) {
      const person = await world.person(['newsletter', 'events']);
      const url = await world.manage(person);
      const form = formOf(await (await get(url)).text());
      const fields = form.filter(([, value]) => value !== cell(world, person, 'events'));
      if (isStale) await world.consent(person.externalId, 'granted', ['products']);
      await world.hold(person, 'quiet_hours', Date.now() + 86_400_000);
      await world.db.tx.execute`
        UPDATE sending.message SET first_started_at = now() WHERE contact_point_id = ${world.email(person)}`;
      const answer = await post(url, `save&lang=${lang}`, isStale ? fields : set(fields, 'pause', 'until'));
      expect(answer.status).toBe(isStale ? 409 : 422);
      const underWay = sayIn(lang)('result.inFlight', { n: 1 });
      expect(await answer.text()).toContain(underWay);
      // What is not said no to names nothing.
      const same = await post(url, `save&lang=${lang}`, set(form, 'pause', 'until'));
      expect([same.status, (await same.text()).includes(underWay)]).toEqual([422, false]);
    }
  },
);
