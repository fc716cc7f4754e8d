import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { RunwayService } from '#lib/sending';
import { RunningApi, SET_UP_BODIES } from '../testing/running-api.js';

const DAY = 86_400_000;
const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();

interface Answer {
  readonly sendable: number;
  readonly weeks: readonly {
    readonly lost: number;
    readonly validity: number;
    readonly clocks: Record<string, number>;
  }[];
  readonly endsLater: number;
  readonly endless: number;
}
const byLaw = ({ weeks }: Answer): number => weeks.reduce((sum, { clocks }) => sum + (clocks['ca'] ?? 0), 0);

let api: RunningApi;
beforeAll(async () => {
  api = await RunningApi.start();
});
afterAll(async () => api.stop());

describe('the consent runway', () => {
  let key: string;
  beforeAll(async () => {
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
      // German law knows no such permission, so nobody writes to them today.
      row('elsewhere', { country: 'DE', kind: 'imported', legalBasis: 'implied_inquiry', occurredAt: at(-150) }),
      row('left', { kind: 'withdrawn' }),
      row('shared-1', { address: 'shared@people.example' }),
      row('shared-2', { address: 'shared@people.example', kind: 'withdrawn', occurredAt: at(-1) }),
    ];
    const raw = rows.map((one) => JSON.stringify(one)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const purpose = { enforcement: 'restrictive', legalBasis: 'consent', labels: { de: 'Zählen', en: 'Counting' } };
    await api.send('PUT', '/v1/purposes/tracking', { key, body: purpose });
    // The purpose asks for a yes only since these were taken: what a law implied then stands.
    const enforce = (enforcement: string) => {
      const body = { enforcement, legalBasis: 'consent', labels: { de: 'Neues', en: 'News' } };
      return api.send('PUT', '/v1/purposes/marketing', { key, body });
    };
    await enforce('permissive');
    const done = await api.send('POST', '/v1/contacts:import?results=none', { key, raw, headers });
    expect(done.json<{ import: { counts: object } }>().import.counts).toMatchObject({ refused: 0, blocked: 0 });
    await enforce('restrictive');
  });

  it('says in which week who is lost, and why', async () => {
    const answer = await api.send('GET', '/v1/reports/consent-runway?weeks=12', { key });
    const { sendable, weeks, endsLater, endless } = answer.json<Answer>();
    expect({ sendable, endsLater, endless }).toEqual({ sendable: 5, endsLater: 1, endless: 1 });
    expect(weeks.map(({ lost }) => lost).reduce((a, b) => a + b)).toBe(3);
    expect(weeks[1]).toMatchObject({ lost: 1, validity: 1 });
    expect(byLaw(answer.json<Answer>())).toBe(2);
  });

  it('is a table and a page with the same figures', async () => {
    const csv = await api.send('GET', '/v1/reports/consent-runway?weeks=2&format=csv', { key });
    const [header, , second] = csv.text.split('\r\n');
    expect(header).toBe(
      'Week from,No longer sendable,by end of validity,by law (CA),Confirmations that lapse,Still sendable',
    );
    expect(second).toMatch(/^\d{4}-\d\d-\d\d,1,1,0,0,4$/);
    const page = await api.send('GET', '/v1/reports/consent-runway?weeks=12&format=html&language=de', { key });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.text).toContain('5 Kontaktpunkte sind heute erreichbar. 3 davon');
  });

  it('is about one purpose or channel when asked, and about one brand always', async () => {
    const sendable = async (query: string, by = key) =>
      (await api.send('GET', `/v1/reports/consent-runway?${query}`, { key: by })).json<{ sendable: number }>().sendable;
    expect([await sendable('channel=sms'), await sendable('purpose=marketing')]).toEqual([0, 5]);
    expect(await sendable('purpose=tracking')).toBe(2);
    expect(await sendable('weeks=4', await api.brand('other'))).toBe(0);
  });

  it('refuses a purpose of which there is no runway', async () => {
    await api.send('PUT', '/v1/purposes/orders', { key, body: ORDERS });
    const asked = async (purpose: string) => {
      const answer = await api.send('GET', `/v1/reports/consent-runway?purpose=${purpose}`, { key });
      return [answer.status, answer.json<{ code: string }>().code];
    };
    expect(await asked('nothing')).toEqual([422, 'unknown_purpose']);
    expect(await asked('orders')).toEqual([400, 'invalid_request']);
    // What is said of everything stands under a purpose of its own, which is none to write for.
    const { brandId } = (await api.app.get(KeyService, { strict: false }).authenticate(key)) as { brandId: BrandId };
    const report = { brandId, weeks: 2, purpose: '*', channel: null };
    await expect(api.app.get(RunwayService, { strict: false }).report(report)).rejects.toThrow('Name a purpose');
  });
});

const LABELS = { de: 'Angebote', en: 'Offers' };
const ORDERS = { enforcement: 'disabled', legalBasis: 'contract', labels: LABELS };

/** A purchase of about two years ago, which a law of Canada lets run out in some days (CASL s. 10 (10)). */
const PURCHASE = {
  kind: 'granted',
  legalBasis: 'implied_purchase',
  method: 'purchase',
  wording: 'Sale',
  occurredAt: at(-721),
};

describe('the consent runway beside decisions', () => {
  const PEOPLE: Readonly<Record<string, { profile?: object; phone?: string; consent?: object; purposes?: string[] }>> =
    {
      'ca-by-number': { phone: '+14165550101', consent: PURCHASE },
      'us-with-a-number-of-ca': { phone: '+14165550102', profile: { country: 'US' }, consent: PURCHASE },
      'ca-by-profile': { profile: { country: 'CA' }, consent: PURCHASE },
      'ca-or-us': { profile: { country: 'US', region: 'CA-ON' }, consent: PURCHASE },
      'ca-express': { profile: { country: 'CA' }, consent: { ...PURCHASE, legalBasis: 'consent' } },
      'ca-until': { profile: { country: 'CA' }, consent: { ...PURCHASE, validUntil: at(3) } },
      'ca-offers': { profile: { country: 'CA' }, consent: PURCHASE, purposes: ['offers'] },
      'ca-silent': { profile: { country: 'CA' } },
      'us-silent': { profile: { country: 'US' } },
      'us-purchase': { profile: { country: 'US' }, consent: PURCHASE },
      'us-left': { profile: { country: 'US' }, consent: { ...PURCHASE, kind: 'withdrawn' } },
      'ca-complained': { profile: { country: 'CA' }, consent: PURCHASE },
      'de-purchase': { profile: { country: 'DE' }, consent: PURCHASE },
      'fr-overseas-by-postal-code': { profile: { country: 'FR', postalCode: '98800' }, consent: PURCHASE },
    };
  let key: string;
  let bodies: readonly (readonly [string, string])[];

  beforeAll(async () => {
    key = await api.brand('beside');
    const labels = LABELS;
    const setUp: (readonly ['PUT' | 'POST', string, object])[] = [
      ['PUT', '/v1/purposes/strict', { enforcement: 'permissive', legalBasis: 'consent', labels }],
      ['PUT', '/v1/purposes/offers', { enforcement: 'permissive', legalBasis: 'legitimate_interests', labels }],
      [
        'POST',
        '/v1/policies',
        { key: 'default', caps: [], quietHours: [], rates: [], jurisdiction: { packs: 'contact' } },
      ],
      ...SET_UP_BODIES.filter(
        ({ path }) => path === '/v1/templates' || path === '/v1/blocks' || path === '/v1/providers/smtp',
      ).map(({ method, path, body }) => [method, path, body] as const),
    ];
    for (const [method, path, body] of setUp) {
      expect((await api.send(method, path, { key, body })).status).toBeLessThan(300);
    }
    for (const [name, { profile, phone, consent, purposes = ['strict', 'offers'] }] of Object.entries(PEOPLE)) {
      const points = [
        { channel: 'email', address: `${name}@people.example` },
        ...(phone === undefined ? [] : [{ channel: 'phone', address: phone }]),
      ];
      const body = { language: 'en', contactPoints: points, ...profile };
      expect((await api.send('PUT', `/v1/contacts/${name}`, { key, body })).status).toBeLessThan(300);
      for (const purpose of consent === undefined ? [] : purposes) {
        const said = { channel: 'email', purpose, topics: [], evidence: {}, ...consent };
        expect((await api.send('POST', `/v1/contacts/${name}/consents`, { key, body: said })).text).toContain(
          '"effective":true',
        );
      }
    }
    // It asks for a yes only since these were recorded: what a law implied then stands.
    const strict = { enforcement: 'restrictive', legalBasis: 'consent', labels };
    expect((await api.send('PUT', '/v1/purposes/strict', { key, body: strict })).status).toBeLessThan(300);
    const complaint = { channel: 'email', address: 'ca-complained@people.example', reason: 'complaint' };
    expect((await api.send('POST', '/v1/suppressions', { key, body: complaint })).status).toBeLessThan(300);
    bodies = Object.keys(PEOPLE).flatMap((to) => ['strict', 'offers'].map((purpose) => [to, purpose] as const));
  });

  const runway = async (query: string) =>
    (await api.send('GET', `/v1/reports/consent-runway?weeks=4&channel=email${query}`, { key })).json<Answer>();
  /** Who passes under the purpose, and until when by a law. */
  const decided = async (purpose: string) => {
    const passing: string[] = [];
    for (const [to] of bodies.filter(([, one]) => one === purpose)) {
      const body = { to, purpose, template: 'Welcome', variables: { name: 'A' } };
      const { outcome } = (await api.send('POST', '/v1/decisions', { key, body })).json<{ outcome: string }>();
      if (outcome === 'pass') passing.push(to);
    }
    return passing;
  };

  const BY_LAW = ['ca-by-number', 'us-with-a-number-of-ca', 'ca-by-profile', 'ca-or-us', 'ca-express', 'ca-until'];
  it.each([
    ['by number and profile alike', 'strict', [...BY_LAW, 'us-purchase'], [7, 3, 3]],
    [
      'also where only a law asks for an opt-in',
      'offers',
      [...BY_LAW, 'ca-offers', 'us-silent', 'us-purchase'],
      [9, 4, 4],
    ],
  ])(
    'counts whom a decision lets be written to, and says when a law ends that, %s',
    async (_how, purpose, who, counts) => {
      const told = await runway(`&purpose=${purpose}`);
      expect(await decided(purpose)).toEqual(who);
      expect([told.sendable, byLaw(told), told.endless]).toEqual(counts);
      expect(told.weeks[0]).toMatchObject({ lost: 1, validity: 1 });
    },
  );

  it('counts of all purposes whoever may be written to by an opt-in', async () => {
    const all = await runway('');
    expect([all.sendable, byLaw(all), all.endless]).toEqual([8, 4, 3]);
  });
});

describe('the policies of the consent runway', () => {
  let key: string;
  let testKey: string;
  beforeAll(async () => {
    key = await api.brand('policies');
    testKey = await api.key({ brand: 'policies', test: true });
    const purpose = (name: string, enforcement: string) =>
      ['PUT', `/v1/purposes/${name}`, { enforcement, legalBasis: 'consent', labels: LABELS }] as const;
    const waived = { packs: 'none', reason: 'all of them are employees', actor: 'dpo' };
    const setUp: (readonly ['PUT' | 'POST', string, object])[] = [
      // They ask for a yes only since these were recorded: what a law implied then stands.
      ...(['strict', 'other'] as const).map((name) => purpose(name, 'permissive')),
      ['POST', '/v1/policies', { ...NO_LIMITS, key: 'default', jurisdiction: { packs: 'contact' } }],
      ['POST', '/v1/policies', { ...NO_LIMITS, key: 'waived', jurisdiction: waived }],
      ...SET_UP_BODIES.filter(({ path }) => /templates|blocks|smtp/.test(path)).map(
        ({ method, path, body }) => [method, path, body] as const,
      ),
    ];
    for (const [method, path, body] of setUp)
      expect([path, (await api.send(method, path, { key, body })).status]).toEqual([path, expect.any(Number)]);
    // German law knows no permission by a purchase; the law of the United States asks for none.
    for (const [name, country] of [
      ['in-germany', 'DE'],
      ['in-the-us', 'US'],
    ] as const) {
      const contactPoints = [{ channel: 'email', address: `${name}@people.example` }];
      await api.send('PUT', `/v1/contacts/${name}`, { key, body: { language: 'de', country, contactPoints } });
      for (const one of ['strict', 'other']) {
        const body = { channel: 'email', purpose: one, topics: [], evidence: {}, ...PURCHASE };
        expect((await api.send('POST', `/v1/contacts/${name}/consents`, { key, body })).status).toBeLessThan(300);
      }
    }
    for (const one of ['strict', 'other']) {
      const [method, path, body] = purpose(one, 'restrictive');
      expect((await api.send(method, path, { key, body })).status).toBeLessThan(300);
    }
  });

  const runway = async (purpose: string) => {
    const answer = await api.send('GET', `/v1/reports/consent-runway?weeks=4&purpose=${purpose}`, { key });
    const { sendable, policies } = answer.json<Answer & { policies: object }>();
    return { sendable, policies };
  };
  let sent = 0;
  const send = async (policy: string, by = key, more: object = {}): Promise<void> => {
    const body = { to: 'in-the-us', purpose: 'strict', template: 'Welcome', variables: { name: 'A' }, policy, ...more };
    sent += 1;
    const headers = { 'idempotency-key': `runway-${sent}` };
    expect((await api.send('POST', '/v1/messages', { key: by, body, headers })).status).toBe(202);
  };

  it('are those by which the purpose’s messages were accepted; of several that differ, one is enough', async () => {
    const DEFAULT = { sendable: 1, policies: { strict: ['default'] } };
    expect(await runway('strict')).toEqual(DEFAULT);
    await send('waived', testKey);
    expect(await runway('strict')).toEqual(DEFAULT);
    await send('waived');
    expect(await runway('strict')).toEqual({ sendable: 2, policies: { strict: ['waived'] } });
    await send('default');
    expect(await runway('strict')).toEqual({ sendable: 2, policies: { strict: ['default', 'waived'] } });
    expect(await runway('other')).toEqual({ sendable: 1, policies: { other: ['default'] } });
  });

  it('are those of this month and the two before', async () => {
    const owner = new Database({ url: api.database.urls.owner, max: 1 });
    await owner.tx
      .execute`UPDATE sending.policy_used SET month = month - interval '3 months' WHERE policy_key = 'waived'`;
    await owner.close();
    expect(await runway('strict')).toEqual({ sendable: 1, policies: { strict: ['default'] } });
  });
});

const NO_LIMITS = { caps: [], quietHours: [], rates: [] };
