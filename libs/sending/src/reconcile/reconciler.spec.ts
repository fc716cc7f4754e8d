import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import pg from 'pg';
import {
  ConsentService,
  ContactService,
  ErasureService,
  MergeService,
  NoticeService,
  PreferenceService,
  SuppressionService,
} from '#lib/consent';
import type { ContactPointId, MessageId } from '#lib/kernel';
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
    const wordings = { en: 'Yes, write to me about news.' };
    await gateway.get(NoticeService).publish(gateway.brandId, 'signup', wordings, { at: Date.now(), by: 'spec' });
    for (const name of ['ada', 'bob', 'eve', 'dan', 'twin', 'gone', 'kept', 'left', 'undone'])
      await gateway.contact(name);
    await gateway
      .get(ContactService)
      .put(
        gateway.brandId,
        'left',
        { contactPoints: [{ channel: 'email', address: 'elsewhere@people.example' }] },
        'spec',
      );
    for (const name of ['gone', 'kept']) {
      const target = { channel: 'email', address: `${name}@people.example` } as const;
      await gateway.get(SuppressionService).suppress(gateway.brandId, target, 'complaint', null, 'spec');
    }
    const wish = { channel: 'email', purpose: 'commercial', topics: ['events'], kind: 'granted' } as const;
    const said = {
      legalBasis: 'consent',
      method: 'form',
      source: 'https://shop.example',
      occurredAt: Date.now() + 1_000,
    };
    const notice = { key: 'signup', version: 1, language: 'en' };
    await gateway
      .get(ConsentService)
      .record(
        gateway.brandId,
        'ada',
        { ...wish, ...said, notice, wording: 'Yes', evidence: { ip: '192.0.2.1', written: true } },
        'spec',
      );
    await gateway.consent('ada', 'withdrawn');
    await gateway.consent('ada', 'granted');
    await gateway.consent('bob', 'withdrawn', ['newsletter', 'events']);
    await gateway.consent('eve', 'expired');
    await gateway.consent('undone', 'granted');
    const [undone] = await gateway.tx.sql<{ id: ContactPointId }>`
      SELECT p.id FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id WHERE c.external_id = 'undone'`;
    const link = {
      access: 'manage',
      contactPointId: undone!.id,
      scopeId: null,
      messageId: null,
      expiresAt: null,
    } as const;
    const pressed = { details: {}, wording: () => 'Stop everything' };
    const pages = gateway.get(PreferenceService);
    const left = await pages.apply(link, { act: 'stop_all' }, null, pressed);
    const back = left?.kind === 'done' ? await pages.undo(link, left.changeId ?? '', null, pressed) : null;
    expect(back).toMatchObject({ kind: 'done' });
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
      'consent.contact_point',
      'consent.purpose',
      'consent.topic',
      'consent.notice',
      'sending.policy',
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

  it('are compared for as long as it takes, and not for the minute that other statements have', async () => {
    await admin.query(`
      CREATE FUNCTION public.limits_of() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('statement_timeout')::interval < '1h' THEN RAISE 'has % alone', current_setting('statement_timeout'); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER limits AFTER INSERT ON shadow.consent_state FOR EACH STATEMENT EXECUTE FUNCTION public.limits_of()`);
    await expect(gateway.get(Reconciler).run()).resolves.toMatchObject({ differences: [] });
    await admin.query('DROP TRIGGER limits ON shadow.consent_state; DROP FUNCTION public.limits_of()');
  });

  it('say what the log says, after consents, messages, refusals, a merge and an erasure', async () => {
    await gateway.integrate();
    const told: [number, number][] = [];
    const { entries, differences } = await gateway.get(Reconciler).run((...progress) => told.push(progress));
    expect(told.at(-1)).toEqual([told.at(-1)?.[1], told.at(-1)?.[1]]);
    expect(told.at(-1)?.[1]).toBeGreaterThan(30);
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
      'a no that was taken back and counts again',
      `UPDATE consent.consent_state s SET refused_at = e.occurred_at, refused_kind = e.kind, refused_event = e.id
         FROM consent.consent_event e JOIN consent.consent_event b ON b.retracts = e.id
        WHERE s.contact_point_id = e.contact_point_id AND s.scope_id = coalesce(e.topic_id, e.purpose_id)`,
      ['consent.consent_state stands otherwise by the log'],
    ],
    [
      'a no that was not taken back',
      `UPDATE consent.consent_event SET retracts = NULL WHERE retracts IS NOT NULL`,
      ['consent.consent_event says something else than its entry'],
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
      [
        'sending.cap_use counts for something else than its message',
        'sending.cap_use holds a place, though by the log it did not leave',
      ],
    ],
    [
      'another legal basis',
      `UPDATE consent.consent_event SET legal_basis = 'contract' WHERE method = 'form'`,
      ['consent.consent_event says otherwise than its entry: legal_basis'],
    ],
    [
      'another way in which it was said',
      `UPDATE consent.consent_event SET method = 'letter' WHERE method = 'form'`,
      ['consent.consent_event says otherwise than its entry: method'],
    ],
    [
      'another source, other words and other evidence',
      `UPDATE consent.consent_event SET source = 'x', wording = 'x', evidence = '{}' WHERE method = 'form'`,
      ['consent.consent_event says otherwise than its entry: source, wording, evidence'],
    ],
    [
      'a consent under no notice',
      `UPDATE consent.consent_event SET notice_id = NULL WHERE method = 'form'`,
      ['consent.consent_event says otherwise than its entry: notice_id'],
    ],
    [
      'another country, another actor, and that it counts',
      `UPDATE consent.consent_event SET jurisdiction = 'US', actor = 'x', effective = NOT effective WHERE method = 'form'`,
      ['consent.consent_event says otherwise than its entry: effective, jurisdiction, actor'],
    ],
    [
      'an event that was recorded earlier',
      `UPDATE consent.consent_event SET recorded_at = recorded_at - interval '1 day' WHERE method = 'form'`,
      ['consent.consent_event says otherwise than its entry: recorded_at'],
    ],
    [
      'a weaker last refusal',
      `UPDATE consent.consent_state SET refused_kind = 'refused' WHERE refused_kind = 'withdrawn'`,
      ['consent.consent_state stands otherwise by the log'],
    ],
    [
      'another address',
      `UPDATE consent.contact_point SET address = 'thief@evil.example' WHERE contact_id = (SELECT id FROM consent.contact WHERE external_id = 'ada')`,
      ['consent.contact_point has another address than its hash'],
    ],
    [
      'another address with its hash',
      `UPDATE consent.contact_point p SET address = q.address, address_hash = q.address_hash FROM consent.contact_point q WHERE p.contact_id = (SELECT id FROM consent.contact WHERE external_id = 'ada') AND q.contact_id = (SELECT id FROM consent.contact WHERE external_id = 'kept')`,
      [
        'consent.contact_point has another address by the log',
        'consent.suppression is in force by the log and not in the table',
        'consent.suppression is of another address by the log, or of none',
      ],
    ],
    [
      'an address that became somebody else’s',
      `UPDATE consent.contact_point SET contact_id = (SELECT id FROM consent.contact WHERE external_id = 'ada') WHERE contact_id = (SELECT id FROM consent.contact WHERE external_id = 'bob')`,
      ['consent.contact_point is somebody else’s by the log'],
    ],
    [
      'an address that is in use again',
      `UPDATE consent.contact_point SET ended_at = NULL WHERE address = 'left@people.example'`,
      ['consent.contact_point is over by the log'],
    ],
    [
      'an address that is over',
      `UPDATE consent.contact_point SET ended_at = now() WHERE address = 'elsewhere@people.example'`,
      ['consent.contact_point is in use by the log'],
    ],
    [
      'an address that nobody gave',
      `INSERT INTO consent.contact_point (id, brand_id, contact_id, channel, address, address_hash) SELECT gen_random_uuid(), brand_id, contact_id, channel, '', sha256('x') FROM consent.contact_point WHERE contact_id = (SELECT id FROM consent.contact WHERE external_id = 'ada')`,
      ['consent.contact_point is in no entry of the log'],
    ],
    [
      'an address that is gone',
      `DELETE FROM consent.contact_point WHERE address = 'elsewhere@people.example'`,
      ['consent.contact_point is in the log and not in the table'],
    ],
    [
      'another enforcement of a purpose',
      `UPDATE consent.purpose SET enforcement = 'permissive' WHERE enforcement = 'restrictive'`,
      ['consent.purpose says otherwise than its entry: enforcement'],
    ],
    [
      'other words of a notice',
      `UPDATE consent.notice SET wording = 'changed'`,
      ['consent.notice says otherwise than its entry: wording'],
    ],
    [
      'other rules of a policy',
      `UPDATE sending.policy SET body = body || '{"quietHours": [{"start": "21:00"}]}'`,
      ['sending.policy says otherwise than its entry: quietHours'],
    ],
    [
      'a policy that nobody published',
      'INSERT INTO sending.policy (id, brand_id, key, version, body, hash) SELECT gen_random_uuid(), brand_id, key, 99, body, hash FROM sending.policy LIMIT 1',
      ['sending.policy is in no entry of the log'],
    ],
    [
      'a topic of another name',
      `UPDATE consent.topic SET labels = '{}' WHERE key = 'events'`,
      ['consent.topic says otherwise than its entry: labels'],
    ],
    [
      'a policy that was taken away',
      'DELETE FROM sending.policy',
      ['sending.policy is in the log and not in the table'],
    ],
    [
      'a notice that was taken away',
      'DELETE FROM consent.notice',
      [
        'consent.consent_event says otherwise than its entry: notice_id',
        'consent.notice is in the log and not in the table',
      ],
    ],
    [
      'a topic that was taken away',
      `DELETE FROM consent.topic WHERE key = 'events'`,
      ['consent.topic is in the log and not in the table'],
    ],
    [
      'a topic under a purpose that there is not',
      `UPDATE consent.topic SET purpose_id = gen_random_uuid() WHERE key = 'events'`,
      ['consent.topic says otherwise than its entry: purpose'],
    ],
    [
      'a purpose that was taken away',
      `DELETE FROM consent.purpose WHERE key = 'transactional'`,
      ['consent.purpose is in the log and not in the table'],
    ],
    [
      'the purpose that stands for everything, taken away',
      `DELETE FROM consent.purpose WHERE id = brand_id`,
      ['consent.purpose is not there for everything'],
    ],
    [
      'a kind of a refusal that there was not',
      `UPDATE consent.consent_state SET refused_kind = 'withdrawn' WHERE refused_at IS NULL`,
      ['consent.consent_state stands otherwise by the log'],
    ],
    [
      'the event of a refusal that there was not',
      `UPDATE consent.consent_state SET refused_event = event_id WHERE refused_at IS NULL`,
      ['consent.consent_state stands otherwise by the log'],
    ],
    [
      'a contact point of a channel that there is not',
      `ALTER TABLE consent.contact_point DROP CONSTRAINT contact_point_channel_check;
       UPDATE consent.contact_point SET channel = 'fax' WHERE address = 'ada@people.example'`,
      [
        'consent.consent_event says otherwise than its entry: contact_point_id',
        'consent.contact_point has another address by the log',
        'consent.contact_point has another address than its hash',
        'consent.suppression is in force by the log and not in the table',
        'consent.suppression is of another address by the log, or of none',
      ],
    ],
    [
      'a message to another contact point, under another topic',
      `UPDATE sending.message SET contact_point_id = NULL, topic_id = NULL WHERE status = 'queued'`,
      ['sending.message says otherwise than its entry: contact_point_id, topic_id'],
    ],
    [
      'a place under caps that counts for another topic',
      `UPDATE sending.cap_use SET topic = 'other'`,
      ['sending.cap_use counts for something else than its message'],
    ],
    [
      'a suppression of somebody who was erased',
      `DELETE FROM consent.suppression s USING consent.contact_point p WHERE p.address_hash = s.address_hash AND p.address = ''`,
      ['consent.suppression is in force by the log and not in the table'],
    ],
    [
      'a suppression of an address that nobody has, taken away',
      `DELETE FROM consent.suppression WHERE reason = 'manual'`,
      ['consent.suppression is in force by the log and not in the table'],
    ],
    [
      'a suppression that rests on the entry of another',
      `INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
       SELECT brand_id, channel, sha256('x'), reason, since, entry_id FROM consent.suppression WHERE reason = 'manual'`,
      ['consent.suppression is of another address by the log, or of none'],
    ],
    [
      'a suppression of somebody who was erased, with the address at which it was',
      `UPDATE consent.suppression s SET address_hash = sha256('x') FROM consent.contact_point p WHERE p.address_hash = s.address_hash AND p.address = '';
       UPDATE consent.contact_point SET address_hash = sha256('x') WHERE address = ''`,
      [
        'consent.contact_point has another address by the log',
        'consent.suppression is in force by the log and not in the table',
        'consent.suppression is of another address by the log, or of none',
      ],
    ],
    [
      'an address at which somebody refused who was erased',
      `UPDATE consent.contact_point SET address_hash = sha256('x') WHERE address = ''`,
      ['consent.contact_point has another address by the log'],
    ],
    [
      'an address of somebody who was erased, taken away with all that was said there',
      `DELETE FROM consent.consent_event WHERE contact_point_id IN (SELECT id FROM consent.contact_point WHERE address = '');
       DELETE FROM consent.consent_state WHERE contact_point_id IN (SELECT id FROM consent.contact_point WHERE address = '');
       DELETE FROM consent.contact_point WHERE address = ''`,
      [
        'consent.consent_event is in the log and not in the table',
        'consent.contact_point is in the log and not in the table',
      ],
    ],
  ])('do not: %s is named', async (_what, sql, problems) => {
    expect([...new Set(await found(sql))].sort()).toEqual(problems);
    expect((await gateway.get(Reconciler).run()).differences).toEqual([]);
  });

  it('are listed, column by column, with what is compared of them', async () => {
    const page = fs.readFileSync('docs/compared.md', 'utf8');
    const listed = [...page.matchAll(/^\| `(\w+)\.(\w+)` \|(.*)$/gm)];
    expect(listed).toHaveLength(13);
    for (const [, schema, table, cells = ''] of listed) {
      const { rows } = await admin.query<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2`,
        [schema, table],
      );
      const named = new Set([...cells.matchAll(/`(\w+)`/g)].map(([, name]) => name));
      expect([table, ...named].sort()).toEqual([table, ...rows.map(({ name }) => name)].sort());
    }
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

  it('are compared also where the head of the log was taken away, of which fsck tells', async () => {
    const { rows: guards } = await admin.query<{ name: string }>(
      `SELECT tgname AS name FROM pg_trigger WHERE tgrelid = 'ledger.head'::regclass AND tgenabled = 'A'`,
    );
    await admin.query('ALTER TABLE ledger.head DISABLE TRIGGER ALL');
    await admin.query('CREATE TABLE public.kept_head AS TABLE ledger.head');
    await admin.query('DELETE FROM ledger.head');
    const { differences } = await gateway.get(Reconciler).run();
    await admin.query('INSERT INTO ledger.head SELECT * FROM public.kept_head');
    await admin.query('ALTER TABLE ledger.head ENABLE TRIGGER ALL');
    for (const { name } of guards) await admin.query(`ALTER TABLE ledger.head ENABLE ALWAYS TRIGGER ${name}`);
    expect(differences).toEqual([]);
  });

  it('are not what the log says where an entry waits for its place no more', async () => {
    const take = `DELETE FROM ledger.pending WHERE n = (SELECT max(n) FROM ledger.pending) RETURNING *`;
    await gateway.contact('strayed');
    await admin.query('BEGIN; ALTER TABLE ledger.pending DISABLE TRIGGER ALL');
    await admin.query(`CREATE TABLE public.taken AS WITH gone AS (${take}) SELECT * FROM gone`);
    await admin.query('COMMIT');
    const { rowCount } = await admin.query('SELECT FROM public.taken');
    const { differences } = await gateway.get(Reconciler).run();
    await admin.query('INSERT INTO ledger.pending SELECT * FROM public.taken');
    await admin.query('DROP TABLE public.taken');
    expect(rowCount).toBe(1);
    expect(differences.map(({ table, problem }) => `${table} ${problem}`)).toContainEqual(
      expect.stringMatching(/^ledger\.entry entry \S+ has no position and waits for none$/),
    );
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
    expect([...new Set(await take(all))]).toEqual([
      expect.stringContaining('nothing is left'),
      'consent.contact_point is in no entry of the log',
      'consent.consent_event says what no entry of its person tells',
    ]);
    const flipped = `UPDATE ledger.disclosure SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE subject_id = ${of}`;
    expect(await take(flipped)).toEqual([expect.stringContaining('cannot be opened')]);
  });
});
