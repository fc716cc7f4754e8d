import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { column, type CopyTarget, type Database, newId, type Tx } from '#lib/platform';
import { cpuMsOfTree, round } from './figures.js';
import type { Cost, Overhead } from './ledger-report.js';

/** One transaction each, the same but for what it adds: an append, or a bare insert of the same bytes. */
export interface Alternatives {
  readonly bare: () => Promise<unknown>;
  readonly appended: () => Promise<unknown>;
}

interface Row {
  readonly id: string;
  readonly body: Buffer;
}
const COLUMNS = { id: column.uuid((row: Row) => row.id), body: column.bytea((row: Row) => row.body) };
const BUSINESS: CopyTarget<Row> = { table: 'public.business', columns: COLUMNS };
const BARE: CopyTarget<Row> = { table: 'public.bare', columns: COLUMNS };

const ROUND_MS = 2_000;
const KINDS = ['bare', 'appended'] as const;

interface Spent {
  nodeUs: number;
  postgresUs: number;
  count: number;
}

/**
 * A transaction with an append against the same with a bare insert, in alternating rounds: the ratio of their times, and
 * the processor time of each, which does not depend on who else uses the machine.
 * @param options.each how many appends a transaction has, which the figures are of
 */
export async function measureOverhead(
  { bare, appended }: Alternatives,
  { rounds, clients, each, postgresPid }: Readonly<Record<'rounds' | 'clients' | 'each' | 'postgresPid', number>>,
): Promise<Overhead> {
  const works = { bare, appended };
  const spent = { bare: nothing(), appended: nothing() };
  /** Transactions per millisecond of one round. */
  const timed = async (kind: (typeof KINDS)[number]): Promise<number> => {
    const begun = performance.now();
    const before = { node: process.cpuUsage(), postgres: cpuMsOfTree(postgresPid) ?? NaN };
    let count = 0;
    const client = async (): Promise<void> => {
      while (performance.now() - begun < ROUND_MS) {
        await works[kind]();
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    const elapsed = performance.now() - begun;
    const { user, system } = process.cpuUsage(before.node);
    spent[kind].nodeUs += user + system;
    spent[kind].postgresUs += 1_000 * ((cpuMsOfTree(postgresPid) ?? NaN) - before.postgres);
    spent[kind].count += count * each;
    return count / elapsed;
  };
  const ratios: number[] = [];
  let fastest = 0;
  for (let i = 0; i < rounds; i++) {
    const without = await timed('bare');
    ratios.push(round(without / (await timed('appended')), 2));
    fastest = Math.max(fastest, without * each * 1_000);
  }
  const sorted = [...ratios].sort((a, b) => a - b);
  return {
    each,
    ratio: sorted[Math.floor(sorted.length / 2)] ?? 0,
    rounds: ratios,
    barePerSecond: Math.round(fastest),
    cpuUs: { bare: costOf(spent.bare), appended: costOf(spent.appended) },
  };
}

/**
 * The plainest transaction that there is: one row, or as many as are appended, by COPY then, as the product writes many.
 * The tables `public.business` and `public.bare` are there.
 */
export function plainest(
  database: Database,
  body: Buffer,
  each: number,
  append: (tx: Tx, count: number) => Promise<unknown>,
): Alternatives {
  const business = (tx: Tx): Promise<unknown> =>
    each === 1
      ? tx.execute`INSERT INTO public.business (id, body) VALUES (${newId()}, ${body})`
      : tx.copy(BUSINESS, rowsOf(each, body));
  const insert = (tx: Tx): Promise<unknown> =>
    each === 1 ? insertBare(tx, [body]) : tx.copy(BARE, rowsOf(each, body));
  const both = (more: (tx: Tx) => Promise<unknown>) => () =>
    database.transaction(async (tx) => {
      await business(tx);
      await more(tx);
    });
  return { bare: both(insert), appended: both((tx) => append(tx, each)) };
}

/** In one statement; answers the ids. */
export async function insertBare(tx: Tx, bodies: readonly Buffer[]): Promise<string[]> {
  const [ids, [first]] = [bodies.map(() => newId()), bodies];
  if (ids.length === 1) await tx.execute`INSERT INTO public.bare (id, body) VALUES (${ids[0]}, ${first})`;
  else
    await tx.execute`
      INSERT INTO public.bare (id, body)
      SELECT * FROM unnest(${ids}::uuid[], ${bodies.map((body) => `\\x${body.toString('hex')}`)}::bytea[])`;
  return ids;
}

/** As many bytes as entries of a type have on average, with what they disclose. */
export async function bytesOf(admin: pg.Client, type: string): Promise<Buffer> {
  const { rows } = await admin.query<{ bytes: string | null }>(
    `SELECT avg(octet_length(leaf) + octet_length(sealed))::int AS bytes
       FROM (SELECT * FROM ledger.entry WHERE position($1::bytea IN leaf) > 0 LIMIT 1000) e
       JOIN ledger.disclosure USING (n)`,
    [Buffer.from(`"t":"${type}"`)],
  );
  if (rows[0]?.bytes == null) throw new Error(`there is no entry of the type ${type}`);
  return randomBytes(Number(rows[0].bytes));
}

const rowsOf = (count: number, body: Buffer): Row[] => Array.from({ length: count }, () => ({ id: newId(), body }));
const nothing = (): Spent => ({ nodeUs: 0, postgresUs: 0, count: 0 });

function costOf({ nodeUs, postgresUs, count }: Spent): Cost {
  return { node: Math.round(nodeUs / count), postgres: Math.round(postgresUs / count) };
}
