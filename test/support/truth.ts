import { createHash } from 'node:crypto';
import type { EntryId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, deriveKeys } from '#lib/platform';
import type { Installation } from './installation.js';
import type { RecordedMail } from './smtp-recorder.js';
import { until } from './until.js';

/** What one ledger entry says about a message. */
interface Step {
  readonly type: string;
  readonly outcome: string | null;
  readonly answer: string | null;
  /** When its transaction was committed, in milliseconds; null where the server does not note it. */
  readonly committedAt: number | null;
}

interface MessageRow {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly test: boolean;
}

/** Everything that is known about what happened, from sources that do not know of one another. */
export interface Truth {
  readonly rows: ReadonlyMap<string, MessageRow>;
  /** Ledger entries by message, in the order of the log. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  /** What is wrong with the ledger by itself. */
  readonly ledgerFaults: readonly string[];
  readonly sentTouches: readonly string[];
  readonly idempotencyRecords: number;
}

interface LedgerRow {
  readonly id: EntryId;
  readonly leaf: Buffer;
  readonly idx: string | null;
  readonly committed: string | null;
}

/** Reads the truth once every entry has its position. Opens what the ledger sealed, with the installation's own key. */
export async function readTruth(installation: Installation): Promise<Truth> {
  const { admin } = installation;
  await until('every ledger entry to get its position', async () => {
    const { rows } = await admin.query<{ n: string }>('SELECT count(*) AS n FROM ledger.pending');
    return rows[0]?.n === '0';
  });
  const noted = (await admin.query<{ setting: string }>("SELECT current_setting('track_commit_timestamp') AS setting"))
    .rows[0]?.setting;
  const committed =
    noted === 'on' ? 'floor(extract(epoch FROM pg_xact_commit_timestamp(e.xmin)) * 1000)::text' : 'NULL';
  const { rows: entries } = await admin.query<LedgerRow>(
    `SELECT e.id, e.leaf, l.idx, ${committed} AS committed FROM ledger.entry e LEFT JOIN ledger.log l USING (id) ORDER BY l.idx`,
  );
  const head = (await admin.query<{ size: string; root: Buffer }>('SELECT size, root FROM ledger.head')).rows[0];
  const disclosed = await disclosures(
    installation,
    entries.map(({ id }) => id),
  );

  const steps = new Map<string, Step[]>();
  const chains = new Map<string, { n: number; prev: string | null; hash: string }[]>();
  for (const { id, leaf, committed: committedAt } of entries) {
    const clear = JSON.parse(leaf.toString('utf8')) as { t: string; out?: string };
    const names = disclosed.get(id) ?? {};
    const subject = names['subj'] as { id: string; n: number; prev: string | null } | undefined;
    if (subject !== undefined) {
      const link = { n: subject.n, prev: subject.prev, hash: leafHash(leaf).toString('base64url') };
      chains.set(subject.id, [...(chains.get(subject.id) ?? []), link]);
    }
    const message = (names['message'] as { id: string } | undefined)?.id;
    if (message === undefined || !clear.t.startsWith('send.')) continue;
    const { handover } = { ...names, ...(names['checks'] as object) } as { handover?: { answer?: string } };
    const step = {
      type: clear.t,
      outcome: clear.out ?? null,
      answer: handover?.answer ?? null,
      committedAt: committedAt === null ? null : Number(committedAt),
    };
    steps.set(message, [...(steps.get(message) ?? []), step]);
  }

  const { rows } = await admin.query<MessageRow>('SELECT id, status, reason, test FROM sending.message');
  const { rows: touches } = await admin.query<{ id: string }>(
    "SELECT message_id AS id FROM sending.touch WHERE type = 'sent'",
  );
  const { rows: records } = await admin.query<{ n: string }>('SELECT count(*) AS n FROM sending.idempotency');
  return {
    rows: new Map(rows.map((row) => [row.id, row])),
    steps,
    ledgerFaults: [...logFaults(entries, head), ...chainFaults(chains)],
    sentTouches: touches.map(({ id }) => id),
    idempotencyRecords: Number(records[0]?.n),
  };
}

/**
 * Every way in which the sources contradict the promises; empty when they are kept.
 * @param acked every id that a caller was answered
 * @param mails what the mail server wrote down before it answered
 */
export function contradictions(truth: Truth, acked: readonly string[], mails: readonly RecordedMail[]): string[] {
  const found = [...truth.ledgerFaults];
  const { rows, steps } = truth;
  if (new Set(acked).size !== acked.length) found.push('two requests were answered the same id');
  for (const id of acked) if (!rows.has(id)) found.push(`${id} was acknowledged and is lost`);
  if (truth.idempotencyRecords !== rows.size)
    found.push(`${rows.size} messages, but ${truth.idempotencyRecords} remembered answers`);

  const taken = new Map<string, RecordedMail[]>();
  for (const mail of mails) {
    const id = /^<([0-9a-f-]{36})@/.exec(mail.messageId ?? '')?.[1] ?? String(mail.messageId);
    taken.set(id, [...(taken.get(id) ?? []), mail]);
    if (mail.rcpt.length !== 1) found.push(`${id} went to ${mail.rcpt.length} recipients`);
    if (!rows.has(id)) found.push(`the mail server took ${id}, of which nobody knows`);
  }
  for (const id of steps.keys()) if (!rows.has(id)) found.push(`the ledger tells of ${id}, which is not there`);
  for (const row of rows.values()) found.push(...messageFaults(row, steps.get(row.id) ?? [], taken.get(row.id) ?? []));

  const sent = [...rows.values()].filter(({ status }) => status === 'sent').map(({ id }) => id);
  if ([...truth.sentTouches].sort().join() !== sent.sort().join())
    found.push(`${sent.length} messages were sent, and ${truth.sentTouches.length} touches say so`);
  return found;
}

const ENDS = new Set(['sent', 'dropped', 'failed', 'unknown']);
/** Answers after which nothing was handed over for good: another try was allowed. */
const NOT_TAKEN = new Set(['transient', 'not_begun']);

function messageFaults(row: MessageRow, steps: readonly Step[], mails: readonly RecordedMail[]): string[] {
  const { id, status, test } = row;
  const found: string[] = [];
  const say = (problem: string): void => void found.push(`${id} (${status}): ${problem}`);
  if (!ENDS.has(status)) say('has no end');

  const ends = steps.filter(isEnd).map(({ outcome }) => (outcome === 'drop' ? 'dropped' : outcome));
  if (ends.length !== 1) say(`has ${ends.length} ends in the ledger: ${ends.join(', ')}`);
  else if (ends[0] !== status) say(`ended as ${ends[0]} in the ledger`);
  if (steps.filter(({ type }) => type === 'send.accepted').length !== 1) say('was not accepted exactly once');

  if (steps[0]?.type !== 'send.accepted') say(`begins in the ledger as ${steps[0]?.type}`);
  const afterEnd = steps.slice(steps.findIndex(isEnd) + 1).filter(({ type }) => type !== 'send.stale_outcome');
  if (ends.length > 0 && afterEnd.length > 0)
    say(`goes on after its end: ${afterEnd.map(({ type }) => type).join(', ')}`);
  if (steps.some(({ type, answer }) => type === 'send.stale_outcome' && (answer === null || answer === 'none')))
    say('is said to have had a late answer that nobody gave');

  const starts = steps.filter(({ type }) => type === 'send.handover_started');
  const retried = steps.filter(({ type, answer }) => type === 'send.decided' && NOT_TAKEN.has(answer ?? ''));
  if (starts.length > retried.length + 1)
    say(`was handed over ${starts.length} times, and only ${retried.length} times it is known not to have been taken`);

  if (mails.length > 1) say(`the mail server took it ${mails.length} times`);
  if (status === 'sent' && !test && mails.length === 0) say('is said to be sent and the mail server has never seen it');
  if (mails.length > 0 && status !== 'sent' && status !== 'unknown') say('was taken by the mail server');
  if (mails.length > 0 && starts.length === 0) say('was taken by the mail server without a hand-over in the ledger');
  const [mail] = mails;
  const committed = starts.flatMap(({ committedAt }) => committedAt ?? []);
  if (mail !== undefined && committed.length > 0 && Math.min(...committed) > Date.parse(mail.at))
    say(`was taken at ${mail.at}, before its hand-over was committed`);
  return found;
}

function isEnd({ type, outcome }: Step): boolean {
  const decides = type === 'send.accepted' || type === 'send.decided';
  return type === 'send.ended' || type === 'send.cancelled' || (decides && outcome === 'drop');
}

/** The log by itself: 0, 1, 2 and so on without a gap, and the root that a verifier computes from the leaves. */
function logFaults(entries: readonly LedgerRow[], head: { size: string; root: Buffer } | undefined): string[] {
  const found: string[] = [];
  const placed = entries.filter(({ idx }) => idx !== null);
  if (placed.length !== entries.length) found.push(`${entries.length - placed.length} entries have no position`);
  placed.forEach(({ idx }, i) => {
    if (Number(idx) !== i) found.push(`the entry after position ${i - 1} has position ${idx}`);
  });
  if (Number(head?.size) !== placed.length) found.push(`the head counts ${head?.size} of ${placed.length} entries`);
  const root = merkleRoot(placed.map(({ leaf }) => leafHash(leaf)));
  if (head?.root.equals(root) !== true) found.push('the root of the head is not that of the leaves');
  return found.slice(0, 10);
}

/** Each person's entries name the one before, and stand in the log in that order. */
function chainFaults(
  chains: ReadonlyMap<string, readonly { n: number; prev: string | null; hash: string }[]>,
): string[] {
  return [...chains].flatMap(([subject, links]) =>
    links.flatMap(({ n, prev }, i) => {
      const before = links[i - 1]?.hash ?? null;
      return n === i + 1 && prev === before ? [] : [`the chain of subject ${subject} breaks at its entry ${i + 1}`];
    }),
  );
}

export function leafHash(leaf: Buffer): Buffer {
  return createHash('sha256')
    .update(Buffer.from([0]))
    .update(leaf)
    .digest();
}

/** RFC 6962 2.1, as it is written there. */
export function merkleRoot(leafHashes: readonly Buffer[]): Buffer {
  const [only] = leafHashes;
  if (only === undefined) return createHash('sha256').digest();
  if (leafHashes.length === 1) return only;
  let k = 1;
  while (k * 2 < leafHashes.length) k *= 2;
  const [left, right] = [merkleRoot(leafHashes.slice(0, k)), merkleRoot(leafHashes.slice(k))];
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

async function disclosures(
  { urls, masterKey }: Installation,
  ids: readonly EntryId[],
): Promise<ReadonlyMap<EntryId, Readonly<Record<string, unknown>>>> {
  const keys = deriveKeys(Buffer.from(masterKey, 'base64'));
  const database = new Database({ url: urls.app, max: 1, name: 'spec' });
  try {
    return await new LedgerService({ kek: keys.ledgerKek, macKey: keys.ledgerMac }).disclosures(database.tx, ids);
  } finally {
    await database.close();
  }
}
