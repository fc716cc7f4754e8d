import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ErasureService, PreferenceService, RetentionService } from '#lib/consent';
import type { BrandId, ContactPointId } from '#lib/kernel';
import { ErasureMails } from '#lib/sending';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

describe('what becomes of people', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  let admin: pg.Pool;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, key } = brand);
    admin = new pg.Pool({ connectionString: api.database.urls.admin, max: 2 });
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    await admin.end();
    await brand.stop();
  });

  const post = (url: string, body: object) => brand.send('POST', url, body);
  const put = (id: string, body: object) => api.send('PUT', `/v1/contacts/${id}`, { key, body });
  const emails = (...addresses: string[]) => ({
    contactPoints: addresses.map((address) => ({ channel: 'email', address })),
  });
  const say = (id: string, kind: string, more?: object) => brand.say(id, kind, more);
  const person = async (
    id: string,
    kind: string | null = 'granted',
    address = `${id}@people.example`,
    more: object = {},
  ) => {
    expect((await put(id, { ...emails(address), ...more })).status).toBeLessThan(300);
    // A no is taken back, so something was given before.
    if (kind === 'withdrawn' || kind === 'objected') await say(id, 'granted');
    if (kind !== null) expect((await say(id, kind)).status).toBe(201);
  };
  const reasonFor = (to: string) => brand.reason(to);
  const statuses = async (id: string): Promise<string[]> => {
    const answer = await api.send('GET', `/v1/contacts/${id}/consents`, { key });
    return answer
      .json<{ contactPoints: { states: { topic: string | null; status: string }[] }[] }>()
      .contactPoints.map(({ states }) => states.find(({ topic }) => topic === 'newsletter')?.status ?? 'none');
  };
  const accept = async (to: string, sendAt?: string, variables: object = {}): Promise<string> => {
    const answer = await api.send('POST', '/v1/messages', {
      key,
      body: { to, template: 'news', topic: 'newsletter', variables, ...(sendAt === undefined ? {} : { sendAt }) },
      headers: { 'idempotency-key': `${to}-${Math.random()}` },
    });
    return answer.json<{ id: string }>().id;
  };

  describe('a merge', () => {
    it.each<[string, string | null, string | null, string | null]>([
      ['of two who agreed is of one who agreed', 'granted', 'granted', null],
      ['with one who left is of one who left', 'granted', 'withdrawn', 'consent_withdrawn'],
      ['into one who left is, too', 'withdrawn', 'granted', 'consent_withdrawn'],
      ['with one who objected is of one who objected', 'granted', 'objected', 'objection'],
      ['with one who never agreed is of nobody who still does', 'granted', null, 'consent_expired'],
    ])('%s', async (sentence, mine, theirs, reason) => {
      const [a, b] = [`a ${sentence}`, `b ${sentence}`].map((name) => name.replaceAll(/[ ,]/g, '-')) as [
        string,
        string,
      ];
      await person(a, mine, `a${sentence.length}@people.example`);
      await person(b, theirs, `b${sentence.length}@people.example`);
      const answer = await post(`/v1/contacts/${a}/merge`, { from: b });
      expect(answer.status).toBe(200);
      expect(await reasonFor(a)).toBe(reason);
      expect(await reasonFor(b)).toBe('no_contact_point');
      expect((await post(`/v1/contacts/${a}/merge`, { from: b })).json()).toMatchObject({ ended: 0 });
    });

    it('of two keeps the past of both: what was said, what was sent and every entry', async () => {
      await person('past', 'granted', 'past@people.example');
      await person('past-too', 'granted', 'past@people.example');
      const sent = await accept('past-too');
      await say('past-too', 'withdrawn', { topics: [] });
      const exportOf = async (id: string) =>
        (await api.send('GET', `/v1/contacts/${id}/export`, { key })).json<{
          messages: { id: string }[];
          contactPoints: { history: { kind: string; topic: string | null }[] }[];
          ledger: { id: string }[];
        }>();
      const before = await exportOf('past-too');
      await post('/v1/contacts/past/merge', { from: 'past-too' });
      const after = await exportOf('past');
      expect([before.messages, after.messages].map((all) => all.map(({ id }) => id))).toEqual([[sent], [sent]]);
      const ids = after.ledger.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(before.ledger.map(({ id }) => id)));
      expect(ids.length).toBe(new Set(ids).size);
      const told = after.contactPoints.flatMap(({ history }) => history.map(({ kind, topic }) => `${kind} ${topic}`));
      expect(told.filter((line) => line === 'granted newsletter').length).toBe(2);
      const history = await api.send('GET', '/v1/contacts/past/history', { key });
      const points = history.json<{ contactPoints: { events: { kind: string; method: string }[] }[] }>().contactPoints;
      const own = points.flatMap(({ events }) => events.filter(({ method }) => method === 'web_form'));
      expect(own.map(({ kind }) => kind)).toContain('withdrawn');
    });

    it('of two leaves true what is told of each as of before, and of one person since', async () => {
      await person('then', 'granted');
      await person('then-too', 'granted');
      await say('then-too', 'withdrawn', { topics: [] });
      const told = async (id: string, query: string) =>
        (await api.send('GET', `/v1/contacts/${id}/consents?${query}`, { key }))
          .json<{ contactPoints: { inUse: boolean; states: { topic: string | null; status: string }[] }[] }>()
          .contactPoints.map(
            ({ inUse, states }) =>
              `${states.find(({ topic }) => topic === 'newsletter')?.status ?? 'none'}${inUse ? '' : ', not in use'}`,
          );
      const events = async (id: string) =>
        (await api.send('GET', `/v1/contacts/${id}/history`, { key })).json<{
          contactPoints: { events: { id: string }[] }[];
        }>().contactPoints;
      const [{ id: event } = { id: '' }] = (await events('then-too'))[0]?.events ?? [];
      const before = new Date().toISOString();
      await post('/v1/contacts/then/merge', { from: 'then-too' });
      await say('then', 'withdrawn', { topics: [] });
      const after = new Date().toISOString();

      const asked = { at: `at=${before}`, known: `asKnownAt=${before}`, both: `at=${before}&asKnownAt=${before}` };
      expect(await told('then', asked.both)).toEqual(['granted']);
      expect(await told('then-too', asked.both)).toEqual(['withdrawn']);
      expect(await told('then', asked.known)).toEqual(['granted']);
      expect(await told('then', asked.at)).toEqual(['granted', 'withdrawn']);
      expect(await told('then-too', asked.at)).toEqual(['withdrawn']);
      expect(await told('then', `asKnownAt=${after}`)).toEqual(['withdrawn', 'withdrawn']);
      expect(await told('then-too', `at=${after}&asKnownAt=${after}`)).toEqual([]);
      expect(await told('then-too', '')).toEqual([]);
      expect((await api.send('GET', `/v1/contacts/then-too/consents/${event}`, { key })).status).toBe(200);

      // And once more: what the one had been for a while is told of it for that while.
      await person('then-at-last');
      const between = new Date().toISOString();
      await post('/v1/contacts/then-at-last/merge', { from: 'then' });
      expect(await told('then', `at=${between}&asKnownAt=${between}`)).toEqual(['withdrawn', 'withdrawn']);
      expect(await told('then', asked.both)).toEqual(['granted']);
      expect(await told('then-too', asked.both)).toEqual(['withdrawn']);
      expect(await told('then-at-last', `at=${between}&asKnownAt=${between}`)).toEqual(['granted']);
      expect(await told('then-at-last', '')).toHaveLength(3);
    });

    it('an address that was changed was in use until then, and is known as of then only', async () => {
      const born = new Date(Date.now() - 1000).toISOString();
      await person('changer');
      const before = new Date().toISOString();
      await put('changer', emails('changed@people.example'));
      const inUse = async (query: string) =>
        (await api.send('GET', `/v1/contacts/changer/consents?${query}`, { key }))
          .json<{ contactPoints: { inUse: boolean }[] }>()
          .contactPoints.map((point) => point.inUse);
      expect(await inUse(`asKnownAt=${born}`)).toEqual([]);
      expect(await inUse(`asKnownAt=${before}`)).toEqual([true]);
      expect(await inUse(`at=${new Date().toISOString()}`)).toEqual([false, true]);
    });

    it('keeps the longer pause, all segments, all that was said, and refuses what makes no sense', async () => {
      const soon = '2100-01-01T00:00:00.000Z';
      await person('m1', 'granted', 'm1@people.example', {
        segments: ['a'],
        language: null,
        attributes: { name: 'One' },
      });
      await person('m2', 'granted', 'm2@people.example', { segments: ['b'], language: 'de', pausedUntil: soon });
      await post('/v1/contacts/m1/merge', { from: 'm2' });
      const merged = (await api.send('GET', '/v1/contacts/m1', { key })).json();
      expect(merged).toMatchObject({
        segments: ['a', 'b'],
        language: 'de',
        pausedUntil: soon,
        attributes: { name: 'One' },
      });
      expect(merged['contactPoints']).toMatchObject([
        { address: 'm1@people.example' },
        { address: 'm2@people.example' },
      ]);
      expect((await put('m2', { language: 'en' })).json()).toMatchObject({ code: 'conflict' });
      expect((await post('/v1/contacts/m1/merge', { from: 'm1' })).json()).toMatchObject({ code: 'invalid_request' });
      expect((await post('/v1/contacts/m1/merge', { from: 'nobody' })).json()).toMatchObject({
        code: 'unknown_contact',
      });
    });
  });

  it('an address that is changed and changed back has lost its consent, and kept its refusal', async () => {
    await person('mover');
    await put('mover', emails('elsewhere@people.example'));
    await put('mover', emails('mover@people.example'));
    expect(await statuses('mover')).toEqual(['invalidated']);
    expect(await reasonFor('mover')).toBe('consent_expired');
    await say('mover', 'withdrawn', { topics: [] });
    await put('mover', emails());
    await put('mover', emails('mover@people.example'));
    expect(await reasonFor('mover')).toBe('consent_withdrawn');
  });

  describe('what somebody left', () => {
    const service = { purpose: 'service' };
    beforeAll(async () => {
      const labels = { de: 'Service', en: 'Service' };
      await brand.send('PUT', '/v1/purposes/service', {
        enforcement: 'permissive',
        legalBasis: 'legitimate_interests',
        labels,
      });
    });
    const about = (id: string) => brand.reason(id, service);

    it('stays left at a new address, also where no yes is needed, until they say yes there', async () => {
      await person('relocated', null, 'relocated-old@people.example');
      expect(await about('relocated')).toBeNull();
      await say('relocated', 'withdrawn', { ...service, topics: [] });
      await put('relocated', emails('relocated-new@people.example'));
      expect(await about('relocated')).toBe('consent_withdrawn');
      const { rows } = await admin.query<{ method: string; kind: string; key: string }>(
        `SELECT e.method, e.kind, q.key
           FROM consent.consent_event e
           JOIN consent.contact_point p ON p.id = e.contact_point_id
           JOIN consent.purpose q ON q.id = e.purpose_id
          WHERE p.address = 'relocated-new@people.example'`,
      );
      expect(rows).toEqual([{ method: 'carried_over', kind: 'withdrawn', key: 'service' }]);
      const old = { ...service, topics: [], occurredAt: new Date(Date.now() - 86_400_000).toISOString() };
      await say('relocated', 'granted', old);
      expect(await about('relocated')).toBe('consent_withdrawn');
      await say('relocated', 'granted', { ...old, occurredAt: new Date(Date.now() + 1_000).toISOString() });
      expect(await about('relocated')).toBeNull();
    });

    it('by an objection stays left at a new address', async () => {
      await person('objector', null, 'objector-old@people.example');
      await post('/v1/suppressions', { channel: 'email', address: 'objector-old@people.example', reason: 'objection' });
      await put('objector', emails('objector-new@people.example'));
      expect(await about('objector')).toBe('consent_withdrawn');
    });

    it('everywhere is not brought back on another channel by a list from before', async () => {
      await person('stopper', 'granted', 'stopper@people.example');
      await say('stopper', 'withdrawn', { topics: [] });
      const row = {
        ...{ externalId: 'stopper', channel: 'sms', address: '+4915112345678', purpose: 'commercial' },
        ...{ kind: 'granted', occurredAt: '2026-01-05T12:00:00Z', method: 'web_form', wording: 'Yes, by text.' },
      };
      const answer = await api.send('POST', '/v1/contacts:import', {
        key,
        raw: `${JSON.stringify(row)}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      });
      expect(answer.text).toContain('"outcome":"blocked","code":"later_opt_out"');
      expect(answer.text).toContain('"raised":0');
    });
  });

  it('an address that belongs to somebody else now has no consent and no owner', async () => {
    await person('late-owner');
    const answer = await post('/v1/contact-points:reassigned', {
      channel: 'email',
      address: 'Late-Owner@people.example',
    });
    expect(answer.json()).toMatchObject({ ended: 1 });
    expect(await reasonFor('late-owner')).toBe('no_contact_point');
    await put('late-owner', emails('late-owner@people.example'));
    expect(await statuses('late-owner')).toEqual(['invalidated']);
  });

  describe('an erasure', () => {
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
      expect(
        await one(`SELECT count(*)::int AS n FROM ledger.disclosure WHERE subject_id = '${subject.subject}'`),
      ).toEqual({ n: 0 });
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
      await admin.query(`UPDATE consent.contact SET restricted_until = now() WHERE restricted_until IS NOT NULL`);
      expect(await retention.finishErasures()).toBe(1);
      expect((await one<{ n: number }>(count)).n).toBe(0);
      expect(await retention.finishErasures()).toBe(0);
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
    });
  });

  it('evidence of a consent that counts no longer goes when its time is over, and the rest stays', async () => {
    const retention = api.app.get(RetentionService, { strict: false });
    await person('kept', null);
    await say('kept', 'granted', { occurredAt: '2020-01-01T00:00:00Z' });
    await say('kept', 'withdrawn', { occurredAt: '2020-02-01T00:00:00Z' });
    await say('kept', 'granted', { occurredAt: '2021-01-01T00:00:00Z' });
    const sealed = async (): Promise<unknown> =>
      (
        await admin.query(`
          SELECT e.kind || ' ' || extract(year FROM e.occurred_at) AS event
            FROM consent.consent_event e
            JOIN consent.contact_point p ON p.id = e.contact_point_id
            JOIN consent.contact c ON c.id = p.contact_id AND c.external_id = 'kept'
            JOIN ledger.entry l ON l.id = e.entry_id
            JOIN ledger.disclosure d USING (n)
           WHERE e.topic_id IS NOT NULL ORDER BY e.occurred_at`)
      ).rows.map(({ event }: { event: string }) => event);
    expect(await sealed()).toEqual(['granted 2020', 'withdrawn 2020', 'granted 2021']);
    await retention.forgetOldEvidence();
    expect(await sealed()).toEqual(['granted 2021']);
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
