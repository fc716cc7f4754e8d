import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ConfirmationService, DoubleOptInService, makeConfirmToken } from '#lib/consent';
import { KEY_RING, type KeyRing } from '#lib/platform';
import { until } from '../../../../test/support/until.js';
import type { RunningApi } from '../testing/running-api.js';
import { STEP_MS } from '../http/evenly.js';
import { SomeBrand } from '../testing/some-brand.js';

describe('double opt-in as a brand sets it up', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  let admin: pg.Pool;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, key, admin } = brand);
  });
  afterAll(() => brand.stop());

  const ask = (name: string, more: object = {}, by = key) =>
    api.send('POST', '/v1/double-opt-ins', {
      key: by,
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
    // In whole milliseconds, as the program reckons: one of a later microsecond is not over within its millisecond.
    await admin.query(`UPDATE consent.double_opt_in SET expires_at = date_trunc('milliseconds', now())`);
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

  it('takes a step of time at least, whether there was anything to do or not', async () => {
    for (const name of ['timed', 'timed', 'timed']) {
      const begun = performance.now();
      expect((await ask(name)).status).toBe(202);
      expect(performance.now() - begun).toBeGreaterThan(STEP_MS - 2);
    }
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

  it('keeps whoever it created once somebody else has written about them', async () => {
    await ask('known');
    await api.send('PUT', '/v1/contacts/known', {
      key,
      body: { account: 'Big customer', attributes: { name: 'Ada' } },
    });
    await purge();
    expect((await api.send('GET', '/v1/contacts/known', { key })).status).toBe(200);
  });

  const put = (id: string, address: string) => brand.contact(id, address);
  const say = (id: string, kind: string, topics: string[], more: object = {}) =>
    brand.say(id, kind, { topics, ...more });
  const reason = (to: string, topic = 'newsletter', by = key) => brand.reason(to, { topic }, by);
  /** Presses the button of the last mail that went to an address. */
  const confirm = async (address: string) => {
    const { rows } = await admin.query<{ id: string; point: string; brand: string; mailed: string }>(
      `SELECT o.id, p.id AS point, o.brand_id AS brand
         FROM consent.double_opt_in o LEFT JOIN consent.consent_event r ON r.id = o.request_event_id
         JOIN consent.contact_point p ON p.id = coalesce(r.contact_point_id, o.contact_point_id)
        WHERE p.address = $1 ORDER BY o.requested_at DESC LIMIT 1`,
      [address],
    );
    const [row] = rows;
    if (row === undefined) return 'no mail';
    const link = { optInId: row.id, contactPointId: row.point, brandId: row.brand };
    const token = makeConfirmToken(api.app.get<KeyRing>(KEY_RING, { strict: false }).links, link as never);
    const traces = { ip: '203.0.113.1', userAgent: 'Mozilla/5.0', fetchSite: null, fetchMode: null };
    const said = () => ({ wording: 'Confirm', language: 'en' });
    return (await api.app.get(ConfirmationService, { strict: false }).confirm(token, traces, said))?.state;
  };

  it('counts, confirmed after a merge of two who have the address', async () => {
    await ask('merged-from', { address: 'merged@people.example' });
    await put('merged-into', 'merged@people.example');
    await api.send('POST', '/v1/contacts/merged-into/merge', { key, body: { from: 'merged-from' } });
    expect([await confirm('merged@people.example'), await reason('merged-into')]).toEqual(['confirmed', null]);
    await purge();
    expect((await api.send('GET', '/v1/contacts/merged-into', { key })).status).toBe(200);
  });

  it('brings back whoever had left under another name at the address', async () => {
    await put('double-old', 'double@people.example');
    await say('double-old', 'confirmed', ['newsletter']);
    await put('double-new', 'double@people.example');
    await say('double-new', 'granted', ['newsletter']);
    await say('double-new', 'withdrawn', []);
    expect(await reason('double-old')).toBe('consent_withdrawn');
    await ask('double-old', { address: 'double@people.example' });
    expect([await confirm('double@people.example'), await reason('double-old')]).toEqual(['confirmed', null]);
  });

  it('takes back an objection for what is confirmed alone', async () => {
    await api.send('PUT', '/v1/topics/events', {
      key,
      body: { purpose: 'commercial', labels: { de: 'Termine', en: 'Events' } },
    });
    await put('objector', 'objector@people.example');
    await say('objector', 'granted', ['events']);
    await api.send('POST', '/v1/suppressions', {
      key,
      body: { channel: 'email', address: 'objector@people.example', reason: 'objection' },
    });
    await ask('objector');
    expect(await confirm('objector@people.example')).toBe('confirmed');
    expect([await reason('objector'), await reason('objector', 'events')]).toEqual([null, 'consent_withdrawn']);
  });

  it('takes back an objection for who confirms, and not for another with the address who had agreed to it', async () => {
    await put('sharing-old', 'sharing@people.example');
    await say('sharing-old', 'withdrawn', []);
    await put('sharing-new', 'sharing@people.example');
    await say('sharing-new', 'granted', ['newsletter'], { occurredAt: new Date().toISOString() });
    expect(await reason('sharing-new')).toBeNull();
    await api.send('POST', '/v1/suppressions', {
      key,
      body: { channel: 'email', address: 'sharing@people.example', reason: 'objection' },
    });
    await ask('sharing-old', { address: 'sharing@people.example' });
    expect(await confirm('sharing@people.example')).toBe('confirmed');
    expect([await reason('sharing-old'), await reason('sharing-new')]).toEqual([null, 'consent_withdrawn']);
  });

  it('that is tried out with a test key counts for test messages, and for no live one', async () => {
    const testKey = await api.key({ brand: 'acme', test: true });
    const reasons = async () => [await reason('tried', 'newsletter', testKey), await reason('tried')];
    await put('tried', 'tried@people.example');
    await ask('tried', {}, testKey);
    expect(await reasons()).toEqual(['confirmation_pending', 'no_consent']);
    expect(await confirm('tried@people.example')).toBe('confirmed');
    expect([await reasons(), await kinds('tried')]).toEqual([[null, 'no_consent'], []]);

    await ask('tried');
    expect(await reasons()).toEqual([null, 'confirmation_pending']);
    expect([await confirm('tried@people.example'), await reasons()]).toEqual(['confirmed', [null, null]]);
    await say('tried', 'withdrawn', []);
    expect(await reasons()).toEqual(['consent_withdrawn', 'consent_withdrawn']);
  });

  it('counts also when the merge is under way while the button is pressed', async () => {
    await ask('race-from', { address: 'race@people.example' });
    await put('race-into', 'race@people.example');
    const blocker = new pg.Client({ connectionString: api.database.urls.admin });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query(`SELECT FROM consent.contact WHERE external_id = 'race-from' FOR UPDATE`);
    const waiting = (count: number) =>
      until(`${count} who wait for the lock`, async () => {
        const { rows } = await admin.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows[0]?.n === count;
      });
    const merge = api.send('POST', '/v1/contacts/race-into/merge', { key, body: { from: 'race-from' } });
    await waiting(1);
    const pressed = confirm('race@people.example');
    await waiting(2);
    await blocker.query('COMMIT');
    await blocker.end();
    expect([(await merge).status, await pressed, await reason('race-into')]).toEqual([200, 'confirmed', null]);
  });

  it('takes no other yes where the brand says so, over the API and from a list, and a no all the same', async () => {
    const required = (yes: boolean) => api.send('PUT', '/v1/double-opt-in/email', { key, body: { required: yes } });
    expect((await required(true)).json()).toMatchObject({ enabled: true, required: true });
    const point = { channel: 'email', address: 'strict@people.example' };
    await api.send('PUT', '/v1/contacts/strict', { key, body: { contactPoints: [point] } });
    const say = async (kind: string, more: object = {}) => {
      const occurredAt = new Date().toISOString();
      const said = { channel: 'email', purpose: 'commercial', legalBasis: 'consent', method: 'web_form', occurredAt };
      return (await api.send('POST', '/v1/contacts/strict/consents', { key, body: { ...said, kind, ...more } })).status;
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
    expect([await list('confirmed'), await say('withdrawn')]).toEqual([null, 201]);
    const blank = { wording: ' ', evidence: { mail: '' } };
    expect([await say('confirmed'), await say('confirmed', blank)]).toEqual([400, 400]);
    expect(await say('confirmed', { evidence: { mail: 'of 3 May, answered on 4 May' } })).toBe(201);
    await required(false);
    expect([await say('granted'), await say('granted', { wording: 'Yes, please.' })]).toEqual([400, 201]);
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
