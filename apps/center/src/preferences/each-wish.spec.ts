import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContactService } from '#lib/consent';
import type { EntryId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { follow, formOf, get, post, set, undo } from '../testing/page-client.js';
import { savedWhileAway } from '../testing/saved-while-away.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const NIGHT = { quietFrom: '20:00', quietTo: '09:00' };
const ALL = { frequency: 'weekly', zone: 'Asia/Tokyo', ...NIGHT };
const WEEKLY = [{ limit: 1, window: 'P7D', channel: null, topic: null }];
const hours = (start: string, end: string) => [{ days: [1, 2, 3, 4, 5, 6, 7], start, end }];

const save = async (url: string, chosen: Readonly<Record<string, string>>) => {
  const form = formOf(await (await get(url)).text());
  const fields = Object.entries(chosen).reduce((all, [name, value]) => set(all, name, value), form);
  return follow(url, await post(url, 'save', fields));
};
const contacts = () => world.app.get(ContactService, { strict: false });
const wishes = async ({ externalId }: SomePerson) => (await contacts().find(world.brandId, externalId))?.wishes;
/** What the entries tell that are in the ledger since, one for each change of somebody by their page. */
const toldSince = async (n: bigint): Promise<unknown[]> => {
  const entries = await world.db.tx.sql<{ id: EntryId }>`
    SELECT id FROM ledger.entry
     WHERE n > ${n} AND convert_from(leaf, 'UTF8')::jsonb @> '{"t": "contact.changed", "via": "page"}' ORDER BY n`;
  const ids = entries.map(({ id }) => id);
  const found = await world.app.get(LedgerService, { strict: false }).disclosures(world.db.tx, ids);
  return ids.map((id) => found.get(id)?.['change']);
};
const lastEntry = async (): Promise<bigint> => {
  const [last] = await world.db.tx.sql<{ n: bigint }>`SELECT max(n) AS n FROM ledger.entry`;
  return last?.n ?? 0n;
};
/** Puts all that the page changed of somebody's wishes on file as one, as it stood there before they were told apart. */
const asOne = async (person: SomePerson, before: object, after: object): Promise<void> => {
  const { tx } = world.db;
  const rows = await tx.sql<{ row: string }>`
    DELETE FROM consent.preference_change p USING consent.contact c
     WHERE p.contact_id = c.id AND c.brand_id = ${world.brandId} AND c.external_id = ${person.externalId}
    RETURNING (to_jsonb(p) || jsonb_build_object('fields_before', jsonb_build_object('wishes', ${JSON.stringify(before)}::jsonb),
                                                 'fields_after', jsonb_build_object('wishes', ${JSON.stringify(after)}::jsonb)))::text AS row`;
  expect(rows).toHaveLength(1);
  await tx.execute`
    INSERT INTO consent.preference_change
    SELECT * FROM jsonb_populate_record(NULL::consent.preference_change, ${rows[0]?.row ?? ''}::jsonb)`;
};

describe('how often, when and in which zone somebody wants to be written to', () => {
  it('are changes of their own: one form, an entry for each, and each names what it is', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const before = await lastEntry();
    await save(url, ALL);
    const night = hours('20:00', '09:00');
    expect(await toldSince(before)).toEqual([
      { 'wishes.zone': 'Asia/Tokyo' },
      { 'wishes.quietHours': night },
      { 'wishes.frequency': WEEKLY },
    ]);
    expect(await wishes(person)).toEqual({ zone: 'Asia/Tokyo', quietHours: night, frequency: WEEKLY });
    await save(url, { zone: '' });
    expect((await toldSince(before)).slice(3)).toEqual([{ 'wishes.zone': null }]);
    expect(await wishes(person)).toEqual({ quietHours: night, frequency: WEEKLY });
  });

  it('are taken back each by itself, and what was chosen otherwise stays', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const before = await lastEntry();
    const weekly = await save(url, { frequency: 'weekly' });
    const zone = await save(url, { zone: 'Asia/Tokyo' });
    const night = await save(url, NIGHT);
    expect((await undo(url, zone.query)).html).toContain('Es ist wieder wie vorher.');
    expect(await wishes(person)).toEqual({ quietHours: hours('20:00', '09:00'), frequency: WEEKLY });
    await undo(url, weekly.query);
    expect(await wishes(person)).toEqual({ quietHours: hours('20:00', '09:00') });
    await undo(url, night.query);
    expect(await wishes(person)).toEqual({});
    expect((await toldSince(before)).slice(3)).toEqual([
      { 'wishes.zone': null },
      { 'wishes.frequency': null },
      { 'wishes.quietHours': null },
    ]);
  });

  it('of one form come back as far as they still stand, and the page says that it is a part', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const all = await save(url, ALL);
    await save(url, { quietFrom: '22:00' });
    expect((await undo(url, all.query)).html).toContain('Zum Teil zurückgenommen.');
    expect(await wishes(person)).toEqual({ quietHours: hours('22:00', '09:00') });
  });

  it('that stand on file as one are read as those that changed: by an undo, by a program, by what was kept', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    await contacts().put(world.brandId, person.externalId, { wishes: { zone: 'Asia/Tokyo' } }, 'spec');
    const both = await save(url, { frequency: 'weekly', ...NIGHT });
    const after = { zone: 'Asia/Tokyo', quietHours: hours('20:00', '09:00'), frequency: WEEKLY };
    await asOne(person, { zone: 'Asia/Tokyo' }, after);
    // A program's zone is its own to end, and what they chose is not.
    const { kept } = await contacts().put(world.brandId, person.externalId, { wishes: {} }, 'spec');
    expect([...kept].sort()).toEqual(['wishes.frequency', 'wishes.quietHours']);
    expect(await wishes(person)).toEqual({ quietHours: after.quietHours, frequency: WEEKLY });
    await save(url, { zone: 'America/New_York' });
    expect((await undo(url, both.query)).html).toContain('Es ist wieder wie vorher.');
    expect(await wishes(person)).toEqual({ zone: 'America/New_York' });
  });

  it.each([
    ['in a zone and not how often, they are kept from before and still hold', {}, { zone: 'Asia/Tokyo' }, 'P30D'],
    ['how often, what they had entered before does not', {}, { frequency: WEEKLY }, 'P7D'],
  ])('chosen since, on file as one: %s', async (_what, before, after, window) => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const at = Date.now();
    await save(url, 'zone' in after ? { zone: 'Asia/Tokyo' } : { frequency: 'weekly' });
    await asOne(person, before, after);
    await savedWhileAway(world, url, { off: [], frequency: 'monthly', pause: null }, at);
    expect(await wishes(person)).toMatchObject({ frequency: [{ window }] });
  });
});
