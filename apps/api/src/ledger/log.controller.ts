import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '#lib/kernel';
import { PublishedLog } from '#lib/ledger';
import { Malformed, parseTilePath, type TileName } from '#lib/proof';
import { Describe, Public } from '../http/route.js';
import { ConsistencyQuery, TilePath } from './log.schema.js';

const PREFIX = '/ledger/';
const OCTETS = 'application/octet-stream';
const TEXT = 'text/plain; charset=utf-8';
/** A tile never changes, a partial one neither: its name says how wide it is. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const SECONDS = 'public, max-age=1';
const NOTHING = 'Nothing is published under this path. Take paths from the size of /ledger/checkpoint.';

/** The log for strangers (C2SP tlog-tiles): what they need to check all of it, and nothing personal. */
@Controller('ledger')
export class LogController {
  constructor(@Inject(PublishedLog) private readonly log: PublishedLog) {}

  @Get('checkpoint')
  @Public()
  @Describe({
    id: 'getCheckpoint',
    group: 'Ledger',
    summary: 'The newest signed checkpoint of the log',
    description: 'C2SP tlog-checkpoint, with the cosignatures of witnesses.',
    answers: { 200: { description: 'A signed note.', contentType: 'text/plain', schema: z.string() } },
    errors: ['not_found'],
  })
  async checkpoint(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const note = isExactly(request, 'checkpoint') ? await this.log.checkpoint() : null;
    if (note === null) throw new DomainError('not_found', 'Nothing is published yet.');
    await reply.header('content-type', TEXT).header('cache-control', SECONDS).send(note);
  }

  @Get('tile/*')
  @Public()
  @Describe({
    id: 'getTile',
    group: 'Ledger',
    summary: 'A tile of the log: hashes, or entries',
    description:
      'C2SP tlog-tiles: `tile/<level>/<index>` has 256 hashes, `tile/entries/<index>` as many entries, `.p/<width>` behind either fewer. There is one spelling of each path. Entries are compressed for whoever takes gzip.',
    answers: { 200: { description: 'The bytes.', contentType: OCTETS, schema: z.string() } },
    errors: ['not_found'],
  })
  async tile(
    @Param({ schema: TilePath }) params: TilePath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const path = `tile/${params['*']}`;
    const name = isExactly(request, path) ? nameOf(path) : null;
    const bytes = name === null ? null : await this.log.tile(name);
    if (bytes === null) throw new DomainError('not_found', NOTHING);
    reply.headers({ 'content-type': OCTETS, 'cache-control': FOR_EVER });
    // Hashes are noise, which nothing makes smaller.
    if (name?.level !== 'entries') return void (await reply.send(bytes));
    reply.header('vary', 'accept-encoding');
    if (!takesGzip(request.headers['accept-encoding'])) return void (await reply.send(bytes));
    await reply.header('content-encoding', 'gzip').send(await packed(bytes));
  }

  @Get('consistency')
  @Public()
  @Describe({
    id: 'getConsistencyProof',
    group: 'Ledger',
    summary: 'Why the log has only grown between two sizes',
    description:
      'A consistency proof of RFC 9162, one hash to a line in base64; no line when there is nothing to show.',
    answers: { 200: { description: 'The hashes.', contentType: 'text/plain', schema: z.string() } },
    errors: ['not_found'],
  })
  async consistency(
    @Query({ schema: ConsistencyQuery }) { from, to }: ConsistencyQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const proof = await this.log.consistency(from, to);
    if (proof === null)
      throw new DomainError('not_found', 'Ask for sizes up to that of /ledger/checkpoint, the smaller first.');
    await reply.header('content-type', TEXT).header('cache-control', FOR_EVER).send(proof);
  }
}

const packed = promisify<Buffer, Buffer>(gzip);

/** By RFC 9110, section 12.5.3: what is named counts before what `*` says; nothing is asked for by who names nothing. */
function takesGzip(accepted: string | string[] | undefined): boolean {
  const codings = new Map(
    [accepted ?? []]
      .flat()
      .join()
      .toLowerCase()
      .split(',')
      .map((one) => one.split(';').map((part) => part.trim()))
      .map(([coding = '', weight = 'q=1']) => [coding, !/^q=0(\.0*)?$/.test(weight)]),
  );
  return codings.get('gzip') ?? codings.get('x-gzip') ?? codings.get('*') ?? false;
}

/** Escapes, doubled slashes and queries would make many addresses of one tile, each with a place in caches. */
const isExactly = (request: FastifyRequest, path: string): boolean => request.raw.url === PREFIX + path;

function nameOf(path: string): TileName | null {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}
