import { defaultTreeAdapter, type DefaultTreeAdapterTypes as Tree, parse } from 'parse5';

const SKIPPED = new Set(['head', 'style', 'script', 'title', 'template', 'blockquote', 'img']);
const BLOCKS = new Set([
  'p',
  'div',
  'tr',
  'li',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'table',
  'hr',
  'pre',
  'section',
  'article',
  'header',
  'footer',
  'dd',
  'dt',
]);
/** What mail programs put around, or before, what they quote: Gmail, Yahoo, Thunderbird and Proton; Outlook. */
const QUOTES =
  /(^|\s)(gmail_quote|gmail_quote_container|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote)(\s|$)/;
const QUOTE_BEGINS = /^(x_)*(divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container)$/;
/** Nothing that a person writes is nested deeper. */
const MOST_DEPTH = 500;

/**
 * What somebody wrote in a mail that has only HTML: a line for each of its lines, an empty one between paragraphs, without
 * what their program quotes.
 */
export function writtenInHtml(html: string): string {
  const parts: string[] = [];
  // Answers false where everything that follows is quoted.
  const walk = (node: Tree.Node, depth: number): boolean => {
    if (defaultTreeAdapter.isTextNode(node)) {
      parts.push(node.value.replace(/[\s\u00a0]+/g, ' '));
      return true;
    }
    if (!('childNodes' in node) || depth > MOST_DEPTH) return true;
    const name = defaultTreeAdapter.isElementNode(node) ? node.tagName : '';
    if (SKIPPED.has(name)) return true;
    if (name === 'br') parts.push('\n');
    if (defaultTreeAdapter.isElementNode(node)) {
      const value = (wanted: string): string => node.attrs.find((one) => one.name === wanted)?.value ?? '';
      if (QUOTE_BEGINS.test(value('id'))) return false;
      if (QUOTES.test(value('class'))) return true;
    }
    const isBlock = BLOCKS.has(name);
    if (isBlock) parts.push(name === 'p' ? '\n\n' : '\n');
    const goesOn = node.childNodes.every((child) => walk(child, depth + 1));
    if (isBlock) parts.push(name === 'p' ? '\n\n' : '\n');
    return goesOn;
  };
  walk(parse(html), 0);
  return parts
    .join('')
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
