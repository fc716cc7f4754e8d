import { defaultTreeAdapter, type DefaultTreeAdapterTypes as Tree, parse } from 'parse5';

/** Elements in each other that no mail has: reading them takes time that grows with the square of the depth. */
export const MOST_DEPTH = 1_000;

/** HTML as browsers read it (WHATWG HTML, 13.2); null where it is nested deeper than MOST_DEPTH. */
export function readHtml(html: string, { scripting = true } = {}): Tree.Document | null {
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
    return parse(html, { treeAdapter, scriptingEnabled: scripting });
  } catch (error) {
    if (error !== tooDeep) throw error;
    return null;
  }
}
