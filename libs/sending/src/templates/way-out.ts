import Handlebars from 'handlebars';
import { htmlValues } from './html-values.js';

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
  const links = new Set<hbs.AST.Statement>(
    htmlValues(program).links.flatMap(({ statement, element, attribute }) =>
      element === 'a' && attribute === 'href' ? [statement] : [],
    ),
  );
  return isAlwaysIn(program, NAME, (statement) => links.has(statement))
    ? null
    : `must have a link out of a commercial e-mail, and not only on a condition; write <a href="{{${NAME}}}">`;
}

/** Whether a source shows a value that every message has (`brand.postalAddress`), whichever way its conditions go. */
export function alwaysShows(source: string, path: string): boolean {
  return isAlwaysIn(Handlebars.parse(source), path, () => true);
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
    if (statement.type !== 'BlockStatement') return false;
    const { path, params, program: first, inverse } = statement as hbs.AST.BlockStatement;
    const helper = 'original' in path ? path.original : null;
    if (helper !== 'if' && helper !== 'unless' && helper !== 'is') return false;
    // What every message has is there, so a question for it has one answer.
    const [asked] = params;
    if (helper !== 'is' && asked !== undefined && isNamed(asked, name))
      return isAlwaysIn(helper === 'if' ? first : inverse, name, counts);
    return isAlwaysIn(first, name, counts) && isAlwaysIn(inverse, name, counts);
  });
}

function isNamed(value: hbs.AST.Node, name: string): boolean {
  if (value.type !== 'PathExpression') return false;
  const { data, depth, parts } = value as hbs.AST.PathExpression;
  return depth === 0 && parts.join('.') === (data ? `root.${name}` : name);
}
