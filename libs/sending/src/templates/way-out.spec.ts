import { describe, expect, it } from '@jest/globals';
import { wayOutProblem } from './way-out.js';

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
    ['<a href="{{unsubscribeUrl}}"><span style="display:none">Leave</span></a>'],
    [`{{#if a}}${OUT}{{else}}<p hidden>${OUT}</p>{{/if}}`],
  ])('is not seen in %s', (source) => {
    expect(wayOutProblem('html', source)).toMatch(/that its reader sees/);
  });

  it('is looked for as deep as mails are nested, and what is deeper is refused', () => {
    const nested = (depth: number): string => '<div>'.repeat(depth);
    expect(wayOutProblem('html', `${nested(900)}${OUT}`)).toBeNull();
    expect(wayOutProblem('html', `<p hidden>${nested(900)}${OUT}`)).toBeNull(); // A div ends the paragraph.
    expect(wayOutProblem('html', `<div hidden>${nested(900)}${OUT}`)).toMatch(/that its reader sees/);
    expect(wayOutProblem('html', `${nested(50_000)}${OUT}`)).toMatch(/deeper than 1000/);
  });
});
