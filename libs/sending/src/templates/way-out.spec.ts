import { describe, expect, it } from '@jest/globals';
import { isWayOutPictured, wayOutProblem } from './way-out.js';

describe('the way out of a commercial e-mail', () => {
  it.each([
    ['Leave: {{unsubscribeUrl}}'],
    ['{{#if a}}x{{/if}}{{@root.unsubscribeUrl}}'],
    ['{{#if a}}Ende: {{unsubscribeUrl}}{{else if b}}{{unsubscribeUrl}}{{else}}{{unsubscribeUrl}}{{/if}}'],
    ['{{#if unsubscribeUrl}}Leave: {{unsubscribeUrl}}{{/if}}'],
    ['{{#unless unsubscribeUrl}}none{{else}}{{unsubscribeUrl}}{{/unless}}'],
  ])('stands in the text %s', (source) => {
    expect(wayOutProblem('text', source)).toBeNull();
  });

  it.each([
    [''],
    ['unsubscribeUrl'],
    ['{{unsubscribe}}'],
    ['{{! {{unsubscribeUrl}} }}'],
    ['\\{{unsubscribeUrl}}'],
    ['{{#if vip}}{{unsubscribeUrl}}{{/if}}'],
    ['{{#if a}}{{unsubscribeUrl}}{{else if b}}{{unsubscribeUrl}}{{/if}}'],
    ['{{#unless unsubscribeUrl}}{{unsubscribeUrl}}{{/unless}}'],
    ['{{#each list}}{{@root.unsubscribeUrl}}{{/each}}'],
    ['{{#each list}}{{unsubscribeUrl}}{{else}}{{unsubscribeUrl}}{{/each}}'],
    ['{{#with contact}}{{unsubscribeUrl}}{{/with}}'],
    ['{{contact.unsubscribeUrl}}'],
  ])('is missing in the text %s', (source) => {
    expect(wayOutProblem('text', source)).toMatch(/\{\{unsubscribeUrl\}\}/);
  });

  it('is a link in HTML', () => {
    expect(wayOutProblem('html', '<p><A class="x" HREF=\'{{unsubscribeUrl}}\'>Leave</a></p>')).toBeNull();
    expect(wayOutProblem('html', '<a href="{{unsubscribeUrl}}&amp;x=1">Leave</a>')).toBeNull();
    for (const source of [
      '<p>{{unsubscribeUrl}}</p>',
      '<img src="{{unsubscribeUrl}}">',
      '<a title="{{unsubscribeUrl}}">Leave</a>',
      '<a href="https://elsewhere.example/?to={{unsubscribeUrl}}">Leave</a>',
      '<a href="{{url}}">Leave</a>',
      '{{#if vip}}<a href="{{unsubscribeUrl}}">Leave</a>{{/if}}',
    ])
      expect(wayOutProblem('html', source)).toMatch(/<a href="\{\{unsubscribeUrl\}\}">/);
  });

  const OUT = '<a href="{{unsubscribeUrl}}">Leave</a>';
  it.each([
    [`<div style="color:#999; font-size:11px; max-height:none">${OUT}</div>`],
    [`<table><tr><td style="height:0;line-height:1">${OUT}</td></tr></table>`],
    ['<a href="{{unsubscribeUrl}}"><img src="https://x.example/i.png" alt="Leave"></a>'],
    ['<a href="{{unsubscribeUrl}}" style="color:{{color}}">{{label}}</a>'],
    [`<p hidden>Preview</p><div style="display:none">x</div>${OUT}`],
    [`{{#if a}}<p>${OUT}</p>{{else}}<b>${OUT}</b>{{/if}}`],
    [`<div style="display:none">${OUT}</div>${OUT}`],
  ])('is seen in %s', (source) => {
    expect(wayOutProblem('html', source)).toBeNull();
  });

  it.each([
    [`<div style="display:none">${OUT}</div>`],
    [`<div style="DISPLAY : none !important">${OUT}</div>`],
    [`<p hidden>${OUT}</p>`],
    [`<template>${OUT}</template>`],
    [`<div style="visibility:hidden"><table><tr><td>${OUT}</td></tr></table></div>`],
    [`<div style="max-height:0;overflow:hidden">${OUT}</div>`],
    [`<span style="font-size:0px">${OUT}</span>`],
    [`<span style="opacity:0.0">${OUT}</span>`],
    [`<div style="position:absolute;left:-9999px">${OUT}</div>`],
    ['<a href="{{unsubscribeUrl}}"></a>'],
    ['<a href="{{unsubscribeUrl}}">&nbsp;&zwnj;</a>'],
    ['<a href="{{unsubscribeUrl}}"><img src="https://x.example/i.png"></a>'],
    ['<a href="{{unsubscribeUrl}}"><img src="https://x.example/i.png" alt="&zwnj;"></a>'],
    ['<a href="{{unsubscribeUrl}}"><span style="display:none">Leave</span></a>'],
    [`{{#if a}}${OUT}{{else}}<p hidden>${OUT}</p>{{/if}}`],
  ])('is not seen in %s', (source) => {
    expect(wayOutProblem('html', source)).toMatch(/that its reader sees/);
  });

  const PICTURE = '<a href="{{unsubscribeUrl}}"><img src="https://x.example/i.png" alt="Leave"></a>';
  it.each([
    ['an image alone', PICTURE, true],
    ['an image, and on a condition words', `${PICTURE}{{#if a}}${OUT}{{/if}}`, true],
    ['words on one way and an image on the other', `{{#if a}}${OUT}{{else}}${PICTURE}{{/if}}`, true],
    ['an image, and words that are hidden', `${PICTURE}<div style="display:none">${OUT}</div>`, true],
    ['words', OUT, false],
    ['words beside an image', `${PICTURE}${OUT}`, false],
    ['an image with words in the same link', PICTURE.replace('</a>', ' Leave</a>'), false],
    ['an image on one way and words on every way', `{{#if a}}${PICTURE}{{/if}}${OUT}`, false],
    ['nothing, which is an error of its own', '<p>Tea</p>', false],
    ['an image that nobody sees, which is an error of its own', `<p hidden>${PICTURE}</p>`, false],
  ])('is shown by %s', (_name, source, expected) => {
    expect(isWayOutPictured(source)).toBe(expected);
  });

  const under = (css: string, html = `<p class="x">${OUT}</p>`): string =>
    `<html><head><style>${css}</style></head><body>${html}</body></html>`;
  it.each([
    ['#outlook a{padding:0} p{display:block;margin:13px 0} .y{display:none} .x .y{opacity:0}'],
    ['@media print{.x{display:none}} @font-face{font-family:a;src:url(a)}'],
    ['p:before{display:none} a::after{opacity:0}'],
    ['div > a{display:none} b + p{display:none} p ~ a{display:none} a.y{opacity:0} [lang=de] a{display:none}'],
    ['.x{height:0;overflow:visible} .y{overflow:hidden}'],
    ['@import url("https://fonts.googleapis.com/css?family=Lato");'],
    ['.x{color:#fff;broken} ; td{}}'],
  ])('is seen under the style sheet %s', (css) => {
    expect(wayOutProblem('html', under(css))).toBeNull();
  });

  it.each([
    ['.x{display:none}'],
    ['a{font-size:0!important}'],
    ['.X A{visibility:hidden}'],
    ['body > p.x > a[href]{opacity:0}'],
    ['a:link,a:visited{color:rgba(0, 0, 0, 0)}'],
    ['@media (max-width:600px){@supports (color:red){p{max-height:0;overflow:hidden}}}'],
    ['.x{overflow:hidden} p{height:0px}'],
    ['.x{d\\69splay:no/**/ne}'.replace('no/**/ne', 'n\\6f ne')],
    ['.x{& a{display:none}}'],
    ['p{font:0/0 a}'],
    ['<!-- head + body a{text-indent:-9999px} -->'],
    ['a[href*="unsubscribe"]{display:none}'],
    ['p:not(.z):nth-child(1){transform:scale(0)}'],
    ['.x{display:none} .x{display:block}'],
  ])('is not seen under the style sheet %s', (css) => {
    expect(wayOutProblem('html', under(css))).toMatch(/that its reader sees/);
  });

  it('is seen where its own style says so, unless a style sheet is more important', () => {
    const own = `<p class="x" style="display:block">${OUT}</p>`;
    expect(wayOutProblem('html', under('.x{display:none}', own))).toBeNull();
    expect(wayOutProblem('html', under('.x{display:none!important}', own))).toMatch(/that its reader sees/);
  });

  it('is seen in a size of its own, as templates of MJML have it', () => {
    const cell = (inner: string): string =>
      `<table><tr><td style="font-size:0px;padding:10px">${inner}</td></tr></table>`;
    expect(wayOutProblem('html', cell(`<div style="font-size:13px;line-height:1">${OUT}</div>`))).toBeNull();
    expect(wayOutProblem('html', cell(`<div style="font-size:1em">${OUT}</div>`))).toMatch(/that its reader sees/);
  });

  it('may be hidden by a class that a message decides on, or by styles that Outlook alone reads', () => {
    expect(wayOutProblem('html', under('.gone{display:none}', `<p class="{{how}}">${OUT}</p>`))).toMatch(/its reader/);
    expect(wayOutProblem('html', under('.gone{color:red}', `<p class="{{how}}">${OUT}</p>`))).toBeNull();
    expect(wayOutProblem('html', `<!--[if mso]><style>a{mso-hide:all}</style><![endif]-->${OUT}`)).toMatch(
      /its reader/,
    );
  });

  it('cannot be looked for under style sheets from elsewhere, of too many rules, or that nobody can read', () => {
    expect(wayOutProblem('html', `<link rel="stylesheet" href="https://x.example/a.css">${OUT}`)).toMatch(/elsewhere/);
    expect(wayOutProblem('html', under('@import "https://x.example/a.css";'))).toMatch(/elsewhere/);
    expect(wayOutProblem('html', under('.x % {display:none}'))).toMatch(/cannot be read/);
    const many = Array.from({ length: 4_000 }, (_, i) => `.a${i} .b .c{display:none}`).join('');
    expect(wayOutProblem('html', under(many, `${'<b></b>'.repeat(5_000)}${OUT}`))).toMatch(/too many rules/);
  });

  it('is looked for as deep as mails are nested, and what is deeper is refused', () => {
    const nested = (depth: number): string => '<div>'.repeat(depth);
    expect(wayOutProblem('html', `${nested(900)}${OUT}`)).toBeNull();
    expect(wayOutProblem('html', `<p hidden>${nested(900)}${OUT}`)).toBeNull(); // A div ends the paragraph.
    expect(wayOutProblem('html', `<div hidden>${nested(900)}${OUT}`)).toMatch(/that its reader sees/);
    expect(wayOutProblem('html', `${nested(50_000)}${OUT}`)).toMatch(/deeper than 1000/);
  });
});
