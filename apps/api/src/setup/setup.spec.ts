import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalize, type JsonValue } from '#lib/proof';
import { RunningApi } from '../testing/running-api.js';
import { NO_LAW } from '../../../../test/support/no-law.js';

const LABELS = { de: 'Werbung', en: 'Marketing' };
const PURPOSE = { enforcement: 'restrictive', legalBasis: 'consent', labels: LABELS };
const CAP = {
  id: 'weekly',
  scope: 'any',
  limit: 3,
  window: 'P7D',
  action: 'defer',
  classes: { bound: ['commercial'], counted: ['commercial'] },
};
const NIGHT_RULE = {
  id: 'night',
  channels: ['email'],
  classes: ['commercial'],
  windows: [{ days: [7], start: '21:00', end: '07:00' }],
  action: 'defer',
};
const CONTENT = {
  subject: 'Hallo {{name}}',
  html: '<p>{{name}} <a href="{{unsubscribeUrl}}">Abbestellen</a></p>',
  text: 'Hallo {{name}}. Abbestellen: {{unsubscribeUrl}}',
};
const WARM_UP = {
  id: 'new-domain',
  scope: 'sending_domain',
  startsOn: '2025-11-21',
  ceilings: [50, 100],
  halt: { bounced: 1, complained: 1, atLeast: 100, lookBackDays: 7 },
};
const TEMPLATE = { channel: 'email', class: 'commercial', defaultLanguage: 'de', contents: { de: CONTENT } };
const SMTP = { kind: 'smtp', channel: 'email', settings: { host: '127.0.0.1', port: 2525, secure: 'none' } };

interface Resource {
  readonly path: string;
  readonly body: object;
  readonly changed: object;
}

/** Resources that are replaced under their key, each after what it needs. */
const REPLACED: Resource[] = [
  { path: 'purposes/marketing', body: PURPOSE, changed: { ...PURPOSE, enforcement: 'permissive' } },
  {
    path: 'topics/news',
    body: { purpose: 'marketing', labels: { de: 'Neues' } },
    changed: { purpose: 'marketing', labels: LABELS },
  },
  {
    path: 'campaigns/Spring-2027',
    body: { name: 'Spring', policy: 'standard' },
    changed: { name: 'Summer', policy: 'standard' },
  },
  { path: 'providers/smtp', body: SMTP, changed: { ...SMTP, priority: 7, enabled: false } },
  { path: 'providers/nowhere', body: { kind: 'null', channel: 'sms' }, changed: { kind: 'null', channel: 'push' } },
];

/** Resources of which each change is a new version. */
const PUBLISHED: Resource[] = [
  {
    path: 'notices',
    body: { key: 'terms', wordings: { de: 'Ja, gern.' } },
    changed: { key: 'terms', wordings: { de: 'Ja.', en: 'Yes.' } },
  },
  {
    path: 'policies',
    body: { key: 'standard', caps: [CAP], jurisdiction: NO_LAW },
    changed: { key: 'standard', caps: [{ ...CAP, limit: 4 }], jurisdiction: NO_LAW },
  },
  {
    path: 'blocks',
    body: { key: 'header', defaultLanguage: 'de', contents: { de: { html: '<b>A</b>', text: 'A' } } },
    changed: { key: 'header', defaultLanguage: 'de', contents: { de: { html: null, text: 'B' } } },
  },
  {
    path: 'templates',
    body: { key: 'Welcome', ...TEMPLATE },
    changed: { key: 'Welcome', ...TEMPLATE, class: 'transactional' },
  },
];

describe('the set-up of a brand', () => {
  let api: RunningApi;
  let key: string;
  let other: string;

  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    other = await api.brand('other');
    for (const brandKey of [key, other]) {
      for (const { path, body } of PUBLISHED) await api.send('POST', `/v1/${path}`, { key: brandKey, body });
    }
  });
  afterAll(() => api.stop());

  it.each(REPLACED)('creates, reads, replaces and lists $path', async ({ path, body, changed }) => {
    const url = `/v1/${path}`;
    expect((await api.send('GET', url, { key })).status).toBe(404);

    const created = await api.send('PUT', url, { key, body });
    expect([created.status, created.json()]).toMatchObject([201, body]);
    expect((await api.send('GET', url, { key })).json()).toEqual(created.json());

    const replaced = await api.send('PUT', url, { key, body: changed });
    expect([replaced.status, replaced.json()]).toMatchObject([200, changed]);
    expect((await api.send('GET', url, { key })).json()).toEqual(replaced.json());

    const list = await api.send('GET', `/v1/${path.split('/')[0]}`, { key });
    expect(list.json<{ items: unknown[] }>().items).toContainEqual(replaced.json());
  });

  it.each(PUBLISHED)('publishes versions of $path and keeps each as it was', async ({ path, body, changed }) => {
    const named = (body as { key: string }).key;
    const first = await api.send('GET', `/v1/${path}/${named}`, { key });
    expect(first.json()).toMatchObject({ key: named, version: 1 });

    const again = await api.send('POST', `/v1/${path}`, { key, body });
    expect([again.status, again.json()]).toEqual([200, first.json()]);

    const second = await api.send('POST', `/v1/${path}`, { key, body: changed });
    expect([second.status, second.json()]).toMatchObject([201, { key: named, version: 2 }]);
    expect((await api.send('GET', `/v1/${path}/${named}`, { key })).json()).toEqual(second.json());
    expect((await api.send('GET', `/v1/${path}/${named}?version=1`, { key })).json()).toEqual(first.json());
    expect((await api.send('GET', `/v1/${path}/${named}?version=3`, { key })).status).toBe(404);

    const pages = [await api.send('GET', `/v1/${path}?limit=1`, { key })];
    const { nextCursor } = pages[0]?.json<{ nextCursor: string }>() ?? { nextCursor: '' };
    pages.push(await api.send('GET', `/v1/${path}?limit=1&cursor=${nextCursor}`, { key }));
    expect(pages.flatMap((page) => page.json<{ items: unknown[] }>().items)).toEqual([first.json(), second.json()]);
    expect(pages[1]?.json()).toMatchObject({ nextCursor: null });
  });

  it('publishes a version for every kind of rule that changes, with a hash that tells it', async () => {
    const window = { unit: 'week', zone: 'contact', weekStart: 7 };
    const cap = { ...CAP, window, action: 'digest', maxDefer: 'P2D', headroom: [{ below: 5, keep: 1 }] };
    const publish = (rules: object) =>
      api.send('POST', '/v1/policies', { key, body: { key: 'rich', caps: [cap], jurisdiction: NO_LAW, ...rules } });
    const versions = [await publish({}), await publish({ warmUps: [WARM_UP] }), await publish({ warmUps: [WARM_UP] })];
    const [plain, warm] = versions.map((answer) => answer.json<Record<string, JsonValue>>());

    expect(versions.map(({ status }) => status)).toEqual([201, 201, 200]);
    expect(plain).toMatchObject({ version: 1, caps: [cap] });
    expect(plain).not.toHaveProperty('warmUps');
    expect(warm).toMatchObject({ version: 2, caps: [cap], warmUps: [WARM_UP] });
    // Over for long: allowed, said, and no part of what is hashed.
    const { hash, createdAt: _, warnings, ...published } = warm ?? {};
    expect(warnings).toEqual([
      'warmUps[0] began on 2025-11-21 and is over: leave it out, or give it a first day that is to come',
    ]);
    expect(plain).not.toHaveProperty('warnings');
    expect(hash).toBe(createHash('sha256').update(canonicalize(published)).digest('hex'));
  });

  it('publishes hashes that anybody can compute from the answer', async () => {
    const policy = (await api.send('GET', '/v1/policies/standard', { key })).json<Record<string, JsonValue>>();
    const { hash, createdAt: _, ...published } = policy;
    expect(hash).toBe(createHash('sha256').update(canonicalize(published)).digest('hex'));

    const template = (await api.send('GET', '/v1/templates/Welcome', { key })).json<Record<string, JsonValue>>();
    const { hash: templateHash, createdAt: __, ...words } = template;
    expect(templateHash).toBe(createHash('sha256').update(canonicalize(words)).digest('hex'));

    const notice = (await api.send('GET', '/v1/notices/terms', { key })).json<{
      version: number;
      wordings: Record<string, { wording: string; hash: string }>;
    }>();
    const { wording, hash: noticeHash } = notice.wordings['de'] ?? { wording: '', hash: '' };
    const said = canonicalize({ key: 'terms', language: 'de', version: notice.version, wording });
    expect(noticeHash).toBe(createHash('sha256').update(said).digest('hex'));
  });

  it('numbers versions without a gap when they are published at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, limit) =>
        api.send('POST', '/v1/policies', {
          key,
          body: { key: 'raced', caps: [{ ...CAP, limit }], jurisdiction: NO_LAW },
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    const versions = answers.map((answer) => answer.json<{ version: number }>().version).sort();
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([...REPLACED.map(({ path }) => path), 'notices/terms', 'policies/raced', 'templates/Welcome'])(
    'answers another brand about %s as about an unknown one',
    async (path) => {
      await api.send('POST', '/v1/notices', { key, body: { key: 'terms', wordings: { de: 'Ja, gern.' } } });
      const [collection] = path.split('/');
      const stranger = await api.brand(`stranger-${path.toLowerCase().replace('/', '-')}`);
      const known = await api.send('GET', `/v1/${path}`, { key: stranger });
      const unknown = await api.send('GET', `/v1/${collection}/never-made`, { key: stranger });
      expect((await api.send('GET', `/v1/${path}`, { key })).status).toBe(200);
      expect([known.status, known.text]).toEqual([404, unknown.text]);
      expect((await api.send('GET', `/v1/${collection}`, { key: stranger })).json()).toEqual({
        items: [],
        nextCursor: null,
      });
    },
  );

  it('keeps brands apart also where a resource names another', async () => {
    await api.send('POST', '/v1/policies', { key, body: { key: 'mine-alone', caps: [CAP], jurisdiction: NO_LAW } });
    const topic = await api.send('PUT', '/v1/topics/t', { key: other, body: { purpose: 'marketing', labels: LABELS } });
    expect([topic.status, topic.json()]).toMatchObject([422, { code: 'unknown_purpose' }]);
    const campaign = await api.send('PUT', '/v1/campaigns/c', {
      key: other,
      body: { name: 'C', policy: 'mine-alone' },
    });
    expect([campaign.status, campaign.json()]).toMatchObject([422, { code: 'unknown_policy' }]);
    const stop = await api.send('POST', '/v1/campaigns/Spring-2027/stop', { key: other });
    expect(stop.status).toBe(404);
  });

  it('stops a campaign for good', async () => {
    const stop = await api.send('POST', '/v1/campaigns/Spring-2027/stop', { key });
    expect([stop.status, stop.json()]).toMatchObject([200, { status: 'stopped' }]);
    expect((await api.send('POST', '/v1/campaigns/Spring-2027/stop', { key })).json()).toEqual(stop.json());
    const body = { name: 'Again', policy: 'standard' };
    const replaced = await api.send('PUT', '/v1/campaigns/Spring-2027', { key, body });
    expect(replaced.json()).toMatchObject({ name: 'Again', status: 'stopped' });
  });

  it('leaves a topic in its purpose', async () => {
    await api.send('PUT', '/v1/purposes/tracking', { key, body: PURPOSE });
    const moved = await api.send('PUT', '/v1/topics/news', { key, body: { purpose: 'tracking', labels: LABELS } });
    expect([moved.status, moved.json()]).toMatchObject([409, { code: 'conflict' }]);
  });

  it.each<[string, string, string, object, string]>([
    ['a label without the default language', 'PUT', 'purposes/p', { ...PURPOSE, labels: { en: 'x' } }, '/labels'],
    [
      'a disabled purpose that rests on consent',
      'PUT',
      'purposes/p',
      { ...PURPOSE, enforcement: 'disabled' },
      '/legalBasis',
    ],
    ['a wording without the default language', 'POST', 'notices', { key: 'n', wordings: { en: 'x' } }, '/wordings'],
    [
      'a warm-up without a day',
      'POST',
      'policies',
      { key: 'p', warmUps: [{ ...WARM_UP, ceilings: [] }], jurisdiction: NO_LAW },
      '/warmUps/0/ceilings',
    ],
    [
      'a window in months',
      'POST',
      'policies',
      { key: 'p', caps: [{ ...CAP, window: 'P1M' }], jurisdiction: NO_LAW },
      '/caps/0/window',
    ],
    ['a policy that says nothing of the law', 'POST', 'policies', { key: 'p', caps: [CAP] }, '/jurisdiction'],
    [
      'no law without a reason',
      'POST',
      'policies',
      { key: 'p', jurisdiction: { packs: 'none', actor: 'dpo' } },
      '/jurisdiction/reason',
    ],
    [
      'a rule for a region of another country',
      'POST',
      'policies',
      {
        key: 'p',
        quietHours: [{ ...NIGHT_RULE, when: { countries: ['US'], regions: ['US-TX', 'DE-BY'] } }],
        jurisdiction: NO_LAW,
      },
      '/quietHours/0/when/regions/1',
    ],
    [
      'an unknown member deep inside',
      'POST',
      'policies',
      { key: 'p', caps: [{ ...CAP, limits: 1 }], jurisdiction: NO_LAW },
      '/caps/0/limits',
    ],
    [
      'an unencrypted server elsewhere',
      'PUT',
      'providers/p',
      { ...SMTP, settings: { ...SMTP.settings, host: 'mx.example.org' } },
      '/settings/secure',
    ],
  ])('refuses %s and says where', async (_name, method, path, body, pointer) => {
    const answer = await api.send(method, `/v1/${path}`, { key, body });
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'invalid_request', errors: [{ pointer }] }]);
  });

  it.each<[string, object, string, RegExp]>([
    [
      'a value inside a script',
      { html: `${CONTENT.html}\n<script>x = "{{name}}"</script>` },
      '/contents/de/html',
      /^line 2: .*<script>/,
    ],
    [
      'an advertisement without a way out in its text',
      { text: 'Hallo' },
      '/contents/de/text',
      /\{\{unsubscribeUrl\}\}/,
    ],
    ['one without it in its HTML', { html: '<p>Hallo</p>' }, '/contents/de/html', /<a href="\{\{unsubscribeUrl\}\}">/],
    ['one without a subject', { subject: '' }, '/contents/de/subject', /must not be empty/],
  ])('refuses a template with %s and says what to write', async (_name, content, pointer, detail) => {
    const body = { key: 'Refused', ...TEMPLATE, contents: { de: { ...CONTENT, ...content } } };
    const answer = await api.send('POST', '/v1/templates', { key, body });
    expect([answer.status, answer.json()]).toMatchObject([
      422,
      { code: 'invalid_template', errors: [{ pointer, detail: expect.stringMatching(detail) }] },
    ]);
    expect((await api.send('GET', '/v1/templates/Refused', { key })).status).toBe(404);
  });

  it.each([
    ['a transactional e-mail', { class: 'transactional' }],
    ['a commercial message on a channel without mails', { channel: 'sms' }],
  ])('takes %s without a way out in it', async (_name, facts) => {
    const contents = { de: { subject: 'Hallo', html: null, text: 'Hallo' } };
    const body = { key: `No-way-out-${Object.keys(facts)[0]}`, ...TEMPLATE, ...facts, contents };
    expect((await api.send('POST', '/v1/templates', { key, body })).status).toBe(201);
  });

  it('does not let a key of a brand open what stands inside', async () => {
    const body = { kind: 'standard_webhook', channel: 'webhook', secret: { signingKeys: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`] } }; // prettier-ignore
    const put = (settings: object) => api.send('PUT', '/v1/providers/inside', { key, body: { ...body, settings } });
    const refused = await put({ alsoHosts: ['127.0.0.1:18675', '10.0.0.1', '169.254.169.254'] });
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({
      detail: 'Name hosts on the public internet, or have the operator add 10.0.0.1,169.254.169.254 to PROVIDER_HOSTS.',
      errors: [{ pointer: '/settings/alsoHosts' }, { pointer: '/settings/alsoHosts' }],
    });
    expect((await put({})).status).toBe(201);
  });

  it.each([
    [{ ...SMTP, settings: { host: '10.0.0.1', port: 25, secure: 'tls' } }, '10.0.0.1:25', '/settings/host'],
    [{ ...SMTP, settings: { host: 'localhost', port: 6379, secure: 'none' } }, 'localhost:6379', '/settings/host'],
    [
      { kind: 'whatsapp_cloud', channel: 'whatsapp', settings: { baseUrl: 'https://169.254.169.254', phoneNumberId: '106540352242922' }, secret: { accessToken: 't' } },
      '169.254.169.254',
      '/settings/baseUrl',
    ],
  ])('nor have a provider that is inside (%#)', async (body, host, pointer) => {
    const refused = await api.send('PUT', '/v1/providers/inside-too', { key, body });
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({
      detail: `Name hosts on the public internet, or have the operator add ${host} to PROVIDER_HOSTS.`,
      errors: [{ pointer, detail: `${host} is inside, and not among the hosts inside that this deployment may connect to` }],
    });
  }); // prettier-ignore

  it('never answers a secret, and asks for it again when it would go elsewhere', async () => {
    const password = 'canary-5f1d0c';
    const settings = { ...SMTP.settings, user: 'mailer' };
    const url = '/v1/providers/guarded';
    const answers = [
      await api.send('PUT', url, { key, body: { ...SMTP, settings, secret: { password } } }),
      await api.send('GET', url, { key }),
      await api.send('GET', '/v1/providers', { key }),
      await api.send('PUT', url, { key, body: { ...SMTP, settings, priority: 1 } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200]);
    expect(answers.map(({ text }) => text).join()).not.toContain(password);
    expect(answers[3]?.json()).toMatchObject({ hasSecret: true, priority: 1 });

    // What says nothing of where it goes may be changed without it, as from files, in which no secret is.
    const more = { ...settings, maxConnections: 20, returnPath: 'bounces@mail.example.org' };
    const kept = await api.send('PUT', url, { key, body: { ...SMTP, settings: more } });
    expect([kept.status, kept.json()]).toMatchObject([200, { hasSecret: true, settings: { maxConnections: 20 } }]);
    const twilio = { channel: 'sms', kind: 'twilio', settings: { accountSid: `AC${'0'.repeat(32)}`, from: 'Acme' } };
    expect((await api.send('PUT', '/v1/providers/without', { key, body: twilio })).json()).toMatchObject({
      errors: [{ pointer: '/secret/authToken', detail: 'is needed' }],
    });

    const elsewhere = { ...SMTP, settings: { ...settings, host: '127.0.0.2' } };
    const refused = await api.send('PUT', url, { key, body: elsewhere });
    expect([refused.status, refused.json()]).toMatchObject([400, { errors: [{ pointer: '/secret' }] }]);
    const removed = await api.send('PUT', url, { key, body: { ...SMTP, secret: null } });
    expect([removed.status, removed.json()]).toMatchObject([200, { hasSecret: false }]);
  });
});
