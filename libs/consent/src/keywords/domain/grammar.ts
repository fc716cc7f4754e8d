import { normalize } from './normalize.js';

/**
 * How a language says that somebody wants no more, as patterns over words. In a pattern
 *
 * - `{name}` is any of a class of words, `(a|b)` any of these, `[a|b]` the same or nothing
 * - `{name}+` is one to five of a class, `{name}*` none to five
 * - `..` is up to four words, whatever they are; `...` up to eight
 * - `abmeld*` is every word that begins so
 * - `!{name}` and `!(a|b)` stand where none of these comes next
 * - `^` and `$` are the ends of a clause
 *
 * Words stand as people write them, and are normalised as what is read is.
 */
export interface Grammar {
  readonly language: string;
  readonly classes: Readonly<Record<string, string>>;
  /** Says it, nearly without a doubt. */
  readonly leaving: readonly string[];
  /** Likely says it; whoever wrote it is asked. */
  readonly likely: readonly string[];
  /** Says something else, with words of leaving in it: of what came, of what was done by mistake, of other things. */
  readonly other: readonly string[];
  /**
   * Leaves something that may not be what is sent: a subscription of coffee, a membership. It is taken out of what is
   * read, so that the rest still leaves, and whoever wrote it is asked.
   */
  readonly elsewhere: readonly string[];
}

export interface CompiledGrammar {
  readonly language: string;
  readonly leaving: RegExp;
  readonly likely: RegExp;
  readonly other: RegExp;
  /** Finds every one. */
  readonly elsewhere: RegExp;
}

/**
 * One expression for each of the kinds: a thousand small ones take ten times as long.
 * @throws Error for a pattern that names a class that is none
 */
export function compileGrammar({ language, classes, leaving, likely, other, elsewhere }: Grammar): CompiledGrammar {
  const known: Known = { classes, sources: new Map() };
  const compile = (patterns: readonly string[], flags = ''): RegExp => {
    const sources = patterns.map((pattern) => sequence(pattern, known));
    const atStart = sources.filter((source) => source.startsWith('^'));
    const anywhere = sources.filter((source) => !source.startsWith('^'));
    return new RegExp(
      [...atStart, ...(anywhere.length > 0 ? [`(?<= )(?:${anywhere.join('|')})`] : [])].join('|') || '(?!)',
      flags,
    );
  };
  return {
    language,
    leaving: compile(leaving),
    likely: compile(likely),
    other: compile(other),
    elsewhere: compile(elsewhere, 'g'),
  };
}

/** Against a clause as `toClause` makes it. */
export function toClause(normal: string): string {
  return ` ${normal} `.replaceAll(' e mail', ' email');
}

const MOST = 5;

/** The classes of a language, and what came of those met so far: most stand in a hundred patterns. */
interface Known {
  readonly classes: Grammar['classes'];
  readonly sources: Map<string, string>;
}

/** Every word ends with its space, so that elements stand one after the other. */
function sequence(pattern: string, known: Known): string {
  return apart(pattern, ' ')
    .map((element) => {
      if (element === '..') return '(?:\\S+ ){0,4}?';
      if (element === '...') return '(?:\\S+ ){0,8}?';
      if (element === '^') return '^ ';
      if (element === '$') return '$';
      if (element.startsWith('!')) return `(?!${sequence(element.slice(1), known)})`;
      if (element.startsWith('[')) return `${anyOf(element.slice(1, -1), known)}?`;
      if (element.startsWith('(')) return anyOf(element.slice(1, -1), known);
      const [, name, times] = /^\{(\w+)\}([+*]?)$/.exec(element) ?? [];
      if (name === undefined) return `${element.split('*').map(normalize).join('\\S*')} `;
      return classOf(name, known) + (times === '+' ? `{1,${MOST}}` : times === '*' ? `{0,${MOST}}` : '');
    })
    .join('');
}

function classOf(name: string, known: Known): string {
  const words = known.classes[name];
  if (words === undefined) throw new Error(`no class of words is named ${name}`);
  const source = known.sources.get(name) ?? anyOf(words, known);
  known.sources.set(name, source);
  return source;
}

function anyOf(words: string, known: Known): string {
  return `(?:${apart(words, '|')
    .map((one) => sequence(one, known))
    .join('|')})`;
}

/** Taken apart where the mark stands, but in no brackets. */
function apart(text: string, mark: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const letter of text) {
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
    if (letter === mark && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${letter}`);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
