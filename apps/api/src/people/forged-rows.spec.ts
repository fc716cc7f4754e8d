import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { passTime, TEST_CLOCK } from '../../../../test/support/database-clock.js';
import { DoubleOptInService, ErasureOrders, RetentionService } from '#lib/consent';
import type { BrandId, ContactId, EntryId, SubjectId } from '#lib/kernel';
import { LedgerService, Sequencer } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, newId } from '#lib/platform';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

/** Whoever may write every row, and has no key, has nothing destroyed by the product itself. */
describe('rows that somebody wrote behind the product’s back', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let admin: pg.Pool;
  beforeAll(async () => {
    brand = await SomeBrand.start(TEST_CLOCK);
    ({ api, admin } = brand);
  });
  afterAll(() => brand.stop());

  const tampered = async (sql: string, values: unknown[] = []): Promise<void> => {
    const client = await admin.connect();
    try {
      await client.query('ALTER TABLE consent.consent_event DISABLE TRIGGER ALL');
      await client.query(sql, values);
    } finally {
      await client.query('ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only');
      client.release();
    }
  };
  const contact = async (id: string): Promise<{ id: ContactId; subject: string; brand: string }> => {
    const { rows } = await admin.query<{ id: ContactId; subject: string; brand: string }>(
      `SELECT id, subject_id AS subject, brand_id AS brand FROM consent.contact WHERE external_id = $1`,
      [id],
    );
    return rows[0]!;
  };
  /** Everything that the entries of this chain disclose, sealed. */
  const sealed = async (subject: string): Promise<string> => {
    const { rows } = await admin.query<{ all: string }>(
      `SELECT md5(string_agg(sealed, ''::bytea ORDER BY n)) AS all FROM ledger.disclosure WHERE subject_id = $1`,
      [subject],
    );
    return rows[0]!.all;
  };
  const service = <T>(token: abstract new (...args: never[]) => T): T => api.app.get(token, { strict: false });
  const sequenced = async (): Promise<void> => {
    const { ledgerKek, ledgerMac } = api.app.get<KeyRing>(KEY_RING, { strict: false });
    const sequencer = new Sequencer({ url: api.database.urls.sequencer, keys: { kek: ledgerKek, macKey: ledgerMac } });
    while ((await sequencer.runOnce()) > 0);
    await sequencer.stop();
  };
  const problems = () =>
    service(Database).transaction((tx) => service(LedgerService).chainProblems(tx)).then((all) => all.map((one) => one.problem)); // prettier-ignore

  it('make no evidence older than its entry is', async () => {
    await brand.person('young', 'withdrawn');
    await brand.say('young', 'granted', { occurredAt: new Date(Date.now()).toISOString() });
    const { subject } = await contact('young');
    const before = await sealed(subject);
    await tampered(`UPDATE consent.consent_event SET recorded_at = '2019-01-01', occurred_at = '2019-01-01'`);
    await service(RetentionService).forgetOldEvidence();
    expect(await sealed(subject)).toBe(before);
  });

  it('take no no out of what counts, and name no other entry as old', async () => {
    await brand.person('stays-out', 'withdrawn');
    await brand.person('another', 'granted');
    await passTime(api.database.urls.admin, '10 years');
    const [out, another] = [await contact('stays-out'), await contact('another')];
    const before = await Promise.all([out, another].map(({ subject }) => sealed(subject)));
    // The grant before it counts again, the no does not; and what lies behind it is an entry of somebody else.
    await tampered(
      `UPDATE consent.consent_state s SET event_id = e.id, status = 'granted'
         FROM consent.consent_event e JOIN consent.contact_point q ON q.id = e.contact_point_id
        WHERE q.contact_id = $1 AND e.kind = 'granted' AND s.contact_point_id = q.id AND s.scope_id = coalesce(e.topic_id, e.purpose_id)`,
      [out.id],
    );
    await service(RetentionService).forgetOldEvidence();
    await tampered(
      `UPDATE consent.consent_event SET entry_id = (SELECT e.id FROM ledger.entry e JOIN ledger.disclosure d USING (n)
          WHERE d.subject_id = $2 ORDER BY e.n DESC LIMIT 1)
        WHERE contact_point_id IN (SELECT id FROM consent.contact_point WHERE contact_id = $1) AND kind = 'withdrawn'`,
      [out.id, another.subject],
    );
    await service(RetentionService).forgetOldEvidence();
    expect(await Promise.all([out, another].map(({ subject }) => sealed(subject)))).toEqual(before);
  });

  it('have evidence kept no shorter than its purpose was said to', async () => {
    const purpose = { enforcement: 'restrictive', legalBasis: 'consent', labels: { en: 'Long', de: 'Lang' } };
    await brand.send('PUT', '/v1/purposes/kept-long', { ...purpose, keepEvidence: 'P100Y' });
    await brand.person('long', null);
    const to = { purpose: 'kept-long', topics: [] };
    await brand.say('long', 'granted', { ...to, occurredAt: '2019-01-01T00:00:00Z' });
    await brand.say('long', 'withdrawn', { ...to, occurredAt: '2020-01-01T00:00:00Z' });
    await brand.say('long', 'granted', { ...to, occurredAt: '2021-01-01T00:00:00Z' });
    await passTime(api.database.urls.admin, '13 months');
    await sequenced();
    const { subject } = await contact('long');
    const before = await sealed(subject);
    await tampered(`UPDATE consent.purpose SET keep_evidence = 'P1Y' WHERE key = 'kept-long'`);
    await service(RetentionService).forgetOldEvidence();
    expect(await sealed(subject)).toBe(before);
    await tampered(`UPDATE consent.purpose SET keep_evidence = 'P100Y' WHERE key = 'kept-long'`);
  });

  it('erase nobody whose time to be kept sealed is not over, or who was never erased', async () => {
    await brand.person('never-asked', 'granted');
    const { id, subject } = await contact('never-asked');
    const before = await sealed(subject);
    await tampered(
      `UPDATE consent.contact SET erased_at = '2026-01-01', restricted_until = '2026-01-02' WHERE id = $1`,
      [id],
    );
    await expect(service(RetentionService).finishErasures()).rejects.toMatchObject({
      errors: [{ message: expect.stringContaining('no entry says') }],
    });
    expect(await sealed(subject)).toBe(before);
    await tampered(`UPDATE consent.contact SET erased_at = NULL, restricted_until = NULL WHERE id = $1`, [id]);
  });

  it('erase nobody who did not ask, or who took it back', async () => {
    await brand.person('ordered', 'granted');
    const { id, subject, brand: brandId } = await contact('ordered');
    const { rows } = await admin.query<{ id: string }>(
      `SELECT e.id FROM ledger.entry e JOIN ledger.disclosure d USING (n) WHERE d.subject_id = $1 ORDER BY n LIMIT 1`,
      [subject],
    );
    const before = await sealed(subject);
    await tampered(
      `INSERT INTO consent.erasure_order (contact_id, brand_id, basis, actor, request_entry_id, message_id, at, latest_at)
       VALUES ($1, $2, 'gdpr_17_1', 'somebody', $3, gen_random_uuid(), '2026-01-01', '2026-01-02')`,
      [id, brandId, rows[0]!.id],
    );
    await expect(service(ErasureOrders).carryOut(id)).rejects.toThrow('does not ask to erase');
    expect(await sealed(subject)).toBe(before);

    const about = { subjectId: subject as SubjectId, brandId: brandId as BrandId, at: Date.now() };
    const asked = newId<EntryId>();
    await service(Database).transaction((tx) =>
      service(LedgerService).append(tx, [
        { id: asked, type: 'erasure.requested', ...about, clear: {}, disclosed: {} },
        { type: 'erasure.withdrawn', ...about, clear: { ref: asked }, disclosed: {} },
      ]),
    );
    const later = await sealed(subject);
    await tampered(`UPDATE consent.erasure_order SET request_entry_id = $1`, [asked]);
    await expect(service(ErasureOrders).carryOut(id)).rejects.toThrow('back');
    expect(await sealed(subject)).toBe(later);
  });

  it('make nobody a part of whoever is erased', async () => {
    await brand.person('leaves', 'granted');
    await brand.person('is-somebody-else', 'granted');
    const [leaves, other] = [await contact('leaves'), await contact('is-somebody-else')];
    const before = await sealed(other.subject);
    await tampered(`UPDATE consent.contact SET merged_into = $1 WHERE id = $2`, [leaves.id, other.id]);
    const erased = await brand.send('POST', '/v1/contacts/leaves/erasure', {});
    expect(erased.status).toBe(500);
    expect(await sealed(other.subject)).toBe(before);
    await tampered(`UPDATE consent.contact SET merged_into = NULL WHERE id = $1`, [other.id]);
    expect((await brand.send('POST', '/v1/contacts/leaves/erasure', {})).status).toBe(200);
  });

  it('put nobody into the evidence about somebody else', async () => {
    await brand.person('shown', 'granted');
    await brand.person('not-asked-for', 'granted');
    const [shown, other] = [await contact('shown'), await contact('not-asked-for')];
    const order = (name: string) => brand.send('POST', '/v1/exports', { contact: name });
    await tampered(`UPDATE consent.contact SET merged_into = $1 WHERE id = $2`, [shown.id, other.id]);
    for (const name of ['shown', 'not-asked-for']) {
      const { status, json } = await order(name);
      expect([status, json()]).toEqual([
        409,
        expect.objectContaining({ detail: expect.stringContaining('reconcile') }),
      ]);
    }
    // Nor into what is kept about them, or a receipt that is made of it.
    const { rows } = await admin.query<{ id: string }>(
      `SELECT e.id FROM consent.consent_event e JOIN consent.contact_point p ON p.id = contact_point_id
        WHERE p.contact_id = $1`,
      [other.id],
    );
    for (const path of ['export', 'export?format=html', `consents/${rows[0]!.id}/receipt`])
      expect([path, (await brand.send('GET', `/v1/contacts/shown/${path}`)).status]).toEqual([path, 409]);
    await tampered(`UPDATE consent.contact SET merged_into = NULL WHERE id = $1`, [other.id]);
    expect((await order('shown')).status).toBe(202);
  });

  it('make nobody somebody who only asked and never confirmed', async () => {
    await brand.person('long-known', 'granted');
    const { id, subject, brand: brandId } = await contact('long-known');
    const before = await sealed(subject);
    const unconfirmed = `INSERT INTO consent.double_opt_in (id, brand_id, channel, contact_id, contact_point_id, purpose_id, topic_ids,
                                          request_event_id, token_hash, created_contact, test, template, message_purpose,
                                          requested_at, expires_at)
       SELECT gen_random_uuid(), $2, 'email', $1, q.id, e.purpose_id, '{}', e.id, sha256(uuid_send($1)), true, false, 't', 'p',
              '2026-01-01', '2026-01-02'
         FROM consent.contact_point q JOIN consent.consent_event e ON e.contact_point_id = q.id WHERE q.contact_id = $1 LIMIT 1`;
    await tampered(unconfirmed, [id, brandId]);
    await tampered(
      `DELETE FROM consent.consent_state WHERE contact_point_id IN (SELECT id FROM consent.contact_point WHERE contact_id = $1)`,
      [id],
    );
    await tampered(`UPDATE consent.contact SET updated_at = created_at WHERE id = $1`, [id]);
    await service(DoubleOptInService).purge();
    await brand.person('said-no', 'refused');
    const no = await contact('said-no');
    await tampered(`UPDATE consent.contact SET updated_at = created_at WHERE id = $1`, [no.id]);
    await tampered(unconfirmed, [no.id, no.brand]);
    await service(DoubleOptInService).purge();
    expect((await admin.query(`SELECT erased_at AS at FROM consent.contact WHERE id = $1`, [no.id])).rows).toEqual([{ at: null }]); // prettier-ignore
    expect(await sealed(subject)).not.toBeNull();
    const { rows } = await admin.query(`SELECT erased_at AS at FROM consent.contact WHERE id = $1`, [id]);
    expect(rows).toEqual([{ at: null }]);
    expect((await sealed(subject)).length).toBe(before.length);
  });

  it('and no chain has lost anything by it', async () => {
    expect(await problems()).toEqual([]);
  });
});
