import Handlebars from 'handlebars';
import { htmlValues } from './html-values.js';

type Node = hbs.AST.Node;

/** Bytes of one source at most. */
export const MAX_SOURCE_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
/** Handlebars parses deep nesting in more than linear time, so what could nest is counted before it parses. */
const MAX_MUSTACHES = 5_000;
const MAX_BLOCKS = 500;
const MAX_PARENTHESES = 1_000;
const MAX_DOTS_AND_SLASHES = 20_000;

/** The only helpers. Each takes what stands beside it and nothing else, and none can run code or reach a prototype. */
export const HELPERS = ['if', 'unless', 'is', 'each', 'with'] as const;
/** The engine's own helper around a value that begins a link; authors cannot call it. */
export const LINK_HELPER = 'checked link';
/** The one around a value that stands further on in a link. */
export const LINK_PART_HELPER = 'part of link';
/** And the one around a value in a text of a card. */
export const MARKDOWN_HELPER = 'plain in markdown';
/** And the one around every other value that is shown. */
export const VALUE_HELPER = 'value that is shown';
const RESERVED = new Set<string>([
  ...HELPERS,
  LINK_HELPER,
  LINK_PART_HELPER,
  MARKDOWN_HELPER,
  VALUE_HELPER,
  'log',
  'lookup',
  'helperMissing',
  'blockHelperMissing',
]);
const PROTOTYPE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const LOOP_DATA = new Set(['index', 'key', 'first', 'last', 'root']);

/**
 * What forbids a template source, each a phrase; empty when it may be published.
 *
 * Handlebars is not a sandbox. What makes a source harmless is that it can only show values, choose with
 * `if`, `unless` and `is`, and walk with `each` and `with`. In HTML its values must stand where escaping is enough.
 */
export function sourceProblems(source: unknown, form: 'plain' | 'html' = 'plain'): string[] {
  const program = parsedSource(source);
  if (typeof program === 'string') return [program];
  const problems = programProblems(program, 1);
  // What nests too deep for the engine is too deep to be walked through.
  if (form === 'html' && problems.length === 0) problems.push(...htmlValues(program).problems);
  return [...new Set(problems)].slice(0, 20);
}

/** The tree of a source that may be parsed, or what forbids that, as a phrase. */
export function parsedSource(source: unknown): hbs.AST.Program | string {
  // A parsed tree in place of a text would go to the compiler unread (CVE-2026-106446).
  if (typeof source !== 'string') return 'must be a text';
  if (Buffer.byteLength(source) > MAX_SOURCE_BYTES) return `is larger than ${MAX_SOURCE_BYTES} bytes`;
  const tooMany = tooManyOf(source);
  if (tooMany !== null) return tooMany;
  try {
    return Handlebars.parse(source);
  } catch (error) {
    return `cannot be parsed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error'}`;
  }
}

function tooManyOf(source: string): string | null {
  const limits: [RegExp, number, string][] = [
    [/\{\{/g, MAX_MUSTACHES, 'expressions'],
    [/\{\{~?\s*(#|\^|else\b)/g, MAX_BLOCKS, 'blocks'],
    [/\(/g, MAX_PARENTHESES, 'parentheses'],
    [/[./]/g, MAX_DOTS_AND_SLASHES, 'dots and slashes'],
  ];
  for (const [pattern, limit, what] of limits) {
    const found = source.match(pattern)?.length ?? 0;
    if (found > limit) return `has more than ${limit} ${what}`;
  }
  return null;
}

function programProblems(program: hbs.AST.Program | undefined, depth: number): string[] {
  if (program === undefined || program === null) return [];
  if (depth > MAX_DEPTH) return [`is nested deeper than ${MAX_DEPTH} levels`];
  return program.body.flatMap((statement) => statementProblems(statement, depth));
}

function statementProblems(statement: Node, depth: number): string[] {
  const where = `line ${statement.loc.start.line}: `;
  switch (statement.type) {
    case 'ContentStatement':
    case 'CommentStatement':
      return [];
    case 'MustacheStatement':
      return mustacheProblems(statement as hbs.AST.MustacheStatement).map((problem) => where + problem);
    case 'BlockStatement': {
      const block = statement as hbs.AST.BlockStatement;
      return [
        ...blockProblems(block).map((problem) => where + problem),
        ...programProblems(block.program, depth + 1),
        ...programProblems(block.inverse, depth + 1),
      ];
    }
    case 'PartialStatement':
    case 'PartialBlockStatement':
      return [`${where}partials are not allowed; a shared block is named with its version, as {{> footer@3}}`];
    case 'Decorator':
    case 'DecoratorBlock':
      return [`${where}decorators are not allowed`];
    default:
      return [`${where}${statement.type} is not allowed`];
  }
}

function mustacheProblems({ path, params, hash, escaped }: hbs.AST.MustacheStatement): string[] {
  return [
    ...(escaped ? [] : ['unescaped output ({{{ or {{&) is not allowed']),
    ...(params.length > 0 || hash !== undefined
      ? ['a value takes no parameters; there are no helpers but if, unless, is, each and with']
      : []),
    ...(isPath(path) && RESERVED.has(path.original) ? [`{{${path.original}}} is a helper, not a value`] : []),
    ...valueProblems(path),
  ];
}

function blockProblems({ path, params, hash }: hbs.AST.BlockStatement): string[] {
  const name = isPath(path) ? path.original : '';
  if (!HELPERS.some((helper) => helper === name)) return ['a block must be one of if, unless, is, each and with'];
  return [
    ...(name === 'is' && params.length !== 2
      ? ['is takes exactly two values, such as {{#is contact.language "de"}}']
      : []),
    ...(name === 'is' || params.length === 1 ? [] : [`${name} takes exactly one value`]),
    ...(hash === undefined ? [] : [`${name} takes no named parameters`]),
    ...params.flatMap(valueProblems),
  ];
}

function valueProblems(value: Node): string[] {
  if (value.type === 'SubExpression') return ['calls inside an expression are not allowed'];
  if (!isPath(value)) return [];
  const names: unknown[] = value.parts;
  if (names.some((name) => typeof name !== 'string')) return ['calls inside a path are not allowed'];
  if (names.some((name) => PROTOTYPE_NAMES.has(String(name)))) return [`${value.original} reaches into a prototype`];
  if (value.data && !LOOP_DATA.has(String(names[0])))
    return [`${value.original} is not known; there are @index, @key, @first, @last and @root`];
  return [];
}

function isPath(value: Node): value is hbs.AST.PathExpression {
  return value.type === 'PathExpression';
}
