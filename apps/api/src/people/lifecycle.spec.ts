import { passTime, TEST_CLOCK } from '../../../../test/support/database-clock.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { ExportService, RetentionService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

/** What is left of evidence, at most: the place of its entry in its chain. */
const LINK_BYTES = 250;

describe('what becomes of people', () => {
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
  const put = (id: string, body: object) => api.send('PUT', `/v1/contacts/${id}`, { key, body });
  const emails = (...addresses: string[]) => ({
    contactPoints: addresses.map((address) => ({ channel: 'email', address })),
  });
  const say = (id: string, kind: string, more?: object) => brand.say(id, kind, more);
  const person = (id: string, kind?: string | null, address?: string, more?: object) =>
    brand.person(id, kind, address, more);
  const reasonFor = (to: string) => brand.reason(to);
  const statuses = async (id: string): Promise<string[]> => {
    const answer = await api.send('GET', `/v1/contacts/${id}/consents`, { key });
    return answer
      .json<{ contactPoints: { states: { topic: string | null; status: string }[] }[] }>()
      .contactPoints.map(({ states }) => states.find(({ topic }) => topic === 'newsletter')?.status ?? 'none');
  };
  const accept = (to: string) => brand.accept(to);

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

    it('of two, and of one of them with a third, is one history by whichever name it is asked for', async () => {
      for (const id of ['chain-a', 'chain-b', 'chain-c']) await person(id);
      await post('/v1/contacts/chain-b/merge', { from: 'chain-a' });
      await post('/v1/contacts/chain-c/merge', { from: 'chain-b' });
      const service = api.app.get(ExportService, { strict: false });
      const { rows } = await admin.query<{ id: BrandId }>(
        `SELECT brand_id AS id FROM consent.contact WHERE external_id = 'chain-a'`,
      );
      const brandId = rows[0]?.id ?? ('' as BrandId);
      const { tx } = api.app.get(Database, { strict: false });
      const all = await service.chains(tx, brandId, 'chain-c');
      expect(new Set(all).size).toBe(3);
      for (const id of ['chain-a', 'chain-b']) expect(await service.chains(tx, brandId, id)).toEqual(all);
    });

    it.each(['the same address', 'another address'])(
      'of two with %s has each event at every door, by either name',
      async (which) => {
        const [a, b] = [`door-a-${which.length}`, `door-b-${which.length}`];
        await person(a);
        await person(b, 'granted', which === 'the same address' ? `${a}@people.example` : undefined);
        expect((await post(`/v1/contacts/${a}/merge`, { from: b })).status).toBe(200);
        const get = (url: string) => api.send('GET', url, { key });
        const events = async (id: string): Promise<string[]> =>
          (await get(`/v1/contacts/${id}/history`))
            .json<{ contactPoints: { events: { id: string }[] }[] }>()
            .contactPoints.flatMap((point) => point.events.map((event) => event.id));
        const all = await events(a);
        expect(all.length).toBeGreaterThan(3);
        expect(await events(b)).toEqual(all);
        for (const event of all)
          for (const id of [a, b]) {
            const url = `/v1/contacts/${id}/consents/${event}`;
            expect([id, (await get(url)).status, (await get(`${url}/receipt`)).status]).toEqual([id, 200, 200]);
          }
      },
    );

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
      const between = new Date().toISOString();
      expect(await inUse(`at=${between}`)).toEqual([false, true]);
      // Nor does it become untrue when they have it again.
      await put('changer', emails('changer@people.example'));
      expect(await inUse(`at=${between}`)).toEqual([false, true]);
      expect(await inUse(`at=${between}&asKnownAt=${between}`)).toEqual([false, true]);
      expect(await inUse(`at=${new Date().toISOString()}`)).toEqual([true]);
      expect(await inUse(`at=${before}&asKnownAt=${before}`)).toEqual([true]);
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
      expect((await api.send('GET', '/v1/contacts/m2', { key })).json()).toMatchObject({ mergedInto: 'm1' });
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

    describe.each(['objection', 'complaint'])('by an %s', (reason) => {
      const suppressed = async (id: string): Promise<void> => {
        await person(id, 'granted', `${id}@people.example`);
        expect(await about(id)).toBeNull();
        await post('/v1/suppressions', { channel: 'email', address: `${id}@people.example`, reason });
      };

      it('stays left at a new address', async () => {
        await suppressed(`moved-${reason}`);
        await put(`moved-${reason}`, emails(`new-${reason}@people.example`));
        expect(await about(`moved-${reason}`)).toBe('consent_withdrawn');
      });

      it('stays left at the address of whom they turn out to be, from either side', async () => {
        for (const side of ['into', 'from']) {
          const [one, other] = [`${reason}-${side}`, `${reason}-${side}-other`];
          await suppressed(one);
          await person(other, 'granted', `${other}@people.example`);
          expect(await about(other)).toBeNull();
          const [into, from] = side === 'into' ? [one, other] : [other, one];
          expect((await post(`/v1/contacts/${into}/merge`, { from })).status).toBe(200);
          const { rows } = await admin.query<{ status: string; key: string }>(
            `SELECT s.status, q.key
               FROM consent.consent_state s JOIN consent.contact_point p ON p.id = s.contact_point_id
               JOIN consent.purpose q ON q.id = s.scope_id
              WHERE p.address = $1 ORDER BY q.key`,
            [`${other}@people.example`],
          );
          expect(rows).toEqual(rows.map(({ key }) => ({ key, status: 'withdrawn' })));
          expect(rows.map(({ key }) => key)).toContain('service');
        }
      });
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

  it('evidence of a consent that counts no longer goes when its time is over, and the rest stays', async () => {
    const retention = api.app.get(RetentionService, { strict: false });
    await person('kept', null);
    const told = { wording: 'CanaryWording', source: 'https://canary.example/form', evidence: { ip: '192.0.2.99', flags: ['canary_flag'] } }; // prettier-ignore
    await say('kept', 'granted', { occurredAt: '2020-01-01T00:00:00Z', ...told });
    await say('kept', 'withdrawn', { occurredAt: '2020-02-01T00:00:00Z', ...told });
    await say('kept', 'granted', { occurredAt: '2021-01-01T00:00:00Z' });
    await say('kept', 'granted', { occurredAt: '2021-01-01T00:00:00Z', topics: [] });
    const sealed = async (): Promise<unknown> =>
      (
        await admin.query(`
          SELECT e.kind || ' ' || extract(year FROM e.occurred_at) AS event
            FROM consent.consent_event e
            JOIN consent.contact_point p ON p.id = e.contact_point_id
            JOIN consent.contact c ON c.id = p.contact_id AND c.external_id = 'kept'
            JOIN ledger.entry l ON l.id = e.entry_id
            JOIN ledger.disclosure d USING (n)
           WHERE e.topic_id IS NOT NULL AND octet_length(d.sealed) > ${LINK_BYTES} ORDER BY e.occurred_at`)
      ).rows.map(({ event }: { event: string }) => event);
    expect(await sealed()).toEqual(['granted 2020', 'withdrawn 2020', 'granted 2021']);
    /** Tables that tell, in whichever column. */
    const telling = async (): Promise<string[]> => {
      const { rows: tables } = await admin.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('consent', 'sending', 'ledger')`,
      );
      const found: string[] = [];
      for (const { name } of tables) {
        const { rows } = await admin.query(`SELECT FROM ${name} t WHERE t::text ~ 'Canary|canary|192\\.0\\.2\\.99'`);
        if (rows.length > 0) found.push(`${name} ${rows.length}`);
      }
      return found;
    };
    // Each event has a purpose and a topic; of the no, the topic alone.
    expect(await telling()).toEqual(['consent.consent_event 3']);
    // It was recorded just now, so somebody may still ask for it, however old it is.
    await retention.forgetOldEvidence();
    expect(await sealed()).toEqual(['granted 2020', 'withdrawn 2020', 'granted 2021']);
    await passTime(api.database.urls.admin, '13 months');
    await retention.forgetOldEvidence();
    expect(await sealed()).toEqual(['granted 2021']);
    expect(await telling()).toEqual([]);
  });

  it('evidence against the sender stays for a year, whatever a purpose says', async () => {
    const purpose = { enforcement: 'restrictive', legalBasis: 'consent', labels: { en: 'Short', de: 'Kurz' } };
    const set = (keepEvidence: string) =>
      api.send('PUT', '/v1/purposes/short-lived', { key, body: { ...purpose, keepEvidence } });
    expect((await set('P0D')).json()).toMatchObject({ errors: [{ pointer: '/keepEvidence' }] });
    expect((await set('P1Y')).status).toBe(201);
    // As a release before took it.
    await admin.query(`UPDATE consent.purpose SET keep_evidence = 'P0D' WHERE key = 'short-lived'`);
    await person('short', null);
    const to = { purpose: 'short-lived', topics: [] };
    const { tx } = api.app.get(Database, { strict: false });
    const clock = async () => new Date((await tx.sql<{ now: number }>`SELECT clock_timestamp() AS now`)[0]!.now);
    for (let i = 0; i < 2; i++) {
      await say('short', 'granted', { ...to, occurredAt: await clock() });
      await say('short', 'withdrawn', { ...to, occurredAt: await clock() });
      await passTime(api.database.urls.admin, '200 days');
    }
    await say('short', 'granted', { ...to, occurredAt: await clock() });
    const left = async (): Promise<number> =>
      (
        await admin.query<{ n: number }>(`
          SELECT count(*)::int AS n FROM consent.consent_event e
            JOIN consent.purpose p ON p.id = e.purpose_id AND p.key = 'short-lived'
            JOIN ledger.entry l ON l.id = e.entry_id JOIN ledger.disclosure d USING (n)
           WHERE octet_length(d.sealed) > ${LINK_BYTES}`)
      ).rows[0]!.n;
    expect(await left()).toBe(5);
    await api.app.get(RetentionService, { strict: false }).forgetOldEvidence();
    expect(await left()).toBe(3);
  });

  it('what goes of people who became one is said in the chain of each', async () => {
    const ledger = api.app.get(LedgerService, { strict: false });
    const problems = () => api.app.get(Database, { strict: false }).transaction((tx) => ledger.chainProblems(tx));
    for (const id of ['old-one', 'old-other']) {
      await person(id, null);
      await say(id, 'granted', { occurredAt: '2018-01-01T00:00:00Z' });
      await say(id, 'withdrawn', { occurredAt: '2019-01-01T00:00:00Z' });
      await say(id, 'granted', { occurredAt: '2019-06-01T00:00:00Z' });
    }
    expect((await post('/v1/contacts/old-one/merge', { from: 'old-other' })).status).toBe(200);
    expect(await problems()).toEqual([]);
    await passTime(api.database.urls.admin, '13 months');
    expect(await api.app.get(RetentionService, { strict: false }).forgetOldEvidence()).toBeGreaterThan(3);
    expect(await problems()).toEqual([]);
  });
});
