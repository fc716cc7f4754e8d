import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfirmationService, ConsentService, makeConfirmToken, PreferenceService } from '#lib/consent';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { KEY_RING, type KeyRing, newId } from '#lib/platform';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

describe('a no of somebody who has left already', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, key } = brand);
    await api.send('PUT', '/v1/double-opt-in/email', { key, body: {} });
  });
  afterAll(() => brand.stop());

  const addressOf = (id: string): string => `${id}@people.example`;
  const point = async (id: string) => {
    const { rows } = await brand.admin.query<{ id: ContactPointId; newsletter: string }>(
      `SELECT p.id, t.id AS newsletter FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id
         JOIN consent.topic t ON t.brand_id = p.brand_id AND t.key = 'newsletter' WHERE c.external_id = $1`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`${id} has no contact point`);
    return row;
  };
  const page = () => api.app.get(PreferenceService, { strict: false });
  const evidence = { details: {}, wording: () => 'Alles abbestellen' };
  const link = async (id: string, access: 'manage' | 'reduce') => ({
    ...{ access, contactPointId: (await point(id)).id, scopeId: null, messageId: null, expiresAt: null },
  });
  const importRows = async (...rows: object[]) => {
    const raw = rows.map((row) => JSON.stringify(row)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await api.send('POST', '/v1/contacts:import', { key, raw, headers });
    return answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { outcome?: string; code?: string });
  };
  const wish = (id: string, kind: string, more: object = {}) => ({
    ...{ externalId: id, channel: 'email', address: addressOf(id), purpose: 'commercial', kind, ...more },
  });
  const events = async (id: string) =>
    (await api.send('GET', `/v1/contacts/${id}/history`, { key }))
      .json<{ contactPoints: { events: { kind: string; topic: string | null; method: string }[] }[] }>()
      .contactPoints.flatMap((one) => one.events);
  const entries = async () =>
    Number((await brand.admin.query<{ n: string }>('SELECT count(*) AS n FROM ledger.entry')).rows[0]?.n);
  /** What happens in a moment of its own, so that it lies before and after others by the clock of the database. */
  const moment = async (): Promise<string> => {
    await sleep(3);
    const at = new Date().toISOString();
    await sleep(3);
    return at;
  };

  const doors: Record<string, (id: string) => Promise<unknown>> = {
    'one click': async (id) => {
      const { id: contactPointId, newsletter } = await point(id);
      const optOut = { contactPointId, scopeId: newsletter, messageId: newId<MessageId>() };
      const consents = api.app.get(ConsentService, { strict: false });
      expect(await consents.withdrawByLink(optOut, { method: 'one_click', details: {} })).toMatchObject({
        changed: false,
      });
    },
    'the page, of one thing': async (id) => {
      const { id: pointId, newsletter } = await point(id);
      const leaving = { act: 'leave', scopeId: newsletter, pointId } as const;
      const answer = await page().apply(await link(id, 'reduce'), leaving, null, evidence);
      expect(answer).toMatchObject({ kind: 'done', changeId: null });
    },
    'the page, of everything': async (id) => {
      const answer = await page().apply(await link(id, 'reduce'), { act: 'stop_all' }, null, evidence);
      expect(answer).toMatchObject({ kind: 'done', changeId: null });
    },
    'asking to be erased': async (id) => page().requestErasure(await link(id, 'manage'), evidence),
    'asking to be erased a second time': async (id) => {
      await page().requestErasure(await link(id, 'manage'), evidence);
      await moment();
      await page().requestErasure(await link(id, 'manage'), evidence);
    },
    'a text': async (id) => {
      const body = { channel: 'email', from: addressOf(id), text: 'STOP' };
      const answer = await api.send('POST', '/v1/inbound/texts', { key, body });
      expect(answer.json()).toMatchObject({ reply: 'opt_out_confirmed', changed: false });
    },
    'a mail': async (id) => {
      const raw = `From: ${addressOf(id)}\r\nSubject: unsubscribe\r\n\r\n`;
      const headers = { 'content-type': 'message/rfc822' };
      const answer = await api.send('POST', '/v1/inbound/mail', { key, raw, headers });
      expect(answer.json()).toMatchObject({ outcome: 'left', changed: false });
    },
    'a program': async (id) => expect((await brand.say(id, 'withdrawn')).status).toBe(201),
    'a list without its time': async (id) => {
      const [row] = await importRows(wish(id, 'withdrawn', { topics: ['newsletter'] }));
      expect(row).toMatchObject({ outcome: 'changed' });
    },
  };

  it.each(Object.keys(doors))('by %s is recorded, and a yes from in between brings nothing back', async (door) => {
    const id = `again-${Object.keys(doors).indexOf(door)}`;
    await brand.person(id);
    await page().apply(await link(id, 'reduce'), { act: 'stop_all' }, null, evidence);
    const occurredAt = await moment();
    const [before, written] = [(await events(id)).length, await entries()];
    await doors[door]?.(id);
    const said = (await events(id)).slice(before);
    expect(said.length).toBeGreaterThan(0);
    expect(said.every(({ kind }) => kind === 'withdrawn')).toBe(true);
    expect((await entries()) - written).toBeGreaterThanOrEqual(said.length);

    const yes = { ...{ topics: ['newsletter'], occurredAt, method: 'web_form' }, wording: 'Yes, please.' };
    const [row] = await importRows(wish(id, 'granted', yes));
    expect(row).toMatchObject({ outcome: 'blocked', code: 'later_opt_out' });
    const told = await brand.say(id, 'granted', { occurredAt });
    expect(told.status === 409 || !told.json<{ events: { effective: boolean }[] }>().events.at(-1)?.effective).toBe(
      true,
    );
    expect(await brand.reason(id)).toBe('consent_withdrawn');
    // One from after it counts.
    await moment();
    expect((await brand.say(id, 'granted', { occurredAt: await moment() })).status).toBe(201);
    expect(await brand.reason(id)).toBeNull();
  });

  it('to everything holds for a topic that is made later, and for an address that is told later', async () => {
    await brand.person('wide');
    await page().apply(await link('wide', 'reduce'), { act: 'stop_all' }, null, evidence);
    const occurredAt = await moment();
    await page().apply(await link('wide', 'reduce'), { act: 'stop_all' }, null, evidence);
    await brand.topic('later', { de: 'Später', en: 'Later' });
    const yes = { ...{ topics: ['later'], occurredAt, method: 'web_form' }, wording: 'Yes, please.' };
    const other = { ...wish('wide', 'granted', yes), channel: 'sms', address: '+4915112340001' };
    expect(await importRows(wish('wide', 'granted', yes), other)).toMatchObject([
      { outcome: 'blocked', code: 'later_opt_out' },
      { code: 'later_opt_out' },
      {},
    ]);
    expect(await brand.reason('wide', { topic: 'later' })).not.toBeNull();
  });

  it('by a list that says no time is recorded once, however often the list is sent', async () => {
    await brand.person('listed');
    await page().apply(await link('listed', 'reduce'), { act: 'stop_all' }, null, evidence);
    const row = wish('listed', 'withdrawn');
    expect((await importRows(row))[0]).toMatchObject({ outcome: 'changed' });
    const [said, written] = [await events('listed'), await entries()];
    expect((await importRows(row, row)).slice(0, 2)).toMatchObject([
      { outcome: 'unchanged' },
      { outcome: 'unchanged' },
    ]);
    expect([await events('listed'), await entries()]).toEqual([said, written]);
  });

  const ask = (id: string) =>
    api.send('POST', '/v1/double-opt-ins', {
      key,
      body: {
        ...{ channel: 'email', address: addressOf(id), externalId: id, purpose: 'commercial', topics: ['newsletter'] },
      },
    });
  const answerTo = async (id: string, how: 'confirm' | 'deny') => {
    const { rows } = await brand.admin.query<{ optInId: string; contactPointId: string; brandId: string }>(
      `SELECT o.id AS "optInId", o.contact_point_id AS "contactPointId", o.brand_id AS "brandId"
         FROM consent.double_opt_in o JOIN consent.contact c ON c.id = o.contact_id WHERE c.external_id = $1`,
      [id],
    );
    const token = makeConfirmToken(api.app.get<KeyRing>(KEY_RING, { strict: false }).links, rows[0] as never);
    const traces = { ip: '203.0.113.1', userAgent: 'Mozilla/5.0', fetchSite: null, fetchMode: null };
    const said = () => ({ wording: 'Confirm', language: 'en' });
    return (await api.app.get(ConfirmationService, { strict: false })[how](token, traces, said))?.state;
  };

  it('after a request for confirmation ends the request', async () => {
    await brand.person('asked', 'withdrawn');
    await ask('asked');
    await moment();
    await doors['one click']?.('asked');
    expect(await answerTo('asked', 'confirm')).toBeUndefined();
    expect(await brand.reason('asked')).toBe('consent_withdrawn');
  });

  it('to a request that was not theirs is recorded too', async () => {
    await brand.person('denied', 'withdrawn');
    await brand.say('denied', 'withdrawn', { topics: [] });
    await ask('denied');
    const occurredAt = await moment();
    expect(await answerTo('denied', 'deny')).toBe('denied');
    const yes = { ...{ topics: ['newsletter'], occurredAt, method: 'web_form' }, wording: 'Yes, please.' };
    expect((await importRows(wish('denied', 'granted', yes)))[0]).toMatchObject({ code: 'later_opt_out' });
    expect(await brand.reason('denied')).not.toBeNull();
  });

  it.each([false, true])('by an objection after a request ends it, objected before or not (%s)', async (isSecond) => {
    const id = `objects-${isSecond}`;
    await brand.person(id);
    const object = () =>
      api.send('POST', '/v1/suppressions', {
        key,
        body: { channel: 'email', address: addressOf(id), reason: 'objection' },
      });
    if (isSecond) expect((await object()).status).toBe(200);
    await ask(id);
    await moment();
    const written = await entries();
    await object();
    expect((await entries()) - written).toBe(1);
    expect(await answerTo(id, 'confirm')).toBeUndefined();
    expect(await brand.reason(id)).toBe('objection');
  });

  it('is written down with where it was said and the law there', async () => {
    await brand.person('told', 'withdrawn', addressOf('told'), { country: 'DE', region: 'DE-BY' });
    await page().apply(await link('told', 'reduce'), { act: 'stop_all' }, null, evidence);
    await doors['a text']?.('told');
    const last = (await events('told')).at(-1);
    expect(last).toMatchObject({ method: 'keyword', source: 'text message', jurisdiction: 'DE-BY' });
  });
});
