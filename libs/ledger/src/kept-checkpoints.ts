import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Tx } from '#lib/platform';
import { HASH_BYTES, Malformed, parseNote, writeNote } from '#lib/proof';
import { readIfThere, writeDurably } from './durable-file.js';
import { type KeptRow, tileStore } from './tile.store.js';

/**
 * Which checkpoints and cosignatures were put into the database, as far as is known outside of it. Those before the
 * newest never change again, so one hash stands for all of them; of the newest there may be more lines by now.
 */
export interface KeptMemory {
  /** The last checkpoint that the hash covers, by its id; 0 when it covers none. */
  readonly covered: number;
  readonly digest: Buffer;
  readonly newest: KeptRow | null;
}

const FORMAT = 'memory of what is kept';
const NOTHING: KeptMemory = { covered: 0, digest: Buffer.alloc(HASH_BYTES), newest: null };
const PAGE = 500;

/** A log of another name has another file. */
export const keptName = (origin: string): string =>
  `kept-${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;

/**
 * The publisher's memory of what it has put into the database, in a file beside the signer's. Nobody who has the
 * database alone can take a checkpoint or a cosignature out of it unseen: `ledger fsck` holds the two together.
 */
export class KeptCheckpoints {
  private constructor(
    private readonly file: string,
    private known: KeptMemory,
  ) {}

  /** @throws Malformed when there is such a file and it is of another form. */
  static open(folder: string, origin: string): KeptCheckpoints {
    const file = path.join(folder, keptName(origin));
    const text = readIfThere(file);
    return new KeptCheckpoints(file, text === null ? NOTHING : parseKept(text));
  }

  /** Takes in what was added since the last time, which may have been before a crash. */
  async follow(tx: Tx): Promise<void> {
    let { covered, digest, newest } = this.known;
    for (let after = covered; ;) {
      const rows = await tileStore.kept(tx, after, PAGE);
      for (const row of rows) {
        // What stands behind it is final.
        if (newest !== null && row.id > newest.id) [covered, digest] = [newest.id, foldKept(digest, newest)];
        // A line that was there stays known, whatever the database says by now.
        newest = newest?.id === row.id ? { ...newest, lines: [...new Set([...newest.lines, ...row.lines])] } : row;
      }
      after = rows.at(-1)?.id ?? after;
      if (rows.length < PAGE) break;
    }
    this.known = { covered, digest, newest };
    writeDurably(this.file, writeKept(this.known));
  }
}

/** The hash of all rows so far, from that of the rows before this one. */
export function foldKept(digest: Buffer, { note, lines }: Pick<KeptRow, 'note' | 'lines'>): Buffer {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return createHash('sha256')
    .update(Buffer.concat([digest, hash(note), ...[...lines].sort().map(hash)]))
    .digest();
}

/** `covered <id> <hash>`, and then perhaps `newest <id>` and the checkpoint with its cosignatures: a signed note. */
export function writeKept({ covered, digest, newest }: KeptMemory): string {
  const head = `covered ${covered} ${digest.toString('base64')}\n`;
  return newest === null
    ? head
    : `${head}newest ${newest.id}\n${newest.note}${newest.lines.map((one) => `${one}\n`).join('')}`;
}

/** @throws Malformed */
export function parseKept(text: string): KeptMemory {
  const [, covered = '', hash = '', rest = ''] = /^covered (\d{1,15}) (\S{44})\n([^]*)$/.exec(text) ?? [];
  const digest = Buffer.from(hash, 'base64');
  if (digest.length !== HASH_BYTES) throw new Malformed(FORMAT, 'does not begin with what it covers');
  if (rest === '') return { covered: Number(covered), digest, newest: null };
  const [, id = '', note = ''] = /^newest (\d{1,15})\n([^]*)$/.exec(rest) ?? [];
  if (id === '') throw new Malformed(FORMAT, 'does not say which checkpoint is the newest');
  return { covered: Number(covered), digest, newest: { id: Number(id), ...splitNote(note) } };
}

/** The lines of the log belong to the note. */
function splitNote(whole: string): Pick<KeptRow, 'note' | 'lines'> {
  const { text, signatures } = parseNote(whole);
  const origin = text.split('\n')[0] ?? '';
  const ofLog = signatures.filter(({ name }) => name === origin);
  const note = writeNote({ text, signatures: ofLog });
  return { note, lines: whole.slice(note.length).split('\n').filter(Boolean) };
}
