import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  ContactService,
  InboundService,
  LeftBefore,
  MergeService,
  type PageLink,
  PreferenceService,
  recipientStore,
} from '#lib/consent';
import { Gateway } from '../../../../test/support/gateway.js';

const MIGRATIONS = ['20261219003000_left_before', '20261220004100_left_before_merging'];
const LISTS = MIGRATIONS.map((name) => {
  const sql = readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8');
  return sql.slice(sql.indexOf('INSERT INTO consent.left_before'));
});
const EVIDENCE = { details: {}, wording: () => 'words of a button' };

describe('who left everything before there was a purpose for that', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  const addressOf = (name: string): string => `${name}@people.example`;
  const linkOf = async (name: string): Promise<PageLink> => {
    const [point] = (await gateway.asAdmin(
      `SELECT id FROM consent.contact_point WHERE address = '${addressOf(name)}'`,
    )) as { id: PageLink['contactPointId'] }[];
    if (point === undefined) throw new Error('no contact point');
    return { contactPointId: point.id, scopeId: null, messageId: null, access: 'manage', expiresAt: null };
  };
  const stopAll = async (name: string) =>
    gateway.get(PreferenceService).apply(await linkOf(name), { act: 'stop_all' }, null, EVIDENCE);
  /** As it was before the purpose for everything was there; then as the migration finds it. */
  const asBefore = async (where = 'true'): Promise<void> => {
    const those = `USING consent.contact_point p WHERE p.id = t.contact_point_id AND ${where}`;
    await gateway.asAdmin(`
      ALTER TABLE consent.consent_event DISABLE TRIGGER USER;
      DELETE FROM consent.consent_state t ${those} AND t.scope_id = '${gateway.brandId}';
      DELETE FROM consent.consent_event t ${those} AND t.purpose_id = '${gateway.brandId}';
      ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only;
      ALTER TABLE consent.consent_event ENABLE TRIGGER USER;`);
    await list();
  };
  const list = () => gateway.asAdmin(['DELETE FROM consent.left_before;', ...LISTS].join('\n'));
  /** What an entry-less reader finds: of everything, by whom, and when it is said to have happened. */
  const everything = async (name: string): Promise<unknown[]> =>
    gateway.asAdmin(`
      SELECT e.kind, e.method, e.actor, e.occurred_at = b.occurred_at AS "asThen", e.recorded_at > b.occurred_at AS later,
             l.id IS NOT NULL AS entry
        FROM consent.consent_event e
        JOIN consent.contact_point p ON p.id = e.contact_point_id
        JOIN LATERAL (SELECT max(occurred_at) AS occurred_at FROM consent.consent_event
                       WHERE contact_point_id = p.id AND purpose_id <> brand_id AND kind = 'withdrawn') b ON true
        LEFT JOIN ledger.entry l ON l.id = e.entry_id
       WHERE p.address = '${addressOf(name)}' AND e.purpose_id = e.brand_id`);
  const RECORDED = [
    {
      kind: 'withdrawn',
      method: 'carried_over',
      actor: 'gateway',
      asThen: true,
      later: true,
      entry: true,
    },
  ];

  it('is known to have, by what they did then, and nobody else is', async () => {
    const names = ['keyword', 'page', 'provider', 'taken-back', 'one-topic', 'one-purpose', 'silent', 'mailbox'];
    for (const name of names) await gateway.contact(name);
    const inbound = gateway.get(InboundService);
    await inbound.text(gateway.brandId, 'email', addressOf('keyword'), 'STOP');
    await inbound.leaveByAddress(gateway.brandId, 'email', addressOf('provider'), {
      ...{ method: 'provider', source: 'answer of the provider', wording: 'no more' },
    });
    await inbound.leaveByAddress(gateway.brandId, 'email', addressOf('mailbox'), {
      ...{ method: 'mailto', source: 'mail to the mailbox for leaving', wording: 'unsubscribe' },
    });
    await stopAll('page');
    const left = await stopAll('taken-back');
    if (left?.kind !== 'done' || left.changeId === null) throw new Error('was not left');
    await gateway.get(PreferenceService).undo(await linkOf('taken-back'), left.changeId, null, EVIDENCE);
    await gateway.consent('one-topic', 'withdrawn');
    await gateway.consent('one-purpose', 'withdrawn', []);
    await asBefore();
    expect(await everything('keyword')).toEqual([]);

    expect(await gateway.get(LeftBefore).record()).toBe(4);
    for (const name of ['keyword', 'page', 'provider', 'mailbox'])
      expect([name, await everything(name)]).toEqual([name, RECORDED]);
    for (const name of ['taken-back', 'one-topic', 'one-purpose', 'silent'])
      expect([name, await everything(name)]).toEqual([name, []]);
    // Once: the list is empty now.
    expect(await gateway.get(LeftBefore).record()).toBe(0);
    expect(await gateway.asAdmin('SELECT 1 FROM consent.left_before')).toEqual([]);
  });

  it('gets nothing by a purpose that is added later', async () => {
    const [purpose] = await gateway.tx.sql<{ id: string }>`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (gen_random_uuid(), ${gateway.brandId}, 'surveys', 'permissive', 'legitimate_interests', '{"en":"Surveys"}')
      RETURNING id`;
    const standing = async (name: string): Promise<string | null> => {
      const { contactPointId } = await linkOf(name);
      const states = await recipientStore.consents(gateway.tx, [contactPointId]);
      return states.get(contactPointId)?.get(purpose?.id ?? '')?.status ?? null;
    };
    expect([await standing('keyword'), await standing('silent')]).toEqual(['withdrawn', null]);
  });

  it('is known of whoever turned out to be another contact, and holds where a merge would have had it hold', async () => {
    const put = (name: string, addresses: readonly string[]) =>
      gateway
        .get(ContactService)
        .put(
          ...([gateway.brandId, name] as const),
          { contactPoints: addresses.map((one) => ({ channel: 'email', address: addressOf(one) })) },
          'spec',
        );
    const merge = (into: string, from: string) => gateway.get(MergeService).merge(gateway.brandId, into, from, 'spec');
    const stop = (name: string) => gateway.get(InboundService).text(gateway.brandId, 'email', addressOf(name), 'STOP');
    const all = [
      'page-from',
      'page-into',
      'word-from',
      'word-into',
      'other-1',
      'other-2',
      'other-3',
      'other-4',
      'later',
      'other-5',
    ];
    for (const name of all) await put(name, [name]);
    await put('word-into', ['word-into', 'word-beside']);
    await put('double', ['shared']);
    await put('other-6', ['shared', 'beside-shared']);
    for (const name of ['page-from', 'page-into']) await stopAll(name);
    for (const name of ['word-from', 'word-into', 'shared']) await stop(name);
    await asBefore();
    const names = [...all, 'word-beside', 'shared', 'beside-shared'].join();
    const left = async (): Promise<string[]> => {
      const rows = (await gateway.asAdmin(`
        SELECT split_part(p.address, '@', 1) AS name FROM consent.consent_event e
          JOIN consent.contact_point p ON p.id = e.contact_point_id
         WHERE e.purpose_id = e.brand_id AND split_part(p.address, '@', 1) = ANY ('{${names}}') ORDER BY 1`)) as {
        name: string;
      }[];
      return rows.map(({ name }) => name);
    };
    await merge('other-1', 'page-from');
    await merge('page-into', 'other-2');
    await merge('other-3', 'word-from');
    await merge('word-into', 'other-4');
    await merge('other-6', 'double');
    // What is said after a merge is said at that address.
    await merge('later', 'other-5');
    await stop('later');
    await asBefore();
    await gateway.get(LeftBefore).record();
    const expected = [
      ...['page-from', 'other-1', 'page-into', 'other-2', 'word-from', 'other-3', 'word-into', 'other-4'],
      ...['shared', 'shared', 'beside-shared', 'later'],
    ];
    const told = await left();
    expect(told).toEqual(expected.sort());
    // What a release in between had recorded already, at that one contact point, is carried on as well.
    await asBefore(`p.address <> '${addressOf('word-from')}'`);
    await gateway.get(LeftBefore).record();
    expect(await left()).toEqual(told);
    expect(await gateway.get(LeftBefore).record()).toBe(0);
  });

  it('is not recorded again where they left everything once more meanwhile', async () => {
    await gateway.contact('again');
    await gateway.get(InboundService).text(gateway.brandId, 'email', addressOf('again'), 'STOP');
    await asBefore();
    await gateway.get(InboundService).text(gateway.brandId, 'email', addressOf('again'), 'STOP');
    await gateway.get(LeftBefore).record();
    expect(await everything('again')).toMatchObject([{ method: 'keyword' }]);
  });
});
