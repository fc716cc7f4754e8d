import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubjectId } from '#lib/kernel';
import { readZip, verdictText } from '#lib/proof';
import { ALL, BundleWorld, consent, failing, sent, verify } from '../testing/bundle-world.js';
import { BRAND, type LedgerFixture } from '../testing/ledger-fixture.js';
import type { AuditExportService } from './audit-export.service.js';

/** The entry that says how many before it were destroyed because their time was over. */
const destroyed = (subjectId: SubjectId, cnt: number) => ({
  ...{ type: 'erasure.executed' as const, at: Date.now(), brandId: BRAND, subjectId },
  ...{ clear: { basis: 'retention_over', cnt }, disclosed: {} },
});

describe('a bundle of whom evidence was destroyed in time', () => {
  let world: BundleWorld;
  let fixture: LedgerFixture;
  let exports: AuditExportService;

  beforeAll(async () => {
    world = await BundleWorld.create();
    ({ fixture, exports } = world);
  });
  afterAll(() => world.close());

  it('shows a hole where evidence was destroyed in time only if the chain says so', async () => {
    const one = await fixture.subject();
    const [old] = await fixture.append(consent(one), sent(one, 'm5', null));
    await fixture.database.transaction((tx) => fixture.ledger.forgetEntries(tx, [old!.id]));
    expect(failing(verify(await world.bundleOf({ ...ALL, subjects: [one] })))).toEqual(['chain']);
    await fixture.append(destroyed(one, 1));
    const gone = verify(await world.bundleOf({ ...ALL, subjects: [one] }));
    expect([gone.verdict, gone.records.map(({ destroyed }) => destroyed)]).toEqual(['holds', [0, 0, 1, 0, 0]]);
    expect(verdictText(gone)).toContain('as the log says: 1 of these entries (1 from between the beginning and 20');
  });

  it('has no hole for what an entry said was destroyed before it came about', async () => {
    const [one, two] = [await fixture.subject(), await fixture.subject()];
    // Nothing was there that could have been destroyed, or less.
    for (const [subject, first] of [
      [one, []],
      [two, [consent(two), consent(two)]],
    ] as const) {
      const before = await fixture.append(...first);
      await fixture.database.transaction((tx) =>
        fixture.ledger.forgetEntries(
          tx,
          before.slice(0, 1).map(({ id }) => id),
        ),
      );
      await fixture.append(destroyed(subject, before.length === 0 ? 1 : 2));
      const [later] = await fixture.append(consent(subject), sent(subject, `m-${subject}`, null));
      await fixture.database.transaction((tx) => fixture.ledger.forgetEntries(tx, [later!.id]));
      const found = verify(await world.bundleOf({ ...ALL, subjects: [subject] }));
      expect(failing(found)).toEqual(['chain']);
      expect(found.steps.find(({ step }) => step === 'chain')?.problem).toContain('than are missing up to it');
    }
  });

  it('stays when what goes is of others, or of another time', async () => {
    const [one, other] = [await fixture.subject(), await fixture.subject()];
    const [old] = await fixture.append(consent(one));
    await fixture.append(consent(other));
    const ids = new Map<string, string>();
    const early = { ...ALL, from: 0, to: Date.now() - 3_600_000 };
    const scopes = { one: { ...ALL, subjects: [one] }, other: { ...ALL, subjects: [other] }, all: ALL, early };
    for (const [name, scope] of Object.entries(scopes)) ids.set(name, (await world.ordered(scope)).id);
    await fixture.database.transaction((tx) => fixture.ledger.forgetEntries(tx, [old!.id]));
    const states = await Promise.all(
      Array.from(ids, async ([name, id]) => [name, (await exports.get(BRAND, id)).state]),
    );
    expect(Object.fromEntries(states)).toEqual({ one: 'expired', other: 'ready', all: 'expired', early: 'ready' });
    // Nor when a whole person goes who came after the time that it is of.
    await fixture.database.transaction((tx) => fixture.ledger.forgetSubject(tx, other));
    const { other: own = '', early: past = '' } = Object.fromEntries(ids);
    expect([(await exports.get(BRAND, own)).state, (await exports.get(BRAND, past)).state]).toEqual([
      'expired',
      'ready',
    ]);
  });

  it('is made however often what it begins with goes', async () => {
    const one = await fixture.subject();
    await fixture.append(consent(one));
    const { id } = await exports.request(BRAND, { ...ALL, subjects: [one] }, null, 'key-1');
    for (let i = 0; i < 12; i++) {
      const [old] = await fixture.append(consent(one));
      await fixture.database.transaction((tx) => fixture.ledger.forgetEntries(tx, [old!.id]));
    }
    await fixture.append(destroyed(one, 12));
    expect((await world.made(id)).state).toBe('ready');
    await fixture.asSuperuser('DELETE FROM ledger.export_part');
    await fixture.asSuperuser(`UPDATE ledger.export SET state = 'building', volumes = '[]' WHERE id = $1`, [id]);
    expect((await world.made(id)).state).toBe('ready');
  });

  it('is made at a later checkpoint where evidence goes while it is made', async () => {
    const one = await fixture.subject();
    const [old] = await fixture.append(consent(one), sent(one, 'm5', null));
    const { id } = await world.ordered({ ...ALL, subjects: [one] });
    const { size } = await exports.get(BRAND, id);
    // As it stands when its builder has died.
    await fixture.asSuperuser('DELETE FROM ledger.export_part');
    await fixture.asSuperuser(`UPDATE ledger.export SET state = 'building', volumes = '[]' WHERE id = $1`, [id]);
    await fixture.database.transaction(async (tx) => {
      await fixture.ledger.forgetEntries(tx, [old!.id]);
      await fixture.ledger.append(tx, [destroyed(one, 1)]);
    });
    const made = await world.made(id);
    expect([made.state, made.size! > size!]).toEqual(['ready', true]);
    expect(verify(readZip(await world.bytesOf(id))).verdict).toBe('holds');
  });
});
