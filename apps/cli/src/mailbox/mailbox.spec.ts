import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createTransport, type Transporter } from 'nodemailer';
import { describeInBrowser, keepPicture } from '../../../../test/support/browser.js';
import { buildOnce } from '../../../../test/support/processes.js';
import { MailStore, type MailSummary } from './mail-store.js';
import { startMailbox, type Mailbox } from './mailbox.js';
import { everyNth, itInLongForm } from '../../../../test/support/form.js';

let dir: string;
let mailbox: Mailbox;
let url: string;
let transport: Transporter;

async function start(): Promise<void> {
  mailbox = await startMailbox({ smtpPort: 0, httpPort: 0, dir });
  url = `http://127.0.0.1:${mailbox.httpPort}`;
  transport = createTransport({ host: '127.0.0.1', port: mailbox.smtpPort, ignoreTLS: true });
}
beforeEach(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'mailbox-'));
  await start();
});
afterEach(async () => {
  await mailbox.close();
  fs.rmSync(dir, { recursive: true });
});

const MAIL = {
  from: { name: 'Nördlicht', address: 'news@nordlicht.example' },
  to: 'ada@example.org',
  subject: 'Neues <b>im</b> März',
  messageId: '<m1@nordlicht.example>',
  text: 'Grüße & <Küsse>',
  html: '<p>Grüße</p><script>document.title="ran"</script><a href="https://nordlicht.example/">weiter</a>',
  headers: { 'List-Unsubscribe': '<https://center.example/u/token>' },
};
const messages = async (): Promise<(MailSummary & { url: string })[]> =>
  (await (await fetch(`${url}/messages.json`)).json()) as (MailSummary & { url: string })[];
const text = async (address: string): Promise<string> => (await fetch(address)).text();

describe('the local mailbox', () => {
  it('shows what arrived, newest first, with the envelope', async () => {
    await transport.sendMail(MAIL);
    await transport.sendMail({
      ...MAIL,
      subject: 'second',
      messageId: '<m2@nordlicht.example>',
      envelope: { from: 'bounce@x.example', to: 'real@y.example' },
    });
    const [second, first] = await messages();
    expect(first).toMatchObject({
      subject: MAIL.subject,
      messageId: '<m1@nordlicht.example>',
      to: ['ada@example.org'],
    });
    expect(second).toMatchObject({ subject: 'second', from: 'bounce@x.example', to: ['real@y.example'] });
    expect(Math.abs(Date.parse(first?.at ?? '') - Date.now())).toBeLessThan(60_000);
    const page = await text(url);
    expect(page.indexOf('second')).toBeLessThan(page.indexOf('Neues &lt;b&gt;im&lt;/b&gt; März'));
  });

  it('shows one mail with its headers, text, HTML and source', async () => {
    const { response } = (await transport.sendMail(MAIL)) as { response: string };
    const [mail] = await messages();
    expect(response).toContain(`queued as ${mail?.id ?? ''}`);
    const page = await text(mail?.url ?? '');
    expect(page).toContain('Nördlicht &lt;news@nordlicht.example&gt;');
    expect(page).toContain('&lt;https://center.example/u/token&gt;');
    expect(page).toContain('Grüße &amp; &lt;Küsse&gt;');
    expect(page).not.toContain('<script');
    expect(await text(`${mail?.url}/source`)).toMatch(/^From: /m);
    expect(await text(`${mail?.url}/html`)).toContain('<p>Grüße</p>');
  });

  it('lets the HTML of a mail do nothing: it is sandboxed and loads nothing', async () => {
    await transport.sendMail(MAIL);
    const [mail] = await messages();
    const framed = await fetch(`${mail?.url}/html`);
    const policy = framed.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/sandbox allow-popups allow-popups-to-escape-sandbox$/);
    expect(await text(mail?.url ?? '')).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  });

  it('keeps its mails over a restart, and forgets them when told to', async () => {
    await transport.sendMail(MAIL);
    await mailbox.close();
    await start();
    await transport.sendMail({ ...MAIL, subject: 'after the restart' });
    expect((await messages()).map((mail) => mail.subject)).toEqual(['after the restart', MAIL.subject]);
    expect((await fetch(`${url}/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await messages()).toEqual([]);
    expect(fs.readdirSync(dir)).toEqual([]);
    expect(await text(url)).toContain('No mail has arrived yet');
  });

  itInLongForm('refuses a mail of more than 25 MB and keeps the connection of the next one', async () => {
    const envelope = { from: 'a@a.example', to: 'b@b.example' };
    const huge = transport.sendMail({ raw: Buffer.alloc(26 * 1024 * 1024, 'xxxxxx\r\n'), envelope });
    await expect(huge).rejects.toMatchObject({ responseCode: 552 });
    await transport.sendMail(MAIL);
    expect(await messages()).toHaveLength(1);
  });

  it('keeps what cannot be parsed', async () => {
    await transport.sendMail({
      raw: Buffer.from([0xff, 0, 0x0a, 0x80]),
      envelope: { from: 'a@a.example', to: 'b@b.example' },
    });
    const [mail] = await messages();
    expect((await fetch(mail?.url ?? '')).status).toBe(200);
  });

  it.each([
    ['/messages/00000001-00000000'],
    ['/messages/..%2f..%2fetc%2fpasswd'],
    ['/messages/x/html'],
    ['/nothing'],
    ['/messages/'],
  ])('%s is not there', async (where) => {
    expect((await fetch(`${url}${where}`)).status).toBe(404);
  });

  it('answers no foreign web site', async () => {
    await transport.sendMail(MAIL);
    const asked = async (init: RequestInit, where = '/messages'): Promise<number> =>
      (await fetch(`${url}${where}`, init)).status;
    expect(await asked({ method: 'DELETE', headers: { origin: 'https://evil.example' } })).toBe(403);
    expect(await asked({ method: 'POST' })).toBe(405);
    expect(await messages()).toHaveLength(1);
    const rebound = await new Promise<string>((resolve, reject) => {
      const curl = spawn(process.execPath, [
        '-e',
        `require('http').get({port:${mailbox.httpPort},path:'/messages.json',headers:{host:'evil.example'}},r=>{console.log(r.statusCode)})`,
      ]);
      curl.stdout.on('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      curl.on('error', reject);
    });
    expect(rebound).toBe('403');
  });

  it('makes the oldest mails way for new ones', async () => {
    const folder = path.join(dir, 'small');
    const store = await MailStore.open(folder, 3);
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) => store.add({ from: 'a', to: ['b'] }, Buffer.from(`Subject: ${n}\r\n\r\n`))),
    );
    expect(store.list().map((mail) => mail.subject)).toEqual(['5', '4', '3']);
    expect(fs.readdirSync(folder)).toHaveLength(6);
    expect((await MailStore.open(folder, 3)).list()).toEqual(store.list());
  });
});

describeInBrowser('the mailbox in a browser', (browser) => {
  // In the short form on a phone in the light and on a screen in the dark.
  it.each(
    everyNth(3, [
      [390, 'light'],
      [1280, 'light'],
      [390, 'dark'],
      [1280, 'dark'],
    ] as const),
  )('%s pixels wide, %s: nothing sticks out, nothing runs', async (width, colorScheme) => {
    await transport.sendMail({ ...MAIL, subject: `${MAIL.subject} ${'sehrlangeswort'.repeat(10)}` });
    await transport.sendMail({ ...MAIL, subject: 'أخبار مارس', text: 'مرحبا' });
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    const picture = async (name: string): Promise<void> => {
      await keepPicture(page, `${name}-${width}-${colorScheme}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    };
    await page.goto(url);
    await picture('mailbox-list');
    await page.getByRole('link', { name: 'أخبار مارس' }).click();
    await page.frameLocator('iframe').getByText('Grüße').waitFor();
    await page.getByText('All headers').click();
    await picture('mailbox-mail');
    expect(await page.title()).toBe('أخبار مارس');
    expect(complaints.filter((one) => !one.includes('allow-scripts'))).toEqual([]);
  });
});

it('runs as a process of its own, says where, and ends when asked to', async () => {
  buildOnce();
  const program = path.resolve(import.meta.dirname, '../../../../dist/apps/cli/src/mailbox/main.js');
  const child = spawn(process.execPath, [program, '--dir', path.join(dir, 'own')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ports = JSON.parse(line) as { smtpPort: number; httpPort: number };
  await createTransport({ host: '127.0.0.1', port: ports.smtpPort, ignoreTLS: true }).sendMail(MAIL);
  expect(await text(`http://127.0.0.1:${ports.httpPort}/messages.json`)).toContain('<m1@nordlicht.example>');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
