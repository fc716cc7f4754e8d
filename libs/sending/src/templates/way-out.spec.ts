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
});
