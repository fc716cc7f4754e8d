import type { Tx } from '#lib/platform';

/** Something that would let history be changed unnoticed, or that keeps the ledger from working. */
export interface GuardViolation {
  /** What it is about, such as `ledger.entry`. */
  readonly object: string;
  /** What is wrong, in words an operator can act on. */
  readonly problem: string;
}

const OWNER = 'gateway_owner';
const APP = 'gateway_app';
const SEQUENCER = 'gateway_sequencer';
const READER = 'gateway_reader';

/** Who may do what, besides the owner. Whatever PostgreSQL says beyond this, or short of it, is a violation. */
const GRANTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'schema ledger': { [APP]: ['USAGE'], [SEQUENCER]: ['USAGE'], [READER]: ['USAGE'] },
  'ledger.entry': { [APP]: ['SELECT', 'INSERT'], [SEQUENCER]: ['SELECT', 'INSERT'], [READER]: ['SELECT'] },
  'ledger.pending': { [APP]: ['SELECT', 'INSERT'], [SEQUENCER]: ['SELECT', 'INSERT', 'DELETE'] },
  'ledger.placement': { [APP]: ['SELECT'], [SEQUENCER]: ['SELECT', 'INSERT'], [READER]: ['SELECT'] },
  'ledger.head': {
    [APP]: ['SELECT'],
    [SEQUENCER]: ['SELECT', 'UPDATE (size)', 'UPDATE (root)', 'UPDATE (range)'],
    [READER]: ['SELECT'],
  },
  'ledger.quarantine': { [APP]: ['SELECT'], [SEQUENCER]: ['SELECT', 'INSERT'], [READER]: ['SELECT'] },
  'ledger.tile': { [APP]: ['SELECT'], [SEQUENCER]: ['SELECT', 'INSERT'], [READER]: ['SELECT'] },
  'ledger.checkpoint': { [APP]: ['SELECT'], [SEQUENCER]: ['SELECT', 'INSERT'], [READER]: ['SELECT'] },
  'ledger.cosignature': { [APP]: ['SELECT'], [SEQUENCER]: ['SELECT', 'INSERT'], [READER]: ['SELECT'] },
  'ledger.publisher': {
    [APP]: ['SELECT'],
    [SEQUENCER]: ['SELECT', 'UPDATE (problem)', 'UPDATE (at)', 'UPDATE (recognised)'],
    [READER]: ['SELECT'],
  },
  'ledger.incarnation': { [APP]: ['SELECT'], [SEQUENCER]: ['SELECT'] },
  'ledger.resumption': { [APP]: ['SELECT', 'INSERT'], [SEQUENCER]: ['SELECT'], [READER]: ['SELECT'] },
  'ledger.subject': { [APP]: ['SELECT', 'INSERT', 'UPDATE (chain_n)', 'UPDATE (chain_head)'] },
  'ledger.disclosure': { [APP]: ['SELECT', 'INSERT'] },
  'ledger.log': { [APP]: ['SELECT'], [SEQUENCER]: ['SELECT'], [READER]: ['SELECT'] },
  // No part of history: bundles, which go when their time is over, and lists that the log has the roots of.
  'ledger.export': { [APP]: ['SELECT', 'INSERT', 'UPDATE'] },
  'ledger.export_part': { [APP]: ['SELECT', 'INSERT', 'DELETE'] },
  'ledger.reconciliation': { [APP]: ['SELECT', 'INSERT'] },
  'ledger.subject_heads': { [APP]: ['SELECT', 'INSERT', 'DELETE'] },
  'ledger.slot_n': { [APP]: ['USAGE'], [SEQUENCER]: ['USAGE'] },
  'ledger.quarantine_id_seq': {},
  'ledger.checkpoint_id_seq': {},
  'ledger.subject_heads_id_seq': {},
};

const refuse = (event: string, each: 'ROW' | 'STATEMENT' = 'ROW', by = 'refuse_change'): string =>
  `BEFORE ${event} FOR EACH ${each} EXECUTE FUNCTION ledger.${by}()`;

const APPEND_ONLY = {
  append_only: refuse('DELETE OR UPDATE'),
  append_only_truncate: refuse('TRUNCATE', 'STATEMENT'),
};

/** All triggers of each table, as pg_get_triggerdef writes them. One too many could rewrite what is inserted. */
const TRIGGERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ledger.entry': APPEND_ONLY,
  'ledger.placement': APPEND_ONLY,
  'ledger.quarantine': APPEND_ONLY,
  'ledger.tile': APPEND_ONLY,
  'ledger.checkpoint': APPEND_ONLY,
  'ledger.cosignature': APPEND_ONLY,
  'ledger.resumption': APPEND_ONLY,
  'ledger.pending': { append_only: refuse('UPDATE'), append_only_truncate: refuse('TRUNCATE', 'STATEMENT') },
  'ledger.head': {
    append_only: refuse('INSERT OR DELETE'),
    append_only_truncate: refuse('TRUNCATE', 'STATEMENT'),
    grows_only: refuse('UPDATE', 'ROW', 'refuse_shrinking'),
  },
};

/** Of the other schemas: what keeps rows as they were written. Must be there and ENABLE ALWAYS. */
const KEEPERS: Readonly<Record<string, readonly string[]>> = {
  'consent.consent_event': ['consent_event_append_only', 'consent_event_no_truncate'],
  'consent.notice': ['notice_append_only', 'notice_no_truncate'],
  'consent.served_notice': ['served_notice_append_only', 'served_notice_no_truncate'],
  'consent.suppression_fact': ['suppression_fact_append_only', 'suppression_fact_no_truncate'],
  'sending.message': ['message_ends_once', 'message_stays'],
  'sending.policy': ['policy_immutable'],
  'sending.block': ['block_immutable'],
  'sending.template': ['template_immutable'],
  'sending.touch': ['touch_append_only'],
  'reporting.fact': ['fact_append_only'],
  'reporting.result': ['result_append_only'],
  'reporting.snapshot': ['snapshot_append_only'],
};

/** What a dry run of an import would store: gone after a crash, like the dry run. */
const NOT_KEPT = 'consent.import_rehearsal';

/** Roles of PostgreSQL itself by which nothing can be changed and nothing private be read. */
const HARMLESS = [
  'pg_monitor',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_stat_scan_tables',
  'pg_database_owner',
];

/** Bodies of all functions, white space aside: a trigger's that lets everything pass would guard nothing. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'ledger.forget_subject()': `DECLARE
      forgotten bigint;
    BEGIN
      IF whose = '00000000-0000-0000-0000-000000000000' THEN
        RAISE EXCEPTION 'the set-up is no person' USING ERRCODE = 'restrict_violation';
      END IF;
      UPDATE ledger.subject SET secret = new_secret WHERE id = whose;
      DELETE FROM ledger.disclosure WHERE subject_id = whose AND n <> kept_n;
      GET DIAGNOSTICS forgotten = ROW_COUNT;
      UPDATE ledger.disclosure SET sealed = kept WHERE n = kept_n AND subject_id = whose;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'entry % is none of theirs', kept_n USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN forgotten;
    END`,
  'ledger.keep_links()': `DECLARE
      forgotten bigint;
    BEGIN
      UPDATE ledger.disclosure d SET sealed = l.link
        FROM unnest(entries, links) AS l (n, link)
       WHERE d.n = l.n AND d.subject_id <> '00000000-0000-0000-0000-000000000000'
         AND octet_length(l.link) < octet_length(d.sealed);
      GET DIAGNOSTICS forgotten = ROW_COUNT;
      RETURN forgotten;
    END`,
  'ledger.refuse_change()': `BEGIN
    RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END`,
  'ledger.refuse_shrinking()': `BEGIN
    IF NEW.size <= OLD.size OR NEW.one <> OLD.one THEN
      RAISE EXCEPTION 'ledger.head goes from % leaves to more, not to %', OLD.size, NEW.size USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
    END`,
};

/** Without these an id could occur twice, or two entries could have one position. */
const UNIQUE_INDEXES = [
  'entry_pkey',
  'entry_id_key',
  'pending_pkey',
  'placement_pkey',
  'placement_n_key',
  'head_pkey',
  'tile_pkey',
  'checkpoint_origin_size_key',
];

/**
 * Compares what protects the ledger with what should: the role this process works as, owners, grants,
 * triggers and their functions, unique indexes, rewrite rules. To be called at every start; anything in the
 * answer is a reason not to run.
 *
 * It finds mistakes, and an application role that can do too much. Against a superuser it proves nothing:
 * that is what the tree is for.
 */
export async function checkGuards(tx: Tx): Promise<GuardViolation[]> {
  const violations: GuardViolation[] = [];
  const checks = [
    ...[checkRoles, checkOwners, checkGrants, checkTriggers, checkFunctions, checkIndexes, checkRules],
    ...[checkStorage, checkKeepers, checkSurroundings],
  ];
  for (const check of checks) violations.push(...(await check(tx)));
  return violations;
}

async function checkRoles(tx: Tx): Promise<GuardViolation[]> {
  const ours = [OWNER, APP, SEQUENCER, READER];
  const rows = await tx.sql<{ name: string; superuser: boolean; working: boolean; may: string[]; roles: string[] }>`
    SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolname IN (current_user, session_user) AS working,
           array_remove(ARRAY[CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
                              CASE WHEN r.rolreplication THEN 'REPLICATION' END], NULL) AS may,
           ARRAY(SELECT g.rolname::text FROM pg_roles g
                  WHERE (g.oid <> r.oid OR g.rolname = ${OWNER}) AND pg_has_role(r.oid, g.oid, 'MEMBER')
                    AND (g.rolsuper OR g.rolname = ANY (${ours}::text[])
                         OR (g.rolname LIKE 'pg\\_%' AND g.rolname <> ALL (${HARMLESS}::text[])))
                  ORDER BY g.rolname) AS roles
      FROM pg_roles r
     WHERE r.rolname IN (current_user, session_user) OR r.rolname = ANY (${[APP, SEQUENCER, READER]}::text[])`;
  return rows
    .map(({ name, superuser, working, may, roles }) => ({
      object: `role ${name}`,
      isWorking: working,
      // A superuser is a member of everything.
      rights: superuser
        ? ['is a superuser']
        : [...roles.map((role) => `has the rights of ${role}`), ...may.map((right) => `has ${right}`)],
    }))
    .filter(({ rights }) => rights.length > 0)
    .map(({ object, isWorking, rights }) => ({
      object,
      problem:
        rights.join(', ') +
        (isWorking ? '; this process must connect as a role that can only append' : '; take that away from it'),
    }));
}

async function checkOwners(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ object: string; owner: string }>`
    SELECT 'schema ' || nspname AS object, pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'ledger'
    UNION ALL
    SELECT 'ledger.' || relname, pg_get_userbyid(relowner) FROM pg_class
     WHERE relnamespace = to_regnamespace('ledger') AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    UNION ALL
    SELECT 'ledger.' || proname || '()', pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = to_regnamespace('ledger')`;
  const owners = new Map(rows.map(({ object, owner }) => [object, owner]));
  const missing = Object.keys({ ...GRANTS, ...FUNCTIONS }).filter((object) => !owners.has(object));
  return [
    ...missing.map((object) => ({ object, problem: 'is missing; run the migrations' })),
    ...rows
      .filter(({ owner }) => owner !== OWNER)
      .map(({ object, owner }) => ({ object, problem: `belongs to ${owner}, not to ${OWNER}` })),
  ];
}

async function checkGrants(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ object: string; grantee: string; privilege: string }>`
    SELECT object,
           CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END AS grantee,
           privilege_type || coalesce(' (' || attname || ')', '') || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege
      FROM (SELECT 'schema ' || nspname AS object, nspowner AS owner, NULL::name AS attname, a.*
              FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'ledger'
            UNION ALL
            SELECT 'ledger.' || relname, relowner, NULL, a.*
              FROM pg_class, aclexplode(relacl) a WHERE relnamespace = to_regnamespace('ledger')
            UNION ALL
            SELECT 'ledger.' || relname, relowner, attname, a.*
              FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl) a
             WHERE relnamespace = to_regnamespace('ledger')) granted
     WHERE grantee <> owner`;
  const known = rows.filter(({ object }) => object in GRANTS);
  const actual = new Set(known.map(({ object, grantee, privilege }) => `${object}\n${grantee}\n${privilege}`));
  const expected = Object.entries(GRANTS).flatMap(([object, grantees]) =>
    Object.entries(grantees).flatMap(([grantee, privileges]) =>
      privileges.map((privilege) => ({ object, grantee, privilege })),
    ),
  );
  const allowed = new Set(expected.map(({ object, grantee, privilege }) => `${object}\n${grantee}\n${privilege}`));
  return [
    ...known
      .filter(({ object, grantee, privilege }) => !allowed.has(`${object}\n${grantee}\n${privilege}`))
      .map(({ object, grantee, privilege }) => ({ object, problem: `${grantee} must not have ${privilege}` })),
    ...expected
      .filter(({ object, grantee, privilege }) => !actual.has(`${object}\n${grantee}\n${privilege}`))
      .map(({ object, grantee, privilege }) => ({ object, problem: `${grantee} lacks ${privilege}` })),
  ];
}

async function checkTriggers(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ object: string; name: string; definition: string; enabled: string }>`
    SELECT 'ledger.' || relname AS object, tgname AS name, pg_get_triggerdef(t.oid) AS definition, tgenabled::text AS enabled
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = to_regnamespace('ledger') AND NOT tgisinternal`;
  const violations: GuardViolation[] = [];
  for (const [object, triggers] of Object.entries(TRIGGERS)) {
    for (const [name, rule] of Object.entries(triggers)) {
      const found = rows.find((row) => row.object === object && row.name === name);
      const definition = `CREATE TRIGGER ${name} ${rule.replace(' FOR EACH', ` ON ${object} FOR EACH`)}`;
      if (found === undefined) violations.push({ object, problem: `trigger ${name} is missing` });
      else if (found.definition !== definition)
        violations.push({ object, problem: `trigger ${name} is not: ${definition}` });
      else if (found.enabled !== 'A') violations.push({ object, problem: `trigger ${name} is not ENABLE ALWAYS` });
    }
  }
  const strangers = rows.filter(({ object, name }) => object in TRIGGERS && TRIGGERS[object]?.[name] === undefined);
  return [
    ...violations,
    ...strangers.map(({ object, name }) => ({ object, problem: `trigger ${name} does not belong there` })),
  ];
}

async function checkFunctions(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ object: string; source: string }>`
    SELECT 'ledger.' || proname || '()' AS object, prosrc AS source FROM pg_proc WHERE pronamespace = to_regnamespace('ledger')`;
  const words = (source: string): string => source.trim().split(/\s+/).join(' ');
  return rows
    .filter(({ object, source }) => object in FUNCTIONS && words(source) !== words(FUNCTIONS[object] ?? ''))
    .map(({ object }) => ({ object, problem: 'has another body than the migration gave it' }))
    .concat(
      // These run with the owner's rights, so one more could do anything.
      rows
        .filter(({ object }) => !(object in FUNCTIONS))
        .map(({ object }) => ({ object, problem: 'does not belong there' })),
    );
}

async function checkIndexes(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ name: string }>`
    SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE relnamespace = to_regnamespace('ledger') AND indisunique AND indisvalid AND indpred IS NULL`;
  const present = new Set(rows.map(({ name }) => name));
  return UNIQUE_INDEXES.filter((name) => !present.has(name)).map((name) => ({
    object: `ledger.${name}`,
    problem: 'is missing or is no valid unique index',
  }));
}

async function checkRules(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ object: string; name: string }>`
    SELECT 'ledger.' || relname AS object, rulename AS name
      FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class
     WHERE relnamespace = to_regnamespace('ledger') AND rulename <> '_RETURN'`;
  return rows.map(({ object, name }) => ({
    object,
    problem: `rule ${name} must not be there: a rule can swallow writes`,
  }));
}

/** An unlogged table is empty after a crash; what inherits from a table of the ledger answers in its place. */
async function checkStorage(tx: Tx): Promise<GuardViolation[]> {
  return tx.sql<GuardViolation>`
    SELECT n.nspname || '.' || c.relname AS object, 'is unlogged: a crash empties it' AS problem
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('ledger', 'consent', 'sending', 'reporting') AND c.relkind IN ('r', 'p') AND c.relpersistence <> 'p'
       AND n.nspname || '.' || c.relname <> ${NOT_KEPT}
    UNION ALL
    SELECT 'ledger.' || p.relname, c.relnamespace::regnamespace || '.' || c.relname || ' inherits from it: its rows would be taken for entries'
      FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid
     WHERE p.relnamespace = to_regnamespace('ledger') AND p.relkind IN ('r', 'p')`;
}

async function checkKeepers(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ object: string; name: string; enabled: string }>`
    SELECT n.nspname || '.' || c.relname AS object, t.tgname AS name, t.tgenabled::text AS enabled
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('consent', 'sending', 'reporting') AND NOT t.tgisinternal`;
  const enabled = new Map(rows.map((row) => [`${row.object} ${row.name}`, row.enabled]));
  return Object.entries(KEEPERS).flatMap(([object, names]) =>
    names.flatMap((name): GuardViolation[] => {
      const how = enabled.get(`${object} ${name}`);
      if (how === 'A') return [];
      return [
        { object, problem: how === undefined ? `trigger ${name} is missing` : `trigger ${name} is not ENABLE ALWAYS` },
      ];
    }),
  );
}

/** Where PostgreSQL looks names up by itself, and ours. */
const SOUND_PATH = ['pg_catalog', '"$user"', 'public'];

/**
 * What is set for our roles, for every role, or for the database: with another search_path the clock of an append is
 * whatever somebody calls clock_timestamp(), and session_replication_role passes triggers by. The connections of this
 * product bring their own search_path, so this finds who tried.
 */
async function checkSurroundings(tx: Tx): Promise<GuardViolation[]> {
  const rows = await tx.sql<{ object: string; setting: string }>`
    SELECT CASE setrole WHEN 0 THEN 'every role' ELSE 'role ' || pg_get_userbyid(setrole) END AS object, setting
      FROM pg_db_role_setting CROSS JOIN unnest(setconfig) AS setting
     WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
       AND (setrole = 0 OR pg_get_userbyid(setrole) = ANY (${[OWNER, APP, SEQUENCER, READER]}::text[]))`;
  return rows
    .filter(({ setting }) => isUnsound(setting))
    .map(({ object, setting }) => ({
      object,
      problem: `is given ${setting}; reset that with ALTER ROLE or ALTER DATABASE`,
    }));
}

function isUnsound(setting: string): boolean {
  const [name, value = ''] = [setting.slice(0, setting.indexOf('=')), setting.slice(setting.indexOf('=') + 1)];
  if (name === 'session_replication_role') return value !== 'origin';
  if (name !== 'search_path') return false;
  const path = value.split(',').map((one) => one.trim());
  return path.some((one) => !SOUND_PATH.includes(one)) || path.indexOf('pg_catalog') > 0;
}
