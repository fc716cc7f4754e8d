/** A record of a CSV file, or why it cannot be one; `line` is the line of the file on which it begins. */
export type CsvItem =
  | { readonly kind: 'record'; readonly line: number; readonly fields: readonly string[] }
  | { readonly kind: 'problem'; readonly line: number; readonly problem: CsvProblem };

export type CsvProblem = 'too_long' | 'not_utf8' | 'bad_quotes' | 'open_quote' | 'utf16';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const DELIMITERS = [',', ';', '\t'] as const;

const MARK = [0xef, 0xbb, 0xbf];

const OUTSIDE = 0;
const INSIDE = 1;
/** A quote inside quotes: the end of the field, or the first of two that stand for one. */
const MAYBE_CLOSED = 2;

const NONE: Uint8Array = new Uint8Array(0);

/**
 * Reads CSV (RFC 4180) out of chunks of bytes: quotes over lines, LF or CR LF, a byte order mark, and the delimiter
 * (comma, semicolon or tab) that the first record uses most. Holds at most `maxBytes` of a record; one that is longer
 * is a problem and reading goes on behind it. Empty lines are passed over.
 */
export class CsvReader {
  private delimiter = -1;
  private state = OUTSIDE;
  private isFieldStart = true;
  private hasBadQuotes = false;
  private parts: Uint8Array[] = [];
  private length = 0;
  private line = 1;
  private recordLine = 1;
  private isFirst = true;

  constructor(private readonly maxBytes: number) {}

  push(chunk: Uint8Array): CsvItem[] {
    const items: CsvItem[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.state === INSIDE) {
        if (byte === QUOTE) this.state = MAYBE_CLOSED;
        else if (byte === LF) this.line += 1;
      } else if (byte === LF) {
        this.line += 1;
        this.take(chunk.subarray(from, at));
        from = at + 1;
        this.endRecord(items);
      } else if (this.isDelimiter(byte)) {
        this.state = OUTSIDE;
        this.isFieldStart = true;
      } else if (byte === QUOTE) {
        if (this.state === MAYBE_CLOSED || this.isFieldStart) this.state = INSIDE;
        else this.hasBadQuotes = true;
        this.isFieldStart = false;
      } else if (byte !== CR && !this.isMark(at, byte)) {
        if (this.state === MAYBE_CLOSED) this.hasBadQuotes = true;
        this.isFieldStart = false;
      }
    }
    this.take(chunk.subarray(from));
    return items;
  }

  /** What is left when the stream is over. */
  end(): CsvItem[] {
    const items: CsvItem[] = [];
    if (this.state === INSIDE) items.push({ kind: 'problem', line: this.recordLine, problem: 'open_quote' });
    else if (this.length > 0) this.endRecord(items);
    return items;
  }

  private isDelimiter(byte: number | undefined): boolean {
    if (this.delimiter !== -1) return byte === this.delimiter;
    return byte === 0x2c || byte === 0x3b || byte === 0x09;
  }

  /** The three bytes of a byte order mark, which is not part of the first field. */
  private isMark(at: number, byte: number | undefined): boolean {
    const position = this.length + at;
    return this.isFirst && position < 3 && byte === MARK[position];
  }

  private take(piece: Uint8Array): void {
    this.length += piece.length;
    if (this.length > this.maxBytes) this.parts = [];
    // A copy: whoever made the chunk may use its memory again.
    else if (piece.length > 0) this.parts.push(piece.slice());
  }

  private endRecord(items: CsvItem[]): void {
    const item = this.read();
    if (item !== null) items.push(item);
    this.state = OUTSIDE;
    this.isFieldStart = true;
    this.hasBadQuotes = false;
    this.parts = [];
    this.length = 0;
    this.recordLine = this.line;
  }

  private read(): CsvItem | null {
    const problem = (code: CsvProblem): CsvItem => ({ kind: 'problem', line: this.recordLine, problem: code });
    const isFirst = this.isFirst;
    this.isFirst = false;
    if (this.length > this.maxBytes) return problem('too_long');
    const bytes = joined(this.parts);
    if (isFirst && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)))
      return problem('utf16');
    const text = decode(bytes);
    if (text === null) return problem('not_utf8');
    const record = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (record.trim() === '') {
      this.isFirst = isFirst;
      return null;
    }
    if (this.hasBadQuotes) return problem('bad_quotes');
    if (this.delimiter === -1) this.delimiter = mostUsed(record).charCodeAt(0);
    return {
      kind: 'record',
      line: this.recordLine,
      fields: splitRecord(record, String.fromCharCode(this.delimiter)),
    };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Drops a byte order mark at the start. */
function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...rest] = parts;
  if (only === undefined || rest.length === 0) return only ?? NONE;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function mostUsed(record: string): string {
  const outside = record.replace(/"[^"]*"/g, '');
  const count = (delimiter: string): number => outside.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/** Fields of a record whose quotes are in order. */
function splitRecord(record: string, delimiter: string): string[] {
  if (!record.includes('"')) return record.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (record[at] !== '"') {
      const end = record.indexOf(delimiter, at);
      fields.push(end === -1 ? record.slice(at) : record.slice(at, end));
      if (end === -1) return fields;
      at = end + 1;
      continue;
    }
    let end = record.indexOf('"', at + 1);
    while (record[end + 1] === '"') end = record.indexOf('"', end + 2);
    fields.push(record.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 >= record.length) return fields;
    at = end + 2; // the quote and the delimiter behind it
  }
}
