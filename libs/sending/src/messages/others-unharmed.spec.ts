import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createECDH, randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { type HttpProviderServer, startHttpProvider } from '../../../../test/support/http-provider.js';
import { ConsentService, ContactService } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { ProviderService } from '../providers/provider.service.js';
import type { ChannelSender } from '../senders/channel-sender.js';
import { SenderRegistry } from '../senders/sender-registry.js';
import { SendingSetupModule } from '../setup.module.js';
import { TemplateService } from '../templates/template.service.js';
import { AccountLoad, SLOW_CALL_MS } from './account-load.js';
import { AttemptService } from './attempt.service.js';
import { HandOverService } from './hand-over.service.js';

const device = createECDH('prime256v1');
device.generateKeys();
const application = createECDH('prime256v1');
application.generateKeys();
/** Of what the account can call at once, a slow host gets a fifth. */
const CONNECTIONS = 10;
const LANES = 2;

describe('what goes wrong with one message', () => {
  let gateway: Gateway;
  let http: HttpProviderServer;
  let other: HttpProviderServer;
  let providerId = '';
  let delayMs = 0;
  let status = 201;

  beforeAll(async () => {
    http = await startHttpProvider(() => ({ status, delayMs }));
    other = await startHttpProvider(() => ({ status: 201 }));
    gateway = await Gateway.start({}, [SendingSetupModule]);
    const contents = { en: { subject: 'News', html: null, text: 'News' } };
    const template = { channel: 'push', class: 'commercial', defaultLanguage: 'en', contents } as const;
    const change = { by: 'spec', at: Date.now() };
    await gateway.get(TemplateService).publish(gateway.brandId, 'push', template, change);
  });
  afterAll(async () => {
    await gateway.stop();
    await Promise.all([http.close(), other.close()]);
  });
  beforeEach(async () => {
    delayMs = 0;
    status = 201;
    const settings = {
      subject: 'mailto:ops@spec.example',
      publicKey: application.getPublicKey('base64url'),
      alsoHosts: [http.host, other.host],
      maxConnections: CONNECTIONS,
    };
    const secret = { privateKey: application.getPrivateKey('base64url') };
    const input = { channel: 'push', kind: 'web_push', settings, secret, enabled: true, priority: 1, atLeastOnce: [] } as const; // prettier-ignore
    await gateway.get(ProviderService).put(gateway.brandId, 'push', input, { by: 'spec', at: Date.now() });
    const [row] = await gateway.tx.sql<{ id: string }>`SELECT id FROM sending.provider WHERE key = 'push' AND brand_id = ${gateway.brandId}`; // prettier-ignore
    providerId = row?.id ?? '';
  });

  const accept = async (count: number, { url } = http): Promise<MessageId[]> => {
    const ids: MessageId[] = [];
    for (let i = 0; i < count; i++) {
      const to = randomUUID();
      const keys = { p256dh: device.getPublicKey('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') };
      const address = JSON.stringify({ endpoint: `${url}/push/${to}`, keys });
      await gateway.get(ContactService).put(gateway.brandId, to, { contactPoints: [{ channel: 'push', address }] }, 'spec'); // prettier-ignore
      const yes = { channel: 'push', purpose: 'commercial', topics: ['newsletter'], kind: 'granted', wording: 'Yes.', legalBasis: 'consent', occurredAt: Date.now() + 1000, method: 'spec', evidence: {} } as const; // prettier-ignore
      await gateway.get(ConsentService).record(gateway.brandId, to, yes, 'spec');
      ids.push(await gateway.accept({ to, template: 'push' }));
    }
    return ids;
  };
  const ends = async (ids: readonly MessageId[]) =>
    (await Promise.all(ids.map((id) => gateway.status(id)))).map(({ status }) => status);

  it('ends that one alone when its address was stored although nothing can be encrypted for it', async () => {
    const ids = await accept(6);
    // As one that was stored before it was looked at.
    await gateway.asAdmin(
      `UPDATE consent.contact_point SET address = replace(address, '"p256dh":"B', '"p256dh":"C')
        WHERE id = (SELECT contact_point_id FROM sending.message WHERE id = '${ids[0]}')`,
    );
    await gateway.attempt(...ids);
    expect(await ends(ids)).toEqual(['failed', 'sent', 'sent', 'sent', 'sent', 'sent']);
  });

  it('ends that one alone when its sender throws against its contract', async () => {
    const ids = await accept(6);
    const registry = gateway.get(SenderRegistry);
    const real = registry.senderFor.bind(registry);
    registry.senderFor = async (...asked) => {
      const sender = await real(...asked);
      const throwing: ChannelSender = {
        capabilities: sender.capabilities,
        send: (handOver) =>
          handOver.messageId === ids[0] ? Promise.reject(new Error('broken')) : sender.send(handOver),
        close: () => sender.close(),
      };
      return Object.assign(sender, { kept: throwing }).kept;
    };
    try {
      await gateway.attempt(...ids);
    } finally {
      registry.senderFor = real;
    }
    expect(await ends(ids)).toEqual(['unknown', 'sent', 'sent', 'sent', 'sent', 'sent']);
  });

  it.each([404, 410])('ends its contact point, whoever has it, when the push service says %i', async (code) => {
    const [id, other] = (await accept(2)) as [MessageId, MessageId];
    const pointOf = (message: MessageId): string =>
      `(SELECT contact_point_id FROM sending.message WHERE id = '${message}')`;
    await gateway.asAdmin(
      `UPDATE consent.contact_point SET (address, address_hash) =
         (SELECT address, address_hash FROM consent.contact_point WHERE id = ${pointOf(id)}) WHERE id = ${pointOf(other)}`,
    );
    const before = await gateway.countEntries('contact_point.changed');
    status = code;
    await gateway.attempt(id);
    expect(await ends([id])).toEqual(['failed']);
    const points = await gateway.asAdmin(
      `SELECT p.ended_at IS NOT NULL AS ended, array_agg(DISTINCT s.status) AS statuses
         FROM consent.contact_point p JOIN consent.consent_state s ON s.contact_point_id = p.id
        WHERE p.id IN (${pointOf(id)}, ${pointOf(other)}) GROUP BY p.id`,
    );
    expect(points).toEqual(Array(2).fill({ ended: true, statuses: ['invalidated'] }));
    expect((await gateway.countEntries('contact_point.changed')) - before).toBe(2);
    status = 201;
    await gateway.attempt(other);
    expect(await gateway.status(other)).toEqual({ status: 'dropped', reason: 'no_contact_point' });
  });

  it('of a host that is slow, nobody waits for it, it holds no more than its part, and its account goes on elsewhere', async () => {
    const [ids, elsewhere] = [await accept(5), await accept(3, other)];
    const load = gateway.get(AccountLoad);
    const host = `${providerId} ${http.host}`;
    expect(load.isSlow(host)).toBe(false);
    load.heard(host, SLOW_CALL_MS);
    delayMs = 4_000;
    const started = await gateway.get(AttemptService).attempt([...ids, ...elsewhere]);
    expect(started).toHaveLength(LANES + elsewhere.length);
    const begun = performance.now();
    await gateway.get(HandOverService).handOver(started);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(await ends(elsewhere)).toEqual(['sent', 'sent', 'sent']);
    const waiting = (await Promise.all(ids.map((id) => gateway.status(id)))).filter(
      ({ status }) => status === 'queued',
    );
    expect(waiting).toEqual(Array(3).fill({ status: 'queued', reason: 'provider_slow' }));
    // What it holds comes to its end all the same, and an answer in time makes it one like the others.
    await gateway.get(HandOverService).drained();
    expect(await ends(started.map(({ message }) => message.id))).toEqual(started.map(() => 'sent'));
    expect(load.isSlow(host)).toBe(false);
  });
});
