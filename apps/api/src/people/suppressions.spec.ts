import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrandId, ContactId, ContactPointId, MessageId, SubjectId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, newId } from '#lib/platform';
import { type SuppressionReport, SuppressionService } from '#lib/consent';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

const DAY_MS = 86_400_000;

describe('an address that must not be written to', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, key } = brand);
    await api.send('PUT', '/v1/purposes/service', {
      key,
      body: { enforcement: 'disabled', legalBasis: 'contract', labels: { de: 'Bestellungen', en: 'Orders' } },
    });
    await api.send('POST', '/v1/templates', {
      key,
      body: {
        key: 'receipt',
        channel: 'email',
        class: 'transactional',
        defaultLanguage: 'en',
        contents: { en: { subject: 'Receipt', html: null, text: 'Thank you.' } },
      },
    });
  });
  afterAll(async () => brand.stop());

  const post = (url: string, body: object) => brand.send('POST', url, body);
  const person = async (id: string, address = `${id}@people.example`) => {
    await brand.contact(id, address);
    await brand.say(id, 'granted');
    return { channel: 'email', address };
  };
  /** Reasons for which news and a receipt would be dropped now; null for those that would leave. */
  const wouldDrop = async (to: string): Promise<(string | null)[]> => {
    const news = await post('/v1/decisions', { to, template: 'news', topic: 'newsletter' });
    const receipt = await post('/v1/decisions', { to, template: 'receipt', purpose: 'service' });
    return [news, receipt].map((answer) => answer.json<{ reason: string | null }>().reason);
  };
  const inForce = async (target: object): Promise<string[]> => {
    const found = await post('/v1/suppressions:find', target);
    return found
      .json<{ suppressions: { reason: string; until: string | null }[] }>()
      .suppressions.map(({ reason, until }) => `${reason}${until === null ? '' : ' for now'}`);
  };
  /** Reports as `sending` makes them when it hears from a provider. */
  const report = async (contact: string, reports: readonly Partial<SuppressionReport>[]): Promise<string[]> => {
    const database = api.app.get(Database, { strict: false });
    return database.transaction(async (tx) => {
      const [holder] = await tx.sql<{
        contactId: ContactId;
        subjectId: SubjectId;
        pointId: ContactPointId;
        brandId: BrandId;
      }>`
        SELECT c.id AS "contactId", c.subject_id AS "subjectId", p.id AS "pointId", c.brand_id AS "brandId"
          FROM consent.contact c JOIN consent.contact_point p ON p.contact_id = c.id
         WHERE c.external_id = ${contact}`;
      if (holder === undefined) throw new Error('no such contact');
      const service = api.app.get(SuppressionService, { strict: false });
      await service.lock(tx, [holder.contactId]);
      const now = Date.now();
      const whole = reports.map((one) => {
        const messageId = newId<MessageId>();
        return {
          ...holder,
          kind: 'hard_bounce' as const,
          at: now,
          eventKey: newId(),
          messageId,
          code: '5.1.1',
          ...one,
        };
      });
      const entries = await service.report(tx, whole, now);
      await api.app.get(LedgerService, { strict: false }).append(tx, entries);
      return entries.map(({ type }) => type);
    });
  };

  it('gets nothing of any class, from now on, until somebody lifts it', async () => {
    const target = await person('manual');
    expect(await wouldDrop('manual')).toEqual([null, null]);
    const added = await post('/v1/suppressions', { ...target, reason: 'manual', note: 'asked on the phone' });
    expect(added.json()).toMatchObject({ suppressions: [{ reason: 'manual', until: null }], inFlight: [] });
    expect(await wouldDrop('manual')).toEqual(['suppressed_manual', 'suppressed_manual']);
    expect((await post('/v1/suppressions:lift', { ...target, reason: 'manual' })).json()).toMatchObject({
      suppressions: [],
    });
    expect(await wouldDrop('manual')).toEqual([null, null]);
    expect((await post('/v1/suppressions:lift', { ...target, reason: 'manual' })).json()).toMatchObject({
      code: 'not_found',
    });
  });

  it('whose owner objected gets no advertising and still gets receipts; the sender cannot lift that', async () => {
    const target = await person('objector');
    await post('/v1/suppressions', { ...target, reason: 'objection' });
    expect(await wouldDrop('objector')).toEqual(['objection', null]);
    expect((await post('/v1/suppressions:lift', { ...target, reason: 'objection' })).json()).toMatchObject({
      code: 'conflict',
    });
  });

  it('whose owner complained gets nothing for ever', async () => {
    const target = await person('complainer');
    expect(await report('complainer', [{ kind: 'complaint' }])).toEqual(['suppression.added']);
    expect(await wouldDrop('complainer')).toEqual(['suppressed_complaint', 'suppressed_complaint']);
    expect((await post('/v1/suppressions:lift', { ...target, reason: 'complaint' })).json()).toMatchObject({
      code: 'conflict',
    });
    await report('complainer', [{ kind: 'reached' }]);
    expect(await inForce(target)).toEqual(['complaint']);
  });

  it('is suppressed before anybody has it, and on another channel it is another address', async () => {
    const target = { channel: 'email', address: 'Early@People.example' };
    await post('/v1/suppressions', { ...target, reason: 'manual' });
    await person('early', 'early@people.example');
    expect((await wouldDrop('early'))[0]).toBe('suppressed_manual');
    expect(await inForce({ channel: 'push', address: 'early@people.example' })).toEqual([]);
  });

  it('rests after a hard bounce, and is written to again when that is over or it takes a message', async () => {
    const target = await person('bouncer');
    expect(await report('bouncer', [{ at: Date.now() - 8 * DAY_MS }])).toEqual(['suppression.added']);
    expect(await inForce(target)).toEqual([]);
    expect((await wouldDrop('bouncer'))[0]).toBeNull();
    await report('bouncer', [{}]);
    expect(await inForce(target)).toEqual(['bounce for now']);
    expect((await wouldDrop('bouncer'))[0]).toBe('suppressed_bounce');
    expect(await report('bouncer', [{ kind: 'reached', at: Date.now() + 1 }])).toEqual(['suppression.removed']);
    expect((await wouldDrop('bouncer'))[0]).toBeNull();
  });

  it('rests when five messages in a row bounced softly, however often and in whatever order that is reported', async () => {
    const target = await person('full');
    const reports = Array.from({ length: 5 }, (_, i) => ({
      kind: 'soft_bounce' as const,
      at: Date.now() - (5 - i) * 1000,
      eventKey: `full ${i}`,
      messageId: newId<MessageId>(),
    }));
    for (const one of [...reports.slice(1)].reverse()) await report('full', [one, one]);
    expect(await inForce(target)).toEqual([]);
    await report('full', reports);
    expect(await inForce(target)).toEqual(['bounce for now']);
    expect(await report('full', reports)).toEqual([]);
  });

  it('is suppressed once by reports that come at the same time', async () => {
    const target = await person('busy');
    const reports = Array.from({ length: 10 }, (_, i) => ({ kind: 'soft_bounce' as const, eventKey: `busy ${i}` }));
    const entries = await Promise.all(reports.map((one) => report('busy', [one])));
    expect(entries.flat().filter((type) => type === 'suppression.added').length).toBeGreaterThan(0);
    expect(await inForce(target)).toEqual(['bounce for now']);
  });

  it('is told with where consents stand, as of any instant and as it was known at any other', async () => {
    const target = await person('told');
    const before = new Date().toISOString();
    await post('/v1/suppressions', { ...target, reason: 'objection' });
    const between = new Date().toISOString();
    await post('/v1/suppressions', { ...target, reason: 'manual' });
    const told = async (query = '') =>
      (await brand.send('GET', `/v1/contacts/told/consents${query}`)).json<{
        contactPoints: {
          suppressions: { reason: string }[];
          states: { status: string; explanation: { en: string } }[];
        }[];
      }>().contactPoints[0];
    const reasons = async (query: string) => (await told(query))?.suppressions.map(({ reason }) => reason);
    expect(await reasons(`?at=${before}`)).toEqual([]);
    expect(await reasons(`?asKnownAt=${before}`)).toEqual([]);
    expect(await reasons(`?at=${between}`)).toEqual(['objection']);
    expect(await reasons(`?asKnownAt=${between}`)).toEqual(['objection']);
    const now = await told();
    expect(now?.suppressions.map(({ reason }) => reason)).toEqual(['manual', 'objection']);
    expect(now?.states[0]?.explanation.en).toMatch(/^Agreed to on .* were objected to on .*none is sent/);
  });

  it('is told as of an instant the same whatever signs of life come later, or are told late', async () => {
    const began = Date.now() - 60_000;
    const at = (second: number) => began + second * 1_000;
    await person('alive');
    // The address was theirs before anything came back from it.
    await brand.say('alive', 'granted', { occurredAt: new Date(at(0)).toISOString() });
    const seen: string[] = [];
    const told = async (second: number, known?: number) => {
      const query = `at=${new Date(at(second)).toISOString()}${known === undefined ? '' : `&asKnownAt=${new Date(known).toISOString()}`}`;
      const answer = await brand.send('GET', `/v1/contacts/alive/consents?${query}`);
      const [point] = answer.json<{ contactPoints: { suppressions: { reason: string }[] }[] }>().contactPoints;
      return point?.suppressions.map(({ reason }) => reason).join() ?? 'nobody';
    };
    const story = async (known?: number) => {
      for (const second of [5, 15, 25, 35, 45, 55]) seen.push(await told(second, known));
      return seen.splice(0);
    };
    await report('alive', [{ kind: 'reached', at: at(2), eventKey: 'alive 0' }]);
    await report('alive', [{ kind: 'hard_bounce', at: at(10), eventKey: 'alive 1' }]);
    await report('alive', [{ kind: 'reached', at: at(20), eventKey: 'alive 2' }]);
    await report('alive', [{ kind: 'hard_bounce', at: at(30), eventKey: 'alive 3' }]);
    await report('alive', [{ kind: 'reached', at: at(40), eventKey: 'alive 4' }]);
    const then = Date.now();
    expect(await story()).toEqual(['', 'bounce', '', 'bounce', '', '']);
    await sleep(5);
    await report('alive', [{ kind: 'reached', at: at(50), eventKey: 'alive 5' }]);
    expect(await story()).toEqual(['', 'bounce', '', 'bounce', '', '']);
    // A sign that is told late changes what is known, and not what was known.
    await report('alive', [{ kind: 'reached', at: at(33), eventKey: 'alive 6' }]);
    expect(await story()).toEqual(['', 'bounce', '', '', '', '']);
    expect(await story(then)).toEqual(['', 'bounce', '', 'bounce', '', '']);
    // So does a bounce of which nobody knew when the address proved to be alive.
    await report('alive', [{ kind: 'hard_bounce', at: at(48), eventKey: 'alive 7' }]);
    expect(await story()).toEqual(['', 'bounce', '', '', '', '']);
    const { rows } = await brand.admin.query(
      'SELECT 1 FROM consent.sign_of_life WHERE reached_at BETWEEN to_timestamp($1) AND to_timestamp($2)',
      [at(0) / 1000, at(55) / 1000],
    );
    expect(rows).toHaveLength(4);
  });

  it('names what came back from an address before anybody was known by it, which was not in use then', async () => {
    const before = Date.now() - 60_000;
    await person('late');
    await report('late', [{ kind: 'hard_bounce', at: before, eventKey: 'late 1' }]);
    const answer = await brand.send('GET', `/v1/contacts/late/consents?at=${new Date(before + 1_000).toISOString()}`);
    expect(answer.json()).toMatchObject({ contactPoints: [{ inUse: false, suppressions: [{ reason: 'bounce' }] }] });
  });
});
