import { afterEach, describe, expect, it } from '@jest/globals';
import { startSmtpServer, type SmtpTestServer } from '../../../../test/support/smtp-server.js';
import { accountProblems, SenderCache, type ProviderAccount } from './sender-cache.js';
import { someHandOver } from './testing/sender-contract.js';

const time = { now: 0, monotonic: 0 };
const clock = { now: () => time.now, monotonic: () => time.monotonic };
const MINUTE = 60_000;

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  time.monotonic = 0;
});

const cache = (): SenderCache => {
  const made = new SenderCache(clock);
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

  it('a sender nobody asked for in a while is closed', async () => {
    const senders = cache();
    const idle = senders.senderFor(account());
    time.monotonic = 9 * MINUTE;
    senders.senderFor(account({ id: 'p2' }));
    expect(await idle.send(someHandOver())).toMatchObject({ code: 'smtp_conn_esocket' });
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
    const problems = (more: object, secret: object | null = null): string[] =>
      accountProblems({ channel: 'email', kind: 'smtp', settings: { ...settings, ...more } }, secret);
    expect(problems({})).toEqual([]);
    expect(accountProblems({ channel: 'sms', kind: 'null', settings: {} }, null)).toEqual([]);
    expect(accountProblems({ channel: 'sms', kind: 'smtp', settings }, null)).toEqual([
      'an account of the kind smtp is for the channel email',
    ]);
    expect(problems({ user: 'u' })).toEqual(['the user has no password']);
    expect(problems({ dkim })).toEqual(['the DKIM selector has no private key']);
    expect(problems({ dkim }, { dkimPrivateKey: 'hunter2' })).toEqual([
      'the DKIM private key is not a private key in PEM',
    ]);
    expect(problems({ host: 'mail.example.org' })).not.toEqual([]);
  });
});
