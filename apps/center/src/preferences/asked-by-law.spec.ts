import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { boxName } from './box-name.js';
import { ConsentService, makeManageToken } from '#lib/consent';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { follow, formOf, get, post, set, ticked, undo } from '../testing/page-client.js';
import { savedWhileAway } from '../testing/saved-while-away.js';

describe('a purpose that asks for no yes, where a law does', () => {
  const [purposeId, tips, tricks] = [randomUUID(), randomUUID(), randomUUID()];
  let world: CenterWorld;
  beforeAll(async () => {
    world = await CenterWorld.start();
    const { tx } = world.db;
    await tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (${purposeId}, ${world.brandId}, 'advice', 'permissive', 'legitimate_interests', '{"de": "Ratgeber", "en": "Advice"}')`;
    await tx.execute`
      INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels, descriptions)
      VALUES (${tips}, ${world.brandId}, ${purposeId}, 'tips', '{"de": "Tipps", "en": "Tips"}', '{}')`;
    await publish(world, 'default', { packs: 'contact' });
  }, 120_000);
  afterAll(() => world.end());

  const boxes = (person: SomePerson): string[] =>
    [tips, purposeId].map((id) => boxName({ pointId: world.email(person), purposeId: id, topicId: null }));
  const shown = async (person: SomePerson): Promise<string[]> => {
    const html = await (await get(await world.manage(person))).text();
    return ticked(html).filter((box) => boxes(person).includes(box));
  };
  const inGermany = { country: 'DE' };
  const inAmerica = { country: 'US', region: 'US-NY', zone: 'America/New_York' };

  it('is ticked where nobody has to say yes, and not where somebody has to', async () => {
    const [here, there] = [await world.person([], inGermany), await world.person([], inAmerica)];
    expect(await shown(here)).toEqual([]);
    expect((await shown(there)).sort()).toEqual(boxes(there).sort());
  });

  it('is said yes to by a tick and by nothing else, and the box stays ticked then', async () => {
    const person = await world.person([], inGermany);
    const url = await world.manage(person);
    const form = formOf(await (await get(url)).text());
    const before = await world.everything();
    expect((await follow(url, await post(url, 'save', form))).query.get('done')).toBe('same');
    expect(await world.everything()).toBe(before);

    const [box = ''] = boxes(person);
    const { html } = await follow(url, await post(url, 'save', [...form, ['cell', box]]));
    expect(html).toMatch(/Eingeschaltet: .*Tipps/);
    expect(await world.history(person)).toEqual(['email granted advice page', 'email granted tips page']);
    expect((await shown(person)).sort()).toEqual(boxes(person).sort());

    // And off again: that is a no.
    const again = formOf(html).filter(([, value]) => !boxes(person).includes(value));
    await follow(url, await post(url, 'save', again));
    expect(await shown(person)).toEqual([]);
    expect((await world.history(person)).slice(2).sort()).toEqual([
      'email withdrawn advice page',
      'email withdrawn tips page',
    ]);
  });

  it('can be left although no box is ticked', async () => {
    const person = await world.person([], inGermany);
    const url = await world.manage(person);
    const html = await (await get(url)).text();
    expect(html).toContain('act&#x3D;stop_all');
    // Other messages about it can come, so nobody is told that nothing does.
    const asked = 'Werbung kommt nach dem Gesetz erst mit einem Häkchen. Andere Nachrichten können auch ohne kommen.';
    expect(html.split(asked)).toHaveLength(3);
    expect(html).not.toContain('Sie erhalten derzeit nichts');
    await follow(url, await post(url, 'stop_all'));
    expect(await world.history(person)).toContain('email withdrawn advice page');
    const left = await (await get(url)).text();
    expect(left).toContain('Sie erhalten derzeit nichts');
    expect(left).not.toContain(asked);
  });

  describe('is said no to by an untick on a page from before the law asked', () => {
    /** Somebody in America with their page open, who is known to be in Germany by the time they save it. */
    const moved = async () => {
      const person = await world.person([], inAmerica);
      const url = await world.manage(person);
      const form = formOf(await (await get(url)).text());
      await move(person, inGermany);
      const without = (...left: string[]) => form.filter(([, value]) => !left.includes(value));
      return { person, url, form, without };
    };
    const move = (
      { externalId }: SomePerson,
      { country, region = null }: { country: string; region?: string | null },
    ) =>
      world.db.tx.execute`
        UPDATE consent.contact SET country = ${country}, region = ${region} WHERE external_id = ${externalId}`;
    const noes = ['email withdrawn advice page', 'email withdrawn tips page'];

    it('and the page that comes back says so, and asks for the rest', async () => {
      const { person, url, without } = await moved();
      const answer = await post(url, 'save', set(without(...boxes(person)), 'frequency', 'weekly'));
      expect(answer.status).toBe(409);
      const html = await answer.text();
      expect(html).toContain('Was Sie ausgeschaltet haben, ist aus.');
      expect(html).toMatch(/<p>Ausgeschaltet: .*Tipps/);
      expect(html).toMatch(/value="weekly" checked/);
      expect((await world.history(person)).toSorted()).toEqual(noes);
      await move(person, inAmerica);
      expect(await shown(person)).toEqual([]);
      // What comes back is sent once more: the no has been said, and the rest is saved.
      await move(person, inGermany);
      expect((await follow(url, await post(url, 'save', formOf(html)))).html).toContain('Ihre Auswahl ist gespeichert');
      expect(await world.history(person)).toHaveLength(2);
    });

    it('also beside something that cannot be read, by an old link, and where it had to wait', async () => {
      const wrong = await moved();
      const [box = '', whole = ''] = boxes(wrong.person);
      expect((await post(wrong.url, 'save', set(wrong.without(box), 'quietFrom', '22:00'))).status).toBe(422);
      expect(await world.history(wrong.person)).toEqual(['email withdrawn tips page']);
      await move(wrong.person, inAmerica);
      expect(await shown(wrong.person)).toEqual([whole]);

      const old = await world.person([], inAmerica);
      const link = world.optOut(old);
      const form = formOf(await (await get(link)).text()).filter(([, value]) => !boxes(old).includes(value));
      await move(old, inGermany);
      for (const _ of [1, 2]) expect((await post(link, 'save', form)).status).toBe(409);
      expect((await world.history(old)).toSorted()).toEqual(noes);

      const { person, url } = await moved();
      await savedWhileAway(world, url, { off: boxes(person), frequency: null, pause: null });
      expect((await world.history(person)).toSorted()).toEqual(noes);
    });

    it('and by nothing else: a box that was left as it was says nothing', async () => {
      const { person, url, form } = await moved();
      const answer = await post(url, 'save', set(form, 'frequency', 'weekly'));
      expect(answer.status).toBe(409);
      const html = await answer.text();
      expect(html).toContain('Ihre Angaben sind noch da.');
      await follow(url, await post(url, 'save', formOf(html)));
      expect(await world.history(person)).toEqual([]);
    });
  });

  it('keeps the other boxes empty beside a tick, says so, and is as it was when that is taken back', async () => {
    await world.db.tx.execute`
      INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels, descriptions)
      VALUES (${tricks}, ${world.brandId}, ${purposeId}, 'tricks', '{"de": "Kniffe", "en": "Tricks"}', '{}')`;
    const person = await world.person([], inGermany);
    const url = await world.manage(person);
    const [box = ''] = boxes(person);
    const form = formOf(await (await get(url)).text());
    const { html, query } = await follow(url, await post(url, 'save', [...form, ['cell', box]]));
    expect(html).toMatch(/<p>Ausgeschaltet: .*Kniffe/);
    expect((await world.history(person)).toSorted()).toEqual([
      'email granted advice page',
      'email granted tips page',
      'email withdrawn tricks page',
    ]);

    expect((await undo(url, query)).html).toContain('Es ist wieder wie vorher.');
    expect((await world.history(person)).slice(3).toSorted()).toEqual(
      ['advice', 'tips', 'tricks'].map((scope) => `email invalidated ${scope} page_undo`),
    );
    expect(await shown(person)).toEqual([]);
    const all = [...boxes(person), boxName({ pointId: world.email(person), purposeId: tricks, topicId: null })];
    await world.db.tx.execute`
      UPDATE consent.contact SET country = 'US', region = 'US-NY' WHERE external_id = ${person.externalId}`;
    const there = ticked(await (await get(url)).text());
    expect(all.filter((one) => !there.includes(one))).toEqual([]);
  });

  it('is not said to keep a topic back that comes by a yes of its own', async () => {
    const [own, silent] = [await world.person([], inGermany), await world.person([], inGermany)];
    // No law of Germany lets anybody write who was only asked something, so the purpose stays empty.
    for (const [topics, legalBasis] of [
      [[], 'implied_inquiry'],
      [['tips'], 'consent'],
    ] as const) {
      const yes = { channel: 'email', purpose: 'advice', topics, kind: 'granted', legalBasis } as const;
      const said = { ...yes, method: 'phone', wording: 'Ja', evidence: {} };
      await world.app.get(ConsentService).record(world.brandId, own.externalId, said, 'spec');
    }
    expect(await shown(own)).toEqual(boxes(own).slice(0, 1));
    const keepsBack = /Ratgeber<\/[^]*?Ohne Häkchen hier/;
    expect(await (await get(await world.manage(own))).text()).not.toMatch(keepsBack);
    expect(await (await get(await world.manage(silent))).text()).toMatch(keepsBack);
  });

  it('is ticked as long as some policy of the brand lets its messages through', async () => {
    const person = await world.person([], inGermany);
    expect(await shown(person)).toEqual([]);
    await publish(world, 'lawless', { packs: 'none', reason: 'spec', approvedBy: 'spec' });
    expect((await shown(person)).sort()).toEqual(boxes(person).sort());
  });
});

describe('a yes that a law wants in writing', () => {
  const advice = randomUUID();
  let world: CenterWorld;
  let numbers = 100;
  beforeAll(async () => {
    world = await CenterWorld.start();
    const { tx } = world.db;
    await tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (${advice}, ${world.brandId}, 'advice', 'permissive', 'legitimate_interests', '{"de": "Ratgeber", "en": "Advice"}')`;
    await publish(world, 'default', { packs: 'contact' });
  }, 120_000);
  afterAll(() => world.end());

  const someone = (prefix: string, more: object): Promise<SomePerson> => {
    const address = `${prefix}555${String((numbers += 1)).padStart(4, '0')}`;
    return world.person([], { language: 'en', ...more, contactPoints: [{ channel: 'sms', address }] });
  };
  const american = () => someone('+1212', { country: 'US', region: 'US-NY', zone: 'America/New_York' });
  const byText = ({ points }: SomePerson): string => {
    const link = { contactPointId: points['sms']!, messageId: null, expiresAt: Date.now() + 3_600_000 };
    return `${world.url}/p/${makeManageToken(world.keys.links, link)}`;
  };
  const boxOf = ({ points }: SomePerson, id: string): string =>
    boxName({ pointId: points['sms']!, purposeId: id, topicId: null });
  const events = async ({ externalId }: SomePerson) => {
    const points = (await world.app.get(ConsentService).history(world.brandId, externalId)) ?? [];
    return points.flatMap((point) => point.events);
  };
  /** Of which events it is on file that they were said in writing. */
  const inWriting = async (person: SomePerson): Promise<string[]> => {
    const rows = await world.db.tx.sql<{ id: string }>`
      SELECT id FROM consent.consent_event
       WHERE contact_point_id = ${person.points['sms']!} AND evidence -> 'written' = 'true'`;
    return rows.map(({ id }) => id);
  };
  const SIGNED =
    /By ticking this box you sign electronically: Nordlicht Kaffee may send advertising to \S*\+12[\s\u00a0]\*{3}[\s\u00a0]\d\d, also by automated means\. You need not agree in order to buy anything\./;

  it.each([
    ['a purpose that asks for none otherwise', () => advice],
    ['a topic of one that asks for one', () => world.topics.newsletter],
  ])(
    'is signed by the tick of a box for %s, under the words beside it, and the box stays ticked',
    async (_what, of) => {
      const person = await american();
      const [url, box] = [byText(person), boxOf(person, of())];
      const html = await (await get(url)).text();
      expect(ticked(html)).not.toContain(box);
      const { html: told } = await follow(url, await post(url, 'save', [...formOf(html), ['cell', box]]));
      expect(told).toContain('Switched on: ');
      expect(ticked(await (await get(url)).text())).toContain(box);
      const said = await events(person);
      expect(said.map(({ kind, legalBasis, method }) => [kind, legalBasis, method])).toEqual(
        said.map(() => ['granted', 'consent', 'page']),
      );
      for (const { wording } of said) expect(wording).toMatch(SIGNED);
      expect((await inWriting(person)).sort()).toEqual(said.map(({ id }) => id).sort());
    },
  );

  it('can be given where another was given before, which lets nothing through', async () => {
    const person = await american();
    const [url, box] = [byText(person), boxOf(person, world.topics.newsletter)];
    await world.consent(person.externalId, 'granted', ['newsletter'], 'sms');
    const html = await (await get(url)).text();
    expect(ticked(html)).not.toContain(box);
    await follow(url, await post(url, 'save', [...formOf(html), ['cell', box]]));
    expect(ticked(await (await get(url)).text())).toContain(box);
    expect(await inWriting(person)).not.toEqual([]);
  });

  it('is asked for nowhere else, and nothing is signed by a tick there', async () => {
    const person = await someone('+49301', { country: 'DE' });
    const [url, box] = [byText(person), boxOf(person, world.topics.newsletter)];
    const html = await (await get(url)).text();
    expect(html).not.toContain('sign electronically');
    await follow(url, await post(url, 'save', [...formOf(html), ['cell', box]]));
    expect(ticked(await (await get(url)).text())).toContain(box);
    expect((await events(person)).length).toBeGreaterThan(0);
    expect(await inWriting(person)).toEqual([]);
  });

  it('is given on the page that said so alone: a form from before that law was followed is asked about again', async () => {
    const person = await american();
    const [url, box] = [byText(person), boxOf(person, world.topics.newsletter)];
    // All boxes are empty by either law.
    const no = { channel: 'sms', purpose: 'advice', topics: [], kind: 'withdrawn', legalBasis: 'withdrawal' } as const;
    const record = { ...no, method: 'phone', evidence: {} };
    await world.app.get(ConsentService).record(world.brandId, person.externalId, record, 'spec');
    await publish(world, 'default', { packs: 'none', reason: 'spec', approvedBy: 'spec' });
    const html = await (await get(url)).text();
    expect(html).not.toContain('sign electronically');
    await publish(world, 'default', { packs: 'contact' });
    const late = await post(url, 'save', [...formOf(html), ['cell', box]]);
    expect([late.status, await late.text()]).toEqual([409, expect.stringContaining('sign electronically')]);
    expect((await events(person)).map(({ kind }) => kind)).toEqual(['withdrawn']);
  });
});

async function publish({ db, brandId }: CenterWorld, key: string, jurisdiction: object): Promise<void> {
  const body = JSON.stringify({ caps: [], quietHours: [], rates: [], jurisdiction });
  await db.tx.execute`
    INSERT INTO sending.policy (id, brand_id, key, version, body, hash)
    SELECT ${randomUUID()}, ${brandId}, ${key}, coalesce(max(version), 0) + 1, ${body}, sha256(${Buffer.from(body)})
      FROM sending.policy WHERE brand_id = ${brandId} AND key = ${key}`;
}
