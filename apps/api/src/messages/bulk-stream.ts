import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import {
  asDomainError,
  lineGroupsOf,
  type Logger,
  LOGGER,
  parseJson,
  statusOf,
  type TextLine,
  toProblem,
} from '#lib/platform';
import { type AcceptAnswer, AcceptService, type AcceptItem } from '#lib/sending';
import { NDJSON, notUtf8 } from '../http/body-parsers.js';
import { toViolations } from '../http/schema.pipe.js';
import { toAcceptItem } from './accept-item.js';
import { BulkLine, plainBulkLine } from './message-request.schema.js';

/** Lines that share a transaction. */
const BATCH_LINES = 500;
/** Batches under way at once: one is accepted while the next is read. */
const BATCHES_UNDER_WAY = 2;
const MAX_LINE_BYTES = 256 * 1024;
/** Without a further line for this long a caller is taken to wait. */
const PAUSE_MS = 10;

type Line =
  | { readonly kind: 'item'; readonly item: AcceptItem }
  | { readonly kind: 'refused'; readonly error: DomainError };

const UNREADABLE = {
  too_long: new DomainError('payload_too_large', `Send at most ${MAX_LINE_BYTES} bytes a line.`),
  not_utf8: notUtf8(),
};

/**
 * Accepts a stream of messages and answers it with a stream, line by line and in order. A line that cannot be
 * accepted is answered with its problem and the rest goes on; a caller that reads slowly slows the reading of what
 * it sends, so that memory stays bounded whatever the length.
 */
@Injectable()
export class BulkStream {
  constructor(
    @Inject(AcceptService) private readonly acceptance: AcceptService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async run(request: FastifyRequest, reply: FastifyReply, caller: Principal): Promise<void> {
    const body = request.body;
    if (!(body instanceof Readable)) {
      throw new DomainError(
        'unsupported_media_type',
        `Send ${NDJSON}: one JSON object a line, each with its idempotencyKey.`,
      );
    }
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { 'content-type': NDJSON, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    try {
      // Ends the answer, and stops reading when the caller goes away.
      await pipeline(Readable.from(this.answers(body, caller)), out);
    } catch (error) {
      this.logger.warn(
        { requestId: request.id, err: error },
        'a bulk stream broke off; lines without an answer may be sent again',
      );
    }
  }

  /**
   * Answers of whole batches, in order; at most BATCHES_UNDER_WAY are worked on. A caller who pauses gets the answers to
   * what it sent so far: it may be waiting for them before it goes on.
   */
  private async *answers(body: Readable, caller: Principal): AsyncGenerator<string> {
    const underWay: Promise<string>[] = [];
    let lineNumber = 0;
    let batch: { n: number; line: Line }[] = [];
    const flush = (): void => {
      const full = batch;
      batch = [];
      const work = this.accept(full);
      work.catch(() => undefined); // a failure is met where the batch's turn comes
      underWay.push(work);
    };
    const groups = lineGroupsOf(body, MAX_LINE_BYTES);
    try {
      for (;;) {
        const next = groups.next();
        const isOwed = batch.length > 0 || underWay.length > 0;
        if (isOwed && body.readableLength === 0 && (await isPause(next))) {
          if (batch.length > 0) flush();
          while (underWay.length > 0) yield (await underWay.shift()) ?? '';
        }
        const came = await next;
        if (came.done === true) break;
        for (const line of came.value) {
          lineNumber++;
          if (line.kind === 'line' && line.text.trim() === '') continue;
          batch.push({ n: lineNumber, line: readLine(line, caller) });
          if (batch.length === BATCH_LINES) flush();
          while (underWay.length >= BATCHES_UNDER_WAY) yield (await underWay.shift()) ?? '';
        }
      }
      if (batch.length > 0) flush();
      for (const work of underWay) yield await work;
    } finally {
      // Not waited for: it ends with the request's body, which ends with its connection.
      void groups.return(undefined).catch(() => undefined);
    }
  }

  private async accept(batch: readonly { n: number; line: Line }[]): Promise<string> {
    const items = batch.flatMap(({ line }) => (line.kind === 'item' ? [line.item] : []));
    const answers = items.length === 0 ? [] : await this.acceptAll(items);
    let next = 0;
    return batch
      .map(({ n, line }) => {
        const answer = line.kind === 'item' ? answers[next++] : line;
        return `${write(n, answer ?? { kind: 'refused', error: new DomainError('internal', 'Send this line again.') })}\n`;
      })
      .join('');
  }

  /**
   * When a batch fails as a whole, each line is tried by itself: the keys make that safe. Not while the database is
   * away or makes us wait: that says nothing about a line, and every one of them would wait as long again.
   */
  private async acceptAll(items: readonly AcceptItem[]): Promise<readonly AcceptAnswer[]> {
    try {
      return await this.acceptance.acceptMany(items);
    } catch (error) {
      const known = asDomainError(error);
      if (known.code !== 'internal') return items.map(() => ({ kind: 'refused', error: known }));
      this.logger.warn({ err: error, lines: items.length }, 'a bulk batch failed; its lines are tried one by one');
    }
    const answers: AcceptAnswer[] = [];
    for (const item of items) {
      answers.push(
        ...(await this.acceptance
          .acceptMany([item])
          .catch((error: unknown) => [{ kind: 'refused' as const, error: asDomainError(error) }])),
      );
    }
    return answers;
  }
}

/** Whether nothing comes for a moment. An error that comes instead is met where the line is awaited. */
async function isPause(next: Promise<unknown>): Promise<boolean> {
  const came = next.then(
    () => false,
    () => false,
  );
  return Promise.race([came, sleep(PAUSE_MS, true)]);
}

function readLine(line: TextLine, caller: Principal): Line {
  if (line.kind !== 'line') return { kind: 'refused', error: UNREADABLE[line.kind] };
  try {
    const { idempotencyKey, ...request } = plainBulkLine(parseJson(line.text)) ?? carefullyRead(line.text);
    return { kind: 'item', item: toAcceptItem(caller, idempotencyKey, request) };
  } catch (error) {
    return { kind: 'refused', error: asDomainError(error) };
  }
}

/** By the schema, which says what is wrong. @throws DomainError */
function carefullyRead(text: string): BulkLine {
  const parsed = BulkLine.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const violations = parsed.error.issues.slice(0, 20).flatMap((issue) => toViolations(issue, 'body'));
  throw new DomainError('invalid_request', 'Correct what `errors` names; /docs shows what is expected.', {
    violations,
  });
}

/** The stored answer is spliced in as it is, so that a repeated line gets the same bytes. */
function write(n: number, answer: AcceptAnswer | Line): string {
  if (answer.kind === 'accepted')
    return `{"line":${n},"status":202,"replayed":${answer.replayed},"message":${answer.response}}`;
  if (answer.kind === 'refused')
    return JSON.stringify({ line: n, status: statusOf(answer.error.code), error: toProblem(answer.error) });
  throw new Error('a line was not answered');
}
