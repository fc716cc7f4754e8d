import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { Gateway } from '../../../../test/support/gateway.js';
import { type SmtpTestServer, startSmtpServer } from '../../../../test/support/smtp-server.js';
import { DomainError } from '#lib/kernel';
import { ProviderService } from '../providers/provider.service.js';
import { SendingSetupModule } from '../setup.module.js';
import type { TemplateFacts } from '../templates/template.service.js';
import { TemplateService } from '../templates/template.service.js';

const CHANGE = { by: 'spec', at: Date.now() };
const TEXTS = { subject: 'Hello', html: null, text: 'Leave: {{unsubscribeUrl}}' };

describe('a mail from a domain', () => {
  let gateway: Gateway;
  let servers: Record<'main' | 'shop', SmtpTestServer>;
  beforeAll(async () => {
    const [main, shop] = await Promise.all([startSmtpServer(), startSmtpServer()]);
    servers = { main, shop };
    gateway = await Gateway.start({}, [SendingSetupModule]);
    await gateway.asAdmin('UPDATE sending.provider SET enabled = false');
    await account('main', main, []);
    await account('shop', shop, ['Shop.example', 'outlet.example']);
    await gateway.contact('ada');
  });
  afterAll(() => Promise.all([gateway.stop(), ...Object.values(servers).map((server) => server.close())]));

  const account = (
    key: string,
    { port }: SmtpTestServer,
    sendingDomains: string[],
    channel: 'email' | 'sms' = 'email',
  ) =>
    gateway.get(ProviderService).put(
      gateway.brandId,
      key,
      {
        channel,
        kind: 'smtp',
        settings: { host: '127.0.0.1', port, secure: 'none' },
        enabled: true,
        // Its domain is asked first, and its place only among those that name it.
        priority: key === 'main' ? 1 : 2,
        atLeastOnce: [],
        sendingDomains,
      },
      CHANGE,
    );
  const publish = (key: string, sender: TemplateFacts['sender'], channel: 'email' | 'sms' = 'email') =>
    gateway
      .get(TemplateService)
      .publish(
        gateway.brandId,
        key,
        { channel, class: 'commercial', defaultLanguage: 'en', contents: { en: TEXTS }, sender },
        CHANGE,
      );

  it.each<[string, TemplateFacts['sender'], 'main' | 'shop', object]>([
    ['brand', undefined, 'main', { name: 'Spec', address: 'news@spec.example' }],
    ['shop', { name: 'Shop', email: 'hi@shop.example' }, 'shop', { name: 'Shop', address: 'hi@shop.example' }],
    [
      'outlet',
      { name: 'Outlet', email: 'hi@OUTLET.example' },
      'shop',
      { name: 'Outlet', address: 'hi@outlet.example' },
    ],
    ['other', { name: 'Other', email: 'hi@other.example' }, 'main', { name: 'Other', address: 'hi@other.example' }],
  ])('of a template (%s) leaves by the account of that domain, in its name', async (key, sender, server, from) => {
    await publish(key, sender);
    const id = await gateway.accept({ to: 'ada', template: key });
    await gateway.attempt(id);
    expect(await gateway.status(id)).toEqual({ status: 'sent', reason: null });
    const mail = servers[server].accepted.find(({ raw }) => raw.includes(`<${id}@`));
    expect((await PostalMime.parse(mail?.raw ?? '')).from).toEqual(from);
    const [touch] = await gateway.tx.sql<{ key: string }>`
      SELECT p.key FROM sending.touch t JOIN sending.provider p ON p.id = t.provider_id WHERE t.message_id = ${id}`;
    expect(touch?.key).toBe(server);
  });

  it('is another version when its sender is another', async () => {
    const first = await publish('moved', undefined);
    const same = await publish('moved', undefined);
    const moved = await publish('moved', { name: 'Shop', email: 'hi@shop.example' });
    expect([first.value.version, same.created, moved.value.version]).toEqual([1, false, 2]);
    expect(moved.value).toMatchObject({ sender: { name: 'Shop', email: 'hi@shop.example' } });
    expect(moved.value.hash).not.toBe(first.value.hash);
  });

  it('waits for an account where all are for other domains', async () => {
    await account('main', servers.main, ['elsewhere.example']);
    const sent = await gateway.send({ to: 'ada', template: 'brand' });
    const violations = [{ pointer: '/template', detail: 'no enabled provider for email sends it' }];
    expect(sent).toMatchObject({ kind: 'refused', error: { code: 'unknown_provider', extra: { violations } } });
    await account('main', servers.main, []);
    expect(await gateway.send({ to: 'ada', template: 'brand' })).toMatchObject({ kind: 'accepted' });
  });

  it('waits for its account while that is disabled, and leaves by no other', async () => {
    await publish('resting', { name: 'Shop', email: 'hi@shop.example' });
    const id = await gateway.accept({ to: 'ada', template: 'resting' });
    await gateway.asAdmin("UPDATE sending.provider SET enabled = false WHERE key = 'shop'");
    await gateway.attempt(id);
    expect(await gateway.status(id)).toMatchObject({ status: 'queued' });
    const sent = await gateway.send({ to: 'ada', template: 'resting' });
    expect(sent).toMatchObject({ kind: 'refused', error: { code: 'unknown_provider' } });
    await gateway.asAdmin("UPDATE sending.provider SET enabled = true WHERE key = 'shop'");
  });

  it('is of the channel email alone', async () => {
    await expect(publish('text', { name: 'Shop', email: 'hi@shop.example' }, 'sms')).rejects.toThrow(DomainError);
    await expect(account('text', servers.main, ['shop.example'], 'sms')).rejects.toThrow(DomainError);
  });
});
