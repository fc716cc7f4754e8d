import type { Connection, PoolClient, Submittable } from 'pg';
import type { EpochMs } from '#lib/kernel';

declare module 'pg' {
  interface Connection {
    sendCopyFromChunk(chunk: Buffer): void;
    sendCopyFail(reason: string): void;
    endCopyFrom(): void;
  }
}

/** How one column is written: takes the value out of a row and puts it into the stream. */
export type Column<Row> = (out: CopyBuffer, row: Row) => void;

/** A table and those of its columns that are written; every other column gets its default. */
export interface CopyTarget<Row> {
  /** With its schema, as SQL has it. */
  readonly table: string;
  readonly columns: Readonly<Record<string, Column<Row>>>;
}

/**
 * Columns by type, null for SQL's NULL. The column in the table must be of exactly this type: binary values are
 * not converted.
 */
export const column = {
  uuid:
    <Row>(of: (row: Row) => string | null): Column<Row> =>
    (out, row) =>
      out.uuid(of(row)),
  /** A uuid[] without nulls. */
  uuids:
    <Row>(of: (row: Row) => readonly string[]): Column<Row> =>
    (out, row) =>
      out.uuids(of(row)),
  text:
    <Row>(of: (row: Row) => string | null): Column<Row> =>
    (out, row) =>
      out.text(of(row)),
  /** A text[] without nulls. */
  texts:
    <Row>(of: (row: Row) => readonly string[]): Column<Row> =>
    (out, row) =>
      out.texts(of(row)),
  /** JSON text. */
  jsonb:
    <Row>(of: (row: Row) => string | null): Column<Row> =>
    (out, row) =>
      out.jsonb(of(row)),
  boolean:
    <Row>(of: (row: Row) => boolean): Column<Row> =>
    (out, row) =>
      out.boolean(of(row)),
  smallint:
    <Row>(of: (row: Row) => number | null): Column<Row> =>
    (out, row) =>
      out.int2(of(row)),
  bigint:
    <Row>(of: (row: Row) => number): Column<Row> =>
    (out, row) =>
      out.int8(of(row)),
  timestamptz:
    <Row>(of: (row: Row) => EpochMs | null): Column<Row> =>
    (out, row) =>
      out.timestamptz(of(row)),
  bytea:
    <Row>(of: (row: Row) => Uint8Array): Column<Row> =>
    (out, row) =>
      out.bytea(of(row)),
  /** A bytea given in hexadecimal. */
  hex:
    <Row>(of: (row: Row) => string): Column<Row> =>
    (out, row) =>
      out.hex(of(row)),
  /** A bytea that is these parts, one after the other. */
  byteas:
    <Row>(of: (row: Row) => readonly Uint8Array[]): Column<Row> =>
    (out, row) =>
      out.byteas(of(row)),
  /** A bytea that is the UTF-8 of a text. */
  utf8:
    <Row>(of: (row: Row) => string): Column<Row> =>
    (out, row) =>
      out.text(of(row)),
} as const;

/** Bytes after which a chunk is sent, so that a batch of long rows does not need as much memory again. */
const CHUNK_BYTES = 256 * 1024;
const NULL = -1;
const UUID_OID = 2950;
const TEXT_OID = 25;
/** PostgreSQL counts from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const JSONB_VERSION = 1;
const TWO_32 = 2 ** 32;
/** Signature, flags and length of the header's extension ("COPY", Binary Format, of PostgreSQL's manual). */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** Value of each hexadecimal digit by its character code; anything else counts as 0. */
const HEX = new Uint8Array(256);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

const UUID_LENGTH = 36;
const UUID_TEXT = Buffer.alloc(UUID_LENGTH);

/** Rows in PostgreSQL's binary format, in memory that is used again and again. */
export class CopyBuffer {
  private bytes = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** What was written since the last call; valid until the next write. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.used);
    this.used = 0;
    return taken;
  }

  header(): void {
    this.used = HEADER.copy(this.bytes);
  }

  /** Begins a row of that many fields, or ends the data with -1. */
  fields(count: number): void {
    this.reserve(2);
    this.used = this.bytes.writeInt16BE(count, this.used);
  }

  uuid(value: string | null): void {
    if (value === null) return this.int4(NULL);
    this.reserve(20);
    this.int4(16);
    // Taken out of the string at once: strings are of many kinds to the engine (cut out, put together, read), and each
    // look at one character would be a search for the kind (measured: three per cent of all that Node does).
    if (UUID_TEXT.write(value) !== UUID_LENGTH) throw new RangeError('a UUID has 36 characters');
    const { bytes } = this;
    let at = this.used;
    for (let i = 0; i < UUID_LENGTH; i += 2) {
      if (i === 8 || i === 13 || i === 18 || i === 23) i++; // a hyphen
      bytes[at++] = ((HEX[UUID_TEXT[i] ?? 0] ?? 0) << 4) | (HEX[UUID_TEXT[i + 1] ?? 0] ?? 0);
    }
    this.used = at;
  }

  uuids(values: readonly string[]): void {
    this.int4(20 + 20 * values.length);
    this.uuidArray(values, false);
  }

  /** An array as a parameter has it: without its length before it. */
  uuidArray(values: readonly (string | null)[], mayHaveNulls: boolean): void {
    // Dimensions, whether there are nulls, element type; then length and lower bound of the one dimension.
    for (const part of [1, mayHaveNulls ? 1 : 0, UUID_OID, values.length, 1]) this.int4(part);
    for (const value of values) this.uuid(value);
  }

  text(value: string | null): void {
    if (value === null) return this.int4(NULL);
    this.reserve(12 + 3 * value.length);
    const length = this.bytes.write(value, this.used + 4, 'utf8');
    this.int4(length);
    this.used += length;
  }

  texts(values: readonly string[]): void {
    const start = this.used;
    this.int4(0);
    // Dimensions, no nulls, element type; then length and lower bound of the one dimension.
    this.int4(values.length === 0 ? 0 : 1);
    this.int4(0);
    this.int4(TEXT_OID);
    if (values.length > 0) {
      this.int4(values.length);
      this.int4(1);
    }
    for (const value of values) this.text(value);
    this.bytes.writeInt32BE(this.used - start - 4, start);
  }

  jsonb(value: string | null): void {
    if (value === null) return this.int4(NULL);
    this.reserve(12 + 3 * value.length);
    const length = this.bytes.write(value, this.used + 5, 'utf8');
    this.int4(1 + length);
    this.bytes[this.used] = JSONB_VERSION;
    this.used += 1 + length;
  }

  boolean(value: boolean): void {
    this.int4(1);
    this.bytes[this.used++] = value ? 1 : 0;
  }

  int2(value: number | null): void {
    if (value === null) return this.int4(NULL);
    this.int4(2);
    this.used = this.bytes.writeInt16BE(value, this.used);
  }

  /** An integer within 2^53. */
  int8(value: number): void {
    this.int4(8);
    const high = Math.floor(value / TWO_32);
    this.bytes.writeInt32BE(high, this.used);
    this.bytes.writeUInt32BE(value - high * TWO_32, this.used + 4);
    this.used += 8;
  }

  timestamptz(value: EpochMs | null): void {
    if (value === null) return this.int4(NULL);
    this.int8((value - POSTGRES_EPOCH_MS) * 1000);
  }

  bytea(value: Uint8Array): void {
    this.reserve(12 + value.length);
    this.int4(value.length);
    this.bytes.set(value, this.used);
    this.used += value.length;
  }

  hex(value: string): void {
    this.reserve(12 + value.length / 2);
    this.int4(value.length / 2);
    this.used += this.bytes.write(value, this.used, 'hex');
  }

  byteas(parts: readonly Uint8Array[]): void {
    let length = 0;
    for (const part of parts) length += part.length;
    this.reserve(12 + length);
    this.int4(length);
    for (const part of parts) {
      this.bytes.set(part, this.used);
      this.used += part.length;
    }
  }

  /** Leaves room for a fixed-size field after it, too. */
  private int4(value: number): void {
    this.reserve(12);
    this.used = this.bytes.writeInt32BE(value, this.used);
  }

  private reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.used + more, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}

/** One for the process: rows are encoded and handed to the socket within one turn of the event loop. */
const buffer = new CopyBuffer();

/**
 * A uuid[] as a parameter in binary form, which PostgreSQL takes as it is: three per cent of its time under load went into
 * reading ids from text.
 */
export function uuidList(ids: readonly (string | null)[]): Buffer {
  buffer.uuidArray(ids, ids.includes(null));
  return Buffer.from(buffer.take());
}

/**
 * Writes rows by `COPY ... FROM STDIN (FORMAT binary)`: nothing is turned into text and parsed again, and
 * PostgreSQL writes many rows to a page at once. Against INSERT ... SELECT FROM unnest(...) it takes half the
 * processor time on both sides (measured on sending.message, 26 columns: 8 against 17 microseconds a row here,
 * 12 against 24 in PostgreSQL).
 */
export async function copyRows<Row>(
  client: Pick<PoolClient, 'query'>,
  target: CopyTarget<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyIn(target, rows, resolve, reject));
  });
}

/** A query of the driver's own kind: it calls `submit` when the connection is free and the rest when answers come. */
class CopyIn<Row> implements Submittable {
  private fault: Error | undefined;

  constructor(
    private readonly target: CopyTarget<Row>,
    private readonly rows: readonly Row[],
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  /**
   * Sends command and data at once. If PostgreSQL refuses the command it ignores the data that follows, as its
   * protocol promises ("COPY Operations": a frontend may still be sending when the copy has failed).
   */
  submit(
    connection: Pick<Connection, 'stream' | 'query' | 'sendCopyFromChunk' | 'sendCopyFail' | 'endCopyFrom'>,
  ): void {
    const { table, columns } = this.target;
    // Command and data leave in one write.
    connection.stream.cork();
    connection.query(`COPY ${table} (${Object.keys(columns).join(', ')}) FROM STDIN (FORMAT binary)`);
    try {
      const writers = Object.values(columns);
      buffer.header();
      for (const row of this.rows) {
        buffer.fields(writers.length);
        for (const write of writers) write(buffer, row);
        // The driver copies a chunk before it returns, so the buffer is free again.
        if (buffer.length > CHUNK_BYTES) connection.sendCopyFromChunk(buffer.take());
      }
      buffer.fields(-1);
      connection.sendCopyFromChunk(buffer.take());
      connection.endCopyFrom();
    } catch (error) {
      // PostgreSQL answers with an error, which is when the caller hears of ours.
      this.fault = error instanceof Error ? error : new Error(String(error));
      connection.sendCopyFail('a row could not be encoded');
    } finally {
      connection.stream.uncork();
    }
  }

  handleCopyInResponse(): void {
    // The data is on its way already.
  }

  handleCommandComplete(): void {
    // Ready for the next query follows.
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleError(error: Error): void {
    this.reject(this.fault ?? error);
  }
}
