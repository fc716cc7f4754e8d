import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { freePort } from '../../apps/cli/src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Installation } from '../support/installation.js';
import { describeWithout } from '../support/optional-program.js';
import { hasDkimVerifier, verifiesWithDkimpy } from '../support/smtp-dkim.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { until } from '../support/until.js';

const NAME = 'a signed mail through the whole pipeline (RFC 8058)';

if (!hasDkimVerifier) {
  describeWithout('python3-dkim', NAME);
} else {
  describe(NAME, () => {
    let database: TestDatabase;
    let installation: Installation;
    let smtp: SmtpTestServer;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const record = `v=DKIM1; p=${createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')}`;

    beforeAll(async () => {
      [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
      const port = await freePort();
      installation = new Installation(database.urls, 'postgres', {
        CENTER_PORT: String(port),
        CENTER_URL: `http://127.0.0.1:${port}`,
        UNSUBSCRIBE_MAILBOX: 'leave@north.example',
      });
      await Promise.all((['api', 'worker', 'center'] as const).map((app) => installation.startReady(app)));
      await installation.setUp(smtp.port);
      await installation.ok('PUT', '/v1/providers/mail', {
        body: {
          channel: 'email',
          kind: 'smtp',
          settings: {
            host: '127.0.0.1',
            port: smtp.port,
            secure: 'none',
            dkim: { domain: 'north.example', selector: 's2026' },
          },
          secret: { dkimPrivateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
          enabled: true,
        },
      });
    }, 120_000);
    afterAll(async () => {
      await installation.end();
      await Promise.all([database.drop(), smtp.close()]);
    }, 60_000);

    const send = (to: string) =>
      installation.ok<{ id: string; status: string; decision: { reason: string | null } }>('POST', '/v1/messages', {
        body: { to, template: 'news', topic: 'newsletter' },
        headers: { 'idempotency-key': randomUUID() },
      });
    const mailTo = async (contact: string): Promise<Buffer> => {
      await installation.contact(contact);
      const { id } = await send(contact);
      return until('the mail', () => smtp.accepted.find(({ raw }) => raw.includes(`<${id}@`))?.raw);
    };
    const wayOut = async (raw: Buffer): Promise<{ mailto: string; url: string; post: string }> => {
      const { headers } = await PostalMime.parse(raw);
      const field = (name: string): string => headers.find(({ key }) => key === name)?.value ?? '';
      const [, mailto = '', url = ''] = /^<(mailto:[^>]+)>, <(https?:[^>]+)>$/.exec(field('list-unsubscribe')) ?? [];
      return { mailto, url, post: field('list-unsubscribe-post') };
    };

    it('is verified by another author’s program, and both fields of the way out are signed', async () => {
      const raw = await mailTo('ada');
      expect(verifiesWithDkimpy(raw, record)).toBe(true);
      const [signature = ''] = raw.toString('latin1').split(/\r\n(?![ \t])/);
      const signed = (/[;\s]h=([^;]+)/.exec(signature)?.[1] ?? '').replace(/\s/g, '').split(':');
      expect(signed).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']));
      expect((await wayOut(raw)).post).toBe('List-Unsubscribe=One-Click');
      const { headers } = await PostalMime.parse(raw);
      const fields = new Map(headers.map(({ key, value }) => [key, value]));
      expect(signed).toEqual(expect.arrayContaining(['list-id', 'list-help', 'feedback-id']));
      expect(fields.get('feedback-id')).toMatch(/^newsletter:[a-z0-9-]+:commercial:[0-9a-f]{12}$/);
      expect(fields.get('list-id')).toMatch(/^<newsletter\.[a-z0-9-]+\.north\.example>$/);
      expect(fields.has('auto-submitted')).toBe(false);
      const help = await fetch((fields.get('list-help') ?? '').slice(1, -1));
      expect([help.status, help.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);

      // A link that was put in on the way is not covered by it.
      const forged = Buffer.from(raw.toString('latin1').replace(/\/u\/[A-Za-z0-9_-]{4}/, '/u/AAAA'), 'latin1');
      expect(verifiesWithDkimpy(forged, record)).toBe(false);
      const added = Buffer.concat([Buffer.from('List-Unsubscribe: <https://evil.example>\r\n'), raw]);
      expect(verifiesWithDkimpy(added, record)).toBe(false);
    }, 60_000);

    it('is left by one POST as a mailbox provider makes it, and the next message is dropped', async () => {
      const { url } = await wayOut(await mailTo('ben'));
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Mailbox-Unsubscribe/1.0' },
        body: 'List-Unsubscribe=One-Click',
      });
      expect([answer.status, answer.headers.get('set-cookie'), answer.headers.get('location')]).toEqual([
        200,
        null,
        null,
      ]);
      const next = await send('ben');
      expect([next.status, next.decision.reason]).toEqual(['dropped', 'consent_withdrawn']);
    }, 60_000);

    it('is left by the mail that a mail program writes, which names no address of the person', async () => {
      const { mailto } = await wayOut(await mailTo('cy'));
      expect(mailto).toMatch(/^mailto:leave@north\.example\?subject=[A-Za-z0-9_-]{88}$/);
      const subject = new URL(mailto).searchParams.get('subject') ?? '';
      const body = `From: Cy <cy@people.example>\r\nTo: leave@north.example\r\nSubject: ${subject}\r\n\r\n`;
      const headers = { 'content-type': 'message/rfc822' };
      const left = await installation.ok('POST', '/v1/inbound/mail', { body, headers });
      expect(left).toEqual({ outcome: 'left', why: null, changed: true, inFlight: [], forReview: false });
      const next = await send('cy');
      expect([next.status, next.decision.reason]).toEqual(['dropped', 'consent_withdrawn']);
    }, 60_000);
  });
}
