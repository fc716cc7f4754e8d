import type { Violation } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { chooseTag } from '../templates/domain/template-content.js';
import { mapTexts, textsOf } from '../templates/domain/template-data.js';
import { type BlockPlace, blockPlaces, type BlockRef, withBlocks } from './block-places.js';

/** What a block says in one language. Null: it has no such form. */
export interface BlockContent {
  readonly html: string | null;
  readonly text: string | null;
}

/** A version of a block, with the blocks that it includes in place. */
export interface BlockContents extends BlockRef {
  readonly defaultLanguage: string;
  readonly contents: Readonly<Record<string, BlockContent>>;
}

/** By language what has sources by the name of their form; those of `data` are in what it holds. */
type Contents<F extends object> = Readonly<Record<string, F>>;

export interface InPlace<C> {
  /** As it was given, but for its blocks; that itself where it includes none. */
  readonly contents: C;
  readonly violations: readonly Violation[];
}

/** Every block that contents include, in each of their languages, once. */
export function includedIn(contents: Contents<object>): BlockRef[] {
  const sources = Object.values(contents).flatMap((forms) => formsOf(forms).flatMap(([, value]) => textsOf(value)));
  const found = sources.flatMap(({ text }) => {
    const places = blockPlaces(text);
    return places.kind === 'places' ? places.places : [];
  });
  return [...new Map(found.map(({ key, version }) => [refText({ key, version }), { key, version }])).values()];
}

/**
 * Contents with the blocks that they include in place: in each language that of the block which a reader of it would get,
 * in HTML its HTML and everywhere else its text.
 * @param itself the block whose contents these are, in the version that they would become
 */
export function putInPlace<F extends object>(
  contents: Contents<F>,
  blocks: readonly BlockContents[],
  itself: BlockRef | null = null,
): InPlace<Contents<F>> {
  const byRef = new Map(blocks.map((block) => [refText(block), block]));
  const violations: Violation[] = [];
  let isChanged = false;
  const put = (language: string, form: string, source: string, path: readonly string[]): string => {
    const found = blockPlaces(source);
    const pointer = ['', 'contents', language, form, ...path].join('/');
    const report = (detail: string): string => {
      violations.push({ pointer, detail });
      return source;
    };
    if (found.kind === 'problems') {
      for (const problem of found.problems) report(problem);
      return source;
    }
    if (found.places.length === 0) return source;
    const texts = new Map<string, string>();
    for (const place of found.places) {
      const text = textAt(place, byRef.get(refText(place)), { language, form, itself });
      if (typeof text === 'string') texts.set(refText(place), text);
      else report(`line ${place.line}: ${text.problem}`);
    }
    if (texts.size === 0 || found.places.some((place) => !texts.has(refText(place)))) return source;
    isChanged = true;
    const whole = withBlocks(source, found.places, (ref) => texts.get(refText(ref)) ?? '');
    return whole ?? report('is too large with its blocks in place');
  };
  const changed = Object.entries(contents).map(([language, forms]) => [
    language,
    Object.fromEntries(
      formsOf(forms).map(([form, value]) => [form, mapTexts(value, (text, path) => put(language, form, text, path))]),
    ),
  ]);
  return { contents: isChanged ? (Object.fromEntries(changed) as Contents<F>) : contents, violations };
}

/** In which languages a block is shown to whoever reads one that it does not speak. */
export function languageOf({ contents, defaultLanguage }: BlockContents, wanted: string): string {
  return chooseTag(Object.keys(contents), wanted) ?? defaultLanguage;
}

export function refText({ key, version }: BlockRef): string {
  return `${key}@${version}`;
}

function textAt(
  place: BlockPlace,
  block: BlockContents | undefined,
  at: { readonly language: string; readonly form: string; readonly itself: BlockRef | null },
): string | { readonly problem: string } {
  const { key, version } = place;
  const name = refText(place);
  if (at.itself?.key === key && version === at.itself.version) return { problem: `${name} would include itself` };
  if (block === undefined)
    return {
      problem: `there is no block ${name}; publish it first with POST /v1/blocks, or name a version that is there`,
    };
  const language = languageOf(block, at.language);
  const form = at.form === 'html' ? 'html' : 'text';
  const text = block.contents[language]?.[form] ?? null;
  return text ?? { problem: `${name} has no ${form === 'html' ? 'HTML' : 'text'} in ${language}` };
}

/** What is left out has no source. */
function formsOf(forms: object): [form: string, value: JsonValue][] {
  return Object.entries(forms as Record<string, JsonValue | undefined>).flatMap(([form, value]) =>
    value === undefined ? [] : [[form, value]],
  );
}
