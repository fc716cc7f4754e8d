import type { FeedProperty, FeedSet } from './feed-set.js';
import { propertyOf } from './feed-set.js';
import { type Condition, FilterProblem, parseFilter } from './filter.js';
import { type Literal, literalOf } from './literals.js';

/** What is asked of a set, as OData writes it. */
export interface FeedOptions {
  readonly filter?: string | undefined;
  readonly select?: string | undefined;
  readonly orderBy?: string | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
  readonly count?: boolean | undefined;
  readonly skipToken?: string | undefined;
}

export interface Order {
  readonly property: FeedProperty;
  readonly isDescending: boolean;
}

/** Where the next page begins. */
export interface SkipToken {
  /** Nothing that was recorded later is in any page: in microseconds, as SQL writes it. */
  readonly asOf: string;
  /** Of the last row before, by the properties of the order. */
  readonly after: readonly (Literal | null)[];
}

export interface FeedQuery {
  readonly filter: Condition | null;
  readonly select: readonly FeedProperty[];
  /** Never empty, and no two rows are the same by it. */
  readonly order: readonly Order[];
  readonly top: number | null;
  readonly skip: number;
  readonly count: boolean;
  readonly token: SkipToken | null;
}

/** Reads the options of a request. @throws FilterProblem */
export function parseQuery(set: FeedSet, options: FeedOptions): FeedQuery {
  const order = orderOf(set, options.orderBy);
  return {
    filter: options.filter === undefined ? null : parseFilter(options.filter, set),
    select: selectOf(set, options.select),
    order,
    top: options.top ?? null,
    skip: options.skip ?? 0,
    count: options.count ?? false,
    token: options.skipToken === undefined ? null : tokenOf(options.skipToken, order, questionOf(set, options)),
  };
}

/** The token as it stands in a link. It is good for the same question alone. */
export function writeToken({ asOf, after }: SkipToken, set: FeedSet, options: FeedOptions): string {
  return Buffer.from(JSON.stringify([questionOf(set, options), asOf, ...after])).toString('base64url');
}

function tokenOf(text: string, order: readonly Order[], question: string): SkipToken {
  const read = jsonOf(Buffer.from(text, 'base64url').toString('utf8'));
  const [asked, asOf, ...after] = Array.isArray(read) ? (read as unknown[]) : [];
  const instant = typeof asOf === 'string' ? literalOf(asOf, 'instant') : null;
  const fits = after.length === order.length && order.every(({ property }, i) => isValue(after[i], property));
  if (asked !== question || instant === null || !fits) {
    throw new FilterProblem(false, '$skiptoken: follow the link of the page before, unchanged');
  }
  return { asOf: instant, after: after as (string | null)[] };
}

function isValue(value: unknown, { type, isNullable }: FeedProperty): boolean {
  if (value === null) return isNullable;
  if (typeof value !== 'string' || value.includes('\0')) return false;
  return type === 'string' ? value.length <= 1_000 : literalOf(value, type) !== null;
}

/** What must stay the same from page to page; a short form of it, which hides nothing and need not. */
function questionOf({ name }: FeedSet, { filter, orderBy }: FeedOptions): string {
  let hash = 0x811c9dc5;
  for (const unit of JSON.stringify([name, filter ?? null, orderBy ?? null])) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(36);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function selectOf(set: FeedSet, select: string | undefined): readonly FeedProperty[] {
  const names = select?.split(',').map((name) => name.trim()) ?? ['*'];
  if (names.includes('*')) return set.properties;
  const wanted = new Set(names.map((name) => found(set, name, '$select')));
  return set.properties.filter((property) => wanted.has(property));
}

function orderOf(set: FeedSet, orderBy: string | undefined): Order[] {
  const asked = (orderBy === undefined ? [] : orderBy.split(',')).map((item): Order => {
    const [, name, direction = 'asc'] = /^\s*(\S+)(?:\s+(asc|desc))?\s*$/.exec(item) ?? [];
    if (name === undefined)
      throw new FilterProblem(false, `$orderby: '${item.trim()}' is not a property, with asc or desc behind it`);
    if (/[()/]/.test(name)) throw new FilterProblem(true, `$orderby: ${name} is not offered here`);
    return { property: found(set, name, '$orderby'), isDescending: direction === 'desc' };
  });
  const unique = asked.filter(({ property }, i) => asked.findIndex((other) => other.property === property) === i);
  // The key goes the way of what was asked for, so that one comparison of rows says what comes after.
  const isDescending = unique.length > 0 && unique.every((order) => order.isDescending);
  const rest = set.key.filter((name) => !unique.some(({ property }) => property.name === name));
  return [...unique, ...rest.map((name) => ({ property: found(set, name, '$orderby'), isDescending }))];
}

function found(set: FeedSet, name: string, option: string): FeedProperty {
  const property = propertyOf(set, name);
  if (property === undefined) {
    const isPath = /[()/]/.test(name);
    throw new FilterProblem(isPath, `${option}: ${set.entity} has no property '${name}'`);
  }
  return property;
}
