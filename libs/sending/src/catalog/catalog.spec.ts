import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Tx } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { Catalog, type CatalogNeeds } from './catalog.js';

describe('the templates of a catalog', () => {
  let gateway: Gateway;
  const ids = Array.from({ length: 5 }, () => randomUUID());

  beforeAll(async () => {
    gateway = await Gateway.start();
    for (const [i, id] of ids.entries()) {
      const contents = JSON.stringify({ en: { subject: 'x', html: null, text: 'x' } });
      await gateway.tx.execute`
        INSERT INTO sending.template (id, brand_id, key, version, channel, class, default_language, contents, hash)
        VALUES (${id}, ${gateway.brandId}, 'long-kept', ${i + 1}, 'email', 'commercial', 'en', ${contents}, ${randomBytes(32)})`;
    }
  });
  afterAll(async () => gateway.stop());

  /** The catalog, and how many template versions were read for it. */
  async function load(needs: Partial<CatalogNeeds>): Promise<{ catalog: Catalog; read: number }> {
    let read = 0;
    const { tx } = gateway;
    const counting: Tx = {
      ...tx,
      sql: async <Row extends object>(strings: TemplateStringsArray, ...values: unknown[]) => {
        const rows = await tx.sql<Row>(strings, ...values);
        if (strings.join('').includes('sending.template')) read += rows.length;
        return rows;
      },
    };
    const catalog = await Catalog.load(counting, { brandIds: [gateway.brandId], policyKeys: [], ...needs });
    return { catalog, read };
  }

  it.each<[string, CatalogNeeds['templates'], number | undefined, number | undefined]>([
    ['the newest when none is asked for', [{ key: 'long-kept' }], undefined, 5],
    ['the one asked for', [{ key: 'long-kept', version: 2 }], 2, 2],
    ['none that was never published', [{ key: 'long-kept', version: 9 }], 9, undefined],
  ])('are %s, and no other version is read', async (_what, templates, version, found) => {
    const { catalog, read } = await load({ templates });
    expect(catalog.template(gateway.brandId, 'long-kept', version)?.version).toBe(found);
    expect(read).toBe(found === undefined ? 0 : 1);
  });

  it('are found each in its version when one batch asks for several', async () => {
    const templates = [{ key: 'long-kept' }, { key: 'long-kept', version: 1 }, { key: 'news' }];
    const { catalog, read } = await load({ templates, templateIds: [ids[2]!, ids[4]!] });
    const version = (asked?: number) => catalog.template(gateway.brandId, 'long-kept', asked)?.version;
    expect([version(), version(1), version(5)]).toEqual([5, 1, 5]);
    expect(catalog.template(gateway.brandId, 'news')?.version).toBe(1);
    expect(catalog.templateById(gateway.brandId, ids[2]!)?.version).toBe(3);
    expect(read).toBe(4);
  });

  it('of another brand are none', async () => {
    const needs = { templates: [{ key: 'long-kept' }, { key: 'long-kept', version: 1 }], templateIds: ids };
    expect((await load({ brandIds: [randomUUID() as never], ...needs })).read).toBe(0);
  });
});
