import { createHash } from 'node:crypto';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import pg from 'pg';
import { SqlPart, toText } from './composed.js';
import { copyRows, type CopyTarget } from './copy.js';
import { copyRowsOut } from './copy-out.js';
import type { Tx } from './tx.js';

const { builtins } = pg.types;

/** Column types whose stock JavaScript form would lose something or cost more than it gives. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.INT8, parseSafeInteger],
  [builtins.TIMESTAMPTZ, parseInstant],
]);

/** Types for a pg client: int8 as number, timestamptz as milliseconds since the epoch. */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    const own = format === 'binary' ? undefined : PARSERS.get(oid);
    return own ?? (pg.types.getTypeParser(oid, format) as (value: string) => unknown);
  },
};

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit into a JavaScript number`);
  return value;
}

/** PostgreSQL writes '2026-11-21 16:00:00.123456+00'; sessions run in UTC, digits past milliseconds are cut. */
function parseInstant(text: string): number {
  // Rows of a batch share many of their instants.
  if (text !== last.text) last = { text, instant: readInstant(text) };
  return last.instant;
}

let last = { text: '', instant: Number.NaN };

function readInstant(text: string): number {
  const end = text.indexOf('+', 19);
  const instant = Date.parse(`${text.slice(0, 10)}T${text.slice(11, Math.min(end, 23))}Z`);
  if (end < 0 || Number.isNaN(instant)) throw new RangeError(`not an instant in UTC: ${text}`);
  return instant;
}

interface Prepared {
  readonly text: string;
  readonly name: string;
}

const prepared = new WeakMap<TemplateStringsArray, Prepared>();

/** One template literal in the source is one prepared statement per connection. */
function prepare(strings: TemplateStringsArray, values: readonly unknown[]): Prepared {
  let statement = prepared.get(strings);
  if (statement === undefined) {
    if (values.some((value) => value instanceof SqlPart))
      throw new TypeError('a part of SQL would be bound as a value here: put the statement together with sqlPart');
    const text = strings.reduce((sql, part, i) => `${sql}$${i}${part}`);
    statement = { text, name: createHash('sha1').update(text).digest('hex') };
    prepared.set(strings, statement);
  }
  return statement;
}

/** Runs a template literal on one connection. */
async function runStatement(
  client: Pick<PoolClient, 'query'>,
  strings: TemplateStringsArray,
  values: readonly unknown[],
  rowMode: 'array' | undefined = undefined,
): Promise<QueryResult> {
  const { text, name } = prepare(strings, values);
  const query = { name, text, values: [...values], types: columnTypes, rowMode };
  return client.query(query as QueryConfig);
}

/** The handle that runs each statement on `client`: one connection of a transaction, or a pool. */
export function handleOn(client: Pick<PoolClient, 'query'>): Tx {
  return {
    async sql<Row extends object>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]> {
      return (await runStatement(client, strings, values)).rows as Row[];
    },
    async rows<Row extends readonly unknown[]>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]> {
      return (await runStatement(client, strings, values, 'array')).rows as Row[];
    },
    async execute(strings: TemplateStringsArray, ...values: unknown[]): Promise<number> {
      return (await runStatement(client, strings, values)).rowCount ?? 0;
    },
    async composed<Row extends readonly unknown[]>(statement: SqlPart): Promise<Row[]> {
      const query = { text: toText(statement), values: [...statement.values], types: columnTypes, rowMode: 'array' };
      return (await client.query(query as QueryConfig)).rows as Row[];
    },
    copy: <Row>(target: CopyTarget<Row>, rows: readonly Row[]) => copyRows(client, target, rows),
    copyOut: (statement, visit) => copyRowsOut(client, statement, visit),
  };
}
