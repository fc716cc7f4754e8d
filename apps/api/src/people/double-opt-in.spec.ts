import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DoubleOptInService } from '#lib/consent';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

describe('double opt-in as a brand sets it up', () => {
  let api: RunningApi;
  let key: string;
  let admin: pg.Pool;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    await setUpSending(api, key);
    admin = new pg.Pool({ connectionString: api.database.urls.admin, max: 1 });
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    await admin.end();
    await api.stop();
  });

  const ask = (name: string, more: object = {}) =>
    api.send('POST', '/v1/double-opt-ins', {
      key,
      body: {
        channel: 'email',
        address: `${name}@people.example`,
        externalId: name,
        purpose: 'commercial',
        topics: ['newsletter'],
        ...more,
      },
    });
  const purge = async (): Promise<void> => {
    await admin.query('UPDATE consent.double_opt_in SET expires_at = now()');
    await api.app.get(DoubleOptInService, { strict: false }).purge();
  };
  const kinds = async (name: string): Promise<string[]> => {
    const { rows } = await admin.query<{ kind: string }>(
      `SELECT e.kind FROM consent.consent_event e JOIN consent.contact_point p ON p.id = e.contact_point_id
         JOIN consent.contact c ON c.id = p.contact_id WHERE c.external_id = $1 ORDER BY e.recorded_at, e.id`,
      [name],
    );
    return rows.map(({ kind }) => kind);
  };

  it('is off until it is switched on, per channel, with a message and a purpose made for it', async () => {
    expect((await ask('early')).json()).toMatchObject({ code: 'conflict' });
    expect((await api.send('GET', '/v1/double-opt-in/email', { key })).status).toBe(404);
    const on = await api.send('PUT', '/v1/double-opt-in/email', { key, body: {} });
    expect(on.json()).toEqual({
      channel: 'email',
      enabled: true,
      required: false,
      validDays: 7,
      mailsPerDay: 3,
      template: 'double-opt-in',
      purpose: 'confirmation',
    });
    expect((await ask('early', { channel: 'sms', address: '+4930123456' })).json()).toMatchObject({ code: 'conflict' });
    const template = await api.send('GET', '/v1/templates/double-opt-in', { key });
    expect(template.json()).toMatchObject({ class: 'transactional', defaultLanguage: 'de' });
    expect(Object.keys(template.json<{ contents: object }>().contents)).toHaveLength(11);
  });

  it.each([
    ['a commercial template', { template: 'news' }, 'invalid_request'],
    ['a template that is not there', { template: 'nothing' }, 'unknown_template'],
    ['a purpose that is not there', { purpose: 'nothing' }, 'unknown_purpose'],
    ['links for more than four weeks', { validDays: 29 }, 'invalid_request'],
  ])('takes no %s', async (_what, body, code) => {
    expect((await api.send('PUT', '/v1/double-opt-in/email', { key, body })).json()).toMatchObject({ code });
  });

  it('does not take the address of a contact who is written to at another', async () => {
    await api.send('PUT', '/v1/contacts/moved', {
      key,
      body: { contactPoints: [{ channel: 'email', address: 'first@people.example' }] },
    });
    expect((await ask('moved')).json()).toMatchObject({ code: 'conflict', errors: [{ pointer: '/externalId' }] });
  });

  it('mails an address three times a day at most, a minute apart', async () => {
    const count = async () =>
      (
        await admin.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM consent.double_opt_in o JOIN consent.contact c ON c.id = o.contact_id WHERE c.external_id = 'eager'`,
        )
      ).rows[0]?.n;
    const longAgo = () =>
      admin.query(`UPDATE consent.double_opt_in SET requested_at = requested_at - interval '2 minutes'`);
    const counts: (number | undefined)[] = [];
    for (let i = 0; i < 6; i++) {
      const answer = await ask('eager');
      expect([answer.status, answer.text]).toEqual([202, '{"status":"requested"}']);
      counts.push(await count());
      if (i > 0) await longAgo();
    }
    expect(counts).toEqual([1, 1, 2, 3, 3, 3]);
  });

  it('clears away what nobody confirmed, with whoever it was about, and keeps whom it did not create', async () => {
    const MARK = 'nobody-confirmed-me';
    await ask(MARK);
    await api.send('PUT', '/v1/contacts/customer', {
      key,
      body: { contactPoints: [{ channel: 'email', address: 'customer@people.example' }] },
    });
    await ask('customer');
    expect(await kinds('customer')).toEqual(['requested', 'requested']);
    await purge();
    expect(await kinds('customer')).toEqual(['requested', 'requested', 'expired', 'expired']);
    expect((await api.send('GET', `/v1/contacts/${MARK}`, { key })).status).toBe(404);
    for (const table of ['contact', 'contact_point', 'double_opt_in']) {
      const { rows } = await admin.query<{ t: string | null }>(
        `SELECT string_agg(t::text, ' ') AS t FROM consent.${table} t`,
      );
      expect(rows[0]?.t ?? '').not.toContain(MARK);
    }
    // Whoever never said anything refused nothing either.
    expect((await ask('again', { address: `${MARK}@people.example` })).status).toBe(202);
    expect(await kinds('again')).toEqual(['requested', 'requested']);
  });

  it('takes no other yes where the brand says so, over the API and from a list, and a no all the same', async () => {
    const required = (yes: boolean) => api.send('PUT', '/v1/double-opt-in/email', { key, body: { required: yes } });
    expect((await required(true)).json()).toMatchObject({ enabled: true, required: true });
    const point = { channel: 'email', address: 'strict@people.example' };
    await api.send('PUT', '/v1/contacts/strict', { key, body: { contactPoints: [point] } });
    const say = async (kind: string) => {
      const occurredAt = new Date().toISOString();
      const said = { channel: 'email', purpose: 'commercial', legalBasis: 'consent', method: 'web_form', occurredAt };
      return (await api.send('POST', '/v1/contacts/strict/consents', { key, body: { ...said, kind } })).status;
    };
    const list = async (kind: string) => {
      const occurredAt = new Date(Date.now() - 1000).toISOString();
      const row = {
        externalId: 'strict',
        ...point,
        purpose: 'commercial',
        kind,
        occurredAt,
        method: 'web_form',
        wording: 'Yes',
      };
      const answer = await api.send('POST', '/v1/contacts:import?dryRun=true', {
        key,
        headers: { 'content-type': 'application/x-ndjson' },
        raw: JSON.stringify(row),
      });
      return (JSON.parse(answer.text.split('\n')[0] ?? '') as { code: string | null }).code;
    };
    expect([await say('granted'), await say('imported'), await list('granted')]).toEqual([
      409,
      409,
      'confirmation_missing',
    ]);
    expect([await list('confirmed'), await say('withdrawn'), await say('confirmed')]).toEqual([null, 201, 201]);
    await required(false);
    expect(await say('granted')).toBe(201);
  });

  it('sends once what a crash left unsent', async () => {
    await ask('crashed');
    await admin.query(
      `UPDATE consent.double_opt_in SET mailed_at = NULL, message_id = NULL, requested_at = requested_at - interval '20 seconds'
        WHERE contact_id = (SELECT id FROM consent.contact WHERE external_id = 'crashed')`,
    );
    const { ConfirmationMails } = await import('#lib/sending');
    expect(await api.app.get(ConfirmationMails, { strict: false }).sendMissing()).toBe(1);
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM sending.message m JOIN consent.contact c ON c.id = m.contact_id WHERE c.external_id = 'crashed'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});
