import { afterText, afterValue, HTML_START, type HtmlPlace, join } from './domain/html-place.js';
import type { LinkPartName } from './domain/link-part.js';
import { parsedProblems, type SeemingPlace } from './parsed-values.js';

/** A value that an attribute begins with, so that it decides where a link leads. */
export interface LinkValue {
  readonly statement: hbs.AST.MustacheStatement;
  readonly element: string;
  readonly attribute: string;
}

/** A value in a link that the template begins. */
export interface ValueInLink {
  readonly statement: hbs.AST.MustacheStatement;
  readonly part: LinkPartName;
}

export interface HtmlValues {
  /** Each with its line. */
  readonly problems: readonly string[];
  readonly links: readonly LinkValue[];
  readonly inLinks: readonly ValueInLink[];
  /** Those that are no part of a tag. */
  readonly inText: readonly hbs.AST.Statement[];
}

/**
 * Where in HTML the values of a template stand. Escaping makes a value harmless in text and in a quoted attribute, and
 * nowhere else (OWASP ASVS 5.0, 1.2.1 to 1.2.3): not in a script, a style or an event handler, not without quotation
 * marks, not as a name. Whichever way its conditions go, a template must be in the same place of HTML behind them.
 *
 * A link that begins with a fixed scheme may have values behind it. One that begins with a value is allowed, because
 * shops send whole links; where it leads is looked at when it is rendered, and only http, https, mailto and tel pass. A
 * value that stands further on in a link is written so that it stays in its part.
 * What all this comes to is looked at once more in the document that browsers make of it.
 */
export function htmlValues(program: hbs.AST.Program): HtmlValues {
  const problems: string[] = [];
  const links: LinkValue[] = [];
  const inLinks: ValueInLink[] = [];
  const seeming = new Map<hbs.AST.Statement, SeemingPlace>();

  const throughProgram = (body: hbs.AST.Program | undefined, from: HtmlPlace): HtmlPlace =>
    (body?.body ?? []).reduce((place: HtmlPlace, statement) => through(statement, place), from);

  const through = (statement: hbs.AST.Statement, place: HtmlPlace): HtmlPlace => {
    switch (statement.type) {
      case 'ContentStatement': {
        const content = statement as hbs.AST.ContentStatement;
        return afterText(place, content.value, (problem, at) =>
          problems.push(`line ${lineOf(content, at)}: ${problem}`),
        );
      }
      case 'MustacheStatement': {
        const { place: behind, problem, startsLink, inLink } = afterValue(place);
        if (inLink !== undefined) inLinks.push({ statement: statement as hbs.AST.MustacheStatement, part: inLink });
        seeming.set(statement, place.in === 'attribute' ? { in: 'attribute', name: place.name } : { in: 'text' });
        if (problem !== null) problems.push(`line ${statement.loc.start.line}: ${problem}`);
        if (startsLink !== null) {
          const { element, name } = startsLink;
          links.push({ statement: statement as hbs.AST.MustacheStatement, element, attribute: name });
        }
        return behind;
      }
      case 'BlockStatement':
        return throughBlock(statement as hbs.AST.BlockStatement, place);
      default:
        return place;
    }
  };

  const throughBlock = ({ path, program, inverse, loc }: hbs.AST.BlockStatement, from: HtmlPlace): HtmlPlace => {
    const first = throughProgram(program, from);
    const second = throughProgram(inverse, from);
    const isLoop = 'original' in path && path.original === 'each';
    const round = isLoop ? join(from, first) : first;
    const behind = round === null ? null : join(round, second);
    if (behind !== null) return behind;
    problems.push(
      `line ${loc.start.line}: the ways through this block end in different places of the HTML; open and close tags, quotation marks and the start of a link on the same side of it`,
    );
    return first;
  };

  const end = throughProgram(program, HTML_START);
  if (end.in !== 'text')
    problems.push(`the HTML ends inside of ${end.in === 'raw' ? `<${end.element}>` : `a ${end.in}`}`);
  // What cannot be read from left to right is not looked at any further.
  if (problems.length === 0) problems.push(...parsedProblems(program, seeming));
  const inText = [...seeming].flatMap(([statement, place]) => (place.in === 'text' ? [statement] : []));
  return { problems, links, inLinks, inText };
}

/** Counted from the end, because white space behind a block may have been taken off the beginning. */
function lineOf({ loc, value }: hbs.AST.ContentStatement, at: number): number {
  return loc.end.line - (value.slice(at).match(/\n/g)?.length ?? 0);
}
