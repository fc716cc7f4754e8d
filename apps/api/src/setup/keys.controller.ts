import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Inject, Param, Post, Query } from '@nestjs/common';
import { type Change, KeyService, type Principal } from '#lib/consent';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, Caller } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { Uuid } from '../http/scalars.schema.js';
import {
  IssuedKeyAnswer,
  KeyAnswer,
  KeyIdPath,
  KeyPage,
  KeyRequest,
  RotateRequest,
  toKeyAnswer,
} from './keys.schema.js';

@Controller('v1/keys')
export class KeysController {
  constructor(@Inject(KeyService) private readonly keys: KeyService) {}

  @Post()
  @RequireScope('keys:write')
  @Describe({
    id: 'issueKey',
    group: 'API keys',
    summary: 'Issue an API key',
    description:
      'Nobody gives more than they have: the new key stays inside the brand, scopes and test mode of the key used here.',
    answers: { 201: { description: 'The key, shown this once.', schema: IssuedKeyAnswer } },
    errors: ['not_found'],
  })
  async issue(
    @Body({ schema: KeyRequest }) request: KeyRequest,
    @Caller() caller: Principal,
    @Author() change: Change,
  ) {
    const { key, text } = await this.keys.issue({ ...request, expiresAt: request.expiresAt ?? null }, change, caller);
    return { ...toKeyAnswer(key), key: text };
  }

  @Get()
  @RequireScope('keys:write')
  @Describe({
    id: 'listKeys',
    group: 'API keys',
    summary: 'List API keys',
    answers: { 200: { description: 'In order of issue, ended ones included.', schema: KeyPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @Caller() caller: Principal) {
    const request = toPageRequest(query, (position) => Uuid.safeParse(position).success);
    return toPageAnswer(await this.keys.list(caller.brandId, request), toKeyAnswer);
  }

  @Get(':id')
  @RequireScope('keys:write')
  @Describe({
    id: 'getKey',
    group: 'API keys',
    summary: 'Read what is known of an API key',
    answers: { 200: { description: 'The key, without its secret.', schema: KeyAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: KeyIdPath }) { id }: KeyIdPath, @Caller() caller: Principal) {
    return toKeyAnswer(await this.keys.get(id, caller.brandId));
  }

  @Post(':id/rotate')
  @RequireScope('keys:write')
  @Describe({
    id: 'rotateKey',
    group: 'API keys',
    summary: 'Replace an API key',
    description: 'Issues a successor with the same rights. Both work until the overlap ends.',
    answers: { 201: { description: 'The successor, shown this once.', schema: IssuedKeyAnswer } },
    errors: ['not_found', 'conflict'],
  })
  async rotate(
    @Param({ schema: KeyIdPath }) { id }: KeyIdPath,
    @Body({ schema: RotateRequest }) { overlapHours, expiresAt }: RotateRequest,
    @Caller() caller: Principal,
    @Author() change: Change,
  ) {
    const { key, text } = await this.keys.rotate(id, { overlapHours, expiresAt: expiresAt ?? null }, change, caller);
    return { ...toKeyAnswer(key), key: text };
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireScope('keys:write')
  @Describe({
    id: 'revokeKey',
    group: 'API keys',
    summary: 'Revoke an API key',
    description: 'At once: the next request with it is refused, in every process. Again is fine.',
    answers: { 204: { description: 'Revoked.' } },
    errors: ['not_found'],
  })
  async revoke(
    @Param({ schema: KeyIdPath }) { id }: KeyIdPath,
    @Caller() caller: Principal,
    @Author() change: Change,
  ): Promise<void> {
    await this.keys.revoke(id, change, caller);
  }
}
