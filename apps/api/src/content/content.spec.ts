import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BRAND } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

interface Linted {
  readonly errors: number;
  readonly findings: readonly { code: string; severity: string; pointer: string; source: string; advice: string }[];
}

const FOOTER = '{{brand.legalName}}, {{brand.postalAddress}}';
const GOOD = {
  subject: 'Offers for {{name}}',
  html: `<p>{{name}} <img src="https://a.example/x.png" alt="Tea"><a href="{{unsubscribeUrl}}">Leave</a> <a href="tel:+4930123">Call</a> ${FOOTER}</p>`,
  text: `{{name}} {{unsubscribeUrl}} tel:+4930123 ${FOOTER}`,
};
const draft = (change: object = {}, facts: object = {}) => ({
  channel: 'email',
  class: 'commercial',
  defaultLanguage: 'de',
  contents: { de: { ...GOOD, ...change } },
  ...facts,
});

describe('what messages say', () => {
  let brand: SomeBrand;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    const contents = { en: { subject: 'Hi', html: null, text: 'Version {{n}} for {{contact.attributes.name}}' } };
    const order = { key: 'order', channel: 'email', class: 'transactional', defaultLanguage: 'en', contents };
    await brand.send('POST', '/v1/templates', order);
    const next = {
      en: { ...contents.en, text: `${contents.en.text}. {{#is contact.language "de"}}Tschüss{{else}}Bye{{/is}}` },
    };
    await brand.send('POST', '/v1/templates', { ...order, contents: next });
    await brand.contact('bea', 'bea@people.example', { language: 'de', attributes: { name: 'Bea' } });
    await brand.send('PUT', '/v1/purposes/orders', {
      enforcement: 'disabled',
      legalBasis: 'contract',
      labels: { de: 'x', en: 'x' },
    });
  });
  afterAll(() => brand.stop());

  const lint = async (body: object): Promise<Linted> => (await brand.send('POST', '/v1/lint', body)).json<Linted>();
  /** What is found about the words, and not about the set-up. */
  const codes = async (body: object): Promise<string[]> =>
    (await lint(body)).findings
      .filter(({ pointer }) => pointer !== '')
      .map(({ code, pointer }) => `${code} ${pointer}`);

  describe('before it is sent', () => {
    it('is shown as a contact would get it, in any version, and nothing is stored', async () => {
      const preview = (body: object) => brand.send('POST', '/v1/templates/order/preview', body);
      const latest = await preview({ contact: 'bea', variables: { n: 2 } });
      expect([latest.status, latest.json()]).toMatchObject([
        200,
        { version: 2, content: { language: 'en', text: 'Version 2 for Bea. Tschüss' }, problem: null },
      ]);
      expect((await preview({ version: 1, contact: 'bea', variables: { n: 1 } })).json()).toMatchObject({
        version: 1,
        content: { text: 'Version 1 for Bea' },
      });
      expect((await preview({ contact: 'bea' })).json()).toMatchObject({
        content: null,
        problem: { code: 'missing_variable', missing: 'n' },
      });
      const reader = await brand.api.key({ brand: 'acme', scopes: ['setup:read'] });
      const asReader = (body: object) => brand.send('POST', '/v1/templates/order/preview', body, reader);
      expect((await asReader({ contact: 'bea', variables: { n: 2 } })).json()).toMatchObject({ code: 'forbidden' });
      expect((await asReader({ version: 1, variables: { n: 2 } })).json()).toMatchObject({
        problem: { missing: 'name' },
      });
      expect((await preview({ contact: 'nobody' })).json()).toMatchObject({ code: 'unknown_contact' });
      const news = await brand.send('POST', '/v1/templates/news/preview', {});
      expect(news.json()).toMatchObject({ content: { html: expect.stringContaining('/u/preview"') } });
    });

    it('is sent to one contact in the version that was asked for, by a decision like any other', async () => {
      const send = (body: object, idempotencyKey: string) =>
        brand.api.send('POST', '/v1/templates/order/test-send', {
          ...{ key: brand.key, body, headers: { 'idempotency-key': idempotencyKey } },
        });
      const sent = await send({ to: 'bea', version: 1, purpose: 'orders', variables: { n: 1 } }, 'test-1');
      expect([sent.status, sent.json()]).toMatchObject([202, { status: 'queued' }]);
      const { id } = sent.json<{ id: string }>();
      expect((await brand.send('GET', `/v1/messages/${id}`)).json()).toMatchObject({
        step: 'test-send',
        templateVersion: 1,
      });
      const refused = await send({ to: 'bea', topic: 'newsletter', variables: { n: 1 } }, 'test-2');
      expect([refused.status, refused.json()]).toMatchObject([202, { decision: { reason: 'no_consent' } }]);
      expect(
        (await brand.send('POST', '/v1/templates/order/test-send', { to: 'bea', purpose: 'orders' })).json(),
      ).toMatchObject({
        code: 'idempotency_key_required',
      });
    });
  });

  describe('looked at by lint', () => {
    it('has nothing to find in a template that has everything', async () => {
      expect(await codes({ draft: draft(), variables: { name: 'Bea' } })).toEqual([]);
    });

    it.each<[string, object, string[]]>([
      ['no way out in the text', { text: `tel:1 ${FOOTER}` }, ['no_way_out /contents/de/text']],
      [
        'a way out on a condition',
        { text: `{{#if name}}{{unsubscribeUrl}}{{/if}} tel:1 ${FOOTER}` },
        ['no_way_out /contents/de/text'],
      ],
      [
        'no address of the sender',
        { text: '{{brand.legalName}} {{unsubscribeUrl}} tel:1' },
        ['no_postal_address /contents/de/text'],
      ],
      [
        'no name of the sender',
        { text: '{{brand.postalAddress}} {{unsubscribeUrl}} tel:1' },
        ['no_sender_name /contents/de/text'],
      ],
      ['nobody who answers', { html: null, text: `{{unsubscribeUrl}} ${FOOTER}` }, ['no_contact /contents/de']],
      ['a subject like an answer', { subject: 'Re: Your order' }, ['deceptive_subject /contents/de/subject']],
      ['a long subject', { subject: 'x'.repeat(79) }, ['long_subject /contents/de/subject']],
      [
        'an address and a name of the sender that stand in an image and on a link alone',
        {
          html: GOOD.html
            .replace('{{brand.legalName}}', '<img src="https://a.example/y.png" alt="{{brand.legalName}}">')
            .replace('{{brand.postalAddress}}', '<a href="https://a.example" title="{{brand.postalAddress}}">Wir</a>'),
        },
        ['no_postal_address /contents/de/html', 'no_sender_name /contents/de/html'],
      ],
      [
        'an address of the sender that nobody sees',
        {
          html: GOOD.html.replace('{{brand.postalAddress}}', '<p style="display:none">{{brand.postalAddress}}</p>'),
        },
        ['no_postal_address /contents/de/html'],
      ],
      [
        'an image that says nothing',
        { html: GOOD.html.replace('alt="Tea"', '') },
        ['image_without_alt /contents/de/html'],
      ],
      [
        'a way out that an image alone shows',
        {
          html: GOOD.html.replace(
            /(<a href="{{unsubscribeUrl}}">)[^<]+/,
            '$1<img src="https://a.example/out.png" alt="Abmelden">',
          ),
        },
        ['way_out_in_image /contents/de/html'],
      ],
      ['a link without TLS', { html: GOOD.html.replace('https:', 'http:') }, ['insecure_link /contents/de/html']],
      ['a mail that is cut off', { html: GOOD.html + 'x'.repeat(110_000) }, ['clipped /contents/de/html']],
      ['a value in a script', { html: `${GOOD.html}<script>{{x}}</script>` }, ['unusable_template /contents/de/html']],
    ])('is found to have %s', async (_name, change, expected) => {
      expect(await codes({ draft: draft(change) })).toEqual(expected);
    });

    it('is found to miss a variable, by its name and in its language', async () => {
      const both = draft({}, { contents: { de: GOOD, en: { ...GOOD, text: `{{other}} ${GOOD.text}` } } });
      const { findings } = await lint({ draft: both, variables: { name: 'Bea' } });
      expect(findings.filter(({ code }) => code === 'missing_variable')).toMatchObject([{ pointer: '/contents/en' }]);
      expect(
        await codes({
          draft: draft({ html: GOOD.html.replace('https://a.example/x.png', '{{src}}') }),
          variables: { name: 'x', src: 'javascript:x' },
        }),
      ).toEqual(['not_rendered /contents/de']);
    });

    it('is found to be a text message that costs much and cannot be left', async () => {
      const sms = { channel: 'sms', contents: { de: { subject: '', html: null, text: 'x'.repeat(161) } } };
      expect(await codes({ draft: draft({}, sms) })).toEqual([
        'no_stop_word /contents/de/text',
        'several_parts /contents/de/text',
        'unnamed_sender /contents/de/text',
      ]);
    });

    it.each([
      ['Tee heute! STOP', ['unnamed_sender /contents/de/text']],
      ['{{#if name}}{{brand.name}}{{/if}}: Tee heute! STOP', ['unnamed_sender /contents/de/text']],
      ['{{brand.name}}: Tee heute! STOP', []],
      ['EXAMPLE: Tee heute! STOP', []],
    ])('is a text message that says whose it is, or not: %s', async (text, expected) => {
      const sms = { channel: 'sms', contents: { de: { subject: '', html: null, text } } };
      expect(await codes({ draft: draft({}, sms) })).toEqual(expected);
    });

    it.each([
      [
        'teams',
        { data: { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: 'Sale' }] } },
        'data',
      ],
      ['push', { data: { title: 'Sale', more: [{ url: '{{#if x}}{{unsubscribeUrl}}{{/if}}' }] } }, 'data'],
      ['push', { data: { title: 'Sale', more: [{ url: '{{unsubscribeUrl}}' }] } }, null],
      ['push', {}, null],
      ['teams', {}, null],
      ['webhook', { data: { kind: 'sale' } }, 'data'],
      ['webhook', {}, 'text'],
      ['webhook', { text: 'Sale {{unsubscribeUrl}}' }, null],
    ])('by %s is found to leave without a way out only where none is added (%#)', async (channel, change, where) => {
      const contents = { de: { subject: 'Sale', html: null, text: 'Sale', ...change } };
      const found = await codes({ draft: draft({}, { channel, contents }) });
      expect(found.filter((code) => code.startsWith('no_way_out'))).toEqual(where === null ? [] : [`no_way_out_given /contents/de/${where}`]); // prettier-ignore
    });

    it('is told what its set-up lacks, each with its source and what to do', async () => {
      const settings = { host: '127.0.0.1', port: 2525, secure: 'none' };
      await brand.send('PUT', '/v1/providers/none', { channel: 'email', kind: 'smtp', settings, enabled: true });
      const { findings, errors } = await lint({ template: 'news' });
      const setup = findings.filter(({ pointer }) => pointer === '');
      expect(setup.map(({ code }) => code)).toEqual([
        'one_click_not_https',
        'no_unsubscribe_mailbox',
        'no_dkim',
        'no_return_path',
      ]);
      expect(errors).toBe(findings.filter(({ severity }) => severity === 'error').length);
      for (const { source, advice } of findings) expect([source.length > 5, advice.length > 10]).toEqual([true, true]);
      expect((await lint({ template: 'news', draft: draft() })).findings).toBeUndefined();
      expect((await brand.send('POST', '/v1/lint', { template: 'nothing' })).status).toBe(404);
    });
  });

  describe('by the rules of its brand', () => {
    const names = { template: '{NURTURE|EVENT}-{word}-v{number}-{year}-{month}', campaign: '{word}-{year}' };
    const dataShape = {
      variables: { name: 'text', order: { record: 'order' } },
      records: { order: { number: 'text', buyer: { record: 'person' } }, person: { name: 'text' } },
    };
    const publish = (key: string, change: object = {}) =>
      brand.send('POST', '/v1/templates', { key, ...draft(change) });

    it('is named as it says, when it is new', async () => {
      const put = await brand.send('PUT', '/v1/brands/acme', { ...BRAND, names });
      expect([put.status, put.json()]).toMatchObject([200, { names }]);
      const refused = await publish('Spring');
      expect([refused.status, refused.json()]).toMatchObject([
        400,
        { errors: [{ pointer: '/key', detail: expect.stringContaining('such as NURTURE-ProductX-v2-2025-06') }] },
      ]);
      expect((await publish('NURTURE-ProductX-v2-2025-06')).status).toBe(201);
      expect((await brand.send('POST', '/v1/templates', { key: 'order', ...draft() })).status).toBe(201);
      expect((await brand.send('PUT', '/v1/campaigns/Spring', { name: 'x', policy: 'default' })).status).toBe(400);
      expect((await brand.send('PUT', '/v1/campaigns/Spring-2027', { name: 'x', policy: 'default' })).status).toBe(201);
      expect((await lint({ draft: { ...draft(), key: 'Spring' } })).findings).toMatchObject([
        { code: 'name_pattern' },
        {},
        {},
        {},
        {},
      ]);
      // What was there before keeps its name, published and as a draft of its next version.
      expect(await codes({ template: 'order' })).not.toContain('name_pattern /key');
      expect(await codes({ draft: { ...draft(), key: 'order' } })).not.toContain('name_pattern /key');
      const wrong = await brand.send('PUT', '/v1/brands/acme', { ...BRAND, names: { template: '(a+)+' } });
      expect([wrong.status, wrong.json()]).toMatchObject([400, { errors: [{ pointer: '/names/template' }] }]);
    });

    it('refers to what it has declared and to nothing else', async () => {
      expect((await brand.send('PUT', '/v1/brands/acme', { ...BRAND, dataShape })).json()).toMatchObject({ dataShape });
      expect((await publish('shaped', { text: `{{order.buyer.name}} ${GOOD.text}` })).status).toBe(201);
      const refused = await publish('shaped', { text: `{{order.buyer.phone}} ${GOOD.text}` });
      expect([refused.status, refused.json()]).toMatchObject([
        422,
        {
          code: 'invalid_template',
          errors: [{ pointer: '/contents/de/text', detail: expect.stringContaining('"phone"') }],
        },
      ]);
      expect(await codes({ draft: draft({ subject: '{{nmae}}' }) })).toEqual(['undeclared_field /contents/de/subject']);
      const wrong = { variables: { a: { record: 'nothing' } }, records: {} };
      expect((await brand.send('PUT', '/v1/brands/acme', { ...BRAND, dataShape: wrong })).json()).toMatchObject({
        errors: [{ pointer: '/dataShape/variables/a' }],
      });
    });
  });
});
