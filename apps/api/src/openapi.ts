import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { FEATURES } from './features.js';
import { buildOpenApi } from './http/openapi-builder.js';
import { routeTable } from './http/route.js';

/** The description of the whole API, without starting it. Written to docs/openapi.json as `openApiText` has it. */
export function openApiDocument(): Record<string, unknown> {
  const controllers = FEATURES.flatMap(
    (feature) => (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, feature) ?? []) as Type<object>[],
  );
  return buildOpenApi(routeTable(controllers));
}

/** The bytes of docs/openapi.json. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}
