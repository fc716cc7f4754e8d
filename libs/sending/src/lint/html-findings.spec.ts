import { describe, expect, it } from '@jest/globals';
import { htmlFindings } from './html-findings.js';

const found = (html: string): string[] =>
  htmlFindings('/contents/de/html', html).map(({ code, detail }) => `${code}: ${detail}`);
const OUT = '<a style="color:inherit" href="{{unsubscribeUrl}}">Abmelden</a>';
const SAME = 'faint_text: "Abmelden" has the colour of what is behind it';

describe('what hides the way out or the footer', () => {
  it.each<[string, string, string[]]>([
    ['white on white', `<p style="color:#fff">${OUT}</p>`, [SAME]],
    ['nearly white on white', `<p style="color: #FDFDFD">${OUT}</p>`, [SAME]],
    [
      'a colour on the same',
      `<table bgcolor="#336699"><tr><td style="color:rgb(51, 102, 153)">${OUT}</td></tr></table>`,
      [SAME],
    ],
    ['white, as a hue', `<p style="color:hsl(0, 0%, 100%)">${OUT}</p>`, [SAME]],
    ['white, as a hue without commas', `<p style="color:hsl(210deg 100% 99% / 1)">${OUT}</p>`, [SAME]],
    ['white with an opacity', `<p style="color:rgba(255,255,255,1)">${OUT}</p>`, [SAME]],
    ['white in eight digits', `<p style="color:#ffffffff">${OUT}</p>`, [SAME]],
    ['a name of nearly white', `<p style="color:mintcream">${OUT}</p>`, [SAME]],
    ['black that the paper shines through', `<p style="color:rgb(0 0 0 / 10%)">${OUT}</p>`, [SAME]],
    ['hardly any of an element', `<div style="opacity:.1"><p>${OUT}</p></div>`, [SAME]],
    ['and of one in another', `<div style="opacity:.4"><p style="opacity:40%">${OUT}</p></div>`, [SAME]],
    ['white on a veil', `<div style="background:rgba(0,0,0,.05)"><p style="color:#fff">${OUT}</p></div>`, [SAME]],
    ['nothing: half of black', `<p style="color:rgba(0,0,0,.5)">${OUT}</p>`, []],
    ['nothing: most of an element', `<div style="opacity:.7"><p style="color:#333">${OUT}</p></div>`, []],
    ['nothing: white on a named blue', `<div style="background:navy"><p style="color:#fff">${OUT}</p></div>`, []],
    ['<font>', `<font color="white">${OUT}</font>`, [SAME]],
    ['black on black', `<div style="background:#000">${OUT}</div>`, [SAME]],
    [
      'one pixel',
      `<p style="font-size:1px">{{brand.postalAddress}}</p>`,
      ['faint_text: "{{brand.postalAddress}}" is in letters of 1 pixels'],
    ],
    [
      'a tenth of the letters around',
      `<p style="font-size:10%">${OUT}</p>`,
      ['faint_text: "Abmelden" is in letters of 1.6 pixels'],
    ],
    ['its own colour', '<p><a style="color:#fff" href="{{unsubscribeUrl}}">Abmelden</a></p>', [SAME]],
    [
      'nothing: a link in white text is blue',
      '<p style="color:#fff"><a href="{{unsubscribeUrl}}">Abmelden</a></p>',
      [],
    ],
    ['nothing: grey on white', `<p style="color:#767676;font-size:11px">${OUT}</p>`, []],
    ['nothing: white on blue', `<div style="background-color:#336699"><p style="color:#fff">${OUT}</p></div>`, []],
    [
      'nothing that can be told: white on an image',
      `<div style="background:url(x.png)"><p style="color:#fff">${OUT}</p></div>`,
      [],
    ],
    ['nothing: a preheader', '<div style="color:#fff;font-size:1px">Only today</div>', []],
  ])('%s', (_name, html, expected) => expect(found(html)).toEqual(expected));
});

describe('a link that shows a site', () => {
  it.each<[string, string, string[]]>([
    [
      'another one',
      '<a href="https://evil.example/x">https://bank.example</a>',
      ['misleading_link: it shows bank.example and leads to evil.example'],
    ],
    [
      'another one, as its whole text',
      '<a href="https://evil.example/x"> bank.example/login </a>',
      ['misleading_link: it shows bank.example and leads to evil.example'],
    ],
    [
      'another one in bold',
      '<a href="https://evil.example">Go to <b>www.bank.example</b></a>',
      ['misleading_link: it shows bank.example and leads to evil.example'],
    ],
    ['its own', '<a href="https://www.shop.example/tea?x=1">www.shop.example</a>', []],
    ['the one above', '<a href="https://news.shop.example/tea">shop.example</a>', []],
    ['one and leads where a value says', '<a href="{{url}}">https://shop.example</a>', []],
    ['one and the site is a value', '<a href="https://{{host}}/x">https://shop.example</a>', []],
    ['none', '<a href="https://shop.example">Read more. It is e.g. Node.js</a>', []],
    ['a mail address', '<a href="mailto:ada@people.example">ada@people.example</a>', []],
  ])('%s', (_name, html, expected) => expect(found(html)).toEqual(expected));
});
