import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { type HttpProviderServer, startHttpProvider } from '../../../../test/support/http-provider.js';
import { ContactService, ErasureService, SuppressionService } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { FeedbackService } from '../feedback/feedback.service.js';
import { HandOverService } from '../messages/hand-over.service.js';
import { AttemptService } from '../messages/attempt.service.js';
import { ProviderService } from '../providers/provider.service.js';
import { Reconciler } from '../reconcile/reconciler.js';
import { SendingSetupModule } from '../setup.module.js';
import { TemplateService } from '../templates/template.service.js';
import { RecallService } from './recall.service.js';

/** Calls as Dataverse keeps them, by id. */
interface Call {
  statecode: number;
  version: number;
}

describe('a call that somebody is to make', () => {
  let gateway: Gateway;
  let http: HttpProviderServer;
  const calls = new Map<string, Call>();
  let answersWith: number | null = null;
  let between: (id: string) => void = () => undefined;

  beforeAll(async () => {
    http = await startHttpProvider(({ method, path, headers, body }) => {
      if (path === '/token') return { status: 200, body: { access_token: 'granted' } };
      if (answersWith !== null) return { status: answersWith };
      const id = /phonecalls\(([0-9a-f-]+)\)/.exec(path)?.[1] ?? '';
      const call = calls.get(id);
      if (method === 'GET') {
        if (call === undefined) return { status: 404 };
        const etag = `W/"${call.version}"`;
        const { statecode } = call;
        between(id);
        return { status: 200, body: { '@odata.etag': etag, statecode } };
      }
      if (headers['if-none-match'] === '*') {
        if (call !== undefined) return { status: 412 };
        calls.set(id, { statecode: 0, version: 1 });
        return { status: 204 };
      }
      if (call === undefined) return { status: 404 };
      if (headers['if-match'] !== `W/"${call.version}"`) return { status: 412 };
      calls.set(id, { statecode: (JSON.parse(String(body)) as Call).statecode, version: call.version + 1 });
      return { status: 204 };
    });
    gateway = await Gateway.start({}, [SendingSetupModule]);
    const change = { by: 'spec', at: Date.now() };
    await gateway.get(ProviderService).put(
      gateway.brandId,
      'crm',
      {
        ...({ channel: 'phone', kind: 'dataverse_call', enabled: true, priority: 1, atLeastOnce: [] } as const),
        settings: { baseUrl: `${http.url}/crm`, tokenUrl: `${http.url}/token`, clientId: 'c', scope: 's' },
        secret: { clientSecret: 'secret' },
      },
      change,
    );
    const contents = { en: { subject: 'Call', html: null, text: 'Call them' } };
    const template = { channel: 'phone', class: 'commercial', defaultLanguage: 'en', contents } as const;
    await gateway.get(TemplateService).publish(gateway.brandId, 'call', template, change);
  });
  afterAll(async () => {
    await gateway.stop();
    await http.close();
  });
  beforeEach(() => {
    answersWith = null;
    between = () => undefined;
  });

  let number = 4915_100_000_000;
  const accepted = async (): Promise<{ to: string; address: string; id: MessageId }> => {
    const to = randomUUID();
    const address = `+${number++}`;
    await gateway
      .get(ContactService)
      .put(gateway.brandId, to, { contactPoints: [{ channel: 'phone', address }] }, 'spec');
    await gateway.consent(to, 'granted', ['newsletter'], 'phone');
    return { to, address, id: await gateway.accept({ to, template: 'call' }) };
  };
  const open = async () => {
    const task = await accepted();
    await gateway.attempt(task.id);
    expect([await gateway.status(task.id), calls.get(task.id)?.statecode]).toEqual([
      { status: 'sent', reason: null },
      0,
    ]);
    return task;
  };
  const round = () => gateway.get(RecallService).round();
  const result = async (id: MessageId): Promise<unknown> =>
    (await gateway.asAdmin(`SELECT reason, result FROM sending.recall WHERE message_id = '${id}'`))[0];

  const outs: [string, (task: { to: string; address: string; id: MessageId }) => Promise<unknown>, string][] = [
    ['withdraw', ({ to }) => gateway.consent(to, 'withdrawn', ['newsletter'], 'phone'), 'consent_withdrawn'],
    ['leave everything', ({ to }) => gateway.consent(to, 'objected', [], 'phone'), 'objection'],
    [
      'complain about it',
      ({ address }) =>
        gateway
          .get(SuppressionService)
          .suppress(gateway.brandId, { channel: 'phone', address }, 'complaint', null, 'spec'),
      'suppressed_complaint',
    ],
    [
      'have another number',
      ({ to }) => gateway.get(ContactService).put(gateway.brandId, to, { contactPoints: [] }, 'spec'),
      'no_contact_point',
    ],
    ['are erased', ({ to }) => gateway.get(ErasureService).erase(gateway.brandId, to, { basis: 'gdpr_17_1_b', reason: null, note: null }, 'spec'), 'erased'], // prettier-ignore
  ];
  it.each(outs)('is cancelled where it waits when they %s', async (_how, leave, reason) => {
    const task = await open();
    const other = await open();
    expect(await round()).toBe(0);
    await leave(task);
    expect(await round()).toBe(1);
    expect([calls.get(task.id)?.statecode, calls.get(other.id)?.statecode]).toEqual([2, 0]);
    expect(await result(task.id)).toEqual({ reason, result: 'recalled' });
    expect(await round()).toBe(0);
    const said = await gateway.asAdmin(
      `SELECT convert_from(leaf, 'UTF8')::jsonb ->> 'reason' AS reason, convert_from(leaf, 'UTF8')::jsonb ->> 'out' AS out
         FROM ledger.entry WHERE position('"t":"send.recalled"'::bytea IN leaf) > 0 ORDER BY n DESC LIMIT 1`,
    );
    expect(said).toEqual([{ reason, out: 'recalled' }]);
  });

  it('is cancelled also when they leave while it is being handed over', async () => {
    const { id, to } = await accepted();
    const [started] = await gateway.get(AttemptService).attempt([id]);
    await gateway.consent(to, 'withdrawn', ['newsletter'], 'phone');
    expect(await round()).toBe(0);
    await gateway.get(HandOverService).handOver([started!]);
    expect(calls.get(id)?.statecode).toBe(0);
    expect(await round()).toBe(1);
    expect(calls.get(id)?.statecode).toBe(2);
  });

  it('stays when they change their mind about something else, or say yes again', async () => {
    const { id, to } = await open();
    await gateway.consent(to, 'withdrawn', ['newsletter'], 'phone');
    await gateway.consent(to, 'granted', ['newsletter'], 'phone');
    expect(await round()).toBe(0);
    expect([calls.get(id)?.statecode, await result(id)]).toEqual([0, undefined]);
  });

  it('stays as it is where it was made, or removed, before or meanwhile', async () => {
    const [made, removed, meanwhile] = [await open(), await open(), await open()];
    calls.set(made.id, { statecode: 1, version: 2 });
    calls.delete(removed.id);
    for (const { to } of [made, removed, meanwhile]) await gateway.consent(to, 'withdrawn', ['newsletter'], 'phone');
    between = (id) => {
      if (id === meanwhile.id && calls.get(id)?.statecode === 0) calls.set(meanwhile.id, { statecode: 1, version: 7 });
    };
    expect(await round()).toBe(2);
    await gateway.asAdmin(`UPDATE sending.recall SET due_at = now() WHERE result IS NULL`);
    expect(await round()).toBe(1);
    expect([made, meanwhile].map(({ id }) => calls.get(id)?.statecode)).toEqual([1, 1]);
    for (const { id } of [made, removed, meanwhile])
      expect(await result(id)).toEqual({ reason: 'consent_withdrawn', result: 'closed' });
  });

  it('is asked for nothing once somebody has told what came of it', async () => {
    const { id, to } = await open();
    await gateway.get(FeedbackService).report(
      [
        {
          id: randomUUID(),
          type: 'delivered',
          messageId: id,
          at: Date.now(),
          bounce: null,
          automated: false,
          link: null,
        },
      ],
      { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' },
    );
    await gateway.consent(to, 'withdrawn', ['newsletter'], 'phone');
    expect([await round(), await result(id)]).toEqual([0, undefined]);
  });

  it('is cancelled later where nobody answers, and after two weeks it is said that nobody could be told', async () => {
    const [late, never] = [await open(), await open()];
    for (const { to } of [late, never]) await gateway.consent(to, 'withdrawn', ['newsletter'], 'phone');
    answersWith = 503;
    expect(await round()).toBe(0);
    expect(await round()).toBe(0);
    const waits = await gateway.asAdmin(
      `SELECT tries, due_at > now() + interval '50 seconds' AS later FROM sending.recall WHERE result IS NULL`,
    );
    expect(waits).toEqual([{ tries: 1, later: true }, { tries: 1, later: true }]); // prettier-ignore
    await gateway.asAdmin(`UPDATE sending.recall SET due_at = now(), wanted_at = now() - interval '15 days' WHERE message_id = '${never.id}'`); // prettier-ignore
    expect([await round(), await result(never.id)]).toEqual([1, { reason: 'consent_withdrawn', result: 'given_up' }]);
    answersWith = null;
    await gateway.asAdmin(`UPDATE sending.recall SET due_at = now() WHERE message_id = '${late.id}'`);
    expect([await round(), calls.get(late.id)?.statecode]).toEqual([1, 2]);
  });

  it('leaves the tables as the log tells them', async () => {
    expect((await gateway.get(Reconciler).run()).differences).toEqual([]);
  });
});
