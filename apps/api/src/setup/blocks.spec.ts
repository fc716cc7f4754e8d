import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalize, type JsonValue } from '#lib/proof';
import { SomeBrand } from '../testing/some-brand.js';

const FOOTER = {
  de: {
    html: '<p>{{brand.name}}, <a href="{{unsubscribeUrl}}">Abmelden</a></p>\n',
    text: 'Abmelden: {{unsubscribeUrl}}\n',
  },
  en: { html: '<p>{{brand.name}}, <a href="{{unsubscribeUrl}}">Leave</a></p>\n', text: 'Leave: {{unsubscribeUrl}}\n' },
};
const MAIL = { subject: 'Tea', html: '<h1>Tea</h1>\n{{> footer@1}}', text: 'Tea\n\n{{> footer@1}}' };

interface Published {
  readonly version: number;
  readonly hash: string;
  readonly contents: Record<string, Record<string, string>>;
  readonly expanded?: Record<string, Record<string, string>>;
}

describe('shared blocks', () => {
  let brand: SomeBrand;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    expect((await block('footer', FOOTER)).status).toBe(201);
  });
  afterAll(() => brand.stop());

  const block = (key: string, contents: object, defaultLanguage = Object.keys(contents)[0] ?? 'de') =>
    brand.send('POST', '/v1/blocks', { key, defaultLanguage, contents });
  const template = (key: string, contents: object, more: object = {}) =>
    brand.send('POST', '/v1/templates', {
      ...{ key, channel: 'email', class: 'commercial', defaultLanguage: Object.keys(contents)[0], contents, ...more },
    });

  it('stand in what is sent, in the language of each reader, and the template is kept as it was written', async () => {
    const contents = { en: MAIL, 'de-AT': MAIL, fr: MAIL };
    const answer = await template('tea', contents);
    expect(answer.status).toBe(201);
    const published = answer.json<Published>();
    expect(published.contents).toEqual(contents);
    expect(Object.entries(published.expanded ?? {}).map(([language, { text }]) => [language, text])).toEqual([
      ['en', 'Tea\n\nLeave: {{unsubscribeUrl}}'],
      ['fr', 'Tea\n\nAbmelden: {{unsubscribeUrl}}'],
      ['de-AT', 'Tea\n\nAbmelden: {{unsubscribeUrl}}'],
    ]);
    const { hash, createdAt: _, ...words } = answer.json<Record<string, JsonValue>>();
    expect(hash).toBe(createHash('sha256').update(canonicalize(words)).digest('hex'));
    expect((await template('tea', contents)).status).toBe(200);

    const shown = await brand.send('POST', '/v1/templates/tea/preview', { language: 'de-AT' });
    expect(shown.json()).toMatchObject({
      content: {
        html: expect.stringMatching(/^<h1>Tea<\/h1>\n<p>.*Abmelden<\/a><\/p>$/),
        text: expect.stringMatching(/Abmelden: http/),
      },
    });

    await brand.person('ada');
    const sent = await brand.api.send('POST', '/v1/messages', {
      key: brand.key,
      body: { to: 'ada', template: 'tea', topic: 'newsletter' },
      headers: { 'idempotency-key': 'tea' },
    });
    expect(sent.json()).toMatchObject({ status: 'queued' });
  });

  it('say what they said when the template was published, whatever is published later', async () => {
    const next = { ...FOOTER, en: { ...FOOTER.en, text: 'Bye: {{unsubscribeUrl}}' } };
    expect((await block('footer', next)).json()).toMatchObject({ version: 2 });
    expect((await block('footer', next)).status).toBe(200);
    const still = (await brand.send('GET', '/v1/templates/tea')).json<Published>();
    expect([still.version, still.expanded?.['en']?.['text']]).toEqual([1, 'Tea\n\nLeave: {{unsubscribeUrl}}']);
    const lint = (await brand.send('POST', '/v1/lint', { template: 'tea' })).json<{
      findings: { code: string; pointer: string; detail: string }[];
    }>();
    const found = lint.findings
      .filter(({ code }) => /block/.test(code))
      .map(({ code, detail }) => `${code}: ${detail}`);
    expect(found).toEqual([
      'older_block: it includes footer@1; footer@2 is there',
      'older_block: it includes footer@1; footer@2 is there',
      'block_in_other_language: it includes footer@1, which speaks de there',
      'older_block: it includes footer@1; footer@2 is there',
    ]);
    expect((await brand.send('GET', '/v1/blocks/footer?version=1')).json()).toMatchObject({ contents: FOOTER });
  });

  it('include blocks that were there before', async () => {
    await block('logo', { en: { html: '<img src="https://a.example/logo.png" alt="A">', text: null } });
    const header = await block('header', { en: { html: '<div>{{> logo@1}}</div>', text: 'A' } });
    expect(header.json<Published>().expanded).toEqual({
      en: { html: '<div><img src="https://a.example/logo.png" alt="A"></div>', text: 'A' },
    });
    const mail = await template('with-header', {
      en: { ...MAIL, subject: '{{> header@1}}', html: `{{> header@1}}${MAIL.html}` },
    });
    expect(mail.json<Published>().expanded?.['en']).toMatchObject({
      subject: 'A',
      html: expect.stringMatching(/^<div><img src="https:\/\/a.example\/logo.png" alt="A"><\/div><h1>/),
    });
  });

  it('stand in the texts of a card', async () => {
    const data = { type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: '{{> header@1}} says hello' }] };
    const card = await template('card', { en: { text: 'x', data } }, { channel: 'teams', class: 'transactional' });
    expect(card.json<{ expanded: { en: { data: unknown } } }>().expanded.en.data).toMatchObject({
      body: [{ text: 'A says hello' }],
    });
  });

  it('are looked at where they stand: a way out in a block is one, and what is not declared is not shown', async () => {
    const lint = async (html: string) =>
      (
        await brand.send('POST', '/v1/lint', {
          draft: { channel: 'email', class: 'commercial', defaultLanguage: 'de', contents: { de: { ...MAIL, html } } },
        })
      )
        .json<{ findings: { code: string }[] }>()
        .findings.map(({ code }) => code);
    expect(await lint(MAIL.html)).not.toContain('no_way_out');
    expect(await lint('<h1>Tea</h1>')).toContain('no_way_out');
    expect(await lint('{{> nothing@1}}')).toEqual(['unusable_template']);
  });

  it.each<[string, string, string, RegExp]>([
    ['that is not there', 'html', 'x\n{{> nothing@1}}', /^line 2: there is no block nothing@1; publish it first/],
    ['in a version that is not there', 'text', '{{> footer@9}}', /^line 1: there is no block footer@9/],
    ['without a version', 'html', 'x\n{{> footer}}', /^line 2: a shared block is included as \{\{> footer@3\}\}/],
    ['without such a form', 'text', '{{> logo@1}}', /^line 1: logo@1 has no text in en/],
    ['where it would run', 'html', '<script>{{> header@1}}{{name}}</script>', /^line 1: /],
    ['that is too large', 'text', '{{> large@1}}{{> large@1}}', /too large with its blocks in place/],
  ])('cannot be included %s', async (_name, form, source, detail) => {
    await block('large', { en: { html: null, text: 'x'.repeat(200_000) } });
    const answer = await template('refused', { de: { ...MAIL, [form]: source } });
    expect([answer.status, answer.json()]).toMatchObject([
      422,
      {
        code: 'invalid_template',
        errors: [{ pointer: `/contents/de/${form}`, detail: expect.stringMatching(detail) }],
      },
    ]);
    expect((await brand.send('GET', '/v1/templates/refused')).status).toBe(404);
  });

  it.each<[string, object, string, RegExp]>([
    ['includes itself', { de: { text: '{{> ring@1}}' } }, '/contents/de/text', /ring@1 would include itself/],
    ['says nothing', { de: {} }, '/contents/de', /must have html, text or both/],
    ['is not closed', { de: { text: '{{#if a}}' } }, '/contents/de/text', /cannot be parsed/],
    ['shows a value in a script', { de: { html: '<script>{{a}}</script>' } }, '/contents/de/html', /<script>/],
    ['has no default language', { en: { text: 'x' } }, '/contents', /must have the default language de/],
  ])('is not one that %s', async (_name, contents, pointer, detail) => {
    const answer = await block('ring', contents, 'de');
    expect([answer.status, answer.json()]).toMatchObject([
      422,
      { code: 'invalid_template', errors: [{ pointer, detail: expect.stringMatching(detail) }] },
    ]);
  });

  it('get the number that they have in another brand, which says one thing for ever', async () => {
    const numbered = (version: number, text: string) =>
      brand.send('POST', '/v1/blocks', { key: 'far', version, defaultLanguage: 'de', contents: { de: { text } } });
    expect((await numbered(7, 'seven')).json()).toMatchObject({ version: 7 });
    expect((await numbered(5, 'five')).status).toBe(201);
    expect((await numbered(5, 'five')).status).toBe(200);
    expect((await numbered(5, 'six')).json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/version', detail: 'far@5 is published, and says something else' }],
    });
    expect((await numbered(8, '{{> far@8}}')).json()).toMatchObject({ code: 'invalid_template' });
    expect((await block('far', { de: { text: 'next' } })).json()).toMatchObject({ version: 8 });
  });

  it('are of one brand, and of nobody else', async () => {
    const other = await brand.api.brand('other');
    const answer = await brand.api.send('POST', '/v1/templates', {
      key: other,
      body: { key: 'tea', channel: 'email', class: 'commercial', defaultLanguage: 'de', contents: { de: MAIL } },
    });
    expect(answer.json()).toMatchObject({ code: 'invalid_template' });
    expect((await brand.send('GET', '/v1/blocks/footer', undefined, other)).status).toBe(404);
  });

  it('are published in the ledger, and never changed', async () => {
    const { hash } = (await brand.send('GET', '/v1/blocks/footer?version=1')).json<Published>();
    const { rows } = await brand.admin.query<{ leaf: { t: string; doc?: string } }>(
      `SELECT convert_from(leaf, 'UTF8')::jsonb AS leaf FROM ledger.entry`,
    );
    expect(rows.flatMap(({ leaf }) => (leaf.t === 'block.published' ? [leaf.doc] : []))).toContain(hash);
    await expect(brand.admin.query(`UPDATE sending.block SET version = 9`)).rejects.toThrow(/append-only/);
  });
});
