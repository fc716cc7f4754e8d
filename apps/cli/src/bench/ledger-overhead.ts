import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { column, type CopyTarget, type Database, newId, type Tx } from '#lib/platform';
import { cpuMsOfTree, round } from './figures.js';
import type { Cost, Overhead } from './ledger-report.js';

/** Where it is measured, and what an append is. The tables `public.business` and `public.bare` are there. */
export interface OverheadWorld {
  readonly database: Database;
  readonly admin: pg.Client;
  readonly postgresPid: number;
  /** Appends so many entries. */
  readonly append: (tx: Tx, count: number) => Promise<unknown>;
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
 * A business transaction with an append against the same with a bare insert of the same bytes, in alternating rounds:
 * the ratio of their times, and the processor time of each, which does not depend on who else uses the machine.
 * @param options.each how many business rows, and appends, a transaction has; many go by COPY, as the product writes many
 */
export async function measureOverhead(
  world: OverheadWorld,
  { rounds, clients, each }: { readonly rounds: number; readonly clients: number; readonly each: number },
): Promise<Overhead> {
  const { rows } = await world.admin.query<{ bytes: string }>(
    `SELECT avg(octet_length(leaf) + octet_length(sealed))::int AS bytes FROM ledger.entry JOIN ledger.disclosure USING (n)`,
  );
  const body = randomBytes(Number(rows[0]?.bytes ?? 1_000));
  const works: Readonly<Record<(typeof KINDS)[number], (tx: Tx) => Promise<unknown>>> = {
    bare: (tx) =>
      each === 1
        ? tx.execute`INSERT INTO public.bare (id, body) VALUES (${newId()}, ${body})`
        : tx.copy(BARE, rowsOf(each, body)),
    appended: (tx) => world.append(tx, each),
  };
  const spent = { bare: nothing(), appended: nothing() };
  /** Transactions per millisecond of one round. */
  const timed = async (kind: (typeof KINDS)[number]): Promise<number> => {
    const begun = performance.now();
    const before = { node: process.cpuUsage(), postgres: cpuMsOfTree(world.postgresPid) ?? NaN };
    let count = 0;
    const client = async (): Promise<void> => {
      while (performance.now() - begun < ROUND_MS) {
        await world.database.transaction(async (tx) => {
          if (each === 1) await tx.execute`INSERT INTO public.business (id, body) VALUES (${newId()}, ${body})`;
          else await tx.copy(BUSINESS, rowsOf(each, body));
          await works[kind](tx);
        });
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    const elapsed = performance.now() - begun;
    const { user, system } = process.cpuUsage(before.node);
    spent[kind].nodeUs += user + system;
    spent[kind].postgresUs += 1_000 * ((cpuMsOfTree(world.postgresPid) ?? NaN) - before.postgres);
    spent[kind].count += count * each;
    return count / elapsed;
  };
  const ratios: number[] = [];
  let bare = 0;
  for (let i = 0; i < rounds; i++) {
    const without = await timed('bare');
    ratios.push(round(without / (await timed('appended')), 2));
    bare = Math.max(bare, without * each * 1_000);
  }
  const sorted = [...ratios].sort((a, b) => a - b);
  return {
    each,
    ratio: sorted[Math.floor(sorted.length / 2)] ?? 0,
    rounds: ratios,
    barePerSecond: Math.round(bare),
    cpuUs: { bare: costOf(spent.bare), appended: costOf(spent.appended) },
  };
}

const rowsOf = (count: number, body: Buffer): Row[] => Array.from({ length: count }, () => ({ id: newId(), body }));
const nothing = (): Spent => ({ nodeUs: 0, postgresUs: 0, count: 0 });

function costOf({ nodeUs, postgresUs, count }: Spent): Cost {
  return { node: Math.round(nodeUs / count), postgres: Math.round(postgresUs / count) };
}
