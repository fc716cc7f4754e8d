import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database, type Tx } from '#lib/platform';
import { checkGuards, type GuardViolation } from './guards.js';
import { LedgerFixture, someDecision, someTopic } from './testing/ledger-fixture.js';

const TABLES = ['entry', 'placement', 'pending', 'head', 'quarantine', 'subject', 'disclosure'];

describe('what protects the ledger', () => {
  let fixture: LedgerFixture;
  let app: pg.Client;
  let sequencer: pg.Client;
  beforeAll(async () => {
    fixture = await LedgerFixture.create();
    await fixture.append(someDecision(await fixture.subject()), someTopic());
    await fixture.sequencer().runOnce();
    await fixture.append(someTopic());
    [app, sequencer] = (await Promise.all(
      [fixture.server.urls.app, fixture.server.urls.sequencer].map(async (url) => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        return client;
      }),
    )) as [pg.Client, pg.Client];
  });
  afterAll(async () => {
    await Promise.all([app.end(), sequencer.end()]);
    await fixture.close();
  });

  const DENIED = { code: '42501' };
  const REFUSED = { code: '23001' };
  const change: Record<string, string> = {
    entry: `leaf = '\\x7b7d'`,
    placement: 'first_idx = 9',
    pending: 'count = 1',
    head: 'size = 0',
    quarantine: `reason = 'x'`,
    subject: 'secret = NULL',
    disclosure: `sealed = '\\x00'`,
  };

  it.each(TABLES)('lets the application neither update, delete, truncate nor drop ledger.%s', async (table) => {
    for (const verb of [
      `UPDATE ledger.${table} SET ${change[table]}`,
      `DELETE FROM ledger.${table}`,
      `TRUNCATE ledger.${table}`,
      `DROP TABLE ledger.${table}`,
      `ALTER TABLE ledger.${table} DISABLE TRIGGER ALL`,
      `CREATE TRIGGER t BEFORE INSERT ON ledger.${table} FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()`,
    ]) {
      await expect(app.query(verb)).rejects.toMatchObject(DENIED);
    }
  });

  it('lets the application lock, merge into or overwrite no entry, and place none', async () => {
    for (const verb of [
      'SELECT * FROM ledger.entry FOR UPDATE',
      `INSERT INTO ledger.entry SELECT * FROM ledger.entry ON CONFLICT (n) DO UPDATE SET leaf = EXCLUDED.leaf`,
      `MERGE INTO ledger.entry t USING ledger.entry s ON t.n = s.n WHEN MATCHED THEN DELETE`,
      'INSERT INTO ledger.placement (first_idx, n, count) VALUES (99, 99, 1)',
      `INSERT INTO ledger.quarantine (n, reason, seal) VALUES (1, 'x', '')`,
      `SELECT setval('ledger.slot_n', 4096)`,
      'CREATE TABLE ledger.mine ()',
      'SET ROLE gateway_owner',
      'SET session_replication_role = replica',
    ]) {
      await expect(app.query(verb)).rejects.toMatchObject(DENIED);
    }
  });

  it('lets the sequencer change and remove no entry, and read nothing private', async () => {
    for (const verb of [
      `UPDATE ledger.entry SET leaf = '\\x7b7d'`,
      'DELETE FROM ledger.entry',
      'UPDATE ledger.placement SET first_idx = 9',
      'DELETE FROM ledger.placement',
      'UPDATE ledger.pending SET count = 1',
      'DELETE FROM ledger.head',
      'SELECT * FROM ledger.subject',
      'SELECT * FROM ledger.disclosure',
    ]) {
      await expect(sequencer.query(verb)).rejects.toMatchObject(DENIED);
    }
    await expect(sequencer.query('UPDATE ledger.head SET size = size - 1')).rejects.toMatchObject(REFUSED);
    await expect(sequencer.query('UPDATE ledger.head SET size = size')).rejects.toMatchObject(REFUSED);
  });

  it.each(['entry', 'placement', 'pending', 'head'])(
    'stops even a superuser who forgets the triggers of ledger.%s, in replica mode too',
    async (table) => {
      await expect(fixture.asSuperuser(`TRUNCATE ledger.${table}`)).rejects.toMatchObject(REFUSED);
      await expect(fixture.asSuperuser(`UPDATE ledger.${table} SET ${change[table]}`)).rejects.toMatchObject(REFUSED);
      await fixture.asSuperuser('SET session_replication_role = replica');
      if (table !== 'pending') {
        await expect(fixture.asSuperuser(`DELETE FROM ledger.${table}`)).rejects.toMatchObject(REFUSED);
      }
      await expect(fixture.asSuperuser(`UPDATE ledger.${table} SET ${change[table]}`)).rejects.toMatchObject(REFUSED);
      await fixture.asSuperuser('SET session_replication_role = origin');
    },
  );

  describe('is checked at start', () => {
    const check = (): Promise<GuardViolation[]> => checkGuards(fixture.database.tx);

    it('and found complete after the migrations, for the application and for the sequencer', async () => {
      expect(await check()).toEqual([]);
      const database = new Database({ url: fixture.server.urls.sequencer, max: 1 });
      expect(await checkGuards(database.tx)).toEqual([]);
      await database.close();
    });

    it.each<[string, string, string, GuardViolation]>([
      [
        'a trigger is missing',
        'DROP TRIGGER append_only ON ledger.entry',
        'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change(); ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only',
        { object: 'ledger.entry', problem: 'trigger append_only is missing' },
      ],
      [
        'a trigger is switched off',
        'ALTER TABLE ledger.placement DISABLE TRIGGER append_only_truncate',
        'ALTER TABLE ledger.placement ENABLE ALWAYS TRIGGER append_only_truncate',
        { object: 'ledger.placement', problem: 'trigger append_only_truncate is not ENABLE ALWAYS' },
      ],
      [
        'a trigger sleeps in replica mode',
        'ALTER TABLE ledger.entry ENABLE TRIGGER append_only',
        'ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only',
        { object: 'ledger.entry', problem: 'trigger append_only is not ENABLE ALWAYS' },
      ],
      [
        'a trigger has another event',
        'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE ON ledger.quarantine FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()',
        'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.quarantine FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change(); ALTER TABLE ledger.quarantine ENABLE ALWAYS TRIGGER append_only',
        {
          object: 'ledger.quarantine',
          problem:
            'trigger append_only is not: CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON ledger.quarantine FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()',
        },
      ],
      [
        'there is a trigger too many',
        'CREATE TRIGGER rewrite BEFORE INSERT ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()',
        'DROP TRIGGER rewrite ON ledger.entry',
        { object: 'ledger.entry', problem: 'trigger rewrite does not belong there' },
      ],
      [
        'a trigger function does nothing',
        'CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
        `CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation'; END $$`,
        { object: 'ledger.refuse_change()', problem: 'has another body than the migration gave it' },
      ],
      [
        'there is a grant too many',
        'GRANT DELETE ON ledger.entry TO gateway_app',
        'REVOKE DELETE ON ledger.entry FROM gateway_app',
        { object: 'ledger.entry', problem: 'gateway_app must not have DELETE' },
      ],
      [
        'there is a grant on a column',
        'GRANT UPDATE (leaf) ON ledger.entry TO gateway_app',
        'REVOKE UPDATE (leaf) ON ledger.entry FROM gateway_app',
        { object: 'ledger.entry', problem: 'gateway_app must not have UPDATE (leaf)' },
      ],
      [
        'everybody has a grant',
        'GRANT SELECT ON ledger.subject TO PUBLIC',
        'REVOKE SELECT ON ledger.subject FROM PUBLIC',
        { object: 'ledger.subject', problem: 'PUBLIC must not have SELECT' },
      ],
      [
        'a grant may be passed on',
        'GRANT SELECT ON ledger.entry TO gateway_reader WITH GRANT OPTION',
        'REVOKE GRANT OPTION FOR SELECT ON ledger.entry FROM gateway_reader',
        { object: 'ledger.entry', problem: 'gateway_reader must not have SELECT WITH GRANT OPTION' },
      ],
      [
        'somebody may create tables',
        'GRANT CREATE ON SCHEMA ledger TO gateway_app',
        'REVOKE CREATE ON SCHEMA ledger FROM gateway_app',
        { object: 'schema ledger', problem: 'gateway_app must not have CREATE' },
      ],
      [
        'a grant is missing',
        'REVOKE INSERT ON ledger.pending FROM gateway_app',
        'GRANT INSERT ON ledger.pending TO gateway_app',
        { object: 'ledger.pending', problem: 'gateway_app lacks INSERT' },
      ],
      [
        'a table belongs to somebody else',
        'ALTER TABLE ledger.disclosure OWNER TO postgres',
        'ALTER TABLE ledger.disclosure OWNER TO gateway_owner',
        { object: 'ledger.disclosure', problem: 'belongs to postgres, not to gateway_owner' },
      ],
      [
        'a rule swallows writes',
        'CREATE RULE swallow AS ON DELETE TO ledger.entry DO INSTEAD NOTHING',
        'DROP RULE swallow ON ledger.entry',
        { object: 'ledger.entry', problem: 'rule swallow must not be there: a rule can swallow writes' },
      ],
      [
        'an id could occur twice',
        'ALTER TABLE ledger.entry DROP CONSTRAINT entry_id_key',
        'ALTER TABLE ledger.entry ADD CONSTRAINT entry_id_key UNIQUE (id)',
        { object: 'ledger.entry_id_key', problem: 'is missing or is no valid unique index' },
      ],
      [
        'a table would be empty after a crash',
        'ALTER TABLE ledger.disclosure SET UNLOGGED',
        'ALTER TABLE ledger.disclosure SET LOGGED',
        { object: 'ledger.disclosure', problem: 'is unlogged: a crash empties it' },
      ],
      [
        'messages would be gone after a crash',
        'ALTER TABLE sending.touch SET UNLOGGED',
        'ALTER TABLE sending.touch SET LOGGED',
        { object: 'sending.touch', problem: 'is unlogged: a crash empties it' },
      ],
      [
        'another table answers in its place',
        'CREATE TABLE public.more () INHERITS (ledger.entry)',
        'DROP TABLE public.more',
        { object: 'ledger.entry', problem: 'public.more inherits from it: its rows would be taken for entries' },
      ],
      [
        'a message could end twice',
        'ALTER TABLE sending.message DISABLE TRIGGER message_ends_once',
        'ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once',
        { object: 'sending.message', problem: 'trigger message_ends_once is not ENABLE ALWAYS' },
      ],
      [
        'consents could be written anew',
        'ALTER TABLE consent.consent_event ENABLE TRIGGER consent_event_append_only',
        'ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only',
        { object: 'consent.consent_event', problem: 'trigger consent_event_append_only is not ENABLE ALWAYS' },
      ],
    ])('and it is named when %s', async (_name, breakIt, mendIt, violation) => {
      await fixture.asSuperuser(breakIt);
      expect(await check()).toContainEqual(violation);
      await fixture.asSuperuser(mendIt);
      expect(await check()).toEqual([]);
    });

    /** Roles are of the whole server: nobody else sees what is not committed. */
    async function foundAfter(change: (tx: Tx) => Promise<unknown>): Promise<GuardViolation[]> {
      const database = new Database({ url: fixture.server.urls.admin, max: 1 });
      let found: GuardViolation[] = [];
      const undone = new Error('undone');
      const trying = database.transaction(async (tx) => {
        await change(tx);
        found = await checkGuards(tx);
        throw undone;
      });
      await expect(trying).rejects.toBe(undone);
      await database.close();
      return found;
    }

    it.each<[string, string | null, (tx: Tx) => Promise<unknown>]>([
      [
        'gateway_app',
        'has the rights of gateway_sequencer',
        (tx) => tx.execute`GRANT gateway_sequencer TO gateway_app`,
      ],
      ['gateway_reader', 'has the rights of gateway_owner', (tx) => tx.execute`GRANT gateway_owner TO gateway_reader`],
      [
        'gateway_app',
        'has the rights of pg_write_all_data',
        (tx) => tx.execute`GRANT pg_write_all_data TO gateway_app`,
      ],
      [
        'gateway_sequencer',
        'has CREATEROLE, has BYPASSRLS, has REPLICATION',
        (tx) => tx.execute`ALTER ROLE gateway_sequencer CREATEROLE BYPASSRLS REPLICATION`,
      ],
      ['gateway_app', null, (tx) => tx.execute`GRANT pg_monitor TO gateway_app`],
    ])('and it is named when a role may do more: %s %s', async (role, problem, grant) => {
      const found = await foundAfter(grant);
      const named = found.filter(({ object }) => object === `role ${role}`).map((violation) => violation.problem);
      expect(named).toEqual(problem === null ? [] : [`${problem}; take that away from it`]);
    });

    it.each<[string, string, (tx: Tx) => Promise<unknown>]>([
      [
        'role gateway_app',
        'is given search_path=evil, pg_catalog',
        (tx) => tx.execute`ALTER ROLE gateway_app SET search_path = evil, pg_catalog`,
      ],
      ['every role', 'is given search_path=evil', (tx) => tx.execute`ALTER ROLE ALL SET search_path = evil`],
      [
        'role gateway_sequencer',
        'is given session_replication_role=replica',
        (tx) => tx.execute`ALTER ROLE gateway_sequencer SET session_replication_role = replica`,
      ],
    ])('and it is named when other names or no triggers are put under a role: %s %s', async (object, problem, put) => {
      expect(await foundAfter(put)).toContainEqual({ object, problem: expect.stringContaining(problem) });
    });

    it('and is content with settings of a role that change neither', async () => {
      const put = (tx: Tx) => tx.execute`ALTER ROLE gateway_app SET work_mem = 65536`;
      expect((await foundAfter(put)).filter(({ object }) => object === 'role gateway_app')).toEqual([]);
    });

    it('and takes no clock of somebody who chose where names are looked up', async () => {
      const name = new URL(fixture.server.urls.app).pathname.slice(1);
      await fixture.asSuperuser(`CREATE SCHEMA evil;
        CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2020-01-01' $$;
        GRANT USAGE ON SCHEMA evil TO gateway_app;
        ALTER ROLE gateway_app IN DATABASE "${name}" SET search_path = evil, pg_catalog, public`);
      expect(await check()).toContainEqual({
        ...{ object: 'role gateway_app', problem: expect.stringContaining('search_path=evil, pg_catalog, public') },
      });
      const database = new Database({ url: fixture.server.urls.app, max: 1 });
      const [row] = await database.tx.sql<{ now: number }>`SELECT clock_timestamp() AS now`;
      await database.close();
      await fixture.asSuperuser(
        `ALTER ROLE gateway_app IN DATABASE "${name}" RESET search_path; DROP SCHEMA evil CASCADE`,
      );
      expect(row!.now).toBeGreaterThan(Date.UTC(2026, 0, 1));
      expect(await check()).toEqual([]);
    });

    it('and refuses to run as a superuser or as the owner', async () => {
      const problems = async (url: string): Promise<GuardViolation[]> => {
        const database = new Database({ url, max: 1 });
        const found = await checkGuards(database.tx);
        await database.close();
        return found;
      };
      expect(await problems(fixture.server.urls.admin)).toContainEqual({
        object: 'role postgres',
        problem: 'is a superuser; this process must connect as a role that can only append',
      });
      expect(await problems(fixture.server.urls.owner)).toContainEqual({
        object: 'role gateway_owner',
        problem: 'has the rights of gateway_owner; this process must connect as a role that can only append',
      });
    });

    it('and names what is missing where there is no ledger at all', async () => {
      await fixture.asSuperuser('ALTER SCHEMA ledger RENAME TO elsewhere');
      expect(await check()).toContainEqual({ object: 'ledger.entry', problem: 'is missing; run the migrations' });
      await fixture.asSuperuser('ALTER SCHEMA elsewhere RENAME TO ledger');
    });
  });
});
