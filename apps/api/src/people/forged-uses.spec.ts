import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { passTime, TEST_CLOCK } from '../../../../test/support/database-clock.js';
import { RetentionService } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { AttemptService, HandOverService } from '#lib/sending';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

/** How long evidence is kept depends on when messages left on its strength: that is asked of the log as well as of the tables. */
describe('rows of what evidence was used for, and of what a statute has kept', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let admin: pg.Pool;
  beforeAll(async () => {
    brand = await SomeBrand.start(TEST_CLOCK);
    ({ api, admin } = brand);
  });
  afterAll(() => brand.stop());

  const service = <T>(token: abstract new (...args: never[]) => T): T => api.app.get(token, { strict: false });
  const tampered = async (sql: string): Promise<void> => {
    const client = await admin.connect();
    try {
      await client.query('ALTER TABLE consent.consent_event DISABLE TRIGGER ALL');
      await client.query(sql);
    } finally {
      await client.query('ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only');
      client.release();
    }
  };
  /** How many entries about consents of somebody still tell what they told. */
  const telling = async (id: string): Promise<number> => {
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ledger.entry e JOIN ledger.disclosure d USING (n)
         JOIN consent.contact c ON c.subject_id = d.subject_id AND c.external_id = $1
        WHERE convert_from(e.leaf, 'UTF8') ~ '"t":"consent' AND octet_length(d.sealed) > 300`,
      [id],
    );
    return rows[0]!.n;
  };
  const sent = async (id: string): Promise<void> => {
    const message = (await brand.accept(id)) as MessageId;
    await service(HandOverService).handOver(await service(AttemptService).attempt([message]));
    expect((await brand.send('GET', `/v1/messages/${message}`)).json()).toMatchObject({ status: 'sent' });
  };

  it('have no evidence destroyed that a message relied on, whoever takes the row of the message away', async () => {
    const purpose = { enforcement: 'restrictive', legalBasis: 'consent', labels: { en: 'Marketing', de: 'Werbung' } };
    await brand.send('PUT', '/v1/purposes/commercial', { ...purpose, keepEvidence: 'P3Y' });
    for (const id of ['relied-on', 'unused']) {
      await brand.person(id, null);
      await brand.say(id, 'granted', { occurredAt: '2020-01-01T00:00:00Z' });
      if (id === 'relied-on') await sent(id);
      await brand.say(id, 'withdrawn', { occurredAt: new Date(Date.now() + 1_000).toISOString() });
      await brand.say(id, 'granted', { occurredAt: new Date(Date.now() + 2_000).toISOString() });
    }
    const before = [await telling('relied-on'), await telling('unused')];
    await passTime(api.database.urls.admin, '13 months');
    await tampered(`
      CREATE TABLE public.kept AS TABLE sending.cap_use;
      DELETE FROM sending.cap_use`);
    await service(RetentionService).forgetOldEvidence();
    expect(await telling('relied-on')).toBe(before[0]);
    expect(await telling('unused')).toBeLessThan(before[1]!);
    await tampered('INSERT INTO sending.cap_use SELECT * FROM public.kept');
    await passTime(api.database.urls.admin, '2 years');
    await service(RetentionService).forgetOldEvidence();
    expect(await telling('relied-on')).toBeLessThan(before[0]!);
  });

  it.each([
    ['at an earlier time', `UPDATE consent.consent_event SET occurred_at = '2010-01-01' WHERE contact_point_id IN`],
    ['elsewhere', `UPDATE consent.consent_event SET jurisdiction = 'US' WHERE contact_point_id IN`],
    ['as a no', `UPDATE consent.consent_event SET kind = 'refused' WHERE contact_point_id IN`],
  ])('have a statute keep what somebody said, whoever writes that it was said %s', async (what, sql) => {
    const id = `called ${what}`.replaceAll(' ', '-');
    const phone = { country: 'DE', contactPoints: [{ channel: 'phone', address: `+49309876${what.length}` }] };
    expect((await brand.send('PUT', `/v1/contacts/${id}`, phone)).status).toBeLessThan(300);
    const given = new Date(Date.now() - 86_400_000).toISOString();
    expect((await brand.say(id, 'granted', { channel: 'phone', occurredAt: given })).status).toBe(201);
    await tampered(
      `${sql} (SELECT q.id FROM consent.contact_point q JOIN consent.contact c ON c.id = q.contact_id WHERE c.external_id = '${id}')`,
    );
    const receipt = await brand.send('POST', `/v1/contacts/${id}/erasure`, {});
    expect(receipt.json()).toMatchObject({ status: 'restricted', restricted: { rule: 'de:evidence-phone' } });
  });
});
