import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DateTime } from 'luxon';
import { Database } from '#lib/platform';
import { AttemptService, HandOverService } from '#lib/sending';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';
import { NO_LAW } from '../../../../test/support/no-law.js';

interface Results {
  readonly results: readonly { readonly result: string; readonly code?: string; readonly detail?: string }[];
}

describe('POST /v1/events', () => {
  let api: RunningApi;
  let key: string;
  let brand: string;

  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    brand = `b-${randomUUID()}`;
    key = await api.brand(brand);
    await setUpSending(api, key);
  });

  /** Sends a message to somebody new as far as its provider; answers its id. */
  const send = async (as = key): Promise<string> => {
    const to = randomUUID();
    await api.send('PUT', `/v1/contacts/${to}`, {
      key,
      body: { contactPoints: [{ channel: 'email', address: `${to}@people.example` }] },
    });
    await api.send('POST', `/v1/contacts/${to}/consents`, {
      key,
      body: {
        channel: 'email',
        purpose: 'commercial',
        topics: ['newsletter'],
        kind: 'granted',
        wording: 'Yes, please.',
        legalBasis: 'consent',
        method: 'web_form',
      },
    });
    const { id } = (await ask(to, as)).json<{ id: string }>();
    await attempt(id);
    return id;
  };
  const attempt = async (id: string): Promise<void> => {
    const started = await api.app.get(AttemptService, { strict: false }).attempt([id]);
    await api.app.get(HandOverService, { strict: false }).handOver(started);
  };
  const ask = (to: string, as = key) =>
    api.send('POST', '/v1/messages', {
      key: as,
      headers: { 'idempotency-key': randomUUID() },
      body: { to, template: 'news', topic: 'newsletter' },
    });
  const event = (message: string, change: object = {}) => ({
    id: randomUUID(),
    type: 'delivered',
    message,
    at: new Date().toISOString(),
    ...change,
  });
  const report = (events: readonly object[], as = key) => api.send('POST', '/v1/events', { key: as, body: { events } });

  it('answers each event by itself', async () => {
    const id = await send();
    const bounce = event(id, { type: 'bounced', bounce: { kind: 'soft', status: '4.2.2' } });
    const click = event(id, { type: 'clicked', automated: true, link: 'https://example.org/offer?x=1' });
    const answer = await report([bounce, click, bounce, event(randomUUID())]);
    expect(answer.status).toBe(200);
    const { results } = answer.json<Results>();
    expect(results.map(({ result }) => result)).toEqual(['recorded', 'recorded', 'duplicate', 'refused']);
    expect(results[0]).toMatchObject({ id: bounce.id, inFlight: [], entry: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(results[3]).toMatchObject({ code: 'unknown_message', detail: expect.stringMatching(/\.$/) });
  });

  it.each([
    ['a bounce without its kind', { type: 'bounced' }, '/events/0/bounce'],
    ['a status that is none', { type: 'bounced', bounce: { kind: 'hard', status: '550' } }, '/events/0/bounce/status'],
    ['a time without an offset', { at: '2026-11-25T10:00:00' }, '/events/0/at'],
    ['an unknown type', { type: 'forwarded' }, '/events/0/type'],
    ['what its type does not have', { bounce: { kind: 'hard' } }, '/events/0/bounce'],
  ])('refuses the whole request for %s', async (_name, change, pointer) => {
    const answer = await report([event(randomUUID(), change)]);
    expect(answer.status).toBe(400);
    expect(answer.json<{ errors: { pointer: string }[] }>().errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('knows no message of another brand', async () => {
    const id = await send();
    const other = await api.brand(`b-${randomUUID()}`, ['events:write']);
    expect((await report([event(id)], other)).json<Results>().results[0]).toMatchObject({ code: 'unknown_message' });
  });

  it('keeps test keys to test messages, whose bounces end no address', async () => {
    const testKey = await api.key({ brand, test: true });
    const live = await send();
    expect((await report([event(live)], testKey)).json<Results>().results[0]).toMatchObject({ code: 'other_mode' });
    const test = await send(testKey);
    expect((await report([event(test)])).json<Results>().results[0]).toMatchObject({ code: 'other_mode' });
    const complaint = event(test, { type: 'complained' });
    expect((await report([complaint], testKey)).json<Results>().results[0]).toMatchObject({ result: 'recorded' });
    expect(await suppressions()).toEqual([]);
  });

  const publish = async (rules: object) => {
    const body = { key: 'default', caps: [], quietHours: [], rates: [], jurisdiction: NO_LAW, ...rules };
    expect((await api.send('POST', '/v1/policies', { key, body })).status).toBe(201);
  };
  const warmUp = (ceiling: number) => ({
    id: 'new-domain',
    scope: 'sending_domain',
    startsOn: new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10),
    ceilings: Array.from({ length: 30 }, () => ceiling),
    halt: { bounced: 0.08, complained: 0.3, atLeast: Math.min(5, ceiling), lookBackDays: 2 },
  });
  interface Shown {
    readonly status: string;
    readonly reason: string | null;
    readonly notBefore: string;
    readonly sentence: string;
  }
  const shown = async (id: string, of = '') =>
    (await api.send('GET', `/v1/messages/${id}${of}`, { key })).json<Shown>();

  it('lets go whom a warm-up held, as soon as its ceiling is raised', async () => {
    await publish({ warmUps: [warmUp(1)] });
    expect((await shown(await send())).status).toBe('sent');
    const id = await send();
    const held = await shown(id);
    expect(held).toMatchObject({ status: 'queued', reason: 'warm_up' });
    expect(Date.parse(held.notBefore)).toBeGreaterThan(Date.now());
    await publish({ warmUps: [warmUp(2)] });
    expect(Date.parse((await shown(id)).notBefore)).toBeLessThanOrEqual(Date.now());
    await attempt(id);
    expect((await shown(id)).status).toBe('sent');
  });

  it('tells somebody in line when they are asked again, on the clock that they are judged by', async () => {
    await publish({ rates: [{ id: 'slow', scope: 'brand', permits: 1, interval: 'PT1H', burst: 1 }] });
    expect((await shown(await send())).status).toBe('sent');
    const [first, second] = [await send(), await send()];
    // Who comes back before there is room takes a place in the line, each behind the one before.
    const { tx } = api.app.get(Database, { strict: false });
    await tx.execute`UPDATE sending.message SET not_before = now(), due_at = now() WHERE id IN (${first}::uuid, ${second}::uuid)`;
    for (const id of [first, second]) await attempt(id);
    const asked = async (id: string) => {
      const at = DateTime.fromISO((await shown(id)).notBefore, { zone: 'Europe/Berlin', locale: 'en' });
      return at.plus({ milliseconds: (1000 - at.millisecond) % 1000 });
    };
    expect((await asked(second)).diff(await asked(first)).as('minutes')).toBeCloseTo(60, 0);
    for (const id of [first, second]) {
      const at = await asked(id);
      const time = at.toFormat(
        `ccc d LLL${at.year === DateTime.now().year ? '' : ' yyyy'} HH:mm${at.second === 0 ? '' : ':ss'}`,
      );
      expect((await shown(id, '/explain')).sentence).toMatch(
        new RegExp(` It is asked again ${time} Europe/Berlin\\.$`),
      );
      expect((await shown(id, '/explain')).sentence).not.toContain('UTC');
    }
  });

  it('halts a warm-up on complaints, and the next message waits for the next day', async () => {
    await publish({ warmUps: [warmUp(1000)] });
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await send());
    expect((await ask('ada')).json()).toMatchObject({ decision: { outcome: 'pass' } });

    const complaints = ids.slice(0, 2).map((id) => event(id, { type: 'complained' }));
    await report(complaints);
    await report(complaints);
    expect((await ask('ada')).json()).toMatchObject({
      status: 'queued',
      decision: { outcome: 'defer', reason: 'warm_up' },
    });
  });

  const suppressions = () =>
    api.app.get(Database, { strict: false }).tx.sql<{ reason: string }>`
      SELECT s.reason FROM consent.suppression s JOIN consent.brand b ON b.id = s.brand_id WHERE b.key = ${brand}`;
});
