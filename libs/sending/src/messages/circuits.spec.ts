import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { type HttpProviderServer, startHttpProvider } from '../../../../test/support/http-provider.js';
import { ContactService } from '#lib/consent';
import type { Channel, MessageId } from '#lib/kernel';
import { pipelineFigures } from '../figures/pipeline-figures.js';
import { type ProviderInput, ProviderService } from '../providers/provider.service.js';
import { SendingSetupModule } from '../setup.module.js';
import { TemplateService } from '../templates/template.service.js';
import { AttemptService } from './attempt.service.js';
import { HandOverService } from './hand-over.service.js';
import { MessageService } from './message.service.js';

describe('a provider that fails', () => {
  let gateway: Gateway;
  let other: Gateway;
  let http: HttpProviderServer;
  let status = 201;
  let wait = '60';

  beforeAll(async () => {
    const headers = (): Record<string, string> => (status === 429 ? { 'retry-after': wait } : {});
    http = await startHttpProvider(() => ({ status, headers: headers(), body: { sid: 'SM1' } }));
    gateway = await Gateway.start({}, [SendingSetupModule]);
    other = await gateway.twin();
    const change = { by: 'spec', at: Date.now() };
    const contents = { en: { subject: 'News', html: null, text: 'News' } };
    for (const channel of ['sms', 'webhook'] as const) {
      const template = { channel, class: 'commercial', defaultLanguage: 'en', contents } as const;
      await gateway.get(TemplateService).publish(gateway.brandId, channel, template, change);
    }
  });
  afterAll(async () => {
    await other.stop();
    await gateway.stop();
    await http.close();
  });

  const setUp = async (
    channel: Channel,
    account: Pick<ProviderInput, 'kind' | 'settings' | 'secret'>,
  ): Promise<void> => {
    const input = { ...account, channel, enabled: true, priority: 1, atLeastOnce: ['commercial' as const] };
    await gateway.get(ProviderService).put(gateway.brandId, channel, input, { by: 'spec', at: Date.now() });
  };
  // Setting it up anew forgets what was heard of it.
  beforeEach(async () => {
    status = 201;
    wait = '60';
    http.arrived.length = 0;
    const settings = { baseUrl: http.url, accountSid: `AC${'0'.repeat(32)}`, from: '+4930123456' };
    await setUp('sms', { kind: 'twilio', settings, secret: { authToken: 'token' } });
    const secret = { signingKeys: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`] };
    await setUp('webhook', { kind: 'standard_webhook', settings: { alsoHosts: [http.host] }, secret });
  });

  let number = 1_000_000;
  const accept = async (count: number, channel: 'sms' | 'webhook' = 'sms'): Promise<MessageId[]> => {
    const ids: MessageId[] = [];
    for (let i = 0; i < count; i++) {
      const to = randomUUID();
      const address = channel === 'sms' ? `+4915${number++}` : `${http.url}/${to}`;
      await gateway.get(ContactService).put(gateway.brandId, to, { contactPoints: [{ channel, address }] }, 'spec');
      await gateway.consent(to, 'granted', ['newsletter'], channel);
      ids.push(await gateway.accept({ to, template: channel }));
    }
    return ids;
  };
  const circuit = async (): Promise<string> => (await gateway.get(ProviderService).get(gateway.brandId, 'sms')).circuit;
  const messages = async (ids: readonly MessageId[]) => Promise.all(ids.map((id) => gateway.status(id)));
  const makeDue = (ids: readonly MessageId[], more = '') =>
    gateway.asAdmin(
      `UPDATE sending.message SET not_before = now(), due_at = now() ${more}
        WHERE status = 'queued' AND id = ANY ('{${ids.join()}}')`,
    );
  const letItTry = () =>
    gateway.asAdmin(`UPDATE sending.provider SET circuit = jsonb_set(circuit, '{until}', '0') WHERE key = 'sms'`);
  const HELD = { status: 'queued', reason: 'provider_backoff' };
  const SENT = { status: 'sent', reason: null };

  /** Opens the circuit; answers the five that failed. */
  const fail = async (): Promise<MessageId[]> => {
    status = 503;
    const failed = await accept(5);
    await gateway.attempt(...failed);
    expect(await circuit()).toBe('open');
    http.arrived.length = 0;
    return failed;
  };

  it('is left alone by every process, and its messages say why and until when', async () => {
    const held = await accept(3);
    const failed = await fail();
    status = 201;
    const begun = Date.now();
    await other.attempt(...held);
    await makeDue(failed);
    await gateway.attempt(...failed);
    expect(http.arrived).toEqual([]);
    expect(await messages([...held, ...failed])).toEqual(Array(8).fill(HELD));

    const { steps, message } = await gateway.get(MessageService).explain(gateway.brandId, held[0] ?? ('' as MessageId));
    expect(steps.map(({ type }) => type)).toEqual(['send.accepted', 'send.decided']);
    expect(steps.at(-1)).toMatchObject({
      reason: 'provider_backoff',
      code: 'circuit_open',
      retryAt: message.notBefore,
    });
    expect((message.notBefore ?? 0) - begun).toBeGreaterThan(20_000);
    expect((message.notBefore ?? 0) - begun).toBeLessThanOrEqual(30_000);
    expect((await pipelineFigures(gateway.tx)).circuits).toEqual([{ channel: 'sms', state: 'open', count: 1 }]);
  });

  it('is left alone for an hour at most, whatever it asks for, and says so; setting it up anew wakes what waits', async () => {
    status = 429;
    wait = '2000000';
    const ids = await accept(2);
    const begun = Date.now();
    await gateway.attempt(...ids);
    const provider = () => gateway.get(ProviderService).get(gateway.brandId, 'sms');
    const { resumesAt } = await provider();
    expect((resumesAt ?? 0) - begun).toBeGreaterThan(3_500_000);
    expect((resumesAt ?? 0) - begun).toBeLessThan(3_700_000);
    expect(await messages(ids)).toEqual(Array(2).fill(HELD));
    status = 201;
    await gateway.attempt(...ids);
    expect(await messages(ids)).toEqual(Array(2).fill(HELD));
    const settings = { baseUrl: http.url, accountSid: `AC${'0'.repeat(32)}`, from: '+4930123456' };
    await setUp('sms', { kind: 'twilio', settings, secret: { authToken: 'token' } });
    expect((await provider()).resumesAt).toBeNull();
    await gateway.attempt(...ids);
    expect(await messages(ids)).toEqual(Array(2).fill(SENT));
  });

  it('is there while it says that it is asked too fast, and is asked again when it said', async () => {
    status = 429;
    wait = '1';
    const ids = await accept(6);
    const begun = Date.now();
    await gateway.attempt(...ids);
    expect(await circuit()).toBe('closed');
    const { resumesAt } = await gateway.get(ProviderService).get(gateway.brandId, 'sms');
    expect((resumesAt ?? begun) - begun).toBeLessThan(3_000);
    for (const id of ids) {
      const { message } = await gateway.get(MessageService).view(gateway.brandId, id);
      expect(message).toMatchObject(HELD);
      expect((message.notBefore ?? 0) - begun).toBeLessThan(5_000);
    }
    // What does not live as long as that was too much at once.
    const [late] = await accept(1);
    if (late === undefined) throw new Error('nothing was accepted');
    await gateway.asAdmin(`UPDATE sending.provider SET resumes_at = NULL WHERE key = 'sms'`);
    wait = '60';
    await makeDue([late], `, expires_at = now() + interval '30 seconds'`);
    await gateway.attempt(late);
    expect(await messages([late])).toEqual([{ status: 'failed', reason: 'throttle_error' }]);
  });

  it('is tried by one message at a time, over all processes, and by all once that is answered', async () => {
    await fail();
    await letItTry();
    expect(await circuit()).toBe('half_open');
    status = 201;
    const waiting = await accept(6);
    const [trying] = await accept(1);
    if (trying === undefined) throw new Error('nothing was accepted');
    const tried = await gateway.get(AttemptService).attempt([trying]);
    expect(tried.map(({ isProbe }) => isProbe)).toEqual([true]);
    // Not answered yet: nobody else is handed over, by whichever process.
    await Promise.all([gateway.attempt(...waiting), other.attempt(...waiting)]);
    expect(http.arrived).toEqual([]);
    expect(await messages(waiting)).toEqual(Array(6).fill(HELD));
    await gateway.asAdmin(
      `UPDATE sending.provider SET circuit = jsonb_set(circuit, '{probeUntil}', '0') WHERE key = 'sms'`,
    );
    await makeDue(waiting);
    // Both have asked before the one that tries is answered: after that, all may go.
    const both = [gateway, other];
    const asked = await Promise.all(
      both.map((process, i) => process.get(AttemptService).attempt(waiting.slice(3 * i, 3 * i + 3))),
    );
    await Promise.all(both.map((process, i) => process.get(HandOverService).handOver(asked[i] ?? [])));
    expect(http.arrived).toHaveLength(1);
    const standing = await messages(waiting);
    expect(standing.filter(({ status: end }) => end === 'sent')).toHaveLength(1);
    expect(standing.filter(({ reason }) => reason === 'provider_backoff')).toHaveLength(5);
    expect(await circuit()).toBe('closed');

    await makeDue(waiting);
    await other.attempt(...waiting);
    expect(await messages(waiting)).toEqual(Array(6).fill(SENT));
    expect(http.arrived).toHaveLength(6);
  });

  it('is left alone for longer when it fails the one that tries', async () => {
    await fail();
    await letItTry();
    const [trying] = await accept(1);
    if (trying === undefined) throw new Error('nothing was accepted');
    const begun = Date.now();
    await gateway.attempt(trying);
    expect(await messages([trying])).toEqual([HELD]);
    expect(http.arrived).toHaveLength(1);
    expect(await circuit()).toBe('open');
    const [next] = await accept(1);
    if (next === undefined) throw new Error('nothing was accepted');
    await gateway.attempt(next);
    const { message } = await gateway.get(MessageService).view(gateway.brandId, next);
    expect((message.notBefore ?? 0) - begun).toBeGreaterThan(55_000);
  });

  it('never makes a message in doubt unknown: it waits while it can, and goes when it could not any more', async () => {
    status = 500;
    const doubtful = await accept(2);
    await gateway.attempt(...doubtful);
    await fail();
    status = 201;
    await makeDue(doubtful.slice(0, 1));
    await makeDue(doubtful.slice(1), `, expires_at = now() + interval '20 seconds'`);
    await gateway.attempt(...doubtful);
    expect(await messages(doubtful)).toEqual([HELD, SENT]);
    expect(http.arrived).toHaveLength(1);
  });

  it('is another matter than a recipient whose own server fails, or asks for a break', async () => {
    for (status of [503, 429]) {
      const refused = await accept(5, 'webhook');
      await gateway.attempt(...refused);
      expect(await messages(refused)).toEqual(Array(5).fill(HELD));
    }
    status = 201;
    const next = await accept(1, 'webhook');
    await gateway.attempt(...next);
    expect(await messages(next)).toEqual([SENT]);
  });
});
