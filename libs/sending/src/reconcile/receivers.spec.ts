import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gateway } from '../../../../test/support/gateway.js';
import { EventEndpointService } from '../events-out/event-endpoint.service.js';
import { EventsOutModule } from '../events-out/events-out.module.js';
import { ProviderService } from '../providers/provider.service.js';
import { SendingSetupModule } from '../setup.module.js';
import { Reconciler } from './reconciler.js';

/** Who writes a row has messages and events sent to a server of their own. */
describe('where messages and events go, compared with the log', () => {
  let gateway: Gateway;
  const change = { by: 'spec', at: Date.now() };
  beforeAll(async () => {
    gateway = await Gateway.start({}, [SendingSetupModule, EventsOutModule]);
    const smtp = {
      ...({ channel: 'email', kind: 'smtp', enabled: true, priority: 5, atLeastOnce: ['transactional'] } as const),
      settings: { host: 'smtp.example.com', port: 587, secure: 'starttls', user: 'shop' },
      secret: { password: 'hidden' },
      sendingDomains: ['shop.example'],
    };
    await gateway.get(ProviderService).put(gateway.brandId, 'smtp', smtp, change);
    const endpoint = {
      url: 'https://events.example.com/in',
      description: '',
      types: ['consent.granted'],
      enabled: true,
    } as const;
    await gateway.get(EventEndpointService).put(gateway.brandId, 'crm', endpoint, change);
    await gateway.asAdmin(
      `CREATE TABLE public.kept_provider AS TABLE sending.provider;
       CREATE TABLE public.kept_event_endpoint AS TABLE sending.event_endpoint`,
    );
  }, 120_000);
  afterAll(() => gateway.stop());

  const differences = async (): Promise<string[]> =>
    (await gateway.get(Reconciler).run()).differences.map(({ table, problem }) => `${table} ${problem}`).sort();

  it.each([
    ['as it was set up', 'SELECT 1', []],
    [
      'another server',
      `UPDATE sending.provider SET settings = settings || '{"host": "evil.example"}' WHERE key = 'smtp'`,
      ['sending.provider says otherwise than its entry: settings'],
    ],
    [
      'another kind',
      `UPDATE sending.provider SET kind = 'smtp' WHERE key = 'none'`,
      ['sending.provider says otherwise than its entry: kind'],
    ],
    [
      'the account of another before',
      `UPDATE sending.provider SET priority = 200, enabled = false WHERE key = 'smtp'`,
      ['sending.provider says otherwise than its entry: priority, enabled'],
    ],
    [
      'without its secret, and again after a lost answer',
      `UPDATE sending.provider SET secret = NULL, at_least_once = '{commercial}' WHERE key = 'smtp'`,
      ['sending.provider says otherwise than its entry: atLeastOnce, hasSecret'],
    ],
    [
      'for other domains',
      `UPDATE sending.provider SET sending_domains = '{}' WHERE key = 'smtp'`,
      ['sending.provider says otherwise than its entry: sendingDomains'],
    ],
    [
      'an account that nobody set up',
      `INSERT INTO sending.provider (id, brand_id, key, channel, kind, settings, enabled) SELECT gen_random_uuid(), brand_id, 'mine', channel, kind, settings, true FROM sending.provider WHERE key = 'none'`,
      ['sending.provider is in no entry of the log'],
    ],
    [
      'an account that is gone',
      `DELETE FROM sending.provider WHERE key = 'smtp'`,
      ['sending.provider is in the log and not in the table'],
    ],
    [
      'another address for events',
      `UPDATE sending.event_endpoint SET url = 'https://evil.example'`,
      ['sending.event_endpoint says otherwise than its entry: url'],
    ],
    [
      'other events',
      `UPDATE sending.event_endpoint SET types = '{}'`,
      ['sending.event_endpoint says otherwise than its entry: types'],
    ],
    [
      'an endpoint that said that it is gone, and where another stands',
      `UPDATE sending.event_endpoint SET enabled = false, disabled_as = 'gone', position = 7`,
      [],
    ],
    [
      'an endpoint that nobody set up',
      `INSERT INTO sending.event_endpoint SELECT (jsonb_populate_record(e, '{"id": "01890000-0000-7000-8000-000000000000", "key": "mine"}')).* FROM sending.event_endpoint e`,
      ['sending.event_endpoint is in no entry of the log'],
    ],
  ])('%s', async (_what, sql, expected) => {
    await gateway.asAdmin(sql);
    const found = await differences();
    for (const table of ['provider', 'event_endpoint']) {
      await gateway.asAdmin(
        `DELETE FROM sending.${table}; INSERT INTO sending.${table} SELECT * FROM public.kept_${table}`,
      );
    }
    expect(found).toEqual(expected);
    expect(await differences()).toEqual([]);
  });

  it('is the account of its own brand', async () => {
    await gateway.asAdmin(
      'BEGIN; SET LOCAL session_replication_role = replica; ' +
        `UPDATE sending.provider SET brand_id = gen_random_uuid() WHERE key = 'smtp'; COMMIT`,
    );
    expect(await differences()).toEqual(['sending.provider says otherwise than its entry: brand']);
  });
});
