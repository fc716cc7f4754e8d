import { describe, expect, it } from '@jest/globals';
import { cleanSvg, markOf, NotAnSvg } from './clean-svg.js';

const FRAME = { id: 'c', title: 'A & B', description: '<d>' };
const inSvg = (inner: string): string => `<svg width="10" height="10" viewBox="0 0 10 10">\n${inner}\n</svg>`;
const cleaned = (inner: string): string =>
  cleanSvg(inSvg(inner), FRAME)
    .replace(/^.*<\/desc>/, '')
    .replace(/<\/svg>$/, '');

describe('a cleaned drawing', () => {
  it('begins with its title and description, escaped, and without a size of its own', () => {
    expect(cleanSvg(inSvg(''), FRAME)).toBe(
      '<svg class="chart" role="img" aria-labelledby="c-title c-desc" viewBox="0 0 10 10"><title id="c-title">A &#38; B</title><desc id="c-desc">&#60;d&#62;</desc></svg>',
    );
  });

  it.each([
    [
      'a colour is a meaning',
      `<path d="M0 0" fill="${markOf('exit')}"></path>`,
      '<path class="fill-exit" d="M0 0"></path>',
    ],
    ['any other colour goes', '<path d="M0 0" stroke="#333" fill="none"></path>', '<path d="M0 0" fill="none"></path>'],
    ['an id and a class go', '<g id="x" class="zr0"><rect x="1"/></g>', '<g><rect x="1"></rect></g>'],
    [
      'a style goes but for the size of letters',
      '<text style="font-size:14px;fill:url(x)">a</text>',
      '<text font-size="14">a</text>',
    ],
    ['a style sheet goes', '<style ><![CDATA[ .a:hover { x } ]]></style><g></g>', '<g></g>'],
    ['a script goes with what is in it', '<script>alert(1)</script>', ''],
    ['a handler goes', '<rect x="1" onclick="alert(1)"></rect>', '<rect x="1"></rect>'],
    ['a link goes, its text too', '<a href="https://x.example">b</a>', ''],
    ['what is escaped stays so', '<text>&lt;b&gt; &amp; &copy;</text>', '<text>&lt;b&gt; &amp; &amp;copy;</text>'],
  ])('%s', (_what, inner, wanted) => expect(cleaned(inner)).toBe(wanted));

  it.each(['<svg>', '<svg></g></svg>', '<svg><path d=M0></path></svg>', 'text', '<svg><!-- x --></svg>', ''])(
    'is none of %j',
    (drawn) => expect(() => cleanSvg(drawn, FRAME)).toThrow(NotAnSvg),
  );
});
