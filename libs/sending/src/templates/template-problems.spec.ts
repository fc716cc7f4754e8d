import { describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import { sourceProblems } from './template-problems.js';

describe('a template source', () => {
  it.each([
    'Hallo {{name}}',
    '{{#if vip}}A{{else if regular}}B{{else}}C{{/if}}',
    '{{#each items as |item i|}}{{@index}} {{item.name}} {{i}}{{#unless @last}}, {{/unless}}{{else}}none{{/each}}',
    '{{#with order}}{{number}} {{../name}} {{@root.brand.name}}{{/with}}',
    '{{! a note }}{{!-- another {{note}} --}}{{~name~}}',
    '{{[first name]}} {{this.city}} \\{{not an expression}}',
    `${'{{#if a}}'.repeat(30)}x${'{{/if}}'.repeat(30)}`,
  ])('may be %s', (source) => {
    expect(sourceProblems(source)).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ['a parsed tree', Handlebars.parse('{{x}}'), /must be a text/],
    ['a tree made by hand', { type: 'Program', body: [], loc: {}, strip: {} }, /must be a text/],
    ['null', null, /must be a text/],
    ['an array', ['x'], /must be a text/],
    ['too large', 'x'.repeat(256 * 1024 + 1), /larger/],
    ['too large in bytes', '€'.repeat(90_000), /larger/],
    ['unclosed', '{{#if a}}', /cannot be parsed/],
    ['unescaped output', '{{{html}}}', /unescaped/],
    ['unescaped output by ampersand', '{{&html}}', /unescaped/],
    ['unescaped output deep inside', '{{#if a}}{{#each b}}{{else}}{{{c}}}{{/each}}{{/if}}', /unescaped/],
    ['a partial', '{{> header}}', /partials/],
    ['a partial named by data', '{{> (lookup . "name")}}', /partials/],
    ['a partial block', '{{#> layout}}x{{/layout}}', /partials/],
    ['an inline partial', '{{#*inline "x"}}y{{/inline}}', /decorators/],
    ['a decorator', '{{* deco}}', /decorators/],
    ['lookup', '{{lookup user key}}', /no helpers/],
    ['lookup inside an expression', '{{#if (lookup a "constructor")}}x{{/if}}', /calls inside/],
    [
      'lookup as the start of a path',
      '{{(lookup this "constructor").name}}',
      /calls inside|cannot be parsed|not allowed/,
    ],
    ['lookup as a block', '{{#lookup a b}}x{{/lookup}}', /must be one of/],
    ['log', '{{log secret}}', /no helpers/],
    ['a helper without parameters', '{{helperMissing}}', /is a helper/],
    ['a block of a value', '{{#items}}x{{/items}}', /must be one of/],
    ['an inverse block of a value', '{{^items}}x{{/items}}', /must be one of/],
    ['a raw block', '{{{{raw}}}}x{{{{/raw}}}}', /must be one of/],
    ['named parameters', '{{#each items key=1}}x{{/each}}', /named parameters/],
    ['two parameters', '{{#with a b}}x{{/with}}', /exactly one/],
    ['no parameter', '{{#if}}x{{/if}}', /exactly one/],
    ['__proto__', '{{a.__proto__.b}}', /prototype/],
    ['__proto__ in brackets', '{{a.[__proto__]}}', /prototype/],
    ['constructor', '{{constructor.constructor}}', /prototype/],
    ['constructor as what a block walks', '{{#with this.constructor}}{{name}}{{/with}}', /prototype/],
    ['data of the engine', '{{@partial-block}}', /not known/],
    ['33 levels', `${'{{#if a}}'.repeat(33)}x${'{{/if}}'.repeat(33)}`, /nested deeper/],
    ['a chain of 40 alternatives', `{{#if a}}${'{{else if a}}'.repeat(40)}{{/if}}`, /nested deeper/],
  ])('may not be %s', (_name, source, problem) => {
    expect(sourceProblems(source).join('\n')).toMatch(problem);
  });

  it.each([
    ['3,000 levels', `${'{{#if a}}'.repeat(3_000)}x${'{{/if}}'.repeat(3_000)}`],
    ['3,000 alternatives', `{{#if a}}${'{{else if a}}'.repeat(3_000)}{{/if}}`],
    ['levels behind comments that look like ends', '{{#if a}}{{!-- {{/if}} --}}'.repeat(3_000)],
    ['20,000 calls inside each other', `{{a ${'(a '.repeat(20_000)}${')'.repeat(20_000)}}}`],
    ['50,000 expressions', '{{a}}'.repeat(50_000)],
    ['a path of 100,000 steps', `{{${'a.'.repeat(100_000)}a}}`],
    ['100,000 braces', '{'.repeat(100_000)],
  ])('is judged within half a second although it has %s', (_name, source) => {
    const started = performance.now();
    sourceProblems(source);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('is refused with the line of each mistake', () => {
    expect(sourceProblems('ok\n{{{a}}}\n\n{{> b}}')).toEqual([
      'line 2: unescaped output ({{{ or {{&) is not allowed',
      'line 4: partials are not allowed',
    ]);
  });
});
