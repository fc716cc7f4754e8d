import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscoveryService } from '@nestjs/core';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { controllersOf, type Route, routeTable } from './http/route.js';
import { toOpenApiPath } from './http/openapi-builder.js';
import { openApiDocument, openApiText } from './openapi.js';
import { RunningApi } from './testing/running-api.js';
import { itInLongForm } from '../../../test/support/form.js';

describe('the API description', () => {
  let api: RunningApi;
  let routes: Route[];

  beforeAll(async () => {
    api = await RunningApi.start();
    routes = routeTable(controllersOf(api.app.get(DiscoveryService, { strict: false })));
  });
  afterAll(() => api.stop());

  itInLongForm('passes the recommended rules of Redocly', async () => {
    const problems = await lintFromString({
      source: openApiText(),
      absoluteRef: '/openapi.json',
      config: await createConfig({ extends: ['recommended'] }),
    });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual(
      [],
    );
  });

  it('describes every route of the running API and no other', () => {
    const described = Object.entries(openApiDocument()['paths'] as Record<string, object>).flatMap(
      ([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${toOpenApiPath(path)}`).sort());
  });

  it('is the same each time', () => {
    expect(openApiText()).toBe(openApiText());
  });

  it('is answered to anybody, with a page that runs nothing', async () => {
    const json = await api.send('GET', '/docs/openapi.json');
    expect([json.status, json.json()]).toEqual([200, openApiDocument()]);
    const page = await api.send('GET', '/docs');
    expect(page.status).toBe(200);
    expect(page.text).toContain('/v1/messages:bulk');
    expect(page.text).not.toMatch(/<script|undefined/);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  it('names operations once, and every scope that guards one', () => {
    const ids = routes.map(({ description }) => description?.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
