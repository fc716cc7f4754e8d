import type { Readable } from 'node:stream';
import { DomainError } from '#lib/kernel';

/** Of a mail that has come in, so much is read at most. */
const MAX_BYTES = 25 * 1024 * 1024;
/** And so much of it kept: people who leave write little. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** A text in base64 has fewer lines than this (150 kB); what goes on is a picture or a file. */
const MAX_CODED_LINES = 2_000;
/** RFC 5322, section 2.1.1; a longer line is no base64 and is kept as it comes. */
const MAX_LINE_BYTES = 998;
const LINE_FEED = 0x0a;
const CODED = /^[A-Za-z0-9+/]{60,}={0,2}\r?\n$/;

/**
 * What is needed of a mail: its headers, its texts and reports, without what is long in its pictures and files, wherever
 * these stand between. Never has more than that, a line and a piece of the stream in memory.
 * @throws DomainError payload_too_large beyond 25 MB
 */
export async function readMailBody(stream: Readable): Promise<Buffer> {
  const kept = new KeptMail();
  let bytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BYTES)
      throw new DomainError(
        'payload_too_large',
        'Send at most 25 MB; headers and the first megabyte of a mail are enough.',
      );
    kept.add(piece);
  }
  return kept.end();
}

class KeptMail {
  private readonly parts: Buffer[] = [];
  private size = 0;
  private line = Buffer.alloc(0);
  private coded = 0;

  add(piece: Buffer): void {
    for (let at = 0; at < piece.length && this.size < MAX_KEPT_BYTES;) {
      const newline = piece.indexOf(LINE_FEED, at);
      const end = newline < 0 ? piece.length : newline + 1;
      this.line = Buffer.concat([this.line, piece.subarray(at, end)]);
      if (newline >= 0 || this.line.length > MAX_LINE_BYTES) this.take();
      at = end;
    }
  }

  end(): Buffer {
    this.take();
    return Buffer.concat(this.parts, Math.min(this.size, MAX_KEPT_BYTES));
  }

  private take(): void {
    const { line } = this;
    this.line = Buffer.alloc(0);
    this.coded = line.length <= MAX_LINE_BYTES && CODED.test(line.toString('latin1')) ? this.coded + 1 : 0;
    if (this.coded > MAX_CODED_LINES) return;
    this.parts.push(line);
    this.size += line.length;
  }
}
