import pg from 'pg';

/** What one statement cost PostgreSQL in a round, per message. */
export interface StatementCost {
  /** Microseconds of execution; under full load that includes waiting for a core. */
  readonly microseconds: number;
  readonly calls: number;
  readonly rowsPerCall: number;
  readonly walBytes: number;
  /** Times a page in memory was looked at: says what a statement does even where time says what it waited for. */
  readonly pages: number;
  readonly statement: string;
}

/** What one table went through in a round, per message. */
export interface TableCost {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  /** Of the updates, those that stayed within their page and needed no index entry. */
  readonly updatedInPage: number;
  readonly deleted: number;
}

export interface DatabaseCost {
  readonly walBytes: number;
  readonly walRecords: number;
  readonly fullPages: number;
  readonly commits: number;
  readonly statements: readonly StatementCost[];
  readonly tables: readonly TableCost[];
}

/** Settings with which PostgreSQL tells statements apart. They cost it a few per cent. */
export const STATEMENT_SETTINGS = { shared_preload_libraries: 'pg_stat_statements', track_wal_io_timing: 'off' };

const STATEMENTS = 40;

interface Counters {
  readonly wal: { readonly bytes: number; readonly records: number; readonly fpi: number };
  readonly commits: number;
  readonly tables: ReadonlyMap<string, readonly [inserted: number, updated: number, inPage: number, deleted: number]>;
}

/** Asks PostgreSQL's own counters, as a superuser: what a round cost, statement by statement and table by table. */
export class DatabaseMeter {
  private before: Counters | undefined;

  private constructor(private readonly client: pg.Client) {}

  static async open(adminUrl: string): Promise<DatabaseMeter> {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    return new DatabaseMeter(client);
  }

  async begin(): Promise<void> {
    this.before = await this.counters();
    await this.client.query('SELECT pg_stat_statements_reset()');
  }

  async end(messages: number): Promise<DatabaseCost> {
    const { rows } = await this.client.query<Record<string, string>>(
      `SELECT round(total_exec_time * 1000 / $1) AS us, calls, round(rows::numeric / calls, 1) AS rows,
              round(wal_bytes / $1) AS wal, round((shared_blks_hit + shared_blks_read)::numeric / $1::numeric, 1) AS pages, regexp_replace(query, '\\s+', ' ', 'g') AS query
         FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT $2`,
      [messages, STATEMENTS],
    );
    const [before, after] = [this.before ?? (await this.counters()), await this.counters()];
    const per = (value: number): number => Math.round((value / messages) * 100) / 100;
    return {
      walBytes: Math.round(per(after.wal.bytes - before.wal.bytes)),
      walRecords: per(after.wal.records - before.wal.records),
      fullPages: per(after.wal.fpi - before.wal.fpi),
      commits: after.commits - before.commits,
      statements: rows.map((row) => ({
        microseconds: Number(row['us']),
        calls: Number(row['calls']),
        rowsPerCall: Number(row['rows']),
        walBytes: Number(row['wal']),
        pages: Number(row['pages']),
        statement: row['query'] ?? '',
      })),
      tables: [...after.tables].flatMap(([table, counts]) => {
        const was = before.tables.get(table) ?? [0, 0, 0, 0];
        const [inserted, updated, updatedInPage, deleted] = counts.map((count, i) => per(count - (was[i] ?? 0)));
        const cost = { table, inserted: inserted ?? 0, updated: updated ?? 0, updatedInPage: updatedInPage ?? 0 };
        const changed = (inserted ?? 0) + (updated ?? 0) + (deleted ?? 0) >= 0.01;
        return changed ? [{ ...cost, deleted: deleted ?? 0 }] : [];
      }),
    };
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async counters(): Promise<Counters> {
    // Sessions report what they did when they have been idle for a moment.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const wal = await this.client.query<Record<string, string>>(
      'SELECT wal_bytes, wal_records, wal_fpi FROM pg_stat_wal',
    );
    const commits = await this.client.query<Record<string, string>>(
      'SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()',
    );
    const tables = await this.client.query<Record<string, string>>(
      `SELECT schemaname || '.' || relname AS name, n_tup_ins, n_tup_upd, n_tup_hot_upd, n_tup_del
         FROM pg_stat_user_tables ORDER BY name`,
    );
    const number = (row: Record<string, string> | undefined, name: string): number => Number(row?.[name] ?? 0);
    return {
      wal: {
        bytes: number(wal.rows[0], 'wal_bytes'),
        records: number(wal.rows[0], 'wal_records'),
        fpi: number(wal.rows[0], 'wal_fpi'),
      },
      commits: number(commits.rows[0], 'xact_commit'),
      tables: new Map(
        tables.rows.map((row) => [
          row['name'] ?? '',
          [number(row, 'n_tup_ins'), number(row, 'n_tup_upd'), number(row, 'n_tup_hot_upd'), number(row, 'n_tup_del')],
        ]),
      ),
    };
  }
}
