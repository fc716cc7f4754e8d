import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { countHtml } from './count-html.js';

const OWN = 'https://center.example';
const counting = { own: OWN, link: (id: string) => `${OWN}/l/${id}`, pixel: null, idOf: (url: string) => `<${url}>` };
/** The HTML with every counted link as `[where it leads]`. */
const counted = (html: string): string =>
  countHtml(html, counting).html.replace(/https:\/\/center\.example\/l\/<([^>]*)>/g, '[$1]');

describe('the links of a mail', () => {
  it.each<[string, string, string]>([
    ['lead to the center first', '<a href="https://shop.example/a">x</a>', '<a href="[https://shop.example/a]">x</a>'],
    ['in either quotation marks', "<a href='https://shop.example/a'>", "<a href='[https://shop.example/a]'>"],
    ['or none', '<a href=https://shop.example/a class=x>', '<a href=[https://shop.example/a] class=x>'],
    [
      'are read as a browser reads them',
      '<A class="b" HREF=" https://shop.example/?a=1&amp;b&#x3D;2&#38;c=%20&copy=1 ">',
      '<A class="b" HREF="[https://shop.example/?a=1&b=2&c=%20&copy=1]">',
    ],
    [
      'two of them',
      '<p><a href="https://a.example">1</a> <a title="x > y" href="https://b.example">2</a></p>',
      '<p><a href="[https://a.example/]">1</a> <a title="x > y" href="[https://b.example/]">2</a></p>',
    ],
  ])('%s', (_name, html, expected) => {
    expect(counted(html)).toBe(expected);
  });

  it.each([
    ['the way out', `<a href="${OWN}/u/token">`],
    ['all of the settings', `<a href="${OWN}/p/token?lang=de">`],
    ['the center itself', `<a href="${OWN}">`],
    ['a mail address', '<a href="mailto:info@shop.example">'],
    ['a telephone number', '<a href="tel:+4930123">'],
    ['a place in the mail', '<a href="#top">'],
    ['nothing', '<a href="">'],
    ['an image', '<img src="https://shop.example/a.png"><link href="https://shop.example/a.css">'],
    ['what is no address', '<a href="https://">'],
    ['a name and a password', '<a href="https://a:b@shop.example/">'],
    ['what is very long', `<a href="https://shop.example/${'x'.repeat(2100)}">`],
    ['what a comment says', '<!-- <a href="https://shop.example/a"> -->'],
    ['what a text says', 'a href="https://shop.example/a"'],
    ['what another attribute says', '<a title=\'href="https://shop.example"\' data-href="https://shop.example">'],
  ])('to %s stay as they are', (_name, html) => {
    expect(countHtml(html, counting)).toEqual({ html, links: [] });
  });

  it.each(['HTTPS://Center.Example', 'https://center.example:443', 'https://center.example/'])(
    'to the center are its own, also where it is set up as %s',
    (own) => {
      const html = `<a href="${OWN}/u/token"><a href="${own}">`;
      expect(countHtml(html, { ...counting, own })).toEqual({ html, links: [] });
    },
  );

  it('to somebody who begins like the center are not its own', () => {
    expect(counted('<a href="https://center.example.evil.example/">')).toBe(
      '<a href="[https://center.example.evil.example/]">',
    );
  });

  it('lead where they led, and nothing else of the mail is changed', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<a href="',
        "<a href='",
        '">',
        "'>",
        '<p>',
        '</a>',
        '<!--',
        '-->',
        '&amp;',
        ' ',
        'https://s.example/',
      ),
      fc.string({ maxLength: 8 }),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const html = pieces.join('');
        const { html: made, links } = countHtml(html, { ...counting, link: (id) => `\u0000${id}\u0000` });
        const parts = made.split('\u0000');
        fc.pre(!html.includes('\u0000') && !links.some(({ url }) => url.includes('>')));
        // Every second part is a link; what is around them stands in the mail in the same order.
        let at = 0;
        for (const [i, part] of parts.entries()) {
          if (i % 2 === 1) continue;
          const found = html.indexOf(part, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + part.length;
        }
        for (const { url } of links) expect(url).toMatch(/^https?:\/\/[^\s"<>]+$/i);
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('the image that tells of an opening', () => {
  const image = `<img src="${OWN}/o/t" width="1" height="1" alt="" style="border:0">`;
  it.each([
    ['<body><p>x</p></body></html>', `<body><p>x</p>${image}</body></html>`],
    ['<p>x</p>', `<p>x</p>${image}`],
    ['</body >a</BODY\n>', `</body >a${image}</BODY\n>`],
  ])('stands at the end of %s', (html, expected) => {
    expect(countHtml(html, { ...counting, link: null, pixel: `${OWN}/o/t` })).toEqual({ html: expected, links: [] });
  });
});
