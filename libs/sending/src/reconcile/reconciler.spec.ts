import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ErasureService, MergeService, SuppressionService } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { integrityCheck } from '#lib/ledger';
import { Database, runCheck } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { AttemptService } from '../messages/attempt.service.js';
import { MessageService } from '../messages/message.service.js';
import { Reconciler } from './reconciler.js';

describe('the tables that decisions read', () => {
  let gateway: Gateway;
  let admin: pg.Client;
  let sent: MessageId;
  let failed: MessageId;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = new pg.Client({ connectionString: gateway.database.urls.admin });
    await admin.connect();
    for (const name of ['ada', 'bob', 'eve', 'dan', 'twin', 'gone', 'kept']) await gateway.contact(name);
    await gateway.consent('ada', 'withdrawn');
    await gateway.consent('ada', 'granted');
    await gateway.consent('bob', 'withdrawn', ['newsletter', 'events']);
    await gateway.consent('eve', 'expired');
    sent = await gateway.accept({ to: 'ada' });
    failed = await gateway.accept({ to: 'ada' });
    await gateway.attempt(sent, await gateway.accept({ to: 'kept' }), await gateway.accept({ to: 'bob' }));
    const [started] = await gateway.get(AttemptService).attempt([failed]);
    const { message, attempt, worker, firstStartedAt } = started!;
    const result = { kind: 'rejected', code: 'http_500', hardBounce: true } as const;
    await gateway.outcomes.record({
      ...{ message, claim: { attempt, worker }, firstStartedAt, repeatWindowMs: null, result, warmUps: [] },
    });
    await gateway.get(MessageService).cancel(gateway.brandId, await gateway.accept({ to: 'dan' }), 'spec');
    await gateway.accept({ to: 'dan' });
    await gateway.get(MergeService).merge(gateway.brandId, 'dan', 'twin', 'spec');
    await gateway.attempt(await gateway.accept({ to: 'gone' }));
    await gateway
      .get(ErasureService)
      .erase(gateway.brandId, 'gone', { basis: 'gdpr_17_1_b', reason: null, note: null }, 'spec');
    await gateway
      .get(SuppressionService)
      .suppress(gateway.brandId, { channel: 'email', address: 'x@people.example' }, 'manual', null, 'spec');
  }, 120_000);
  afterAll(async () => {
    await admin.end();
    await gateway.stop();
  });

  /** What is found in a world that somebody has changed behind the product's back, which is as it was afterwards. */
  async function found(sql: string): Promise<string[]> {
    const tables = [
      'consent.consent_event',
      'consent.consent_state',
      'consent.suppression',
      'sending.message',
      'sending.cap_use',
    ];
    for (const table of tables)
      await admin.query(`CREATE TABLE public.kept_${table.replace('.', '_')} AS TABLE ${table}`);
    const untriggered = async (work: () => Promise<unknown>): Promise<void> => {
      await admin.query('BEGIN');
      for (const table of tables) await admin.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
      await work();
      for (const table of tables) await admin.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
      await admin.query('COMMIT');
    };
    await untriggered(() => admin.query(sql));
    const { differences } = await gateway.get(Reconciler).run();
    await untriggered(async () => {
      for (const table of [...tables].reverse()) await admin.query(`DELETE FROM ${table}`);
      for (const table of tables) {
        await admin.query(`INSERT INTO ${table} SELECT * FROM public.kept_${table.replace('.', '_')}`);
        await admin.query(`DROP TABLE public.kept_${table.replace('.', '_')}`);
      }
    });
    return differences.map(({ table, problem }) => `${table} ${problem}`);
  }

  it('say what the log says, after consents, messages, refusals, a merge and an erasure', async () => {
    const { entries, differences } = await gateway.get(Reconciler).run();
    expect(differences).toEqual([]);
    expect(entries).toBeGreaterThan(15);
    expect(await runCheck(integrityCheck(gateway.get(Database)))).toEqual({ status: 'up' });
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a consent that stands otherwise',
      `UPDATE consent.consent_state SET status = 'granted' WHERE status = 'withdrawn'`,
      ['consent.consent_state stands otherwise by the log'],
    ],
    [
      'a consent that was forgotten',
      `DELETE FROM consent.consent_state WHERE status = 'withdrawn'`,
      ['consent.consent_state follows from the log and is not in the table'],
    ],
    [
      'a consent that nobody gave',
      `INSERT INTO consent.consent_state (contact_point_id, scope_id, purpose_id, status, since, imported, event_id)
       SELECT contact_point_id, gen_random_uuid(), purpose_id, 'granted', since, false, event_id FROM consent.consent_state LIMIT 1`,
      ['consent.consent_state follows from no entry of the log'],
    ],
    [
      'a longer validity',
      `UPDATE consent.consent_state SET valid_until = now() + interval '1 year' WHERE status = 'granted'`,
      ['consent.consent_state stands otherwise by the log'],
    ],
    [
      'a refusal that was forgotten',
      `UPDATE consent.consent_state SET refused_at = NULL WHERE refused_at IS NOT NULL`,
      ['consent.consent_state stands otherwise by the log'],
    ],
    [
      'an event of another kind',
      `UPDATE consent.consent_event SET kind = 'granted' WHERE kind = 'withdrawn'`,
      ['consent.consent_event says something else than its entry'],
    ],
    [
      'an event that was taken out',
      `DELETE FROM consent.consent_event WHERE kind = 'expired'`,
      ['consent.consent_event is in the log and not in the table'],
    ],
    [
      'an event without an entry',
      `INSERT INTO consent.consent_event SELECT (e).* FROM (SELECT jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(),
         'entry_id', gen_random_uuid())) AS e FROM consent.consent_event e LIMIT 1) x`,
      ['consent.consent_event is in no entry of the log'],
    ],
    [
      'a suppression that was lifted',
      `DELETE FROM consent.suppression WHERE reason = 'bounce'`,
      ['consent.suppression is in force by the log and not in the table'],
    ],
    [
      'a shorter suppression',
      `UPDATE consent.suppression SET until = now() WHERE reason = 'bounce'`,
      ['consent.suppression says something else than its entry'],
    ],
    [
      'a suppression that nobody asked for',
      `INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
       SELECT brand_id, channel, sha256('x'), 'manual', now(), gen_random_uuid() FROM consent.suppression LIMIT 1`,
      ['consent.suppression is in no entry of the log'],
    ],
    [
      'a message that ended otherwise',
      `UPDATE sending.message SET status = 'failed', reason = 'provider_rejected' WHERE status = 'sent'`,
      [
        'sending.cap_use holds a place, though by the log it did not leave',
        'sending.message ended otherwise by the log',
      ],
    ],
    [
      'another reason',
      `UPDATE sending.message SET reason = 'holdout' WHERE status = 'dropped'`,
      ['sending.message ended otherwise by the log'],
    ],
    [
      'a message that is gone',
      `DELETE FROM sending.message WHERE status = 'queued'`,
      ['sending.message is in the log and not in the table'],
    ],
    [
      'a message that hides an entry',
      `UPDATE sending.message SET entry_ids = entry_ids[1:1] WHERE status = 'sent'`,
      [
        'sending.cap_use holds a place, though by the log it did not leave',
        'sending.message ended otherwise by the log',
        'sending.message is in the log and not in the table',
      ],
    ],
    [
      'a place under caps that was taken away',
      `DELETE FROM sending.cap_use`,
      ['sending.cap_use has no place, though by the log it left'],
    ],
    [
      'a place under caps at another time',
      `UPDATE sending.cap_use SET at = at - interval '8 days'`,
      ['sending.cap_use has another time than by the log'],
    ],
    [
      'a place under caps for nothing',
      `INSERT INTO sending.cap_use (contact_id, message_id, at, channel, class, purpose, test)
       SELECT contact_id, id, now(), 'email', 'commercial', 'commercial', false FROM sending.message WHERE status IN ('failed', 'queued')`,
      ['sending.cap_use holds a place, though by the log it did not leave'],
    ],
  ])('do not: %s is named', async (_what, sql, problems) => {
    expect([...new Set(await found(sql))].sort()).toEqual(problems);
    expect((await gateway.get(Reconciler).run()).differences).toEqual([]);
  });

  it('turn readiness red, and the log says so once, until they agree again', async () => {
    const alerts = await gateway.countEntries('integrity.alert');
    await admin.query('ALTER TABLE sending.cap_use DISABLE TRIGGER ALL');
    await admin.query('CREATE TABLE public.kept AS TABLE sending.cap_use');
    await admin.query('DELETE FROM sending.cap_use');
    await gateway.get(Reconciler).run();
    await gateway.get(Reconciler).run();
    expect(await gateway.countEntries('integrity.alert')).toBe(alerts + 1);
    expect(await runCheck(integrityCheck(gateway.get(Database)))).toMatchObject({
      ...{ status: 'down', message: expect.stringContaining('sending.cap_use') },
    });
    await admin.query('INSERT INTO sending.cap_use SELECT * FROM public.kept');
    await gateway.get(Reconciler).run();
    expect(await runCheck(integrityCheck(gateway.get(Database)))).toEqual({ status: 'up' });
  });

  it('are not believed where what the log disclosed was taken away', async () => {
    const of = `(SELECT subject_id FROM consent.contact WHERE external_id = 'bob')`;
    const take = async (sql: string): Promise<string[]> => {
      const { rows: guards } = await admin.query<{ name: string }>(
        `SELECT tgname AS name FROM pg_trigger WHERE tgrelid = 'ledger.disclosure'::regclass AND tgenabled = 'A'`,
      );
      await admin.query('BEGIN; ALTER TABLE ledger.disclosure DISABLE TRIGGER ALL');
      await admin.query(`CREATE TABLE public.taken AS SELECT * FROM ledger.disclosure WHERE subject_id = ${of}`);
      await admin.query(sql);
      await admin.query('COMMIT');
      const { differences } = await gateway.get(Reconciler).run();
      await admin.query(`DELETE FROM ledger.disclosure WHERE subject_id = ${of}`);
      await admin.query('INSERT INTO ledger.disclosure SELECT * FROM public.taken');
      await admin.query('DROP TABLE public.taken');
      await admin.query('ALTER TABLE ledger.disclosure ENABLE TRIGGER ALL');
      for (const { name } of guards) await admin.query(`ALTER TABLE ledger.disclosure ENABLE ALWAYS TRIGGER ${name}`);
      return differences.map(({ table, problem }) => `${table} ${problem}`);
    };
    const all = `DELETE FROM ledger.disclosure WHERE subject_id = ${of}`;
    expect(await take(all)).toEqual([expect.stringContaining('no entry says that it was erased')]);
    const flipped = `UPDATE ledger.disclosure SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE subject_id = ${of}`;
    expect(await take(flipped)).toEqual([expect.stringContaining('cannot be opened')]);
  });
});
