import { defaultTreeAdapter, type DefaultTreeAdapterTypes as Tree, parse } from 'parse5';

/** Elements whose content no reader sees; that of `template` is in no tree at all. */
const NOT_SHOWN = new Set(['head', 'title', 'script', 'style', 'noembed', 'noframes', 'object', 'select', 'textarea']);
/** Further from the edge than any mail is wide. */
const OUT_OF_SIGHT = /^-\s*\d{3,}/;

/** Elements in each other that no mail has: reading them takes time that grows with the square of the depth. */
export const MOST_DEPTH = 1_000;

/**
 * Which links of a document a reader can see and press, by their targets: with a text, or an image that has one for
 * whoever loads none, and in nothing that hides it. HTML is read as browsers read it (WHATWG HTML, 13.2). Styles count
 * where they stand on an element; what a style sheet hides is not seen here, because mail programs differ in what they
 * do with one. Null: the elements are nested deeper than MOST_DEPTH.
 */
export function visibleLinks(html: string): string[] | null {
  const document = read(html);
  if (document === null) return null;
  return [...shownIn(document)].flatMap((node) => {
    const href = 'tagName' in node && node.tagName === 'a' ? attribute(node, 'href') : null;
    return href !== null && saysSomething(node) ? [href] : [];
  });
}

function read(html: string): Tree.Document | null {
  let depth = 0;
  const tooDeep = new Error('nested too deep');
  const treeAdapter = {
    ...defaultTreeAdapter,
    onItemPush: () => {
      if (++depth > MOST_DEPTH) throw tooDeep;
    },
    onItemPop: () => {
      depth--;
    },
  };
  try {
    return parse(html, { treeAdapter });
  } catch (error) {
    if (error !== tooDeep) throw error;
    return null;
  }
}

function saysSomething(link: Tree.Node): boolean {
  for (const node of shownIn(link)) {
    if ('value' in node && /[^\s\p{Default_Ignorable_Code_Point}]/u.test(node.value)) return true;
    if ('tagName' in node && node.tagName === 'img' && (attribute(node, 'alt') ?? '').trim() !== '') return true;
  }
  return false;
}

/** Everything in a node that is shown. By a list and not by calls, because tags can be nested deeper than calls. */
function* shownIn(node: Tree.Node): Generator<Tree.Node> {
  const left: Tree.Node[] = [node];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next !== node && 'tagName' in next && isHidden(next)) continue;
    yield next;
    if ('childNodes' in next) for (const child of next.childNodes) left.push(child);
  }
}

function isHidden(element: Tree.Element): boolean {
  if (NOT_SHOWN.has(element.tagName) || attribute(element, 'hidden') !== null) return true;
  const style = new Map(
    (attribute(element, 'style') ?? '').split(';').map((declaration): [string, string] => {
      const [name = '', ...value] = declaration.split(':');
      const plain = value.join(':').replace(/!\s*important/i, '');
      return [name.trim().toLowerCase(), plain.trim().toLowerCase()];
    }),
  );
  const is = (name: string, ...values: string[]): boolean => values.includes(style.get(name) ?? '');
  const isNone = (name: string): boolean => /^0*\.?0+(?:[a-z]+|%)?$/.test(style.get(name) ?? '');
  const clips = is('overflow', 'hidden', 'clip');
  return (
    is('display', 'none') ||
    is('visibility', 'hidden', 'collapse') ||
    is('mso-hide', 'all') ||
    is('color', 'transparent') ||
    isNone('opacity') ||
    isNone('font-size') ||
    (clips && ['height', 'max-height', 'width', 'max-width'].some(isNone)) ||
    ['text-indent', 'left', 'top', 'right', 'margin-left', 'margin-top'].some((name) =>
      OUT_OF_SIGHT.test(style.get(name) ?? ''),
    )
  );
}

function attribute(element: Tree.Element, name: string): string | null {
  return element.attrs.find((one) => one.name === name)?.value ?? null;
}
