import { CsvProblem } from './csv-problem.js';
import { afterBlanks } from './decimal.js';

const QUOTE = 34;
const COMMA = 44;
const LF = 10;
const CR = 13;
const SPACE = 32;
/** One record; whoever needs more has left a quote open. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

const PLAIN = 0;
const QUOTED = 1;
/** Quoted, with doubled quotes in it. */
const ESCAPED = 2;

/**
 * The records of a CSV (RFC 4180, UTF-8, with or without BOM, lines end by LF or CRLF), which comes in pieces of any
 * size. Nothing is made per record: `bytes` with `startOf` and `endOf` say where the fields lie until the next record.
 * Lines without text are passed over.
 */
export class CsvRecords {
  /** Where the fields of the present record lie. */
  bytes: Uint8Array = new Uint8Array(1 << 17);
  /** How many fields the present record has. */
  count = 0;
  /** In which line the present record begins. */
  line = 0;

  private starts = new Int32Array(16);
  private ends = new Int32Array(16);
  private kinds = new Uint8Array(16);
  private from = 0;
  private to = 0;
  private nextLine = 1;
  private isBegun = false;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /** Takes the next piece and calls `onRecord` for every record that is complete. */
  push(piece: Uint8Array, onRecord: () => void): void {
    this.take(piece);
    if (!this.isBegun) {
      if (this.to < 3) return;
      this.skipByteOrderMark();
    }
    this.readOn(false, onRecord);
  }

  /** Says that there are no more pieces: what is left is the last record. */
  end(onRecord: () => void): void {
    if (!this.isBegun) this.skipByteOrderMark();
    this.readOn(true, onRecord);
  }

  /** The place where a field begins in `bytes`. */
  startOf(field: number): number {
    return this.starts[field] ?? 0;
  }

  endOf(field: number): number {
    return this.ends[field] ?? 0;
  }

  /** A field with doubled quotes does not lie in `bytes` as it is meant. */
  isEscaped(field: number): boolean {
    return this.kinds[field] === ESCAPED;
  }

  /** What a field says; doubled quotes are one. */
  text(field: number): string {
    let text: string;
    try {
      text = this.decoder.decode(this.bytes.subarray(this.startOf(field), this.endOf(field)));
    } catch (cause) {
      const problem = new CsvProblem(this.line, 'is not UTF-8.');
      problem.cause = cause;
      throw problem;
    }
    return this.isEscaped(field) ? text.replaceAll('""', '"') : text;
  }

  private isBlank(field: number): boolean {
    return afterBlanks(this.bytes, this.startOf(field), this.endOf(field)) === this.endOf(field);
  }

  private take(piece: Uint8Array): void {
    const left = this.to - this.from;
    if (left + piece.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, left + piece.length));
      larger.set(this.bytes.subarray(this.from, this.to));
      this.bytes = larger;
    } else if (this.from > 0) this.bytes.copyWithin(0, this.from, this.to);
    this.bytes.set(piece, left);
    this.from = 0;
    this.to = left + piece.length;
  }

  private skipByteOrderMark(): void {
    this.isBegun = true;
    const [a, b, c] = this.bytes;
    if (this.to >= 3 && a === 0xef && b === 0xbb && c === 0xbf) this.from = 3;
  }

  private readOn(isLast: boolean, onRecord: () => void): void {
    while (this.from < this.to) {
      const next = this.readRecord(isLast);
      if (next < 0) break;
      this.from = next;
      if (this.count > 1 || this.kinds[0] !== PLAIN || !this.isBlank(0)) onRecord();
    }
    if (this.to - this.from > MAX_RECORD_BYTES) throw new CsvProblem(this.nextLine, 'begins a record without end.');
  }

  /** @returns where the next record begins, or -1 when this one is not complete */
  private readRecord(isLast: boolean): number {
    const { bytes, to } = this;
    let at = this.from;
    let line = this.nextLine;
    this.line = line;
    this.count = 0;
    for (;;) {
      let start = at;
      while (at < to && bytes[at] === SPACE) at++;
      let end: number;
      let kind = PLAIN;
      if (at < to && bytes[at] === QUOTE) {
        kind = QUOTED;
        start = ++at;
        for (;;) {
          while (at < to && bytes[at] !== QUOTE) if (bytes[at++] === LF) line++;
          if (at + 1 >= to && !isLast) return -1;
          if (at >= to) throw new CsvProblem(this.line, 'has a quote that is never closed.');
          if (bytes[at + 1] !== QUOTE || at + 1 >= to) break;
          kind = ESCAPED;
          at += 2;
        }
        end = at++;
        while (at < to && (bytes[at] === SPACE || bytes[at] === CR)) at++;
        if (at < to && bytes[at] !== COMMA && bytes[at] !== LF)
          throw new CsvProblem(line, 'goes on behind a closing quote; a quote inside quotes is written twice.');
      } else {
        while (at < to && bytes[at] !== COMMA && bytes[at] !== LF) at++;
        end = at;
        if (end > start && bytes[end - 1] === CR && (at >= to || bytes[at] === LF)) end--;
      }
      if (at >= to && !isLast) return -1;
      this.addField(start, end, kind);
      if (at < to && bytes[at] === COMMA) {
        at++;
        continue;
      }
      this.nextLine = line + 1;
      return at + 1;
    }
  }

  private addField(start: number, end: number, kind: number): void {
    if (this.count === this.starts.length) {
      const length = this.count * 2;
      this.starts = Int32Array.from({ length }, (_, i) => this.starts[i] ?? 0);
      this.ends = Int32Array.from({ length }, (_, i) => this.ends[i] ?? 0);
      this.kinds = Uint8Array.from({ length }, (_, i) => this.kinds[i] ?? 0);
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.kinds[this.count] = kind;
    this.count++;
  }
}
