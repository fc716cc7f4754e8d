import type { FeedProperty, FeedSet } from './feed-set.js';
import { propertyOf } from './feed-set.js';
import { type Literal, literalOf } from './literals.js';

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** What rows must fulfil; comparisons with nothing are never true, except that nothing equals nothing. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare';
      readonly is: Comparison;
      readonly property: FeedProperty;
      readonly value: Literal | null;
    }
  | { readonly kind: 'in'; readonly property: FeedProperty; readonly values: readonly (Literal | null)[] }
  | { readonly kind: 'text'; readonly is: TextFunction; readonly property: FeedProperty; readonly value: string };

export type TextFunction = 'contains' | 'startswith' | 'endswith';

/** Why a query is not answered: it means nothing, or it means something that is not offered. */
export class FilterProblem extends Error {
  constructor(
    readonly isNotOffered: boolean,
    message: string,
  ) {
    super(message);
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
/** The same said from the other side. */
const TURNED: Readonly<Record<Comparison, Comparison>> = {
  ...{ eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' },
};
const TEXT_FUNCTIONS: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
/** Operators and functions of OData 4.0 that are not offered. */
const NOT_OFFERED =
  /^(add|sub|mul|div|mod|has|any|all|cast|isof|concat|indexof|length|substring|tolower|toupper|trim|year|month|day|hour|minute|second|fractionalseconds|totalseconds|date|time|totaloffsetminutes|mindatetime|maxdatetime|now|round|floor|ceiling)$/;
const TOKEN = /\s*(?:([(),])|('(?:[^']|'')*')|([^\s(),']+))/y;
const MOST_TOKENS = 1_000;
const DEEPEST = 50;

/** Reads `$filter` (OData 4.0, URL conventions 5.1.1). @throws FilterProblem */
export function parseFilter(text: string, set: FeedSet): Condition {
  const parser = new FilterParser(tokensOf(text), set);
  return parser.whole();
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw wrong(`'${text.slice(from, from + 20)}' cannot be read`);
    tokens.push(found[1] ?? found[2] ?? found[3] ?? '');
    if (tokens.length > MOST_TOKENS) throw wrong('it is too long');
  }
  return tokens;
}

class FilterParser {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly set: FeedSet,
  ) {}

  whole(): Condition {
    const condition = this.either(0);
    if (this.at < this.tokens.length) throw wrong(`nothing is expected at '${this.next()}'`);
    return condition;
  }

  private either(depth: number): Condition {
    return this.chain('or', () => this.chain('and', () => this.one(depth)));
  }

  private chain(kind: 'and' | 'or', part: () => Condition): Condition {
    const of = [part()];
    while (this.peek() === kind) {
      this.at++;
      of.push(part());
    }
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind, of };
  }

  private one(depth: number): Condition {
    if (depth > DEEPEST) throw wrong('it is nested too deeply');
    const token = this.next();
    if (token === 'not') return { kind: 'not', of: this.one(depth + 1) };
    if (token === '(') {
      const inner = this.either(depth + 1);
      this.expect(')');
      return inner;
    }
    if (this.peek() === '(' && TEXT_FUNCTIONS.has(token)) return this.textFunction(token as TextFunction);
    return this.comparison(token);
  }

  private textFunction(is: TextFunction): Condition {
    this.expect('(');
    const property = this.property(this.next());
    if (property.type !== 'string') throw wrong(`${is} wants a text, and ${property.name} is none`);
    this.expect(',');
    const value = this.literal(this.next(), property);
    if (value === null) throw wrong(`${is} wants a text`);
    this.expect(')');
    const condition: Condition = { kind: 'text', is, property, value };
    if (this.peek() !== 'eq' && this.peek() !== 'ne') return condition;
    const isSame = this.next() === 'eq';
    const said = this.next();
    if (said !== 'true' && said !== 'false') throw wrong(`${is} is true or false`);
    return isSame === (said === 'true') ? condition : { kind: 'not', of: condition };
  }

  private comparison(first: string): Condition {
    const operator = this.peek();
    const known = propertyOf(this.set, first);
    if (known?.type === 'boolean' && !COMPARISONS.has(operator ?? '') && operator !== 'in')
      return { kind: 'compare', is: 'eq', property: known, value: 'true' };
    if (known === undefined && NOT_OFFERED.test(first)) throw notOffered(first);
    if (operator === undefined) throw wrong(`something is missing after '${first}'`);
    this.at++;
    if (operator === 'in') return { kind: 'in', property: this.property(first), values: this.list(first) };
    if (NOT_OFFERED.test(operator)) throw notOffered(operator);
    if (!COMPARISONS.has(operator)) throw wrong(`'${operator}' is no operator`);
    const is = operator as Comparison;
    const second = this.next();
    if (NOT_OFFERED.test(second) && this.peek() === '(') throw notOffered(second);
    if (known === undefined && propertyOf(this.set, second) !== undefined) {
      const property = this.property(second);
      return { kind: 'compare', is: TURNED[is], property, value: this.literal(first, property) };
    }
    const property = this.property(first);
    if (propertyOf(this.set, second) !== undefined) throw notOffered('a comparison of two properties');
    return { kind: 'compare', is, property, value: this.literal(second, property) };
  }

  private list(first: string): (Literal | null)[] {
    const property = this.property(first);
    this.expect('(');
    const values = [this.literal(this.next(), property)];
    while (this.peek() === ',') {
      this.at++;
      values.push(this.literal(this.next(), property));
    }
    this.expect(')');
    return values;
  }

  private property(name: string): FeedProperty {
    const property = propertyOf(this.set, name);
    if (property !== undefined) return property;
    if (NOT_OFFERED.test(name)) throw notOffered(name);
    throw wrong(`${this.set.entity} has no property '${name}'`);
  }

  private literal(text: string, property: FeedProperty): Literal | null {
    if (text === 'null') return null;
    const value = literalOf(text, property.type);
    if (value === null) throw wrong(`${property.name} cannot be ${text}`);
    return value;
  }

  private expect(token: string): void {
    const found = this.next();
    if (found !== token) throw wrong(`'${token}' is expected at '${found}'`);
  }

  private peek(): string | undefined {
    return this.tokens[this.at];
  }

  private next(): string {
    const token = this.tokens[this.at];
    if (token === undefined) throw wrong('it ends too early');
    this.at++;
    return token;
  }
}

function wrong(what: string): FilterProblem {
  return new FilterProblem(false, `$filter: ${what}`);
}

function notOffered(what: string): FilterProblem {
  return new FilterProblem(true, `$filter: ${what} is not offered here`);
}
