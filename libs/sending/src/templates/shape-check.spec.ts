import { describe, expect, it } from '@jest/globals';
import { type DataShape, shapeProblems } from './domain/data-shape.js';
import { undeclared } from './shape-check.js';

const SHAPE: DataShape = {
  variables: { name: 'text', order: { record: 'order' }, tags: { list: 'text' } },
  attributes: { tier: 'text' },
  records: {
    order: { number: 'text', lines: { list: { record: 'line' } }, customer: { record: 'person' } },
    line: { title: 'text', price: 'number', product: { record: 'product' } },
    product: { title: 'text', maker: { record: 'company' } },
    person: { name: 'text', company: { record: 'company' }, manager: { record: 'person' } },
    company: { name: 'text', owner: { record: 'person' } },
  },
};
const SIX = 'order.customer.manager.manager.manager.manager';

describe('a template of a brand that declared its data', () => {
  it.each([
    '{{name}} {{brand.legalName}} {{contact.language}} {{topic}} {{unsubscribeUrl}} {{contact.attributes.tier}}',
    '{{order.number}} {{order.customer.company.owner.name}}',
    `{{${SIX}.name}}`,
    '{{#each order.lines}}{{title}} {{../name}} {{@index}} {{product.maker.name}} {{@root.order.number}}{{/each}}',
    '{{#each tags}}{{this}}{{else}}{{name}}{{/each}}{{tags.length}}',
    '{{#with order.customer}}{{name}}{{#if company}}{{company.name}}{{/if}}{{/with}}',
    '{{#is contact.attributes.tier "gold"}}{{name}}{{else}}{{order.number}}{{/is}}',
  ])('may refer to %s', (source) => {
    expect(undeclared(source, SHAPE)).toEqual([]);
  });

  it.each([
    ['what is not declared', '\n{{nmae}}', /line 2: \{\{nmae\}\}: "nmae" is no declared field/],
    ['a field that a record has not', '{{order.customer.phone}}', /"phone" is no declared field/],
    ['an attribute that is not declared', '{{contact.attributes.size}}', /"size" is no declared field/],
    ['what is only asked about', '{{#if vip}}x{{/if}}', /"vip" is no declared field/],
    ['a field of a list', '{{order.lines.title}}', /"title" is asked of a list/],
    ['a field of a value', '{{name.first}}', /nothing can be behind a value/],
    ['a whole record', '{{order.customer}}', /no value that can be shown/],
    ['a field of the outside from inside', '{{#each order.lines}}{{name}}{{/each}}', /"name" is no declared field/],
    ['further outside than there is', '{{../name}}', /nothing that far outside/],
    ['each of a value', '{{#each name}}x{{/each}}', /each goes through a list/],
    ['the seventh record', `{{${SIX}.manager.name}}`, /"manager" is more than 6 records away/],
    [
      'the seventh record, in steps',
      '{{#with order.customer.manager}}{{#with manager.manager}}{{manager.manager.name}}{{/with}}{{/with}}',
      /more than 6/,
    ],
    ['what the prototype has', '{{toString}}', /"toString" is no declared field/],
  ])('may not refer to %s', (_name, source, problem) => {
    expect(undeclared(source, SHAPE).join('\n')).toMatch(problem);
  });

  it('may refer to any attribute where none is declared', () => {
    const { attributes: _, ...open } = SHAPE;
    expect(undeclared('{{contact.attributes.any.thing}}', open)).toEqual([]);
  });
});

describe('a shape', () => {
  it('names records that there are, and leaves what every message has alone', () => {
    expect(shapeProblems(SHAPE)).toEqual([]);
    const wrong: DataShape = {
      variables: { brand: 'text', a: { list: { record: 'b' } } },
      records: { c: { d: { record: 'e' } } },
    };
    expect(shapeProblems(wrong).map(({ pointer }) => pointer)).toEqual([
      '/variables/a',
      '/records/c/d',
      '/variables/brand',
    ]);
  });
});
