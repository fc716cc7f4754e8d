import { describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';
import { describeWithout } from '../../../../test/support/optional-program.js';
import { hasDkimVerifier, verifiesWithDkimpy } from '../../../../test/support/smtp-dkim.js';
import type { HandOver } from './channel-sender.js';
import { composeMail } from './compose-mail.js';
import { readDkimKey, type DkimSigner } from './dkim.js';
import { someHandOver } from './testing/sender-contract.js';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const ROUTE = {
  from: 'news@nordlicht.example',
  to: 'ada@example.org',
  domain: 'nordlicht.example',
  feedbackSender: 'nordlicht',
};
const compose = (over: Partial<HandOver> = {}, dkim: DkimSigner | null = null): Promise<Buffer> =>
  composeMail(someHandOver(over), ROUTE, dkim, NOW);
const parse = (mail: Buffer): Promise<Email> => PostalMime.parse(mail);
const field = (mail: Email, name: string): string[] => mail.headers.filter((h) => h.key === name).map((h) => h.value);

describe('a composed mail', () => {
  it('says what was rendered, from whom, to whom and when', async () => {
    const mail = await parse(await compose());
    expect(mail.from).toMatchObject({ name: 'Nordlicht', address: 'news@nordlicht.example' });
    expect(mail.to).toMatchObject([{ name: '', address: 'ada@example.org' }]);
    expect(mail.subject).toBe('Neues im März');
    expect(mail.text?.trimEnd()).toBe('Grüße');
    expect(mail.html?.trimEnd()).toBe('<p>Grüße</p>');
    expect(field(mail, 'date')).toEqual(['Sat, 21 Nov 2026 12:00:00 +0000']);
    expect(field(mail, 'content-language')).toEqual(['de']);
  });

  it('has the same Message-ID at every try: the message’s id at the sending domain', async () => {
    const ids = await Promise.all([compose(), compose()].map(async (mail) => (await parse(await mail)).messageId));
    const id = '<01938f5e-7c1a-7000-8000-00000000c0de@nordlicht.example>';
    expect(ids).toEqual([id, id]);
  });

  it('offers the way out by one click when it has one', async () => {
    const mail = await parse(await compose());
    expect(field(mail, 'list-unsubscribe')).toEqual(['<https://center.nordlicht.example/u/token>']);
    expect(field(mail, 'list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
  });

  it('offers none when it has none', async () => {
    const mail = await parse(await compose({ unsubscribeUrl: null }));
    expect(mail.headers.filter((h) => h.key.startsWith('list-'))).toEqual([]);
  });

  it('says which list it belongs to and where its reader finds help', async () => {
    const mail = await parse(await compose());
    expect(field(mail, 'list-id')).toEqual(['<newsletter.nordlicht.nordlicht.example>']);
    expect(field(mail, 'list-help')).toEqual(['<https://center.nordlicht.example/p/token>']);
    await expect(compose({ helpUrl: 'javascript:alert(1)' })).rejects.toThrow('must be http or https');
  });

  it.each<[string, Partial<HandOver['stream']>, string | null, string]>([
    ['of a campaign', {}, 'nordlicht', 'Spring-2027:nordlicht:commercial:nordlicht'],
    ['of none goes by its list', { campaign: null }, 'nordlicht', 'newsletter:nordlicht:commercial:nordlicht'],
    // sha256sum of the domain.
    ['of a sender without a name', {}, null, 'Spring-2027:nordlicht:commercial:2efae337a46f'],
  ])('%s is told apart in complaints', async (_name, change, feedbackSender, expected) => {
    const stream = { ...someHandOver().stream, ...change };
    const mail = await composeMail(someHandOver({ stream }), { ...ROUTE, feedbackSender }, null, NOW);
    expect(field(await parse(mail), 'feedback-id')).toEqual([expected]);
  });

  it('asks programs not to answer what is transactional, and people to answer what is not', async () => {
    const transactional = { ...someHandOver().stream, class: 'transactional' as const };
    const [service, news] = [await parse(await compose({ stream: transactional })), await parse(await compose())];
    expect(field(service, 'auto-submitted')).toEqual(['auto-generated']);
    expect(field(news, 'auto-submitted')).toEqual([]);
  });

  it('keeps a long one-click link in one piece', async () => {
    const url = `https://center.nordlicht.example/u/${'A_-9'.repeat(22)}`;
    expect(field(await parse(await compose({ unsubscribeUrl: url })), 'list-unsubscribe')).toEqual([`<${url}>`]);
  });

  it('names a mailbox beside the link where there is one, and nothing else that claims to be one', async () => {
    const unsubscribeMailto = `mailto:leave@nordlicht.example?subject=${'A_-9'.repeat(22)}`;
    const mail = await compose({ unsubscribeMailto });
    expect(field(await parse(mail), 'list-unsubscribe')).toEqual([
      `<${unsubscribeMailto}>, <https://center.nordlicht.example/u/token>`,
    ]);
    for (const evil of [
      'mailto:a@b.example>, <https://evil.example',
      'https://evil.example',
      'mailto:a@b\r\nBcc: e@e.e',
    ]) {
      await expect(compose({ unsubscribeMailto: evil })).rejects.toThrow('a mailto URI must be');
    }
  });

  it('carries no header that names the software or is experimental', async () => {
    const names = (await parse(await compose())).headers.map((h) => h.key);
    expect(names.filter((name) => name.startsWith('x-') || name === 'user-agent')).toEqual([]);
  });

  it('is ASCII with CRLF everywhere, so that no server on the way has a reason to change it', async () => {
    const content = {
      language: 'ja',
      subject: '日本',
      text: 'a\nb\r\nc\rd\n.\n',
      html: `<p>${'長'.repeat(2000)}</p>`,
      data: null,
    };
    const mail = (await compose({ content })).toString('latin1');
    expect(/[^\x20-\x7e\r\n\t]/.exec(mail)).toBeNull();
    expect(/[\r\n]/.exec(mail.replaceAll('\r\n', ''))).toBeNull();
    expect(Math.max(...mail.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('has text alone when there is no HTML', async () => {
    const mail = await parse(
      await compose({ content: { language: 'en', subject: 's', text: 'only', html: null, data: null } }),
    );
    expect([mail.html, mail.text?.trim()]).toEqual([undefined, 'only']);
  });

  it.each([
    ['CR LF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
    ['folded CR LF', '\r\n '],
    ['NEL', '\u0085'],
    ['LS', '\u2028'],
    ['an encoded line break', '=?utf-8?Q?=0D=0A?='],
  ])('cannot be given a header through subject or name by %s', async (_name, breaker) => {
    const evil = `x${breaker}Bcc: eve@evil.example${breaker}${breaker}body`;
    const mail = await compose({
      from: { name: `${evil} <boss@evil.example>,`, address: 'news@nordlicht.example' },
      content: { language: `de${breaker}Bcc: eve@evil.example`, subject: evil, text: 't', html: null, data: null },
    });
    const parsed = await parse(mail);
    expect(field(parsed, 'bcc')).toEqual([]);
    expect(parsed.from?.address).toBe('news@nordlicht.example');
    expect(parsed.text?.trim()).toBe('t');
    expect(field(parsed, 'from')).toHaveLength(1);
  });

  it.each([['javascript:alert(1)'], ['mailto:a@b.example'], ['not a url'], ['file:///etc/passwd']])(
    'refuses %s as a way out',
    async (unsubscribeUrl) => {
      await expect(compose({ unsubscribeUrl })).rejects.toThrow();
    },
  );

  it('cannot be led to close the angle brackets of its way out', async () => {
    const mail = await parse(
      await compose({ unsubscribeUrl: 'https://a.example/?x=>,<mailto:eve@evil.example>\r\nBcc: e@e.e' }),
    );
    expect(field(mail, 'list-unsubscribe')[0]).toMatch(/^<[^<>,\s]+>$/);
    expect(field(mail, 'bcc')).toEqual([]);
  });
});

const { privateKey: pem } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const signer: DkimSigner = { domain: 'nordlicht.example', selector: 's2026', privateKey: readDkimKey(pem) };
const record = `v=DKIM1; k=rsa; p=${createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64')}`;

describe('a DKIM signature', () => {
  it('covers both one-click headers (RFC 8058) and one more of everything it covers', async () => {
    const signature = field(await parse(await compose({}, signer)), 'dkim-signature')[0] ?? '';
    const names = /h=([^;]+);/.exec(signature)?.[1]?.replace(/\s/g, '').split(':') ?? [];
    for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post']) {
      expect(names.filter((one) => one === name)).toHaveLength(2);
    }
    for (const name of ['list-id', 'list-help']) expect(names.filter((one) => one === name)).toHaveLength(2);
    expect(names.filter((name) => name === 'feedback-id')).toHaveLength(1);
    expect(names).not.toContain('auto-submitted');
    for (const absent of ['reply-to', 'cc']) expect(names.filter((one) => one === absent)).toHaveLength(1);
  });

  it('refuses keys that would leave mails unsigned', () => {
    const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const short = generateKeyPairSync('rsa', { modulusLength: 768 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    expect(() => readDkimKey('no key')).toThrow('not a private key in PEM');
    expect(() => readDkimKey(ed25519)).toThrow('must be an RSA key');
    expect(() => readDkimKey(short.toString())).toThrow('shorter than 1024 bits');
  });
});

if (!hasDkimVerifier) {
  describeWithout('python3-dkim', 'signatures verified by dkimpy');
} else {
  describe('signatures verified by dkimpy', () => {
    it.each<[string, Partial<HandOver>]>([
      ['a commercial mail', {}],
      ['a transactional mail', { unsubscribeUrl: null }],
      ['text alone', { content: { language: 'en', subject: 'plain', text: 'only text', html: null, data: null } }],
      [
        'awkward blanks',
        {
          content: {
            language: 'en',
            subject: 'a  b',
            text: 'a \t b  \n\n\n  \n',
            html: '<p>\t a  </p>\n\n\n',
            data: null,
          },
        },
      ],
      ['an empty body', { content: { language: 'en', subject: 'empty', text: '', html: null, data: null } }],
      [
        'dots and long lines',
        { content: { language: 'en', subject: 'x', text: `.\n..\n${'y'.repeat(5000)}\n.`, html: null, data: null } },
      ],
      [
        'a subject folded over lines',
        { content: { language: 'ja', subject: '長い'.repeat(100), text: 'x', html: null, data: null } },
      ],
    ])('%s', async (_name, over) => {
      expect(verifiesWithDkimpy(await compose(over, signer), record)).toBe(true);
    });

    it('holds behind a relay that adds a Feedback-ID of its own', async () => {
      const mail = (await compose({}, signer)).toString('latin1');
      expect(verifiesWithDkimpy(Buffer.from(`Feedback-ID: 1:relay:x:elsewhere\r\n${mail}`, 'latin1'), record)).toBe(
        true,
      );
    });

    it.each([
      ['a changed body', (mail: string) => mail.replace('=C3=BC', '=C3=A4')],
      ['another way out', (mail: string) => mail.replace('/u/token', '/u/other')],
      ['a second Subject', (mail: string) => `Subject: another\r\n${mail}`],
      ['another list', (mail: string) => mail.replace('<newsletter.', '<other.')],
      ['another sender of complaints', (mail: string) => mail.replace('Spring-2027:', 'Autumn:')],
      ['a second way out', (mail: string) => `List-Unsubscribe: <https://evil.example/>\r\n${mail}`],
      ['a Reply-To of somebody else', (mail: string) => `Reply-To: eve@evil.example\r\n${mail}`],
    ])('do not hold with %s', async (_name, change) => {
      const mail = (await compose({}, signer)).toString('latin1');
      expect(change(mail)).not.toBe(mail);
      expect(verifiesWithDkimpy(Buffer.from(change(mail), 'latin1'), record)).toBe(false);
    });
  });
}
