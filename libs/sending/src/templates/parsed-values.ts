import { type DefaultTreeAdapterTypes as Tree, html } from 'parse5';
import { isProgram, mayHoldValue, mayShowValue } from './domain/value-places.js';
import { MOST_DEPTH, readHtml } from './read-html.js';

/** Where a value seemed to stand when the source was read from left to right. */
export type SeemingPlace = { readonly in: 'text' } | { readonly in: 'attribute'; readonly name: string };

/** Stand around the number of a value in HTML that is looked at; no reader types them. */
const [OPEN, CLOSE] = ['\uE002', '\uE003'];
const A_VALUE = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'g');

/** Languages other than HTML, in which tags that end a text elsewhere do not. */
const FOREIGN_TAG = /<(\/?)(?:svg|math)(?=[\s/>])/gi;

type Program = hbs.AST.Program | undefined;

/**
 * What is wrong with the places of a template's values in the document that browsers make of it, foreign content and what
 * Outlook alone reads included. A value must be where it seemed to be, so that it is escaped and looked at for what it
 * is, and there by the list of what is allowed.
 */
export function parsedProblems(
  program: hbs.AST.Program,
  seeming: ReadonlyMap<hbs.AST.Statement, SeemingPlace>,
): string[] {
  const values = [...seeming.keys()];
  if (values.length === 0) return [];
  const halfOpen = foreignProblem(program);
  if (halfOpen !== null) return [halfOpen];
  const numbers = new Map(values.map((statement, i) => [statement, i]));
  const problems = new Set<string>();
  const look = new Look(values, seeming, problems);
  for (const source of new Set(WAYS.map((way) => written(program, way, numbers)))) {
    look.at(source, true);
    // Mail programs run no scripts, and read on where a browser that runs them does not.
    if (/<noscript/i.test(source)) look.at(source, false);
  }
  return [...problems];
}

/** Which ways through its conditions are written down: all, the first of each, the last of each. */
const WAYS = ['all', 'first', 'last'] as const;

function written(
  program: Program,
  way: (typeof WAYS)[number],
  numbers: ReadonlyMap<hbs.AST.Statement, number>,
): string {
  return (program?.body ?? [])
    .map((statement): string => {
      if (statement.type === 'ContentStatement') return (statement as hbs.AST.ContentStatement).value;
      const number = numbers.get(statement);
      if (number !== undefined) return `${OPEN}${number}${CLOSE}`;
      if (statement.type !== 'BlockStatement') return '';
      const { program: first, inverse } = statement as hbs.AST.BlockStatement;
      const ways = way === 'all' ? [first, inverse] : way === 'first' ? [first] : [inverse];
      return ways.map((one: Program) => written(one, way, numbers)).join('');
    })
    .join('');
}

/** Only a document that is in one language whichever way its conditions go can be looked at by a few of its ways. */
function foreignProblem(program: hbs.AST.Program): string | null {
  const problem = (loc: hbs.AST.SourceLocation): string =>
    `line ${loc.start.line}: a block may not stand in <svg> or <math>, nor open or close one; put the whole of it inside the block`;
  const through = (one: Program): string | null => {
    let open = 0;
    for (const statement of one?.body ?? []) {
      if (statement.type === 'ContentStatement') {
        for (const [, slash] of (statement as hbs.AST.ContentStatement).value.matchAll(FOREIGN_TAG)) {
          open += slash === '' ? 1 : -1;
          if (open < 0 && one !== program) return problem(statement.loc);
        }
      }
      if (statement.type !== 'BlockStatement') continue;
      const { program: first, inverse, loc } = statement as hbs.AST.BlockStatement;
      if (open > 0) return problem(loc);
      const inside = through(first) ?? through(inverse);
      if (inside !== null) return inside;
    }
    return open > 0 && one !== program && one !== undefined ? problem(one.loc) : null;
  };
  return through(program);
}

class Look {
  constructor(
    private readonly values: readonly hbs.AST.Statement[],
    private readonly seeming: ReadonlyMap<hbs.AST.Statement, SeemingPlace>,
    private readonly problems: Set<string>,
  ) {}

  at(source: string, scripting: boolean): void {
    const document = readHtml(source, { scripting });
    if (document === null) {
      this.problems.add(`must not nest elements deeper than ${MOST_DEPTH}`);
      return;
    }
    const left: Tree.Node[] = [document];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if ('content' in node) left.push(node.content);
      if ('childNodes' in node) left.push(...node.childNodes);
      if ('tagName' in node) this.atElement(node);
      else if ('value' in node) this.atText(node);
      else if ('data' in node) this.atComment(node.data, scripting);
    }
  }

  private atElement({ tagName, namespaceURI, attrs }: Tree.Element): void {
    this.each(tagName, (value) => this.report(value, 'may not be a tag'));
    for (const { name: local, prefix, value: text } of attrs) {
      const name = prefix === undefined || prefix === '' ? local : `${prefix}:${local}`;
      if (isProgram(name, text)) this.problems.add('a link may not be a program; link to a page that does it');
      this.each(name, (value) => this.report(value, 'may not be an attribute'));
      this.each(text, (value) => {
        const seemed = this.seeming.get(value);
        if (namespaceURI !== html.NS.HTML) this.report(value, `may not stand in an attribute of <${tagName}>, which is no HTML`);
        else if (seemed?.in !== 'attribute' || seemed.name !== name) this.report(value, MISREAD);
        else if (!mayHoldValue(tagName, name))
          this.report(value, `may not stand in ${name} of <${tagName}>, which could run, load or send something; write it into the text, or choose between fixed ones with {{#if}}`); // prettier-ignore
      });
    }
  }

  private atText({ value: text, parentNode }: Tree.TextNode): void {
    const element = parentNode !== null && 'tagName' in parentNode ? parentNode.tagName : '';
    this.each(text, (value) => {
      if (!mayShowValue(element)) this.report(value, `may not stand in <${element}>`);
      else if (this.seeming.get(value)?.in !== 'text') this.report(value, MISREAD);
    });
  }

  /** What Outlook alone reads is a document of its own. */
  private atComment(data: string, scripting: boolean): void {
    const inside = /^\s*\[if\b[^\]]*\]>([^]*)$/i.exec(data)?.[1];
    if (inside !== undefined) this.at(inside, scripting);
    else this.each(data, (value) => this.report(value, 'may not stand in a comment'));
  }

  private each(text: string, found: (value: hbs.AST.Statement) => void): void {
    for (const [, number] of text.matchAll(A_VALUE)) {
      const value = this.values[Number(number)];
      if (value !== undefined) found(value);
    }
  }

  private report({ loc }: hbs.AST.Statement, problem: string): void {
    this.problems.add(`line ${loc.start.line}: a value ${problem}`);
  }
}

const MISREAD = 'stands where browsers read something else than it seems; close the elements and quotation marks before it, and take out what no mail needs'; // prettier-ignore
