import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SubjectId } from '#lib/kernel';
import { OPERATOR } from './append.store.js';
import { auditDatabase } from './audit-database.js';
import { SubjectHeads } from './bundle/subject-heads.service.js';
import type { NewEntryOf } from './domain/entry-types.js';
import { BRAND, KEYS, LedgerFixture, someDecision, someTopic } from './testing/ledger-fixture.js';

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
    await fixture.append({
      ...{ type: 'erasure.executed' as const, at: Date.now(), brandId: BRAND, subjectId: eve },
      ...{ clear: { basis: 'gdpr_17_1' }, disclosed: {} },
    });
    await fixture.database.transaction((tx) => fixture.ledger.forgetSubject(tx, eve));
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

  it('and is content with what was erased, wholly or by retention, when the chain says so', async () => {
    const erased = (subjectId: SubjectId, clear: object) => ({
      type: 'erasure.executed' as const,
      ...{ at: Date.now(), brandId: BRAND, subjectId },
      clear: { basis: 'gdpr_17_1', ...clear },
      disclosed: {},
    });
    await fixture.append(erased(eve, {}));
    await fixture.database.transaction((tx) => fixture.ledger.forgetSubject(tx, eve));
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    await fixture.append(someDecision(eve));
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    const [third] = await fixture.asSuperuser(`SELECT id FROM ledger.entry WHERE n = ${nth(3)}`);
    await fixture.database.transaction((tx) => fixture.ledger.forgetEntries(tx, [third!['id'] as never]));
    expect((await failing()).steps).toEqual(['chains']);
    await fixture.append(erased(ada, { basis: 'retention_over', cnt: 1 }));
    expect(await failing()).toEqual({ verdict: 'holds', steps: [] });
    // Whatever goes afterwards is not what that entry spoke of.
    await fixture.append(erased(ada, { basis: 'retention_over', cnt: 1 }));
    expect((await failing()).steps).toEqual(['chains']);
    const [later] = await fixture.append(someDecision(ada));
    await fixture.append(someDecision(ada));
    await fixture.database.transaction((tx) => fixture.ledger.forgetEntries(tx, [later!.id]));
    expect((await failing()).steps).toEqual(['chains']);
  });
});
