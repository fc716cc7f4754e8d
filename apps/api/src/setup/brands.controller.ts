import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BrandService, type Change, type Principal } from '#lib/consent';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, Caller } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { BrandAnswer, BrandPage, BrandRequest, toBrandAnswer } from './brands.schema.js';
import { withStatus } from './put-status.js';
import { KeyPath } from './setup.schema.js';

@Controller('v1/brands')
export class BrandsController {
  constructor(@Inject(BrandService) private readonly brands: BrandService) {}

  @Put(':key')
  @RequireScope('brands:write')
  @Describe({
    id: 'putBrand',
    group: 'Brands',
    summary: 'Create or replace a brand',
    description: 'Only an operator key creates one; a key of the brand replaces its own.',
    answers: {
      200: { description: 'Replaced.', schema: BrandAnswer },
      201: { description: 'Created.', schema: BrandAnswer },
    },
    errors: ['not_found', 'invalid_zone'],
  })
  async put(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Body({ schema: BrandRequest }) request: BrandRequest,
    @Caller() caller: Principal,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toBrandAnswer(withStatus(await this.brands.put(key, request, change, caller.brandId), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listBrands',
    group: 'Brands',
    summary: 'List the brands the key can see',
    answers: { 200: { description: 'In order of key.', schema: BrandPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @Caller() caller: Principal) {
    return toPageAnswer(await this.brands.list(caller.brandId, toPageRequest(query)), toBrandAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getBrand',
    group: 'Brands',
    summary: 'Read a brand',
    answers: { 200: { description: 'The brand.', schema: BrandAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: KeyPath }) { key }: KeyPath, @Caller() caller: Principal) {
    return toBrandAnswer(await this.brands.get(key, caller.brandId));
  }
}
