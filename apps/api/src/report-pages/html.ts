/** Markup that was made by `piece`, and is not escaped again. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = string | number | Html | null | readonly (string | Html | null)[];

/** A piece of a page. Whatever stands in it is text and escaped, unless it was made by `piece` itself; null is nothing. */
export function piece(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((made, string, i) => made + markupOf(parts[i - 1] ?? null) + string));
}

/** Markup that somebody else vouches for: a style sheet, a cleaned chart. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function markupOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeHtml(String(part));
}
