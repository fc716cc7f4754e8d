import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi, SET_UP_BODIES } from '../testing/running-api.js';

const DAY = 86_400_000;
const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();

describe('the consent runway', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    for (const { method, path, body } of SET_UP_BODIES.slice(1, 3)) await api.send(method, path, { key, body });
    const row = (name: string, more: object) => ({
      externalId: name,
      channel: 'email',
      address: `${name}@people.example`,
      purpose: 'marketing',
      kind: 'granted',
      occurredAt: at(-30),
      method: 'web_form',
      wording: 'Yes',
      ...more,
    });
    const rows = [
      row('endless', {}),
      row('soon', { validUntil: at(10) }),
      row('later', { validUntil: at(400) }),
      row('past', { validUntil: at(-1) }),
      // Whoever lets others count and nothing else cannot be written to; nor longer than by the purpose of messages.
      row('counted', { purpose: 'tracking' }),
      row('soon', { purpose: 'tracking' }),
      // An inquiry of about five months ago ends within two months (CASL s. 10 (10)), in Canada alone.
      row('inquiry', { country: 'CA', kind: 'imported', legalBasis: 'implied_inquiry', occurredAt: at(-150) }),
      row('by-region', { region: 'CA-QC', kind: 'imported', legalBasis: 'implied_inquiry', occurredAt: at(-150) }),
      row('elsewhere', { country: 'DE', kind: 'imported', legalBasis: 'implied_inquiry', occurredAt: at(-150) }),
      row('left', { kind: 'withdrawn' }),
      row('shared-1', { address: 'shared@people.example' }),
      row('shared-2', { address: 'shared@people.example', kind: 'withdrawn', occurredAt: at(-1) }),
    ];
    const raw = rows.map((one) => JSON.stringify(one)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const purpose = { enforcement: 'restrictive', legalBasis: 'consent', labels: { de: 'Zählen', en: 'Counting' } };
    await api.send('PUT', '/v1/purposes/tracking', { key, body: purpose });
    const done = await api.send('POST', '/v1/contacts:import?results=none', { key, raw, headers });
    expect(done.json<{ import: { counts: object } }>().import.counts).toMatchObject({ refused: 0, blocked: 0 });
  });
  afterAll(async () => api.stop());

  it('says in which week who is lost, and why', async () => {
    const answer = await api.send('GET', '/v1/reports/consent-runway?weeks=12', { key });
    const { sendable, weeks, endsLater, endless } = answer.json<{
      sendable: number;
      weeks: { lost: number; validity: number; clocks: Record<string, number> }[];
      endsLater: number;
      endless: number;
    }>();
    expect({ sendable, endsLater, endless }).toEqual({ sendable: 6, endsLater: 1, endless: 2 });
    expect(weeks.map(({ lost }) => lost).reduce((a, b) => a + b)).toBe(3);
    expect(weeks[1]).toMatchObject({ lost: 1, validity: 1 });
    expect(weeks.reduce((sum, { clocks }) => sum + (clocks['ca'] ?? 0), 0)).toBe(2);
  });

  it('is a table and a page with the same figures', async () => {
    const csv = await api.send('GET', '/v1/reports/consent-runway?weeks=2&format=csv', { key });
    const [header, , second] = csv.text.split('\r\n');
    expect(header).toBe(
      'Week from,No longer sendable,by end of validity,by law (CA),Confirmations that lapse,Still sendable',
    );
    expect(second).toMatch(/^\d{4}-\d\d-\d\d,1,1,0,0,5$/);
    const page = await api.send('GET', '/v1/reports/consent-runway?weeks=12&format=html&language=de', { key });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.text).toContain('6 Kontaktpunkte sind heute erreichbar. 3 davon');
  });

  it('is about one purpose or channel when asked, and about one brand always', async () => {
    const sendable = async (query: string, by = key) =>
      (await api.send('GET', `/v1/reports/consent-runway?${query}`, { key: by })).json<{ sendable: number }>().sendable;
    expect([await sendable('channel=sms'), await sendable('purpose=marketing')]).toEqual([0, 6]);
    expect(await sendable('purpose=tracking')).toBe(2);
    expect(await sendable('weeks=4', await api.brand('other'))).toBe(0);
  });
});
