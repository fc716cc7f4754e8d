/** How a brand names its templates and campaigns; left out: any way. */
export interface NamePatterns {
  readonly template?: string;
  readonly campaign?: string;
}

/** Where a part that begins at `at` may end in a name; nowhere when it does not fit. */
type Part = (name: string, at: number) => readonly number[];

/** At every length that fits, as many as there are: a part does not know what comes behind it. */
const spanOf =
  (first: RegExp, further: RegExp): Part =>
  (name, at) => {
    if (!first.test(name[at] ?? '')) return [];
    const ends = [at + 1];
    for (let end = at + 1; further.test(name[end] ?? ''); end++) ends.push(end + 1);
    return ends;
  };
const oneOf =
  (words: readonly string[]): Part =>
  (name, at) =>
    words.flatMap((word) => (name.startsWith(word, at) ? [at + word.length] : []));
const digits =
  (length: number, low: number, high: number): Part =>
  (name, at) => {
    const text = name.slice(at, at + length);
    const fits = /^\d+$/.test(text) && text.length === length && Number(text) >= low && Number(text) <= high;
    return fits ? [at + length] : [];
  };

/** What may stand in braces, and an example of it. */
const PARTS: Readonly<Record<string, { readonly part: Part; readonly example: string }>> = {
  word: { part: spanOf(/[A-Za-z]/, /[A-Za-z0-9]/), example: 'ProductX' },
  number: { part: spanOf(/\d/, /\d/), example: '2' },
  year: { part: digits(4, 2000, 2099), example: '2025' },
  month: { part: digits(2, 1, 12), example: '06' },
  day: { part: digits(2, 1, 31), example: '15' },
};
const CHOICE = /^[A-Za-z0-9]+(?:\|[A-Za-z0-9]+)+$/;

/**
 * A pattern such as `{NURTURE|EVENT}-{word}-v{number}-{year}-{month}`: letters, digits and hyphens as they are, parts in
 * braces, and a choice between words.
 */
interface Compiled {
  readonly parts: readonly Part[];
  readonly example: string;
}

/** Why a text is no pattern; null when it is one. */
export function patternProblem(text: string): string | null {
  const compiled = compile(text);
  return typeof compiled === 'string' ? compiled : null;
}

/** Why a name is not as the pattern has it, with an example that is; null when it is, and for what is no pattern. */
export function nameProblem(text: string, name: string): string | null {
  const compiled = compile(text);
  if (typeof compiled === 'string' || fits(compiled.parts, name)) return null;
  return `must be named by the brand's pattern ${text}, such as ${compiled.example}`;
}

/** Part by part over all places where the parts before may have ended, so that no name takes long (no backtracking). */
function fits(parts: readonly Part[], name: string): boolean {
  const ends = parts.reduce((places, part) => new Set([...places].flatMap((at) => part(name, at))), new Set([0]));
  return ends.has(name.length);
}

function compile(text: string): Compiled | string {
  const parts: Part[] = [];
  let example = '';
  for (const [piece, inside] of text.matchAll(/\{([^{}]*)\}|[^{]+|\{/g)) {
    if (inside === undefined) {
      if (!/^[A-Za-z0-9-]+$/.test(piece)) return `"${piece}" may be letters, digits and hyphens alone`;
      parts.push(oneOf([piece]));
      example += piece;
      continue;
    }
    const known = Object.hasOwn(PARTS, inside) ? PARTS[inside] : undefined;
    if (known === undefined && !CHOICE.test(inside))
      return `{${inside}} may be {word}, {number}, {year}, {month}, {day} or a choice such as {NURTURE|EVENT}`;
    const words = inside.split('|');
    parts.push(known?.part ?? oneOf(words));
    example += known?.example ?? words[0] ?? '';
  }
  return text === '' ? 'must not be empty' : { parts, example };
}
