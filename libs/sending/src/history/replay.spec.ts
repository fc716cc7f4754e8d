import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decide, type ReferenceData, RULES } from '#lib/decision';
import type { EntryId } from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import { Database, holidaysEdition, newId, tzdbEdition } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { type DecisionRecord, toRecord } from '../messages/domain/decision-record.js';
import { reference } from '../reference.js';
import { pastSteps, type PastStep, type Period } from './past-decisions.js';
import { PolicyVersions } from './policy-versions.js';
import { replay, type ReplayDifference } from './replay.js';

const CAP = {
  id: 'daily',
  scope: 'any',
  limit: 1,
  window: 'P1D',
  action: 'defer',
  classes: { bound: ['commercial'], counted: ['commercial'] },
};
const NOTHING = { different: 0, underOtherTables: 0, underOlderRules: 0, otherwiseToday: 0, erased: 0 };
const EVER: Period = { from: null, to: null, brandId: null };

describe('replay', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    await gateway.policy({ caps: [CAP] });
    for (let i = 0; i < 4; i++) {
      const contact = `c-${i}`;
      await gateway.contact(contact, i === 2 ? { consent: null } : { zone: 'America/New_York' });
      const ids = [await gateway.accept({ to: contact }), await gateway.accept({ to: contact })];
      await gateway.attempt(...ids);
    }
    await gateway.integrate();
  });
  afterAll(async () => gateway.stop());

  const stores = () => ({ database: gateway.get(Database), ledger: gateway.ledger });
  const run = async (period = EVER, world?: ReferenceData) => {
    const found: ReplayDifference[] = [];
    return { counts: await replay(stores(), period, (one) => found.push(one), world), found };
  };
  const stepsOf = async (period = EVER): Promise<PastStep[]> => {
    const steps: PastStep[] = [];
    for await (const page of pastSteps(stores(), period)) steps.push(...page);
    return steps;
  };

  it('finds nothing in what the pipeline recorded', async () => {
    const { counts, found } = await run();
    expect(found).toEqual([]);
    // Of eight messages two were dropped at once, three were handed over and three were held a second time.
    expect(counts).toEqual({ ...NOTHING, decisions: 14, same: 14 });
  });

  it('reads the period it is asked for, and of each brand its own', async () => {
    const steps = await stepsOf();
    expect(steps.map(({ position }) => position)).toEqual(steps.map(({ position }) => position).sort((a, b) => a - b));
    const middle = steps[7]?.at ?? 0;
    const early = await stepsOf({ ...EVER, to: middle });
    const late = await stepsOf({ ...EVER, from: middle });
    expect([...early, ...late].map(({ entry }) => entry).sort()).toEqual(steps.map(({ entry }) => entry).sort());
    expect(early.every(({ at }) => at < middle) && late.every(({ at }) => at >= middle)).toBe(true);
    expect(await stepsOf({ ...EVER, from: middle + 86_400_000 })).toEqual([]);
    expect(await stepsOf({ ...EVER, brandId: gateway.brandId })).toHaveLength(steps.length);
    expect(await stepsOf({ ...EVER, brandId: newId() })).toEqual([]);
  });

  it('cannot write', async () => {
    const database = gateway.get(Database);
    const write = database.transaction(async (tx) => {
      await tx.execute`SET TRANSACTION READ ONLY`;
      await tx.execute`DELETE FROM sending.cap_use`;
    });
    await expect(write).rejects.toThrow(/read-only/);
  });

  it('makes each decision by the release of the zones that it names, whatever that of today says', async () => {
    const moved: ReferenceData['zones'] = { version: '2031z', zone: () => reference.zones.zone('Asia/Tokyo') };
    const { counts, found } = await run(EVER, { ...reference, zones: moved });
    expect(found).toEqual([]);
    expect(counts).toEqual({ ...NOTHING, decisions: 14, same: 14 });
  });

  /** Writes an entry about the contact of the first message that passed: its own one, changed. */
  const forge = async (
    change: (record: DecisionRecord) => unknown,
    clear: { pol?: string; rules?: number | null; tz?: string } = {},
  ): Promise<EntryId> => {
    const [accepted] = (await stepsOf()).filter((step) => step.clear.out === 'pass');
    const content = accepted?.content;
    if (accepted === undefined || content?.record == null) throw new Error('no decision to forge');
    const { pol, tz, rules } = accepted.clear;
    const id = newId<EntryId>();
    const entry: NewEntry = {
      type: 'send.decided',
      id,
      at: content.record.decision.at,
      brandId: accepted.brandId,
      subjectId: content.subjectId,
      clear: { ch: 'email', mc: 'commercial', out: 'pass', pol, tz, rules, ...clear },
      disclosed: { message: { id: content.messageId }, checks: JSON.parse(JSON.stringify(change(content.record))) },
    };
    await gateway.get(Database).transaction((tx) => gateway.ledger.append(tx, [entry]));
    await gateway.integrate();
    return id;
  };

  it('makes a decision of before again by the rules of then, and says apart what those of today would make of it', async () => {
    const lunch = { id: 'always', channels: ['email'], classes: ['commercial'], action: 'drop', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '00:01', end: '24:00' }] }; // prettier-ignore
    await gateway.policy({ quietHours: [{ ...lunch, when: { countries: ['PR'] } }] });
    const stored = await new PolicyVersions(gateway.tx).find(gateway.brandId, { key: 'default', version: 3 });
    if (stored === null) throw new Error('the policy is not there');
    const places = { country: 'US', postalCode: '00901' };
    const id = await forge(
      ({ facts, decision }) => {
        const there = { ...facts, contact: { ...facts.contact, ...places } };
        return toRecord(decide(there, stored.policy, decision.at, { ...reference, rules: 1 }), there);
      },
      { pol: stored.hash, rules: null },
    );
    const { counts, found } = await run();
    expect(counts).toEqual({ ...NOTHING, decisions: 15, same: 15, underOlderRules: 1, otherwiseToday: 1 });
    expect(found).toMatchObject([{ kind: 'other_rules', entry: id, factsDigest: expect.any(String) }]);
    expect(found[0]?.differences).toEqual(
      expect.arrayContaining([
        { pointer: '/decision/rules', recorded: 1, derived: RULES },
        { pointer: '/decision/outcome', recorded: 'pass', derived: 'drop' },
      ]),
    );
  });

  it('reports a decision by rules that it does not know, and one whose entry says other rules than it', async () => {
    const unknown = await forge(({ facts, decision }) => ({ facts, decision: { ...decision, rules: 99 } }), {
      rules: 99,
    });
    const other = await forge((record) => record, { rules: 1 });
    const { counts, found } = await run();
    expect(counts).toMatchObject({ decisions: 17, different: 2, otherwiseToday: 1 });
    const of = (id: EntryId) => found.find(({ entry }) => entry === id)?.differences;
    expect(of(unknown)).toEqual([{ pointer: '/decision/rules', recorded: 99, derived: null }]);
    expect(of(other)).toEqual([{ pointer: '/leaf/rules', recorded: 1, derived: RULES }]);
  });

  it('reports facts that are not those to which their entry commits', async () => {
    const [step] = await stepsOf();
    const digest = step?.content?.factsDigest ?? '';
    const rewrite = (from: string, to: string) =>
      gateway.asAdmin(`
        ALTER TABLE ledger.entry DISABLE TRIGGER USER;
        UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '${from}', '${to}'), 'UTF8') WHERE id = '${step?.entry}'`);
    const another = `${digest[0] === 'A' ? 'B' : 'A'}${digest.slice(1)}`;
    expect(step?.clear._sd).toContain(digest);
    await rewrite(digest, another);
    const { found } = await run();
    expect(found.find(({ entry }) => entry === step?.entry)).toMatchObject({
      kind: 'difference',
      factsDigest: digest,
      differences: [{ pointer: '/leaf/_sd', recorded: null, derived: digest }],
    });
    await rewrite(another, digest);
    expect((await run()).counts.different).toBe(2);
  });

  it('reports a record that cannot be opened, and goes on', async () => {
    const step = (await stepsOf())[1];
    const flip = () =>
      gateway.asAdmin(`
        ALTER TABLE ledger.disclosure DISABLE TRIGGER USER;
        UPDATE ledger.disclosure d SET sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))
          FROM ledger.entry e WHERE e.n = d.n AND e.id = '${step?.entry}'`);
    await flip();
    const { counts, found } = await run();
    expect(counts).toMatchObject({ decisions: 17, different: 3, erased: 0 });
    expect(found.find(({ entry }) => entry === step?.entry)?.differences).toEqual([
      { pointer: '/decision', recorded: 'cannot be opened', derived: null },
    ]);
    await flip();
    expect((await run()).counts.different).toBe(2);
  });

  it('does not go on with another key', async () => {
    const ledger = new LedgerService({ kek: Buffer.alloc(32, 1), macKey: Buffer.alloc(32, 2) });
    const asked = replay({ database: gateway.get(Database), ledger }, EVER, () => undefined);
    await expect(asked).rejects.toThrow(/disclosed cannot be opened: MASTER_KEY is another/);
  });

  it('reports a record whose facts do not give its verdict, by entry, position and place', async () => {
    const id = await forge(({ facts, decision }) => ({
      decision,
      facts: { ...facts, contact: { ...facts.contact, erased: true } },
    }));
    const { counts, found } = await run();
    expect(counts).toMatchObject({ decisions: 18, different: 3 });
    const forged = found.find(({ entry }) => entry === id);
    expect(forged).toMatchObject({ kind: 'difference', type: 'send.decided', position: expect.any(Number) });
    expect(forged?.differences).toEqual(
      expect.arrayContaining([
        { pointer: '/leaf/out', recorded: 'pass', derived: 'drop' },
        { pointer: '/leaf/reason', recorded: null, derived: 'erased' },
        { pointer: '/decision/outcome', recorded: 'pass', derived: 'drop' },
      ]),
    );
  });

  it('makes a decision by superseded tables by those, and counts apart what it has to make by others', async () => {
    const before = (await run()).counts;
    const rule = { channels: ['email'], classes: ['commercial'], action: 'defer' };
    const nights = { ...rule, id: 'night', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }] };
    await gateway.policy({ quietHours: [nights, { ...rule, id: 'rest', windows: [], holidays: true }] });
    const stored = await new PolicyVersions(gateway.tx).find(gateway.brandId, { key: 'default', version: 4 });
    const [zones, holidays] = [tzdbEdition('2025b'), holidaysEdition('date-holidays-3.36.1')];
    if (stored === null || zones === null || holidays === null) throw new Error('what it rests on is gone');
    const decided = (contact: object, at: number, world: Partial<ReferenceData>) =>
      forge(
        ({ facts }) => {
          const message = { ...facts.message, expiresAt: at + 30 * 86_400_000 };
          const there = { ...facts, message, contact: { ...facts.contact, ...contact }, capUses: [], rates: [] };
          return toRecord(decide(there, stored.policy, at, { ...reference, ...world }), there);
        },
        { pol: stored.hash, tz: world.zones?.version ?? reference.zones.version },
      );
    const later: ReferenceData['zones'] = { version: '2031z', zone: (name) => reference.zones.zone(name) };
    const moved: ReferenceData['zones'] = { version: '2031z', zone: () => reference.zones.zone('Etc/UTC') };
    // Half past eight in the evening in Vancouver, and by the releases since half past nine.
    const evening = Date.parse('2026-12-01T04:30:00Z');
    await decided({ zone: 'America/Vancouver' }, evening, { zones });
    await decided({ zone: 'Asia/Tashkent', country: 'UZ' }, Date.parse('2026-12-08T07:00:00Z'), { holidays });
    await decided({ zone: 'America/Vancouver' }, evening + 12 * 3_600_000, { zones: later });
    const unexplained = await decided({ zone: 'Asia/Tokyo' }, Date.parse('2026-12-01T15:00:00Z'), { zones: moved });

    const { counts, found } = await run();
    const { decisions, same, different } = before;
    const expected = { decisions: decisions + 4, same: same + 3, different: different + 1, underOtherTables: 1 };
    expect(counts).toEqual({ ...before, ...expected });
    const told = found.find(({ entry }) => entry === unexplained)?.differences;
    expect(told).toContainEqual({ pointer: '/leaf/out', recorded: 'pass', derived: 'defer' });
    expect(told?.at(-1)).toEqual({ pointer: '/tables/tzdb', recorded: '2031z', derived: reference.zones.version });
  });

  it('reports every decision of a policy version that was changed behind its back, or is gone', async () => {
    const before = (await run()).counts.different;
    await gateway.asAdmin(`
      ALTER TABLE sending.policy DISABLE TRIGGER USER;
      UPDATE sending.policy SET body = jsonb_set(body, '{caps,0,limit}', '5') WHERE key = 'default' AND version = 2`);
    const changed = await run();
    expect(changed.counts.different).toBeGreaterThan(before + 10);
    expect(changed.found[0]?.differences.map(({ pointer }) => pointer)).toContain('/policy/hash');
    const held = changed.found.find(({ differences }) =>
      differences.some(({ pointer, recorded }) => pointer === '/leaf/out' && recorded === 'defer'),
    );
    expect(held?.differences).toContainEqual({ pointer: '/leaf/out', recorded: 'defer', derived: 'pass' });

    await gateway.asAdmin(`
      DELETE FROM sending.policy WHERE key = 'default' AND version = 2`);
    const gone = await run();
    expect(gone.found[0]?.differences).toEqual([{ pointer: '/policy', recorded: 'default@2', derived: null }]);
  });

  it('counts apart what was erased', async () => {
    await gateway.asAdmin(`
      ALTER TABLE ledger.subject DISABLE TRIGGER USER;
      UPDATE ledger.subject SET secret = NULL WHERE id <> '00000000-0000-0000-0000-000000000000'`);
    expect((await run()).counts).toEqual({ ...NOTHING, decisions: 0, same: 0, erased: 22 });
  });
});
