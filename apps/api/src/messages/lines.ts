import type { Readable } from 'node:stream';

/** One line of a stream, or that it was longer than allowed and was not kept. */
export type TextLine = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too_long' };

const LF = 0x0a;
const CR = 0x0d;

/**
 * The lines of a stream of UTF-8, as they come, without their line ends (LF or CR LF). Never holds more than
 * `maxBytes` of a line: what goes on beyond that is read and forgotten up to its end.
 */
export async function* linesOf(stream: Readable, maxBytes: number): AsyncGenerator<TextLine> {
  let parts: Buffer[] = [];
  let length = 0;
  const end = (): TextLine => {
    const bytes = Buffer.concat(parts);
    const line: TextLine = length > maxBytes ? { kind: 'too_long' } : { kind: 'line', text: textOf(bytes) };
    parts = [];
    length = 0;
    return line;
  };
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length > maxBytes) parts = [];
    else if (piece.length > 0) parts.push(piece);
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      take(chunk.subarray(from, at));
      yield end();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield end();
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8', 0, bytes.at(-1) === CR ? bytes.length - 1 : bytes.length);
}
