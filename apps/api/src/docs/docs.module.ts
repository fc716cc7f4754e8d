import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Module, Res } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { buildOpenApi, toOpenApiPath } from '../http/openapi-builder.js';
import { controllersOf, Describe, Public, type Route, routeTable } from '../http/route.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
code{font:14px ui-monospace,monospace}table{border-collapse:collapse;width:100%}td{padding:.3rem .8rem .3rem 0;vertical-align:top}
td:first-child{white-space:nowrap}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'`;

@Controller('docs')
export class DocsController {
  /** Made once: everybody may ask, and the routes do not change while the process runs. */
  private made: { readonly page: string; readonly openApi: string } | undefined;

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  @Get()
  @Public()
  @Describe({
    id: 'getDocs',
    group: 'Operations',
    summary: 'The API at a glance',
    answers: { 200: { description: 'A page.', contentType: 'text/html', schema: z.string() } },
  })
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', POLICY)
      .send(this.documents().page);
  }

  @Get('openapi.json')
  @Public()
  @Describe({
    id: 'getOpenApi',
    group: 'Operations',
    summary: 'The API in OpenAPI 3.1',
    answers: { 200: { description: 'This description.', schema: z.looseObject({ openapi: z.string() }) } },
  })
  async openApi(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', 'application/json; charset=utf-8').send(this.documents().openApi);
  }

  private documents(): { readonly page: string; readonly openApi: string } {
    if (this.made !== undefined) return this.made;
    const routes = routeTable(controllersOf(this.discovery));
    this.made = { page: pageOf(routes), openApi: JSON.stringify(buildOpenApi(routes)) };
    return this.made;
  }
}

/** The description of the API, for people and for programs. */
@Module({ imports: [DiscoveryModule], controllers: [DocsController] })
export class DocsModule {}

/** Everything in it comes from our own decorators, and is escaped all the same. */
function pageOf(routes: readonly Route[]): string {
  const groups = [...new Set(routes.map(groupOf))].sort();
  const tables = groups.map((group) => {
    const rows = routes.filter((route) => groupOf(route) === group).map(rowOf);
    return `<h2>${escape(group)}</h2><table>${rows.join('')}</table>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Consent Gateway API</title><style>${STYLE}</style></head><body><h1>Consent Gateway API</h1><p>Shapes, errors and examples are in the <a href="/docs/openapi.json">OpenAPI description</a>. Each route names the scope its API key needs.</p>${tables.join('')}</body></html>`;
}

function groupOf({ description }: Route): string {
  return description?.group ?? '';
}

function rowOf({ method, path, access, description }: Route): string {
  const cells = [
    `<code>${method} ${escape(toOpenApiPath(path))}</code>`,
    escape(description?.summary ?? ''),
    `<code>${escape(access ?? '')}</code>`,
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
