import Handlebars from 'handlebars';
import type { JsonValue } from '#lib/ledger';
import type { RenderedContent } from '../senders/channel-sender.js';
import { chooseLanguage, type TemplateContents } from './domain/template-content.js';
import type { RenderData } from './domain/render-data.js';
import { type CardRole, cardRole, isCard, markdownText } from './domain/card-text.js';
import { inPart, type LinkPartName } from './domain/link-part.js';
import { mapTexts, textsOf } from './domain/template-data.js';
import { htmlValues } from './html-values.js';
import { HELPERS, LINK_HELPER, LINK_PART_HELPER, MARKDOWN_HELPER, VALUE_HELPER } from './template-problems.js';

export type { RenderData };

/**
 * Why a message could not be rendered: a variable is missing, the result or the memory for it would be too large, it
 * takes too long, a value that begins a link is no http, https, mailto or tel link, or one in a link would lead to another
 * site, the template was published before
 * its values were looked at as they are now and has one where escaping is not enough, or the data does not fit.
 */
export type RenderFailure =
  | 'missing_variable'
  | 'too_large'
  | 'too_slow'
  | 'unsafe_link'
  | 'unsafe_template'
  | 'unfit_data';

export type RenderResult =
  | { readonly ok: true; readonly content: RenderedContent }
  | {
      readonly ok: false;
      readonly code: RenderFailure;
      /** What is missing, as the template calls it. */
      readonly missing?: string;
    };

/** Loops inside loops multiply, so one rendering may go round this often and write this much, and no more. */
const MAX_ROUNDS = 10_000;
const MAX_CHARACTERS = 2_000_000;
const MAX_SUBJECT_CHARACTERS = 500;
const MAX_KEPT = 1_000;

type Render = (data: RenderData) => string;

interface Compiled {
  readonly subject: Render;
  readonly preheader: Render | null;
  readonly html: Render | null;
  readonly text: Render;
  readonly data: ((data: RenderData) => JsonValue) | null;
}

class TooLarge extends Error {}
class UnsafeLink extends Error {}
class UnsafeTemplate extends Error {}

/** What is left of the limits for the rendering that runs now; rendering is synchronous, so there is one at a time. */
const left = { rounds: 0, characters: 0 };

const engine = makeEngine();
const compiled = new Map<string, Compiled>();

/**
 * Renders a template version for one person. Escapes in HTML; subject and text are plain. A subject is one
 * line, without control characters and marks that turn the direction of text.
 *
 * Every variable that a template shows must be there, null where there is nothing to say; one that it only
 * asks about, with `if` or `each`, may be missing.
 */
export function renderContent(template: TemplateContents, language: string, data: RenderData): RenderResult {
  const chosen = chooseLanguage(template, language);
  try {
    const { subject, preheader, html, text, data: structured } = compiledFor(template, chosen);
    left.rounds = MAX_ROUNDS;
    left.characters = MAX_CHARACTERS;
    const content = {
      language: chosen,
      subject: oneLine(subject(data)),
      html: html === null ? null : withPreheader(html(data), preheader === null ? '' : oneLine(preheader(data))),
      text: text(data),
      data: structured === null ? null : structured(data),
    };
    if (content.text.length + (content.html?.length ?? 0) > MAX_CHARACTERS) return { ok: false, code: 'too_large' };
    return { ok: true, content };
  } catch (error) {
    const missing = /^"(.*)" not defined in/.exec(error instanceof Error ? error.message : '')?.[1];
    return { ok: false, code: failureOf(error), ...(missing === undefined ? {} : { missing }) };
  }
}

function failureOf(error: unknown): RenderFailure {
  if (error instanceof TooLarge) return 'too_large';
  if (error instanceof UnsafeLink) return 'unsafe_link';
  if (error instanceof UnsafeTemplate) return 'unsafe_template';
  // Handlebars tells a missing variable by its message alone.
  return error instanceof Error && error.message.includes('not defined in') ? 'missing_variable' : 'unfit_data';
}

function compiledFor({ id, contents }: TemplateContents, language: string): Compiled {
  const key = `${id} ${language}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const content = contents[language];
  if (content === undefined) throw new Error(`template ${id} has no contents in its default language`);
  const { subject, preheader, html, text, data } = content;
  const made: Compiled = {
    subject: compile(subject, 'plain'),
    preheader: preheader === undefined ? null : compile(preheader, 'plain'),
    html: html === null ? null : compile(html, 'html'),
    text: compile(text, 'plain'),
    data: data === undefined ? null : compileData(data),
  };
  const [oldest] = compiled.keys();
  if (compiled.size >= MAX_KEPT && oldest !== undefined) compiled.delete(oldest);
  compiled.set(key, made);
  return made;
}

/**
 * Each text of a structured form by itself; what a person is called cannot change the form. Of a card, what is read as
 * Markdown shows values as they are, and what is pressed or loaded leads to where a link may.
 */
function compileData(data: JsonValue): (values: RenderData) => JsonValue {
  const isACard = isCard(data);
  const roleOf = (path: readonly string[]): CardRole => (isACard ? cardRole(path) : 'plain');
  const key = (source: string, path: readonly string[]): string => `${roleOf(path)} ${source}`;
  const texts = new Map(
    textsOf(data).map(({ path, text }) => {
      const role = roleOf(path);
      return [key(text, path), { role, render: compile(text, role === 'markdown' ? 'markdown' : 'plain') }];
    }),
  );
  return (values) =>
    mapTexts(data, (source, path) => {
      const one = texts.get(key(source, path));
      const text = one?.render(values) ?? '';
      if (one?.role === 'link' && text !== source && !SAFE_LINK.test(text)) throw new UnsafeLink();
      left.characters -= text.length;
      if (left.characters < 0) throw new TooLarge();
      return text;
    });
}

/** Into what values are put: a text as it is, Markdown, or HTML. */
type Into = 'plain' | 'markdown' | 'html';
const READERS: Readonly<Record<Into, (source: string) => hbs.AST.Program>> = {
  plain: (source) => withHelpers(Handlebars.parse(source), () => [VALUE_HELPER]),
  markdown: (source) => withHelpers(Handlebars.parse(source), () => [MARKDOWN_HELPER]),
  html: withCheckedLinks,
};

function compile(source: string, into: Into): Render {
  if (typeof source !== 'string') throw new TypeError('a template source is a text');
  const knownHelpers = {
    [LINK_HELPER]: true,
    [LINK_PART_HELPER]: true,
    [MARKDOWN_HELPER]: true,
    [VALUE_HELPER]: true,
    is: true,
    log: false,
    lookup: false,
    helperMissing: false,
    blockHelperMissing: false,
  };
  const template = engine.compile<RenderData>(READERS[into](source), {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers,
    noEscape: into !== 'html',
    preventIndent: true,
  });
  return (data) => template(data, { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false });
}

const SAFE_LINK = /^(?:https?:\/\/|mailto:|tel:)/i;

/** A source of HTML in which every value that begins a link goes through a look at where it leads, and others stay in their part of one. */
function withCheckedLinks(source: string): hbs.AST.Program {
  const program = Handlebars.parse(source);
  const { links, inLinks, problems } = htmlValues(program);
  if (problems.length > 0) throw new UnsafeTemplate();
  const starts = new Set<hbs.AST.Statement>(links.map(({ statement }) => statement));
  const parts = new Map<hbs.AST.Statement, LinkPartName>(inLinks.map(({ statement, part }) => [statement, part]));
  return withHelpers(program, (statement) => {
    if (starts.has(statement)) return [LINK_HELPER];
    const part = parts.get(statement);
    return part === undefined ? [VALUE_HELPER] : [LINK_PART_HELPER, part];
  });
}

/** The program in which every value that is shown goes through a helper of the engine's own. */
function withHelpers(
  program: hbs.AST.Program,
  helperFor: (statement: hbs.AST.MustacheStatement) => readonly [name: string, how?: string],
): hbs.AST.Program {
  const through = (one: hbs.AST.Program | undefined): void => {
    for (const statement of one?.body ?? []) {
      if (statement.type === 'MustacheStatement') {
        const shown = statement as hbs.AST.MustacheStatement;
        callWith(shown, ...helperFor(shown));
      }
      if (statement.type !== 'BlockStatement') continue;
      through((statement as hbs.AST.BlockStatement).program);
      through((statement as hbs.AST.BlockStatement).inverse);
    }
  };
  through(program);
  return program;
}

function callWith(statement: hbs.AST.MustacheStatement, name: string, how?: string): void {
  const value: hbs.AST.Expression & { strict?: boolean } = statement.path;
  // As where it is shown without a helper, it must be there.
  value.strict = true;
  const { loc } = value;
  const said: hbs.AST.StringLiteral[] =
    how === undefined ? [] : [{ type: 'StringLiteral', value: how, original: how, loc }];
  statement.params = [value, ...said];
  const helper: hbs.AST.PathExpression = { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc }; // prettier-ignore
  statement.path = helper;
}

/** Null says nothing, here as elsewhere. */
function checkedLink(value: unknown): string {
  if (value === null || value === '') return '';
  // Browsers leave them out of a link.
  if (typeof value === 'string' && SAFE_LINK.test(value)) return value.replace(/[\t\n\r]/g, '');
  throw new UnsafeLink();
}

/** What is shown: a text, a number or a truth. A record or a list has no words of its own, and null says nothing. */
function shownValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError('a value that is shown must be a text, a number or a boolean');
}

function keptInPart(value: unknown, part: LinkPartName): string {
  const kept = inPart(part, shownValue(value));
  if (kept === null) throw new UnsafeLink();
  return kept;
}

/** Handlebars of its own, with the helpers that there are, of which `each` counts, and one around values that begin a link. */
function makeEngine(): typeof Handlebars {
  const own = Handlebars.create();
  for (const name of Object.keys(own.helpers)) {
    if (!HELPERS.some((helper) => helper === name)) own.unregisterHelper(name);
  }
  const each = own.helpers['each'] as (this: unknown, context: unknown, options: Handlebars.HelperOptions) => string;
  own.registerHelper('each', function (this: unknown, context: unknown, options: Handlebars.HelperOptions) {
    const counted: Handlebars.TemplateDelegate = (value: unknown, runtime) => {
      if (--left.rounds < 0) throw new TooLarge();
      const text = options.fn(value, runtime);
      left.characters -= text.length;
      if (left.characters < 0) throw new TooLarge();
      return text;
    };
    return each.call(this, context, { ...options, fn: counted });
  });
  own.registerHelper('is', function (this: unknown, value: unknown, other: unknown, options: Handlebars.HelperOptions) {
    return value === other ? options.fn(this) : options.inverse(this);
  });
  own.registerHelper(LINK_HELPER, checkedLink);
  own.registerHelper(LINK_PART_HELPER, keptInPart);
  own.registerHelper(MARKDOWN_HELPER, (value: unknown) => markdownText(shownValue(value)));
  own.registerHelper(VALUE_HELPER, shownValue);
  return own;
}

/** Behind it nothing of the text is shown in a list of mails: figure spaces, each joined to the next by nothing. */
const PADDING = '&#8199;&#65279;&#847; '.repeat(60);

/** What a list of mails shows behind the subject: first in the body, and hidden there. */
function withPreheader(html: string, preheader: string): string {
  if (preheader === '') return html;
  const hidden = 'display:none;max-height:0;overflow:hidden;mso-hide:all';
  const element = `<div style="${hidden}" aria-hidden="true">${Handlebars.escapeExpression(preheader)}${PADDING}</div>`;
  const body = /<body(?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?>/i.exec(html);
  const at = body === null ? 0 : body.index + body[0].length;
  return html.slice(0, at) + element + html.slice(at);
}

/** Zero-width and direction marks that make a line read as another one. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function oneLine(text: string): string {
  return text
    .replace(DIRECTION_MARKS, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT_CHARACTERS);
}
