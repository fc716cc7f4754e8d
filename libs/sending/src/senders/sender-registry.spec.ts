import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database, deriveKeys } from '#lib/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startSmppCenter } from '../../../../test/support/smpp-center.js';
import { startSmtpServer, type SmtpTestServer } from '../../../../test/support/smtp-server.js';
import { LOOPBACK_TLS } from '../../../../test/support/smtp-tls.js';
import { until } from '../../../../test/support/until.js';
import { sealProviderSecret } from './provider-secret.js';
import { SenderRegistry } from './sender-registry.js';
import { someHandOver, VOUCHED } from './testing/sender-contract.js';

const keys = deriveKeys(Buffer.from('5f1c9a0e7b3d2846af90c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516', 'hex'));
let testDatabase: TestDatabase;
let database: Database;
let registry: SenderRegistry;
const servers: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({ url: testDatabase.urls.app, max: 2, name: 'sender registry spec' });
  registry = new SenderRegistry(database, keys, { PROVIDER_HOSTS: VOUCHED });
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(async () => {
  await registry.onApplicationShutdown();
  await database.close();
  await testDatabase.drop();
});

async function server(): Promise<SmtpTestServer> {
  const started = await startSmtpServer({
    ...LOOPBACK_TLS,
    secure: true,
    onAuth: ({ password }, _session, done) =>
      password === 'right' ? done(null, { user: 'u' }) : done(new Error('no')),
  });
  servers.push(started);
  return started;
}

async function provider(port: number, password: string): Promise<{ id: string }> {
  const [brandId, id] = [randomUUID(), randomUUID()];
  await database.tx.execute`
    INSERT INTO consent.brand (id, key, name, legal_name, postal_address, default_language, default_zone, country, sender_name, sender_email)
    VALUES (${brandId}, ${`b-${brandId}`}, 'b', 'b', 'b', 'de', 'Europe/Berlin', 'DE', 'b', 'b@b.example')`;
  const settings = { host: '127.0.0.1', port, secure: 'tls', ca: LOOPBACK_TLS.cert, user: 'u', timeoutSeconds: 3 };
  await database.tx.execute`
    INSERT INTO sending.provider (id, brand_id, key, channel, kind, settings, secret, enabled)
    VALUES (${id}, ${brandId}, 'mail', 'email', 'smtp', ${JSON.stringify(settings)}::jsonb, ${sealProviderSecret(keys, id, { password })}, true)`;
  return { id };
}

describe('the sender of a provider in the database', () => {
  it('logs in with the sealed secret', async () => {
    const smtp = await server();
    const sender = await registry.senderFor(await provider(smtp.port, 'right'), 'email', false);
    expect(await sender.send(someHandOver())).toMatchObject({ kind: 'accepted' });
  });

  it('is the same for the next message', async () => {
    const mail = await provider(1, 'right');
    expect(await registry.senderFor(mail, 'email', false)).toBe(await registry.senderFor(mail, 'email', false));
  });

  it('is none when there is no such provider, or it is for another channel', async () => {
    await expect(registry.senderFor({ id: randomUUID() }, 'email', false)).rejects.toThrow('no provider');
    await expect(registry.senderFor(null, 'email', false)).rejects.toThrow('no provider');
    await expect(registry.senderFor(await provider(1, 'right'), 'sms', false)).rejects.toThrow('no provider');
  });

  it('is none when the secret was sealed for another provider', async () => {
    const mail = await provider(1, 'right');
    const stolen = sealProviderSecret(keys, randomUUID(), { password: 'right' });
    await database.tx.execute`UPDATE sending.provider SET secret = ${stolen} WHERE id = ${mail.id}`;
    await expect(registry.senderFor(mail, 'email', false)).rejects.toThrow();
  });

  it('never leaves the machine for a test message', async () => {
    const smtp = await server();
    const sender = await registry.senderFor(await provider(smtp.port, 'right'), 'email', true);
    expect(await sender.send(someHandOver())).toMatchObject({ kind: 'accepted' });
    expect(smtp.connections).toBe(0);
  });

  it('is listened to while its account is enabled, as it is now, and no longer', async () => {
    const center = await startSmppCenter();
    servers.push(center);
    center.bindLimit = 1;
    const { id } = await provider(1, 'right');
    const settings = { host: '127.0.0.1', port: center.port, secure: 'none', systemId: 'n', from: 'N' };
    const change = (enabled: boolean) => database.tx.execute`
      UPDATE sending.provider SET channel = 'sms', kind = 'smpp', settings = ${JSON.stringify(settings)}::jsonb,
             enabled = ${enabled}, updated_at = clock_timestamp()
       WHERE id = ${id}`;
    const listen = () => registry.listen(() => Promise.resolve());

    await change(true);
    await listen();
    await until('a bind', () => center.bound === 1);
    await change(true);
    await listen();
    await until('another bind', () => center.binds.length === 2);
    expect([center.bound, center.refusedBinds]).toEqual([1, 0]);

    await change(false);
    await listen();
    await until('nobody', () => center.bound === 0);
    // As when it is asked whether its messages may be repeated.
    expect((await registry.senderFor({ id }, 'sms', false)).capabilities.channel).toBe('sms');
    await listen();
    expect([center.bound, center.binds.length]).toEqual([0, 2]);
  });

  it('knows no idempotency key over SMTP', async () => {
    const message = { test: false, class: 'transactional' } as const;
    expect(await registry.repeatWindowOf((await provider(1, 'right')).id, message)).toBeNull();
    expect(await registry.repeatWindowOf(randomUUID(), message)).toBeNull();
    expect(await registry.repeatWindowOf(null, { ...message, test: true })).toBeNull();
  });

  it('may be asked again for ever for the classes for which its brand chose at least once', async () => {
    const { id } = await provider(1, 'right');
    await database.tx.execute`UPDATE sending.provider SET at_least_once = '{transactional}' WHERE id = ${id}`;
    expect(await registry.repeatWindowOf(id, { test: false, class: 'transactional' })).toBe(Infinity);
    expect(await registry.repeatWindowOf(id, { test: false, class: 'commercial' })).toBeNull();
    expect(await registry.repeatWindowOf(id, { test: true, class: 'transactional' })).toBeNull();
  });
});
