import parse, { type CssNode } from 'css-tree/parser';
import { ident } from 'css-tree/utils';
import { type Declaration, mayHide } from './domain/concealment.js';

/** An element as selectors see it. */
export interface Selectable {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Words of its class, in lower case. */
  readonly classes: ReadonlySet<string>;
}

/** One compound of a selector, and how it stands to the one before. Pseudo-classes are left out: it fits more, never less. */
interface Compound {
  readonly fits: (element: Selectable) => boolean;
  readonly combinator: ' ' | '>' | '+' | '~';
}

export interface StyleRule {
  readonly compounds: readonly Compound[];
  readonly declarations: readonly Declaration[];
}

export interface StyleSheets {
  readonly rules: readonly StyleRule[];
  /** Names that selectors have for classes. */
  readonly classes: ReadonlySet<string>;
  /** Sheets that come from elsewhere. */
  readonly imported: readonly string[];
  /** Whether a part could not be read that may hide something. */
  readonly isUnclear: boolean;
}

/** Values that a template cannot decide for good: what stands in a message there is another. */
const OPEN_ATTRIBUTES = new Set(['href', 'src']);
/** A part that cannot be read is of no account unless it says one of these. */
const SPEAKS_OF_HIDING = /display|visibility|opacity|font|mso-hide|overflow|transform|clip|indent/i;
/** Elements of these are no elements of the document; such a rule is about something else. */
const NO_ELEMENT = /^(?:before|after|first-line|first-letter|selection|placeholder|marker)$/;
const COMMENT = /\/\*[^]*?(?:\*\/|$)/g;

/** Declarations of a style attribute or of the block of a rule. */
export function readDeclarations(css: string): Declaration[] {
  return declarationsIn(parse(css, { context: 'declarationList', parseValue: false }));
}

/**
 * Reads style sheets as far as they could hide an element. What depends on the device (`@media`, `@supports`) counts,
 * because somebody has it; what is for printers alone does not.
 */
export function readStyleSheets(sheets: readonly string[]): StyleSheets {
  const rules: StyleRule[] = [];
  const classes = new Set<string>();
  const imported: string[] = [];
  let isUnclear = false;

  const through = (nodes: Iterable<CssNode>): void => {
    for (const node of nodes) {
      if (node.type === 'Raw') isUnclear ||= SPEAKS_OF_HIDING.test(textOf(node.value));
      if (node.type === 'Atrule') throughAtRule(node);
      if (node.type === 'Rule') throughRule(node);
    }
  };
  const throughAtRule = ({ name, prelude, block }: CssNode): void => {
    const words = textOf(prelude).trim().toLowerCase();
    if (name === 'import') imported.push(words);
    if (name === 'media' && words === 'print') return;
    if (name === 'keyframes' || name === 'font-face' || name === 'page') return;
    if (block?.children) through(block.children);
  };
  const throughRule = ({ prelude, block }: CssNode): void => {
    if (block?.children) through(block.children);
    const declarations = (block ? declarationsIn(block) : []).filter(mayHide);
    if (declarations.length === 0) return;
    const selectors = prelude?.children;
    if (!selectors) {
      isUnclear = true;
      return;
    }
    for (const selector of selectors) {
      const compounds = compoundsOf(selector, classes);
      if (compounds !== null) rules.push({ compounds, declarations });
    }
  };
  for (const sheet of sheets) through(parse(sheet, { parseValue: false, parseAtrulePrelude: false }).children ?? []);
  return { rules, classes, imported, isUnclear };
}

function declarationsIn({ children }: CssNode): Declaration[] {
  return [...(children ?? [])].flatMap(({ type, property, value, important }) => {
    if (type !== 'Declaration' || property === undefined) return [];
    const plain = ident.decode(textOf(value).replace(COMMENT, ' '));
    return [
      {
        property: ident.decode(property).toLowerCase(),
        value: plain.trim().replace(/\s+/g, ' ').toLowerCase(),
        important: important !== false,
      },
    ];
  });
}

/** Null for a selector of something that is no element. */
function compoundsOf({ children }: CssNode, classes: Set<string>): Compound[] | null {
  let combinator: Compound['combinator'] = ' ';
  let tests: Compound['fits'][] = [];
  const compounds: Compound[] = [];
  const end = (): void => {
    const all = tests;
    compounds.push({ combinator, fits: (element) => all.every((test) => test(element)) });
    tests = [];
  };
  for (const node of children ?? []) {
    const name = ident.decode(textOf(node.name)).toLowerCase();
    switch (node.type) {
      case 'Combinator':
        // A nested rule may begin with one; then it stands behind whatever is around it.
        end();
        combinator = name === '>' || name === '+' || name === '~' ? name : ' ';
        break;
      case 'TypeSelector': {
        const type = name.split('|').at(-1) ?? name;
        if (type !== '*') tests.push((element) => element.name === type);
        break;
      }
      case 'ClassSelector':
        classes.add(name);
        tests.push(({ classes: own }) => own.has(name));
        break;
      case 'IdSelector':
        tests.push(({ attributes }) => attributes.get('id')?.toLowerCase() === name);
        break;
      case 'AttributeSelector':
        tests.push(attributeTest(node));
        break;
      case 'PseudoElementSelector':
      case 'Percentage':
        return null;
      case 'PseudoClassSelector':
        if (NO_ELEMENT.test(name)) return null;
    }
  }
  end();
  return compounds;
}

function attributeTest({ name, matcher, value }: CssNode): Compound['fits'] {
  const attribute = textOf(name).toLowerCase();
  const wanted = textOf(value).toLowerCase();
  return ({ attributes }) => {
    const has = attributes.get(attribute)?.toLowerCase();
    if (has === undefined) return false;
    if (OPEN_ATTRIBUTES.has(attribute)) return true;
    switch (matcher) {
      case '=':
        return has === wanted;
      case '~=':
        return has.split(/\s+/).includes(wanted);
      case '|=':
        return has === wanted || has.startsWith(`${wanted}-`);
      case '^=':
        return has.startsWith(wanted);
      case '$=':
        return has.endsWith(wanted);
      case '*=':
        return has.includes(wanted);
      default:
        return true;
    }
  };
}

/** Of a text, or of the node of a string or a name. */
function textOf(value: string | CssNode | null | undefined): string {
  if (typeof value === 'string') return value;
  return value ? textOf(value.value ?? value.name) : '';
}

/** Which beginnings of selectors end at an element, and which at one around it or at one before it. */
export interface Fitting {
  readonly here: ReadonlySet<Compound>;
  readonly orAround: ReadonlySet<Compound>;
  readonly orBefore: ReadonlySet<Compound>;
}

const NOWHERE: Fitting = { here: new Set(), orAround: new Set(), orBefore: new Set() };

/**
 * Which beginnings of all selectors end at an element, by those of its parent and of the element before it: one step for
 * each compound, whatever the selectors are, so that none takes long.
 */
export function fit(
  element: Selectable,
  { rules }: StyleSheets,
  parent: Fitting = NOWHERE,
  before: Fitting = NOWHERE,
): Fitting {
  const here = new Set<Compound>();
  const behind = { ' ': parent.orAround, '>': parent.here, '+': before.here, '~': before.orBefore };
  for (const { compounds } of rules) {
    for (const [i, compound] of compounds.entries()) {
      const previous = compounds[i - 1];
      const stands = previous === undefined || behind[compound.combinator].has(previous);
      if (stands && compound.fits(element)) here.add(compound);
    }
  }
  return { here, orAround: union(parent.orAround, here), orBefore: union(before.orBefore, here) };
}

function union<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> {
  if (a.size === 0 || b.size === 0) return a.size === 0 ? b : a;
  return new Set([...a, ...b]);
}

/** Declarations of the rules whose selector ends at an element. */
export function declarationsAt({ here }: Fitting, { rules }: StyleSheets): Declaration[] {
  return rules.flatMap(({ compounds, declarations }) => {
    const subject = compounds.at(-1);
    return subject !== undefined && here.has(subject) ? declarations : [];
  });
}
