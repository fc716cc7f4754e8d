import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { passTime, TEST_CLOCK } from '../../../../test/support/database-clock.js';
import { ErasureService, PreferenceService, RetentionService } from '#lib/consent';
import type { BrandId, ContactPointId } from '#lib/kernel';
import { LedgerService, PublishedLog } from '#lib/ledger';
import { Database } from '#lib/platform';
import { ErasureMails } from '#lib/sending';
import { Metrics } from '../metrics/metrics.js';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

describe('an erasure', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  let admin: pg.Pool;
  beforeAll(async () => {
    brand = await SomeBrand.start(TEST_CLOCK);
    ({ api, key, admin } = brand);
  });
  afterAll(() => brand.stop());

  const post = (url: string, body: object) => brand.send('POST', url, body);
  const put = (id: string, body: object) => brand.send('PUT', `/v1/contacts/${id}`, body);
  const say = (id: string, kind: string, more?: object) => brand.say(id, kind, more);
  const reasonFor = (to: string) => brand.reason(to);
  const person = (id: string, kind?: string | null, address?: string, more?: object) =>
    brand.person(id, kind, address, more);
  const accept = (to: string, sendAt?: string, variables?: object) => brand.accept(to, sendAt, variables);
  const statuses = async (id: string): Promise<string[]> => {
    const answer = await api.send('GET', `/v1/contacts/${id}/consents`, { key });
    return answer
      .json<{ contactPoints: { states: { topic: string | null; status: string }[] }[] }>()
      .contactPoints.map(({ states }) => states.find(({ topic }) => topic === 'newsletter')?.status ?? 'none');
  };

  const MARK = 'Zaphod-Secret-4711';

  it('leaves no trace but keyed hashes, ends what waits, and breaks no entry', async () => {
    await person('gone-1', 'granted', `${MARK.toLowerCase()}@people.example`, {
      attributes: { name: MARK },
      account: MARK,
    });
    const told = { wording: `Yes, I am ${MARK}`, source: `https://acme.example/${MARK}` };
    await say('gone-1', 'granted', { ...told, evidence: { ip: '198.51.100.99', note: MARK }, topics: [] });
    const variables = { firstName: MARK };
    const waiting = await accept('gone-1', new Date(Date.now() + 3_600_000).toISOString(), variables);
    const ended = await accept('gone-1', new Date(Date.now() + 3_600_000).toISOString(), variables);
    expect((await post(`/v1/messages/${ended}/cancel`, {})).status).toBe(200);
    expect(await tablesWith(new RegExp(MARK, 'i'))).toEqual([
      'consent.consent_event',
      'consent.contact',
      'consent.contact_point',
      'sending.message',
    ]);
    const subject = await one<{ subject: string; entries: string }>(
      `SELECT subject_id::text AS subject FROM consent.contact WHERE external_id = 'gone-1'`,
    );
    const leaves = `SELECT md5(string_agg(encode(leaf, 'hex'), ',' ORDER BY n)) AS hash FROM ledger.entry WHERE n <= `;
    const last = (await one<{ n: string }>('SELECT max(n)::text AS n FROM ledger.entry')).n;
    const before = await one(leaves + last);

    const receipt = await post('/v1/contacts/gone-1/erasure', { note: 'by letter' });
    expect(receipt.json()).toMatchObject({ status: 'erased', restricted: null, ended: [waiting], inFlight: [] });
    expect(receipt.json<{ disclosures: string[] }>().disclosures.join()).toContain('gone-1');
    expect((await api.send('GET', `/v1/messages/${waiting}`, { key })).json()).toMatchObject({
      status: 'dropped',
      reason: 'erased',
    });

    expect(await one(leaves + last)).toEqual(before);
    // Of all that their entries told, the place in the chain of the one that says that they were erased.
    expect(
      await one(
        `SELECT count(*)::int AS n, max(octet_length(sealed)) < 250 AS "isLink" FROM ledger.disclosure WHERE subject_id = '${subject.subject}'`,
      ),
    ).toEqual({ n: 1, isLink: true });
    expect(await tablesWith(/zaphod-secret-4711|gone-1|198\.51\.100\.99/i)).toEqual([]);
    expect((await api.send('GET', '/v1/contacts/gone-1', { key })).status).toBe(404);
    expect((await post('/v1/contacts/gone-1/erasure', {})).json()).toMatchObject({ code: 'unknown_contact' });
  });

  it('is asked for on the page, listed until it is done, and refers to what was asked', async () => {
    await person('asker', 'granted', 'asker@people.example', { language: 'de', zone: 'Europe/Berlin' });
    const point = await one<{ id: string }>(
      `SELECT p.id FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id WHERE c.external_id = 'asker'`,
    );
    const page = api.app.get(PreferenceService, { strict: false });
    const link = { contactPointId: point.id as ContactPointId, scopeId: null, messageId: null, expiresAt: null };
    const evidence = { details: {}, wording: () => 'Löschung verlangen' };
    await page.requestErasure({ access: 'manage', ...link }, evidence);
    const listed = async () =>
      (await api.send('GET', '/v1/erasure-requests', { key })).json<{
        items: { externalId: string; askedAt: string; dueAt: string; request: string }[];
      }>().items;
    const [asked, ...others] = await listed();
    expect(others).toEqual([]);
    expect(asked?.externalId).toBe('asker');
    const days = (Date.parse(asked?.dueAt ?? '') - Date.parse(asked?.askedAt ?? '')) / 86_400_000;
    expect([28, 29, 30, 31]).toContain(days);
    const receipt = (await post('/v1/contacts/asker/erasure', {})).json<{ request: string }>();
    expect(receipt.request).toBe(asked?.request);
    expect(await listed()).toEqual([]);
    expect(await one(`SELECT count(*)::int AS n FROM consent.preference_change`)).toEqual({ n: 0 });
  });

  it('that somebody else asked for is refused with a reason that the person reads, and may be asked for again', async () => {
    await person('target', 'granted', 'target@people.example');
    const point = await one<{ id: string }>(
      `SELECT p.id FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id WHERE c.external_id = 'target'`,
    );
    const page = api.app.get(PreferenceService, { strict: false });
    const link = {
      ...{ access: 'manage' as const, contactPointId: point.id as ContactPointId },
      ...{ scopeId: null, messageId: null, expiresAt: null },
    };
    const ask = () => page.requestErasure(link, { details: {}, wording: () => 'Löschung verlangen' });
    const open = async () =>
      (await api.send('GET', '/v1/erasure-requests', { key })).json<{ items: { askedAt: string; dueAt: string }[] }>()
        .items;
    const refusal = { reason: 'not_the_person', explanation: 'Das waren nicht Sie.', language: 'de' };
    const refuse = () => post('/v1/contacts/target/erasure-refusal', refusal);
    expect((await refuse()).json()).toMatchObject({ code: 'conflict' });
    await ask();
    const [asked] = await open();
    const refused = (await refuse()).json<{ askedAt: string; dueAt: string; request: string; entry: string }>();
    expect(refused).toMatchObject({ askedAt: asked?.askedAt, dueAt: asked?.dueAt });
    expect(await open()).toEqual([]);
    expect((await page.view(link, null))?.erasure?.refused).toEqual({
      ...{ explanation: 'Das waren nicht Sie.', language: 'de' },
    });
    // A no is a no, whoever it was.
    expect(await reasonFor('target')).toBe('consent_withdrawn');
    const { leaf } = await one<{ leaf: string }>(
      `SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger.entry WHERE id = '${refused.entry}'`,
    );
    expect(JSON.parse(leaf)).toMatchObject({ t: 'erasure.refused', reason: 'not_the_person', ref: refused.request });
    expect(leaf).not.toContain('nicht Sie');

    await ask();
    expect((await open()).map(({ askedAt }) => askedAt > (asked?.askedAt ?? ''))).toEqual([true]);
    expect((await page.view(link, null))?.erasure?.refused).toBeNull();
    const receipt = (await post('/v1/contacts/target/erasure', {})).json<{ request: string }>();
    expect(receipt.request).not.toBe(refused.request);
    expect(await one(`SELECT count(*)::int AS n FROM consent.erasure_refusal`)).toEqual({ n: 0 });
  });

  it('is not undone by an import of the same address, but by the person', async () => {
    await person('gone-2');
    await post('/v1/suppressions', { channel: 'email', address: 'gone-2@people.example', reason: 'objection' });
    await post('/v1/contacts/gone-2/erasure', {});
    await person('back-again', null, 'gone-2@people.example');
    expect((await say('back-again', 'imported')).status).toBe(409);
    expect(await reasonFor('back-again')).toBe('objection');
    expect(await statuses('back-again')).toEqual(['withdrawn']);
    await person('gone-3');
    await post('/v1/contacts/gone-3/erasure', {});
    await person('again', null, 'gone-3@people.example');
    const now = new Date(Date.now() + 1_000).toISOString();
    expect((await say('again', 'granted', { occurredAt: now })).status).toBe(201);
    expect(await reasonFor('again')).toBeNull();
  });

  it('keeps evidence sealed as long as a statute says, and not a day longer', async () => {
    await put('called', { country: 'DE', contactPoints: [{ channel: 'phone', address: '+4930987654' }] });
    const given = '2024-05-06T07:08:09.000Z';
    await say('called', 'granted', { channel: 'phone', occurredAt: given, evidence: { ip: '198.51.100.7' } });
    const receipt = await post('/v1/contacts/called/erasure', {});
    expect(receipt.json()).toMatchObject({
      status: 'restricted',
      restricted: { until: '2029-05-06T07:08:09.000Z', rule: 'de:evidence-phone' },
    });
    const count = `SELECT count(*)::int AS n FROM ledger.disclosure d JOIN consent.contact c USING (subject_id)
                    WHERE c.restricted_until IS NOT NULL`;
    expect((await one<{ n: number }>(count)).n).toBeGreaterThan(0);
    const retention = api.app.get(RetentionService, { strict: false });
    expect(await retention.finishErasures()).toBe(0);
    await passTime(api.database.urls.admin, '3 years');
    expect(await retention.finishErasures()).toBe(1);
    expect((await one<{ n: number }>(count)).n).toBe(1);
    expect(await retention.finishErasures()).toBe(0);
    await passTime(api.database.urls.admin, '-3 years');
  });

  describe('asked for on the page', () => {
    interface Mail {
      readonly id: string;
      readonly template: string;
      readonly language: string;
      readonly status: string;
      readonly variables: Readonly<Record<string, string>>;
    }
    const mailsTo = async (id: string): Promise<Mail[]> =>
      (
        await admin.query<Mail>(
          `SELECT m.id, t.key AS template, m.language, m.status, m.variables
             FROM sending.message m
             JOIN sending.template t ON t.id = m.template_id
             JOIN consent.contact c ON c.id = m.contact_id
            WHERE c.external_id = $1 ORDER BY m.accepted_at, m.id`,
          [id],
        )
      ).rows;
    const askAs = async (id: string): Promise<void> => {
      const point = await one<{ id: string }>(
        `SELECT p.id FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id WHERE c.external_id = '${id}'`,
      );
      const link = { contactPointId: point.id as ContactPointId, scopeId: null, messageId: null, expiresAt: null };
      const evidence = { details: {}, wording: () => 'Löschung verlangen' };
      await api.app.get(PreferenceService, { strict: false }).requestErasure({ access: 'manage', ...link }, evidence);
    };
    const mails = () => api.app.get(ErasureMails, { strict: false });
    const refusalOr = (act: string): object => (act === 'erasure-refusal' ? refusal : {});
    const refusal = { reason: 'legal_claims' as const, explanation: 'A claim is open until May.', language: 'en' };

    it('is answered by mail in the language of the person: that it came, and why not, each once', async () => {
      await person('told', 'granted', 'told@people.example', { language: 'de-AT', zone: 'Europe/Vienna' });
      await askAs('told');
      expect(await mails().sendMissing()).toBe(1);
      expect(await mails().sendMissing()).toBe(0);
      const [received, ...others] = await mailsTo('told');
      expect(others).toEqual([]);
      // Whoever wants nothing more is told all the same what becomes of it.
      expect(received).toMatchObject({ template: 'erasure-received', language: 'de', status: 'queued' });
      expect(received?.variables['dueAt']).toMatch(/^\d{1,2}\. \S+ \d{4}$/);

      const refused = await post('/v1/contacts/told/erasure-refusal', refusal);
      const [, why, ...more] = await mailsTo('told');
      expect(more).toEqual([]);
      expect(why).toMatchObject({
        ...{ template: 'erasure-refused', language: 'de', status: 'queued' },
        variables: { explanation: refusal.explanation, explanationLanguage: 'en' },
      });
      expect(refused.json()).toMatchObject({ notice: { message: why?.id, status: 'queued', reason: null } });
      expect(await mails().sendMissing()).toBe(0);
    });

    it('is answered by another process when the one that refused it died', async () => {
      await person('died', 'granted', 'died@people.example');
      await askAs('died');
      const { brand_id: brandId } = await one<{ brand_id: BrandId }>(
        `SELECT brand_id FROM consent.contact WHERE external_id = 'died'`,
      );
      await api.app.get(ErasureService, { strict: false }).refuse(brandId, 'died', refusal, 'spec');
      expect(await mails().sendMissing()).toBe(1);
      expect((await mailsTo('died')).map(({ template }) => template)).toEqual(['erasure-refused']);
    });

    it('that cannot be answered by mail says so to whoever refuses it', async () => {
      await person('complainer', 'granted', 'complainer@people.example');
      await askAs('complainer');
      await post('/v1/suppressions', { channel: 'email', address: 'complainer@people.example', reason: 'complaint' });
      expect((await post('/v1/contacts/complainer/erasure-refusal', refusal)).json()).toMatchObject({
        notice: { status: 'dropped', reason: 'suppressed_complaint' },
      });
    });

    it('by somebody who turned out to be another is listed for that one, and erases that one alone', async () => {
      await person('other-name', 'granted', 'other-name@people.example');
      await person('real-name', 'granted', 'real-name@people.example');
      await askAs('other-name');
      await post('/v1/contacts/real-name/merge', { from: 'other-name' });
      const listed = async () =>
        (await api.send('GET', '/v1/erasure-requests', { key }))
          .json<{ items: { externalId: string; request: string }[] }>()
          .items.filter(({ externalId }) => externalId.endsWith('-name'));
      const [asked] = await listed();
      expect(asked?.externalId).toBe('real-name');
      // What is left of the other is nobody: to erase it would be a receipt for nothing.
      for (const act of ['erasure', 'erasure-notice', 'erasure-refusal'])
        expect((await post(`/v1/contacts/other-name/${act}`, refusalOr(act))).json()).toMatchObject({
          code: 'conflict',
        });
      const receipt = (await post('/v1/contacts/real-name/erasure', {})).json<{ request: string }>();
      expect(receipt.request).toBe(asked?.request);
      expect(await listed()).toEqual([]);
      expect(await tablesWith(/(real|other)-name/)).toEqual([]);
    });

    it('is announced before it is done, with what a statute keeps, because nobody can be written to afterwards', async () => {
      const contactPoints = [
        { channel: 'phone', address: '+4930987655' },
        { channel: 'email', address: 'farewell@people.example' },
      ];
      await put('farewell', { country: 'DE', language: 'en', contactPoints });
      await say('farewell', 'granted', { channel: 'phone', occurredAt: '2024-05-06T07:08:09.000Z' });
      const notice = () => post('/v1/contacts/farewell/erasure-notice', {});
      const told = (await notice()).json<{ notice: { message: string }; restricted: object }>();
      expect(told).toMatchObject({
        notice: { status: 'queued', reason: null },
        restricted: { until: '2029-05-06T07:08:09.000Z', rule: 'de:evidence-phone' },
      });
      expect((await notice()).json()).toEqual(told);
      expect(await mailsTo('farewell')).toMatchObject([
        {
          ...{ id: told.notice.message, template: 'erasure-done', language: 'en' },
          variables: { until: 'May 6, 2029', law: '§ 7a (2) UWG' },
        },
      ]);
      const receipt = (await post('/v1/contacts/farewell/erasure', {})).json<{ ended: string[] }>();
      expect(receipt.ended).toEqual([told.notice.message]);
      expect((await post('/v1/contacts/farewell/erasure-notice', {})).json()).toMatchObject({
        code: 'unknown_contact',
      });
    });

    const orderFor = async (id: string, body: object = {}) =>
      (await post(`/v1/contacts/${id}/erasure-order`, body)).json<{
        notice: { message: string; status: string };
        erasedBy: string;
        request: string;
        disclosures: string[];
      }>();
    const leafOf = async (entry: string): Promise<string> => {
      const { rows } = await admin.query<{ leaf: string }>(`SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger.entry WHERE id = $1`, [entry]); // prettier-ignore
      const [row] = rows;
      return row?.leaf ?? '';
    };
    const isErased = async (id: string): Promise<boolean> =>
      (await api.send('GET', `/v1/contacts/${id}`, { key })).status === 404;
    const waiting = async (asked: string, state: string): Promise<number> => {
      const { body } = await new Metrics(
        api.app.get(Database, { strict: false }),
        api.app.get(LedgerService, { strict: false }),
        api.app.get(PublishedLog, { strict: false }),
      ).text();
      const line = body
        .split('\n')
        .find((one) => one.startsWith(`gateway_erasures{asked="${asked}",state="${state}"}`));
      return Number(line?.split(' ').at(-1));
    };

    it('is done when the farewell has its end and not before, and what can be left is left until then', async () => {
      await person('ordered', 'granted', 'ordered@people.example');
      const held = await accept('ordered', new Date(Date.now() + 3_600_000).toISOString());
      const order = await orderFor('ordered', { note: 'by letter' });
      expect(order.notice.status).toBe('queued');
      expect(order.disclosures.join()).toContain('by letter');
      expect(await orderFor('ordered', { withinHours: 1 })).toEqual(order);
      expect(await reasonFor('ordered')).toBe('consent_withdrawn');
      expect(await waiting('order', 'waiting')).toBe(1);
      expect(await mails().eraseTold()).toBe(0);
      expect(await isErased('ordered')).toBe(false);

      expect((await post(`/v1/messages/${order.notice.message}/cancel`, {})).status).toBe(200);
      expect(await mails().eraseTold()).toBe(1);
      expect(await isErased('ordered')).toBe(true);
      expect(await mails().eraseTold()).toBe(0);
      expect((await api.send('GET', `/v1/messages/${held}`, { key })).json()).toMatchObject({ reason: 'erased' });
      // Whoever keeps the disclosures of the request can prove that this erasure is about that person.
      const refs = await admin.query<{ leaf: { t: string; ref?: string } }>(
        `SELECT convert_from(leaf, 'UTF8')::json AS leaf FROM ledger.entry WHERE convert_from(leaf, 'UTF8') LIKE '%' || $1 || '%'`,
        [order.request],
      );
      expect(refs.rows.map(({ leaf }) => leaf)).toContainEqual(
        expect.objectContaining({ t: 'erasure.executed', ref: order.request }),
      );
    });

    it('is called back until they are told, once, and with it what they asked on their page', async () => {
      await person('stays', 'granted', 'stays@people.example');
      await askAs('stays');
      const order = await orderFor('stays');
      const back = async () => post('/v1/contacts/stays/erasure-withdrawal', {});
      const [one, other] = await Promise.all([back(), back()]);
      const [done, late] = one.status === 200 ? [one, other] : [other, one];
      expect([done.status, done.json()]).toMatchObject([200, { request: order.request }]);
      expect([late.status, late.json()]).toMatchObject([409, { code: 'conflict' }]);
      expect((await api.send('GET', `/v1/messages/${order.notice.message}`, { key })).json()).toMatchObject({
        ...{ status: 'dropped', reason: 'cancelled' },
      });
      expect(await mails().eraseTold()).toBe(0);
      expect(await isErased('stays')).toBe(false);
      const listed = (await api.send('GET', '/v1/erasure-requests', { key })).text;
      expect(listed).not.toContain('stays');
      // A no is a no, also one that was said with a request that is taken back.
      expect(await reasonFor('stays')).toBe('consent_withdrawn');
      expect(JSON.parse(await leafOf(done.json<{ entry: string }>().entry))).toMatchObject({
        t: 'erasure.withdrawn',
        ref: order.request,
      });

      // Whoever is erased after all is told by another mail, and after that nothing is called back.
      const again = await orderFor('stays');
      expect(again.notice.message).not.toBe(order.notice.message);
      expect(await mails().eraseTold()).toBe(0);
      await admin.query(`UPDATE sending.message SET first_started_at = now() WHERE id = $1`, [again.notice.message]);
      expect([(await back()).json(), await mails().eraseTold()]).toMatchObject([{ code: 'conflict' }, 0]);
      await admin.query(`UPDATE sending.message SET first_started_at = NULL WHERE id = $1`, [again.notice.message]);
      expect((await back()).status).toBe(200);
      expect((await post('/v1/contacts/nobody-here/erasure-withdrawal', {})).json()).toMatchObject({
        code: 'unknown_contact',
      });
    });

    it('waits for a farewell that never leaves no longer than was said', async () => {
      await person('waited-for', 'granted', 'waited-for@people.example');
      await askAs('waited-for');
      const [asked] = (await api.send('GET', '/v1/erasure-requests', { key }))
        .json<{ items: { externalId: string; request: string; erasedBy: string | null }[] }>()
        .items.filter(({ externalId }) => externalId === 'waited-for');
      expect(asked?.erasedBy).toBeNull();
      const order = await orderFor('waited-for', { withinHours: 1 });
      expect(order.request).toBe(asked?.request);
      expect((await post('/v1/contacts/waited-for/erasure-refusal', refusal)).json()).toMatchObject({
        code: 'conflict',
      });
      expect(await waiting('order', 'overdue')).toBe(0);
      await admin.query(`UPDATE consent.erasure_order SET at = at - interval '2 hours', latest_at = now()`);
      expect(await waiting('order', 'overdue')).toBe(1);
      expect(await mails().eraseTold()).toBe(1);
      expect(await isErased('waited-for')).toBe(true);
      expect((await api.send('GET', `/v1/messages/${order.notice.message}`, { key })).json()).toMatchObject({
        ...{ status: 'dropped', reason: 'erased' },
      });
      expect(await waiting('order', 'waiting')).toBe(0);
    });

    it('waits for no farewell where there is no way to tell them, and erases whom they turned out to be', async () => {
      await person('nobody-to-tell', 'granted', 'nobody-to-tell@people.example');
      await person('merged-since', 'granted', 'merged-since@people.example');
      await post('/v1/suppressions', {
        channel: 'email',
        address: 'nobody-to-tell@people.example',
        reason: 'complaint',
      });
      expect((await orderFor('nobody-to-tell')).notice.status).toBe('dropped');
      await post('/v1/contacts/merged-since/merge', { from: 'nobody-to-tell' });
      expect(await mails().eraseTold()).toBe(1);
      expect(await isErased('merged-since')).toBe(true);
      expect(await tablesWith(/nobody-to-tell|merged-since/)).toEqual([]);
    });

    it('that nobody answers within a month is overdue: in the list and in the figures', async () => {
      await person('forgotten', 'granted', 'forgotten@people.example');
      await askAs('forgotten');
      const isOverdue = async (asked: string) => {
        await admin.query(
          `UPDATE consent.preference_change r SET at = now() - $1::interval FROM consent.contact c
            WHERE c.id = r.contact_id AND c.external_id = 'forgotten' AND act = 'erase'`,
          [asked],
        );
        const items = (await api.send('GET', '/v1/erasure-requests', { key })).json<{
          items: { externalId: string; isOverdue: boolean }[];
        }>().items;
        return items.find(({ externalId }) => externalId === 'forgotten')?.isOverdue;
      };
      const before = { overdue: await waiting('page', 'overdue'), soon: await waiting('page', 'due_soon') };
      expect(await isOverdue('25 days')).toBe(false);
      expect(await waiting('page', 'due_soon')).toBe(before.soon + 1);
      expect(await waiting('page', 'overdue')).toBe(before.overdue);
      expect(await isOverdue('1 month 1 minute')).toBe(true);
      expect(await waiting('page', 'overdue')).toBe(before.overdue + 1);
      await post('/v1/contacts/forgotten/erasure', {});
      expect(await waiting('page', 'overdue')).toBe(before.overdue);
    });
  });

  /** Tables of the product in which the text of a row matches. */
  async function tablesWith(pattern: RegExp): Promise<string[]> {
    const tables = await admin.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname IN ('consent', 'sending', 'ledger', 'public') ORDER BY 1`,
    );
    expect(tables.rows.length).toBeGreaterThan(25);
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await admin.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      if (rows.rows.some(({ text }) => pattern.test(text))) found.push(name);
    }
    return found;
  }

  async function one<T = Record<string, unknown>>(sql: string): Promise<T> {
    return (await admin.query(sql)).rows[0] as T;
  }
});
