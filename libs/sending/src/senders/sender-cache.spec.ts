import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSmppCenter } from '../../../../test/support/smpp-center.js';
import { startSmtpServer, type SmtpTestServer } from '../../../../test/support/smtp-server.js';
import { accountProblems, SenderCache, type ProviderAccount } from './sender-cache.js';
import { until } from '../../../../test/support/until.js';
import { someHandOver, VOUCHED } from './testing/sender-contract.js';

const time = { now: 0, monotonic: 0 };
const clock = { now: () => time.now, monotonic: () => time.monotonic };
const MINUTE = 60_000;

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  time.monotonic = 0;
});

const cache = (): SenderCache => {
  const made = new SenderCache(clock, VOUCHED);
  opened.push(made);
  return made;
};
const server = async (): Promise<SmtpTestServer> => {
  const started = await startSmtpServer();
  opened.push(started);
  return started;
};
const account = (over: Partial<ProviderAccount> = {}): ProviderAccount => ({
  id: 'p1',
  channel: 'email',
  kind: 'smtp',
  settings: { host: '127.0.0.1', port: 1, secure: 'none', timeoutSeconds: 2 },
  secret: () => null,
  updatedAt: 1,
  enabled: true,
  ...over,
});
describe('the senders of provider accounts', () => {
  it('an account keeps its sender as long as it stays as it is', () => {
    const senders = cache();
    expect(senders.senderFor(account())).toBe(senders.senderFor(account()));
    expect(senders.senderFor(account({ id: 'p2' }))).not.toBe(senders.senderFor(account()));
  });

  it('a changed account gets a new sender at once, and the old one ends what it has begun', async () => {
    const [oldServer, newServer] = [await server(), await server()];
    oldServer.fault = { at: 'end', delayMs: 300 };
    const at = (port: number): object => ({ host: '127.0.0.1', port, secure: 'none', timeoutSeconds: 2 });
    const senders = cache();
    const old = senders.senderFor(account({ settings: at(oldServer.port) }));
    const underWay = old.send(someHandOver());
    const renewed = senders.senderFor(account({ settings: at(newServer.port), updatedAt: 2 }));
    expect(renewed).not.toBe(old);
    expect((await renewed.send(someHandOver())).kind).toBe('accepted');
    expect((await underWay).kind).toBe('accepted');
    expect([oldServer.accepted.length, newServer.accepted.length]).toEqual([1, 1]);
  });

  it('what listens for an account as it was, or that is not listened to any more, says goodbye at once', async () => {
    const UNBIND = 0x06;
    const smsc = await startSmppCenter();
    opened.push(smsc);
    const senders = new SenderCache(clock, VOUCHED, (_account, sender) => sender.listen?.(() => Promise.resolve()));
    opened.push(senders);
    const settings = {
      host: '127.0.0.1',
      port: smsc.port,
      secure: 'none',
      systemId: 'n',
      from: 'N',
      timeoutSeconds: 2,
    };
    const sms = account({ id: 'sms', channel: 'sms', kind: 'smpp', settings, secret: () => ({ password: 'p' }) });
    const goodbyes = () => smsc.commands.filter((command) => command === UNBIND).length;
    const old = senders.senderFor(sms);
    await until('a bind', () => smsc.binds.length === 1);
    const renewed = senders.senderFor({ ...sms, updatedAt: 2 });
    await until('a goodbye and another bind', () => goodbyes() === 1 && smsc.binds.length === 2);
    expect(await old.send(someHandOver({ to: '+4915123456789' }))).toMatchObject({ code: 'sender_closed' });
    expect(await renewed.send(someHandOver({ to: '+4915123456789' }))).toMatchObject({ kind: 'accepted' });

    senders.listenOnlyTo(new Set(['sms']));
    expect(senders.senderFor({ ...sms, updatedAt: 2 })).toBe(renewed);
    senders.listenOnlyTo(new Set());
    await until('the last goodbye', () => goodbyes() === 2);
    expect(smsc.binds).toHaveLength(2);
  });

  it('where an account may be connected once, a changed one connects when the calls of the old one are over', async () => {
    const center = await startSmppCenter();
    opened.push(center);
    center.bindLimit = 1;
    let answer = (): void => undefined;
    center.react = () => ({ after: new Promise<void>((resolve) => (answer = resolve)) });
    const senders = new SenderCache(clock, VOUCHED, (_account, sender) => sender.listen?.(() => Promise.resolve()));
    opened.push(senders);
    const settings = { host: '127.0.0.1', port: center.port, secure: 'none', systemId: 'n', from: 'N' };
    const sms = account({ id: 'sms', channel: 'sms', kind: 'smpp', settings, secret: () => ({ password: 'p' }) });
    const text = someHandOver({ to: '+4915123456789' });
    const underWay = senders.senderFor(sms).send(text);
    await until('the text', () => center.submitted.length === 1);
    const next = senders.senderFor({ ...sms, updatedAt: 2 }).send(text);
    await sleep(50);
    expect(center.binds).toHaveLength(1);
    center.react = () => 'take';
    answer();
    expect((await underWay).kind).toBe('accepted');
    expect((await next).kind).toBe('accepted');
    expect([center.binds.length, center.refusedBinds, center.bound]).toEqual([2, 0, 1]);
  });

  it('a sender nobody asked for in a while is closed', async () => {
    const senders = cache();
    const idle = senders.senderFor(account());
    time.monotonic = 9 * MINUTE;
    senders.senderFor(account({ id: 'p2' }));
    expect(await idle.send(someHandOver())).toMatchObject({ code: 'smtp_conn_econnrefused' });
    time.monotonic = 11 * MINUTE;
    senders.senderFor(account({ id: 'p2' }));
    expect(await idle.send(someHandOver())).toMatchObject({ kind: 'transient', code: 'sender_closed' });
    expect(senders.senderFor(account())).not.toBe(idle);
  });

  it('an account that cannot be used is refused, until it is mended', () => {
    const senders = cache();
    const broken = account({ settings: { host: 'mail.example.org' } });
    expect(() => senders.senderFor(broken)).toThrow();
    expect(() => senders.senderFor(broken)).toThrow();
    expect(senders.senderFor(account({ updatedAt: 2 })).capabilities.channel).toBe('email');
  });

  it('says at set-up what is wrong with an account', () => {
    const settings = { host: '127.0.0.1', port: 25, secure: 'none' };
    const dkim = { domain: 'a.example', selector: 's' };
    const problems = (more: object, secret: object | null = null) =>
      accountProblems({ channel: 'email', kind: 'smtp', settings: { ...settings, ...more } }, secret);
    const about = (detail: unknown, pointer = '/settings') => [{ pointer, detail }];
    expect(problems({})).toEqual([]);
    expect(accountProblems({ channel: 'sms', kind: 'null', settings: {} }, null)).toEqual([]);
    expect(accountProblems({ channel: 'sms', kind: 'smtp', settings }, null)).toEqual(
      about('an account of the kind smtp is for the channel email'),
    );
    expect(problems({ user: 'u' })).toEqual(about('the user has no password'));
    expect(problems({ dkim })).toEqual(about('the DKIM selector has no private key'));
    expect(problems({ dkim }, { dkimPrivateKey: 'hunter2' })).toEqual(
      about('the DKIM private key is not a private key in PEM'),
    );
    expect(problems({ host: 'mail.example.org' })).not.toEqual([]);
    expect(problems({ port: 'x' })).toEqual(about(expect.stringContaining('expected'), '/settings/port'));
    const twilio = { accountSid: `AC${'0'.repeat(32)}`, from: '+4930123456' };
    expect(accountProblems({ channel: 'sms', kind: 'twilio', settings: twilio }, null)).toEqual(
      about('is needed', '/secret/authToken'),
    );
  });
});
