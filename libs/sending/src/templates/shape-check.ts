import Handlebars from 'handlebars';
import { type DataPlace, type DataShape, elementOf, into, rootOf } from './domain/data-shape.js';

type Node = hbs.AST.Node;

/** Places from the root to where a part of a template is, as `../` goes back. */
type Scopes = readonly DataPlace[];

/**
 * What a template refers to that its brand has not declared, each with its line; empty when all is. The source must be
 * one that parses and has no problems of its own.
 */
export function undeclared(source: string, shape: DataShape): string[] {
  const problems: string[] = [];
  const resolve = (value: Node, scopes: Scopes): DataPlace => {
    if (value.type !== 'PathExpression') return { at: 'value' };
    const { data, depth, parts, original, loc } = value as hbs.AST.PathExpression;
    const report = (problem: string): DataPlace => {
      problems.push(`line ${loc.start.line}: {{${original}}}: ${problem}`);
      return { at: 'anything' };
    };
    // @index, @key, @first and @last.
    if (data && parts[0] !== 'root') return { at: 'value' };
    const from = data ? scopes[0] : scopes[scopes.length - 1 - depth];
    if (from === undefined) return report('there is nothing that far outside');
    let place = from;
    for (const name of data ? parts.slice(1) : parts) {
      const next = into(shape, place, name);
      if (typeof next === 'string') return report(next);
      place = next;
    }
    return place;
  };
  const walk = (program: hbs.AST.Program | undefined, scopes: Scopes): void => {
    for (const statement of program?.body ?? []) {
      if (statement.type === 'MustacheStatement') {
        const { path } = statement as hbs.AST.MustacheStatement;
        const shown = resolve(path, scopes);
        if (shown.at === 'fields' || shown.at === 'list')
          problems.push(`line ${statement.loc.start.line}: {{${originalOf(path)}}} is no value that can be shown`);
      } else if (statement.type === 'BlockStatement') {
        walkBlock(statement as hbs.AST.BlockStatement, scopes);
      }
    }
  };
  const walkBlock = ({ path, params, program, inverse, loc }: hbs.AST.BlockStatement, scopes: Scopes): void => {
    const places = params.map((param) => resolve(param, scopes));
    const [about = { at: 'anything' }] = places;
    const name = originalOf(path);
    if (name === 'each') {
      const element = elementOf(about);
      if (typeof element === 'string') problems.push(`line ${loc.start.line}: ${element}`);
      walk(program, [...scopes, typeof element === 'string' ? { at: 'anything' } : element]);
    } else {
      walk(program, name === 'with' ? [...scopes, about] : scopes);
    }
    walk(inverse, scopes);
  };
  walk(Handlebars.parse(source), [rootOf(shape)]);
  return [...new Set(problems)].slice(0, 20);
}

function originalOf(path: Node): string {
  return 'original' in path ? String(path.original) : '';
}
