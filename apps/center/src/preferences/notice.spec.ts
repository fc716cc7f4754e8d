import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BrandService, NoticeService } from '#lib/consent';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { cell, follow, formOf, get, post, set, undo } from '../testing/page-client.js';

const WORDS = { de: 'Worauf Sie sich verlassen können:\nAbmelden geht immer.', fr: 'Vous pouvez toujours partir.' };

let world: CenterWorld;
let person: SomePerson;
let url: string;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

describe('the notice of a page', () => {
  beforeAll(async () => {
    await publish(WORDS);
    await showOnPage('page-notice');
  });
  beforeEach(async () => {
    person = await world.person(['newsletter']);
    url = await world.manage(person);
  });

  it('is read before a yes, and each yes is linked to it as served, in its words', async () => {
    const html = await (await get(url)).text();
    expect(html).toContain(`dir="auto">${WORDS.de}</p>`);
    const fields = [...formOf(html), ...boxes('events', 'products')];
    const before = await world.entries();
    await follow(url, await post(url, 'save', fields));
    expect((await world.entries()).slice(before.length)).toEqual([
      'notice.served',
      'consent.granted',
      'consent.granted',
    ]);
    const [first, second] = await newest(2);
    expect(first).toMatchObject({ notice: WORDS.de, version: 1, language: 'de', via: 'page', kind: 'granted' });
    expect(second).toEqual(first);
    expect(await (await get(url)).text()).toMatch(/<li><strong>Zugestimmt.*?<a href="#notice">/s);
  });

  it('is in the language of the page, or of the brand', async () => {
    const french = await (await get(`${url}?lang=fr`)).text();
    expect(french).toContain(`<p class="notice" id="notice" dir="auto">${WORDS.fr}`);
    expect(await (await get(`${url}?lang=pl`)).text()).toContain(
      `<p class="notice" id="notice" lang="de" dir="auto">${WORDS.de}`,
    );
    await follow(url, await post(url, 'save', [...formOf(french), ...boxes('events')]));
    expect(await newest(1)).toMatchObject([{ notice: WORDS.fr, language: 'fr' }]);
  });

  it('that was replaced meanwhile is asked about again, and keeps nobody from leaving', async () => {
    const fields = formOf(await (await get(url)).text());
    const words = { de: 'Neue Worte.' };
    await publish(words);
    const before = await world.everything();
    const answer = await post(url, 'save', [...fields, ...boxes('events')]);
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(html).toContain(words.de);
    expect(await world.everything()).toBe(before);
    await follow(url, await post(url, 'save', formOf(html)));
    expect(await newest(1)).toMatchObject([{ notice: words.de, version: 2 }]);
    const leaving = fields.filter(([name]) => name !== 'cell');
    await follow(url, await post(url, 'save', [...set(leaving, 'v', formOf(await (await get(url)).text())[0]![1])]));
    expect(await newest(1)).toMatchObject([{ kind: 'withdrawn', notice: null, via: null }]);
  });

  it('stands with what an undo gives back as well', async () => {
    const fields = [...formOf(await (await get(url)).text()), ...boxes('events')];
    await follow(url, await post(url, 'save', fields));
    const [given] = await newest(1);
    const { query } = await follow(url, await post(url, 'stop_all'));
    await undo(url, query);
    const rows = await world.db.tx.sql`
      SELECT n.wording AS notice FROM consent.consent_state s
        JOIN consent.consent_event e ON e.id = s.event_id JOIN consent.notice n ON n.id = e.notice_id
       WHERE s.contact_point_id = ${person.points['email']!} AND s.scope_id = ${world.topics.events}`;
    expect(rows).toEqual([{ notice: given!['notice'] }]);
  });

  it('of another brand, or made up, is none', async () => {
    const before = await world.everything();
    const [foreign] = await world.db.tx.sql<{ id: string }>`SELECT id FROM consent.notice WHERE key = 'form'`;
    for (const id of [foreign!.id, 'no id', crypto.randomUUID()]) {
      const fields = set(formOf(await (await get(url)).text()), 'notice', id);
      expect((await post(url, 'save', [...fields, ...boxes('events')])).status).toBe(409);
    }
    expect(await world.everything()).toBe(before);
  });

  it('is not shown to whoever can only reduce', async () => {
    expect(await (await get(world.optOut(person))).text()).not.toContain('class="notice"');
  });

  it('has to be published before a brand can name it', async () => {
    await expect(showOnPage('never-published')).rejects.toMatchObject({ code: 'unknown_notice' });
  });

  it('is as long as a page has room for, whichever of the two comes first', async () => {
    // Three bytes a letter: 4,002.
    const tooLong = { de: '诺'.repeat(1_334), fr: 'Oui.' };
    const advice = { code: 'invalid_request', message: expect.stringContaining('Shorten') };
    await expect(publish(tooLong)).rejects.toMatchObject({
      ...advice,
      extra: { violations: [{ pointer: '/wordings/de', detail: expect.stringContaining('4002 bytes') }] },
    });
    await publish(tooLong, 'elsewhere');
    await expect(showOnPage('elsewhere')).rejects.toMatchObject({
      ...advice,
      extra: { violations: [{ pointer: '/page/notice', detail: expect.stringContaining('in de has 4002 bytes') }] },
    });
    await publish({ de: '诺'.repeat(1_333) }, 'elsewhere');
    await showOnPage('elsewhere');
    await showOnPage('page-notice');
  });
});

const boxes = (...topics: ('events' | 'products')[]): [string, string][] =>
  topics.map((topic) => ['cell', cell(world, person, topic)]);

/** The set-up is changed by the api, on the same database. */
const changes = (): [Database, LedgerService] => [world.app.get(Database), world.app.get(LedgerService)];

async function publish(wordings: Record<string, string>, key = 'page-notice'): Promise<void> {
  await new NoticeService(...changes()).publish(world.brandId, key, wordings, { by: 'spec', at: Date.now() });
}

async function showOnPage(notice: string): Promise<void> {
  const brands = new BrandService(...changes());
  const { id: _, key, createdAt: _c, updatedAt: _u, ...facts } = await brands.byId(world.brandId);
  await brands.put(key, { ...facts, page: { ...facts.page, notice } }, { by: 'spec', at: Date.now() }, null);
}

/** The newest events of the person, with what was served. */
async function newest(n: number) {
  return world.db.tx.sql`
    SELECT e.kind, w.wording AS notice, w.version, w.language, s.via
      FROM consent.consent_event e
      LEFT JOIN consent.served_notice s ON s.id = e.served_id
      LEFT JOIN consent.notice w ON w.id = e.notice_id AND (s.notice_id = w.id)
     WHERE e.contact_point_id = ${person.points['email']!}
     ORDER BY e.recorded_at DESC, e.id DESC LIMIT ${n}`;
}
