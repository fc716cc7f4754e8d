import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

describe('the send API', () => {
  let api: RunningApi;
  let key: string;
  let other: string;

  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('north');
    other = await api.brand('south');
    await setUpSending(api, key);
  });
  afterAll(async () => api.stop());

  const message = { to: 'ada', template: 'news', topic: 'newsletter' };
  const post = (body: unknown, idempotencyKey: string | null = randomUUID(), apiKey = key) =>
    api.send('POST', '/v1/messages', {
      key: apiKey,
      body,
      headers: idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey },
    });
  const bulk = (lines: readonly string[]) =>
    api.send('POST', '/v1/messages:bulk', {
      key,
      raw: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });

  it('accepts a message with its decision and its links', async () => {
    const answer = await post(message);
    expect(answer.status).toBe(202);
    const body = answer.json<{ id: string; decision: { checks: unknown[] } }>();
    expect(body).toMatchObject({
      status: 'queued',
      decision: { outcome: 'pass', reason: null, policyVersion: 'default@1' },
    });
    expect(body.decision.checks.length).toBeGreaterThan(5);
    expect((await api.send('GET', `/v1/messages/${body.id}`, { key })).json()).toMatchObject({
      id: body.id,
      to: 'ada',
      topic: 'newsletter',
      status: 'queued',
    });
    expect((await api.send('GET', `/v1/messages/${body.id}/explain`, { key })).json()).toMatchObject({
      steps: [{ type: 'send.accepted', outcome: 'pass' }],
    });
    expect((await api.send('POST', `/v1/messages/${body.id}/cancel`, { key })).json()).toMatchObject({
      status: 'dropped',
      reason: 'cancelled',
    });
  });

  it('shows every instant that a check looked at in ISO 8601, at each door', async () => {
    interface Answer {
      readonly decision: { readonly checks: readonly { check: string; detail: Record<string, unknown> }[] };
    }
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const answer = (await post({ ...message, sendAt })).json<Answer & { id: string }>();
    const [explained] = (await api.send('GET', `/v1/messages/${answer.id}/explain`, { key })).json<{
      steps: Answer[];
    }>().steps;
    const dry = await api.send('POST', '/v1/decisions', { key, body: { ...message, sendAt } });
    const all = [answer.decision, explained?.decision, dry.json<Answer['decision']>()];
    for (const decision of all) {
      const details = (decision?.checks ?? []).map(({ check, detail }) => ({ check, ...detail }));
      expect(details).toContainEqual({ check: 'expiry', expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) });
      const numbers = details.flatMap((detail) => Object.values(detail)).filter((value) => typeof value === 'number');
      expect(numbers.filter((value) => value > 1e11)).toEqual([]);
    }
  });

  it('answers a retry with the same bytes, and says so', async () => {
    const idempotencyKey = randomUUID();
    const first = await post(message, idempotencyKey);
    const again = await post({ topic: 'newsletter', template: 'news', to: 'ada' }, idempotencyKey);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect((await post({ ...message, step: 'two' }, idempotencyKey)).json()).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
  });

  it('takes several channels in order, and answers which is tried and why no other', async () => {
    const contents = { de: { subject: '', html: null, text: 'Hallo' } };
    const sms = { key: 'news-sms', channel: 'sms', class: 'commercial', defaultLanguage: 'de', contents };
    const provider = { kind: 'null', channel: 'sms', settings: {} };
    for (const made of [
      await api.send('POST', '/v1/templates', { key, body: sms }),
      await api.send('PUT', '/v1/providers/sms', { key, body: provider }),
    ])
      expect(made.status).toBe(201);
    const channels = [
      { channel: 'sms', template: 'news-sms' },
      { channel: 'email', template: 'news' },
    ];
    const body = { to: 'ada', topic: 'newsletter', channels, fallbackAfterMinutes: 60 };
    const idempotencyKey = randomUUID();
    const first = await post(body, idempotencyKey);
    const answer = first.json<{ id: string; channels: { id: string; chosen: boolean }[] }>();
    expect([first.status, answer]).toMatchObject([
      202,
      {
        status: 'queued',
        channels: [
          { channel: 'sms', status: 'dropped', chosen: false, outcome: 'drop', reason: 'no_contact_point' },
          { channel: 'email', status: 'queued', chosen: true, outcome: 'pass', reason: null },
        ],
      },
    ]);
    expect((await post(body, idempotencyKey)).text).toBe(first.text);
    const shown = await api.send('GET', `/v1/messages/${answer.id}`, { key });
    expect(shown.json()).toMatchObject({ channel: 'email', choice: { rank: 1 } });
    const line = JSON.stringify({ idempotencyKey: randomUUID(), ...body });
    expect((await bulk([line])).text).toContain('"chosen":true');

    const points = [{ channel: 'sms', address: '+4915112345678' }, { channel: 'email', address: 'bea@people.example' }]; // prettier-ignore
    await api.send('PUT', '/v1/contacts/bea', { key, body: { contactPoints: points } });
    const grant = { purpose: 'commercial', topics: ['newsletter'], kind: 'granted', wording: 'Yes, please.', legalBasis: 'consent', method: 'web_form' }; // prettier-ignore
    for (const { channel } of points) await api.send('POST', '/v1/contacts/bea/consents', { key, body: { ...grant, channel } }); // prettier-ignore
    const [, second] = (await post({ ...body, to: 'bea' })).json<typeof answer>().channels;
    expect((await api.send('GET', `/v1/messages/${second?.id}/explain`, { key })).json()).toMatchObject({
      ...{ status: 'queued', reason: 'other_channel' },
      sentence: 'Waits: another channel is tried first, and this one only if that does not reach the contact.',
    });
    for (const wrong of [
      { ...body, template: 'news' },
      { ...body, channels: channels.slice(1) },
      { ...body, channels: [channels[1], channels[1]] },
      { ...message, fallbackAfterMinutes: 60 },
    ])
      expect((await post(wrong)).status).toBe(400);
    for (const [wrong, pointer, says] of [
      [['email'], '/channels/0', 'an object such as {"channel": "email", "template": "Autumn"}'],
      ['email', '/channels', 'a list of objects such as {"channel": "email", "template": "Autumn"}'],
      [channels.slice(1), '/channels', 'two at least, in order of preference; for one send its template as `template`'],
      [[{ channel: 'email' }], '/channels/0/template', ''],
    ] as const) {
      const { errors } = (await post({ ...body, channels: wrong })).json<{ errors: { pointer: string; detail: string }[] }>(); // prettier-ignore
      expect(errors).toContainEqual({ pointer, detail: expect.stringContaining(says) });
    }
  });

  it('lets a message leave when it works best, within what is asked and allowed', async () => {
    const before = Date.now();
    const answer = (await post({ ...message, bestTime: { withinHours: 48 } })).json<{
      status: string;
      decision: { outcome: string; reason: string | null; notBefore: string };
    }>();
    expect(answer.status).toBe('queued');
    const { outcome, reason, notBefore } = answer.decision;
    expect([null, 'send_time']).toContain(reason);
    expect(outcome).toBe(reason === null ? 'pass' : 'defer');
    expect(Date.parse(notBefore)).toBeGreaterThanOrEqual(before - 1);
    expect(Date.parse(notBefore)).toBeLessThanOrEqual(Date.now() + 48 * 3_600_000);
    for (const wrong of [{ withinHours: 0 }, { withinHours: 73 }, { goal: 'bought' }, { hours: 4 }, 'PT4H'])
      expect((await post({ ...message, bestTime: wrong })).status).toBe(400);
  });

  it('puts every contact into one variant of an experiment, leaves some alone, and compares', async () => {
    await api.send('PUT', '/v1/campaigns/Test', { key, body: { name: 'Test', policy: 'default' } });
    const arms = [
      { variant: 'a', template: 'news' },
      { variant: 'b', template: 'news' },
    ];
    const body = { to: 'ada', topic: 'newsletter', campaign: 'Test' };
    const of = async (experiment: object) => {
      const idempotencyKey = randomUUID();
      const first = await post({ ...body, experiment }, idempotencyKey);
      expect((await post({ ...body, experiment }, idempotencyKey)).text).toBe(first.text);
      const answer = first.json<{ id: string; holdout?: boolean; decision: { sentence: string } }>();
      const shown = await api.send('GET', `/v1/messages/${answer.id}`, { key });
      return { ...answer, ...shown.json<{ variant: string; status: string; reason: string | null }>() };
    };
    const variants = [await of({ key: 'one', arms }), await of({ key: 'one', arms })].map(({ variant }) => variant);
    expect(new Set(variants).size).toBe(1);
    expect(['a', 'b']).toContain(variants[0]);
    let alone = await of({ key: 'alone-0', holdoutPercent: 90, arms });
    for (let i = 1; alone.holdout !== true && i < 20; i++)
      alone = await of({ key: `alone-${i}`, holdoutPercent: 90, arms });
    expect(alone).toMatchObject({
      ...{ status: 'dropped', reason: 'holdout', variant: 'holdout', holdout: true },
      decision: {
        sentence: expect.stringMatching(
          /^The contact belongs to the group of its experiment that is left alone for comparison\. Otherwise: \S/,
        ),
      },
    });
    expect((await api.send('GET', `/v1/messages/${alone.id}/explain`, { key })).json()).toMatchObject({
      sentence: 'The contact belongs to the group of its experiment that is left alone for comparison.',
    });
    expect((await post({ ...body, experiment: { key: 'one', arms }, variant: 'a' })).status).toBe(400);
    const named = { key: 'one', arms: [...arms, { variant: 'holdout', template: 'news' }] };
    expect((await post({ ...body, experiment: named })).status).toBe(400);
    for (const half of ['half-1', 'half-2', 'half-3', 'half-4', 'half-5']) {
      const experiment = { key: half, arms: [...arms, { variant: 'c', template: 'nothing' }] };
      const refused = await post({ ...body, experiment });
      expect(refused.json()).toMatchObject({ status: 422, code: 'unknown_template' });
    }
    const twice = { key: 'one', arms: [...arms, { variant: 'a', template: 'receipt' }] };
    expect((await post({ ...body, experiment: twice })).status).toBe(400);
    for (const wrong of [{ variant: 'holdout' }, { variant: ' ' }, { step: '\u2003' }])
      expect((await post({ ...body, template: 'news', ...wrong })).status).toBe(400);

    const compared = await api.send('GET', '/v1/campaigns/Test/variants?goal=opened&experiment=one', { key });
    expect(compared.json()).toEqual({
      goal: 'opened',
      variants: [{ experiment: 'one', variant: variants[0], sent: 0, met: 0 }],
      verdict: 'too_few',
      winner: null,
      neededPerVariant: null,
      pValue: null,
    });
    expect((await api.send('GET', '/v1/campaigns/Nowhere/variants', { key })).status).toBe(404);
  });

  it('wants an Idempotency-Key', async () => {
    expect((await post(message, null)).json()).toMatchObject({ status: 400, code: 'idempotency_key_required' });
    expect((await post(message, 'with space')).json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it.each([
    ['a contact nobody knows', { ...message, to: 'nobody' }, 'unknown_contact'],
    ['a template nobody knows', { ...message, template: 'nothing' }, 'unknown_template'],
    ['a topic nobody knows', { ...message, topic: 'nothing' }, 'unknown_topic'],
    ['a policy nobody knows', { ...message, policy: 'nothing' }, 'unknown_policy'],
    ['neither topic nor purpose', { to: 'ada', template: 'news' }, 'invalid_request'],
    ['a property nobody knows', { ...message, skipConsent: true }, 'invalid_request'],
    [
      'an end before the beginning',
      { ...message, sendAt: '2030-01-02T00:00:00Z', expiresAt: '2030-01-01T00:00:00Z' },
      'invalid_request',
    ],
  ])('refuses %s', async (_what, body, code) => {
    expect((await post(body)).json()).toMatchObject({ code });
  });

  it('answers about another brand’s message as about none', async () => {
    const { id } = (await post(message)).json<{ id: string }>();
    const foreign = await api.send('GET', `/v1/messages/${id}`, { key: other });
    const unknown = await api.send('GET', `/v1/messages/${randomUUID()}`, { key: other });
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(unknown.text);
  });

  it('decides without storing anything', async () => {
    const before = (await api.send('GET', '/v1/ledger/entries?limit=1000', { key })).json<{ after: number }>().after;
    expect((await api.send('POST', '/v1/decisions', { key, body: message })).json()).toMatchObject({ outcome: 'pass' });
    expect((await api.send('GET', '/v1/ledger/entries?limit=1000', { key })).json<{ after: number }>().after).toBe(
      before,
    );
  });

  it('warns whoever asks first of advertising for which nothing asks for a consent', async () => {
    const ask = async (body: object) => (await api.send('POST', '/v1/decisions', { key, body })).json();
    const labels = { de: 'Bestellungen', en: 'Orders' };
    await api.send('PUT', '/v1/purposes/orders', {
      key,
      body: { enforcement: 'disabled', legalBasis: 'contract', labels },
    });
    const advertising = await ask({ to: 'ada', template: 'news', purpose: 'orders' });
    expect(advertising).toMatchObject({ outcome: 'pass', warnings: [expect.stringContaining('"orders" is disabled')] });
    expect(await ask(message)).not.toHaveProperty('warnings');
  });

  it.each([
    ['/sendAt', { sendAt: 91 }],
    ['/expiresAt', { expiresAt: 91 }],
    ['/expiresAt', { sendAt: 30, expiresAt: 121 }],
  ])('is not asked to wait for more than 90 days: %s', async (pointer, days) => {
    const at = Object.fromEntries(
      Object.entries(days).map(([name, ahead]) => [name, new Date(Date.now() + ahead * 86_400_000).toISOString()]),
    );
    expect((await post({ ...message, ...at })).json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ pointer, detail: expect.stringContaining('90 days') }],
    });
  });

  it('refuses a name that stands twice, in a body and in a line, and says which', async () => {
    const twice = (start: string): string => `{${start}"to":"ada","template":"news","topic":"newsletter","to":"eve"}`;
    const problem = { status: 400, code: 'invalid_request', errors: [{ pointer: '/to' }] };
    const headers = { 'idempotency-key': randomUUID() };
    const alone = await api.send('POST', '/v1/messages', { key, raw: twice(''), headers });
    expect(alone.json()).toMatchObject(problem);
    const lines = await bulk([twice('"idempotencyKey":"twice",')]);
    expect(JSON.parse(lines.text)).toMatchObject({ line: 1, status: 400, error: problem });
  });

  it('wants a stream to be a stream, and one message to be none', async () => {
    const refused = { status: 415, code: 'unsupported_media_type' };
    expect((await api.send('POST', '/v1/messages:bulk', { key, body: message })).json()).toMatchObject(refused);
    const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() };
    expect((await api.send('POST', '/v1/messages', { key, body: message, headers })).json()).toMatchObject(refused);
    const packed = { ...headers, 'content-encoding': 'gzip' };
    expect((await api.send('POST', '/v1/messages:bulk', { key, body: message, headers: packed })).json()).toMatchObject(
      refused,
    );
  });

  it('marks messages of a test key', async () => {
    const testKey = await api.key({ brand: 'north', test: true });
    const { id } = (await post(message, randomUUID(), testKey)).json<{ id: string }>();
    expect((await api.send('GET', `/v1/messages/${id}`, { key })).json()).toMatchObject({ test: true });
  });

  it('keeps the Idempotency-Keys of test keys apart', async () => {
    const testKey = await api.key({ brand: 'north', test: true });
    const idempotencyKey = randomUUID();
    const tried = (await post(message, idempotencyKey, testKey)).json<{ id: string }>();
    const meant = await post(message, idempotencyKey);
    expect(meant.headers['idempotency-replayed']).toBeUndefined();
    expect(meant.json<{ id: string }>().id).not.toBe(tried.id);
  });

  describe('that lifts the caps', () => {
    const lifted = { ...message, override: { reason: 'recall of a product' } };

    it('is refused without the scope for it, alone, in bulk and as a question', async () => {
      const weak = await api.key({ brand: 'north', scopes: ['messages:send'] });
      expect((await post(lifted, randomUUID(), weak)).json()).toMatchObject({ code: 'forbidden' });
      expect((await api.send('POST', '/v1/decisions', { key: weak, body: lifted })).status).toBe(403);
      const line = JSON.stringify({ idempotencyKey: randomUUID(), ...lifted });
      const answered = await api.send('POST', '/v1/messages:bulk', {
        key: weak,
        raw: line,
        headers: { 'content-type': 'application/x-ndjson' },
      });
      expect(answered.json()).toMatchObject({ status: 403, error: { code: 'forbidden' } });
    });

    it('is accepted from a key with the scope, and needs a reason', async () => {
      expect((await post(lifted)).status).toBe(202);
      for (const override of [{}, { reason: ' ' }, { reason: '\u200b' }, { reason: '--' }]) {
        expect((await post({ ...message, override })).json()).toMatchObject({
          errors: [{ pointer: '/override/reason' }],
        });
      }
    });
  });
});
