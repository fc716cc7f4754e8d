import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntryId, SubjectId } from '#lib/kernel';
import { chainProblems } from '../audit-chains.js';
import { LedgerDamaged } from '../sequencer.js';
import { KEYS, LedgerFixture, someConsent, someDecision } from '../testing/ledger-fixture.js';
import { SubjectHeads } from './subject-heads.service.js';

describe('a list of heads', () => {
  let original: LedgerFixture;
  let fixture: LedgerFixture;
  let ada: SubjectId;
  let gone: SubjectId;
  const list = (log = fixture) => new SubjectHeads(log.database, log.ledger).record(0);

  beforeAll(async () => {
    original = await LedgerFixture.create();
    [ada, gone] = [await original.subject(), await original.subject()];
    await original.append(someDecision(ada), someDecision(ada), someDecision(ada), someDecision(gone));
    await original.erase(gone);
    expect(await list(original)).toBe(true);
    await original.disconnect();
  });
  afterAll(() => original.close());
  beforeEach(async () => {
    fixture = await LedgerFixture.copyOf(original);
  });
  afterEach(() => fixture.close());

  const leafHashOf = (n: number) =>
    `(SELECT sha256('\\x00'::bytea || e.leaf) FROM ledger.disclosure d JOIN ledger.entry e USING (n)
       WHERE d.subject_id = '${ada}' ORDER BY n OFFSET ${n - 1} LIMIT 1)`;
  const shortened = () => [
    `UPDATE ledger.subject SET chain_n = 2, chain_head = ${leafHashOf(2)} WHERE id = '${ada}'`,
    `DELETE FROM ledger.disclosure WHERE n = (SELECT max(n) FROM ledger.disclosure WHERE subject_id = '${ada}')`,
  ];

  it('goes on from the one before, also over what was erased, wholly or in time', async () => {
    expect(await list()).toBe(false);
    const [last] = await fixture.append(someConsent(ada));
    expect(await list()).toBe(true);
    // What it counted last is destroyed, and then so is all of it.
    await fixture.pass('13 months');
    await fixture.forgetEntries(last!.id);
    expect(await list()).toBe(true);
    await fixture.erase(ada);
    expect(await list()).toBe(true);
    await fixture.append(someDecision(ada), someDecision(gone));
    expect(await list()).toBe(true);
    await fixture.append(someDecision(await fixture.subject()));
    expect(await list()).toBe(true);
  });

  it.each<[string, (end: EntryId) => readonly string[], string, unknown]>([
    [
      'the last that is left',
      (end) => [
        `DELETE FROM ledger.disclosure WHERE subject_id = '${ada}'`,
        `UPDATE ledger.subject SET chain_head = (SELECT sha256('\\x00'::bytea || leaf) FROM ledger.entry WHERE id = '${end}')
          WHERE id = '${ada}'`,
      ],
      'nothing is left',
      'not written',
    ],
    [
      'followed by all that is left',
      (end) => [
        `DELETE FROM ledger.disclosure WHERE subject_id = '${ada}' AND n <= (SELECT n FROM ledger.entry WHERE id = '${end}')`,
      ],
      'is missing',
      false,
    ],
  ])(
    'takes what was destroyed in time for no end of a chain, where it is %s',
    async (_where, sql, problem, written) => {
      const [old] = await fixture.append(someConsent(ada));
      await fixture.pass('13 months');
      await fixture.forgetEntries(old!.id);
      const [end] = await fixture.asSuperuser(`SELECT id FROM ledger.entry ORDER BY n DESC LIMIT 1`);
      await fixture.append(someDecision(ada));
      expect(await list()).toBe(true);
      const problems = () => fixture.database.transaction((tx) => chainProblems(tx, KEYS));
      expect(await problems()).toEqual([]);
      for (const one of sql(end!['id'] as EntryId)) await fixture.tamper(one);
      expect(await problems()).toMatchObject([{ problem: expect.stringContaining(problem) }]);
      expect(await list().catch((error: unknown) => error instanceof LedgerDamaged && 'not written')).toBe(written);
    },
  );

  it.each<[string, () => readonly string[], boolean]>([
    ['a chain ends sooner', shortened, false],
    ['a chain ended sooner and has grown again', shortened, true],
    [
      'somebody who was erased had more',
      () => [`UPDATE ledger.subject SET chain_n = chain_n + 1 WHERE id = '${gone}'`],
      false,
    ],
    [
      'a chain is gone',
      () => [
        `DELETE FROM ledger.disclosure WHERE subject_id = '${ada}'`,
        `DELETE FROM ledger.subject WHERE id = '${ada}'`,
      ],
      false,
    ],
    ['the list before is gone', () => ['DELETE FROM ledger.subject_heads', ...shortened()], true],
    [
      'the list before is another',
      () => [`UPDATE ledger.subject_heads SET records = set_byte(records, 40, get_byte(records, 40) # 1)`],
      true,
    ],
  ])('is not written where %s', async (_name, changes, grows) => {
    for (const sql of changes()) await fixture.tamper(sql);
    if (grows) await fixture.append(someDecision(ada), someDecision(ada));
    await expect(list()).rejects.toThrow(LedgerDamaged);
    expect(
      await fixture.asSuperuser(
        `SELECT count(*)::int AS n FROM ledger.entry WHERE position('"t":"subject.heads"'::bytea IN leaf) > 0`,
      ),
    ).toEqual([{ n: 1 }]);
  });
});
