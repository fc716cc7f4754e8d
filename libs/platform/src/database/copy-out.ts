import pg, { type Connection, type PoolClient, type Submittable } from 'pg';
import type { SqlPart } from './composed.js';

/** A row as PostgreSQL sends it in binary: fields one after the other, each its length and its bytes. */
export interface CopiedRow {
  readonly bytes: Buffer;
  /** Of the same bytes. */
  readonly view: DataView;
  /** Where the first field begins: four bytes of its length, -1 for SQL's NULL, and then as many. */
  readonly start: number;
  readonly end: number;
}

const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const ERROR = 0x45;
/** Which message it is, and how long the rest of it is. */
const HEAD_BYTES = 5;
/** Signature, flags and length of the header's extension, before the first row. */
const HEADER_BYTES = 19;
const NO_MORE_ROWS = -1;

/**
 * Reads rows by `COPY (SELECT ...) TO STDOUT (FORMAT binary)`, for statements whose rows are counted in millions: the driver
 * makes an object of each row and of each of its fields, which takes ten times as long as PostgreSQL takes to send them.
 * @param visit is told each row before the next is read; what it is told is not to be kept
 */
export async function copyRowsOut(
  client: Pick<PoolClient, 'query'>,
  statement: SqlPart,
  visit: (row: CopiedRow) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyOut(literally(statement), visit, resolve, reject));
  });
}

/** COPY takes no parameters. */
function literally({ texts, values }: SqlPart): string {
  return texts.reduce((sql, text, i) => `${sql}${literal(values[i - 1])}${text}`);
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return pg.escapeLiteral(value);
  throw new TypeError('COPY is given texts and numbers alone');
}

class RowAt implements CopiedRow {
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
}

/**
 * A query of the driver's own kind. Between the command and the end of its rows it listens to the connection in place of the
 * driver, to whom it hands on whatever is no row.
 */
class CopyOut implements Submittable {
  private fault: Error | undefined;
  /** The beginning of a message whose end has not come yet. */
  private begun: Buffer | null = null;
  private isOver = false;
  private isHeaderPast = false;
  private readonly row = new RowAt();
  private giveBack = (): void => undefined;
  private toDriver = (_bytes: Buffer): void => undefined;

  constructor(
    private readonly command: string,
    private readonly visit: (row: CopiedRow) => void,
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Pick<Connection, 'stream' | 'query'>): void {
    const { stream } = connection;
    const listeners = stream.listeners('data') as ((bytes: Buffer) => void)[];
    const listen = (bytes: Buffer): void => this.read(bytes);
    stream.removeAllListeners('data').on('data', listen);
    this.toDriver = (bytes) => listeners.forEach((listener) => listener.call(stream, bytes));
    this.giveBack = () => {
      this.giveBack = () => undefined;
      this.isOver = true;
      stream.off('data', listen);
      for (const listener of listeners) stream.on('data', listener);
    };
    connection.query(`COPY (${this.command}) TO STDOUT (FORMAT binary)`);
  }

  private read(chunk: Buffer): void {
    const { begun } = this;
    if (begun === null) {
      this.take(chunk);
      return;
    }
    // Only the message that was begun is put together with its end, not all that came with it.
    const head = Buffer.concat([begun, chunk.subarray(0, HEAD_BYTES)]);
    const lacking = head.length < HEAD_BYTES ? Infinity : 1 + head.readInt32BE(1) - begun.length;
    if (lacking > chunk.length) {
      this.begun = Buffer.concat([begun, chunk]);
      return;
    }
    this.begun = null;
    this.take(Buffer.concat([begun, chunk.subarray(0, lacking)]));
    const more = chunk.subarray(lacking);
    if (this.isOver) this.toDriver(more);
    else this.take(more);
  }

  /** Whole messages; of the last there may be no more than its beginning. */
  private take(bytes: Buffer): void {
    const { row } = this;
    row.bytes = bytes;
    const view = (row.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    let at = 0;
    while (at + HEAD_BYTES <= bytes.length) {
      const end = at + 1 + view.getInt32(at + 1);
      if (end > bytes.length) break;
      const kind = view.getUint8(at);
      if (kind === COPY_DATA) this.takeRow(at + HEAD_BYTES, end);
      else if (kind === COPY_DONE || kind === ERROR) {
        this.giveBack();
        this.toDriver(bytes.subarray(at));
        return;
      } else this.toDriver(bytes.subarray(at, end));
      at = end;
    }
    if (at < bytes.length) this.begun = Buffer.from(bytes.subarray(at));
  }

  /** A message has one row; the header comes before the first, in its message or in one of its own. */
  private takeRow(from: number, end: number): void {
    const start = this.isHeaderPast ? from : from + HEADER_BYTES;
    this.isHeaderPast = true;
    const { row } = this;
    if (start >= end || row.view.getInt16(start) === NO_MORE_ROWS || this.fault !== undefined) return;
    row.start = start + 2;
    row.end = end;
    try {
      this.visit(row);
    } catch (error) {
      // The rest still has to come before the connection is free.
      this.fault = error instanceof Error ? error : new Error(String(error));
    }
  }

  handleCommandComplete(): void {
    // Ready for the next query follows.
  }

  handleReadyForQuery(): void {
    if (this.fault === undefined) this.resolve();
    else this.reject(this.fault);
  }

  handleError(error: Error): void {
    this.giveBack();
    this.reject(this.fault ?? error);
  }
}
