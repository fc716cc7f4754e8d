import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { freePort } from '../../apps/cli/src/database/index.js';
import { describeInBrowser, type TestBrowser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Installation } from '../support/installation.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { contradictions, readTruth } from '../support/truth.js';
import { until } from '../support/until.js';

describe('journey B: the preference page', () => {
  let database: TestDatabase;
  let installation: Installation;
  let smtp: SmtpTestServer;

  beforeAll(async () => {
    [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
    const port = await freePort();
    const center = { CENTER_PORT: String(port), CENTER_URL: `http://127.0.0.1:${port}` };
    installation = new Installation(database.urls, 'postgres', center);
    await Promise.all((['api', 'worker', 'center'] as const).map((app) => installation.startReady(app)));
    await installation.setUp(smtp.port);
    const text = 'Your settings: {{preferencesUrl}}';
    const html = '<p><a href="{{preferencesUrl}}">Your settings</a></p>';
    await installation.ok('POST', '/v1/templates', {
      body: {
        key: 'preference-link',
        channel: 'email',
        class: 'transactional',
        defaultLanguage: 'en',
        contents: { en: { subject: 'Your link', html, text } },
      },
    });
    const brand = await installation.ok<Record<string, unknown>>('GET', '/v1/brands/north');
    const { key: _, createdAt: __, updatedAt: ___, ...facts } = brand;
    const page = { link: { template: 'preference-link', purpose: 'transactional' } };
    await installation.ok('PUT', '/v1/brands/north', { key: installation.operatorKey, body: { ...facts, page } });
  }, 120_000);
  afterAll(async () => {
    const mails = smtp.accepted.map(({ raw, recipients }) => ({
      messageId: /^message-id:\s*(\S+)\s*$/im.exec(raw.toString('latin1'))?.[1] ?? null,
      rcpt: recipients,
      at: '',
    }));
    const found = contradictions(await readTruth(installation), installation.acked, mails);
    await installation.end();
    await Promise.all([database.drop(), smtp.close()]);
    // Messages that the center begins are acknowledged to a person, and to none of those who sent here.
    expect(found.filter((line) => !/preference-link/.test(line))).toEqual([]);
  }, 60_000);

  const sendTo = async (to: string, topic = 'newsletter', days = 3) =>
    installation.ok<{ id: string; status: string; decision: { reason: string | null } }>('POST', '/v1/messages', {
      body: { to, template: 'news', topic, expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() },
      headers: { 'idempotency-key': randomUUID() },
    });
  const mailTo = async (contact: string, word: string): Promise<string> => {
    const raw = await until(`the mail with ${word}`, () =>
      smtp.accepted.find(
        (mail) => mail.recipients[0] === `${contact}@people.example` && mail.raw.toString('latin1').includes(word),
      ),
    );
    return (await PostalMime.parse(raw.raw)).text ?? '';
  };
  const linkIn = (text: string): string => /https?:\/\/\S+/.exec(text)?.[0] ?? '';

  describeInBrowser('from mail to mail', (browser: TestBrowser) => {
    it('leaves in two actions, asks for a fresh link by mail, comes back through it, and every log keeps silent', async () => {
      await installation.contact('ada');
      await sendTo('ada');
      const optOut = linkIn(await mailTo('ada', 'Leave'));

      const page = await browser.newPage({ javaScriptEnabled: false, locale: 'en-GB' });
      await page.goto(optOut); // the first action
      await page.getByRole('button', { name: 'Stop everything' }).click(); // the second
      await page.getByText('You no longer receive anything from us').waitFor();
      expect((await sendTo('ada')).decision.reason).toBe('consent_withdrawn');

      await page.getByRole('button', { name: 'Send me a fresh link' }).click();
      await page.getByText('A fresh link is on its way to').waitFor();
      const fresh = linkIn(await mailTo('ada', 'Your settings'));
      expect(fresh).toMatch(/\/p\/[A-Za-z0-9_-]{88}$/);

      await page.goto(fresh);
      await page.getByRole('group', { name: 'events' }).getByRole('checkbox', { name: 'E-mail' }).check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Switched on:').waitFor();
      expect((await sendTo('ada', 'events')).status).toBe('queued');
      expect((await sendTo('ada')).decision.reason).toBe('consent_withdrawn');

      const tokens = [optOut, fresh].map((link) => link.split('/').at(-1) ?? '');
      for (const process of installation.processes) {
        for (const token of tokens) expect(process.output()).not.toContain(token);
        expect(process.output()).not.toContain('ada@people.example');
      }
      const { rows } = await installation.admin.query<{ text: string }>(
        `SELECT string_agg(to_jsonb(m)::text, '') AS text FROM sending.message m`,
      );
      for (const token of tokens) expect(rows[0]?.text).not.toContain(token);
    }, 120_000);
  });

  it('a fresh link knows what the mail was about whose reader asked for it, and offers both ways out', async () => {
    await installation.contact('cyd');
    await sendTo('cyd');
    const optOut = linkIn(await mailTo('cyd', 'Leave'));
    const asked = await fetch(`${optOut}?act=link&lang=en`, { method: 'POST', redirect: 'manual' });
    expect(asked.headers.get('location')).toContain('done=link_sent');
    const fresh = `${linkIn(await mailTo('cyd', 'Your settings'))}?lang=en`;

    const box = /<form class="out".*?<\/form>/s.exec(await (await fetch(fresh)).text())?.[0] ?? '';
    expect(box.match(/<button class="plain"/g)).toHaveLength(2);
    const [, action = ''] = /formaction="([^"]+)"/.exec(box) ?? [];
    expect(action).toContain('act&#x3D;leave');
    const left = await fetch(new URL(action.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'), fresh), {
      method: 'POST',
    });
    expect(await left.text()).toContain('You no longer receive');
    expect((await sendTo('cyd')).decision.reason).toBe('consent_withdrawn');
  });

  it('what a law wants a yes to is not ticked, leaves after the tick, and not before', async () => {
    const labels = { en: 'Advice' };
    await installation.ok('PUT', '/v1/purposes/advice', {
      body: { enforcement: 'permissive', legalBasis: 'legitimate_interests', labels },
    });
    const lawful = { caps: [], quietHours: [], rates: [], jurisdiction: { packs: 'contact' } };
    const {
      version: _,
      hash: __,
      createdAt: ___,
      ...lawless
    } = await installation.ok<Record<string, unknown>>('GET', '/v1/policies/default');
    await installation.ok('POST', '/v1/policies', { body: { key: 'default', ...lawful } });
    const contactPoints = [{ channel: 'email', address: 'dot@people.example' }];
    await installation.ok('PUT', '/v1/contacts/dot', { body: { country: 'DE', contactPoints } });
    const send = () =>
      installation.ok<{ id: string; status: string; decision: { reason: string | null } }>('POST', '/v1/messages', {
        body: { to: 'dot', template: 'news', purpose: 'advice' },
        headers: { 'idempotency-key': randomUUID() },
      });
    const link = await installation.ok<{ url: string }>('POST', '/v1/contacts/dot/preference-link', { body: {} });
    const url = `${link.url}?lang=en`;
    const box = /<input type="checkbox" name="cell" value="([^"]+)"( checked)?[^>]*>[^]*?<\/label>/g;
    const boxIn = (html: string) => [...html.slice(html.indexOf('>Advice<')).matchAll(box)][0];

    const before = await send();
    expect([before.status, before.decision.reason]).toEqual(['dropped', 'jurisdiction']);
    const html = await (await fetch(url)).text();
    const [, name = '', checked] = boxIn(html) ?? [];
    expect(checked).toBeUndefined();

    const fields = new URLSearchParams({ v: /name="v" value="([^"]+)"/.exec(html)?.[1] ?? '', cell: name });
    expect((await fetch(`${url}&act=save`, { method: 'POST', body: fields, redirect: 'manual' })).status).toBe(303);
    expect(boxIn(await (await fetch(url)).text())?.slice(1)).toEqual([name, ' checked']);
    const after = await send();
    expect([after.status, after.decision.reason]).toEqual(['queued', null]);
    expect(await mailTo('dot', 'News of')).toContain('News of north');
    expect(smtp.accepted.filter(({ recipients }) => recipients[0] === 'dot@people.example')).toHaveLength(1);
    await installation.ok('POST', '/v1/policies', { body: lawless });
  }, 60_000);

  it('a break holds until its day or until it is ended early, a wish for less binds, and what was held is shown', async () => {
    await installation.contact('bea');
    const { url, channel } = await installation.ok<{ url: string; channel: string }>(
      'POST',
      '/v1/contacts/bea/preference-link',
      { body: {} },
    );
    expect(channel).toBe('email');
    const html = await (await fetch(url)).text();
    const fields = new URLSearchParams({
      v: /name="v" value="([^"]+)"/.exec(html)?.[1] ?? '',
      frequency: 'any',
      pause: '30',
    });
    for (const [, key] of html.matchAll(/name="cell" value="([^"]+)" checked/g)) fields.append('cell', key ?? '');
    expect((await fetch(`${url}?act=save`, { method: 'POST', body: fields, redirect: 'manual' })).status).toBe(303);

    // One that is worth sending after the break still; any other ends at once.
    const held = await sendTo('bea', 'newsletter', 60);
    expect([held.status, held.decision.reason]).toEqual(['queued', 'paused']);
    const contact = await installation.ok<{ pausedUntil: string }>('GET', '/v1/contacts/bea');
    const days = (Date.parse(contact.pausedUntil) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(31.1);
    expect(await (await fetch(`${url}?lang=en`)).text()).toMatch(/newsletter.*will leave/s);

    await fetch(`${url}?act=resume`, { method: 'POST', redirect: 'manual' });
    const after = await sendTo('bea');
    expect(after.status).toBe('queued');
    const statusOf = async (id: string) =>
      (await installation.ok<{ status: string }>('GET', `/v1/messages/${id}`)).status;
    // Also what was held until the old end of the break does not wait for it any more.
    for (const { id } of [after, held]) await until(`${id} is sent`, async () => (await statusOf(id)) === 'sent');
    const { status } = await installation.request('POST', '/v1/contacts/nobody/preference-link', { body: {} });
    expect(status).toBe(422);
  }, 60_000);
});
