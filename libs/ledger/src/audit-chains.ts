import type { EntryId, SubjectId } from '#lib/kernel';
import type { Database, Tx } from '#lib/platform';
import {
  type DisclosedEntry,
  encodeDisclosure,
  HASH_BYTES,
  HEAD_BYTES,
  headCommitment,
  leafHash,
  Malformed,
  PersonChain,
  rootOfHeads,
  subjectLabel,
  subjectOf,
  verifyEntry,
} from '#lib/proof';
import { OPERATOR } from './append.store.js';
import { Findings } from './audit.js';
import { auditStore } from './audit.store.js';
import { ENTRY_TYPES, type EntryRule } from './domain/entry-types.js';
import { type LedgerKeys, openDisclosures, subjectKey } from './sealing.js';

interface Row {
  readonly n: number;
  readonly id: EntryId;
  readonly leaf: Buffer;
  readonly subjectId: SubjectId;
  readonly secret: Buffer | null;
  readonly sealed: Buffer;
  readonly chainN: number;
  readonly chainHead: Buffer;
}

/** A row without its entry or without its person. */
interface Torn {
  readonly n: number;
  readonly subjectId: SubjectId;
  readonly id: EntryId | null;
  readonly chainN: number | null;
}

function isWhole(row: Row | Torn): row is Row {
  return row.id !== null && (row.chainN !== null || row.subjectId === OPERATOR);
}

const PAGE = 1_000;

/**
 * Follows every person's chain through what its entries disclose, as of one instant: each is what its entry commits to,
 * each chain is what `PersonChain` says of it, up to where the person's row says, and the newest list of heads counts
 * them so.
 */
export async function auditChains(database: Database, keys: LedgerKeys, found: Findings): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.execute`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
    await followChains(tx, keys, found);
  });
  found.holds('chains');
  found.holds('heads');
}

/** Something that is wrong with the rows of the log itself. */
export interface LogProblem {
  readonly table: 'ledger.disclosure' | 'ledger.entry';
  readonly problem: string;
}

/**
 * What is wrong with what entries disclosed, with persons' chains, and with entries that nobody will ever place; of each
 * kind the first. Empty: nothing.
 */
export async function chainProblems(tx: Tx, keys: LedgerKeys): Promise<LogProblem[]> {
  const found = new Findings(['chains', 'heads']);
  await followChains(tx, keys, found);
  const stray = await auditStore.stray(tx);
  return [
    ...found
      .report(null, null)
      .steps.flatMap(({ result, problem }) =>
        result === 'fails' ? [{ table: 'ledger.disclosure', problem } as const] : [],
      ),
    ...(stray === null
      ? []
      : [{ table: 'ledger.entry', problem: `entry ${stray} has no position and waits for none` } as const]),
  ];
}

/** `auditChains` in the caller's transaction; says only what does not hold. */
async function followChains(tx: Tx, keys: LedgerKeys, found: Findings): Promise<void> {
  const heads = await newestHeads(tx, found);
  const open: { chain: Chain | null } = { chain: null };
  for await (const row of disclosures(tx)) {
    if (!isWhole(row)) {
      found.fails('chains', `a disclosure at ${row.n} of the chain ${row.subjectId} is of no entry or of nobody`);
      continue;
    }
    if (open.chain?.id !== row.subjectId) {
      open.chain?.end(found);
      open.chain = row.subjectId === OPERATOR ? null : new Chain(row, heads);
    }
    const entry = read(row, keys, found);
    if (entry !== null) open.chain?.next(entry, row, found);
  }
  open.chain?.end(found);
  await besideChains(tx, found);
  const gone = heads.size - (await countedOf(tx, heads));
  if (gone > 0) found.fails('heads', `the list counts ${gone} chains of which there is no row any more`);
  for (const { id } of await silent(tx)) found.fails('chains', `of the chain ${id} nothing is left`);
}

/**
 * What is about nobody is never erased, so it is there. Whether an entry that may be of a chain is of one cannot be told
 * when it discloses nothing; but chains say how many of their entries disclose nothing any more, and it is one of those.
 */
async function besideChains(tx: Tx, found: Findings): Promise<void> {
  const { setUp, maybe, ofChains } = await silentEntries(tx);
  const [chained] = await tx.sql`SELECT 1 FROM ledger.subject WHERE id = ${OPERATOR} AND chain_n <> 0`;
  if (chained !== undefined) found.fails('chains', 'the set-up has entries of a chain, and it has none');
  if (setUp !== null) found.fails('chains', `what entry ${setUp} disclosed is gone, and it is about nobody`);
  if (maybe > ofChains) {
    found.fails(
      'chains',
      `${maybe - ofChains} entries of no chain disclose nothing any more, and nobody was erased there`,
    );
  }
}

class Chain {
  readonly id: SubjectId;
  private readonly entries = new PersonChain();
  private isBroken = false;
  private isCounted: boolean;

  /** @param heads what the newest list says of all chains, by label */
  constructor(
    private readonly row: Row,
    private readonly heads: ReadonlyMap<string, Buffer>,
  ) {
    this.id = row.subjectId;
    this.isCounted = !heads.has(subjectLabel(this.id).toString('hex'));
  }

  next(entry: DisclosedEntry, row: Row, found: Findings): void {
    const link = subjectOf({ entry });
    if (link === null || link.id !== this.id) {
      return found.fails('chains', `entry ${row.id} does not disclose the chain in which it is kept`);
    }
    const hash = leafHash(row.leaf);
    const check = this.entries.add(link, { entry, hash, name: `entry ${row.id}` });
    if (!check.holds) {
      this.isBroken = true;
      found.fails('chains', check.problem);
    }
    const counted = this.heads.get(subjectLabel(this.id).toString('hex'));
    this.isCounted ||= counted?.equals(headCommitment(this.id, link.n, hash)) === true;
  }

  end(found: Findings): void {
    const { chainN, chainHead } = this.row;
    const { last, erased, unexplained } = this.entries;
    if (last?.n !== chainN || last.hash !== chainHead.toString('base64url')) {
      found.fails('chains', `the chain ${this.id} ends elsewhere than its row says`);
    }
    const whole = this.isBroken ? null : this.entries.whole();
    if (whole !== null && 'open' in whole) found.unchecked('chains', `of the chain ${this.id} ${whole.open}`);
    else if (whole !== null && !whole.holds) found.fails('chains', `of the chain ${this.id}: ${whole.problem}`);
    if (unexplained !== null)
      found.fails('chains', `${unexplained} discloses nothing any more, and none says that its time was over`);
    // What was erased cannot be compared.
    if (!this.isCounted && erased === null)
      found.fails('heads', `the list counts an entry of the chain ${this.id} that there is not`);
  }
}

/** An entry with what it discloses; null, and a finding, when that is not what it commits to. */
function read(row: Row, keys: LedgerKeys, found: Findings): DisclosedEntry | null {
  try {
    if (row.secret === null) throw new Malformed('disclosure', 'its key is gone');
    const texts = openDisclosures(subjectKey(keys, row.subjectId, row.secret), row.id, row.sealed).split('\n');
    return verifyEntry(row.leaf, texts.map(encodeDisclosure));
  } catch (error) {
    const why = error instanceof Malformed ? error.message : 'it cannot be opened with MASTER_KEY';
    found.fails('chains', `what entry ${row.id} disclosed: ${why}`);
    return null;
  }
}

/** The newest list, by label; and a finding when it is not what its entry commits to. */
async function newestHeads(tx: Tx, found: Findings): Promise<Map<string, Buffer>> {
  const [kept] = await tx.sql<{ root: Buffer; size: number; records: Buffer; leaf: Buffer | null }>`
    SELECT h.root, h.size, h.records, e.leaf
      FROM ledger.subject_heads h LEFT JOIN ledger.entry e ON e.id = h.entry_id ORDER BY h.id DESC LIMIT 1`;
  const heads = new Map<string, Buffer>();
  if (kept === undefined) return heads;
  const { root, size, records, leaf } = kept;
  const clear = leaf === null ? {} : (JSON.parse(leaf.toString('utf8')) as Readonly<Record<string, unknown>>);
  const isSorted = sortedRoot(records)?.equals(root) === true;
  const isSaid = clear['t'] === 'subject.heads' && clear['root'] === root.toString('hex') && clear['size'] === size;
  if (!isSorted || !isSaid) found.fails('heads', 'the newest list of heads is not what its entry commits to');
  for (let at = 0; at < records.length; at += HEAD_BYTES) {
    heads.set(records.toString('hex', at, at + HASH_BYTES), records.subarray(at + HASH_BYTES, at + HEAD_BYTES));
  }
  return heads;
}

function sortedRoot(records: Buffer): Buffer | null {
  try {
    return rootOfHeads(records);
  } catch {
    return null;
  }
}

/** How many of the chains that a list counts have a row. */
async function countedOf(tx: Tx, heads: ReadonlyMap<string, Buffer>): Promise<number> {
  let counted = 0;
  for (let after = OPERATOR as string; ;) {
    const rows = await tx.sql<{ id: string }>`
      SELECT id FROM ledger.subject WHERE id > ${after}::uuid ORDER BY id LIMIT ${10 * PAGE}::int`;
    for (const { id } of rows) if (heads.has(subjectLabel(id).toString('hex'))) counted++;
    const last = rows.at(-1);
    if (last === undefined) return counted;
    after = last.id;
  }
}

/** Chains of which nothing is disclosed any more: whoever is erased leaves the place of the entry that says so. */
async function silent(tx: Tx): Promise<{ id: SubjectId }[]> {
  return tx.sql<{ id: SubjectId }>`
    SELECT s.id FROM ledger.subject s
     WHERE s.chain_n > 0 AND s.id <> ${OPERATOR}
       AND NOT EXISTS (SELECT FROM ledger.disclosure d WHERE d.subject_id = s.id)`;
}

const typesWith = (isWanted: (rule: EntryRule, type: string) => boolean): string[] =>
  Object.entries<EntryRule>(ENTRY_TYPES).flatMap(([type, rule]) => (isWanted(rule, type) ? [type] : []));
/** Alerts of the sequencer disclose nothing. */
const SILENT = ['log.started', 'subject.heads', 'integrity.alert'];
const SET_UP = typesWith(({ subject }, type) => subject === 'none' && !SILENT.includes(type));
const MAYBE_OF_CHAINS = typesWith(({ subject }) => subject !== 'none');

/**
 * Entries with a position that disclose nothing: one that is about nobody, how many others there are, and how many there
 * are by what chains count and what is disclosed of them.
 */
async function silentEntries(tx: Tx): Promise<{ setUp: string | null; maybe: number; ofChains: number }> {
  const [row] = await tx.sql<{ setUp: string | null; maybe: number; ofChains: number }>`
    WITH silent AS (
      SELECT e.id, substring(encode(e.leaf, 'escape') FROM '"t":"([a-z_.]+)"') AS type
        FROM ledger.entry e
       WHERE NOT EXISTS (SELECT FROM ledger.disclosure d WHERE d.n = e.n)
         AND EXISTS (SELECT FROM (SELECT n, count FROM ledger.placement s WHERE s.n <= e.n ORDER BY s.n DESC LIMIT 1) p
                      WHERE e.n < p.n + p.count)
    )
    SELECT min(id::text) FILTER (WHERE type = ANY (${SET_UP}::text[])) AS "setUp",
           count(*) FILTER (WHERE type = ANY (${MAYBE_OF_CHAINS}::text[]))::bigint AS maybe,
           ((SELECT coalesce(sum(chain_n), 0) FROM ledger.subject WHERE id <> ${OPERATOR})
             - (SELECT count(*) FROM ledger.disclosure WHERE subject_id <> ${OPERATOR}))::bigint AS "ofChains"
      FROM silent`;
  return row ?? { setUp: null, maybe: 0, ofChains: 0 };
}

/** Everything that is kept sealed, also what belongs to no entry or to nobody. */
async function* disclosures(tx: Tx): AsyncGenerator<Row | Torn> {
  let after: { subjectId: string; n: number } = { subjectId: OPERATOR, n: -1 };
  for (;;) {
    const rows: (Row | Torn)[] = await tx.sql<Row | Torn>`
      SELECT d.n, e.id, e.leaf, d.subject_id AS "subjectId", s.secret, d.sealed, s.chain_n AS "chainN", s.chain_head AS "chainHead"
        FROM (SELECT * FROM ledger.disclosure WHERE (subject_id, n) > (${after.subjectId}::uuid, ${after.n}::bigint)
               ORDER BY subject_id, n LIMIT ${PAGE}::int) d
        LEFT JOIN ledger.entry e ON e.n = d.n
        LEFT JOIN ledger.subject s ON s.id = d.subject_id
       ORDER BY d.subject_id, d.n`;
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}
