import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ErrorCode } from '#lib/kernel';
import type { Scope } from '#lib/platform';
import type { z } from 'zod';
import type { Group } from './groups.js';

const SCOPE = Symbol('scope of a route');
const BASIC = Symbol('whether a key may come as a password');
const DESCRIPTION = Symbol('description of a route');
const PUBLIC = 'public';

/** The scope an API key needs for this route. */
export const RequireScope = (scope: Scope): MethodDecorator => mark(SCOPE, scope);

/** The key of this route may also come by HTTP Basic, for programs that know nothing else. */
export const AcceptBasic = (): MethodDecorator => mark(BASIC, true);

/** Anybody may call this route, without a key. */
export const Public = (): MethodDecorator => mark(SCOPE, PUBLIC);

/** What a route does, for the API description. Schemas of what comes in are taken from the parameters. */
export interface RouteDescription {
  /** Starts the generated operation id: `putBrand`. */
  readonly id: string;
  readonly group: Group;
  readonly summary: string;
  readonly description?: string;
  /** By status; each error that is usual everywhere is added. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Errors that are particular to this route. */
  readonly errors?: readonly ErrorCode[];
  /** For a body that no schema parameter declares, such as a stream. */
  readonly body?: { readonly contentType: string; readonly schema: z.ZodType; readonly description: string };
  readonly headers?: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly description: string;
    readonly schema: z.ZodType;
  }[];
}

export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** application/json when left out. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: z.ZodType }>>;
}

export const Describe = (description: RouteDescription): MethodDecorator => mark(DESCRIPTION, description);

/** One route of the API as its decorators declare it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** As Nest has it: `/v1/brands/:key`. */
  readonly path: string;
  /** `ControllerClass.handler`, for messages. */
  readonly handler: string;
  readonly access: Scope | typeof PUBLIC | undefined;
  readonly description: RouteDescription | undefined;
  readonly body: Parameter;
  readonly query: Parameter;
  readonly params: Parameter;
}

/** Whether a handler takes this part of a request, and the schema it names for it. */
export interface Parameter {
  readonly used: boolean;
  readonly schema: z.ZodType | undefined;
}

export function accessOf(handler: object): Route['access'] {
  return Reflect.getMetadata(SCOPE, handler) as Route['access'];
}

export function acceptsBasic(handler: object): boolean {
  return Reflect.getMetadata(BASIC, handler) === true;
}

/** The controllers of a running application. */
export function controllersOf(discovery: DiscoveryService): Type<object>[] {
  return discovery
    .getControllers()
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as Type<object>] : []));
}

/** Every route of these controllers, in order of path and method. */
export function routeTable(controllers: readonly Type<object>[]): Route[] {
  const scanner = new MetadataScanner();
  const routes = controllers.flatMap((controller) => {
    const base = pathsOf(controller);
    const prototype = controller.prototype as Record<string, unknown>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      return base.flatMap((prefix) =>
        pathsOf(handler).map((path) => routeAt(controller, name, handler, join(prefix, path))),
      );
    });
  });
  return routes.sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
}

/** What a route lacks to be opened; empty when all is declared. */
export function routeProblems(routes: readonly Route[]): string[] {
  return routes.flatMap((route) => {
    const where = `${route.method} ${route.path} (${route.handler})`;
    return [
      ...(route.access === undefined ? [`${where} has neither @RequireScope nor @Public`] : []),
      ...(route.description === undefined ? [`${where} has no @Describe`] : []),
      ...(route.body.used && route.body.schema === undefined ? [`${where} takes a body without a schema`] : []),
      ...(route.query.used && route.query.schema === undefined ? [`${where} takes a query without a schema`] : []),
      ...(route.path.includes(':') && route.params.used && route.params.schema === undefined
        ? [`${where} takes a path without a schema`]
        : []),
    ];
  });
}

export function queryIsDeclared(controller: Type<unknown>, handlerName: string): boolean {
  return parameterOf(controller, handlerName, RouteParamtypes.QUERY).used;
}

/** Whether the handler is given the body, or the request to read it from. */
export function bodyIsRead(controller: Type<unknown>, handlerName: string): boolean {
  const isGiven = (kind: RouteParamtypes): boolean => parameterOf(controller, handlerName, kind).used;
  return isGiven(RouteParamtypes.BODY) || isGiven(RouteParamtypes.REQUEST);
}

function mark(key: symbol, value: unknown): MethodDecorator {
  return (_target, _name, descriptor) => {
    Reflect.defineMetadata(key, value, descriptor.value as object);
  };
}

function routeAt(controller: Type<object>, name: string, handler: object, path: string): Route {
  const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod] as Route['method'];
  return {
    method,
    path,
    handler: `${controller.name}.${name}`,
    access: accessOf(handler),
    description: Reflect.getMetadata(DESCRIPTION, handler) as RouteDescription | undefined,
    body: parameterOf(controller, name, RouteParamtypes.BODY),
    query: parameterOf(controller, name, RouteParamtypes.QUERY),
    params: parameterOf(controller, name, RouteParamtypes.PARAM),
  };
}

function parameterOf(controller: Type<unknown>, handlerName: string, kind: RouteParamtypes): Parameter {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handlerName) ?? {}) as Record<
    string,
    { schema?: z.ZodType }
  >;
  const own = Object.entries(args).filter(([key]) => key.startsWith(`${kind}:`));
  return { used: own.length > 0, schema: own[0]?.[1].schema };
}

function pathsOf(target: object): string[] {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return Array.isArray(path) ? path : [path ?? '/'];
}

function join(prefix: string, path: string): string {
  const joined = `/${prefix}/${path}`.replace(/\/+/g, '/');
  return joined.length > 1 ? joined.replace(/\/$/, '') : joined;
}
