import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { linesOf, type Logger, LOGGER, parseJson, plainIssues } from '#lib/platform';
import { NDJSON } from '../http/body-parsers.js';
import { EventReports } from './event-reports.js';
import { type EventLine, EventRequest } from './events.schema.js';

const MAX_LINE_BYTES = 64 * 1024;
/** Lines that share a transaction. */
const BATCH_LINES = 500;

interface ReadLine {
  readonly line: number;
  readonly event: EventRequest | null;
  readonly problem: string;
}

/** Events as a stream, a line each, answered line by line while later ones are still on their way. */
@Injectable()
export class EventStream {
  constructor(
    @Inject(EventReports) private readonly reports: EventReports,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async run(request: FastifyRequest, reply: FastifyReply, caller: Principal): Promise<void> {
    const { body } = request;
    if (!(body instanceof Readable))
      throw new DomainError('unsupported_media_type', `Send ${NDJSON}, one event a line.`);
    const answers = this.answers(body, caller);
    // What refuses the whole is answered as an error, before anything else is.
    const first = await answers.next();
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { 'content-type': NDJSON, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    try {
      await pipeline(Readable.from(joined(first, answers)), out);
    } catch (error) {
      this.logger.warn({ requestId: request.id, err: error }, 'a stream of events broke off; it may be sent again');
    }
  }

  private async *answers(body: Readable, caller: Principal): AsyncGenerator<string> {
    let batch: ReadLine[] = [];
    let line = 0;
    for await (const item of linesOf(body, MAX_LINE_BYTES)) {
      line += 1;
      if (item.kind === 'line' && item.text.trim() === '') continue;
      batch.push(item.kind === 'line' ? readLine(line, item.text) : { line, event: null, problem: item.kind });
      if (batch.length < BATCH_LINES) continue;
      yield await this.carryOut(batch, caller);
      batch = [];
    }
    yield await this.carryOut(batch, caller);
  }

  private async carryOut(batch: readonly ReadLine[], caller: Principal): Promise<string> {
    const events = batch.flatMap(({ event }) => (event === null ? [] : [event]));
    const answers = (await this.reports.report(events, caller)).values();
    return batch
      .map(({ line, event, problem }): EventLine => {
        const next = event === null ? undefined : answers.next();
        return next === undefined || next.done === true ? { line, problem } : { line, answer: next.value };
      })
      .map((answer) => `${JSON.stringify(answer)}\n`)
      .join('');
  }
}

function readLine(line: number, text: string): ReadLine {
  try {
    const read = EventRequest.safeParse(parseJson(text));
    if (read.success) return { line, event: read.data, problem: '' };
    const problem = read.error.issues
      .flatMap(plainIssues)
      .map(({ path, message }) => `/${path.map(String).join('/')} ${message}`)
      .join('; ');
    return { line, event: null, problem };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { line, event: null, problem: error.detail };
  }
}

async function* joined(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  for (let step = first; step.done !== true; step = await rest.next()) if (step.value !== '') yield step.value;
}
