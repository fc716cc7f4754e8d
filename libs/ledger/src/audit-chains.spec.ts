import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntryId, SubjectId } from '#lib/kernel';
import { OPERATOR } from './append.store.js';
import { auditDatabase } from './audit-database.js';
import { SubjectHeads } from './bundle/subject-heads.service.js';
import { destroyEvidence } from './forget.js';
import type { NewEntryOf } from './domain/entry-types.js';
import { BRAND, KEYS, LedgerFixture, someConsent, someDecision, someTopic } from './testing/ledger-fixture.js';

const ordered = (actor: string, subjectId?: SubjectId): NewEntryOf<'export.created'> => ({
  ...{ type: 'export.created', at: Date.UTC(2026, 0, 1), brandId: BRAND, clear: { cnt: 1 } },
  ...{ disclosed: { export: { id: 'e' }, actor }, ...(subjectId === undefined ? {} : { subjectId }) },
});

describe('fsck follows every person’s chain', () => {
  let original: LedgerFixture;
  let fixture: LedgerFixture;
  let ada: SubjectId;
  let eve: SubjectId;
  beforeAll(async () => {
    original = await LedgerFixture.create();
    [ada, eve] = [await original.subject(), await original.subject()];
    await original.append(someTopic(), ...Array.from({ length: 5 }, () => someDecision(ada)), someDecision(eve));
    await original.append(ordered('operator'), ordered('person', eve));
    await original.append(someDecision(ada), someDecision(eve));
    await new SubjectHeads(original.database, original.ledger).record(0);
    await original.append(someDecision(ada));
    while ((await original.sequencer().runOnce()) > 0);
    await original.disconnect();
  });
  afterAll(() => original.close());
  beforeEach(async () => {
    fixture = await LedgerFixture.copyOf(original);
  });
  afterEach(() => fixture.close());

  const failing = async (keys: typeof KEYS | null = KEYS) => {
    const { steps, verdict } = await auditDatabase(fixture.database, { policy: null, keys });
    return { verdict, steps: steps.filter(({ result }) => result === 'fails').map(({ step }) => step) };
  };
  const nth = (n: number) =>
    `(SELECT n FROM ledger.disclosure WHERE subject_id = '${ada}' ORDER BY n OFFSET ${n - 1} LIMIT 1)`;

  it('and finds nothing in what was appended, with the keys; without them it says so', async () => {
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    const { steps, verdict } = await auditDatabase(fixture.database, { policy: null, keys: null });
    expect(verdict).toBe('holds');
    const open = steps.filter(({ result }) => result === 'unchecked').map(({ step }) => step);
    expect(open).toEqual(expect.arrayContaining(['chains', 'heads']));
  });

  it.each<[string, () => string, readonly string[]]>([
    ['what an entry disclosed is taken away', () => `DELETE FROM ledger.disclosure WHERE n = ${nth(3)}`, ['chains']],
    ['the first is taken away', () => `DELETE FROM ledger.disclosure WHERE n = ${nth(1)}`, ['chains']],
    [
      'all that one person’s entries disclosed is taken away',
      () => `DELETE FROM ledger.disclosure WHERE subject_id = '${ada}'`,
      ['chains'],
    ],
    ['a person’s row is taken away', () => `DELETE FROM ledger.subject WHERE id = '${ada}'`, ['chains', 'heads']],
    [
      'a person and all that was disclosed of them is taken away',
      () =>
        `WITH gone AS (DELETE FROM ledger.disclosure WHERE subject_id = '${ada}') DELETE FROM ledger.subject WHERE id = '${ada}'`,
      ['chains', 'heads'],
    ],
    [
      'what an entry about a topic disclosed is taken away',
      () =>
        `DELETE FROM ledger.disclosure WHERE n = (SELECT min(n) FROM ledger.disclosure WHERE subject_id = '${OPERATOR}')`,
      ['chains'],
    ],
    [
      'who ordered an export of nobody in particular is taken away',
      () =>
        `DELETE FROM ledger.disclosure WHERE n = (SELECT max(n) FROM ledger.disclosure WHERE subject_id = '${OPERATOR}')`,
      ['chains'],
    ],
    [
      'what was set up is taken away, with the secret of it',
      () =>
        `WITH gone AS (DELETE FROM ledger.disclosure WHERE subject_id = '${OPERATOR}') DELETE FROM ledger.subject WHERE id = '${OPERATOR}'`,
      ['chains'],
    ],
    ['the last is taken away', () => `DELETE FROM ledger.disclosure WHERE n = ${nth(7)}`, ['chains']],
    [
      'what an entry disclosed is another’s',
      () =>
        `UPDATE ledger.disclosure SET sealed = (SELECT sealed FROM ledger.disclosure WHERE n = ${nth(2)}) WHERE n = ${nth(3)}`,
      ['chains'],
    ],
    [
      'a chain is shorter than it was',
      () => `UPDATE ledger.subject SET chain_n = chain_n - 1 WHERE id = '${ada}'`,
      ['chains'],
    ],
    [
      'a chain ends in another entry',
      () => `UPDATE ledger.subject SET chain_head = sha256('x') WHERE id = '${ada}'`,
      ['chains'],
    ],
    [
      'an entry is moved to somebody else',
      () => `UPDATE ledger.disclosure SET subject_id = '${eve}' WHERE n = ${nth(4)}`,
      ['chains'],
    ],
    [
      'the list of heads is another',
      () => `UPDATE ledger.subject_heads SET records = set_byte(records, 40, get_byte(records, 40) # 1)`,
      ['heads'],
    ],
    [
      'the list of heads is of another entry',
      () => `UPDATE ledger.subject_heads SET entry_id = (SELECT id FROM ledger.entry LIMIT 1)`,
      ['heads'],
    ],
    ['the lists of heads are gone', () => 'DELETE FROM ledger.subject_heads', ['heads']],
  ])('and finds that %s', async (_what, sql, steps) => {
    await fixture.tamper(sql());
    expect(await failing()).toEqual({ verdict: 'fails', steps });
  });

  it('and finds that somebody who never was has another’s erasure, to make up for what is missing', async () => {
    await fixture.erase(eve);
    const last = `(SELECT n FROM ledger.disclosure WHERE subject_id = '${ada}' ORDER BY n DESC LIMIT 1)`;
    const before = `(SELECT sha256('\\x00'::bytea || e.leaf) FROM ledger.disclosure d JOIN ledger.entry e USING (n)
       WHERE d.subject_id = '${ada}' ORDER BY n DESC OFFSET 1 LIMIT 1)`;
    for (const sql of [
      `UPDATE ledger.subject SET chain_n = chain_n - 1, chain_head = ${before} WHERE id = '${ada}'`,
      `DELETE FROM ledger.disclosure WHERE n = ${last}`,
      `INSERT INTO ledger.subject (id, secret, chain_n, chain_head)
         SELECT gen_random_uuid(), secret, 1, chain_head FROM ledger.subject WHERE id = '${eve}'`,
    ])
      await fixture.tamper(sql);
    while ((await fixture.sequencer().runOnce()) > 0);
    expect(await failing()).toEqual({ verdict: 'fails', steps: ['chains'] });
  });

  it('and finds an entry that says what its type has not', async () => {
    await fixture.tamper(
      `UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'topic.changed', 'brand.changed'), 'UTF8') WHERE n = (SELECT min(n) FROM ledger.entry)`,
    );
    expect((await failing()).steps).not.toContain('types');
    await fixture.tamper(
      `UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'brand.changed', 'brand.invented'), 'UTF8') WHERE n = (SELECT min(n) FROM ledger.entry)`,
    );
    expect((await failing()).steps).toContain('types');
  });

  it('and is content with what was erased, and with evidence that was destroyed in time, when the chain says so', async () => {
    await fixture.erase(eve);
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    await fixture.append(someDecision(eve));
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    const [old, later] = await fixture.append(someConsent(ada), someConsent(ada), someDecision(ada));
    await fixture.pass('13 months');
    expect(await fixture.forgetEntries(old!.id)).toBe(1);
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    // What is left of it is the place of its entry, and nothing goes twice.
    expect(await fixture.forgetEntries(old!.id)).toBe(0);
    expect(await fixture.forgetEntries(old!.id, later!.id)).toBe(1);
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    await fixture.erase(ada);
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
  });

  it('of which nothing goes before its time, or that is no evidence', async () => {
    const [consent, decision] = await fixture.append(someConsent(ada), someDecision(ada));
    await fixture.pass('364 days');
    await expect(fixture.forgetEntries(consent!.id)).rejects.toThrow('less than a year ago');
    await fixture.pass('2 days');
    await expect(fixture.forgetEntries(decision!.id)).rejects.toThrow('no evidence of consent');
    await expect(fixture.database.transaction((tx) => fixture.ledger.forgetSubject(tx, ada))).rejects.toThrow(
      'does not say that it is erased',
    );
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
  });

  /** What is left of an entry where somebody has the keys, and whatever an entry then says of it. */
  const strip = (id: EntryId) => fixture.database.transaction((tx) => destroyEvidence(tx, KEYS, [id]));
  const told = (cnt: number, destroyed?: readonly number[]): NewEntryOf<'erasure.executed'> => ({
    ...{ type: 'erasure.executed', at: Date.now(), brandId: BRAND, subjectId: ada },
    clear: { basis: 'retention_over', cnt },
    disclosed: destroyed === undefined ? {} : { request: { destroyed } },
  });

  it.each<[string, (at: { before: number; after: number }) => NewEntryOf<'erasure.executed'>[], string | null]>([
    ['that it is destroyed', () => [], 'none says that its time was over'],
    ['which it was', ({ before }) => [told(1, [before])], null],
    ['that another was', ({ after }) => [told(1, [after])], 'is not what is left of it'],
    ['that more were', ({ before }) => [told(2, [before])], 'names 1 entries'],
    ['that it was, twice', ({ before }) => [told(1, [before]), told(1, [before])], 'for a second time'],
    ['that none was', () => [told(0, [])], 'and counts 0'],
    ['how many were and not which', () => [told(1)], 'more entries were destroyed than are missing'],
  ])('and asks that an entry says %s', async (_what, entries, problem) => {
    const [id] = await fixture.append(someConsent(ada), someConsent(ada));
    await fixture.pass('13 months');
    await strip(id!.id);
    // Seven decisions were there before.
    await fixture.append(...entries({ before: 8, after: 9 }));
    const { steps } = await auditDatabase(fixture.database, { policy: null, keys: KEYS });
    const chains = steps.find(({ step }) => step === 'chains');
    if (problem === null) expect(chains?.result).toBe('holds');
    else expect(chains).toMatchObject({ result: 'fails', problem: expect.stringContaining(problem) });
  });

  it('and finds that evidence was destroyed before its time, by whatever clock', async () => {
    const [id] = await fixture.append(someConsent(ada));
    await fixture.pass('13 months');
    await strip(id!.id);
    await fixture.asSuperuser('DELETE FROM test_clock.passed');
    await fixture.append(told(1, [8]));
    const { steps } = await auditDatabase(fixture.database, { policy: null, keys: KEYS });
    expect(steps).toContainEqual({
      ...{ step: 'chains', result: 'fails' },
      problem: expect.stringContaining('was recorded less than a year before'),
    });
  });

  it('and finds that who was not erased has the erasure of who was erased, or that theirs is taken away', async () => {
    await fixture.append(someDecision(eve));
    await fixture.erase(eve);
    await new SubjectHeads(fixture.database, fixture.ledger).record(0);
    while ((await fixture.sequencer().runOnce()) > 0);
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    await fixture.tamper(`DELETE FROM ledger.disclosure WHERE subject_id = '${ada}'`);
    await fixture.tamper(
      `UPDATE ledger.subject a SET chain_n = e.chain_n, chain_head = e.chain_head FROM ledger.subject e
        WHERE a.id = '${ada}' AND e.id = '${eve}'`,
    );
    await fixture.tamper(`DELETE FROM ledger.disclosure WHERE subject_id = '${eve}'`);
    await fixture.tamper(`DELETE FROM ledger.subject WHERE id = '${eve}'`);
    expect((await failing()).steps).toContain('chains');
  });
});
