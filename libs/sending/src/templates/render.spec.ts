import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { processorMs } from '../../../../test/support/processor-time.js';
import type { TemplateContent } from './domain/template-content.js';
import { renderContent, type RenderData } from './render.js';

const template = (content: Partial<TemplateContent>, more: Record<string, Partial<TemplateContent>> = {}) => {
  const whole = (part: Partial<TemplateContent>): TemplateContent => ({
    subject: '',
    html: null,
    text: 'text',
    ...part,
  });
  const others = Object.entries(more).map(([language, part]) => [language, whole(part)]);
  return { id: randomUUID(), defaultLanguage: 'en', contents: { en: whole(content), ...Object.fromEntries(others) } };
};

function rendered(content: Partial<TemplateContent>, data: RenderData) {
  const result = renderContent(template(content), 'en', data);
  if (!result.ok) throw new Error(result.code);
  return result.content;
}

describe('rendering', () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  });

  it('escapes values in HTML, and leaves them alone in subject and text', () => {
    const source = '{{name}}';
    const name = `<b title='x' data-y="z">&</b>`;
    expect(rendered({ subject: source, html: source, text: source }, { name })).toEqual({
      language: 'en',
      subject: name,
      html: '&lt;b title&#x3D;&#x27;x&#x27; data-y&#x3D;&quot;z&quot;&gt;&amp;&lt;/b&gt;',
      text: name,
      data: null,
    });
  });

  it.each([
    ['a record', { a: 1 }],
    ['a list', ['a', 'b']],
    ['an empty list', []],
  ])('shows no %s, which has no words of its own', (_name, value) => {
    const source = 'x {{v}}';
    for (const form of [
      { subject: source },
      { html: source },
      { html: '<a href="https://a.example/{{v}}">x</a>' },
      { text: source },
      { data: { body: source } },
    ])
      expect(renderContent(template(form), 'en', { v: value })).toEqual({ ok: false, code: 'unfit_data' });
  });

  it('shows numbers and truths, and nothing of null', () => {
    const source = '{{a}} {{b}} {{c}}|{{d}}';
    expect(rendered({ html: source, text: source }, { a: 1.5, b: false, c: true, d: null })).toMatchObject({
      html: '1.5 false true|',
      text: '1.5 false true|',
    });
  });

  it('keeps a value in a link in its part of it', () => {
    const link = (href: string, u: string | number) =>
      renderContent(template({ html: `<a href="${href}">x</a>` }), 'en', { u, url: 'https://b.example/p' });
    const html = (href: string, u: string | number): string => {
      const result = link(href, u);
      return result.ok ? (result.content.html ?? '') : result.code;
    };
    expect(html('https://shop.example/?name={{u}}&amp;next=/home', 'x&next=https://evil.example')).toBe(
      '<a href="https://shop.example/?name=x%26next%3Dhttps%3A%2F%2Fevil.example&amp;next=/home">x</a>',
    );
    expect(html('https://good.example{{u}}', '.evil.example/')).toBe('unsafe_link');
    expect(html('https://good.example{{u}}', '/way')).toBe('<a href="https://good.example/way">x</a>');
    expect(html('https://u:{{u}}@good.example/', 'x@evil.example/')).toBe('unsafe_link');
    expect(html('mailto:{{u}}', 'a@b.example?bcc=x@y.example')).toContain('mailto:a@b.example%3Fbcc');
    expect(html('{{url}}?x={{u}}', 'a&b')).toContain('?x=a%26b');
    expect(html('https://shop.example/{{#if u}}?x={{/if}}{{u}}', 'a&b')).toContain('?x=a%26b');
    expect(html('https://shop.example/{{u}}', 7)).toContain('https://shop.example/7');
  });

  it('renders each text of a structured form by itself, and leaves the form as it is', () => {
    const data = { template: 'sale', body: ['{{name}}', '{{#if vip}}dear{{/if}}'], n: 3, flag: true, nothing: null };
    const name = '"}, {"';
    expect(rendered({ data }, { name, vip: true }).data).toEqual({ ...data, body: [name, 'dear'] });
    expect(renderContent(template({ data: { body: '{{missing}}' } }), 'en', {})).toMatchObject({
      ok: false,
      code: 'missing_variable',
    });
    const loop = { data: { body: '{{#each all}}{{.}}{{/each}}', more: '{{#each all}}{{.}}{{/each}}' } };
    const all = Array<string>(1500).fill('x'.repeat(1000));
    expect(renderContent(template(loop), 'en', { all })).toEqual({ ok: false, code: 'too_large' });
  });

  it('makes a subject one line that reads as it is written', () => {
    const name = 'A\r\nBcc: evil@example.org\u0000\u0085\u2028B\u202egnp.exe\u2066\u200f';
    expect(rendered({ subject: ' {{name}} ' }, { name }).subject).toBe('A Bcc: evil@example.org Bgnp.exe');
    expect(rendered({ subject: '{{name}}' }, { name: 'x'.repeat(10_000) }).subject).toHaveLength(500);
  });

  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['pt-BR', 'pt-BR'],
    ['pt', 'en'],
    ['fr', 'en'],
    ['constructor', 'en'],
    ['', 'en'],
  ])('speaks to a reader of %s in %s', (wanted, language) => {
    const both = template({ text: 'english' }, { de: { text: 'deutsch' }, 'pt-BR': { text: 'português' } });
    expect(renderContent(both, wanted, {})).toMatchObject({ ok: true, content: { language } });
  });

  it.each<[string, string, RenderData]>([
    ['a variable that is not there', '{{missing}}', {}],
    ['a member that is not there', '{{a.missing}}', { a: {} }],
    ['a member of what is not there', '{{missing.a}}', {}],
    ['a variable deep inside', '{{#each list}}{{missing}}{{/each}}', { list: [{ missing: 1 }, {}] }],
  ])('fails with a value on %s', (_name, text, data) => {
    expect(renderContent(template({ text }), 'en', data)).toMatchObject({ ok: false, code: 'missing_variable' });
  });

  it('says what is missing, as the template calls it', () => {
    const result = renderContent(template({ text: '{{a.b.missing}}' }), 'en', { a: { b: {} } });
    expect(result).toEqual({ ok: false, code: 'missing_variable', missing: 'missing' });
  });

  it.each([
    ['zh-Hant-TW', 'zh-Hant'],
    ['zh-Hant', 'zh-Hant'],
    ['zh-Hans-CN', 'zh'],
    ['x'.repeat(10_000), 'en'],
    [Array(500).fill('a').join('-'), 'en'],
  ])('takes one part less each time, until there is a language', (wanted, language) => {
    const some = template({ text: 'english' }, { zh: { text: '中' }, 'zh-Hant': { text: '繁' } });
    expect(renderContent(some, wanted, {})).toMatchObject({ content: { language } });
  });

  it('shows a block to those alone of whom it is true', () => {
    const text = '{{#is tier "gold"}}A{{else is n 2}}B{{else}}C{{/is}}{{#is missing "x"}}D{{/is}}';
    expect(rendered({ text }, { tier: 'gold', n: 2 }).text).toBe('A');
    expect(rendered({ text }, { tier: 'tin', n: 2 }).text).toBe('B');
    expect(rendered({ text }, { tier: 'tin', n: '2' }).text).toBe('C');
  });

  it('hides what a list of mails shows behind the subject in the HTML, as text', () => {
    const html = '<html><body class="a > b"><p>{{name}}</p></body></html>';
    const { html: made } = rendered({ html, preheader: 'For\n{{name}}' }, { name: '<b>' });
    expect(made).toMatch(
      /^<html><body class="a > b"><div style="display:none[^"]*" aria-hidden="true">For &lt;b&gt;&#8199;/,
    );
    expect(rendered({ html: '<p>x</p>', preheader: 'Hi' }, {}).html).toMatch(/^<div [^>]*>Hi/);
    expect(rendered({ html: '<p>x</p>', preheader: '{{name}}' }, { name: null }).html).toBe('<p>x</p>');
  });

  it('fails with a value on a member of what has none', () => {
    const result = renderContent(template({ text: '{{name.member}}' }), 'en', { name: 'x' });
    expect(result).toEqual({ ok: false, code: 'unfit_data' });
  });

  it('may ask about what is not there', () => {
    const text =
      '{{#if missing}}a{{else}}b{{/if}}{{#unless a.missing}}c{{/unless}}{{#each missing}}d{{else}}e{{/each}}';
    expect(rendered({ text }, { a: {} }).text).toBe('bce');
  });

  it.each(['{{toString}}', '{{a.constructor}}', '{{a.__proto__.x}}', '{{valueOf}}', '{{a.hasOwnProperty}}'])(
    'shows nothing that only a prototype has, as in %s',
    (text) => {
      const result = renderContent(template({ text }), 'en', { a: {} });
      expect(result.ok ? result.content.text : '').toBe('');
    },
  );

  it('says nothing for null, false stays false, and 0 is a number', () => {
    const text = '[{{a}}][{{b}}][{{c}}][{{#if a}}yes{{else}}no{{/if}}]';
    expect(rendered({ text }, { a: null, b: false, c: 0 }).text).toBe('[][false][0][no]');
  });

  it('walks lists and objects with their indexes and keys', () => {
    const text =
      '{{#each list}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{else}}none{{/each}}|{{#each map}}{{@key}}={{this}};{{/each}}';
    expect(rendered({ text }, { list: ['a', 'b'], map: { x: 1, y: 2 } }).text).toBe('0a,1b|x=1;y=2;');
    expect(rendered({ text }, { list: [], map: {} }).text).toBe('none|');
  });

  it('shows nothing of a polluted prototype', () => {
    Reflect.set(Object.prototype, 'polluted', 'owned');
    expect(rendered({ text: '[{{polluted}}]' }, {}).text).toBe('[]');
  });

  it('lets no value escape the escaping by looking like a SafeString', () => {
    const x = { toHTML: '<script>', string: '<script>' };
    expect(renderContent(template({ html: '{{x}}' }), 'en', { x })).toEqual({ ok: false, code: 'unfit_data' });
  });

  describe('of a value that begins a link', () => {
    const html = '<a href="{{url}}">x</a><img src=\'{{#if url}}{{url}}{{/if}}\'>';
    const linked = (url: RenderData['url']) => renderContent(template({ html }), 'en', { url: url ?? null });

    it.each(['https://shop.example/?a=1&b=2', 'HTTP://shop.example', 'mailto:info@shop.example', 'tel:+4930123'])(
      'shows %s, escaped',
      (url) => {
        const shown = url.replaceAll('&', '&amp;').replaceAll('=', '&#x3D;');
        expect(linked(url)).toMatchObject({ content: { html: `<a href="${shown}">x</a><img src='${shown}'>` } });
      },
    );

    it.each<[string, RenderData['url']]>([
      ['a program', 'javascript:alert(1)'],
      ['a program behind space', ' \tjava\nscript:alert(1)'],
      ['data', 'data:text/html,<script>alert(1)</script>'],
      ['no scheme', '//elsewhere.example/'],
      ['a file', 'file:///etc/passwd'],
      ['a number', 1],
      ['a list', ['https://shop.example']],
      ['an object', { toHTML: 'https://shop.example' }],
    ])('fails on %s', (_name, url) => {
      expect(linked(url)).toEqual({ ok: false, code: 'unsafe_link' });
    });

    it('shows nothing for null, and fails when it is missing', () => {
      expect(linked(null)).toMatchObject({ content: { html: '<a href="">x</a><img src=\'\'>' } });
      expect(renderContent(template({ html }), 'en', {})).toMatchObject({ ok: false, code: 'missing_variable' });
    });

    it('leaves the white space around blocks as it is in a text without links', () => {
      const source = '<p>\n  {{#each list}}\n  <i>{{this.a}}</i>\n  {{else}}\n  none\n  {{/each}}\n</p> {{~ b}}\n';
      const data = { list: [{ a: 1 }, { a: 2 }], b: 'b', url: 'https://a.example' };
      const { html: plain, text } = rendered({ html: source, text: source }, data);
      expect(plain).toBe(text);
      expect(rendered({ html: `${source}<a href="{{url}}">`, text: source }, data).html).toBe(
        `${text}<a href="https://a.example">`,
      );
    });
  });

  it.each(['<svg><title><a href="{{x}}">y</a></title></svg>', '<script src="{{x}}"></script>', '<base href="{{x}}">'])(
    'renders nothing of %s, which could be published once',
    (html) => {
      const result = renderContent(template({ html }), 'en', { x: 'https://a.example' });
      expect(result).toEqual({ ok: false, code: 'unsafe_template' });
    },
  );

  describe('of a card', () => {
    const card = (more: object) =>
      template({ data: { type: 'AdaptiveCard', version: '1.4', body: [more] } as TemplateContent['data'] });
    const shown = (more: object, data: RenderData): unknown => {
      const result = renderContent(card(more), 'en', data);
      return result.ok ? (result.content.data as { body: unknown[] }).body[0] : result.code;
    };
    const evil = '[Prize](https://evil.example) *now*';

    it('makes no markup of what a person is called, and leaves that of the template', () => {
      const text = '**Dear** {{n}}{{#if n}} {{n}}{{/if}}';
      const escaped = '\\[Prize\\]\\(https://evil.example\\) \\*now\\*';
      expect(shown({ type: 'TextBlock', text }, { n: evil })).toEqual({ type: 'TextBlock', text: `**Dear** ${escaped} ${escaped}` }); // prettier-ignore
      const facts = [{ title: '{{n}}', value: '{{n}}' }];
      expect(shown({ type: 'FactSet', facts }, { n: evil })).toEqual({ type: 'FactSet', facts: [{ title: escaped, value: escaped }] }); // prettier-ignore
      expect(shown({ type: 'FactSet', facts }, { n: [evil] })).toBe('unfit_data');
      expect(shown({ type: 'TextBlock', text: '{{n}}' }, {})).toBe('missing_variable');
      expect(shown({ type: 'TextBlock', text: '{{n}}' }, { n: null })).toEqual({ type: 'TextBlock', text: '' });
    });

    it('leads to where a link may, with the address as it is', () => {
      const action = { type: 'Action.OpenUrl', url: '{{u}}' };
      expect(shown(action, { u: 'https://a.example/b_c?(d)' })).toEqual({
        ...action,
        url: 'https://a.example/b_c?(d)',
      });
      expect(shown(action, { u: 'javascript:f()' })).toBe('unsafe_link');
      expect(shown({ type: 'Image', url: '{{u}}' }, { u: 'file:///etc/passwd' })).toBe('unsafe_link');
    });
  });

  it('ends a loop inside a loop inside a loop at a limit, quickly', () => {
    const text = '{{#each a}}{{#each @root.a}}{{#each @root.a}}{{/each}}{{/each}}{{/each}}';
    const data = { a: Array.from({ length: 300 }, (_, i) => i) };
    let result: unknown;
    expect(processorMs(() => (result = renderContent(template({ text }), 'en', data)))).toBeLessThan(500);
    expect(result).toEqual({ ok: false, code: 'too_large' });
  });

  it('ends what would write without bound', () => {
    const text = `{{#each a}}${'x'.repeat(100_000)}{{/each}}`;
    const result = renderContent(template({ text }), 'en', { a: Array.from({ length: 9_000 }, () => 1) });
    expect(result).toEqual({ ok: false, code: 'too_large' });
    expect(renderContent(template({ text: '{{t}}{{t}}' }), 'en', { t: 'x'.repeat(1_500_000) })).toEqual({
      ok: false,
      code: 'too_large',
    });
  });

  it('has its whole limit again for the next message', () => {
    const text = '{{#each a}}x{{/each}}';
    const one = template({ text });
    for (let i = 0; i < 3; i++) {
      expect(renderContent(one, 'en', { a: Array.from({ length: 9_000 }, () => 1) }).ok).toBe(true);
    }
  });
});
