/** What is used of css-tree: its parser (CSS Syntax Level 3) and the escapes of names. Its lexer and data are not loaded. */
declare module 'css-tree/parser' {
  export interface CssNode {
    readonly type: string;
    readonly name?: string | CssNode;
    readonly property?: string;
    readonly important?: boolean | string;
    readonly matcher?: string | null;
    readonly value?: string | CssNode | null;
    readonly prelude?: CssNode | null;
    readonly block?: CssNode | null;
    /** A list of css-tree, which is gone through like an array. */
    readonly children?: Iterable<CssNode> | null;
  }
  function parse(
    css: string,
    options: {
      readonly context?: 'stylesheet' | 'declarationList';
      readonly parseValue: false;
      readonly parseAtrulePrelude?: false;
    },
  ): CssNode;
  export { parse as default };
}
declare module 'css-tree/utils' {
  export const ident: { decode(name: string): string };
}
