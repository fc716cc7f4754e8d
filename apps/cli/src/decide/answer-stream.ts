import type { Readable } from 'node:stream';
import { linesOf } from '#lib/platform';
import { CaseDecider, type CaseRefusal } from '#lib/sending';

/** A case with 10,000 hand-overs and a policy of 50 rules of each kind has half of this. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;
/** Answers are handed on in pieces of about this size: one write a line would cost more than the decision. */
const PIECE_CHARS = 64 * 1024;

/**
 * Answers a stream of cases, one a line, in order; lines without text are passed over. It reads no further than what it
 * wrote is taken, so memory stays bounded whatever the length.
 */
export class AnswerStream {
  private refusals = 0;
  private readonly decider: CaseDecider;

  constructor(options: { readonly explain: boolean }) {
    this.decider = new CaseDecider(options);
  }

  /** Lines about which nothing could be decided, so far. */
  get refused(): number {
    return this.refusals;
  }

  async *answers(cases: Readable): AsyncGenerator<string> {
    let piece = '';
    let number = 0;
    for await (const line of linesOf(cases, MAX_LINE_BYTES)) {
      number++;
      // A byte order mark is white space to trim, and nothing to JSON.
      const text = line.kind === 'line' ? line.text.trim() : null;
      if (text === '') continue;
      const answer = line.kind === 'line' ? this.decider.answer(text ?? '', number) : unread(line.kind, number);
      if (answer.isRefused) this.refusals++;
      piece += `${answer.text}\n`;
      if (piece.length >= PIECE_CHARS) {
        yield piece;
        piece = '';
      }
    }
    if (piece !== '') yield piece;
  }
}

function unread(kind: 'too_long' | 'not_utf8', line: number): { readonly text: string; readonly isRefused: true } {
  const error =
    kind === 'too_long'
      ? { code: 'payload_too_large' as const, detail: `is longer than ${MAX_LINE_BYTES} bytes`, pointer: '' }
      : { code: 'malformed_json' as const, detail: 'is not UTF-8', pointer: '' };
  const refusal: CaseRefusal = { id: null, line, error };
  return { text: JSON.stringify(refusal), isRefused: true };
}
