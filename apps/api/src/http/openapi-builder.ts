import { z } from 'zod';
import type { ErrorCode } from '#lib/kernel';
import { PROBLEM_MEDIA_TYPE, statusOf } from '#lib/platform';
import { GROUPS } from './groups.js';
import { ProblemAnswer } from './problem.schema.js';
import type { Answer, Route } from './route.js';

type Json = { [name: string]: unknown };

const JSON_TYPE = 'application/json';
/** What the rest of a path is called, which the router calls a star. */
const REST = 'path';
const COMPONENTS = '#/components/schemas/';

/**
 * The description of these routes in OpenAPI 3.1. The same routes always give the same bytes.
 * Fit for `JSON.stringify(document, null, 2)`: members are in order.
 */
export function buildOpenApi(routes: readonly Route[]): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = toOpenApiPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  const groups = [...new Set(routes.flatMap(({ description }) => description?.group ?? []))].sort();
  return inOrder({
    openapi: '3.1.0',
    info: {
      title: 'Consent Gateway',
      version: '1',
      summary: 'The place every marketing message must pass before it leaves.',
      description:
        'A refused message is not an error: it is a decision, and answered as one. Errors are problem documents (RFC 9457) with a stable code.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/', description: 'Where this description was read.' }],
    tags: groups.map((name) => ({ name, description: GROUPS[name] })),
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, as `Authorization: Bearer cg_...`.' },
      },
    },
  }) as Json;
}

/** `/v1/brands/:key` is `/v1/brands/{key}`, a star the rest of a path; two colons are one that is meant. */
export function toOpenApiPath(path: string): string {
  return path
    .replaceAll('::', '\u0000')
    .replace(/:([A-Za-z]+)/g, '{$1}')
    .replace(/\*$/, `{${REST}}`)
    .replaceAll('\u0000', ':');
}

function operationOf(route: Route, schemas: Schemas): Json {
  const { description, access } = route;
  if (description === undefined) throw new Error(`${route.handler} has no @Describe`);
  const isPublic = access === 'public';
  const body = bodyOf(route, schemas);
  const parameters = [
    ...parametersIn('path', route.params.schema, schemas),
    ...parametersIn('query', route.query.schema, schemas),
    ...(description.headers ?? []).map(({ schema, ...header }) => ({
      in: 'header',
      ...header,
      schema: schemas.input(schema),
    })),
  ];
  const said = [description.description, isPublic ? 'Needs no key.' : `Needs the scope \`${access}\`.`];
  return {
    operationId: description.id,
    summary: description.summary,
    description: said.filter(Boolean).join('\n\n'),
    tags: [description.group],
    security: isPublic ? [] : [{ apiKey: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: body }),
    responses: responsesOf(route, schemas),
  };
}

function bodyOf({ body, description }: Route, schemas: Schemas): Json | null {
  if (description?.body !== undefined) {
    const { contentType, schema, description: said } = description.body;
    return { required: true, description: said, content: { [contentType]: { schema: schemas.input(schema) } } };
  }
  if (body.schema === undefined) return null;
  return { required: true, content: { [JSON_TYPE]: { schema: schemas.input(body.schema) } } };
}

function parametersIn(place: 'path' | 'query', schema: z.ZodType | undefined, schemas: Schemas): Json[] {
  if (schema === undefined) return [];
  if (!(schema instanceof z.ZodObject)) throw new Error(`the ${place} of a route is described by an object`);
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, member]) => {
    const description = member.meta()?.description;
    return {
      name: name === '*' ? REST : name,
      in: place,
      required: place === 'path' || !member.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: schemas.input(member),
    };
  });
}

function responsesOf(route: Route, schemas: Schemas): Json {
  const responses: Record<string, Json> = {};
  for (const [status, answer] of Object.entries(route.description?.answers ?? {})) {
    responses[status] = responseOf(answer, schemas);
  }
  const errors = [...new Set(errorsOf(route))].sort();
  for (const status of new Set(errors.map(statusOf))) {
    const codes = errors.filter((code) => statusOf(code) === status);
    const content = { [PROBLEM_MEDIA_TYPE]: { schema: schemas.output(ProblemAnswer) } };
    responses[String(status)] ??= { description: `Problem: ${codes.join(', ')}.`, content };
  }
  return responses;
}

/** What can go wrong on any route of its kind, and what its own description adds. */
function errorsOf({ access, body, query, params, description }: Route): ErrorCode[] {
  const takesBody = body.used || description?.body !== undefined;
  return [
    'internal',
    ...(access === 'public' ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...(takesBody
      ? (['malformed_json', 'invalid_request', 'payload_too_large', 'unsupported_media_type'] as const)
      : []),
    ...(query.used ? (['invalid_request'] as const) : []),
    ...(params.used ? (['not_found'] as const) : []),
    ...(access === 'public' ? (['invalid_request'] as const) : []),
    ...(description?.errors ?? []),
  ];
}

function responseOf({ description, schema, contentType = JSON_TYPE, headers }: Answer, schemas: Schemas): Json {
  const described = Object.entries(headers ?? {}).map(([name, header]) => [
    name,
    { description: header.description, schema: schemas.output(header.schema) },
  ]);
  return {
    description,
    ...(described.length === 0 ? {} : { headers: Object.fromEntries(described) as Json }),
    ...(schema === undefined ? {} : { content: { [contentType]: { schema: schemas.output(schema) } } }),
  };
}

/** Collects named schemas. One that reads differently as input and as output is kept twice, the second as `NameOutput`. */
class Schemas {
  private readonly inputs = new Map<string, Json>();
  private readonly outputs = new Map<string, Json>();

  input(schema: z.ZodType): Json {
    return this.convert(schema, 'input', this.inputs);
  }

  output(schema: z.ZodType): Json {
    const converted = this.convert(schema, 'output', this.outputs);
    return this.renamed(converted);
  }

  all(): Json {
    const all: Json = Object.fromEntries(this.inputs);
    for (const [name, schema] of this.outputs) all[this.outputName(name)] = this.renamed(schema);
    return all;
  }

  private convert(schema: z.ZodType, io: 'input' | 'output', into: Map<string, Json>): Json {
    const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      this.keep(into, nameOf(name), clean(definition));
    }
    const id = schema.meta()?.id;
    if (id === undefined || '$ref' in own) return clean(own);
    this.keep(into, id, clean(own));
    return { $ref: `${COMPONENTS}${id}` };
  }

  private keep(into: Map<string, Json>, name: string, schema: Json): void {
    const known = into.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`two schemas are called ${name}; each needs an id of its own`);
    }
    into.set(name, schema);
  }

  /** Both forms are known only at the end, but a name decides itself: by whether the two differ. */
  private outputName(name: string): string {
    const input = this.inputs.get(name);
    const output = this.outputs.get(name);
    return input === undefined || JSON.stringify(inOrder(input)) === JSON.stringify(inOrder(output))
      ? name
      : `${name}Output`;
  }

  private renamed(value: Json): Json {
    return mapRefs(value, (name) => this.outputName(name)) as Json;
  }
}

/** Zod numbers what is recursive and has no id. There is one such schema here, z.json(); a second would be found by `keep`. */
function nameOf(name: string): string {
  return name.startsWith('__schema') ? 'JsonValue' : name;
}

/** References point into the document, and `id` is a name, not a part of the schema. */
function clean(schema: Json): Json {
  const { id: _, ...rest } = mapRefs(schema, nameOf) as Json;
  return rest;
}

function mapRefs(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name !== '$ref' || typeof member !== 'string') return [name, mapRefs(member, rename)];
      return [name, `${COMPONENTS}${rename(member.replace(/^.*\//, ''))}`];
    }),
  );
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member)]),
  );
}
