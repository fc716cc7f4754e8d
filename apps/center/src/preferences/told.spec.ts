import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentService, ErasureService } from '#lib/consent';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { mailLinks } from '../testing/mailed-links.js';
import { cell, follow, formOf, get, post, set, undo } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const read = async (url: string, done: string | null = null): Promise<string> =>
  (await get(`${url}?lang=en${done === null ? '' : `&done=${done}`}`)).text();
const doneBy = async (url: string, act: string, fields: [string, string][] = []): Promise<string> =>
  (await follow(url, await post(url, act, fields))).query.get('done') ?? '';
const UNDO = 'act&#x3D;undo';

describe('the page that told a result, looked at again', () => {
  const STOPPED = 'You no longer receive anything from us';
  const NOTHING = 'You receive nothing from us at the moment.';
  let person: SomePerson;
  let url: string;
  const someone = async (topics: ('newsletter' | 'events')[] = ['newsletter']): Promise<void> => {
    person = await world.person(topics);
    url = await world.manage(person);
  };
  const told = async (done: string): Promise<string[]> => {
    const html = await read(url, done);
    return [STOPPED, 'Taken back.', 'Your choice is saved.', 'The break is over.', NOTHING, UNDO].filter((text) =>
      html.includes(text),
    );
  };

  const agree = (topics: string[]) => {
    const yes = { kind: 'granted', legalBasis: 'consent', method: 'phone', wording: 'Yes', evidence: {} } as const;
    const about = { channel: 'email', purpose: 'commercial', topics, occurredAt: Date.now() } as const;
    const consents = world.app.get(ConsentService);
    return consents.record(world.brandId, person.externalId, { ...yes, ...about }, 'spec');
  };

  it('says what was done as long as that is so', async () => {
    await someone();
    const done = await doneBy(url, 'stop_all');
    expect(await told(done)).toEqual([STOPPED, UNDO]);
  });

  it('says neither that nothing comes once that was taken back, nor that it was taken back once they stopped again', async () => {
    await someone();
    const stop = await doneBy(url, 'stop_all');
    const { query } = await undo(url, new URLSearchParams({ done: stop }));
    const undone = query.get('done') ?? '';
    expect([await told(stop), await told(undone)]).toEqual([[], ['Taken back.']]);
    await doneBy(url, 'stop_all');
    expect([await told(stop), await told(undone)]).toEqual([[NOTHING], [NOTHING]]);
  });

  it.each([
    [
      'on another page',
      async () => {
        const other = await world.manage(person);
        const ticks = [cell(world, person, 'newsletter')].map((value): [string, string] => ['cell', value]);
        await follow(other, await post(other, 'save', [...formOf(await read(other)), ...ticks]));
      },
    ],
    ['elsewhere', async () => agree(['newsletter'])],
    ['elsewhere, to what they had not before', async () => agree(['events'])],
  ] as const)('does not say that nothing comes once they agreed again %s', async (_where, sayYes) => {
    await someone();
    const done = await doneBy(url, 'stop_all');
    await sayYes();
    expect(await told(done)).toEqual([]);
  });

  it('says by a link that may only leave what is left, and not what is not', async () => {
    await someone(['newsletter', 'events']);
    const mailed = world.optOut(person, 'newsletter');
    const { query } = await follow(mailed, await post(mailed, 'leave'));
    const done = query.get('done');
    expect(await read(mailed, done)).toContain('You no longer receive');
    await undo(mailed, query);
    expect(await read(mailed, done)).not.toContain('You no longer receive');
    await post(mailed, 'leave');
    expect(await read(mailed, done)).toContain('You do not receive');
  });

  it('says of a break and of what was chosen beside it only what stands', async () => {
    await someone();
    const saved = await doneBy(url, 'save', set(formOf(await read(url)), 'pause', '30'));
    expect(await told(saved)).toEqual(['Your choice is saved.', UNDO]);
    const resumed = await doneBy(url, 'resume');
    expect([await told(saved), await told(resumed)]).toEqual([[], ['The break is over.', UNDO]]);
    await doneBy(url, 'save', set(formOf(await read(url)), 'pause', '90'));
    expect([await told(saved), await told(resumed)]).toEqual([[], []]);
  });
});

describe('the page whose address says what came of a wish to be erased', () => {
  const [ASKED, BACK, REFUSED] = [
    'You have asked for erasure.',
    'Your request for erasure is taken back.',
    'We have not carried it out',
  ];
  const told = async (url: string, done: string): Promise<string[]> => {
    const html = await read(url, done);
    return [ASKED, BACK, REFUSED, 'act&#x3D;call_back'].filter((text) => html.includes(text));
  };

  it('says it only where it is so', async () => {
    const person = await world.person(['newsletter']);
    const [url, mailed] = [await world.manage(person), world.optOut(person)];
    expect([await told(url, 'erasure'), await told(mailed, 'erasure')]).toEqual([[], []]);

    expect(await doneBy(url, 'erase')).toBe('erasure');
    const asked = [ASKED, 'act&#x3D;call_back'];
    expect([await told(url, 'erasure'), await told(mailed, 'erasure')]).toEqual([asked, [ASKED]]);
    expect((await read(url, 'erasure')).split(ASKED)).toHaveLength(2);
    expect(await told(url, 'called_back')).toEqual(asked);

    expect(await doneBy(url, 'call_back')).toBe('called_back');
    expect([await told(url, 'called_back'), await told(url, 'erasure')]).toEqual([[BACK], []]);

    await doneBy(url, 'erase');
    expect(await told(url, 'called_back')).toEqual(asked);
    const refusal = { reason: 'unfounded' as const, language: 'en', explanation: 'You have a contract with us.' };
    await world.app.get(ErasureService, { strict: false }).refuse(world.brandId, person.externalId, refusal, 'spec');
    expect(await told(url, 'erasure')).toEqual([REFUSED]);
  });
});

describe('the page whose address says what came of a wish for a fresh link', () => {
  const SENT = ['A fresh link is on its way', 'Several links were sent'] as const;
  const told = async (person: SomePerson, done: string): Promise<string[]> => {
    const html = await read(world.optOut(person), done);
    return SENT.filter((text) => html.includes(text));
  };
  const asked = async (person: SomePerson) => doneBy(world.optOut(person), 'link');
  const both = async (person: SomePerson) => [await told(person, 'link_sent'), await told(person, 'link_enough')];

  it('says that one was sent only where one was, and that several were where no more is', async () => {
    const [person, other] = [await world.person(), await world.person()];
    expect(await both(person)).toEqual([[], []]);
    await mailLinks(world, person);
    expect(await both(person)).toEqual([[SENT[0]], []]);
    await mailLinks(world, person, { times: 4 });
    expect(await both(person)).toEqual([[SENT[0]], [SENT[1]]]);
    expect(await asked(person)).toBe('link_enough');
    expect(await both(other)).toEqual([[], []]);
  });

  it('no longer once no link of them works', async () => {
    const person = await world.person();
    await mailLinks(world, person, { times: 5 });
    const { tx } = world.db;
    const gone = await tx.sql<{ id: string }>`
      DELETE FROM consent.issued_link WHERE contact_point_id = ${world.email(person)} RETURNING id`;
    await tx.execute`
      INSERT INTO consent.issued_link (id, contact_point_id, via, at, expires_at)
      SELECT id, ${world.email(person)}, 'page', now() - interval '1 day', now() FROM unnest(${gone.map(({ id }) => id)}::uuid[]) AS g (id)`;
    expect(await both(person)).toEqual([[], []]);
  });

  it('says of links none of which was sent that they could not be', async () => {
    const person = await world.person();
    await mailLinks(world, person, { times: 5, status: 'dropped' });
    expect(await both(person)).toEqual([[], []]);
    expect(await asked(person)).toBe('link_failed');
  });
});
