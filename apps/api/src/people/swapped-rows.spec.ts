import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { ErasedAgain } from '#lib/consent';
import type { ContactId } from '#lib/kernel';
import { Comparison } from '../testing/comparison.js';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

const NOBODY = '01920000-0000-7000-8000-000000000001';

/** Whoever may write every row, and has no key, gives nobody another's history: the daily comparison says so. */
describe('rows that name somebody else than their entries do', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let admin: pg.Pool;
  let comparison: Comparison;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, admin } = brand);
    comparison = new Comparison(api);
    await admin.query(`INSERT INTO ledger.subject (id, secret) VALUES ($1, sha256('x'))`, [NOBODY]);
  });
  afterAll(async () => {
    await comparison.stop();
    await brand.stop();
  });
  afterEach(async () => {
    expect(await differences()).toEqual([]);
  });

  const service = <T>(token: abstract new (...args: never[]) => T): T => api.app.get(token, { strict: false });
  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> => {
    const client = await admin.connect();
    try {
      await client.query('ALTER TABLE consent.consent_event DISABLE TRIGGER ALL');
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.query('ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only');
      client.release();
    }
  };
  const contact = async (id: string) =>
    (
      await sql<{ id: ContactId; subject: string; point: string }>(
        `SELECT c.id, c.subject_id AS subject, q.id AS point
           FROM consent.contact c JOIN consent.contact_point q ON q.contact_id = c.id WHERE c.external_id = $1`,
        [id],
      )
    )[0]!;
  const differences = () => comparison.differences();
  const OTHER = 'consent.contact has entries in another chain than its own';

  it('a person with the chain of nobody is found', async () => {
    await brand.person('swap', 'withdrawn');
    const { id, subject } = await contact('swap');
    await sql(`UPDATE consent.contact SET subject_id = $2 WHERE id = $1`, [id, NOBODY]);
    expect(await differences()).toContain(OTHER);
    await sql(`UPDATE consent.contact SET subject_id = $2 WHERE id = $1`, [id, subject]);
  });

  it('evidence is gone from rows only of whom the log says to be erased but for it', async () => {
    const given = { channel: 'phone', occurredAt: '2024-05-06T07:08:09.000Z', evidence: { ip: '198.51.100.7' } };
    for (const [id, address] of Object.entries({ sealed: '+4930987654', robbed: '+4930987655' })) {
      await brand.send('PUT', `/v1/contacts/${id}`, { country: 'DE', contactPoints: [{ channel: 'phone', address }] });
      await brand.say(id, 'granted', given);
    }
    const erased = await brand.send('POST', '/v1/contacts/sealed/erasure', {});
    expect(erased.json()).toMatchObject({ status: 'restricted' });
    const { point } = await contact('robbed');
    const emptied = await sql(
      `SELECT e.id FROM consent.consent_event e JOIN consent.contact_point p ON p.id = e.contact_point_id
         JOIN consent.contact c ON c.id = p.contact_id
        WHERE c.restricted_until IS NOT NULL AND e.wording IS NULL AND e.evidence = '{}'`,
    );
    expect(emptied.length).toBeGreaterThan(0);
    expect(await differences()).toEqual([]);

    type Kept = { id: string; source: string | null; wording: string | null; evidence: object };
    const before = await sql<Kept>(
      `SELECT id, source, wording, evidence FROM consent.consent_event WHERE contact_point_id = $1`,
      [point],
    );
    await sql(
      `UPDATE consent.consent_event SET source = NULL, wording = NULL, evidence = '{}' WHERE contact_point_id = $1`,
      [point],
    );
    const found = await differences();
    expect(found).toHaveLength(before.length);
    expect(found.every((one) => one.startsWith('consent.consent_event says otherwise than its entry: '))).toBe(true);
    for (const { id, source, wording, evidence } of before)
      await sql(`UPDATE consent.consent_event SET source = $2, wording = $3, evidence = $4 WHERE id = $1`, [
        ...[id, source, wording, evidence],
      ]);
  });

  it('an erasure does not destroy the chain of somebody else', async () => {
    await brand.person('leaves', 'granted');
    await brand.person('victim', 'withdrawn');
    const [leaves, victim] = [await contact('leaves'), await contact('victim')];
    await sql(`UPDATE consent.contact SET subject_id = $2 WHERE id = $1`, [victim.id, NOBODY]);
    await sql(`UPDATE consent.contact SET subject_id = $2 WHERE id = $1`, [leaves.id, victim.subject]);
    expect((await brand.send('POST', '/v1/contacts/leaves/erasure', {})).status).toBe(500);
    await sql(`UPDATE consent.contact SET subject_id = $2 WHERE id = $1`, [leaves.id, leaves.subject]);
    await sql(`UPDATE consent.contact SET subject_id = $2 WHERE id = $1`, [victim.id, victim.subject]);
  });

  it('nobody is erased again who was never erased', async () => {
    await brand.person('never', 'withdrawn');
    const { id } = await contact('never');
    await sql(`UPDATE consent.contact SET erased_at = now() WHERE id = $1`, [id]);
    expect((await service(ErasedAgain).since(0)).map((one) => one.id)).not.toContain(id);
    await sql(`UPDATE consent.contact SET erased_at = NULL WHERE id = $1`, [id]);
  });

  it('what an erased person said is not the yes of another', async () => {
    await brand.person('no-more', 'withdrawn');
    await brand.person('gone', 'granted');
    const gone = await contact('gone');
    expect((await brand.send('POST', '/v1/contacts/gone/erasure', {})).status).toBe(200);
    const { point } = await contact('no-more');
    const moved = `SELECT id FROM consent.consent_event WHERE contact_point_id = $1 AND kind = 'granted'`;
    const ids = (await sql<{ id: string }>(moved, [gone.point])).map(({ id }) => id);
    await sql(`UPDATE consent.consent_event SET contact_point_id = $2 WHERE id = ANY ($1::uuid[])`, [ids, point]);
    expect(await differences()).toContain('consent.consent_event says what no entry of its person tells');
    await sql(`UPDATE consent.consent_event SET contact_point_id = $2 WHERE id = ANY ($1::uuid[])`, [ids, gone.point]);
  });

  it('an entry that has its place is not set aside', async () => {
    await brand.person('aside', 'withdrawn');
    const { point } = await contact('aside');
    await differences();
    await sql(
      `INSERT INTO ledger.quarantine (n, reason, seal)
       SELECT e.n, 'already_placed', '' FROM ledger.entry e JOIN consent.consent_event c ON c.entry_id = e.id
        WHERE c.contact_point_id = $1 AND c.kind = 'withdrawn'`,
      [point],
    );
    const said = `contact_point_id = '${point}' AND kind = 'withdrawn'`;
    await sql(`CREATE TABLE public.kept AS SELECT * FROM consent.consent_event WHERE ${said}`);
    await sql(`DELETE FROM consent.consent_event WHERE ${said}`);
    expect((await differences()).join()).toContain('consent.consent_event');
    await sql(`INSERT INTO consent.consent_event SELECT * FROM public.kept`);
  });

  it('the set-up makes up for nothing that is missing', async () => {
    const setUp = `ledger.subject WHERE id = '00000000-0000-0000-0000-000000000000'`;
    const [before] = await sql<{ head: Buffer }>(`SELECT chain_head AS head FROM ${setUp}`);
    const put = (n: number, head: Buffer) =>
      sql(`UPDATE ledger.subject SET chain_n = $1, chain_head = $2 WHERE id = '00000000-0000-0000-0000-000000000000'`, [n, head]); // prettier-ignore
    await put(1, Buffer.alloc(32, 1));
    expect((await differences()).join()).toContain('the set-up has entries of a chain');
    await put(0, before!.head);
  });
});
