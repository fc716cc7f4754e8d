import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readZip, verdictText } from '#lib/proof';
import { ALL, BundleWorld, consent, sent, verify } from '../testing/bundle-world.js';
import { destroyEvidence } from '../forget.js';
import { BRAND, KEYS, type LedgerFixture } from '../testing/ledger-fixture.js';
import type { AuditExportService } from './audit-export.service.js';

describe('a bundle of whom evidence was destroyed in time', () => {
  let world: BundleWorld;
  let fixture: LedgerFixture;
  let exports: AuditExportService;

  beforeAll(async () => {
    world = await BundleWorld.create();
    ({ fixture, exports } = world);
  });
  afterAll(() => world.close());

  it('shows type and time of what was destroyed in time, and which entry says so', async () => {
    const one = await world.person();
    const [old] = await fixture.append(consent(one), sent(one, 'm5', null));
    await world.published();
    await fixture.pass('13 months');
    await fixture.forgetEntries(old!.id);
    const found = verify(await world.bundleOf({ ...ALL, subjects: [one] }));
    const records = found.records.filter(({ role }) => role === 'record');
    expect([found.verdict, records.map(({ content, destroyed }) => `${content} ${destroyed}`)]).toEqual([
      'holds',
      ['shown 0', 'erased 0', 'shown 0', 'shown 1', 'shown 0'],
    ]);
    expect(verdictText(found)).toMatch(/consent\.granted \(content destroyed[^]*\(content of 1 before it destroyed/);
  });

  it('is none where evidence shows nothing and no entry says that its time was over', async () => {
    const one = await world.person();
    const [old] = await fixture.append(consent(one), sent(one, 'm5', null));
    await world.published();
    await fixture.pass('13 months');
    await fixture.database.transaction((tx) => destroyEvidence(tx, KEYS, [old!.id]));
    const bare = verify(await world.bundleOf({ ...ALL, subjects: [one] }));
    expect([bare.verdict, bare.steps.find(({ step }) => step === 'chain')?.problem]).toEqual([
      'unchecked',
      expect.stringContaining('shows nothing, and no entry says that its time was over'),
    ]);
    // Whoever has the key may say so, and of another time.
    await fixture.asSuperuser('DELETE FROM test_clock.passed');
    await fixture.append({
      ...{ type: 'erasure.executed' as const, at: Date.now(), brandId: BRAND, subjectId: one },
      ...{ clear: { basis: 'retention_over', cnt: 1 }, disclosed: { request: { destroyed: [2] } } },
    });
    const early = verify(await world.bundleOf({ ...ALL, subjects: [one] }));
    expect(early.steps.find(({ step }) => step === 'chain')).toMatchObject({
      ...{ result: 'fails', problem: expect.stringContaining('recorded less than a year before') },
    });
  });

  it('stays when what goes is of others, or of another time', async () => {
    const [one, other] = [await fixture.subject(), await fixture.subject()];
    const [old] = await fixture.append(consent(one));
    await fixture.append(consent(other));
    const ids = new Map<string, string>();
    const early = { ...ALL, from: 0, to: Date.now() - 3_600_000 };
    const scopes = { one: { ...ALL, subjects: [one] }, other: { ...ALL, subjects: [other] }, all: ALL, early };
    for (const [name, scope] of Object.entries(scopes)) ids.set(name, (await world.ordered(scope)).id);
    await fixture.pass('13 months');
    await fixture.forgetEntries(old!.id);
    const states = await Promise.all(
      Array.from(ids, async ([name, id]) => [name, (await exports.get(BRAND, id)).state]),
    );
    expect(Object.fromEntries(states)).toEqual({ one: 'expired', other: 'ready', all: 'expired', early: 'ready' });
    // Nor when a whole person goes who came after the time that it is of.
    await fixture.erase(other);
    const { other: own = '', early: past = '' } = Object.fromEntries(ids);
    expect([(await exports.get(BRAND, own)).state, (await exports.get(BRAND, past)).state]).toEqual([
      'expired',
      'ready',
    ]);
  });

  it('is made however often what it begins with goes', async () => {
    const one = await world.person();
    await fixture.append(consent(one));
    const { id } = await exports.request(BRAND, { ...ALL, subjects: [one] }, null, 'key-1');
    for (let i = 0; i < 12; i++) {
      const [old] = await fixture.append(consent(one));
      await fixture.pass('13 months');
      await fixture.forgetEntries(old!.id);
    }
    expect((await world.made(id)).state).toBe('ready');
    await fixture.asSuperuser('DELETE FROM ledger.export_part');
    await fixture.asSuperuser(`UPDATE ledger.export SET state = 'building', volumes = '[]' WHERE id = $1`, [id]);
    expect((await world.made(id)).state).toBe('ready');
  });

  it('is made at a later checkpoint where evidence goes while it is made', async () => {
    const one = await world.person();
    const [old] = await fixture.append(consent(one), sent(one, 'm5', null));
    const { id } = await world.ordered({ ...ALL, subjects: [one] });
    const { size } = await exports.get(BRAND, id);
    // As it stands when its builder has died.
    await fixture.asSuperuser('DELETE FROM ledger.export_part');
    await fixture.asSuperuser(`UPDATE ledger.export SET state = 'building', volumes = '[]' WHERE id = $1`, [id]);
    await fixture.pass('13 months');
    await fixture.forgetEntries(old!.id);
    const made = await world.made(id);
    expect([made.state, made.size! > size!]).toEqual(['ready', true]);
    expect(verify(readZip(await world.bytesOf(id))).verdict).toBe('holds');
  });
});
