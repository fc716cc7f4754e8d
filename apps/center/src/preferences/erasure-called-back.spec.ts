import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErasureOrders, ErasureService } from '#lib/consent';
import type { EntryId, MessageId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { newId } from '#lib/platform';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { follow, get, post } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const service = <T>(type: abstract new (...args: never[]) => T): T => world.app.get<T>(type, { strict: false });
const ordered = (person: SomePerson, messageId: MessageId) =>
  service(ErasureOrders).order(
    world.brandId,
    person.externalId,
    { basis: 'gdpr_17_1_b', reason: null, note: null },
    { messageId, waitMs: 3_600_000 },
    'spec',
  );

describe('a wish to be erased', () => {
  const BUTTON = /role="status">[^]*?action="\?act&#x3D;call_back[^]*?name="words" value="([^"]+)"/;
  const isAsked = async (person: SomePerson) => {
    const waiting = await service(ErasureService).requests(world.brandId, { after: null, limit: 100 });
    return waiting.items.some(({ externalId }) => externalId === person.externalId);
  };
  const isOrdered = async (farewell: MessageId) =>
    (await service(ErasureOrders).waiting(null, 100)).some(({ messageId }) => messageId === farewell);
  /** The farewell of an order, which waits. */
  const farewellTo = async (person: SomePerson): Promise<MessageId> => {
    await world.hold(person, 'quiet_hours', Date.now() + 86_400_000);
    const [held] = await world.db.tx.sql<{ id: MessageId }>`
      SELECT id FROM sending.message WHERE contact_point_id = ${world.email(person)}`;
    if (held === undefined) throw new Error('nothing is held');
    return held.id;
  };

  it('is taken back by the button beside what is said of it, once, with the words that were read', async () => {
    const person = await world.person(['newsletter']);
    const url = await world.manage(person);
    const asked = await follow(url, await post(url, 'erase'));
    expect(asked.html).toMatch(BUTTON);
    const later = await (await get(url)).text();
    expect([await isAsked(person), BUTTON.test(later)]).toEqual([true, true]);
    const before = await world.history(person);

    const words = BUTTON.exec(later)?.[1]?.replaceAll('&#x3D;', '=') ?? '';
    const back = await follow(url, await post(url, 'call_back', [['words', words]]));
    expect(back.query.get('done')).toBe('called_back');
    expect(back.html).toContain('Sie verlangen die Löschung nicht mehr');
    expect(back.html).toContain('act&#x3D;erase');
    expect(back.html).not.toMatch(BUTTON);
    expect(await isAsked(person)).toBe(false);
    // A no is a no, also one that was said with it.
    expect(await world.history(person)).toEqual(before);

    const ledger = service(LedgerService);
    const newest = await world.db.tx.sql<{ id: EntryId; t: string; ref: EntryId; requested: EntryId }>`
      SELECT e.id, convert_from(e.leaf, 'UTF8')::jsonb ->> 't' AS t, convert_from(e.leaf, 'UTF8')::jsonb ->> 'ref' AS ref,
             (SELECT r.id FROM ledger.entry r WHERE convert_from(r.leaf, 'UTF8')::jsonb ->> 't' = 'erasure.requested'
               ORDER BY r.n DESC LIMIT 1) AS requested
        FROM ledger.entry e ORDER BY e.n DESC LIMIT 1`;
    const [entry] = newest;
    expect(entry).toMatchObject({ t: 'erasure.withdrawn', ref: entry?.requested });
    const lines = entry === undefined ? [] : await ledger.disclosureLines(world.db.tx, entry.id);
    const request = { via: 'page', language: 'de', asServed: true, words: 'Löschung doch nicht verlangen' };
    expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.arrayContaining(['request', expect.objectContaining(request)]),
    );

    // Pressed twice it is answered as it was, and done once.
    const entries = await world.entries();
    const twice = await follow(url, await post(url, 'call_back', [['words', words]]));
    expect([twice.query.get('done'), twice.html]).toEqual([
      'called_back',
      expect.stringContaining('Sie verlangen die Löschung nicht mehr'),
    ]);
    expect(await world.entries()).toEqual(entries);
    await post(url, 'erase');
    expect(await isAsked(person)).toBe(true);
  });

  it('takes the order and its farewell with it, until that is on its way', async () => {
    const person = await world.person();
    const url = await world.manage(person);
    await post(url, 'erase');
    const farewell = await farewellTo(person);
    await ordered(person, farewell);
    const started = (at: string | null) => world.db.tx.execute`
      UPDATE sending.message SET first_started_at = ${at}::timestamptz WHERE id = ${farewell}`;
    await started('2026-11-01T00:00:00Z');
    const entries = await world.entries();
    expect((await follow(url, await post(url, 'call_back'))).query.get('done')).toBe('not_undone');
    expect([await isAsked(person), await world.entries()]).toEqual([true, entries]);
    await started(null);
    expect((await follow(url, await post(url, 'call_back'))).query.get('done')).toBe('called_back');
    const [message] = await world.db.tx.sql`SELECT status, reason FROM sending.message WHERE id = ${farewell}`;
    expect(message).toEqual({ status: 'dropped', reason: 'cancelled' });
    expect(await isOrdered(farewell)).toBe(false);
  });

  it('is theirs alone to take back: no order of somebody else, no refused one, and none by an old link', async () => {
    const person = await world.person();
    const url = await world.manage(person);
    const farewell = newId<MessageId>();
    await ordered(person, farewell);
    expect(await (await get(url)).text()).not.toContain('call_back');
    expect((await follow(url, await post(url, 'call_back'))).query.get('done')).toBe('not_undone');
    expect(await isOrdered(farewell)).toBe(true);

    const other = await world.person();
    const theirs = await world.manage(other);
    await post(theirs, 'erase');
    expect(await (await get(world.optOut(other))).text()).not.toContain('call_back');
    expect((await follow(theirs, await post(world.optOut(other), 'call_back'))).query.get('done')).toBe('link_needed');
    expect(await isAsked(other)).toBe(true);
    const refusal = { reason: 'unfounded' as const, language: 'de', explanation: 'Sie haben einen Vertrag mit uns.' };
    await service(ErasureService).refuse(world.brandId, other.externalId, refusal, 'spec');
    expect(await (await get(theirs)).text()).not.toContain('call_back');
    expect((await follow(theirs, await post(theirs, 'call_back'))).query.get('done')).toBe('not_undone');
    expect(await (await get(theirs)).text()).toContain('Sie haben einen Vertrag mit uns.');
  });
});
