import { describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import { processorMs } from '../../../../test/support/processor-time.js';
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
    expect(processorMs(() => sourceProblems(source))).toBeLessThan(500);
  });

  it('is refused with the line of each mistake', () => {
    expect(sourceProblems('ok\n{{{a}}}\n\n{{> b}}')).toEqual([
      'line 2: unescaped output ({{{ or {{&) is not allowed',
      'line 4: partials are not allowed; a shared block is named with its version, as {{> footer@3}}',
    ]);
  });
});

describe('the HTML of a template', () => {
  it.each([
    '<p title="{{a}}" class=\'x {{b}}\'>{{c}} &lt; {{d}} <br/></p>',
    '<!doctype html><html lang="{{l}}"><head><title>{{t}}</title><style>p{color:red}</style></head>{{x}}</html>',
    '<a href="https://shop.example/{{id}}?x={{y}}">{{n}}</a><a href="mailto:{{m}}"></a><a href="tel:{{p}}">',
    '<a href="{{url}}">x</a><img src="{{image}}" alt="{{alt}}">',
    '<a href="{{base}}/orders/{{id}}">x</a>',
    '<a href="{{#if url}}{{url}}{{else}}https://shop.example/{{id}}{{/if}}">x</a>',
    '<a href="https://shop.example/?{{#each list}}i={{this}}&amp;{{/each}}">x</a>',
    '<td {{#if wide}}width=600{{/if}} {{#if a}}nowrap{{else}}align="left"{{/if}} class="{{b}}">{{c}}</td>',
    '<p style="color:{{#if a}}red{{else}}blue{{/if}}">{{x}}</p>',
    '<!-- a note --><!--[if mso]><a href="{{url}}">{{x}}</a><![endif]--><!--[if !mso]><!-->{{y}}<!--<![endif]-->',
    '1 < 2 {{a}} <3 {{b}}</p >{{c}}',
    '{{#each rows}}<tr>{{#each cells}}<td>{{this}}</td>{{/each}}</tr>{{/each}}',
    '<script type="application/ld+json">{"@context":"https://schema.org"}</script>{{x}}',
    '<textarea>{{a}}</textarea><input value="{{b}}">',
    '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><p>{{x}}</p><svg><text y="20">{{x}}</text></svg>',
    '<!--[if mso]><v:roundrect href="{{url}}" fillcolor="#fff"><center>{{x}}</center></v:roundrect><![endif]-->',
    '<table background="{{image}}"><tr><td data-id="{{x}}" aria-label="{{y}}">{{#if a}}<b>{{x}}</b>{{/if}}</table>',
    '{{#if a}}<svg><title>t</title></svg>{{else}}<p>{{x}}</p>{{/if}}',
  ])('may be %s', (source) => {
    expect(sourceProblems(source, 'html')).toEqual([]);
  });

  it.each([
    ['in a script', '<script>var a = "{{x}}"</script>', /<script>/],
    ['in a script of any spelling', '<SCRIPT\ntype="x">{{x}}</ScRiPt >', /<script>/],
    ['in a script that seems to end', '<script>"</scriptx>{{x}}"</script>', /<script>/],
    ['in a style', '<style>p { color: {{x}}; }</style>', /<style>/],
    ['in a frame', '<iframe>{{x}}</iframe>', /<iframe>/],
    ['in an event handler', '<p onClick="f({{x}})">', /onclick would become a program/],
    ['in an event handler behind a slash', '<img/onerror="{{x}}">', /onerror would become a program/],
    ['in a style attribute', '<p style="color:{{x}}">', /fixed styles/],
    ['as a whole document', '<iframe srcdoc="{{x}}"></iframe>', /srcdoc would become a program/],
    ['in meta', '<meta http-equiv="refresh" content="0;url={{x}}">', /<meta>/],
    ['without quotation marks', '<p class={{x}}>', /class="\{\{value\}\}"/],
    ['behind a text without quotation marks', '<p class=a{{x}}>', /class="\{\{value\}\}"/],
    ['as an attribute', '<p {{x}}>', /may not be a tag or an attribute/],
    ['as the end of a name', '<p on{{x}}="y">', /may not be a tag or an attribute/],
    ['as a tag', '<{{x}}>', /may not be a tag or an attribute/],
    ['in a comment', '<!-- {{x}} -->', /comment/],
    ['behind javascript:', '<a href="javascript:f({{x}})">', /needs a scheme/],
    ['behind javascript: in entities', '<a href="&#106;avascript:f({{x}})">', /needs a scheme/],
    ['behind data:', '<img src="data:image/png;base64,{{x}}">', /needs a scheme/],
    ['behind a path', '<a href="/orders/{{x}}">', /needs a scheme/],
    ['behind half a scheme', '<a href="java{{x}}">', /needs a scheme/],
    ['behind another value', '<a href="{{x}}{{y}}">', /together/],
    ['behind another value and space', '<a href="{{x}} {{y}}">', /together/],
    ['behind either of two texts', '<a href="{{#if a}}java{{else}}vb{{/if}}{{x}}">', /needs a scheme/],
    ['behind a name made of two', '<p {{#if a}}on{{/if}}click="{{x}}">', /leave a space/],
    ['behind a tag made of two', '<scr{{#if a}}ipt{{/if}}>{{x}}', /different places/],
    ['behind half a comment', '{{#if a}}<!--{{/if}}{{x}}', /different places/],
    ['behind half a quotation', '<p title={{#if a}}"{{/if}}>{{x}}', /different places/],
    ['behind a tag that a loop leaves open', '{{#each a}}<p {{/each}}>{{x}}', /different places/],
    ['before the end of a tag', '{{x}}<p title="', /ends inside/],
    [
      'in a link that is no text, because in SVG a title has elements',
      '<svg><title><a href="{{x}}">y</a></title></svg>',
      /something else than it seems/,
    ],
    [
      'in a frame in the title of SVG',
      '<svg><title><iframe src="{{x}}"></iframe></title></svg>',
      /something else than it seems/,
    ],
    [
      'in a style in the title of SVG',
      '<svg><title><p style="color:{{x}}">y</p></title></svg>',
      /something else than it seems/,
    ],
    [
      'in what an animation makes of a link',
      '<svg><a><animate attributeName="href" values="{{x}}"/></a></svg>',
      /no HTML/,
    ],
    ['in what a link is set to', '<svg><a><set attributeName="href" to="{{x}}"/></a></svg>', /no HTML/],
    ['in a link of SVG', '<svg><a href="{{x}}">y</a></svg>', /no HTML/],
    ['in a link of MathML', '<math><mi href="{{x}}">y</mi></math>', /no HTML/],
    ['in the address of a script', '<script src="{{x}}"></script>', /src of <script>/],
    ['in the address of a script behind a scheme', '<script src="https://{{x}}/a.js"></script>', /src of <script>/],
    ['in what all links begin with', '<base href="{{x}}">', /href of <base>/],
    ['in the address of a style sheet', '<link rel=stylesheet href="{{x}}">', /href of <link>/],
    ['in the address of a frame', '<iframe src="{{x}}"></iframe>', /src of <iframe>/],
    ['in the address of what is embedded', '<embed src="{{x}}">', /src of <embed>/],
    ['in the address of an object', '<object data="{{x}}"></object>', /data of <object>/],
    ['in where a form goes', '<form action="{{x}}"></form>', /action of <form>/],
    ['in where a button goes', '<button formaction="{{x}}">y</button>', /formaction of <button>/],
    ['in an attribute that nobody knows', '<p what="{{x}}">', /what of <p>/],
    ['in an element that nobody knows', '<x-y title="{{x}}">', /title of <x-y>/],
    ['in a script that begins inside a comment of it', '<script><!--<script></script>{{x}}--></script>', /<script>/],
    ['behind what ends no script', '<script>var a;</script\u00a0>{{x}}</script>', /<script>/],
    [
      'behind a no-break space, which is no space between attributes',
      '<img src=x\u00a0title="{{x}}">',
      /quotation marks/,
    ],
    [
      'in a link that seems to be a title, in a list of choices',
      '<select><title></select><a href="{{x}}">y</a></title>',
      /something else than it seems/,
    ],
    [
      'in what mail programs read of noscript',
      '<noscript><a href="</noscript>{{x}}">y</a>',
      /something else than it seems|relative|scheme/,
    ],
    [
      'in SVG that a block opens',
      '{{#if a}}<svg>{{/if}}<title><a href="{{x}}">y</a></title>',
      /put the whole of it inside the block/,
    ],
    [
      'in a block in SVG',
      '<svg>{{#if a}}<p>{{/if}}<title><a href="{{x}}">y</a></title>',
      /put the whole of it inside the block/,
    ],
    [
      'in a block that closes SVG',
      '<svg>{{#if a}}</svg>{{/if}}<title><a href="{{x}}">y</a></title>',
      /put the whole of it inside the block/,
    ],
    [
      'in an attribute of what Outlook alone reads',
      '<!--[if mso]><link href="{{x}}" rel="stylesheet"><![endif]-->',
      /href of <link>/,
    ],
  ])('may not have a value %s', (_name, source, problem) => {
    expect(sourceProblems(source, 'html').join('\n')).toMatch(problem);
  });

  it.each([
    '<a href="javascript:f()">',
    '<a href=" java\nscript:f()">',
    '<a href=VBScript:f()>',
    '<a href="&#106;avascript:f()">',
    '<a href="java&Tab;script&colon;f()">',
    '<a href="&#x6A;avascript:f()">',
  ])('may have no program as a link, as in %s', (source) => {
    expect(sourceProblems(source, 'html').join()).toMatch(/may not be a program/);
  });

  it('is refused with the line of each mistake', () => {
    const source = '<p>\n{{#if a}}\n<p\n{{x}}>\n{{/if}}\n\n<a href="javascript:f()">';
    expect(sourceProblems(source, 'html')).toEqual([
      'line 4: a value may not be a tag or an attribute; write it as name="{{value}}" or choose with {{#if}}',
      'line 7: a link may not be a program; link to a page that does it',
    ]);
  });

  it.each([
    ['200,000 open tags', '<'.repeat(200_000)],
    ['comments without end', '<!--'.repeat(60_000)],
    ['tags without end', '<a '.repeat(80_000)],
    ['ends of scripts', `<script>${'</script'.repeat(30_000)}`],
    ['conditional comments without end', '<!--[if '.repeat(30_000)],
    ['attributes', `<a ${'b=c '.repeat(60_000)}>`],
    ['links', '<a href="x">'.repeat(20_000)],
    ['values in many links', `${'<a href="https://x/{{a}}">'.repeat(4_000)}`],
    ['values in deep elements', `${'<div>{{a}}'.repeat(4_000)}`],
    ['blocks in many cells', '<tr>{{#if a}}<td title="{{b}}">{{c}}</td>{{/if}}</tr>'.repeat(450)],
    ['1,500 values in one link', `<a href="${'x{{a}}'.repeat(1_500)}">`],
  ])('is judged within half a second although it has %s', (_name, source) => {
    expect(processorMs(() => sourceProblems(source, 'html'))).toBeLessThan(500);
  });
});
