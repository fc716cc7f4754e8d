/** What the report uses of a browser. Text goes in as text only, so nothing that is shown can become markup. */
export interface Element {
  textContent: string | null;
  className: string;
  hidden: boolean;
  lang: string;
  readonly files: ArrayLike<PickedFile> | null;
  append(...children: (Element | string)[]): void;
  replaceChildren(...children: (Element | string)[]): void;
  setAttribute(name: string, value: string): void;
  addEventListener(type: 'click' | 'change', listener: () => void): void;
}

export interface PickedFile {
  readonly name: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface Page {
  readonly documentElement: Element;
  title: string;
  createElement(tag: string): Element;
  getElementById(id: string): Element | null;
}

declare const document: Page;
declare const navigator: { readonly language: string };

export const page: Page = document;
/** What the browser of whoever reads is set to, such as de-AT. */
export const readerLanguage = navigator.language;

export function byId(id: string): Element {
  const found = page.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** An element with text or children inside. */
export function make(tag: string, className: string, ...children: (Element | string)[]): Element {
  const element = page.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}
