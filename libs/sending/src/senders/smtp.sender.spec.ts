import { afterEach, describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { describeWithout } from '../../../../test/support/optional-program.js';
import { hasDkimVerifier, verifiesWithDkimpy } from '../../../../test/support/smtp-dkim.js';
import {
  startSmtpServer,
  type SmtpFault,
  type SmtpTestServer,
  type SmtpTestServerOptions,
} from '../../../../test/support/smtp-server.js';
import { LOOPBACK_TLS } from '../../../../test/support/smtp-tls.js';
import type { SendResult } from './channel-sender.js';
import { SmtpSettings, type SmtpSecret } from './smtp-settings.js';
import { SmtpSender } from './smtp.sender.js';
import { describeSenderContract, someHandOver, type ProviderBehaviour, VOUCHED } from './testing/sender-contract.js';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const clock = { now: () => NOW, monotonic: () => 0 };

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function server(options: SmtpTestServerOptions = {}): Promise<SmtpTestServer> {
  const started = await startSmtpServer(options);
  opened.push(started);
  return started;
}

function sender(port: number, settings: Partial<SmtpSettings> = {}, secret: SmtpSecret = {}): SmtpSender {
  const complete = SmtpSettings.parse({ host: '127.0.0.1', port, secure: 'none', timeoutSeconds: 5, ...settings });
  const made = new SmtpSender(complete, secret, clock, VOUCHED);
  opened.push(made);
  return made;
}

const FAULTS: Record<Exclude<ProviderBehaviour, 'is_unreachable' | 'asks_for_a_break'>, SmtpFault | null> = {
  accepts: null,
  is_slow: { at: 'end', delayMs: 300 },
  refuses_for_now: { at: 'rcpt', reply: 450, text: '4.2.0 come back later' },
  refuses_address: { at: 'rcpt', reply: 550, text: '5.1.1 no such user' },
  refuses_message: { at: 'end', reply: 554, text: '5.7.1 not wanted' },
  loses_the_answer: { at: 'end', cut: true },
};

for (const pipelining of [true, false]) {
  describeSenderContract(`SMTP ${pipelining ? 'with' : 'without'} PIPELINING`, async () => {
    const smtp = await startSmtpServer({ pipelining });
    const smtpSender = sender(smtp.port);
    return {
      sender: smtpSender,
      provider: {
        async behave(behaviour) {
          if (behaviour === 'is_unreachable') await smtp.close();
          else if (behaviour !== 'asks_for_a_break') smtp.fault = FAULTS[behaviour];
        },
        received: () => smtp.arrived.length,
        contentComesFirst: false,
        canAskForBreaks: false,
      },
      close: () => smtp.close(),
    };
  });
}

describe('the return path', () => {
  it('is the sender, or one for each message where a mailbox for reports is set', async () => {
    const smtp = await server();
    await sender(smtp.port).send(someHandOver());
    await sender(smtp.port, { returnPath: 'bounces@mail.nordlicht.example' }).send(someHandOver());
    expect(smtp.accepted.map(({ from }) => from)).toEqual([
      'news@nordlicht.example',
      `bounces+${someHandOver().messageId}@mail.nordlicht.example`,
    ]);
    expect(String(smtp.accepted[1]?.raw)).not.toContain('bounces+');
  });

  it.each(['Bounces@mail.example.org', 'bounces', `${'b'.repeat(28)}@mail.example.org`, 'a b@mail.example.org'])(
    'may not be "%s"',
    (returnPath) => expect(() => sender(1, { returnPath })).toThrow('short address'),
  );
});

describe('every way in which a conversation can end', () => {
  const cut = (at: SmtpFault['at']): SmtpFault => ({ at, cut: true });
  const reply = (at: SmtpFault['at'], code: number): SmtpFault => ({ at, reply: code, text: 'as the test wishes' });
  const stall = (at: SmtpFault['at']): SmtpFault => ({ at, stall: true });
  const endings: [string, SmtpFault, SendResult['kind']][] = [
    ['connection dropped instead of a greeting', cut('greeting'), 'transient'],
    ['greeting of 554', reply('greeting', 554), 'transient'],
    ['greeting of 421', reply('greeting', 421), 'transient'],
    ['no greeting', stall('greeting'), 'transient'],
    ['connection dropped at MAIL', cut('mail'), 'transient'],
    ['451 at MAIL', reply('mail', 451), 'transient'],
    ['421 at MAIL', reply('mail', 421), 'transient'],
    ['550 at MAIL', reply('mail', 550), 'rejected'],
    ['no answer to MAIL', stall('mail'), 'transient'],
    ['connection dropped at RCPT', cut('rcpt'), 'transient'],
    ['451 at RCPT', reply('rcpt', 451), 'transient'],
    ['421 at RCPT', reply('rcpt', 421), 'transient'],
    ['550 at RCPT', reply('rcpt', 550), 'rejected'],
    ['no answer to RCPT', stall('rcpt'), 'transient'],
    ['connection dropped at DATA', cut('data'), 'transient'],
    ['451 at DATA', reply('data', 451), 'transient'],
    ['554 at DATA', reply('data', 554), 'rejected'],
    ['no answer to DATA', stall('data'), 'transient'],
    ['connection dropped in the middle of the content', cut('content'), 'ambiguous'],
    ['connection dropped instead of the final reply', cut('end'), 'ambiguous'],
    ['no final reply', stall('end'), 'ambiguous'],
    ['421 as final reply', reply('end', 421), 'transient'],
    ['451 as final reply', reply('end', 451), 'transient'],
    ['550 as final reply', reply('end', 550), 'rejected'],
  ];

  it.each([['with'], ['without']])('is told apart %s PIPELINING', async (pipelining) => {
    const meet = async ([name, fault]: (typeof endings)[number]): Promise<object> => {
      const smtp = await server({ pipelining: pipelining === 'with' });
      smtp.fault = fault;
      const began = performance.now();
      const result = await sender(smtp.port, { timeoutSeconds: 1 }).send(someHandOver());
      return {
        name,
        kind: result.kind,
        hardBounce: result.kind === 'rejected' && result.hardBounce,
        accepted: smtp.accepted.length,
        arrivedTwice: smtp.arrived.length > 1,
        inTime: performance.now() - began < 2500,
      };
    };
    expect(await Promise.all(endings.map(meet))).toEqual(
      endings.map(([name, fault, kind]) => ({
        name,
        kind,
        hardBounce: kind === 'rejected' && fault.at === 'rcpt',
        accepted: 0,
        arrivedTwice: false,
        inTime: true,
      })),
    );
  });

  it('a slow server is waited for', async () => {
    const smtp = await server();
    smtp.fault = { at: 'end', delayMs: 700 };
    expect(await sender(smtp.port, { timeoutSeconds: 2 }).send(someHandOver())).toMatchObject({ kind: 'accepted' });
  });

  it('a server that keeps the conversation alive for ever is left when the call has taken too long', async () => {
    const drip: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.write('220 hello\r\n');
      const timer = setInterval(() => socket.bytesRead > 0 && socket.write('250-still thinking\r\n'), 100);
      socket.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => drip.listen(0, '127.0.0.1', resolve));
    opened.push({ close: () => new Promise((resolve) => drip.close(() => resolve())) });
    const { port } = drip.address() as AddressInfo;
    expect(await sender(port, { timeoutSeconds: 1 }).send(someHandOver())).toMatchObject({ kind: 'transient' });
  });

  it('nobody is listening', async () => {
    const smtp = await server();
    await smtp.close();
    expect(await sender(smtp.port).send(someHandOver())).toEqual({
      kind: 'transient',
      code: 'smtp_conn_econnrefused',
      retryAfterMs: null,
    });
  });
});

describe('connections', () => {
  it('are shared by messages and bounded in number', async () => {
    const smtp = await server();
    const pooled = sender(smtp.port, { maxConnections: 3 });
    const results = await Promise.all(Array.from({ length: 30 }, () => pooled.send(someHandOver())));
    expect(results.every((result) => result.kind === 'accepted')).toBe(true);
    expect(smtp.accepted).toHaveLength(30);
    expect(smtp.connections).toBeLessThanOrEqual(3);
    expect(pooled.capabilities.concurrency).toBe(3);
  });

  it('that the server ended meanwhile cost nothing', async () => {
    const smtp = await server();
    const pooled = sender(smtp.port);
    await pooled.send(someHandOver());
    smtp.dropConnections();
    expect(await pooled.send(someHandOver())).toMatchObject({ kind: 'accepted' });
    expect(smtp.arrived).toHaveLength(2);
  });

  it('that break after the content never bring it out a second time', async () => {
    const smtp = await server();
    const pooled = sender(smtp.port, { maxConnections: 2 });
    await Promise.all([pooled.send(someHandOver()), pooled.send(someHandOver())]);
    smtp.fault = { at: 'end', cut: true };
    const results = await Promise.all([pooled.send(someHandOver()), pooled.send(someHandOver())]);
    expect(results.map((result) => result.kind)).toEqual(['ambiguous', 'ambiguous']);
    expect(smtp.arrived).toHaveLength(4);
  });
});

describe('TLS', () => {
  it('is demanded by STARTTLS: a server that does not offer it gets nothing', async () => {
    const smtp = await server();
    const result = await sender(smtp.port, { secure: 'starttls' }).send(someHandOver());
    expect(result.kind).toBe('transient');
    expect(smtp.rcpts).toHaveLength(0);
  });

  it.each([['starttls'], ['tls']] as const)('by %s reaches a server whose certificate is trusted', async (secure) => {
    const smtp = await server({ ...LOOPBACK_TLS, startTls: secure === 'starttls', secure: secure === 'tls' });
    const result = await sender(smtp.port, { secure, ca: LOOPBACK_TLS.cert }).send(someHandOver());
    expect(result).toMatchObject({ kind: 'accepted' });
  });

  it.each([['starttls'], ['tls']] as const)('by %s refuses a certificate nobody vouches for', async (secure) => {
    const smtp = await server({ ...LOOPBACK_TLS, startTls: secure === 'starttls', secure: secure === 'tls' });
    const result = await sender(smtp.port, { secure }).send(someHandOver());
    expect(result.kind).toBe('transient');
    expect(smtp.rcpts).toHaveLength(0);
  });

  it('is left out only on the way to this machine', () => {
    const settings = { host: 'mail.example.org', port: 25, secure: 'none' };
    expect(SmtpSettings.safeParse(settings).success).toBe(false);
    expect(SmtpSettings.safeParse({ ...settings, host: '127.0.0.1.example.org' }).success).toBe(false);
    expect(SmtpSettings.safeParse({ ...settings, host: '::1' }).success).toBe(true);
  });
});

describe('login', () => {
  const account: SmtpTestServerOptions = {
    ...LOOPBACK_TLS,
    secure: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'gateway' && password === 'right' ? done(null, { user: 'gateway' }) : done(new Error('no')),
  };

  it('with the right password sends', async () => {
    const smtp = await server(account);
    const settings = { secure: 'tls', user: 'gateway', ca: LOOPBACK_TLS.cert } as const;
    expect(await sender(smtp.port, settings, { password: 'right' }).send(someHandOver())).toMatchObject({
      kind: 'accepted',
    });
  });

  it('with a wrong password is the operator’s trouble and not the message’s', async () => {
    const smtp = await server(account);
    const settings = { secure: 'tls', user: 'gateway', ca: LOOPBACK_TLS.cert } as const;
    const result = await sender(smtp.port, settings, { password: 'wrong' }).send(someHandOver());
    expect(result).toMatchObject({ kind: 'transient', code: 'smtp_auth_535' });
  });

  it('without a password is refused at set-up', () => {
    expect(() => sender(25, { user: 'gateway' })).toThrow('the user has no password');
  });
});

describe('recipients', () => {
  it.each([
    ['a list', 'b@ex.org, evil@x.example'],
    ['a list without blanks', 'b@ex.org,evil@x.example'],
    ['a group', 'team: b@ex.org, evil@x.example;'],
    ['a name with an address', 'Ada <evil@x.example>'],
    ['a quoted local part', '"b@ex.org,evil"@x.example'],
    ['CR/LF', 'b@ex.org>\r\nRCPT TO:<evil@x.example'],
    ['LF', 'b@ex.org\nBcc: evil@x.example'],
    ['a NUL', 'b@ex.org\u0000evil@x.example'],
    ['two at-signs', 'b@ex.org@x.example'],
    ['10 kB of local part', `${'b'.repeat(10_000)}@ex.org`],
    ['a local part outside ASCII', 'bär@ex.org'],
    ['a full-width at-sign', 'b＠ex.org'],
  ])('%s is refused, and the server hears nothing', async (_name, to) => {
    const smtp = await server();
    const result = await sender(smtp.port).send(someHandOver({ to }));
    expect(result).toMatchObject({ kind: 'rejected', hardBounce: false });
    expect((result as { code: string }).code).toMatch(/^invalid_address\.[a-z_]+$/);
    expect(smtp.connections).toBe(0);
  });

  it.each([
    ['ada@example.org', 'ada@example.org'],
    ["Ada.O'Neill+x@Example.ORG", "Ada.O'Neill+x@example.org"],
    ['ada@müller.example', 'ada@xn--mller-kva.example'],
  ])('%s gets exactly one RCPT TO', async (to, rcpt) => {
    const smtp = await server();
    expect(await sender(smtp.port).send(someHandOver({ to }))).toMatchObject({ kind: 'accepted' });
    expect(smtp.rcpts).toEqual([rcpt]);
    expect(smtp.accepted[0]?.recipients).toHaveLength(1);
  });

  it('the answer names the id under which the server queued the mail', async () => {
    const smtp = await server();
    expect(await sender(smtp.port).send(someHandOver())).toEqual({ kind: 'accepted', providerRef: 'TEST000001' });
  });
});

if (!hasDkimVerifier) {
  describeWithout('python3-dkim', 'a signed mail as the server received it');
} else {
  describe('a signed mail as the server received it', () => {
    it.each([['with'], ['without']])('is verified by dkimpy, %s a way out', async (wayOut) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const dkimPrivateKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const record = `v=DKIM1; p=${createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')}`;
      const smtp = await server();
      const dkim = { domain: 'nordlicht.example', selector: 's2026' };
      const signing = sender(smtp.port, { dkim }, { dkimPrivateKey });
      const content = { language: 'en', subject: 'dots', text: '.\n..\r.\n', html: null, data: null };
      await signing.send(someHandOver({ content, ...(wayOut === 'with' ? {} : { unsubscribeUrl: null }) }));
      const raw = smtp.accepted[0]?.raw ?? Buffer.alloc(0);
      expect(raw.toString('latin1')).toMatch(/^DKIM-Signature: /);
      expect(verifiesWithDkimpy(raw, record)).toBe(true);
    });
  });
}
