import { Body, Controller, Get, HttpCode, HttpStatus, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Change } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { systemClock } from '#lib/platform';
import { EventEndpointService } from '#lib/sending';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { withStatus } from '../setup/put-status.js';
import { KeyPath } from '../setup/setup.schema.js';
import {
  DeliveriesQuery,
  DeliveryPage,
  EndpointAnswer,
  EndpointPage,
  EndpointRequest,
  EndpointWithSecret,
  ReplayAnswer,
  ReplayRequest,
  RotateSecretRequest,
  toDeliveryAnswer,
  toEndpointAnswer,
  toEndpointWithSecret,
} from './event-endpoints.schema.js';

@Controller('v1/event-endpoints')
export class EventEndpointsController {
  constructor(@Inject(EventEndpointService) private readonly endpoints: EventEndpointService) {}

  @Put(':key')
  @RequireScope('setup:write')
  @Describe({
    id: 'putEventEndpoint',
    group: 'Events out',
    summary: 'Create or replace an endpoint of events',
    description:
      'A new one is told what happens from now on, at least once, signed as Standard Webhooks with CloudEvents 1.0 in the body. Its signing key is in this answer and in no other.',
    answers: {
      200: { description: 'Replaced; the signing key stays.', schema: EndpointWithSecret },
      201: { description: 'Created, with its signing key.', schema: EndpointWithSecret },
    },
  })
  async put(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Body({ schema: EndpointRequest }) request: EndpointRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toEndpointWithSecret(withStatus(await this.endpoints.put(brandId, key, request, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listEventEndpoints',
    group: 'Events out',
    summary: 'List endpoints of events',
    answers: { 200: { description: 'In order of key.', schema: EndpointPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.endpoints.list(brandId, toPageRequest(query), systemClock.now()), toEndpointAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getEventEndpoint',
    group: 'Events out',
    summary: 'Read an endpoint of events',
    answers: { 200: { description: 'The endpoint.', schema: EndpointAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: KeyPath }) { key }: KeyPath, @CallerBrand() brandId: BrandId) {
    return toEndpointAnswer(await this.endpoints.get(brandId, key, systemClock.now()));
  }

  @Post(':key/rotate')
  @RequireScope('setup:write')
  @Describe({
    id: 'rotateEventEndpoint',
    group: 'Events out',
    summary: 'Replace the signing key of an endpoint',
    description: 'Both keys sign until the overlap ends.',
    answers: { 201: { description: 'With the new key, shown this once.', schema: EndpointWithSecret } },
    errors: ['not_found'],
  })
  async rotate(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Body({ schema: RotateSecretRequest }) { overlapHours }: RotateSecretRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
  ) {
    return toEndpointWithSecret(await this.endpoints.rotate(brandId, key, overlapHours * 3_600_000, change));
  }

  @Get(':key/deliveries')
  @RequireScope('setup:read')
  @Describe({
    id: 'listEventDeliveries',
    group: 'Events out',
    summary: 'What was sent to an endpoint',
    description: 'Kept for 30 days after it was delivered or given up.',
    answers: { 200: { description: 'Newest first.', schema: DeliveryPage } },
    errors: ['not_found'],
  })
  async deliveries(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Query({ schema: DeliveriesQuery }) { status, ...query }: DeliveriesQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    const page = toPageRequest(query, (position) => /^\d{1,15}$/.test(position));
    return toPageAnswer(await this.endpoints.deliveries(brandId, key, status ?? null, page), toDeliveryAnswer);
  }

  @Post(':key/replay')
  @HttpCode(HttpStatus.OK)
  @RequireScope('setup:write')
  @Describe({
    id: 'replayEvents',
    group: 'Events out',
    summary: 'Deliver events once more',
    description: 'Each under its own id, by which a receiver knows that it has it.',
    answers: { 200: { description: 'How many.', schema: ReplayAnswer } },
    errors: ['not_found'],
  })
  async replay(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Body({ schema: ReplayRequest }) request: ReplayRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
  ) {
    return { again: await this.endpoints.replay(brandId, key, request, change) };
  }
}
