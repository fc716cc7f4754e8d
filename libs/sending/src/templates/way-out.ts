import Handlebars from 'handlebars';
import { htmlValues } from './html-values.js';
import { A_VALUE, visibleLinks } from './visible-links.js';

const NAME = 'unsubscribeUrl';

/**
 * What a commercial e-mail lacks to be left, as the problem of that form of it; null when it has all. Its reader must
 * find a way out that works in every message: § 7 (2) no. 3 UWG, article 13 (4) of directive 2002/58/EC, 15 U.S.C.
 * 7704 (a) (3) and (5). The header of RFC 8058 is no substitute, because not every mail program shows it. So the link
 * must stand in the text and, as a link, in the HTML, whichever way the template's conditions go.
 *
 * The sources must be ones that parse.
 */
export function wayOutProblem(form: 'html' | 'text', source: string): string | null {
  const program = Handlebars.parse(source);
  if (form === 'text') {
    return isAlwaysIn(program, NAME, () => true)
      ? null
      : `must show the way out of a commercial e-mail, and not only on a condition; write {{${NAME}}}`;
  }
  const links = linksOf(program);
  const all = new Set<hbs.AST.Statement>(links);
  if (!isAlwaysIn(program, NAME, (statement) => all.has(statement)))
    return `must have a link out of a commercial e-mail, and not only on a condition; write <a href="{{${NAME}}}">`;
  const seen = visibleLinks(htmlOf(program, links));
  if (seen.kind === 'unclear') return seen.problem;
  return leadsOut(program, links, seen.targets)
    ? null
    : 'must have a link out of a commercial e-mail that its reader sees: with a text, and in nothing that an attribute, a style or a style sheet hides';
}

/**
 * Whether HTML that has a way out shows it, on some way through its conditions, by nothing but an image: whoever loads
 * none is shown what it says in `alt` by some mail programs, and by others an empty frame.
 */
export function isWayOutPictured(source: string): boolean {
  if (wayOutProblem('html', source) !== null) return false;
  const program = Handlebars.parse(source);
  const links = linksOf(program);
  const seen = visibleLinks(htmlOf(program, links));
  return seen.kind === 'read' && !leadsOut(program, links, seen.worded);
}

function linksOf(program: hbs.AST.Program): hbs.AST.Statement[] {
  return htmlValues(program).links.flatMap(({ statement, element, attribute }) =>
    element === 'a' && attribute === 'href' ? [statement] : [],
  );
}

/** Whether one of the links with these targets is the way out, whichever way the conditions go. */
function leadsOut(
  program: hbs.AST.Program,
  links: readonly hbs.AST.Statement[],
  targets: ReadonlySet<string>,
): boolean {
  const counted = new Set(links.filter((_, i) => [...targets].some((href) => href.startsWith(targetOf(i)))));
  return isAlwaysIn(program, NAME, (statement) => counted.has(statement));
}

/** What tells a link, or a value, from every other one. */
function targetOf(place: number): string {
  return `link-out-${place}:`;
}

/**
 * The HTML of a template as it is looked at: every value is a text, both ways of a condition are there, and the values
 * that are asked about have marks of their own.
 */
function htmlOf(program: hbs.AST.Program, asked: readonly hbs.AST.Statement[]): string {
  return program.body
    .map((statement): string => {
      const place = asked.indexOf(statement);
      if (place >= 0) return targetOf(place);
      if (statement.type === 'ContentStatement') return (statement as hbs.AST.ContentStatement).value;
      if (statement.type === 'MustacheStatement') return A_VALUE;
      if (statement.type !== 'BlockStatement') return '';
      const { program: first, inverse } = statement as hbs.AST.BlockStatement;
      return [first, inverse]
        .map((one: hbs.AST.Program | undefined) => (one === undefined ? '' : htmlOf(one, asked)))
        .join('');
    })
    .join('');
}

/** Whether a source shows a value that every message has (`brand.postalAddress`), whichever way its conditions go. */
export function alwaysShows(source: string, path: string): boolean {
  return isAlwaysIn(Handlebars.parse(source), path, () => true);
}

/**
 * The same of HTML whose reader is to see it: as a text, not in what an attribute says, and in nothing that is hidden.
 * Where nobody can say what is hidden, all of it is taken for seen; `wayOutProblem` tells of that.
 */
export function alwaysShowsInHtml(source: string, path: string): boolean {
  const program = Handlebars.parse(source);
  const asked = htmlValues(program).inText;
  const seen = visibleLinks(htmlOf(program, asked));
  const shown = new Set(asked.filter((_, i) => seen.kind === 'unclear' || seen.text.includes(targetOf(i))));
  return isAlwaysIn(program, path, (statement) => shown.has(statement));
}

/**
 * Whether a source says something, whichever way its conditions go: outside of them, or on both ways of one. What `says`
 * is asked of is what stands between conditions, without comments and with a number for each value.
 */
export function alwaysSays(source: string, says: (text: string) => boolean): boolean {
  return isAlwaysSaid(Handlebars.parse(source), says);
}

function isAlwaysSaid(program: hbs.AST.Program | undefined, says: (text: string) => boolean): boolean {
  const body = program?.body ?? [];
  const text = body.map((statement) => {
    if (statement.type === 'ContentStatement') return (statement as hbs.AST.ContentStatement).value;
    if (statement.type === 'MustacheStatement') return '000';
    return statement.type === 'CommentStatement' ? '' : '\n';
  });
  return (
    says(text.join('')) ||
    body.some((statement) => {
      const block = waysOf(statement);
      return block !== null && isAlwaysSaid(block.first, says) && isAlwaysSaid(block.inverse, says);
    })
  );
}

/** Whether every way through a program comes upon the value in a statement that counts. */
function isAlwaysIn(
  program: hbs.AST.Program | undefined,
  name: string,
  counts: (statement: hbs.AST.Statement) => boolean,
): boolean {
  return (program?.body ?? []).some((statement) => {
    if (statement.type === 'MustacheStatement')
      return isNamed((statement as hbs.AST.MustacheStatement).path, name) && counts(statement);
    const block = waysOf(statement);
    if (block === null) return false;
    const { helper, params, first, inverse } = block;
    // What every message has is there, so a question for it has one answer.
    const [asked] = params;
    if (helper !== 'is' && asked !== undefined && isNamed(asked, name))
      return isAlwaysIn(helper === 'if' ? first : inverse, name, counts);
    return isAlwaysIn(first, name, counts) && isAlwaysIn(inverse, name, counts);
  });
}

/** The two ways of a condition; null of what is none. */
function waysOf(statement: hbs.AST.Statement) {
  if (statement.type !== 'BlockStatement') return null;
  const { path, params, program: first, inverse } = statement as hbs.AST.BlockStatement;
  const helper = 'original' in path ? path.original : null;
  if (helper !== 'if' && helper !== 'unless' && helper !== 'is') return null;
  return { helper, params, first, inverse: inverse as hbs.AST.Program | undefined };
}

function isNamed(value: hbs.AST.Node, name: string): boolean {
  if (value.type !== 'PathExpression') return false;
  const { data, depth, parts } = value as hbs.AST.PathExpression;
  return depth === 0 && parts.join('.') === (data ? `root.${name}` : name);
}
